"""How much was read, relevant or not: what counts are a share of, and by what it is known who could be heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.clock import period_of
from monitor.movement import Volume
from monitor.records import NOT_PUBLISHERS
from monitor.store.database import Store
from monitor.store.schema import articles, published, source_days

_READ, _MANY = published, func.sum(published.c.articles)  # what each source brought each day, and how much some of its rows are
_KEYS = {"outlet": _READ.c.outlet, "publisher": _READ.c.publisher, "class": _READ.c.category}
_PUBLISHERS = func.count(_READ.c.publisher.distinct()).filter(_READ.c.category.not_in(NOT_PUBLISHERS))


def volumes(store: Store, first: date, last: date, *, outlet: str = "", sources: Collection[str] = ()) -> list[Volume]:
    """What every source brought on every day from first to last, by outlet, and how often it was looked at; owned media left out.

    ``outlet`` narrows to an outlet or publisher. Else the looks at ``sources`` (by id) are told even where nothing came; those at
    others only where something did.
    """
    columns = [_READ.c[name] for name in ("source", "outlet", "publisher", "category", "day")]
    query = select(*columns, _MANY).where(*_inside(first, last, outlet)).group_by(*columns).order_by(_READ.c.day, _READ.c.source)
    with store.read() as connection:
        brought = [
            Volume(source=row[0] or row[1], outlet=row[1], publisher=row[2], category=row[3], day=row[4], articles=int(row[5]))
            for row in connection.execute(query)
        ]
        known = {one.source for one in brought} | set(() if outlet else sources)
        return brought + [one for one in _looks(connection, first, last) if one.source in known]


def totals(store: Store, first: date, last: date, *, by: str, outlet: str = "") -> dict[str, tuple[int, int]]:
    """How many articles were read from first to last day and of how many independent publishers, as `monitor.hearing.totals` says.

    By day, week or month, outlet, publisher or class; by anything else, all of it under "".
    """
    inside = _inside(first, last, outlet)
    with store.read() as connection:
        if by in ("week", "month"):
            return _periods(connection, inside, by)
        key = _READ.c.day if by == "day" else _KEYS.get(by)
        columns: list[Any] = [*([] if key is None else [key]), _MANY, _PUBLISHERS]
        query = select(*columns).where(*inside)
        rows: list[Any] = list(connection.execute(query if key is None else query.group_by(key)))
    names = [""] if key is None else [row[0].isoformat() if by == "day" else row[0] for row in rows]
    return {name: (int(row[-2] or 0), int(row[-1])) for name, row in zip(names, rows, strict=True)}


def read(store: Store, since: datetime, until: datetime) -> tuple[int, int]:
    """How many articles on any subject were seen from ``since`` up to ``until`` (UTC), and by how many independent publishers."""
    window = (
        (articles.c.seen >= since) & (articles.c.seen < until) & (articles.c.category != "owned") & (articles.c.kind != "comment")
    )
    publishers = func.count(articles.c.publisher.distinct()).filter(articles.c.category.not_in(NOT_PUBLISHERS))
    with store.read() as connection:
        found = connection.execute(select(func.count(), publishers).where(window)).one()
    return int(found[0]), int(found[1])


def _inside(first: date, last: date, outlet: str) -> list[ColumnElement[bool]]:
    window = [_READ.c.day.between(first, last), _READ.c.category != "owned", _READ.c.articles > 0]
    return [*window, (_READ.c.outlet == outlet) | (_READ.c.publisher == outlet)] if outlet else window


def _periods(connection: Connection, inside: list[ColumnElement[bool]], by: str) -> dict[str, tuple[int, int]]:
    """The totals of weeks or months; a publisher of several days is one, so that days do not add up."""
    columns: list[Any] = [_READ.c[name] for name in ("day", "publisher", "category")]
    many: Counter[str] = Counter()
    publishers: dict[str, set[str]] = defaultdict(set)
    rows: list[Any] = list(connection.execute(select(*columns, _MANY).where(*inside).group_by(*columns)))
    for day, publisher, category, number in rows:
        key = period_of(day, by)
        many[key] += int(number)
        publishers[key] |= set() if category in NOT_PUBLISHERS else {publisher}
    return {key: (number, len(publishers[key])) for key, number in many.items()}


def _looks(connection: Connection, first: date, last: date) -> list[Volume]:
    columns = [source_days.c[name] for name in ("source", "day", "visits", "good")]
    query = select(*columns).where(source_days.c.day.between(first, last)).order_by(source_days.c.day)
    return [Volume(source=row[0], day=row[1], looks=row[2], good=row[3]) for row in connection.execute(query)]
