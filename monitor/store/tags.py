"""What articles are about: tags written with the segmentation, and the story that an article belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, literal, select, tuple_

from monitor.errors import UsageError
from monitor.records import Article, Evidence, Tag, TaggedArticle
from monitor.store import corrections, events, rollup, stories
from monitor.store.articles import article_of
from monitor.store.bulk import among, insert_all
from monitor.store.database import Store
from monitor.store.schema import Moment, articles, counted, tags

_WRITTEN = {  # past SQLAlchemy, which takes as long as the database over each
    True: "UPDATE articles SET words = ?, version = ? WHERE id = ?",
    False: "UPDATE articles SET words = %s, version = %s WHERE id = %s",
}
_WITHDRAWN = delete(tags).where(among(tags.c.article, "ids"))
_ARTICLE = [articles.c[name] for name in Article.__dataclass_fields__]


def keep(store: Store, tagged: Sequence[TaggedArticle], version: str) -> int:
    """How many articles were given tags: words, tags, story and the tagger's version, all in one transaction.

    What officers corrected stays as they said.
    """
    if not tagged:
        return 0
    ids = [item.article.id for item in tagged if item.article.id is not None]
    with store.write() as connection:
        rollup.recognise(store, connection, ids)
        connection.exec_driver_sql(_WRITTEN[store.is_sqlite], [(item.words, version, item.article.id) for item in tagged])
        connection.execute(_WITHDRAWN, {"ids": ids})
        orphaned = stories.withdraw(connection, ids)
        said = corrections.standing(connection, ids)
        tagged = [corrections.overlaid(item, said.get(item.article.id or 0, {})) for item in tagged]
        insert_all(connection, tags, [_row(item, tag) for item in tagged for tag in item.tags])
        stories.give(connection, tagged)
        events.mend(connection, orphaned)
        rollup.follow(connection, ids)
    return len(tagged)


def tagged_of(store: Store, query: Select[Any]) -> list[TaggedArticle]:
    """The tagged articles that a query of article ids gives, in its order."""
    with store.read() as connection:
        order = list(connection.scalars(query))
        rows: dict[int, Any] = {}
        found: dict[int, list[Tag]] = defaultdict(list)
        for at in range(0, len(order), 500):
            chunk = order[at : at + 500]
            rows |= {row.id: row for row in connection.execute(select(*_ARTICLE).where(articles.c.id.in_(chunk)))}
            for row in connection.execute(select(tags).where(tags.c.article.in_(chunk)).order_by(tags.c.score.desc())):
                found[row.article].append(_tag(row))
    return [TaggedArticle(article=article_of(rows[key]), words="", tags=tuple(found[key])) for key in order]


def by_ids(store: Store, ids: Iterable[int]) -> list[TaggedArticle]:
    """The tagged articles of these ids, oldest first; those that are gone are left out."""
    wanted, found = sorted(set(ids)), []
    for chunk in (wanted[at : at + 500] for at in range(0, len(wanted), 500)):
        found += tagged_of(store, select(articles.c.id).where(articles.c.id.in_(chunk)))
    return sorted(found, key=lambda item: (item.article.published or item.article.fetched, item.article.id or 0))


def labels(store: Store, kind: str) -> list[str]:
    """Every label of a kind that an article has, sorted."""
    with store.read() as connection:
        return sorted(connection.scalars(select(tags.c.label).where(tags.c.kind == kind).distinct()))


def of_story(store: Store, story: str) -> list[TaggedArticle]:
    """The articles of a story with their tags, earliest first."""
    return tagged_of(store, select(articles.c.id).where(articles.c.story == story).order_by(articles.c.seen, articles.c.id))


def count_story(store: Store, story: str) -> int:
    """How many articles a story has."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).where(articles.c.story == story)).scalar_one())


