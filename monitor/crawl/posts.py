"""What posts of all networks have in common: words without their author, and an address that does not name him."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from monitor.crawl.encoding import decode
from monitor.errors import NotAFeed
from monitor.privacy import spoken, titled
from monitor.records import FeedEntry, Source
from monitor.text import clean, clean_line
from monitor.url import canonical_url

LIMIT = 10_000  # characters of a post; Mastodon's largest servers allow 5,000, Telegram 4,096


def post(source: Source, *, link: str, text: str, published: datetime | None, title: str = "") -> FeedEntry | None:
    """The entry of a post with personal data masked, or None where it has no words or no address.

    A post without a title is its own title, or is headed by its beginning.
    """
    said, address = spoken(clean(text, LIMIT)), canonical_url(link)
    head = spoken(clean_line(title))
    if not address or not (said or head):
        return None
    if not head:
        head, said = titled(said)
    return FeedEntry(source=source.id, guid=address, link=address, title=head, summary=said, published=published, kind="post")


def json_of(body: bytes, *, name: str, what: str) -> Any:
    """What a JSON answer says. Raises NotAFeed, with ``name`` (source or address) and ``what`` it should have been."""
    try:
        return json.loads(decode(body))
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"{name}: not {what}; check the address in a browser") from error


def field(holder: Any, *path: str | int) -> Any:
    """The value at a path through mappings and lists, None where there is no such thing.

    >>> field({"post": [{"text": "a"}]}, "post", 0, "text")
    'a'
    """
    for key in path:
        try:
            holder = holder[key] if isinstance(holder, dict | list) else None  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return holder


def words(holder: Any, *path: str | int) -> str:
    """The text at a path, "" where there is none."""
    found = field(holder, *path)
    return found if isinstance(found, str) else ""
