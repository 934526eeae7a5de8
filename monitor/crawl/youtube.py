"""Video channels of YouTube: the Atom feed of a channel or a playlist, its 15 newest videos with title and description.

An outlet's channel is press: what its videos are follows from the class of the source. The watch page is never read, since what
stands there beside the description is what others wrote.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.feeds import FeedDocument, read_feed
from monitor.crawl.kinds import RECOGNISERS, Clue, entry_kind, kind
from monitor.privacy import masked
from monitor.records import FeedEntry, Source

FEED = "https://www.youtube.com/feeds/videos.xml"
_HOST = re.compile(r"(?:^|\.)youtube\.com$", re.I)
_ID = re.compile(r"^/channel/(UC[\w-]{22})(?:/|$)")
_NAMED = re.compile(rb'/feeds/videos\.xml\?channel_id=(UC[\w-]{22})|"(?:externalId|channelId)":"(UC[\w-]{22})"')
_WATCH = re.compile(r"^https?://(?:www\.)?(?:youtube\.com/(?:shorts|live)/|youtu\.be/)([\w-]{11})(?:[?#/].*)?$")


def address(url: str) -> str:
    """The feed of a channel (/channel/UC…) or of a playlist (?list=…); any other address as it is.

    >>> address("https://www.youtube.com/playlist?list=PLabc")
    'https://www.youtube.com/feeds/videos.xml?playlist_id=PLabc'
    """
    parts = urlsplit(url)
    if parts.path == "/feeds/videos.xml":
        return url
    found = _ID.match(parts.path)
    if found:
        return f"{FEED}?channel_id={found[1]}"
    played = parse_qs(parts.query).get("list", [""])[0]
    return f"{FEED}?playlist_id={played}" if played else url


@kind("youtube", address=lambda source: address(source.url))
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The videos of a channel; those of a source of class social are posts. Raises NotAFeed, for the page of a channel too."""
    stated = {"source_id": source.id, "base": found.final, "content_type": found.content_type}
    document = read_feed(found.body, fetched=now, kind=entry_kind(source), **stated)
    return replace(document, entries=tuple(_entry(entry) for entry in document.entries))


@RECOGNISERS.register("youtube")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """The channel or playlist at an address of youtube.com, by its address or by what its page says of itself."""
    parts = urlsplit(found.final)
    if not _HOST.search(parts.hostname or ""):
        return ()
    feed = address(found.final)
    if urlsplit(feed).path == "/feeds/videos.xml":
        return (Clue(kind="youtube", url=feed),)
    named = _NAMED.search(found.body)
    return (Clue(kind="youtube", url=f"{FEED}?channel_id={(named[1] or named[2]).decode()}"),) if named else ()


def _entry(entry: FeedEntry) -> FeedEntry:
    """The video under one address, whether it was shown as a short, a live stream or a film."""
    short = _WATCH.match(entry.link)
    link = f"https://www.youtube.com/watch?v={short[1]}" if short else entry.link
    if entry.kind == "news":
        return replace(entry, link=link)
    return replace(entry, link=link, title=masked(entry.title), summary=masked(entry.summary), stated="")
