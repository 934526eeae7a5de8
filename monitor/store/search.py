"""Articles that hold given phrases, newest first. Text from a user reaches the database only as bound parameters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select, text

from monitor.records import TaggedArticle
from monitor.store.counts import Wanted, narrowed
from monitor.store.database import Store
from monitor.store.index import words
from monitor.store.schema import articles
from monitor.store.tags import tagged_of
from monitor.text import fold, is_marked


def find(
    store: Store,
    phrases: Sequence[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
    **wanted: Wanted,
) -> tuple[int, list[TaggedArticle]]:
    """How many articles hold all phrases, and the newest ``limit`` of them with their tags.

    A phrase with marks is found as written; one without finds every spelling. ``wanted`` narrows by relevance, topic, sentiment,
    voice, place or outlet. No phrase finds everything that the rest allows.
    """
    conditions: list[ColumnElement[bool]] = [_holds(store, phrases)] if phrases else []
    if since is not None:
        conditions.append(articles.c.seen >= since)
    if until is not None:
        conditions.append(articles.c.seen < until)
    query = narrowed(select(articles.c.id).where(*conditions), **wanted)
    with store.read() as connection:
        total = int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
    return total, tagged_of(store, query.order_by(articles.c.seen.desc(), articles.c.id.desc()).limit(limit))


def _holds(store: Store, phrases: Sequence[str]) -> ColumnElement[bool]:
    if store.is_sqlite:
        match = " AND ".join(_fts5(phrase) for phrase in phrases)
        hits: Any = (
            text("SELECT rowid FROM search WHERE search MATCH :match").bindparams(match=match).columns(literal_column("rowid"))
        )
        return articles.c.id.in_(hits)
    hits = text(f"SELECT article FROM search WHERE {' AND '.join(_tsquery(phrase, at) for at, phrase in enumerate(phrases))}")
    given = {f"phrase{at}": words(phrase) if is_marked(phrase) else fold(words(phrase)) for at, phrase in enumerate(phrases)}
    return articles.c.id.in_(hits.bindparams(**given).columns(literal_column("article")))


def _fts5(phrase: str) -> str:
    """A phrase in FTS5's own quoting; of letters and digits alone nothing is an operator."""
    return f'marked : "{words(phrase)}"' if is_marked(phrase) else f'folded : "{fold(words(phrase))}"'


def _tsquery(phrase: str, at: int) -> str:
    column = "marked" if is_marked(phrase) else "folded"
    return f"{column} @@ phraseto_tsquery('simple', :phrase{at})"
