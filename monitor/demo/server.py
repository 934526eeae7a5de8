"""The sample outlets over loopback HTTP, at a clock that the demo moves: feeds with ETags, pages, robots.txt, one outage."""

from __future__ import annotations

import hashlib
import html
import json
import threading
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from monitor.clock import parse_moment
from monitor.config import read_yaml
from monitor.demo.shapes import SHAPES

HERE = Path(__file__).parent
NEWEST = 25  # items that a feed shows
TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def sample() -> dict[str, list[dict[str, Any]]]:
    """The items of every sample outlet, oldest first, copies with the body of what they copy."""
    read = {path.stem: _lines(path) for path in sorted((HERE / "outlets").glob("*.jsonl"))}
    copies = read.pop("copies")
    originals = {item["id"]: item for items in read.values() for item in items}
    for copy in copies:
        read[copy["outlet_file"]].append({**copy, "body": originals[copy["copy_of"]]["body"]})
    return {name: sorted(items, key=lambda item: (item["at"], item["id"])) for name, items in read.items()}


class SampleServer:
    """The outlets on a port of 127.0.0.1, a free one unless named; ``at`` is the clock up to which items are out. A context manager.

    Raises OSError where the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self.outlets: dict[str, dict[str, Any]] = read_yaml(HERE / "outlets.yaml")
        self.items = sample()
        self.at: datetime = parse_moment("2026-10-23T00:00")
        self._http = ThreadingHTTPServer(("127.0.0.1", port), partial(_Outlet, self))
        self._http.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> SampleServer:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def out(self, name: str) -> list[dict[str, Any]]:
        """An outlet's items that are out at the clock, newest first."""
        return [item for item in reversed(self.items[name]) if parse_moment(item["at"]) <= self.at]

    def is_down(self, name: str) -> bool:
        """Whether the outlet answers 503 at the clock."""
        since = str(self.outlets[name].get("outage", ""))
        return bool(since) and parse_moment(since) <= self.at

    def feed(self, name: str) -> bytes:
        """The outlet's feed, in its own shape and with its own kind of dates."""
        return SHAPES[self.outlets[name]["shape"]](self.outlets[name], f"{self.root}/{name}", self.out(name)[:NEWEST])

    def page(self, name: str, item: dict[str, Any]) -> bytes:
        """An item's page as papers build them: menus, JSON-LD, the text, related links, a footer."""
        link, title, lead = f"{self.root}/{name}/{item['slug']}.html", html.escape(item["title"]), html.escape(item["lead"])
        said = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": item["title"],
            "description": item["lead"],
            "datePublished": parse_moment(item["at"]).isoformat(),
            "mainEntityOfPage": link,
        }
        data = json.dumps(said, ensure_ascii=False).replace("</", "<\\/")
        body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in item["body"])
        related = "".join(
            f"<li><a href='{other['slug']}.html'>{html.escape(other['title'])}</a></li>" for other in self.out(name)[:5]
        )
        return (
            f"<!doctype html><html lang=vi><head><meta charset=utf-8><title>{title}</title><link rel=canonical href='{link}'>"
            f"<script type='application/ld+json'>{data}</script></head><body><nav><a href='/'>Trang chủ</a></nav>"
            f"<article><h1>{title}</h1><p class=lead>{lead}</p>{body}</article><aside><h2>Tin liên quan</h2><ul>{related}</ul></aside>"
            f"<footer>{html.escape(self.outlets[name]['outlet'])}, tòa soạn hư cấu</footer></body></html>"
        ).encode()


class _Outlet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, server: SampleServer, *rest: Any):
        self.sample = server
        super().__init__(*rest)

    def log_message(self, *_: object) -> None:
        """Say nothing: the demo's terminal belongs to the digest."""

    def do_GET(self) -> None:
        name, _, rest = self.path.strip("/").partition("/")
        if self.path == "/robots.txt":
            return self._send(b"User-agent: *\nAllow: /\n", "text/plain")
        if name not in self.sample.outlets:
            return self._send(b"", "text/plain", status=404)
        if self.sample.is_down(name):
            return self._send(b"", "text/html", status=503)
        if rest == "feed":
            return self._send(self.sample.feed(name), TYPES[self.sample.outlets[name]["shape"]])
        for item in self.sample.out(name):
            if rest == f"{item['slug']}.html":
                return self._send(self.sample.page(name, item), "text/html; charset=utf-8")
        return self._send(b"", "text/html", status=404)

    def _send(self, body: bytes, kind: str, *, status: int = 200) -> None:
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        for header, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("ETag", tag)):
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
