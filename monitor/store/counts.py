"""What there is to count: one lean row an article that is about social security."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from monitor.figures import Counted
from monitor.records import SENTIMENT
from monitor.store.database import Store
from monitor.store.schema import articles, tags

_COLUMNS = [articles.c[name] for name in ("id", "day", "seen", "outlet", "publisher", "category", "story", "source")]


Wanted = str | Sequence[str] | None  # a label, one of several, or any


def counted(store: Store, since: datetime, until: datetime, **wanted: Wanted) -> list[Counted]:
    """The core articles seen from ``since`` up to ``until`` (UTC), oldest first.

    ``wanted`` narrows by topic, sentiment, voice, place, law or outlet, to a label or to one of several; None does not narrow.
    """
    window = (articles.c.seen >= since) & (articles.c.seen < until)
    query = narrowed(select(*_COLUMNS).where(window), relevance="core", **wanted).order_by(articles.c.seen, articles.c.id)
    with store.read() as connection:
        rows = connection.execute(query).all()
        labels: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for at in range(0, len(rows), 500):
            ids = [row.id for row in rows[at : at + 500]]
            given = select(tags.c.article, tags.c.kind, tags.c.label).where(tags.c.article.in_(ids))
            for article, kind, label in connection.execute(given.order_by(tags.c.score.desc())):
                labels[article][kind].append(label)
    return [_counted(row, labels[row.id]) for row in rows]


def narrowed(query: Select[Any], **wanted: Wanted) -> Select[Any]:
    """A query of articles, narrowed to those of an outlet or with a tag of a kind: ``topic="pension"``, ``place=["Huế", "Hà Nội"]``.

    A topic with a sentiment is narrowed by the tone of that topic, where the article's topics differ in tone.
    """
    for kind, label in wanted.items():
        if label is None:
            continue
        labels = [label] if isinstance(label, str) else list(label)
        topic = wanted.get("topic")
        if kind == "outlet":
            query = query.where(articles.c.outlet.in_(labels) | articles.c.publisher.in_(labels))
        elif kind == "sentiment" and isinstance(topic, str):
            toned = _tagged("tone", [f"{topic}:{tone}" for tone in SENTIMENT])
            query = query.where(_tagged("tone", [f"{topic}:{one}" for one in labels]) | (_tagged(kind, labels) & ~toned))
        else:
            query = query.where(_tagged(kind, labels))
    return query


def outlets(store: Store) -> list[str]:
    """Every outlet of which there is an article, sorted."""
    with store.read() as connection:
        return sorted(connection.scalars(select(articles.c.outlet).distinct()))


def lively(store: Store, first: date, last: date) -> dict[str, set[date]]:
    """The days from ``first`` to ``last`` on which each outlet published at least a quarter of what it does on its middle day."""
    query = select(articles.c.outlet, articles.c.day, func.count()).where(articles.c.day.between(first, last))
    found: dict[str, dict[date, int]] = defaultdict(dict)
    with store.read() as connection:
        for outlet, day, number in connection.execute(query.group_by(articles.c.outlet, articles.c.day)):
            found[outlet][day] = number
    return {
        outlet: {day for day, number in days.items() if 4 * number >= median(days.values())} for outlet, days in found.items()
    }


def _tagged(kind: str, labels: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(tags.c.article == articles.c.id, tags.c.kind == kind, tags.c.label.in_(labels))


def _counted(row: Any, labels: dict[str, list[str]]) -> Counted:
    return Counted(
        **row._mapping,
        sentiment=next(iter(labels["sentiment"]), ""),
        voice=next(iter(labels["voice"]), ""),
        topics=tuple(labels["topic"]),
        places=tuple(labels["place"]),
        laws=tuple(labels["law"]),
        tones=tuple(labels["tone"]),
    )
