"""Trends: what a question about time means, and what must be read of the store to answer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor import lunar, places
from monitor import trends as arithmetic
from monitor.clock import moment_of
from monitor.config import Config
from monitor.coverage import BY, TIMES, coverage, keys, publicity
from monitor.errors import UsageError
from monitor.figures import Counted, Coverage
from monitor.hearing import REACH, Heard, heard_days, made_whole, steady, totals, with_read
from monitor.movement import Trend, Voice, Volume
from monitor.panel import Panel, calm
from monitor.query import check_range, clusters, labels, public
from monitor.registry import nearest
from monitor.store import Store, counts, visits
from monitor.store.volumes import volumes

OF = tuple(key for key in BY if key not in TIMES)
Narrow = dict[str, str | list[str] | None]
Span = tuple[date, date]
_BACK = timedelta(days=REACH)


@dataclass(frozen=True)
class Asked:
    """A question: a period (``by``), of what the shares are ("" for a series), from day to day, the span compared, and the tags."""

    by: str
    of: str
    first: date
    last: date
    now: Span
    narrow: Narrow


@dataclass(frozen=True)
class Read:
    """What of the store answers: publicity, all that was read (and on the day after), and the agency's own articles."""

    items: Sequence[Counted]
    volumes: Sequence[Volume]
    owned: Sequence[Counted]

    def within(self, span: Span) -> list[Counted]:
        """The articles of a span of days."""
        return [item for item in self.items if span[0] <= item.day <= span[1]]


def trends(
    store: Store,
    config: Config,
    *,
    by: str = "day",
    of: str = "",
    since: date | None = None,
    until: date,
    **wanted: str | None,
) -> Trend:
    """How something went up to ``until``, included: a series by day, week or month, or shares by one of OF, each against what was.

    Without ``since`` thirty days, twelve weeks or twelve months are shown, and the last seven days, this week or this month compared;
    with it, the whole range. Raises UsageError for another ``by`` or ``of``, an unknown label, or a range that runs backwards.
    """
    asked = _asked(store, config, by=by, of=of, spans=(since, until), wanted=wanted)
    back = arithmetic.before(*asked.now)
    year, kind = _year(asked.now)
    start = min(asked.first - 2 * _BACK, calm(back)[0] - _BACK)
    recent = _read(store, config, (start, asked.last), asked.narrow)
    older = _read(store, config, (calm(year)[0] - _BACK, year[1] + _BACK), asked.narrow)
    heard = heard_days([*recent.volumes, *(one for one in older.volumes if one.day < start)], last=asked.last)
    now, panel = recent.within(asked.now), Panel(heard, (asked.now, back))
    both = [*now, *recent.within(calm(back))]
    compared = (
        arithmetic.against(both, kind="before", panel=panel),
        arithmetic.against(
            {*now, *older.within(calm(year))}, kind=kind, panel=Panel(heard, (asked.now, year))
        ),  # both may share days
    )
    found = Trend(by=by, of=of, first=asked.first, last=asked.last, now=asked.now, against=compared)
    found = replace(found, owned=sum(asked.first <= item.day <= asked.last for item in recent.owned))
    if not of:
        return _series(store, config, found, asked=asked, recent=recent)
    rows, each = _voices(now, recent, asked, config=config), _by_key(both, of, config)
    changes = [arithmetic.against(each.get(row.count.key, []), kind="before", panel=panel) for row in rows]
    return replace(found, voices=tuple(replace(row, before=change) for row, change in zip(rows, changes, strict=True)))


def _asked(
    store: Store, config: Config, *, by: str, of: str, spans: tuple[date | None, date], wanted: dict[str, str | None]
) -> Asked:
    since, until = spans
    if by not in TIMES:
        raise UsageError(f"--by {by}: a series goes by day, week or month{nearest(by, TIMES)}")
    if of and of not in OF:
        raise UsageError(f"--of {of}: there are no shares by that{nearest(of, OF)}")
    check_range(since, until)
    starts = {
        "day": (until - timedelta(days=29), until - timedelta(days=6)),
        "week": (until - timedelta(days=until.weekday() + 77), until - timedelta(days=until.weekday())),
        "month": (_months_back(until, 11), until.replace(day=1)),
    }
    first, now = starts[by]
    return Asked(
        by=by,
        of=of,
        first=since or (now if of else first),
        last=until,
        now=(since or now, until),
        narrow=labels(store, config, wanted),
    )


