"""How something goes: series that do not dip where sources were silent, shares that add up, and spans that can be compared.

Why a panel (`monitor.panel`): a source that was silent, that is new or that is gone must make no rise and no fall. Why dashes:
a percentage of nine articles is a headline about one of them; below FEW nothing is said but why.

Why medians by weekday and no STL: eight Sundays bear three odd ones (a median's breakdown point is one half), gaps and noughts; a
decomposition by loess wants every day, and draws halves of an article.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from monitor.clock import period_of, weeks_before
from monitor.coverage import count, each_day, keys
from monitor.figures import Counted, Coverage
from monitor.hearing import ENOUGH, LEAST, Heard, joined, parted, silent
from monitor.intervals import effective, persistence, ratio, theil_sen, tone, wilson
from monitor.lunar import holiday
from monitor.movement import Against, Point, Voice
from monitor.panel import Panel, inside
from monitor.records import NOT_PUBLISHERS

FEW = 10  # articles that an earlier span must hold, and independent ones of a tone: one of nine more is 11 per cent
WEEK, WEEKS = timedelta(days=7), 8  # how far back the usual of a weekday goes
HEARD_DAYS = 4  # of seven, from which a moving median is drawn


def points(days: Sequence[Coverage], items: Iterable[Counted], *, by: str, first: date, heard: Heard) -> list[Point]:
    """The series by day, week or month from ``first`` on: ``days`` are rows by day with what `hearing` and reading added, in order, and
    begin eight weeks before where medians are wanted.

    A week or month is counted anew from its items; it is made whole from its days, those that could not be heard taken for as loud as
    the rest of it by what is usual on their weekdays, unless more than half could not.
    """
    found: dict[str, list[Coverage]] = defaultdict(list)
    for row in days:
        if row.key >= first.isoformat():
            found[period_of(date.fromisoformat(row.key), by)].append(row)
    within: dict[str, list[Counted]] = defaultdict(list)
    for item in items:
        within[period_of(item.day, by)].append(item)
    new = joined(heard, min((one[0] for one in heard.values() if one), default=first) + WEEK)
    gone = parted(heard, date.fromisoformat(days[-1].key)) if days else {}
    values = {date.fromisoformat(row.key): row.estimate for row in days}
    made = [_point(key, rows, within[key], values=values, changes=(new, gone)) for key, rows in found.items()]
    missed = {key: silent(heard, each_day(one.first, one.last)) for key, one in enumerate(made) if (one.count.heard or 0.0) < 1}
    made = [replace(one, silent=tuple(missed.get(key, ()))) for key, one in enumerate(made)]
    return _with_medians(made, values) if by == "day" else made


def moving_median(values: Sequence[float | None], *, width: int = 7) -> list[float | None]:
    """The median of the last ``width`` values at each place, of those that are known; None where fewer than four of them are.

    >>> moving_median([1, 9, None, 2, 3, 3, 40, 3])
    [None, None, None, None, 2.5, 3, 3.0, 3.0]
    """
    found: list[float | None] = []
    for at in range(len(values)):
        known = [value for value in values[max(0, at + 1 - width) : at + 1] if value is not None]
        found.append(median(known) if len(known) >= HEARD_DAYS else None)
    return found


def weekday_usual(values: Mapping[date, float | None], day: date) -> float | None:
    """The median of the same weekday in the eight weeks before a day; None where fewer than four of them are known."""
    known = [value for back in range(1, WEEKS + 1) if (value := values.get(day - back * WEEK)) is not None]
    return median(known) if len(known) >= HEARD_DAYS else None


def slope(days: Sequence[Coverage]) -> tuple[float, float, float] | None:
    """How many articles a day more there are a week later, and its 95 % interval; None where fewer than three weeks could be heard.

    The slope is Theil and Sen's, of what each day stands above or below its weekday's median: one odd week does not turn it. The
    interval allows for news that goes on for days.
    """
    known = [(date.fromisoformat(row.key), row.estimate) for row in days if row.estimate is not None]
    if len(known) < 3 * ENOUGH:
        return None
    weekdays: dict[int, list[float]] = defaultdict(list)
    for day, value in known:
        weekdays[day.weekday()].append(value)
    usual = {weekday: median(values) for weekday, values in weekdays.items()}
    weeks = [(day - known[0][0]) / WEEK for day, _ in known]
    rest = [value - usual[day.weekday()] for day, value in known]
    middle = theil_sen(weeks, rest)[0]
    return theil_sen(weeks, rest, spread=persistence([value - middle * week for week, value in zip(weeks, rest, strict=True)]))


def tone_of(row: Coverage, items: Iterable[Counted]) -> tuple[float, float] | None:
    """The interval of a row's tone, copies of one text taken for one opinion; None where that leaves fewer than ten."""
    worth = effective(Counter(item.story or item.id for item in items if item.is_article).values())
    if worth < FEW:
        return None
    return tone(row.positive * worth / row.articles, row.negative * worth / row.articles, worth)


