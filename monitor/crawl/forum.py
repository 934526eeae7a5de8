"""Forums that run XenForo, such as voz: the RSS of a forum, its newest threads with the beginning of the first post.

Before it is read, everything that XenForo marks as a member's name goes out of the markup: quotations ("… said:") and
mentions. The thread's page is never read: what is there beside the first post is what others wrote.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.encoding import decode
from monitor.crawl.feeds import FeedDocument, read_feed
from monitor.crawl.kinds import RECOGNISERS, Clue, kind
from monitor.crawl.posts import post
from monitor.records import Source

_LT, _GT, _Q = "(?:<|&lt;)", "(?:>|&gt;)", "(?:\"|'|&quot;)"
_MENTION = re.compile(rf"{_LT}a\b(?:(?!&gt;)[^<>]){{0,500}}?class={_Q}username\b.{{0,300}}?{_LT}/a{_GT}", re.S)
_QUOTED = re.compile(rf"{_LT}div class={_Q}bbCodeBlock-title{_Q}{_GT}.{{0,1000}}?{_LT}/div{_GT}", re.S)
_MORE = re.compile(r"\s*(?:\.\.\.|…)?\s*(?:Read more|Xem thêm|Đọc thêm|Đọc tiếp)\s*$")
_FORUM = re.compile(r"^/(?:index\.php\?)?(?:f|forums|box)/[^/]+\.\d+/?$|^/(?:f|forums)/[^/]+/?$")


def address(url: str) -> str:
    """The feed of a forum's page.

    >>> address("https://voz.example/f/diem-bao.33/")
    'https://voz.example/f/diem-bao.33/index.rss'
    """
    bare = url.partition("?")[0]
    return bare if bare.endswith(".rss") else bare.rstrip("/") + "/index.rss"


@kind("xenforo", address=lambda source: address(source.url))
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The threads of a forum. Raises NotAFeed."""
    text = decode(found.body, found.content_type)
    for pattern in (_QUOTED, _MENTION):
        text = pattern.sub(" ", text)
    document = read_feed(text.encode(), source_id=source.id, base=found.final, fetched=now, kind="post")
    posts = [
        post(source, link=entry.link, title=entry.title, text=_MORE.sub("", entry.summary), published=entry.published)
        for entry in document.entries
    ]
    kept = tuple(entry for entry in posts if entry)
    return replace(document, entries=kept, skipped=document.skipped + len(posts) - len(kept))


@RECOGNISERS.register("xenforo")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """The forum at an address of a board that says it runs XenForo: its page, or its feed."""
    body = found.body[:200_000]
    path = urlsplit(found.final).path
    if b"<generator>XenForo</generator>" in body or (path.endswith("/index.rss") and b"/threads/" in body and b"<rss" in body):
        return (Clue(kind="xenforo", url=found.final),)
    if b'id="XF"' in body and _FORUM.match(path):
        return (Clue(kind="xenforo", url=address(found.final)),)
    return ()
