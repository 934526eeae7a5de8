"""Bluesky: the posts of one account, from the public AppView. The search (searchPosts) wants an account of ours and is not used.

Only what the account itself wrote is read: reposts are another person's words, and replies stand in another person's thread. An
account that asks not to be shown without a log-in is left alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.dates import parse_date
from monitor.crawl.feeds import FeedDocument
from monitor.crawl.kinds import RECOGNISERS, Clue, kind
from monitor.crawl.posts import field, json_of, post, words
from monitor.errors import Blocked, NotAFeed
from monitor.records import FeedEntry, Source

APP_VIEW = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
NEWEST = 50  # posts that are asked for
_PROFILE = re.compile(r"^/profile/([^/]+)/?(?:rss)?$")
_URI = re.compile(r"^at://(did:[\w:.%-]+)/app\.bsky\.feed\.post/([\w-]+)$")
_HIDDEN = "!no-unauthenticated"  # the label of an account that wants no readers without a log-in


def address(url: str) -> str:
    """Where the posts of a profile (bsky.app/profile/NAME) are asked for. Raises Blocked for a search.

    >>> address("https://bsky.app/profile/bao.example").partition("?")[2]
    'actor=bao.example&limit=50&filter=posts_no_replies'
    """
    parts = urlsplit(url)
    if parts.path.startswith("/search") or parts.path.endswith(".searchPosts"):
        raise Blocked(url, "Bluesky answers searches only to its members; name accounts (bsky.app/profile/…) instead")
    named = _PROFILE.match(parts.path)
    actor = named[1] if named else parse_qs(parts.query).get("actor", [""])[0]
    return f"{APP_VIEW}?actor={quote(actor, safe=':')}&limit={NEWEST}&filter=posts_no_replies" if actor else url


@kind("bluesky", address=lambda source: address(source.url))
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The posts of an account, newest first. Raises NotAFeed."""
    said = json_of(found.body, name=source.id, what="an answer of Bluesky")
    items = field(said, "feed")
    if not isinstance(items, list):
        raise NotAFeed(f"{source.id}: no posts in the answer; check that the account exists")
    own = [item for item in items if isinstance(item, dict) and not item.get("reason") and not item.get("reply")]
    entries = [_entry(item.get("post"), source, now) for item in own if not _wants_privacy(item)]
    kept = tuple(entry for entry in entries if entry)
    return FeedDocument(title=source.outlet, entries=kept, skipped=len(entries) - len(kept))


@RECOGNISERS.register("bluesky")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """The account whose profile stands at an address of bsky.app."""
    parts = urlsplit(found.final)
    if parts.hostname not in ("bsky.app", "www.bsky.app") or not _PROFILE.match(parts.path):
        return ()
    return (Clue(kind="bluesky", url=found.final.partition("?")[0]),)


def _entry(said: Any, source: Source, now: datetime) -> FeedEntry | None:
    """A post with the title of the page it links to; its date is the earlier of what the author's program and the network say."""
    uri = _URI.match(words(said, "uri"))
    if not uri:
        return None
    text = "\n".join(filter(None, (words(said, "record", "text"), words(said, "embed", "external", "title"))))
    stated = [parse_date(words(said, *path), fetched=now) for path in (("record", "createdAt"), ("indexedAt",))]
    published = min((moment for moment in stated if moment), default=None)
    return post(source, link=f"https://bsky.app/profile/{uri[1]}/post/{uri[2]}", text=text, published=published)


def _wants_privacy(item: dict[str, Any]) -> bool:
    labels = field(item, "post", "author", "labels")
    return isinstance(labels, list) and any(words(label, "val") == _HIDDEN for label in labels)
