"""How sources answer: the last visit of each, and per day how many visits found a living feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from monitor.clock import day_of
from monitor.health import is_frozen
from monitor.records import Visit
from monitor.store.database import Store
from monitor.store.schema import source_days, visits


def keep(store: Store, connection: Connection, visit: Visit, *, articles: int) -> None:
    """Write a visit and add it to its source's day, in the caller's transaction; one that found a frozen feed heard nothing."""
    row = asdict(visit)
    connection.execute(store.upsert(visits, change=[name for name in row if name != "source"]), row)
    counted = {
        "source": visit.source,
        "day": day_of(visit.at),
        "visits": 1,
        "good": int(visit.good and not is_frozen(visit, visit.at)),
        "unchanged": int(visit.outcome == "same"),
        "articles": articles,
    }
    connection.execute(store.upsert(source_days, add=["visits", "good", "unchanged", "articles"]), counted)


def latest(store: Store) -> dict[str, Visit]:
    """The last visit of every source that was ever visited, by source id."""
    with store.read() as connection:
        return {row.source: Visit(**row._mapping) for row in connection.execute(select(visits))}


def health(store: Store, first: date, last: date, *, sources: set[str] | None = None) -> dict[date, float]:
    """The share of visits that found a living feed, 0..1, for every day from ``first`` to ``last`` on which there were visits."""
    sums = [func.sum(source_days.c[name]) for name in ("good", "visits")]
    query = select(source_days.c.day, *sums).where(source_days.c.day.between(first, last)).group_by(source_days.c.day)
    if sources is not None:  # not the bare column: SQLite would look up every source by itself, at twice the time
        query = query.where(func.coalesce(source_days.c.source, "").in_(sorted(sources)))
    with store.read() as connection:
        return {day: float(good) / float(count) for day, good, count in connection.execute(query) if count}


def looks(store: Store, first: date, last: date) -> dict[str, tuple[int, int]]:
    """How many looks at each source found a living feed from ``first`` to ``last`` day, and how many there were, by source id."""
    sums = [func.sum(source_days.c[name]) for name in ("good", "visits")]
    query = select(source_days.c.source, *sums).where(source_days.c.day.between(first, last)).group_by(source_days.c.source)
    with store.read() as connection:
        return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}


def days(store: Store, source: str) -> list[tuple[date, int, int, int, int]]:
    """The days of a source, oldest first: (day, visits, good, unchanged, new articles)."""
    columns = [source_days.c[name] for name in ("day", "visits", "good", "unchanged", "articles")]
    with store.read() as connection:
        query = select(*columns).where(source_days.c.source == source).order_by(source_days.c.day)
        return [(row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(query)]


def heard(store: Store, sources: Collection[str], *, first: date, last: date) -> dict[str, set[date]]:
    """The days from ``first`` to ``last`` on which each of these sources was found living; those that were never visited are absent."""
    found: dict[str, set[date]] = {}
    names = sorted(sources)
    with store.read() as connection:
        for at in range(0, len(names), 500):
            chunk = source_days.c.source.in_(names[at : at + 500])
            found |= {source: set() for source in connection.scalars(select(source_days.c.source).where(chunk).distinct())}
            good = source_days.c.day.between(first, last) & (source_days.c.good > 0)
            for source, day in connection.execute(select(source_days.c.source, source_days.c.day).where(chunk & good)):
                found[source].add(day)
    return found


def is_new(connection: Connection, source: str) -> bool:
    """Whether no look at a source has been good yet."""
    return connection.scalar(select(visits.c.good_at).where(visits.c.source == source)) is None


def per_day(store: Store, until: date, *, days: int = 14) -> dict[str, float]:
    """How many new articles a source brings a day, the mean over its days with a good visit before ``until``.

    The first day is left out, since a first look brings a feed's whole backlog; a source with fewer than two days after it is absent.
    """
    lively = (source_days.c.day < until) & (source_days.c.day >= until - timedelta(days=days)) & (source_days.c.good > 0)
    query = select(source_days.c.source, source_days.c.day, source_days.c.articles).where(lively).order_by(source_days.c.day)
    found: dict[str, list[int]] = defaultdict(list)
    with store.read() as connection:
        for source, _, count in connection.execute(query):
            found[source].append(count)
    return {source: sum(counts[1:]) / (len(counts) - 1) for source, counts in found.items() if len(counts) > 2}
