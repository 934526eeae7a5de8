"""Which sources were heard on which day, and how many articles there were, had all been heard.

Why: a paper whose feed was down for three days makes a dip that is none. The count of such a day is made whole by a ratio estimate
(W. G. Cochran, *Sampling Techniques*, 3rd ed., 1977, 6.2): what the sources that were heard brought, divided by their usual part of
the whole. Newcomers, of whom nothing is usual yet, are added as they stand. Stories and publishers are not made whole: whether a
silent source told a new story or one that stands in others nobody knows.

Why not below one half: of an estimate from a part c of the whole the error is that of drawing lots, x(1 − c)/c. At one half it equals
the chance that lies in the count itself; below, the estimate would say more about luck than about the day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from monitor.clock import period_of
from monitor.figures import Counted, Coverage
from monitor.movement import Volume
from monitor.records import NOT_PUBLISHERS

LEAST = 0.5  # of the usual articles, the part that must have been heard for an estimate; of the looks at a source, those that were good
REACH = 28  # days before and after by which it is known what is usual: four of each weekday
ENOUGH = 7  # days heard among them, from which anything is usual: a whole week

QUIET = timedelta(days=14)  # without an article, after which an imported source was not heard
KEYED = ("day", "week", "month", "outlet", "publisher", "class")  # what an article on any subject has, relevant or not

Totals = Mapping[str, tuple[int, int]]  # articles and independent publishers that were read, by key
Heard = Mapping[str, Sequence[date]]  # the days on which each source was heard, in order


def heard_days(volumes: Iterable[Volume], *, last: date | None = None) -> dict[str, list[date]]:
    """The days on which each source was heard, in order; up to ``last`` where that is given, though ``volumes`` may say more.

    That is where half the looks at it were good, and where it brought half its usual number of articles all the same: feeds hold a day
    or more, and a later look finds what an earlier one missed. The last day before a silence, its own or that of the machine which
    looks, counts only by its articles, since nobody knows the hour at which it fell silent. A source that was never visited (its
    articles were imported) was heard as long as no fortnight passed without an article, for a week or more: a stray old one does not
    make it heard for years.
    """
    rows: dict[str, dict[date, list[Volume]]] = defaultdict(lambda: defaultdict(list))
    for one in volumes:
        rows[one.source][one.day].append(one)
    awake = {one.day for days in rows.values() for found in days.values() for one in found if one.looks}
    end = max((day for days in rows.values() for day in days), default=date.min)
    found = {source: _heard(days, max(end, last or end), awake=awake) for source, days in rows.items()}
    return {source: [day for day in days if not last or day <= last] for source, days in found.items()}


def made_whole(rows: Iterable[Coverage], items: Iterable[Counted], heard: Heard) -> list[Coverage]:
    """The rows, whose keys are days, with ``heard`` and ``estimate``; ``items`` are what they count, and of the days around them."""
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    for item in items:
        counts[item.source or item.outlet][item.day] += item.is_article
    known = [_Source(days, counts[source]) for source, days in heard.items() if days]
    return [_whole(row, date.fromisoformat(row.key), known) for row in rows]


def totals(volumes: Iterable[Volume], *, by: str) -> Totals:
    """How many articles were read and of how many independent publishers, by the key of one of KEYED; of everything under "" else."""
    articles: Counter[str] = Counter()
    publishers: dict[str, set[str]] = defaultdict(set)
    for one in volumes:
        key = _key(one, by)
        articles[key] += one.articles
        publishers[key] |= {one.publisher} if one.articles and one.category not in NOT_PUBLISHERS else set()
    return {key: (number, len(publishers[key])) for key, number in articles.items()}


def with_read(rows: Sequence[Coverage], read: Totals, *, by: str) -> list[Coverage]:
    """The rows with ``read`` and ``read_publishers``: of the same days, outlet, publisher or class; by anything else, of everything."""
    found = [read.get(row.key if by in KEYED else "", (0, 0)) for row in rows]
    return [replace(row, read=one[0], read_publishers=one[1]) for row, one in zip(rows, found, strict=True)]


def joined(heard: Heard, start: date) -> dict[date, list[str]]:
    """The sources that were first heard after ``start``, by that day."""
    found: dict[date, list[str]] = defaultdict(list)
    for source, days in sorted(heard.items()):
        if days and days[0] > start:
            found[days[0]].append(source)
    return dict(found)


def parted(heard: Heard, last: date) -> dict[date, list[str]]:
    """The sources silent for so long that nothing is expected of them any more, by the first such day up to ``last``."""
    found: dict[date, list[str]] = defaultdict(list)
    for source, days in sorted(heard.items()):
        gone = days[-ENOUGH] + timedelta(days=REACH + 1) if len(days) >= ENOUGH else None
        if gone and gone <= last:
            found[gone].append(source)
    return dict(found)


def steady(heard: Heard, first: date, last: date) -> dict[str, Sequence[date]]:
    """Those sources that were heard all the way from ``first`` to ``last``, a week more or less."""
    begun = max(first, min((days[0] for days in heard.values() if days), default=first) + timedelta(days=ENOUGH))
    return {
        source: days for source, days in heard.items() if days and days[0] <= begun and days[-1] > last - timedelta(days=ENOUGH)
    }


def _key(one: Volume, by: str) -> str:
    if by in KEYED[:3]:
        return period_of(one.day, by)
    return one.category if by == "class" else str(getattr(one, by)) if by in KEYED else ""


def silent(heard: Heard, days: Iterable[date]) -> list[str]:
    """The sources that were there and not heard on one of these days, though it is known what they usually bring."""
    known = {source: _Source(found, Counter()) for source, found in heard.items() if found}
    missed = {source for day in days for source, one in known.items() if one.usual(day) is not None and not one.was_heard(day)}
    return sorted(missed)


class _Source:
    """What one source usually brings: the days on which it was heard, and the sum of what it brought up to each."""

    def __init__(self, days: Sequence[date], counts: Counter[date]):
        self.days, self.counts = days, counts
        self.sums = list(accumulate((counts[day] for day in days), initial=0))

    def usual(self, day: date) -> float | None:
        """The mean of the heard days around a day; None where they are too few, or the source was not there yet."""
        low = bisect_left(self.days, day - timedelta(days=REACH))
        high = bisect_right(self.days, day + timedelta(days=REACH))
        if high - low < ENOUGH or self.days[0] > day:
            return None
        return (self.sums[high] - self.sums[low]) / (high - low)

    def was_heard(self, day: date) -> bool:
        """Whether it was heard on a day."""
        at = bisect_left(self.days, day)
        return at < len(self.days) and self.days[at] == day


def _whole(row: Coverage, day: date, sources: Sequence[_Source]) -> Coverage:
    expected = [(usual, one) for one in sources if (usual := one.usual(day)) is not None]
    there = [(usual, one) for usual, one in expected if one.was_heard(day)]
    total = sum(usual for usual, _ in expected)
    if total:
        part = sum(usual for usual, _ in there) / total
    elif expected:
        part = len(there) / len(expected)
    else:  # nothing is usual yet: what was heard is all that is known
        return replace(row, heard=None, estimate=float(row.articles) if any(one.was_heard(day) for one in sources) else None)
    if part < LEAST:
        return replace(row, heard=part)
    known = sum(one.counts[day] for _, one in there)
    strangers = row.articles - sum(one.counts[day] for _, one in expected)
    return replace(row, heard=part, estimate=max(float(row.articles), strangers + known / part))


def _imported(days: Sequence[date]) -> list[date]:
    """All days from the first to the last of every run of days with articles, less runs that are short."""
    runs: list[list[date]] = []
    for day in days:
        if not runs or day - runs[-1][-1] > QUIET:
            runs.append([])
        runs[-1].append(day)
    lengths = [(run[0], (run[-1] - run[0]).days + 1) for run in runs]
    return [first + timedelta(days=number) for first, length in lengths if length >= ENOUGH for number in range(length)]


def _heard(days: Mapping[date, Sequence[Volume]], end: date, *, awake: Set[date]) -> list[date]:
    articles = {day: sum(one.articles for one in found) for day, found in days.items()}
    looks = {day: sum(one.looks for one in found) for day, found in days.items()}
    if not any(looks.values()):
        return _imported(sorted(days))
    good = {day for day, found in days.items() if looks[day] and sum(one.good for one in found) >= LEAST * looks[day]}
    usual = sum(articles[day] for day in good) / len(good) if good else 0.0
    going = good | (awake - {day for day in days if looks[day]})  # the days after which nothing says that it had fallen silent
    sure = {day for day in good if day == end or day + timedelta(days=1) in going}
    return sorted(day for day in days if day in sure or (articles[day] > 0 and articles[day] >= LEAST * usual))
