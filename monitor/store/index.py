"""The full-text index: every text twice, as written and folded, so that typed marks count and absent ones forgive.

SQLite: FTS5 without content of its own (the article is not stored twice). ``remove_diacritics 0``, since its other settings merge
việt and viết and still leave đ. PostgreSQL: two tsvectors of the "simple" kind, of words that we cut ourselves, since its own
parser takes "BHXH/BHYT" for the name of a file and finds neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, text

from monitor.store.database import Store
from monitor.text import fold, lower

MADE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search USING fts5(marked, folded, content='', tokenize=\"unicode61 remove_diacritics 0\")",
    ],
    "postgresql": [
        "CREATE TABLE search (article BIGINT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,"
        " marked TSVECTOR NOT NULL, folded TSVECTOR NOT NULL)",
        "CREATE INDEX search_marked ON search USING gin(marked)",
        "CREATE INDEX search_folded ON search USING gin(folded)",
    ],
}
_WORD = re.compile(r"[^\W_]+")
_ADD = {
    True: "INSERT INTO search(rowid, marked, folded) VALUES (:id, :marked, :folded)",
    False: "INSERT INTO search VALUES (:id, to_tsvector('simple', :marked), to_tsvector('simple', :folded))",
}
_REMOVE = {
    True: "INSERT INTO search(search, rowid, marked, folded) VALUES ('delete', :id, :marked, :folded)",
    False: "DELETE FROM search WHERE article = :id",
}


def add(store: Store, connection: Connection, documents: Sequence[tuple[int, str]]) -> None:
    """Index documents (id, text) in the caller's transaction."""
    if documents:
        connection.execute(text(_ADD[store.is_sqlite]), [_row(number, words(document)) for number, document in documents])


def remove(store: Store, connection: Connection, number: int, *, document: str) -> None:
    """Take a document out; FTS5 without content needs the very text that was indexed."""
    connection.execute(text(_REMOVE[store.is_sqlite]), _row(number, words(document)))


def words(document: str) -> str:
    """The words of a text in lower case with a blank between, as both columns and every query have them: letters and digits only.

    >>> words("Nợ BHXH/BHYT: 1,5 tỷ!")
    'nợ bhxh bhyt 1 5 tỷ'
    """
    return " ".join(_WORD.findall(lower(document)))


def _row(number: int, text: str) -> dict[str, object]:
    return {"id": number, "marked": text, "folded": fold(text)}
