"""Kinds of source: the registries, and what every kind shares, so that a kind is bytes in, entries out.

To add a kind, say ``forum``:

1. Write ``monitor/crawl/forum.py`` with a reader, a plain function of its module, since it runs in a child process::

       @kind("forum", address=lambda source: source.url.rstrip("/") + "/index.rss")
       def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument: ...

   It raises ParseError (NotAFeed, or one of its own) where the bytes are not what they should be. Asking only for what has
   changed, the hash of the body, challenges, addresses that moved and answers without entries are seen to in `look_at`.
   ``address`` may be left out where the source's URL is what is asked. ``source.options`` holds the kind's own settings.
   A kind that asks more than once registers ``(web, source, *, before, now) -> Look`` with ``KINDS.register`` instead, and
   gives `look_at` a reader that knows the web and reads each answer by `apart` (see `monitor.crawl.listing`).
2. A recogniser for `monitor try`, pure: what stands at an address in, clues out (none for what is somebody else's)::

       @RECOGNISERS.register("forum")
       def recognise(found: Fetched) -> tuple[Clue, ...]: ...

   ``found.status`` is 0 and ``found.body`` empty where the address itself gave nothing; its URL may still tell.
3. Where the kind has a past, ``@PASTS.register("forum")``: ``(web, source, *, since, until, now)`` gives tuples of entries,
   newest first, all it can find between the two moments, and a Problem for what it could not read.
4. Name the module in MODULES, and the keys of its options in `monitor.config.OPTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import TypeVar

from monitor import clock
from monitor.crawl.answer import Fetched
from monitor.crawl.challenge import is_challenge
from monitor.crawl.feeds import FeedDocument, read_feed
from monitor.crawl.fetch import Web
from monitor.crawl.rhythm import asked_pause, skipped_hours
from monitor.crawl.sources import Look
from monitor.errors import Blocked, NotAFeed, ParseError
from monitor.records import FeedEntry, Problem, Source, Visit, record
from monitor.registry import Registry
from monitor.url import is_paper, strayed

MODULES: tuple[str, ...] = (
    "monitor.crawl.kinds",
    "monitor.crawl.sitemap",
    "monitor.crawl.listing",
    "monitor.crawl.search",
    "monitor.crawl.opml",
    "monitor.crawl.youtube",
    "monitor.crawl.fediverse",
    "monitor.crawl.bluesky",
    "monitor.crawl.telegram",
    "monitor.crawl.forum",
)
KINDS: Registry[Callable[..., Look]] = Registry("source kind", *MODULES)
RECOGNISERS: Registry[Callable[[Fetched], tuple[Clue, ...]]] = Registry("recogniser", *MODULES)
PASTS: Registry[Callable[..., Iterator[tuple[FeedEntry, ...] | Problem]]] = Registry("past", *MODULES)
WHOLE = (
    "youtube",
    "mastodon",
    "bluesky",
    "telegram",
    "xenforo",
)  # kinds whose page is not read: beside the post others speak there
VALIDATOR = 1_000  # characters of an ETag or a date that are kept and sent back
LOST = 0.1  # share of items without link or words that is worth telling

Reader = Callable[..., FeedDocument]
R = TypeVar("R", bound=Reader)


@record
class Clue:
    """A source that an address points to: its kind, the address it would be read at, and its options.

    ``here`` says that the address itself is this source; otherwise it is only named there (a page's feeds).
    """

    kind: str
    url: str
    title: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    here: bool = True


def kind(name: str, *, address: Callable[[Source], str] = lambda source: source.url) -> Callable[[R], R]:
    """A decorator that makes a reader ``(found, source, *, now) -> FeedDocument`` a kind of source, asked for at ``address``."""

    def file(read: R) -> R:
        def look(web: Web, source: Source, *, before: Visit | None, now: datetime) -> Look:
            return look_at(web, source, apart(web, read), before=before, now=now, url=address(source))

        KINDS.register(name)(look)
        return read

    return file


def apart(web: Web, read: Reader) -> Reader:
    """The reader as one that works in a process of its own."""

    def away(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
        return web.read(partial(read, source=source, now=now), found, source=source.id)

    return away


@kind("feed")
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The entries of a feed: RSS, RDF, Atom or JSON Feed. Raises NotAFeed."""
    what, kind_of = found.content_type, entry_kind(source)
    return read_feed(found.body, source_id=source.id, base=found.final, fetched=now, kind=kind_of, content_type=what)


@RECOGNISERS.register("feed")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """A clue where the bytes are a feed."""
    try:
        document = read_feed(
            found.body, source_id=found.url, base=found.final, fetched=clock.now(), content_type=found.content_type
        )
    except ParseError:
        return ()
    return (Clue(kind="feed", url=found.final, title=document.title),)


def entry_kind(source: Source) -> str:
    """What the entries of a source are: post for forums and social networks, else news."""
    return "post" if source.category in ("forum", "social") else "news"


def look_at(web: Web, source: Source, read: Reader, *, before: Visit | None, now: datetime, url: str = "") -> Look:
    """What one address of a source gives, asked for only if it has changed, and read only if its bytes have.

    ``url`` is what is asked, the source's own where it is "". Raises FetchError, and the ParseError of the reader, or Blocked in
    its place where the bytes are a challenge.
    """
    found = asked(web, source, before, url=url)
    if strayed(found.url, found.final) == "site" and not (found.permanent and not is_paper(found.final)):
        raise NotAFeed(f"{source.url}: leads to another publisher, {found.final}; nothing of it is taken, check the address")
    digest = sha256(found.body).hexdigest()
    etag, modified = (found.headers.get(name, "")[:VALIDATOR] for name in ("etag", "last-modified"))
    asks, skip = asked_pause(found.headers, found.body), skipped_hours(found.body)
    look = partial(Look, status=found.status, etag=etag, modified=modified, asks=asks, skip=skip)
    if found.status == 304 or (before and before.body_hash == digest):
        return look(outcome="same", problem=moved(source, found))
    document = challenged(read, found, source, now=now)
    if not document.entries:
        nothing = f"{source.url}: answers without usable items; check it in a browser"
        return Look(outcome="empty", status=found.status, problem=nothing)
    told = moved(source, found) or document.problem or _lost(source, document)
    return look(outcome="ok", entries=document.entries, body_hash=digest, problem=told)


def asked(web: Web, source: Source, before: Visit | None = None, *, url: str = "") -> Fetched:
    """What an address of a source answers, within the limits of a feed; 304 where it is as it was ``before``."""
    etag, modified = (before.etag, before.modified) if before else ("", "")
    limit, seconds = web.settings.feed_size, web.settings.feed_time
    return web.get(url or source.url, limit=limit, seconds=seconds, etag=etag, modified=modified)


def challenged(read: Reader, found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """What the reader makes of an answer. Raises Blocked where it can make nothing of it because it is a challenge."""
    try:
        return read(found, source, now=now)
    except ParseError as error:
        if is_challenge(found.body):
            reason = "a challenge page; open it in a browser, ask the site for access"
            raise Blocked(source.url, reason, status=found.status) from error
        raise


def moved(source: Source, found: Fetched) -> str:
    """What to tell of an address that has moved for good, or that leads to another section; "" for one that does neither."""
    if strayed(found.url, found.final) == "section":
        return f"{source.url}: leads to another section, {found.final}; check the address"
    return f"{source.url}: has moved for good to {found.final}; change the address" if found.permanent else ""


def _lost(source: Source, document: FeedDocument) -> str:
    """What to tell about items that could not be used, "" where they are few."""
    items = document.skipped + len(document.entries)
    if document.skipped <= LOST * items:
        return ""
    return f"{source.url}: {document.skipped} of {items} items lack a link or words; check the feed in a browser"
