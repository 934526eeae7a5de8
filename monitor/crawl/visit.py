"""Looks at sources: what the web did becomes a visit, what a source gave becomes entries, and entries become articles.

A source kind is a function ``(web, source, *, before, now) -> Look`` in KINDS that raises FetchError or ParseError for what
the web does; a bug is raised as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256

from monitor.crawl.challenge import is_challenge
from monitor.crawl.crowd import side_by_side
from monitor.crawl.extract import Page, read_page
from monitor.crawl.feeds import FeedDocument, read_feed
from monitor.crawl.fetch import Web
from monitor.crawl.sources import Look, failed, next_visit
from monitor.crawl.sources import due as due
from monitor.errors import Blocked, FetchError, NotAFeed, ParseError
from monitor.records import Article, FeedEntry, Gathering, Problem, Reading, Source, Visit
from monitor.registry import Registry
from monitor.url import host_of

KINDS: Registry[Callable[..., Look]] = Registry("source kind", "monitor.crawl.visit")
VALIDATOR = 1_000  # characters of an ETag or a date that are kept and sent back
LOST = 0.1  # share of items without link or words that is worth telling

Gathered = tuple[Gathering, tuple[Problem, ...]]


@KINDS.register("feed")
def read_source(web: Web, source: Source, *, before: Visit | None, now: datetime) -> Look:
    """What a feed gives, asked for only if it has changed, and parsed only if its bytes have."""
    etag, modified = (before.etag, before.modified) if before else ("", "")
    limit, seconds = web.settings.feed_size, web.settings.feed_time
    found = web.get(source.url, limit=limit, seconds=seconds, etag=etag, modified=modified)
    etag, modified = (found.headers.get(name, "") for name in ("etag", "last-modified"))
    look = partial(Look, status=found.status, etag=etag[:VALIDATOR], modified=modified[:VALIDATOR])
    moved = f"{source.url}: has moved for good to {found.final}; change the address" if found.permanent else ""
    digest = sha256(found.body).hexdigest()
    if found.status == 304 or (before and before.body_hash == digest):
        return look(outcome="same", problem=moved)
    try:
        kind = "post" if source.category in ("forum", "social") else "news"
        document = read_feed(
            found.body, source_id=source.id, base=found.final, fetched=now, kind=kind, content_type=found.content_type
        )
    except NotAFeed as error:
        if is_challenge(found.body):
            reason = "a challenge page; open it in a browser, ask the site for access"
            raise Blocked(source.url, reason, status=found.status) from error
        raise
    if not document.entries:
        nothing = f"{source.url}: a feed without usable items; check it in a browser"
        return Look(outcome="empty", status=found.status, problem=nothing)
    return look(outcome="ok", entries=document.entries, body_hash=digest, problem=moved or _lost(source, document))


def visit(web: Web, source: Source, before: Visit | None, *, now: datetime, backoff: float) -> Reading:
    """One look at one source; ``now`` is the clock of the run, ``backoff`` the longest wait after failures in seconds.

    Whatever the web does is in the visit's outcome and problem. Raises ConfigError for an unknown source kind.
    """
    read = KINDS[source.kind]
    try:
        look = read(web, source, before=before, now=now)
    except (FetchError, ParseError) as error:
        look = failed(error)
    return Reading(source=source, visit=next_visit(source, before, look, now=now, backoff=backoff), entries=look.entries)


def visit_all(
    web: Web, sources: Iterable[Source], visits: Mapping[str, Visit], *, now: datetime, threads: int, backoff: float
) -> Iterator[Reading]:
    """One reading a source as they are done, hosts side by side, the sources of one host one after the other."""
    jobs = (
        (host_of(source.url), partial(visit, web, source, visits.get(source.id), now=now, backoff=backoff)) for source in sources
    )
    return side_by_side(jobs, threads=threads)


def read_pages(
    web: Web, reading: Reading, *, wanted: Callable[[FeedEntry], bool], known: Collection[str], now: datetime
) -> Gathered:
    """The articles of a reading whose URLs are not ``known``, and what went wrong with their pages.

    The page of a ``wanted`` entry gives its lead and text, and a date where the feed has none; a page that gives nothing costs
    only that. The URL of an article is its feed's link, canonical.
    """
    articles: dict[str, Article] = {}
    problems = []
    for entry in reading.entries:
        if entry.link in known or entry.link in articles:
            continue
        page = None
        if wanted(entry):
            try:
                page = _page(web, entry.link, now=now)
            except (FetchError, ParseError) as error:
                problems.append(Problem(what=entry.link, why=str(error)))
        articles[entry.link] = _article(reading.source, entry, page, now=now)
    return Gathering(source=reading.source, visit=reading.visit, articles=tuple(articles.values())), tuple(problems)


def gather_all(
    web: Web,
    readings: Iterable[Reading],
    *,
    wanted: Callable[[FeedEntry], bool],
    known: Callable[[Sequence[str]], Collection[str]],
    now: datetime,
    threads: int,
) -> Iterator[Gathered]:
    """``read_pages`` of many readings, as they are done, hosts side by side.

    ``known`` says which of some URLs the store has; it is asked in the calling thread, once a reading. An article that stands in
    two feeds of a run comes from the first.
    """
    taken: set[str] = set()

    def jobs() -> Iterator[tuple[str, Callable[[], Gathered]]]:
        for reading in readings:
            links = [entry.link for entry in reading.entries]
            old = {*known(links), *taken.intersection(links)} if links else set()
            taken.update(links)
            yield host_of(reading.source.url), partial(read_pages, web, reading, wanted=wanted, known=old, now=now)

    return side_by_side(jobs(), threads=threads)


def _page(web: Web, url: str, *, now: datetime) -> Page:
    found = web.get(url, limit=web.settings.page_size, seconds=web.settings.page_time)
    return read_page(found.body, url=found.final, fetched=now, content_type=found.content_type)


def _article(source: Source, entry: FeedEntry, page: Page | None, *, now: datetime) -> Article:
    """The article of an entry: headline and date of the feed, text of the page; the lead is the page's where it has one."""
    lead, text = (page.lead or entry.summary, page.text) if page else (entry.summary, "")
    return Article(
        url=entry.link, outlet=source.outlet, title=entry.title, fetched=now, source=source.id, kind=entry.kind,
        lead="" if lead and lead in text else lead, text=text, published=entry.published or (page.published if page else None),
    )  # fmt: skip


def _lost(source: Source, document: FeedDocument) -> str:
    """What to tell about items that could not be used, "" where they are few."""
    items = document.skipped + len(document.entries)
    if document.skipped <= LOST * items:
        return ""
    return f"{source.url}: {document.skipped} of {items} items lack a link or words; check the feed in a browser"
