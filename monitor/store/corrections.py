"""What officers corrected: kept beside the article with who and when, laid over the tags of every model, and taught to the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from monitor.errors import UsageError
from monitor.records import Correction, Tag, TaggedArticle
from monitor.store import rollup
from monitor.store.database import Store
from monitor.store.schema import articles, corrections, tags

BY = "correction"  # in Tag.by: an officer said so


def correct(
    store: Store, url: str, changes: Mapping[str, Sequence[str]], *, who: str, at: datetime
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """What stood and what stands now, for each kind of tag in ``changes``; the labels of a kind are replaced as a whole.

    Raises UsageError where no article has this canonical URL.
    """
    with store.write() as connection:
        article = connection.scalar(select(articles.c.id).where(articles.c.url == url))
        if article is None:
            raise UsageError(f"{url}: no such article in the store; look it up with `monitor ask`")
        told = {}
        for kind, labels in changes.items():
            query = select(tags.c.label).where(tags.c.article == article, tags.c.kind == kind).order_by(tags.c.score.desc())
            before = tuple(connection.scalars(query))
            row = {"article": article, "kind": kind, "labels": list(labels), "before": list(before), "who": who, "at": at}
            connection.execute(insert(corrections), row)
            _replace(connection, article, kind, labels)
            told[kind] = (before, tuple(labels))
        rollup.follow(connection, [article])
    return told


def standing(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """The labels that officers gave, by article and kind: the last word on each."""
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    query = select(corrections.c.article, corrections.c.kind, corrections.c.labels)
    for article, kind, labels in connection.execute(query.where(corrections.c.article.in_(list(ids))).order_by(corrections.c.id)):
        found[article][kind] = labels
    return found


def overlaid(item: TaggedArticle, said: Mapping[str, Sequence[str]]) -> TaggedArticle:
    """The article with what an officer said in place of what a model said."""
    if not said:
        return item
    kept = tuple(tag for tag in item.tags if tag.kind not in said)
    return TaggedArticle(article=item.article, words=item.words, tags=kept + as_tags(said))


def as_tags(said: Mapping[str, Sequence[str]]) -> tuple[Tag, ...]:
    """What an officer said, as tags that are certain."""
    return tuple(Tag(kind=kind, label=label, score=1.0, by=BY) for kind, labels in said.items() for label in labels)


def history(store: Store, article: int) -> list[Correction]:
    """Every correction of an article, oldest first."""
    query = select(corrections).where(corrections.c.article == article).order_by(corrections.c.id)
    with store.read() as connection:
        return [
            Correction(kind=row.kind, labels=tuple(row.labels), before=tuple(row.before), who=row.who, at=row.at)
            for row in connection.execute(query)
        ]


def everything(store: Store) -> dict[int, dict[str, list[str]]]:
    """All that officers said, the last word on each article and kind, oldest article first."""
    with store.read() as connection:
        ids = connection.scalars(select(corrections.c.article).distinct().order_by(corrections.c.article)).all()
        return standing(connection, ids)


def total(store: Store) -> int:
    """How many corrections were made."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(corrections)).scalar_one())


def _replace(connection: Connection, article: int, kind: str, labels: Sequence[str]) -> None:
    connection.execute(delete(tags).where(tags.c.article == article, tags.c.kind == kind))
    rows = [{"article": article, "kind": kind, "label": label, "score": 1.0, "by": BY, "evidence": []} for label in labels]
    if rows:
        connection.execute(insert(tags), rows)