def voices(
    items: Sequence[Counted], *, of: str, clusters: Mapping[str, Sequence[str]] | None = None, only: Sequence[str] = ()
) -> list[Voice]:
    """The share of voice by one of `coverage.BY`, the largest first; the shares add up to 1.

    A voice is one independent publisher telling one story, however often; owned media, aggregators and comments have none. A voice on
    two topics or places lends half of itself to each, and stands under "" where it has none. ``only`` are the rows there are to be,
    also empty ones; a voice lends itself to them alone. The interval takes all who tell one story for one opinion.
    """
    spoken = [item for item in items if item.is_article and item.category not in NOT_PUBLISHERS]
    stand = {item.id: [key for key in keys(item, of, clusters or {}) or ("",) if not only or key in only] for item in spoken}
    spoken = [item for item in spoken if stand[item.id]]
    said = Counter((item.story or item.id, item.publisher) for item in spoken)
    weights: dict[str, float] = dict.fromkeys(only, 0.0)
    groups: dict[str, list[Counted]] = defaultdict(list)
    for item in spoken:
        for key in stand[item.id]:
            groups[key].append(item)
            weights[key] = weights.get(key, 0.0) + 1 / said[item.story or item.id, item.publisher] / len(stand[item.id])
    worth = effective(Counter(story for story, _ in said).values())
    found = [_voice(key, groups[key], of=of, share=weights[key] / max(len(said), 1), worth=worth) for key in weights]
    return sorted(found, key=lambda one: (-one.share, -one.count.articles, one.count.key))


def against(found: Iterable[Counted], *, kind: str, panel: Panel) -> Against:
    """The first of the two spans of a panel against the second, earlier one; ``found`` are the articles of both, and of `panel.calm`.

    The interval allows for copies of one text, or for news that come in bursts, whichever is more.
    """
    first, last = panel.spans[1]
    made = Against(kind=kind, first=first, last=last, sources=len(panel.sources), left_out=len(panel.left_out))
    if not panel.sources:
        why = "không nguồn nào đọc được từ nửa số ngày trở lên ở cả hai kỳ" if panel.then else "kỳ gốc chưa đọc nguồn nào"
        return replace(made, why=why)
    kept = panel.kept(item for item in found if item.is_article)
    both, (now, then) = [inside(kept, span) for span in panel.spans], panel.rates(kept)
    made = replace(made, now=now, then=then)
    if len(both[1]) < FEW:
        return replace(made, why=f"kỳ gốc chỉ có {len(both[1])} bài")
    copies = Counter((at, item.story or item.id) for at in (0, 1) for item in both[at]).values()
    spread = max(sum(copies) / effective(copies), panel.spread(kept))
    low, high = ratio(len(both[0]) / spread, len(both[1]) / spread, exposure=panel.exposure(kept))
    return replace(made, change=now / then - 1, low=low - 1, high=high - 1)


def before(first: date, last: date) -> tuple[date, date]:
    """The span before: of days within one month from its first, the same days of the month before; else as many days, counted back in
    whole weeks: Monday to Wednesday is held against Monday to Wednesday, since papers rest at weekends.

    >>> [day.isoformat() for day in before(date(2026, 3, 1), date(2026, 3, 31))]
    ['2026-02-01', '2026-02-28']
    """
    if _is_of_a_month(first, last):
        return _same_days(first, last, months=1)
    return weeks_before(first, last)


