"""What was read: articles kept once by their canonical URL, and given back as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from monitor.clock import day_of
from monitor.errors import StoreError
from monitor.records import Article, Gathering, Source, TaggedArticle
from monitor.store import corrections, index, visits
from monitor.store.database import Store
from monitor.store.schema import articles

BATCH = 200  # articles a transaction: one each costs twice as much, more hold the write lock for longer
_CONTENT = ("title", "lead", "text", "context", "outlet", "kind", "published")


def known(store: Store, urls: Iterable[str]) -> set[str]:
    """Those of the canonical URLs that are in the store."""
    wanted = list(dict.fromkeys(urls))
    found: set[str] = set()
    with store.read() as connection:
        for at in range(0, len(wanted), 500):
            query = select(articles.c.url).where(articles.c.url.in_(wanted[at : at + 500]))
            found.update(connection.scalars(query))
    return found


def keep_gathering(store: Store, gathering: Gathering) -> int:
    """How many articles were new; an article that is known stays as it is.

    The visit is written in the transaction of the last batch: after a crash before it the feed is read again, and nothing is lost.
    """
    new = 0
    chunks = [gathering.articles[at : at + BATCH] for at in range(0, len(gathering.articles), BATCH)] or [()]
    for number, chunk in enumerate(chunks, 1):
        with store.write() as connection:
            new += len(_insert(store, connection, [row_of(article, gathering.source) for article in chunk]))
            if number == len(chunks):
                visits.keep(store, connection, gathering.visit, articles=new)
    return new


def keep_articles(store: Store, found: Sequence[Article]) -> tuple[int, int]:
    """How many articles were new, and how many stood there with other words and were changed (they will be tagged again)."""
    new = changed = 0
    for at in range(0, len(found), BATCH):
        given = {article.url: article for article in found[at : at + BATCH]}
        with store.write() as connection:
            query = select(articles).where(articles.c.url.in_(sorted(given)))
            for standing in connection.execute(query).all():
                changed += _change(store, connection, standing, given.pop(standing.url))
            new += len(_insert(store, connection, [row_of(article) for article in given.values()]))
    return new, changed


def untagged(store: Store, version: str, *, since: datetime | None = None) -> Iterator[TaggedArticle]:
    """Articles that the tagger of this version has not tagged, with their segmentation ("" where none) and what officers said.

    First those that no tagger has seen, then those of each other version, newest first; with ``since`` (UTC) those seen from then
    on. Read in batches by id, so that what is tagged meanwhile does not shift what comes. Why version by version: "not this
    version" would read the whole table each time.
    """
    for standing in _versions(store):
        below: int | None = None
        while standing != version:
            query = select(articles).where(articles.c.version == standing).order_by(articles.c.id.desc()).limit(BATCH)
            query = query if since is None else query.where(articles.c.seen >= since)
            with store.read() as connection:
                rows = connection.execute(query if below is None else query.where(articles.c.id < below)).all()
                said = corrections.standing(connection, [row.id for row in rows])
            if not rows:
                break
            yield from (_untagged(row, said) for row in rows)
            below = rows[-1].id


def again(store: Store, *ids: int) -> list[TaggedArticle]:
    """The articles of these ids as ``untagged`` gives them."""
    with store.read() as connection:
        rows = connection.execute(select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id)).all()
        said = corrections.standing(connection, ids)
    return [_untagged(row, said) for row in rows]


def total(store: Store) -> int:
    """How many articles there are."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(articles)).scalar_one())


def row_of(article: Article, source: Source | None = None) -> dict[str, Any]:
    """The article as a row; where it came from a source, that says who publishes it. Raises StoreError for a time without a zone."""
    if article.fetched.tzinfo is None or (article.published and article.published.tzinfo is None):
        raise StoreError(f"{article.url}: a time without a zone cannot be stored; give it one")
    seen = article.published or article.fetched
    return {
        "url": article.url,
        "source": article.source,
        "outlet": article.outlet,
        "publisher": source.publisher if source else article.publisher or article.outlet,
        "category": source.category if source else article.category or "national",
        "kind": article.kind,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "context": article.context,
        "published": article.published,
        "fetched": article.fetched,
        "seen": seen,
        "day": day_of(seen),
    }


def article_of(row: Row[Any]) -> Article:
    """The row as an article."""
    given = row._mapping
    return Article(**{name: given[name] for name in Article.__dataclass_fields__ if name in given})


def _untagged(row: Row[Any], said: Mapping[int, Mapping[str, Sequence[str]]]) -> TaggedArticle:
    return TaggedArticle(article=article_of(row), words=row.words, tags=corrections.as_tags(said.get(row.id, {})))


def _insert(store: Store, connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
    """The ids of the rows that were new, in order of time: newest-first is then a walk back along the row ids."""
    if not rows:
        return []
    unique = {row["url"]: row for row in reversed(rows)}  # the first of two with one URL stays
    standing = set(connection.scalars(select(articles.c.url).where(articles.c.url.in_(sorted(unique)))))
    fresh = sorted((row for row in unique.values() if row["url"] not in standing), key=lambda row: (row["seen"], row["url"]))
    if not fresh:
        return []
    made = store.upsert(articles).returning(articles.c.id, articles.c.url)
    ids = {url: number for number, url in connection.execute(made, fresh)}
    index.add(store, connection, [(ids[row["url"]], _searched(row)) for row in fresh if row["url"] in ids])
    return list(ids.values())


def _versions(store: Store) -> list[str]:
    """Every version that stands in the table, "" first: a hop along the index for each."""
    found: list[str] = []
    with store.read() as connection:
        query = select(func.min(articles.c.version))
        version = connection.scalar(query)
        while version is not None:
            found.append(version)
            version = connection.scalar(query.where(articles.c.version > version))
    return found


def _change(store: Store, connection: Connection, standing: Row[Any], article: Article) -> bool:
    """Whether a standing article was changed to what ``article`` says.

    When it was read, and who publishes it while the outlet is the same, stay; so does a date that is not stated again.
    """
    row = row_of(replace(article, fetched=standing.fetched, published=article.published or standing.published))
    if all(getattr(standing, name) == row[name] for name in _CONTENT):
        return False
    if standing.outlet == article.outlet:
        row |= {name: getattr(standing, name) for name in ("source", "publisher", "category")}
    row |= {"words": "", "version": ""}
    connection.execute(update(articles).where(articles.c.id == standing.id).values(**row))
    index.remove(store, connection, standing.id, document=_searched(standing._mapping))
    index.add(store, connection, [(standing.id, _searched(row))])
    return True


def _searched(row: Any) -> str:
    return "\n".join(row[name] for name in ("title", "lead", "text") if row[name])