def _year(now: Span) -> tuple[Span, str]:
    """The same span a year ago, by the lunar calendar where Tết is a tenth or more of it or of that of the common one."""
    solar = arithmetic.year_before(*now)
    inside = all(year in lunar.YEARS for day in now for year in (day.year - 1, day.year + 1))
    if inside and max(lunar.tet_share(*now), lunar.tet_share(*solar)) >= lunar.MINDED:
        return lunar.year_before(*now), "lunar"
    return solar, "year"


def _read(store: Store, config: Config, span: Span, narrow: Narrow) -> Read:
    found = counts.counted(store, moment_of(span[0]), moment_of(span[1] + timedelta(days=1)), **narrow)
    outlet = narrow.get("outlet")
    after = span[1] + timedelta(days=1)  # it says whether who was heard on the last day was so up to its end
    all_read = volumes(store, span[0], after, outlet=outlet if isinstance(outlet, str) else "", sources=public(config))
    owned = [item for item in found if item.category == "owned" and item.is_article]
    return Read(publicity(found), all_read, owned)


def _series(store: Store, config: Config, found: Trend, *, asked: Asked, recent: Read) -> Trend:
    heard = heard_days(recent.volumes, last=asked.last)
    began = min((days[0] for days in heard.values() if days), default=asked.last)
    begin = min(max(asked.first, began), asked.last)
    span = (begin - 2 * _BACK, asked.last)
    topic = asked.narrow.get("topic")
    health = visits.health(store, *span, sources=public(config))
    items = recent.within(span)
    days = coverage(items, by="day", days=span, health=health, topic=topic if isinstance(topic, str) else "")
    days = made_whole(with_read(days, totals(recent.volumes, by="day"), by="day"), recent.items, heard)
    made = arithmetic.points(days, recent.within((begin, asked.last)), by=asked.by, first=begin, heard=heard)
    if asked.by != "day":
        kept = [one for one in recent.volumes if begin <= one.day <= asked.last]
        rows = with_read([one.count for one in made], totals(kept, by=asked.by), by=asked.by)
        made = [replace(one, count=row) for one, row in zip(made, rows, strict=True)]
    slope = arithmetic.slope(_steady(recent, heard, (begin, asked.last))) if asked.by != "month" else None
    return replace(found, points=tuple(made), slope=slope)


def _steady(recent: Read, heard: Heard, span: Span) -> list[Coverage]:
    """The days of a span by the sources that were heard all the way: who came or went makes no trend."""
    known = steady(heard, *span)
    items = [item for item in recent.items if (item.source or item.outlet) in known]
    inside = [item for item in items if span[0] <= item.day <= span[1]]
    return made_whole(coverage(inside, by="day", days=span), items, known)


def _voices(now: Sequence[Counted], recent: Read, asked: Asked, *, config: Config) -> list[Voice]:
    place = asked.narrow.get("place")
    only = list(dict.fromkeys(map(places.now, place) if asked.of == "province" else place)) if isinstance(place, list) else []
    rows = arithmetic.voices(now, of=asked.of, clusters=clusters(config), only=only if asked.of in ("place", "province") else ())
    read = totals((one for one in recent.volumes if asked.now[0] <= one.day <= asked.now[1]), by=asked.of)
    made = with_read([row.count for row in rows], read, by=asked.of)
    return [replace(row, count=one) for row, one in zip(rows, made, strict=True)]


def _by_key(items: Sequence[Counted], of: str, config: Config) -> Mapping[str, list[Counted]]:
    groups, found = clusters(config), defaultdict[str, list[Counted]](list)
    for item in items:
        for key in keys(item, of, groups) or ("",):
            found[key].append(item)
    return found


def _months_back(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
