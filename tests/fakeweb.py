"""A web that lives in memory, behind the transport of the real `Web`: pages by URL, counts of requests, failures on demand.

::

    fake = FakeWeb()
    fake.feed("https://bao.example/rss", item("Tăng lương hưu", "https://bao.example/1", published=at))
    fake.article("https://bao.example/1", "Tăng lương hưu", text=["Từ ngày 1/7 …"], published=at)
    with fake.open() as web: ...
    fake.fail("bao.example", "503")
"""

from __future__ import annotations

import hashlib
import html
import json
from collections import Counter
from datetime import datetime
from email.utils import format_datetime

import httpx

from monitor.crawl.fetch import Web
from monitor.url import host_of

EMPTY = b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title></channel></rss>'
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><script>run('cf-chl')</script></body></html>"


class FakeWeb(httpx.BaseTransport):
    """Pages by exact URL; anything else is 404. ``asked`` counts requests by URL, ``log`` holds them in order."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: Counter[str] = Counter()
        self.log: list[httpx.Request] = []
        self._fails: dict[str, str] = {}
        self._frozen: dict[str, tuple[int, bytes, dict[str, str]]] = {}

    def open(self, **settings: object) -> Web:
        """The real Web on this one, without pauses unless ``delay`` is given, and read in this process."""
        return Web(transport=self, **{"delay": 0.0, "children": 0, **settings})

    def put(
        self, url: str, body: str | bytes, *, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str
    ) -> None:
        """Let ``url`` answer this; it has an ETag by its bytes. Underscores in header names become hyphens."""
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[url] = (status, raw, {"Content-Type": kind, "ETag": f'"{hashlib.sha1(raw).hexdigest()[:16]}"', **named})

    def feed(self, url: str, *items: str, title: str = "Báo thử", kind: str = "application/rss+xml; charset=utf-8") -> None:
        """Let ``url`` be an RSS feed of these items (see `item`)."""
        self.put(url, rss(*items, title=title), kind=kind)

    def article(
        self, url: str, title: str, *, lead: str = "", text: tuple[str, ...] = (), published: datetime | None = None
    ) -> None:
        """Let ``url`` be the page of an article, a paragraph for each of ``text``."""
        self.put(url, article_page(title, lead=lead, text=text, published=published, url=url))

    def redirect(self, url: str, target: str, status: int = 302) -> None:
        """Let ``url`` redirect to ``target``."""
        self.put(url, b"", status=status, Location=target)

    def fail(self, where: str, how: str = "") -> None:
        """Let a host or a URL fail: 503 (or any status), hang, broken (no connection), html (a challenge), empty, frozen; "" heals.

        robots.txt of a failing host stays as it is, unless it is named.
        """
        self._fails[where] = how
        self._frozen = {url: page for url, page in self._frozen.items() if where not in (url, host_of(url))}
        if how == "frozen":
            self._frozen |= {url: page for url, page in self.pages.items() if where in (url, host_of(url))}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, as httpx wants it of a transport."""
        url = str(request.url)
        self.asked[url] += 1
        self.log.append(request)
        how = self._fails.get(url) or ("" if url.endswith("/robots.txt") else self._fails.get(host_of(url), ""))
        if how == "hang":
            raise httpx.ReadTimeout("hangs on purpose", request=request)
        if how == "broken":
            raise httpx.ConnectError("no connection on purpose", request=request)
        if how in ("html", "empty"):
            return _answer(200, CHALLENGE if how == "html" else EMPTY, {"Content-Type": "text/html"})
        if how.isdigit():
            return _answer(int(how), b"", {"Retry-After": "30"} if how in ("429", "503") else {})
        status, body, headers = self._frozen.get(url) or self.pages.get(url) or (404, b"", {})
        if status == 200 and headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            return _answer(304, b"", headers)
        return _answer(status, body, headers)


def rss(*items: str, title: str = "Báo thử") -> str:
    """An RSS 2.0 document of these items."""
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{html.escape(title)}</title>'
    return head + "".join(items) + "</channel></rss>"


def item(title: str, link: str, *, summary: str = "", published: datetime | str | None = None, guid: str = "") -> str:
    """One RSS item; ``published`` may be a moment, or words as an outlet writes them."""
    date = format_datetime(published) if isinstance(published, datetime) else published
    fields = {"title": title, "link": link, "description": summary, "pubDate": date, "guid": guid}
    return f"<item>{''.join(f'<{name}>{html.escape(text)}</{name}>' for name, text in fields.items() if text)}</item>"


def article_page(
    title: str, *, lead: str = "", text: tuple[str, ...] = (), published: datetime | None = None, url: str = "", head: str = ""
) -> str:
    """An article's page with JSON-LD, a menu, an article and a footer; ``head`` is put into the head as it is."""
    stated = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "description": lead}
    if published:
        stated["datePublished"] = published.isoformat()
    script = json.dumps(stated, ensure_ascii=False).replace("</", "<\\/")
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text)
    head += f'<link rel="canonical" href="{html.escape(url)}">' if url else ""
    title, menu = html.escape(title), '<nav><ul><li><a href="/">Trang chủ</a></li></ul></nav>'
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Báo thử</title>{head}'
        f'<script type="application/ld+json">{script}</script></head><body>{menu}<article><h1>{title}</h1>'
        f"<p>{html.escape(lead)}</p>{paragraphs}</article><footer>Bản quyền</footer></body></html>"
    )


def _answer(status: int, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """A response whose bytes go out as they are, whatever its headers say of their encoding."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))
