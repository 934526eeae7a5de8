"""What there is to count: one lean row an article that is about social security."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, exists, func, select

from monitor.figures import Counted
from monitor.records import SENTIMENT
from monitor.store import rollup, schema
from monitor.store.database import Store
from monitor.store.schema import articles, tags

Wanted = str | Sequence[str] | None  # a label, one of several, or any


def counted(store: Store, since: datetime, until: datetime, **wanted: Wanted) -> list[Counted]:
    """The core articles seen from ``since`` up to ``until`` (UTC), oldest first.

    ``wanted`` narrows by topic, sentiment, voice, place, law or outlet, to a label or to one of several; None does not narrow.
    """
    table = schema.counted
    query = select(table).where(table.c.seen >= since, table.c.seen < until).order_by(table.c.seen, table.c.article)
    with store.read() as connection:
        return list(map(rollup.record_of, connection.execute(_narrowed(query, table, table.c.article, wanted))))


def narrowed(query: Select[Any], **wanted: Wanted) -> Select[Any]:
    """A query of articles, narrowed to those of an outlet or with a tag of a kind: ``topic="pension"``, ``place=["Huế", "Hà Nội"]``.

    A topic with a sentiment is narrowed by the tone of that topic, where the article's topics differ in tone.
    """
    return _narrowed(query, articles, articles.c.id, wanted)


def _narrowed(query: Select[Any], of: Table, number: ColumnElement[int], wanted: Mapping[str, Wanted]) -> Select[Any]:
    for kind, label in wanted.items():
        if label is None:
            continue
        labels = [label] if isinstance(label, str) else list(label)
        topic = wanted.get("topic")
        if kind == "outlet":
            query = query.where(of.c.outlet.in_(labels) | of.c.publisher.in_(labels))
        elif kind == "sentiment" and isinstance(topic, str):
            toned = _tagged(number, "tone", [f"{topic}:{tone}" for tone in SENTIMENT])
            given = _tagged(number, "tone", [f"{topic}:{one}" for one in labels])
            query = query.where(given | (_tagged(number, kind, labels) & ~toned))
        else:
            query = query.where(_tagged(number, kind, labels))
    return query


def outlets(store: Store) -> list[str]:
    """Every outlet of which there is an article of a known day, sorted."""
    of = schema.published
    with store.read() as connection:
        return sorted(connection.scalars(select(of.c.outlet).where(of.c.articles > 0).distinct()))


def lively(store: Store, first: date, last: date) -> dict[str, set[date]]:
    """The days from ``first`` to ``last`` on which each outlet published at least a quarter of what it does on its middle day."""
    of = schema.published
    query = select(of.c.outlet, of.c.day, func.sum(of.c.articles)).where(of.c.day.between(first, last), of.c.articles > 0)
    found: dict[str, dict[date, int]] = defaultdict(dict)
    with store.read() as connection:
        for outlet, day, number in connection.execute(query.group_by(of.c.outlet, of.c.day)):
            found[outlet][day] = int(number)
    return {
        outlet: {day for day, number in days.items() if 4 * number >= median(days.values())} for outlet, days in found.items()
    }


def _tagged(number: ColumnElement[int], kind: str, labels: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(tags.c.article == number, tags.c.kind == kind, tags.c.label.in_(labels))
