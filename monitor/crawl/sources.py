"""When a source is looked at, and what a look leaves behind: pure decisions on records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.clock import moment_of
from monitor.crawl.dates import date_in_url
from monitor.crawl.rhythm import SAMPLE, next_look, usual_gap
from monitor.errors import AddressRefused, BadStatus, Blocked, Crashed, FetchError, ParseError
from monitor.records import FeedEntry, Source, Visit, record
from monitor.url import site_of

GONE_FOR = timedelta(days=30)  # a 410 is meant for ever; once a month tells whether it was a mistake
SKETCH = 16  # of two sources with equal items all are the same, of two with every second item the same, eight
EARLY = 0.05  # of ``every``: a loop that starts a moment sooner than the last time must not skip a whole round


@record
class Look:
    """What a reader of a source kind found; ``outcome``, ``asks`` and ``skip`` as in `Visit`."""

    outcome: str
    entries: tuple[FeedEntry, ...] = ()
    status: int | None = None
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    problem: str = ""
    retry_after: float | None = None
    asks: float = 0.0
    skip: str = ""


def standing(source: Source, visits: Mapping[str, Visit]) -> Visit | None:
    """The last visit of a source, None where there is none or where it was to another address: what it says holds for that one."""
    before = visits.get(source.id)
    return None if before and before.url not in ("", source.url) else before


def due(sources: Iterable[Source], visits: Mapping[str, Visit], now: datetime) -> list[Source]:
    """The sources whose time has come, those never visited first, then the longest overdue; ``visits`` by source id.

    A visit that lies in the future, as after a clock was set back, holds nobody back.
    """
    waiting = []
    for source in sources:
        before = standing(source, visits)
        again_at = before.again_at if before and before.at <= now else None
        if again_at is None or again_at - now <= source.every * EARLY:
            waiting.append((again_at is not None, again_at or now, source.id, source))
    return [source for *_, source in sorted(waiting, key=lambda row: row[:3])]


def next_visit(source: Source, before: Visit | None, look: Look, *, now: datetime, backoff: float) -> Visit:
    """The visit that a look makes, with the moment of the next one.

    After a good look that is when the source's own rhythm says (`monitor.crawl.rhythm`); after n looks that gave nothing, ``every``
    times 2 to the n − 1, at most ``backoff`` seconds, less up to a fifth that depends on the source alone, so that a thousand
    sources do not come back at once. Retry-After is waited for, and up to a tenth longer. The validators stay those of the last
    good look, since "unchanged" must mean "as when it was good".
    """
    good = look.outcome in ("ok", "same")
    old = before or Visit(source=source.id, at=now, outcome="")
    failures = 0 if good else old.failures + 1
    kept = look if look.outcome == "ok" or not before else before
    known = replace(_known(old, look, now), strikes=0.0 if good else old.strikes + _strike(look))
    return replace(
        known, source=source.id, url=source.url, at=now, outcome=look.outcome, status=look.status, failures=failures,
        again_at=_good(source, known, now) if good else now + _bad(source, look, failures=failures, backoff=backoff),
        etag=look.etag or kept.etag, modified=look.modified or kept.modified, body_hash=kept.body_hash,
        good_at=now if good else old.good_at, problem=look.problem,
    )  # fmt: skip


def latest(entries: Iterable[FeedEntry]) -> datetime | None:
    """The latest moment that entries state, or the last day that stands in their addresses; None where there is neither."""
    said = [entry.published or _written(entry.link) for entry in entries]
    return max((moment for moment in said if moment), default=None)


def failed(error: FetchError | ParseError) -> Look:
    """The look that an error makes: its outcome, and the error in one line."""
    status, wait = getattr(error, "status", None), getattr(error, "retry_after", None)
    return Look(outcome=_outcome(error, status), status=status, retry_after=wait, problem=str(error))


def _written(link: str) -> datetime | None:
    day = date_in_url(link)
    return moment_of(day) if day else None


def _outcome(error: FetchError | ParseError, status: int | None) -> str:
    if isinstance(error, AddressRefused):
        return "refused"
    if isinstance(error, ParseError):
        return "crashed" if isinstance(error, Crashed) else "wrong"
    if isinstance(error, Blocked) or status in (401, 403, 451):
        return "blocked"
    if isinstance(error, BadStatus) and status and 400 <= status < 500 and status not in (408, 425, 429):
        return "gone" if status == 410 else "wrong"
    return "failed"


def _strike(look: Look) -> float:
    """How much a failure weighs: 1 for what will not mend itself, 1/2 for a fault of the site, 1/4 for what passes."""
    if look.outcome not in ("failed", "empty"):
        return 1.0
    return 0.5 if look.outcome == "empty" or (look.status or 0) >= 500 else 0.25


def _known(old: Visit, look: Look, now: datetime) -> Visit:
    """What is known of a source's items after a look: their number, newest, rhythm, site and sketch."""
    if look.outcome == "same":
        silence = (now - old.newest).total_seconds() / SAMPLE if old.newest else 0.0
        return replace(old, gap=None if old.gap is None else max(old.gap, silence), asks=max(old.asks, look.asks))
    if look.outcome != "ok":
        return replace(old, items=len(look.entries))
    moments = [entry.published for entry in look.entries if entry.published]
    site, sketch = _site(look.entries), _sketch(look.entries)
    undated = old.newest if sketch == old.sketch and old.newest else now  # as new as the look that found them
    return replace(
        old, items=len(look.entries), newest=max(moments, default=undated), gap=usual_gap(moments, now), asks=look.asks,
        skip=look.skip, site=site, home=old.home or site, sketch=sketch,
    )  # fmt: skip


def _site(entries: tuple[FeedEntry, ...]) -> str:
    """The site to which most of the links lead, "" where no site has more than half of them."""
    counted = Counter(site_of(entry.link) for entry in entries).most_common(1)
    return counted[0][0] if counted and 2 * counted[0][1] > len(entries) else ""


def _sketch(entries: tuple[FeedEntry, ...]) -> str:
    """The SKETCH smallest hashes of the links: of two sources, the share of these that they have in common is that of their items."""
    return " ".join(sorted({sha256(entry.link.encode()).hexdigest()[:8] for entry in entries})[:SKETCH])


def _good(source: Source, known: Visit, now: datetime) -> datetime:
    return next_look(now, every=source.every, gap=known.gap, items=known.items, asks=known.asks, skip=known.skip)


def _bad(source: Source, look: Look, *, failures: int, backoff: float) -> timedelta:
    if look.outcome == "gone":
        return GONE_FOR
    share = int.from_bytes(sha256(source.id.encode()).digest()[:4], "big") / 2**32
    seconds = min(backoff, source.every.total_seconds() * 2.0 ** min(failures - 1, 30))
    return timedelta(seconds=max(seconds * (1 - share / 5), (look.retry_after or 0.0) * (1 + share / 10)))
