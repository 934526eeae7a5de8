"""The one door to the web: a URL in, bytes under a limit or a FetchError out.

Why so much by hand: the client's own time-outs count each read (a slow drip never ends), its decoders and its redirects have no
bounds, and checking a URL before asking says nothing about where the connection goes. So one deadline, one budget of bytes and
one address check sit in the stream below the client, where nothing passes them by. No cookies, no proxies, no credentials.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from types import TracebackType
from typing import Any
from zlib import crc32

import httpcore
import httpx

from monitor import clock
from monitor.config import Config
from monitor.crawl.address import Network, checked, networks
from monitor.crawl.answer import Fetched, Settings, check_url, retry_after
from monitor.crawl.body import read_body
from monitor.crawl.challenge import LOOKED_AT, is_challenge
from monitor.crawl.pace import Pace
from monitor.crawl.robots import LIMIT as ROBOTS_LIMIT
from monitor.crawl.robots import Robots
from monitor.errors import BadStatus, Blocked, FetchError, TooLarge, TooSlow
from monitor.text import clean_line
from monitor.url import host_of

REDIRECTS = 5
CONNECTIONS, SHARDS = 10, 32  # a pool is quadratic in its connections: 8.8 ms a request at 100, 0.8 at 10
BESIDE = 1 << 20  # bytes that may come beside a body: headers (h11 stops at 100 KiB), interim answers, chunk marks
SLOW = "no complete answer in the time allowed; it is asked again at the next visit"


class Web:
    """The web under the rules of the config; a context manager, for any number of threads.

    Settings (see `monitor.crawl.answer.Settings`) may be given by keyword instead of a config, or on top of it. ``transport``
    takes the place of the network in tests; ``now`` is the clock against which a Retry-After date is read.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
        transport: httpx.BaseTransport | None = None,
        **settings: Any,
    ):
        stated = Settings.of(config) if config else Settings()
        self.settings = replace(stated, **settings)
        self._now, self._pace, self._robots = now, Pace(self.settings.delay), Robots(self.settings.agent)
        self._errands, self._guard = threading.local(), threading.Lock()
        self._backend = _Backend(self._errands, networks(self.settings.allow))
        self._given, self._shards = transport, {}  # type: httpx.BaseTransport | None, dict[int, httpx.BaseTransport]

    def __enter__(self) -> Web:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._guard:
            for transport in self._shards.values():
                transport.close()
            self._shards.clear()

    def get(self, url: str, *, limit: int, seconds: float, etag: str = "", modified: str = "") -> Fetched:
        """What ``url`` answers, after at most REDIRECTS redirects, of at most ``limit`` bytes, within ``seconds`` in all.

        The wait for a host's turn is not counted. ``etag`` and ``modified`` make the question conditional; "unchanged" is an
        answer of status 304. Raises FetchError and its kinds only.
        """
        asked = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value}
        errand, here, before, moved = _Errand(url, seconds, limit + BESIDE), url, url, []  # type: _Errand, str, str, list[int]
        for _ in range(REDIRECTS + 1):
            check_url(here, before=before)
            with self._pace.turn(host_of(here)), errand:
                self._obey_robots(here, errand)
                found = self._ask(here, errand, asked=asked, limit=limit)
            onward = _onward(found)
            if not onward:
                return replace(found, url=url, permanent=bool(moved) and set(moved) <= {301, 308})
            moved.append(found.status)
            before, here = here, onward
        raise FetchError(url, f"more than {REDIRECTS} redirects; check the address in a browser")

    def _obey_robots(self, url: str, errand: _Errand) -> None:
        if self.settings.robots:
            fetch = partial(self._robots_txt, ends=errand.ends)
            if not self._robots.allowed(url, fetch):
                raise Blocked(url, "robots.txt forbids it; ask the site, or take the source out")
            self._pace.slow_down(host_of(url), self._robots.delay(url, fetch))

    def _robots_txt(self, url: str, *, ends: float) -> bytes:
        """The bytes of a robots.txt, b"" where the site has none; its time is that of the request that wants to know."""
        errand, here, before = _Errand(url, 0.0, ROBOTS_LIMIT + BESIDE, ends=ends), url, url
        for _ in range(REDIRECTS + 1):
            check_url(here, before=before)
            try:
                found = self._ask(here, errand, asked={}, limit=ROBOTS_LIMIT, cut=True)
            except (BadStatus, Blocked) as error:
                if error.status and error.status < 500:
                    return b""
                raise
            onward = _onward(found)
            if not onward:
                return found.body
            before, here = here, onward
        return b""

    def _ask(self, url: str, errand: _Errand, *, asked: Mapping[str, str], limit: int, cut: bool = False) -> Fetched:
        """One question, one answer, redirects being answers too."""
        self._errands.now = errand
        try:
            request = httpx.Request("GET", url, headers=self._headers(asked), extensions={"timeout": {"pool": errand.left()}})
            response = self._transport(url).handle_request(request)
            try:
                return self._read(response, errand, url=url, conditional=bool(asked), limit=limit, cut=cut)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise TooSlow(errand.url, SLOW) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            said = clean_line(str(error), 120) or type(error).__name__
            raise FetchError(errand.url, f"no usable answer ({said}); check the address in a browser") from error

    def _read(self, response: httpx.Response, errand: _Errand, *, url: str, conditional: bool, limit: int, cut: bool) -> Fetched:
        headers = {name.lower(): value for name, value in response.headers.items()}
        found = partial(Fetched, url=url, final=url, status=response.status_code, headers=headers)
        if _onward(found()) or (response.status_code == 304 and conditional):
            return found()
        parts, encoding = response.stream, headers.get("content-encoding", "")
        assert isinstance(parts, Iterable)
        read = partial(read_body, parts, url=errand.url, encoding=encoding, tick=errand.check)
        if 200 <= response.status_code < 300:
            return found(body=read(limit=limit, cut=cut))
        raise self._refusal(found(), errand.url, read=partial(read, limit=LOOKED_AT, cut=True))

    def _refusal(self, found: Fetched, url: str, *, read: Callable[[], bytes]) -> FetchError:
        """The error that an answer other than 2xx is: Blocked where it is a challenge, else BadStatus."""
        wait = retry_after(found.headers.get("retry-after", ""), self._now())
        if found.status in (401, 403, 429, 503):
            try:
                challenge = "cf-mitigated" in found.headers or is_challenge(read())
            except (FetchError, httpx.HTTPError):  # a body that is broken as well changes nothing about the status
                challenge = False
            if challenge:
                reason = f"status {found.status} with a challenge; open it in a browser, ask the site for access"
                return Blocked(url, reason, status=found.status, retry_after=wait)
        return BadStatus(url, f"status {found.status}{_MEANING.get(found.status, '')}", status=found.status, retry_after=wait)

    def _headers(self, asked: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        agent = {"User-Agent": self.settings.agent, "Accept": "*/*", "Accept-Encoding": "gzip", "Accept-Language": "vi, en;q=0.5"}
        return [(name.encode(), value.encode("utf-8", "replace")) for name, value in {**agent, **asked}.items()]

    def _transport(self, url: str) -> httpx.BaseTransport:
        if self._given:
            return self._given
        shard = crc32(host_of(url).encode("utf-8", "replace")) % SHARDS
        with self._guard:
            if shard not in self._shards:
                self._shards[shard] = _Transport(self._backend)
            return self._shards[shard]


_MEANING = {
    401: " (asks for a password)", 403: " (refuses us)", 404: " (no such page); check the address", 410: " (gone for good)",
    429: " (too many questions); it is asked later", 500: " (fault of the site)", 502: " (fault of the site)",
    503: " (out of service); it is asked later", 504: " (fault of the site)",
}  # fmt: skip


def _onward(found: Fetched) -> str:
    """Where a redirect points, "" for an answer that is none."""
    target = found.headers.get("location", "") if found.status in (301, 302, 303, 307, 308) else ""
    return str(httpx.URL(found.url).join(target)) if target else ""


@dataclass
class _Errand:
    """What one thread is about: the URL, the seconds it has in all, the bytes that may still come.

    The time runs only inside ``with``; ``ends`` is the deadline on the monotonic clock.
    """

    url: str
    seconds: float
    budget: int
    ends: float = 0.0

    def __enter__(self) -> _Errand:
        self.ends = time.monotonic() + self.seconds
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = self.ends - time.monotonic()

    def left(self) -> float:
        """Seconds until the deadline; raises TooSlow when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TooSlow(self.url, SLOW)
        return left

    def check(self) -> None:
        """Nothing; raises TooSlow after the deadline."""
        self.left()

    def take(self, count: int) -> None:
        """Count bytes that came; raises TooLarge when they are more than this request may cost."""
        self.budget -= count
        if self.budget < 0:
            raise TooLarge(self.url, "the answer is larger than allowed; raise web.feed_size or web.page_size if it is meant")


class _Stream(httpcore.NetworkStream):
    """A connection on which the errand of the thread, not the client, says how long a step may take."""

    def __init__(self, inner: httpcore.NetworkStream, errands: threading.local):
        self._inner, self._errands = inner, errands

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found = self._inner.read(max_bytes, self._errands.now.left())
        self._errands.now.take(len(found))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._errands.now.left())

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._errands.now.left()), self._errands)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connections to checked addresses only: what is checked is what is connected to."""

    def __init__(self, errands: threading.local, allow: Sequence[Network]):
        self._errands, self._allow, self._inner = errands, allow, httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *more: Any, **options: Any) -> _Stream:
        errand = self._errands.now
        addresses = checked(host, port, allow=self._allow, url=errand.url, seconds=errand.left())
        for tried, address in enumerate(addresses, 1):
            share = errand.left() / (len(addresses) - tried + 1)  # an address that hangs leaves time for the next
            try:
                return _Stream(self._inner.connect_tcp(address, port, share, *more, **options), self._errands)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if tried == len(addresses):
                    raise
        raise httpcore.ConnectError("no address")

    def connect_unix_socket(self, path: str, *more: Any, **options: Any) -> _Stream:
        raise httpcore.ConnectError("sockets in files are never asked")


class _Transport(httpx.HTTPTransport):
    """httpx's own transport over our connections; it has no parameter for them, so the pool is set afterwards."""

    def __init__(self, backend: _Backend):
        super().__init__(verify=_trust(), trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=_trust(), max_connections=CONNECTIONS, network_backend=backend)


@cache
def _trust() -> Any:
    """The one TLS context of the process; making one costs 21 ms."""
    return httpx.create_ssl_context(trust_env=False)
