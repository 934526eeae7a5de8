"""The words and phrases that set what a query finds apart from everything else of the same days."""

from __future__ import annotations

from datetime import date

from monitor import query
from monitor.config import Config
from monitor.keyness import Keywords, keywords
from monitor.query.search import meant
from monitor.store import Store, search
from monitor.store.sample import sample, seen, texts
from monitor.text import segment

FOUND, REST = 2_000, 4_000  # articles that are read: the newest that were found, and the others, evenly spread over the days


def words(
    store: Store,
    config: Config,
    asked: str,
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 30,
    **wanted: str | None,
) -> Keywords:
    """The ``limit`` words and as many phrases that set apart the newest FOUND articles that answer, the surest first.

    They are held against up to REST others of the same days, evenly spread, so that the time does not grow with the store; where more
    were found than are read, of the time since the oldest that is read. What was segmented when it was tagged is not segmented again.
    Raises UsageError as ``ask`` does.
    """
    tree = meant(store, config, asked, **wanted)
    narrow, window = search.narrowed(tree, query.check_range(since, until))
    with store.read() as connection:
        ids, total, _ = search.newest(store, connection, narrow, window=window, limit=FOUND)
    if total > len(ids):
        window = (seen(store, ids[-1]), window[1])
    among = sample(store, window, size=REST)
    rest = sorted({*among} - search.among(store, narrow, among) - {*ids})
    found, others = ([_segmented(*one) for one in texts(store, chosen)] for chosen in (ids, rest))
    return keywords(found, others, limit=limit, more=total > len(ids))


def _segmented(words: str, text: str) -> str:
    return words or segment(text)
