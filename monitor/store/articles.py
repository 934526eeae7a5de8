"""What was read: articles kept once by their canonical URL, and given back as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from monitor.clock import day_of
from monitor.errors import StoreError
from monitor.privacy import unnamed
from monitor.records import Article, FeedEntry, Gathering, Source, TaggedArticle
from monitor.store import again as asked_again
from monitor.store import corrections, evidence, index, rollup, visits
from monitor.store.bulk import among, insert_all
from monitor.store.database import Store
from monitor.store.retention import FORGOTTEN, gone
from monitor.store.rollup import BASELINE
from monitor.store.schema import articles, changes
from monitor.url import article_key, canonical_url

BATCH = 500  # articles a transaction: a disk takes some 7 ms for each, and more hold the write lock for longer
MOST = 10  # headlines of one article that are followed: some outlets swap two of them all day long
_WORDING = ("title", "lead", "text")
_SHORT = select(*[articles.c[name] for name in ("id", "url", "key", "source", "title", "version")]).order_by(articles.c.id.desc())
_AT = {column: _SHORT.where(among(column, "names")) for column in (articles.c.key, articles.c.url)}
_WHOLE = select(articles).where(among(articles.c.id, "ids"))
_CONTENT = (*_WORDING, "context", "outlet", "kind", "published")


def known(store: Store, urls: Iterable[str]) -> set[str]:
    """Those of the canonical URLs whose article is in the store, under this address or an earlier one."""
    wanted = list(urls)
    with store.read() as connection:
        return {*_standing(connection, wanted), *gone(connection, wanted)}


def address(store: Store, url: str) -> str:
    """The address under which the article of an URL stands in the store, however the URL is shared; "" where there is none."""
    forms = [form for form in (canonical_url(url), url) if form]
    with store.read() as connection:
        found = _standing(connection, forms)
    return next((found[form].url for form in forms if form in found), "")


def unchanged(store: Store, entries: Iterable[FeedEntry]) -> set[str]:
    """The links of those entries that need not be read: their article is in the store, with this headline.

    Only the source that brought an article can change it, since sections of one paper shorten headlines each in its own way.
    Letters and digits are compared: a new comma is no news. After MOST headlines an article is left alone.
    """
    given = {entry.link: entry for entry in entries}
    with store.read() as connection:
        standing = _standing(connection, given)
        other = {
            row.id for url, row in standing.items() if given[url].title and _renamed(row, given[url].source, given[url].title)
        }
        query = select(changes.c.article).where(changes.c.article.in_(other), changes.c.field == "title")
        weary = set(connection.scalars(query.group_by(changes.c.article).having(func.count() >= MOST))) if other else set()
        erased = gone(connection, given)
    return {url for url, row in standing.items() if row.id not in other or row.id in weary} | erased


def keep_gathering(store: Store, gathering: Gathering, archive: evidence.Archive | None = None) -> tuple[int, int]:
    """How many articles were new, and how many stood there under another headline of the same source and were changed.

    What brings no date at the first look at its source is kept as known, and neither tagged nor counted: it would all be of today.
    What was read goes to the archive. The visit is written in the transaction of the last batch: after a crash before it
    the feed is read again, and nothing is lost.
    """
    new = changed = 0
    chunks = [gathering.articles[at : at + BATCH] for at in range(0, len(gathering.articles), BATCH)] or [()]
    for number, chunk in enumerate(chunks, 1):
        with store.write() as connection:
            standing = _standing(connection, (article.url for article in chunk))
            renewed, silent = _renew(store, connection, chunk, standing), visits.is_new(connection, gathering.source.id)
            rows = [row_of(article, gathering.source) for article in chunk if article.url not in standing]
            quiet = [{**row, "version": BASELINE if silent and not row["published"] else ""} for row in rows]
            ids = _insert(store, connection, quiet)
            if archive:
                evidence.keep(connection, archive, gathering.captures, ids=ids | renewed)
            new, changed = new + len(ids), changed + len(renewed)
            if number == len(chunks) and gathering.visit.outcome != "past":  # a walk into the past is no visit
                visits.keep(store, connection, gathering.visit, articles=new)
                asked_again.ask_again(store, connection, gathering.again, now=gathering.visit.at)
    return new, changed


def keep_articles(store: Store, found: Sequence[Article]) -> tuple[int, int]:
    """How many articles were new, and how many stood there with other words and were changed (they will be tagged again)."""
    new = changed = 0
    for at in range(0, len(found), BATCH):
        given = {article.url: article for article in found[at : at + BATCH]}
        with store.write() as connection:
            known = _standing(connection, given)
            by_id = {row.id: url for url, row in known.items()}
            for standing in connection.execute(_WHOLE, {"ids": sorted(by_id)}).all() if by_id else ():
                changed += _change(store, connection, standing, replace(given[by_id[standing.id]], url=standing.url))
            new += len(_insert(store, connection, [row_of(article) for url, article in given.items() if url not in known]))
    return new, changed


def reword(store: Store, article: Article) -> bool:
    """Whether the page of a standing article says other words than it did (letters and digits are compared), and so was changed."""
    with store.write() as connection:
        standing = connection.execute(select(articles).where(articles.c.url == article.url)).one_or_none()
        if standing is None or not article.text:
            return False
        if all(index.words(getattr(standing, name)) == index.words(getattr(article, name)) for name in ("lead", "text")):
            return False
        return _change(store, connection, standing, article)


def untagged(store: Store, version: str, *, since: datetime | None = None) -> Iterator[TaggedArticle]:
    """Articles that the tagger of this version has not tagged, with their segmentation ("" where none) and what officers said.

    First those that no tagger has seen, then those of each other version, newest first; with ``since`` (UTC) those seen from then
    on. Read in batches by id, so that what is tagged meanwhile does not shift what comes. Why version by version: "not this
    version" would read the whole table each time.
    """
    for standing in _versions(store):
        below: int | None = None
        while standing not in (version, FORGOTTEN, BASELINE):
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


def by_url(store: Store, urls: Iterable[str]) -> list[Article]:
    """The articles that stand under just these URLs, in their order."""
    wanted = list(urls)
    with store.read() as connection:
        rows = connection.execute(select(articles).where(articles.c.url.in_(wanted))).all()
    found = {row.url: article_of(row) for row in rows if row.version != FORGOTTEN}
    return [found[url] for url in wanted if url in found]


def total(store: Store) -> int:
    """How many articles there are."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(articles)).scalar_one())


