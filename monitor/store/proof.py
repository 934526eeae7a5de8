"""The proof of the counts that are kept: everything counted anew from the articles and tags themselves, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from monitor.figures import Difference
from monitor.store import rollup
from monitor.store.database import Store
from monitor.store.schema import articles, counted, daily, published

SPAN = timedelta(days=30)  # counted at once: what memory holds, however large the store
TABLES = (counted, daily, published)
_KEYS = ("article", "kind", "owned", "label", "source", "outlet", "publisher", "category")

Rows = dict[tuple[Any, ...], dict[str, Any]]


def check(store: Store, *, repair: bool = False) -> Iterator[Difference]:
    """What differs between the counts that are kept and a recount, oldest day first; with ``repair`` they are then made anew.

    A month is read in one state of the store, while others write; it is held against them while it is repaired.
    """
    after: date | None = date.min
    while after:
        opened: AbstractContextManager[Connection] = store.write() if repair else store.read()
        with opened as connection:
            _hold(connection, repair)
            days = _span(connection, after)
            found = list(_differences(connection, days)) if days else []
            if repair and found and days:
                _rewrite(connection, days)
        yield from found
        after = days[1] + timedelta(days=1) if days else None


def fill(connection: Connection) -> None:
    """Make all counts anew, in the caller's transaction: for a store that was written before there were any."""
    days = _span(connection, date.min)
    while days:
        _rewrite(connection, days)
        days = _span(connection, days[1] + timedelta(days=1))


def _hold(connection: Connection, repair: bool) -> None:
    """One state of the store for all that is read; where it is repaired, nobody else keeps counts meanwhile."""
    if connection.dialect.name != "sqlite":
        names = ", ".join(table.name for table in TABLES)
        lock = f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"
        connection.execute(text(lock if repair else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _span(connection: Connection, after: date) -> rollup.Days | None:
    """The next month, from ``after`` on, of which there is anything."""
    first = [connection.scalar(select(func.min(table.c.day)).where(table.c.day >= after)) for table in (articles, *TABLES)]
    known = [day for day in first if day]
    return (min(known), min(known) + SPAN) if known else None


def _recounted(connection: Connection, days: rollup.Days) -> dict[str, list[dict[str, Any]]]:
    rows = rollup.derived(connection, articles.c.day.between(*days))
    return {
        "counted": rows,
        "daily": rollup.tallies(rollup.record_of(row[column.name] for column in counted.columns) for row in rows),
        "published": rollup.sums(connection, days),
    }


def _differences(connection: Connection, days: rollup.Days) -> Iterator[Difference]:
    recounted = _recounted(connection, days)
    for table in TABLES:
        found = _by_key(table, recounted[table.name])
        standing = (row._asdict() for row in connection.execute(select(table).where(table.c.day.between(*days))))
        kept = _by_key(table, (row for row in standing if table is not published or row["articles"]))
        for key in sorted({*found, *kept}, key=str):
            if found.get(key) != kept.get(key):
                yield _told(table, kept.get(key, {}), found.get(key, {}))


def _rewrite(connection: Connection, days: rollup.Days) -> None:
    for name, rows in _recounted(connection, days).items():
        table = next(table for table in TABLES if table.name == name)
        connection.execute(delete(table).where(table.c.day.between(*days)))
        if table is counted:  # a row may stand on another day than its article is of now
            ids = [row["article"] for row in rows]
            for at in range(0, len(ids), rollup.BATCH):
                connection.execute(delete(table).where(table.c.article.in_(ids[at : at + rollup.BATCH])))
        if rows:
            connection.execute(insert(table), rows)


def _by_key(table: Table, rows: Iterable[Mapping[str, Any]]) -> Rows:
    names = [column.name for column in table.primary_key]
    return {tuple(row[name] for name in names): dict(row) for row in rows}


def _told(table: Table, kept: Mapping[str, Any], found: Mapping[str, Any]) -> Difference:
    """The difference in words: of two rows only the columns in which they differ."""
    either = kept or found
    what = " ".join(str(either[name]) for name in _KEYS if name in table.primary_key.columns and either[name] not in ("", 0))
    apart = [name for name in either if name not in table.primary_key.columns and kept.get(name) != found.get(name)]
    said = [", ".join(f"{name} {row[name]}" for name in apart) if row else "" for row in (kept, found)]
    return Difference(table=table.name, day=either["day"], what=what, kept=said[0], found=said[1])
