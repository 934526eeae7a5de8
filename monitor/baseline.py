"""What calm days bring: how many stories a window would usually hold, and how often chance alone would bring as many as it does.

The model is that of the surveillance of diseases, where the same is asked of counts as small as ours:

- *Baseline*: the weeks before, cut into windows. The window itself and the one before it are left out, so that what begins now is
  not its own measure (the guard band of EARS C2: Hutwagner et al., Journal of Urban Health 80, 2003).
- *Expectation*: the share of a series in all stories (with a gamma prior, so that one that was never seen has a share too), times
  the stories that the sources would bring. A source counts on days on which it was heard: an outage is no quiet week.
- *Robustness*: a window that stood out weighs less, by its Anscombe residual (Noufaily et al., Statistics in Medicine 32, 2013).
  Their overdispersion is left out: that news come in clumps is what is looked for here, and no error of reporting.
- *Chance*: a count that slides with the clock climbs to k stories k/W · P(N = k) times a day, since every climb ends at an arrival
  that finds k - 1 before it. With a gamma share P is negative binomial. That is the rate of false alerts of a series, however
  often somebody looks.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, pairwise

from monitor.clock import vietnam
from monitor.records import record

YEAR = 365.25  # days
OUT = 2.58  # an Anscombe residual above it is an outbreak of the past (Noufaily et al.)
PRIOR = 0.5  # stories that weigh for what is believed of a series before it is looked at
EVEN = 10.0  # stories that weigh for a weekday being like all others
JOINED = 14  # days on which a source must have been heard before more of it can be called many
LEAST = 7  # days of baseline below which nothing is usual
LATE = 14  # days without a source whose stories may all come when it is heard again

Heard = Mapping[str, Collection[int]]  # the days (ordinals) on which each source was heard


@record
class Begun:
    """A story when it began, in days on a Vietnamese clock (see `days_since`), and the source that brought it."""

    at: float
    source: str


@record
class Usual:
    """What a window would usually hold: so many stories in the mean, spread as a negative binomial of this size."""

    mean: float
    size: float


def days_since(moment: datetime) -> float:
    """The days from the beginning of the calendar to a moment, on a Vietnamese clock: its whole part is `date.toordinal`."""
    local = vietnam(moment)
    return local.toordinal() + (local.hour * 3600 + local.minute * 60 + local.second) / 86_400


def a_year(count: int, usual: Usual, *, window: int) -> float:
    """How often a year chance alone brings a sliding window of so many days up to ``count`` stories; always, up to the mean,
    and where none is awaited, since then nothing can be said.

    >>> round(a_year(3, Usual(mean=0.3, size=1e9), window=3), 2)
    1.22
    """
    if count <= usual.mean or not usual.mean:
        return YEAR / window
    fails = usual.size / (usual.size + usual.mean)
    log = math.lgamma(count + usual.size) - math.lgamma(count + 1) - math.lgamma(usual.size)
    log += usual.size * math.log(fails) + count * math.log1p(-fails)
    return min(YEAR / window, YEAR * count / window * math.exp(log))


def tolerated(series: Iterable[Usual], *, chance: float, least: int, window: int) -> float:
    """The rate a year up to which a series may be called hot by chance, so that all together are no more often than ``chance``.

    Counts are whole, and most series so small that no count of ``least`` or more is a matter of chance: what those leave of the
    allowance is for the others (Tarone, Biometrics 46, 1990). A series of which nothing is awaited is never hot and takes none of it.
    """
    steps = []
    for number, usual in enumerate(one for one in series if one.mean):
        count = max(least, math.floor(usual.mean) + 1)
        while (rate := a_year(count, usual, window=window)) > chance / 10_000:
            steps.append((rate, number))
            count += 1
    found = spent = 0.0
    by: dict[int, float] = defaultdict(float)
    for rate, same in groupby(sorted(steps), key=lambda step: step[0]):
        for _, number in same:
            spent += rate - by[number]
            by[number] = rate
        if spent > chance:
            return found
        found = rate
    return max(found, chance / 10_000)


def known(heard: Heard, now: float, *, window: int, days: int) -> set[str]:
    """The sources that were heard long enough before the window: on JOINED days, or half as many as any where history is young."""
    end = now - 2 * window
    counts = {source: sum(end - days <= day < end for day in found) for source, found in heard.items()}
    wanted = min(JOINED, max(counts.values(), default=0) / 2)
    return {source for source, count in counts.items() if count and count >= wanted}


class Baseline:
    """The calm days before a moment: how many stories the sources bring to any of them, and to the window that ends there.

    ``begun`` are the stories of known sources up to ``now``.
    """

    def __init__(self, begun: Iterable[Begun], heard: Heard, now: float, *, window: int, days: int):
        self.now, self.window, end = now, window, now - 2 * window
        past = {source: {day for day in found if end - days <= day < end} for source, found in heard.items()}
        start = max(end - days, min((min(found) for found in past.values() if found), default=end))
        number = int((end - start) / window)
        self.edges = [end - back * window for back in range(number, -1, -1)]
        stories = [one for one in begun if self.edges[0] <= one.at < end]
        self._weekdays = _weekdays(stories, [day for found in past.values() for day in found])
        pace = self._pace(stories, past)
        days_of: dict[int, float] = defaultdict(float)
        for source, found in past.items():
            for day in found:
                days_of[day] += pace[source] * self._weekdays[day % 7]
        self.brought = [_between(days_of, first, first + window) for first in self.edges[:-1]]
        self.awaited = sum(pace[source] * self._awaited(found) for source, found in heard.items())
        self._all = sum(self.brought)

    @property
    def enough(self) -> bool:
        """Whether there is a history to compare with."""
        return len(self.brought) * self.window >= LEAST and self._all > 0

    def usual(self, times: Sequence[float], share: float) -> Usual:
        """What the window usually holds of a series whose stories began at ``times`` (sorted), believed to be such a share of all."""
        at = [bisect_left(times, edge) for edge in self.edges] if times else []
        counts = [
            (after - before, all_) for (before, after), all_ in zip(pairwise(at), self.brought, strict=False) if after > before
        ]
        stories, among = PRIOR, PRIOR / share + self._all
        weights = [1.0] * len(counts)
        for _ in range(2):  # the second time without what stood out
            stories = PRIOR + sum(weight * count for weight, (count, _) in zip(weights, counts, strict=True))
            among = (
                PRIOR / share + self._all - sum((1 - weight) * all_ for weight, (_, all_) in zip(weights, counts, strict=True))
            )
            weights = [_weight(count, all_ * stories / among) for count, all_ in counts]
        return Usual(mean=self.awaited * stories / among, size=stories)

    def _pace(self, stories: Iterable[Begun], past: Heard) -> dict[str, float]:
        """The stories that each source brings on a day on which it is heard."""
        brought = Counter(one.source for one in stories)
        return {
            source: brought[source] / sum(self._weekdays[day % 7] for day in found) if found else 0.0
            for source, found in past.items()
        }

    def _awaited(self, found: Collection[int]) -> float:
        """The days of work of a source that the window may hold: its own, and those before it that were not heard and come late."""
        first = self.now - self.window
        inside = {day: self._weekdays[day % 7] for day in range(int(first), int(self.now) + 1)}
        if not any(day in found for day in inside):
            return 0.0
        late = 0.0
        for day in range(int(first) - 1, int(first) - 1 - LATE, -1):
            if day in found:
                break
            late += self._weekdays[day % 7]
        return _between(inside, first, self.now) + late


def _weekdays(stories: Sequence[Begun], heard: Sequence[int]) -> list[float]:
    """How much of a day's stories each weekday brings, 1 is as all; by ``ordinal % 7``."""
    found, days = Counter(int(one.at) % 7 for one in stories), Counter(day % 7 for day in heard)
    each = len(stories) / max(1, len(heard))
    return [(found[day] + EVEN) / (each * days[day] + EVEN) for day in range(7)]


def _between(days: Mapping[int, float], first: float, last: float) -> float:
    """What days hold between two moments, a part of a day as a part of what it holds."""
    return sum(days.get(day, 0.0) * (min(last, day + 1) - max(first, day)) for day in range(int(first), math.ceil(last)))


def _weight(count: int, mean: float) -> float:
    residual = 1.5 * (count ** (2 / 3) * mean ** (-1 / 6) - math.sqrt(mean)) if mean > 0 else 0.0
    return (OUT / residual) ** 2 if residual > OUT else 1.0


def ordinals(heard: Mapping[str, Iterable[date]]) -> dict[str, frozenset[int]]:
    """The days on which each source was heard, as numbers."""
    return {source: frozenset(day.toordinal() for day in days) for source, days in heard.items()}
