"""The words of given articles, read one after another: for what is looked for in them and is no tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from monitor.store.database import Store
from monitor.store.schema import articles

_AT_ONCE = 200


def documents(store: Store, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The id and the document (title, lead and text, a line each) of every article of ``ids`` that there is; a few are held at once."""
    columns = [articles.c[name] for name in ("id", "title", "lead", "text")]
    for at in range(0, len(ids), _AT_ONCE):
        with store.read() as connection:
            rows = connection.execute(select(*columns).where(articles.c.id.in_(ids[at : at + _AT_ONCE]))).all()
        for row in rows:
            yield row.id, "\n".join(part for part in (row.title, row.lead, row.text) if part)
