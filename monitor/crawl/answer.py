"""What is asked of the web and what comes back: settings, answers, and the small rules that need no connection."""

from __future__ import annotations

import email.utils
import os
import tempfile
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from monitor.config import Config
from monitor.errors import FetchError
from monitor.records import record

CHILDREN = 4  # processes at most: a feed takes longer to come than to be read
LONGEST_WAIT = 7 * 86400.0  # seconds of Retry-After that are believed; no site closes for longer and knows when it opens


@record
class Settings:
    """How the web is asked; the keys of ``web`` in the config, lengths of time in seconds and sizes in bytes.

    ``turns`` is the file by which the processes of an office take turns at a host ("": this process is alone), ``children`` how many
    processes read what came (0: the caller's own).
    """

    agent: str = "monitor/2026.11 (press review of a social-security office; contact: set web.agent)"
    allow: tuple[str, ...] = ()
    delay: float = 1.0
    feed_time: float = 20.0
    page_time: float = 30.0
    feed_size: int = 10_485_760
    page_size: int = 5_242_880
    robots: bool = True
    proxy: str = ""
    certificates: str = ""
    turns: str = ""
    children: int = field(default_factory=lambda: min(os.cpu_count() or 1, CHILDREN))

    @classmethod
    def of(cls, config: Config) -> Settings:
        """The settings that a config states."""
        found: dict[str, Any] = {name: config.span(f"web.{name}") for name in ("delay", "feed_time", "page_time")}
        found |= {name: config[f"web.{name}"] for name in ("agent", "feed_size", "page_size", "robots", "certificates")}
        found["proxy"] = os.environ.get("MONITOR_PROXY") or config["web.proxy"]
        found["turns"] = turns_beside(config.store_url) if found["delay"] else ""
        return cls(allow=tuple(config["web.allow"]), **found)


@record
class Fetched:
    """An answer: ``url`` as asked, ``final`` where it came from, ``headers`` in lower case, ``body`` decoded.

    ``status`` is 2xx, or 304 with an empty body. ``permanent`` says that the address has moved for good (301 and 308 only).
    """

    url: str
    final: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    permanent: bool = False

    @property
    def content_type(self) -> str:
        """The Content-Type header, "" where there is none."""
        return self.headers.get("content-type", "")


def turns_beside(store: str) -> str:
    """The file of turns of all who use a store: beside it where that is a file, else in the machine's temporary folder.

    >>> turns_beside("sqlite:///data/monitor.db")
    'data/monitor.db-turns'
    """
    if store.startswith("sqlite"):
        path = store.partition("///")[2].partition("?")[0]
        return "" if path in ("", ":memory:") else f"{path}-turns"
    return str(Path(tempfile.gettempdir(), f"monitor-{os.getuid()}", f"{crc32(store.encode()):08x}-turns"))


def check_url(url: str, *, before: str) -> None:
    """Nothing; raises FetchError for an address that is not asked: other than http and https, with a name and password in it, or
    plain http to which ``before``, an https address, redirects."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise FetchError(before, f"{url[:100]!r} is not an http or https address; check the address")
    if "@" in parts.netloc:
        raise FetchError(before, "a name or password stands in the address; take it out")
    if parts.scheme == "http" and before.lower().startswith("https:"):
        raise FetchError(before, "redirects from https to plain http; check the address in a browser")


def retry_after(text: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header (seconds or a date) asks to wait, 0..LONGEST_WAIT, or None for none.

    >>> retry_after("120", datetime(2026, 11, 22, tzinfo=UTC))
    120.0
    >>> retry_after("Sun, 22 Nov 2026 00:05:00 GMT", datetime(2026, 11, 22, tzinfo=UTC))
    300.0
    """
    text = text.strip()[:60]
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
        seconds = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
