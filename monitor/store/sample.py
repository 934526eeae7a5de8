"""Some articles of many, evenly spread, and their words: what a few are held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from monitor.store.database import Store
from monitor.store.schema import articles
from monitor.store.search import Window

GOLDEN, WHOLE = 2_654_435_761, 2**32  # multiples of the golden section leave remainders that lie evenly, whatever share is wanted
LONGEST = 4_000  # characters of a text that was not segmented yet


def sample(store: Store, window: Window, *, size: int) -> list[int]:
    """The ids of up to ``size`` articles of a window of time (UTC), evenly spread over it: the same ones each time."""
    since, until = window
    inside = [articles.c.seen >= since] if since else []
    inside += [articles.c.seen < until] if until else []
    with store.read() as connection:
        count = connection.scalar(select(func.count()).select_from(articles).where(*inside)) or 0
        spread = articles.c.id * GOLDEN % WHOLE
        ids = select(articles.c.id).where(*inside, spread * count < size * WHOLE).order_by(articles.c.seen, articles.c.id)
        return list(connection.scalars(ids))[:size]


def seen(store: Store, number: int) -> datetime:
    """The moment (UTC) at which the article of an id counts as seen."""
    with store.read() as connection:
        return connection.execute(select(articles.c.seen).where(articles.c.id == number)).scalar_one()


def texts(store: Store, ids: Sequence[int]) -> list[tuple[str, str]]:
    """The segmentation ("" where there is none yet) and the text of each story among the articles, its copies left out."""
    columns: list[Any] = [articles.c[name] for name in ("id", "story", "words", "title", "lead")]
    columns.append(func.substr(articles.c.text, 1, LONGEST).label("text"))
    found: dict[str, tuple[str, str]] = {}
    with store.read() as connection:
        for at in range(0, len(ids), 500):
            query = select(*columns).where(articles.c.id.in_(ids[at : at + 500])).order_by(articles.c.id)
            for row in connection.execute(query):
                document = "" if row.words else "\n".join(filter(None, (row.title, row.lead, row.text)))
                found.setdefault(row.story or f"#{row.id}", (row.words, document))
    return list(found.values())
