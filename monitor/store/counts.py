"""What there is to count: one lean row an article that is about social security."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select

from monitor.figures import Counted
from monitor.store.database import Store
from monitor.store.schema import articles, tags

_COLUMNS = [articles.c[name] for name in ("id", "day", "seen", "outlet", "publisher", "category", "story")]


def counted(store: Store, since: datetime, until: datetime, **wanted: str | None) -> list[Counted]:
    """The core articles seen from ``since`` up to ``until`` (UTC), oldest first.

    ``wanted`` narrows by topic, sentiment, voice, place or outlet; None does not narrow.
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


def narrowed(query: Select[Any], **wanted: str | None) -> Select[Any]:
    """A query of articles, narrowed to those of an outlet or with a tag of a kind: ``topic="pension"``."""
    for kind, label in wanted.items():
        if label is None:
            continue
        if kind == "outlet":
            query = query.where((articles.c.outlet == label) | (articles.c.publisher == label))
        else:
            query = query.where(exists().where(tags.c.article == articles.c.id, tags.c.kind == kind, tags.c.label == label))
    return query


def outlets(store: Store) -> list[str]:
    """Every outlet of which there is an article, sorted."""
    with store.read() as connection:
        return sorted(connection.scalars(select(articles.c.outlet).distinct()))


def _counted(row: Any, labels: dict[str, list[str]]) -> Counted:
    return Counted(
        **row._mapping,
        sentiment=next(iter(labels["sentiment"]), ""),
        voice=next(iter(labels["voice"]), ""),
        topics=tuple(labels["topic"]),
        places=tuple(labels["place"]),
    )
