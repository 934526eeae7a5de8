"""The full-text index: every text twice, as written and folded, so that typed marks count and absent ones forgive; headlines apart.

SQLite: FTS5 without content of its own (the article is not stored twice). ``remove_diacritics 0``, since its other settings merge
việt and viết and still leave đ. What never changes of an article (outlet, publisher, kind) stands in ``labels`` as words of its own,
so that a word in one outlet is one walk through the index, and "every" on every article, for what is asked with NOT. Headlines in
columns of their own add a third to the index of feed items, and less the longer the texts are.

PostgreSQL: two tsvectors, written by us, since its own parser takes "BHXH/BHYT" for the name of a file and finds neither; words of
headlines have weight A, and a gap follows them, so that no phrase runs from a headline into the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2s
from typing import Any

from sqlalchemy import Connection, text

from monitor.expression import FAR
from monitor.letters import spelled
from monitor.store.bulk import pour

MADE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search USING fts5(title, title_folded, marked, folded, labels,"
        " content='', tokenize=\"unicode61 remove_diacritics 0\")",
    ],
    "postgresql": [
        "CREATE TABLE search (article BIGINT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,"
        " marked TSVECTOR NOT NULL, folded TSVECTOR NOT NULL)",
        "CREATE INDEX search_marked ON search USING gin(marked)",
        "CREATE INDEX search_folded ON search USING gin(folded)",
    ],
}
EVERY = "every"
GAP = 2 * FAR + 10  # positions between a headline and the text
BATCH = 500
_READ = ("title", "lead", "text", "outlet", "publisher", "kind")
_NAMES = {
    True: ("rowid", "title", "title_folded", "marked", "folded", "labels"),
    False: ("article", "marked", "folded"),
}
_REMOVE = {
    True: "INSERT INTO search(search, rowid, title, title_folded, marked, folded, labels) VALUES ('delete', ?, ?, ?, ?, ?, ?)",
    False: "DELETE FROM search WHERE article = %s",
}


def add(connection: Connection, rows: Sequence[tuple[int, Mapping[Any, Any]]]) -> None:
    """Index articles (id and row: title, lead, text, outlet, publisher, kind) in the caller's transaction."""
    if rows:
        sqlite = connection.dialect.name == "sqlite"
        made = _columns if sqlite else _vectors
        pour(connection, _NAMES[sqlite], into="search", rows=[made(number, row) for number, row in rows])


def remove(connection: Connection, number: int, *, row: Mapping[Any, Any]) -> None:
    """Take an article out; FTS5 without content needs the very row that was indexed."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(_REMOVE[sqlite], _columns(number, row) if sqlite else (number,))


def fill(connection: Connection) -> None:
    """Index every article that stands in the store, into an index that is empty, in the caller's transaction."""
    query = text(f"SELECT id, {', '.join(_READ)} FROM articles WHERE id > :after ORDER BY id LIMIT {BATCH}")
    after = 0
    while rows := connection.execute(query, {"after": after}).all():
        add(connection, [(row.id, row._mapping) for row in rows])
        after = rows[-1].id


def words(document: str) -> str:
    """The words of a text in lower case with a blank between, as the index and every query have them: letters and digits only.

    >>> words("Nợ BHXH/BHYT: 1,5 tỷ!")
    'nợ bhxh bhyt 1 5 tỷ'
    """
    return " ".join(spelled(document)[0].split())


def token(kind: str, name: str) -> str:
    """The word by which the index knows an outlet, a publisher or a kind."""
    return f"{kind[0]}{blake2s(name.encode(), digest_size=7).hexdigest()}"


def _texts(row: Mapping[Any, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    """The headline, and what stands under it, each as written and folded."""
    return spelled(row["title"]), spelled("\n".join((row["lead"], row["text"])))


def _columns(number: int, row: Mapping[Any, Any]) -> tuple[object, ...]:
    title, body = _texts(row)
    return number, *title, *body, _labels(row["kind"], row["outlet"], row["publisher"])


@lru_cache(maxsize=4096)
def _labels(kind: str, outlet: str, publisher: str) -> str:
    return " ".join(sorted({EVERY, token("kind", kind), token("outlet", outlet), token("outlet", publisher)}))


def _vectors(number: int, row: Mapping[Any, Any]) -> tuple[object, ...]:
    return number, *map(_vector, *_texts(row))


def _vector(title: str, body: str) -> str:
    """The words with their positions, as PostgreSQL writes a tsvector: each once, since it would sort them all."""
    places: dict[str, list[str]] = defaultdict(list)
    headline = title.split()
    for at, word in enumerate(headline, 1):
        places[word].append(f"{at}A")
    for at, word in enumerate(body.split(), len(headline) + GAP):
        places[word].append(f"{at}")
    return " ".join(f"{word}:{','.join(found)}" for word, found in places.items())
