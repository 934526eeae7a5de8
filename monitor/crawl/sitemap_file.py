"""One file of a sitemap: bytes in, its addresses out (sitemaps.org 0.9, indexes, Google's news namespace, .gz)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.body import MAGIC, read_body
from monitor.crawl.dates import parse_date
from monitor.crawl.markup import local, root_of, tree_of, words_of
from monitor.errors import FetchError, NotAFeed
from monitor.records import record
from monitor.text import clean_line, plain
from monitor.url import canonical_url

SIZE = 50 << 20  # bytes of a file after decompression, as the protocol has it


@record
class Place:
    """One address of a sitemap: a page, or a file of an index; what is not stated is None or ""."""

    url: str
    changed: datetime | None = None
    published: datetime | None = None
    title: str = ""

    @property
    def at(self) -> datetime:
        """The moment that it states, long ago for none."""
        return self.published or self.changed or datetime(1970, 1, 1, tzinfo=UTC)


def read_sitemap(found: Fetched, *, now: datetime) -> tuple[str, list[Place]]:
    """Whether it is a ``urlset`` or a ``sitemapindex``, and its addresses, newest first. Raises NotAFeed and ParseError."""
    name, text = root_of(unpacked(found), "urlset", "sitemapindex")
    if not name:
        raise NotAFeed(f"{found.final}: not a sitemap; check the address in a browser")
    root = tree_of(text, what=found.final)
    places = [place for child in root if (place := _place(child, base=found.final, now=now))]
    return name, sorted(places, key=attrgetter("at"), reverse=True)


def is_sitemap(found: Fetched) -> bool:
    """Whether the bytes begin as a sitemap or an index does."""
    try:
        return bool(root_of(unpacked(found), "urlset", "sitemapindex")[0])
    except NotAFeed:
        return False


def unpacked(found: Fetched) -> bytes:
    """The bytes of a file that may be gzip itself, as ``.xml.gz`` is. Raises NotAFeed for more than SIZE and for broken gzip."""
    if not found.body.startswith(MAGIC):
        return found.body
    try:
        return read_body((found.body,), url=found.final, encoding="gzip", limit=SIZE)
    except FetchError as error:
        raise NotAFeed(str(error)) from error


def slug(url: str) -> str:
    """The words of an address's last part, without marks, numbers and ending; "" where it has none.

    >>> slug("https://bao.example/y-te/bao-hiem-xa-hoi-mot-lan-185251120.htm")
    'bao hiem xa hoi mot lan'
    """
    last = re.sub(r"\.\w{2,5}$", "", urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return " ".join(word for word in re.split(r"[-_.+]+|%20", last) if word and not re.search(r"\d{3}", word))


def _place(element: Any, *, base: str, now: datetime) -> Place | None:
    stated = words_of(element, "loc")
    url = canonical_url(stated, base)
    if not url or local(element) not in ("url", "sitemap"):
        return None
    changed, published = words_of(element, "lastmod"), words_of(element, "news", "publication_date")
    return Place(
        url=url if local(element) == "url" else stated,
        changed=parse_date(changed, fetched=now) if changed else None,
        published=parse_date(published, fetched=now, url=url) if published else None,
        title=clean_line(plain(words_of(element, "news", "title"), 1_000)),
    )