def year_before(first: date, last: date) -> tuple[date, date]:
    """The span a year ago: of days within one month from its first, the same dates; else 52 weeks back, that weekdays meet.

    >>> [day.isoformat() for day in year_before(date(2026, 11, 16), date(2026, 11, 22))]
    ['2025-11-17', '2025-11-23']
    """
    return _same_days(first, last, months=12) if _is_of_a_month(first, last) else (first - 52 * WEEK, last - 52 * WEEK)


def _point(
    key: str,
    rows: Sequence[Coverage],
    items: Sequence[Counted],
    *,
    values: Mapping[date, float | None],
    changes: Sequence[Mapping[date, Sequence[str]]],
) -> Point:
    days = [date.fromisoformat(row.key) for row in rows]
    row = rows[0] if len(rows) == 1 and rows[0].key == key else _together(key, rows, items)
    if row.key != rows[0].key and (whole := _made_whole(days, values)) is not None:
        row = replace(row, estimate=max(whole, float(row.articles)))
    new, gone = changes
    return Point(
        count=row,
        first=days[0],
        last=days[-1],
        tone=tone_of(row, items),
        holidays=tuple(dict.fromkeys(filter(None, map(holiday, days)))),
        joined=tuple(source for day in days for source in new.get(day, ())),
        parted=tuple(source for day in days for source in gone.get(day, ())),
    )


def _together(key: str, rows: Sequence[Coverage], items: Sequence[Counted]) -> Coverage:
    """The row of a week or month from those of its days."""
    made = count(key, items, topic=rows[0].topic)
    health = [row.health for row in rows if row.health is not None]
    heard = [row.heard for row in rows if row.heard is not None]
    read = [row.read for row in rows if row.read is not None]
    return replace(
        made,
        health=sum(health) / len(health) if health else None,
        read=sum(read) if read else None,
        read_publishers=max((row.read_publishers or 0 for row in rows), default=None),
        heard=sum(heard) / len(heard) if heard else None,
    )


def _made_whole(days: Sequence[date], values: Mapping[date, float | None]) -> float | None:
    """The sum of some days, those that are not known as loud as the others by the usual of their weekdays, or by their number where
    that is not known; None where fewer than half are known."""
    known = [day for day in days if values[day] is not None]
    if len(known) < LEAST * len(days):
        return None
    total = math.fsum(values[day] or 0.0 for day in known)
    usual = {day: weekday_usual(values, day) for day in days} if len(known) < len(days) else {}
    there = math.fsum(usual.get(day) or 0.0 for day in known)
    if there and None not in usual.values():
        return total * math.fsum(value or 0.0 for value in usual.values()) / there
    return total * len(days) / len(known)


def _with_medians(made: Sequence[Point], values: Mapping[date, float | None]) -> list[Point]:
    middles = dict(zip(values, moving_median(list(values.values())), strict=True))
    return [replace(one, middle=middles[one.first], usual=weekday_usual(values, one.first)) for one in made]


def _voice(key: str, items: Sequence[Counted], *, of: str, share: float, worth: float) -> Voice:
    row = count(key, items, topic=key if of == "topic" else "")
    return Voice(count=row, share=share, interval=wilson(share * worth, worth), tone=tone_of(row, items))


def _is_of_a_month(first: date, last: date) -> bool:
    return first.day == 1 and (first.year, first.month) == (last.year, last.month)


def _same_days(first: date, last: date, *, months: int) -> tuple[date, date]:
    """The same days so many months earlier; the end of a month is met by the end of the other."""
    number = first.year * 12 + first.month - 1 - months
    start = date(number // 12, number % 12 + 1, 1)
    end = date((number + 1) // 12, (number + 1) % 12 + 1, 1) - timedelta(days=1)
    whole = (last + timedelta(days=1)).day == 1
    return start, end if whole else min(end, start + (last - first))
