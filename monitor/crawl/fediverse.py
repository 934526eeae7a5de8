"""Mastodon: the RSS of an account (/@name.rss) or a tag (/tags/word.rss). Items have no title: the text is its own.

A status is kept under the address /statuses/ID of its server, which opens it as well and does not hold its author's name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.feeds import FeedDocument, read_feed
from monitor.crawl.kinds import RECOGNISERS, Clue, kind
from monitor.crawl.posts import post
from monitor.records import Source

_PATH = re.compile(r"^/(?:@[\w.-]+|users/[\w.-]+|tags/[^/.]+)(?:/tagged/[^/.]+)?(?:\.rss)?/?$")
_STATUS = re.compile(r"^(https?://[^/]+)/(?:@[^/]+|users/[^/]+/statuses)/(\d+)(?:[/?#].*)?$")


def address(url: str) -> str:
    """The feed of an account's or a tag's page.

    >>> address("https://mastodon.example/tags/bhxh")
    'https://mastodon.example/tags/bhxh.rss'
    """
    bare = url.partition("?")[0].rstrip("/")
    return bare if bare.endswith(".rss") else bare + ".rss"


@kind("mastodon", address=lambda source: address(source.url))
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The statuses of an account or a tag. Raises NotAFeed."""
    stated = {"source_id": source.id, "base": found.final, "content_type": found.content_type}
    document = read_feed(found.body, fetched=now, kind="post", **stated)
    posts = [
        post(source, link=nameless(entry.link), text=entry.summary or entry.title, published=entry.published)
        for entry in document.entries
    ]
    kept = tuple(entry for entry in posts if entry)
    return replace(document, entries=kept, skipped=document.skipped + len(posts) - len(kept))


@RECOGNISERS.register("mastodon")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """The account or tag of a Mastodon server, which says itself that it is one; its path alone is that of other networks too."""
    if not _PATH.match(urlsplit(found.final).path) or b"astodon" not in found.body[:200_000]:
        return ()
    return (Clue(kind="mastodon", url=address(found.final)),)


def nameless(url: str) -> str:
    """The address of a status without its author's name; one of another make of server stays.

    >>> nameless("https://mastodon.example/@nguyenvana/1145")
    'https://mastodon.example/statuses/1145'
    """
    found = _STATUS.match(url)
    return f"{found[1]}/statuses/{found[2]}" if found else url