def one(store: Store, url: str) -> TaggedArticle:
    """The article of a canonical URL with its tags and their evidence. Raises UsageError where the store has none."""
    found = tagged_of(store, select(articles.c.id).where(articles.c.url == url))
    if not found:
        raise UsageError(f"{url}: no such article in the store; look it up with `monitor ask`")
    return found[0]


def corrected(store: Store) -> list[tuple[TaggedArticle, dict[str, list[str]]]]:
    """Every article that officers corrected, with its tags and what they said last on each kind; oldest first."""
    said = corrections.everything(store)
    found = []
    for chunk in (list(said)[at : at + 500] for at in range(0, len(said), 500)):
        found += tagged_of(store, select(articles.c.id).where(articles.c.id.in_(chunk)).order_by(articles.c.id))
    return [(item, said[item.article.id or 0]) for item in found]


def unsure(store: Store, since: datetime, until: datetime, *, below: float) -> list[TaggedArticle]:
    """The articles seen from ``since`` up to ``until`` (UTC) whose relevance scores less than ``below``, newest first."""
    doubt = select(tags.c.article).where(tags.c.kind == "relevance", tags.c.score < below)
    window = (articles.c.seen >= since) & (articles.c.seen < until)
    return tagged_of(store, select(articles.c.id).where(window, articles.c.id.in_(doubt)).order_by(articles.c.seen.desc()))


def relevant(store: Store, since: datetime, until: datetime, *, labels: Iterable[str] = ("core",)) -> list[TaggedArticle]:
    """The articles seen from ``since`` up to ``until`` (UTC) that are about social security, oldest first."""
    if tuple(labels) == ("core",):  # those of all years stand under the tag, those of a window in the lean rows
        window = (counted.c.seen >= since) & (counted.c.seen < until)
        return tagged_of(store, select(counted.c.article).where(window).order_by(counted.c.seen, counted.c.article))
    about = select(tags.c.article).where(tags.c.kind == "relevance", tags.c.label.in_(list(labels)))
    window = (articles.c.seen >= since) & (articles.c.seen < until)
    return tagged_of(
        store, select(articles.c.id).where(window, articles.c.id.in_(about)).order_by(articles.c.seen, articles.c.id)
    )


def _row(item: TaggedArticle, tag: Tag) -> dict[str, Any]:
    spans = [[span.start, span.end, span.text, span.weight] for span in tag.evidence]
    return {"article": item.article.id, "kind": tag.kind, "label": tag.label, "score": tag.score, "by": tag.by, "evidence": spans}


def _tag(row: Any) -> Tag:
    spans = tuple(Evidence(start=start, end=end, text=text, weight=weight) for start, end, text, weight in row.evidence)
    return Tag(kind=row.kind, label=row.label, score=row.score, by=row.by, evidence=spans)


def models(store: Store, since: datetime, until: datetime) -> tuple[str, ...]:
    """The models and rules that tagged what was seen from ``since`` up to ``until``, sorted."""
    window = (articles.c.seen >= since) & (articles.c.seen < until)
    query = select(tags.c.by).join(articles, articles.c.id == tags.c.article).where(window).distinct()
    with store.read() as connection:
        return tuple(sorted(connection.scalars(query)))


def everything(store: Store, since: datetime | None, until: datetime | None) -> Iterator[TaggedArticle]:
    """Every article seen in the range (UTC, None is open), oldest first, with its tags; read in batches."""
    after: tuple[datetime, int] | None = None
    while True:
        query = select(articles.c.id, articles.c.seen).order_by(articles.c.seen, articles.c.id).limit(500)
        query = query.where(articles.c.seen >= since) if since else query
        query = query.where(articles.c.seen < until) if until else query
        if after:
            query = query.where(tuple_(articles.c.seen, articles.c.id) > tuple_(literal(after[0], Moment), literal(after[1])))
        with store.read() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from tagged_of(
            store,
            select(articles.c.id).where(articles.c.id.in_([row.id for row in rows])).order_by(articles.c.seen, articles.c.id),
        )
        after = (rows[-1].seen, rows[-1].id)