def row_of(article: Article, source: Source | None = None) -> dict[str, Any]:
    """The article as a row; where it came from a source, that says who publishes it. Raises StoreError for a time without a zone."""
    if article.fetched.tzinfo is None or (article.published and article.published.tzinfo is None):
        raise StoreError(f"{article.url}: a time without a zone cannot be stored; give it one")
    article, seen = unnamed(article), article.published or article.fetched
    return {
        "url": article.url,
        "key": article_key(article.url),
        "source": article.source,
        "outlet": article.outlet,
        "publisher": article.publisher or (source.publisher if source else article.outlet),
        "category": article.category or (source.category if source else "national"),
        "kind": article.kind,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "context": article.context,
        "published": article.published,
        "fetched": article.fetched,
        "speaker": article.speaker,
        "seen": seen,
        "day": day_of(seen),
    }


def article_of(row: Row[Any]) -> Article:
    """The row as an article."""
    given = row._asdict()
    return Article(**{name: given[name] for name in given.keys() & Article.__dataclass_fields__.keys()})


def _untagged(row: Row[Any], said: Mapping[int, Mapping[str, Sequence[str]]]) -> TaggedArticle:
    return TaggedArticle(article=article_of(row), words=row.words, tags=corrections.as_tags(said.get(row.id, {})))


