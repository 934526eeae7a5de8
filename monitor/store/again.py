"""What went wrong with one input and is tried again: pages of articles a few times, and what broke its reader after an upgrade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, func, or_, select

from monitor import __version__
from monitor.figures import SetAside
from monitor.store.database import Store
from monitor.store.schema import articles, aside, looks, pages, tags

TRIES = 3  # further tries for the page of an article
LOOKS = (timedelta(hours=6), timedelta(days=2))  # after an article was read: when its page is looked at again
LATEST = timedelta(days=4)  # older ones are left alone, as after a machine stood still
WAIT = timedelta(hours=1)  # before the first of them; doubled before each next


def ask_again(store: Store, connection: Connection, urls: Iterable[str], *, now: datetime) -> None:
    """Note articles whose page gave nothing, in the caller's transaction."""
    rows = [{"url": url, "tries": 0, "again_at": now + WAIT} for url in sorted(set(urls))]
    if rows:
        connection.execute(store.upsert(pages), rows)


def due_pages(store: Store, now: datetime, *, limit: int = 200) -> list[str]:
    """The URLs of articles whose page is to be asked for again, the longest overdue first."""
    query = select(pages.c.url).where(pages.c.again_at <= now).order_by(pages.c.again_at, pages.c.url)
    with store.read() as connection:
        return list(connection.scalars(query.limit(limit)))


def tried(store: Store, url: str, *, good: bool, now: datetime) -> bool:
    """Whether the page of an article is asked for again: not after one that was good, nor after TRIES."""
    with store.write() as connection:
        row = connection.execute(select(pages).where(pages.c.url == url)).one_or_none()
        tries = row.tries + 1 if row else TRIES
        if good or tries >= TRIES:
            connection.execute(delete(pages).where(pages.c.url == url))
            return False
        again = {"url": url, "tries": tries, "again_at": now + WAIT * 2**tries}
        connection.execute(store.upsert(pages, change=["tries", "again_at"]), again)
    return True


def due_looks(store: Store, now: datetime, *, limit: int = 200) -> list[str]:
    """The URLs of news about social security whose page was read, and is now to be looked at again, the oldest first."""
    core = exists().where(tags.c.article == articles.c.id, tags.c.kind == "relevance", tags.c.label == "core")
    done = func.coalesce(looks.c.times, 0)
    due = or_(*((done == times) & (articles.c.fetched <= now - wait) for times, wait in enumerate(LOOKS)))
    read = (articles.c.kind == "news") & (articles.c.fetched > now - LATEST) & (articles.c.text != "")
    query = select(articles.c.url).outerjoin(looks, looks.c.article == articles.c.id).where(read, due, core)
    with store.read() as connection:
        return list(connection.scalars(query.order_by(articles.c.fetched, articles.c.url).limit(limit)))


def looked(store: Store, article: int) -> None:
    """Note that the page of an article was looked at again, whatever came of it."""
    with store.write() as connection:
        connection.execute(store.upsert(looks, add=["times"]), {"article": article, "times": 1})


def put_aside(store: Store, found: Iterable[SetAside], *, now: datetime) -> int:
    """How many inputs were noted as set aside by this version of monitor."""
    rows = [asdict(replace(one, version=__version__, at=now)) for one in found]
    if rows:
        with store.write() as connection:
            connection.execute(store.upsert(aside, change=["url", "source", "reason", "version", "at"]), rows)
    return len(rows)


def set_aside(store: Store) -> list[SetAside]:
    """The inputs that this version of monitor does not try, the latest first."""
    query = select(aside).where(aside.c.version == __version__).order_by(aside.c.at.desc(), aside.c.digest)
    with store.read() as connection:
        return [SetAside(**row._mapping) for row in connection.execute(query)]


def forgive(store: Store, now: datetime) -> int:
    """How many inputs that an earlier version set aside are tried again: those of pages by themselves, feeds with their next visit."""
    with store.read() as connection:
        old = list(connection.scalars(select(aside.c.url).where(aside.c.version != __version__)))
    if old:
        with store.write() as connection:
            standing = connection.scalars(select(articles.c.url).where(articles.c.url.in_(old), articles.c.text == ""))
            ask_again(store, connection, list(standing), now=now - WAIT)
            connection.execute(delete(aside).where(aside.c.version != __version__))
    return len(old)
