"""Text that goes: what comments and posts said after their time, and what a person asks to have erased.

Forgetting takes the words and keeps the row: address, day, tags and story, so that every count stays what it was. Erasing takes the
row and all that hangs on it, and keeps the hash of its address, so that a feed that still shows it does not bring it back.

Why a sweep: after a DELETE the words stand in free pages, in the full-text index and in the log; only an index merged into one, a
file written anew and a log cut to nothing hold none of them. Backups, exports and digests that were written before are not in reach.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, String, Table, Text, cast, delete, or_, select, text, update

from monitor.errors import StoreError
from monitor.store import events, index, rollup, warc
from monitor.store.database import ROOM, Store
from monitor.store.schema import articles, erased, evidence, metadata, runs, tags
from monitor.url import article_key

FORGOTTEN = "forgotten"  # in articles.version: its words have gone, no tagger looks at it again
BATCH = 500
PATIENCE = 30_000  # milliseconds that a reader of the store is waited for
_WORDS = ("title", "lead", "text", "context", "words", "speaker")
_COUNTED = {
    "tags",
    "corrections",
    "bands",
    "event_words",
    "looks",
}  # what hangs on an article and holds labels or numbers, no sentences


def forget(store: Store, before: Mapping[str, datetime]) -> int:
    """How many articles lost their words: those of each kind that were fetched before the moment of that kind."""
    count = 0
    for kind, moment in before.items():
        wanted = (articles.c.kind == kind) & (articles.c.fetched < moment) & (articles.c.version != FORGOTTEN)
        while True:
            with store.write() as connection:
                rows = connection.execute(select(articles).where(wanted).order_by(articles.c.id).limit(BATCH)).all()
                _unindex(connection, rows)
                index.add(connection, [(row.id, {**row._mapping, **dict.fromkeys(_WORDS, "")}) for row in rows])  # outlet, kind
                ids = [row.id for row in rows]
                rollup.recognise(store, connection, ids)
                connection.execute(
                    update(articles).where(articles.c.id.in_(ids)).values({**dict.fromkeys(_WORDS, ""), "version": FORGOTTEN})
                )
                connection.execute(update(tags).where(tags.c.article.in_(ids)).values(evidence=[]))
                for table in _with_words():
                    connection.execute(delete(table).where(table.c.article.in_(ids)))
            count += len(rows)
            if len(rows) < BATCH:
                break
    if count:
        sweep(store)
    return count


def matching(store: Store, words: str) -> list[str]:
    """The addresses of the articles that hold these words, as written, in any text that is kept of them; oldest first."""
    held = [articles.c[name].contains(words, autoescape=True) for name in (*_WORDS, "url")]
    for table in _with_words():
        texts = [column.contains(words, autoescape=True) for column in table.c if isinstance(column.type, Text | String)]
        held += [articles.c.id.in_(select(table.c.article).where(or_(*texts)))] if texts else []
    with store.read() as connection:
        return list(connection.scalars(select(articles.c.url).where(or_(*held)).order_by(articles.c.seen, articles.c.id)))


def under(store: Store, url: str) -> list[str]:
    """The address, where an article stands there, and those of the comments that hang on it."""
    hanging = articles.c.url.startswith(f"{url}#comment-", autoescape=True)
    with store.read() as connection:
        return list(connection.scalars(select(articles.c.url).where((articles.c.url == url) | hanging).order_by(articles.c.id)))


def erase(store: Store, urls: Iterable[str], *, at: datetime, archive: Path | None = None) -> int:
    """How many articles were erased with all that hangs on them; nothing of their words is left in the store.

    What ``archive``, the folder of evidence, holds of them alone is written over.
    """
    wanted, count = list(dict.fromkeys(urls)), 0
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        with store.write() as connection:
            rows = connection.execute(select(articles).where(articles.c.url.in_(batch))).all()
            _unindex(connection, rows)
            for url in batch:
                connection.execute(store.upsert(erased), {"mark": mark_of(url), "at": at})
                _unmention(connection, url)
            if archive:
                _blank_evidence(connection, archive, [row.id for row in rows])
            orphaned = events.signposts(connection, [row.id for row in rows])
            connection.execute(delete(articles).where(articles.c.id.in_([row.id for row in rows])))
            events.mend(connection, orphaned)
            rollup.publish(store, connection, [row._asdict() for row in rows], by=-1)
            rollup.follow(connection, [row.id for row in rows])
        count += len(rows)
    sweep(store)  # also where nothing was found: an earlier sweep may not have come to its end
    return count


def was_erased(store: Store, url: str) -> bool:
    """Whether this address was erased."""
    with store.read() as connection:
        return bool(gone(connection, [url]))


def gone(connection: Connection, urls: Iterable[str]) -> set[str]:
    """Those of the addresses that were erased, and are not to come back."""
    marks = {mark_of(url): url for url in urls}
    listed = list(marks)
    found: set[str] = set()
    for start in range(0, len(listed), BATCH):
        query = select(erased.c.mark).where(erased.c.mark.in_(listed[start : start + BATCH]))
        found.update(marks[mark] for mark in connection.scalars(query))
    return found


def mark_of(url: str) -> str:
    """What is kept of an erased address; it holds for the same article under a changed one too."""
    return sha256((article_key(url) or url).encode("utf-8", "replace")).hexdigest()


def sweep(store: Store) -> None:
    """Nothing; afterwards no byte of what was deleted is left in the store's files.

    It writes the store anew, which takes as much room again. Raises StoreError where there is none, or where another program holds
    the store. On PostgreSQL the tables are written anew; its log and its archives pass in the server's own time.
    """
    if not store.is_sqlite:
        names = sorted({"articles", "search", "tags", "runs", *(table.name for table in _with_words())})
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in names:
                connection.execute(text(f"VACUUM (FULL) {name}"))
        return
    _check_room(store)
    with store.read() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
            driver.execute("INSERT INTO search(search) VALUES ('optimize')")
            driver.execute("VACUUM")
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError(f"{store.name}: {error}; the words still stand in the file: run it again") from error
    if busy:
        raise StoreError(f"{store.name}: another program reads it; the words still stand in its log: end that one, run it again")


def _check_room(store: Store) -> None:
    database = store.engine.url.database
    if database and database != ":memory:":
        needed = 2 * store.size() + ROOM
        free = shutil.disk_usage(Path(database).absolute().parent).free
        if free < needed:
            raise StoreError(
                f"{store.name}: writing it anew takes {needed // 1_000_000} MB, {free // 1_000_000} are free; free some"
            )


def _unindex(connection: Connection, rows: Iterable[Any]) -> None:
    """Take articles out of the full-text index, by the very words that were indexed."""
    for row in rows:
        index.remove(connection, row.id, row=row._mapping)


def _blank_evidence(connection: Connection, archive: Path, ids: list[int]) -> None:
    """Write over the captures that belong to these articles alone. Raises StoreError where a file cannot be written."""
    place = (evidence.c.file, evidence.c.start, evidence.c.length)
    for file, start, length in {tuple(row) for row in connection.execute(select(*place).where(evidence.c.article.in_(ids)))}:
        same = (evidence.c.file == file) & (evidence.c.start == start) & evidence.c.article.not_in(ids)
        if not connection.scalar(select(evidence.c.id).where(same).limit(1)):
            warc.blank(archive / file, start, length)


def _unmention(connection: Connection, url: str) -> None:
    """Take an address out of the problems of runs."""
    query = select(runs.c.id, runs.c.problems).where(cast(runs.c.problems, Text).contains(url, autoescape=True))
    for number, problems in connection.execute(query).all():
        kept = [problem for problem in problems if url not in str(problem)]
        connection.execute(update(runs).where(runs.c.id == number).values(problems=kept))


def _with_words() -> list[Table]:
    """The tables that hang on an article and hold words of it."""
    hanging = [table for table in metadata.sorted_tables if table.name not in _COUNTED and "article" in table.c]
    return [table for table in hanging if table.c.article.foreign_keys]
