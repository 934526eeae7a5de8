"""What was read, kept as it was sent, so that a figure can be checked after a page has changed or gone; and what changed since.

The bytes lie in the archive, a file a Vietnamese day (see `monitor.store.warc`); here is the index: whose they are, where they lie,
their SHA-256. Bytes are written and on the disk before the rows that name them are committed: a row never names what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from monitor.clock import day_of, moment_of
from monitor.errors import StoreError
from monitor.figures import Change, Kept
from monitor.records import Capture
from monitor.store import warc
from monitor.store.database import Store
from monitor.store.schema import articles, changes, evidence

WHICH = {"all": ("page", "item"), "pages": ("page",), "none": ()}  # `crawl.evidence`, and the kinds of capture it keeps
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)\.warc\.gz")
_KEPT = [evidence.c[name] for name in Kept.__dataclass_fields__]


@dataclass(frozen=True)
class Archive:
    """The folder in which evidence lies, and the kinds of capture (page, item) that are kept."""

    folder: Path
    kinds: tuple[str, ...] = WHICH["all"]


def keep(connection: Connection, archive: Archive, captures: Iterable[Capture], *, ids: Mapping[str, int]) -> int:
    """How many captures were written, of those articles that ``ids`` knows by URL; their rows are the caller's transaction's.

    The same bytes from the same address on the same day are written once and named twice.
    """
    days: dict[date, list[Capture]] = {}
    for capture in captures:
        if capture.kind in archive.kinds and capture.url in ids:
            days.setdefault(day_of(capture.at), []).append(capture)
    written = 0
    for day, found in sorted(days.items()):
        file = f"{day}.warc.gz"
        lying = _lying(connection, file, found)
        fresh = {_name(one): one for one in found if _name(one) not in lying}
        end = connection.scalar(select(func.max(evidence.c.start + evidence.c.length)).where(evidence.c.file == file)) or 0
        lying |= dict(zip(fresh, warc.append(archive.folder / file, list(fresh.values()), end=end), strict=True)) if fresh else {}
        rows = [_row(capture, ids[capture.url], file, *lying[_name(capture)]) for capture in found]
        connection.execute(insert(evidence), rows)
        written += len(fresh)
    return written


def note(connection: Connection, article: int, at: datetime, *, told: Mapping[str, str]) -> None:
    """Write down the words that stood in the fields of an article until ``at``, in the caller's transaction."""
    rows = [{"article": article, "field": field, "at": at, "before": before} for field, before in told.items()]
    if rows:
        connection.execute(insert(changes), rows)


def of(store: Store, url: str) -> tuple[Kept, ...]:
    """What was kept of the article with this canonical URL, oldest first; none for one that is not known."""
    query = select(*_KEPT).join(articles, articles.c.id == evidence.c.article).where(articles.c.url == url)
    with store.read() as connection:
        return tuple(Kept(**row._mapping) for row in connection.execute(query.order_by(evidence.c.at, evidence.c.id)))


def read(folder: Path, kept: Kept) -> bytes:
    """The bytes as they were sent. Raises StoreError where they are gone, or are no longer those that were kept."""
    _, body = warc.read(folder / kept.file, kept.start, kept.length)
    if sha256(body).hexdigest() != kept.sha256:
        raise StoreError(f"{folder / kept.file}: altered since it was written (SHA-256); restore the file from a backup")
    return body


def standing(store: Store, folder: Path, url: str) -> tuple[str, str, str]:
    """ETag, Last-Modified and SHA-256 of the page of an article as it was last kept, each "" where it is not known."""
    pages = [one for one in of(store, url) if one.kind == "page"]
    if not pages:
        return "", "", ""
    try:
        headers, _ = warc.read(folder / pages[-1].file, pages[-1].start, pages[-1].length)
    except StoreError:
        return "", "", ""
    return headers.get("etag", ""), headers.get("last-modified", ""), pages[-1].sha256


def history(store: Store, url: str) -> tuple[Change, ...]:
    """How the words of an article changed since it was first read, oldest first."""
    with store.read() as connection:
        article = connection.execute(select(articles).where(articles.c.url == url)).one_or_none()
        if article is None:
            return ()
        query = select(changes).where(changes.c.article == article.id).order_by(changes.c.id.desc())
        after = dict(article._mapping)
        found = []
        for row in connection.execute(query):
            found.append(Change(field=row.field, at=row.at, before=row.before, after=after[row.field]))
            after[row.field] = row.before
    return tuple(reversed(found))


def forget(store: Store, folder: Path, before: datetime) -> int:
    """How many days' files were taken away: those of days that ended before that moment, with their rows and the old wordings.

    Rows go first: after a crash between the two a file is left that the next time finds by its name.
    """
    first = day_of(before)
    with store.write() as connection:
        connection.execute(delete(evidence).where(evidence.c.file < f"{first}"))
        connection.execute(delete(changes).where(changes.c.at < moment_of(first)))
    try:
        old = [file for file in folder.glob("*.warc.gz") if (named := _NAME.fullmatch(file.name)) and named[1] < f"{first}"]
        for file in old:
            file.unlink()
    except OSError as error:
        raise StoreError(
            f"{folder}: old evidence cannot be taken away ({error.strerror}); check the rights of the folder"
        ) from error
    return len(old)


def _name(capture: Capture) -> tuple[str, str]:
    return sha256(capture.body).hexdigest(), capture.address


def _lying(connection: Connection, file: str, captures: Sequence[Capture]) -> dict[tuple[str, str], tuple[int, int]]:
    """Where bytes lie in that day's file that would be written again, by hash and address."""
    hashes = sorted({_name(capture)[0] for capture in captures})
    query = select(evidence).where(evidence.c.file == file, evidence.c.sha256.in_(hashes))
    return {(row.sha256, row.address): (row.start, row.length) for row in connection.execute(query)}


def _row(capture: Capture, article: int, file: str, start: int, length: int) -> dict[str, Any]:
    where = {"file": file, "start": start, "length": length, "sha256": _name(capture)[0]}
    stated = {name: getattr(capture, name) for name in ("kind", "address", "at", "status")}
    return {"article": article, **stated, **where}
