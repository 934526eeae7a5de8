"""Who can be asked about a change: the sources that were heard in both of two spans, and how much what they say varies by itself.

Neither an outage nor a source that came or went can make a rise or a fall, since nothing but what the same sources brought on days on
which they were heard is compared, each by its own days. News comes in bursts that last for days, and an interval that took each item
for independent would promise too much: how counts vary by day and by week is asked of both spans, and of eight weeks before at least.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from monitor.chance import dispersion
from monitor.figures import Counted

WEEKS, ENOUGH = timedelta(weeks=8), 4  # how far back it is asked how counts vary; whole weeks heard from which weeks tell it
Span = tuple[date, date]


def calm(before: Span) -> Span:
    """The days by which it is known how counts vary: those before, eight weeks or more.

    >>> [day.isoformat() for day in calm((date(2026, 11, 9), date(2026, 11, 15)))]
    ['2026-09-21', '2026-11-15']
    """
    return min(before[0], before[1] - WEEKS + timedelta(days=1)), before[1]


def inside(items: Iterable[Counted], span: Span) -> list[Counted]:
    """The articles of a span of days."""
    return [item for item in items if span[0] <= item.day <= span[1]]


class Panel:
    """The ``sources`` heard on half the days of both of two ``spans``, the second of which comes first; ``left_out`` are the others
    that were heard, and ``then`` says whether any was in the second."""

    def __init__(self, heard: Mapping[str, Sequence[date]], spans: tuple[Span, Span]):
        self.spans = spans
        self._days = {source: set(days) for source, days in heard.items()}
        self._many = [Counter(_many(self._days, span)) for span in spans]
        known = {*self._many[0], *self._many[1]}
        half = [((last - first).days + 2) // 2 for first, last in spans]
        self.sources = {source for source in known if all(self._many[at][source] >= half[at] for at in (0, 1))}
        self.left_out, self.then = known - self.sources, bool(self._many[1])

    def kept(self, items: Iterable[Counted]) -> list[Counted]:
        """Those of these sources, of days on which they were heard."""
        return [item for item in items if _source(item) in self.sources and item.day in self._days[_source(item)]]

    def rates(self, kept: Iterable[Counted]) -> tuple[float, float]:
        """How many of these there are a day in either span: of each source, by the days on which it was heard."""
        both = [Counter(map(_source, inside(kept, span))) for span in self.spans]
        now, then = (
            math.fsum(number / days[one] for one, number in many.items()) for many, days in zip(both, self._many, strict=True)
        )
        return now, then

    def exposure(self, kept: Sequence[Counted]) -> float:
        """How many times as long as the second span the first was heard, by those who brought these."""
        lengths = [(last - first).days + 1.0 for first, last in self.spans]
        counts = [len(inside(kept, span)) for span in self.spans]
        now, then = (count / rate if rate else days for count, rate, days in zip(counts, self.rates(kept), lengths, strict=True))
        return now / then

    def spread(self, kept: Sequence[Counted]) -> float:
        """How many times as much as by chance these vary by day, or by week where that is more and there are weeks enough."""
        days = [self._daily(kept, span) for span in (self.spans[0], calm(self.spans[1]))]
        weeks = [_weeks(each) for each in days]
        return max(dispersion(*days), dispersion(*weeks) if len(weeks[1]) >= ENOUGH else 1.0)

    def _daily(self, kept: Iterable[Counted], span: Span) -> dict[date, int]:
        heard = {day for source in self.sources for day in self._days[source] if span[0] <= day <= span[1]}
        return dict.fromkeys(sorted(heard), 0) | Counter(item.day for item in inside(kept, span))


def _many(days: Mapping[str, set[date]], span: Span) -> dict[str, int]:
    """On how many days of a span each source was heard; those that were not heard at all are absent."""
    found = {source: sum(span[0] <= day <= span[1] for day in heard) for source, heard in days.items()}
    return {source: number for source, number in found.items() if number}


def _weeks(days: Mapping[date, int]) -> dict[date, int]:
    """The sums of the weeks heard whole, from the first day on; by what is a Monday for all, since weeks have no weekday."""
    first, last = (min(days), max(days)) if days else (date.max, date.max)
    found: dict[date, int] = {}
    for number in range(((last - first).days + 1) // 7):
        week = [first + timedelta(days=7 * number + at) for at in range(7)]
        if all(day in days for day in week):
            found[date.min + timedelta(weeks=number)] = sum(days[day] for day in week)
    return found


def _source(item: Counted) -> str:
    return item.source or item.outlet