def _insert(store: Store, connection: Connection, rows: list[dict[str, Any]]) -> dict[str, int]:
    """The ids of the rows that were new, by URL, in order of time: newest-first is then a walk back along the row ids.

    None of them may stand. Who asked holds the write lock of SQLite, so that ids can be given out here; on PostgreSQL another program
    may have written the same meanwhile.
    """
    if not rows:
        return {}
    unique = {row["key"] or row["url"]: row for row in reversed(rows)}  # the first of two with one URL, or one number, stays
    erased = gone(connection, [row["url"] for row in unique.values()])
    fresh = sorted((row for row in unique.values() if row["url"] not in erased), key=lambda row: (row["seen"], row["url"]))
    if not fresh:
        return {}
    if store.is_sqlite:
        first = (connection.scalar(select(func.max(articles.c.id))) or 0) + 1
        ids = {row["url"]: number for number, row in enumerate(fresh, first)}
        insert_all(connection, articles, [{"id": ids[row["url"]], **row} for row in fresh])
    else:
        made = store.upsert(articles).returning(articles.c.id, articles.c.url)
        ids = {url: number for number, url in connection.execute(made, fresh)}
    new = [row for row in fresh if row["url"] in ids]
    index.add(connection, [(ids[row["url"]], row) for row in new])
    rollup.publish(store, connection, new)
    return ids


def _standing(connection: Connection, urls: Iterable[str]) -> dict[str, Row[Any]]:
    """The articles that stand under these canonical URLs, or under others with the same number, by the URL that was asked for."""
    keys = {url: article_key(url) for url in urls}
    found: dict[str, Row[Any]] = {}
    for column, wanted in ((articles.c.key, {key for key in keys.values() if key}), (articles.c.url, set(keys))):
        rows = connection.execute(_AT[column], {"names": sorted(wanted)})
        found |= {getattr(row, column.name): row for row in rows}
    named = {url: found.get(url) or found.get(key) for url, key in keys.items()}
    return {url: row for url, row in named.items() if row is not None}


def _renamed(standing: Row[Any], source: str, title: str) -> bool:
    if not source or standing.source != source or standing.version == FORGOTTEN:
        return False
    return index.words(standing.title) != index.words(title)


def _renew(store: Store, connection: Connection, found: Sequence[Article], standing: Mapping[str, Row[Any]]) -> dict[str, int]:
    """The ids of the ``standing`` articles that were changed, by the URL under which they were read now.

    They keep their address and their date. A page that could not be read this time takes nothing away.
    """
    given = {article.url: article for article in found}
    renewed: dict[str, int] = {}
    for url, short in standing.items():
        article = given[url]
        if _renamed(short, article.source, article.title):
            before = connection.execute(select(articles).where(articles.c.id == short.id)).one()
            lead = article.lead if article.text or not before.text else before.lead
            kept = {"url": before.url, "published": before.published or article.published, "context": before.context}
            now = replace(article, lead=lead or before.lead, text=article.text or before.text, **kept)
            renewed |= {url: before.id} if _change(store, connection, before, now) else {}
    return renewed


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
    """Whether a standing article was changed to what ``article`` says; the words that stood there are noted.

    When it was read, and who publishes it while the outlet is the same, stay; so does a date that is not stated again.
    """
    if standing.version == FORGOTTEN:
        return False
    row = row_of(replace(article, fetched=standing.fetched, published=article.published or standing.published))
    if all(getattr(standing, name) == row[name] for name in _CONTENT):
        return False
    if standing.outlet == article.outlet:
        row |= {name: getattr(standing, name) for name in ("source", "publisher", "category")}
    row |= {"words": "", "version": ""}
    other = {name: getattr(standing, name) for name in _WORDING if row[name] and getattr(standing, name) not in ("", row[name])}
    evidence.note(connection, standing.id, article.fetched, told=other)
    connection.execute(update(articles).where(articles.c.id == standing.id).values(**row))
    index.remove(connection, standing.id, row=standing._mapping)
    index.add(connection, [(standing.id, row)])
    rollup.publish(store, connection, [standing._asdict()], by=-1)
    rollup.publish(store, connection, [{**standing._asdict(), **row}])
    rollup.follow(connection, [standing.id])
    return True
