"""When a source is looked at, and what a look leaves behind: pure decisions on records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.errors import AddressRefused, BadStatus, Blocked, FetchError, ParseError
from monitor.records import FeedEntry, Source, Visit, record

GONE_FOR = timedelta(days=30)  # a 410 is meant for ever; once a month tells whether it was a mistake
EARLY = 0.05  # of ``every``: a loop that starts a moment sooner than the last time must not skip a whole round


@record
class Look:
    """What a reader of a source kind found; ``outcome`` as in `Visit`."""

    outcome: str
    entries: tuple[FeedEntry, ...] = ()
    status: int | None = None
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    problem: str = ""
    retry_after: float | None = None


def due(sources: Iterable[Source], visits: Mapping[str, Visit], now: datetime) -> list[Source]:
    """The sources whose time has come, those never visited first, then the longest overdue; ``visits`` by source id.

    A visit that lies in the future, as after a clock was set back, holds nobody back.
    """
    waiting = []
    for source in sources:
        before = visits.get(source.id)
        again_at = before.again_at if before and before.at <= now else None
        if again_at is None or again_at - now <= source.every * EARLY:
            waiting.append((again_at is not None, again_at or now, source.id, source))
    return [source for *_, source in sorted(waiting, key=lambda row: row[:3])]


def next_visit(source: Source, before: Visit | None, look: Look, *, now: datetime, backoff: float) -> Visit:
    """The visit that a look makes, with the moment of the next one.

    After a good look that is ``every`` later; after n looks that gave nothing, ``every`` times 2 to the n − 1, at most
    ``backoff`` seconds, less up to a fifth that depends on the source alone, so that a thousand sources do not come back at once.
    Retry-After is waited for. The validators stay those of the last good look, since "unchanged" must mean "as when it was good".
    """
    good = look.outcome in ("ok", "same")
    failures = 0 if good else (before.failures if before else 0) + 1
    wait = source.every if good else _wait(source, failures, backoff)
    if look.outcome == "gone":
        wait = GONE_FOR
    if look.retry_after and not good:
        wait = max(wait, timedelta(seconds=look.retry_after))
    kept = look if look.outcome == "ok" or not before else before
    newest = [entry.published for entry in look.entries if entry.published]
    return Visit(
        source=source.id, at=now, outcome=look.outcome, status=look.status, failures=failures, again_at=now + wait,
        etag=look.etag or kept.etag, modified=look.modified or kept.modified, body_hash=kept.body_hash,
        good_at=now if good else before.good_at if before else None,
        newest=max(newest, default=before.newest if before else None),
        items=before.items if look.outcome == "same" and before else len(look.entries),
        problem=look.problem,
    )  # fmt: skip


def failed(error: FetchError | ParseError) -> Look:
    """The look that an error makes: its outcome, and the error in one line."""
    status, wait = getattr(error, "status", None), getattr(error, "retry_after", None)
    return Look(outcome=_outcome(error, status), status=status, retry_after=wait, problem=str(error))


def _outcome(error: FetchError | ParseError, status: int | None) -> str:
    if isinstance(error, AddressRefused):
        return "refused"
    if isinstance(error, ParseError):
        return "wrong"
    if isinstance(error, Blocked) or status in (401, 403, 451):
        return "blocked"
    if isinstance(error, BadStatus) and status and 400 <= status < 500 and status not in (408, 425, 429):
        return "gone" if status == 410 else "wrong"
    return "failed"


def _wait(source: Source, failures: int, backoff: float) -> timedelta:
    share = int.from_bytes(sha256(source.id.encode()).digest()[:4], "big") / 2**32
    seconds = min(backoff, source.every.total_seconds() * 2.0 ** min(failures - 1, 30))
    return timedelta(seconds=seconds * (1 - share / 5))
