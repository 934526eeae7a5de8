"""The one door to the web: a URL in, bytes under a limit or a FetchError out.

Why so much by hand: the client's own time-outs count each read (a slow drip never ends), its decoders and its redirects have no
bounds, and checking a URL before asking says nothing about where the connection goes. So one deadline, one budget of bytes and
one address check sit in the stream below the client (`monitor.crawl.wire`), where nothing passes them by. No cookies, no credentials,
no proxy but the one that the config names.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zlib import crc32

import httpx

from monitor import clock
from monitor.child import Children
from monitor.config import Config
from monitor.crawl.address import checked, networks
from monitor.crawl.answer import Fetched, Settings, check_url, retry_after
from monitor.crawl.body import read_body
from monitor.crawl.challenge import LOOKED_AT, is_challenge
from monitor.crawl.pace import Closed, Pace, Sharing
from monitor.crawl.robots import LIMIT as ROBOTS_LIMIT
from monitor.crawl.robots import Memory, Robots
from monitor.crawl.wire import SLOW, Backend, Errand, check_proxy, pool, trusted
from monitor.errors import AddressRefused, BadStatus, Blocked, FetchError, TooSlow
from monitor.text import clean_line
from monitor.url import host_of

T = TypeVar("T")
REDIRECTS = 5
SHARDS = 32  # pools, by host: one is quadratic in its connections
LOOKUP = 2.0  # seconds: behind a proxy a machine may have no name service that knows the world
BESIDE = 1 << 20  # bytes that may come beside a body: headers (h11 stops at 100 KiB), interim answers, chunk marks


class Web:
    """The web under the rules of the config; a context manager, for any number of threads.

    Settings (see `monitor.crawl.answer.Settings`) may be given by keyword instead of a config, or on top of it. ``transport``
    takes the place of the network in tests; ``now`` is the clock against which a Retry-After date is read; ``memory`` keeps what
    robots.txt said from one run to the next; ``turns`` shares the turns of hosts with other machines, in place of the file.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
        transport: httpx.BaseTransport | None = None,
        memory: Memory | None = None,
        turns: Sharing | None = None,
        **settings: Any,
    ):
        stated = Settings.of(config) if config else Settings()
        self.settings = replace(stated, **settings)
        self._now, self._robots = now, Robots(self.settings.agent, memory)
        self._pace = Pace(self.settings.delay, turns or self.settings.turns)
        self.children = Children(self.settings.children, begin=_ready)
        self._errands, self._guard, self._allow = threading.local(), threading.Lock(), networks(self.settings.allow)
        self._backend = Backend(self._errands, self._allow, proxy=check_proxy(self.settings.proxy))
        self._given, self._shards = transport, {}  # type: httpx.BaseTransport | None, dict[int, httpx.BaseTransport]
        self._passed: set[str] = set()

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
        self._pace.close()
        self.children.close()

    def get(self, url: str, *, limit: int, seconds: float, etag: str = "", modified: str = "") -> Fetched:
        """What ``url`` answers, after at most REDIRECTS redirects, of at most ``limit`` bytes, within ``seconds`` in all.

        The wait for a host's turn is not counted. ``etag`` and ``modified`` make the question conditional; "unchanged" is an
        answer of status 304. Raises FetchError and its kinds only.
        """
        asked = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value}
        errand, here, before, moved = Errand(url, seconds, limit + BESIDE), url, url, []  # type: Errand, str, str, list[int]
        for _ in range(REDIRECTS + 1):
            check_url(here, before=before)
            found = self._hop(here, errand, asked=asked, limit=limit)
            onward = _onward(found)
            if not onward:
                return replace(found, url=url, permanent=bool(moved) and set(moved) <= {301, 308})
            moved.append(found.status)
            before, here = here, onward
        raise FetchError(url, f"more than {REDIRECTS} redirects; check the address in a browser")

    def read(self, work: Callable[[Fetched], T], found: Fetched, *, source: str = "") -> T:
        """What ``work``, a function of a module or a partial of one, makes of an answer, in a child process that can be killed.

        Raises the ParseError of ``work``, and Crashed where the answer crashes or hangs it.
        """
        return self.children.read(work, found, digest=sha256(found.body).hexdigest(), url=found.url, source=source)

    def _hop(self, here: str, errand: Errand, *, asked: Mapping[str, str], limit: int) -> Fetched:
        """One question in its host's turn; what the host says of too many questions is kept for all who ask it."""
        host = host_of(here)
        try:
            with self._pace.turn(host), errand:
                try:
                    self._obey_robots(here, errand)
                    found = self._ask(here, errand, asked=asked, limit=limit)
                except (BadStatus, Blocked) as error:
                    if error.status in (429, 503):
                        self._pace.refused(host, here, status=error.status, seconds=error.retry_after)
                    raise
                self._pace.answered(host)
                return found
        except Closed as error:
            why = f"its host asked to be left alone; it is asked again in {error.seconds / 60:.0f} minutes"
            raise BadStatus(errand.url, why, status=429, retry_after=error.seconds) from error

    def _obey_robots(self, url: str, errand: Errand) -> None:
        if not self.settings.robots:
            return
        asked: list[str] = []

        def fetch(address: str) -> bytes:
            asked.append(address)
            return self._robots_txt(address, ends=errand.ends)

        if not self._robots.allowed(url, fetch):
            raise Blocked(url, "robots.txt forbids it; ask the site, or take the source out")
        self._pace.slow_down(host_of(url), self._robots.delay(url, fetch))
        if asked:
            errand.rest(self._pace.pause(host_of(url)))

    def _robots_txt(self, url: str, *, ends: float) -> bytes:
        """The bytes of a robots.txt, b"" where the site has none; its time is that of the request that wants to know."""
        errand, here, before = Errand(url, 0.0, ROBOTS_LIMIT + BESIDE, ends=ends), url, url
        for _ in range(REDIRECTS + 1):
            check_url(here, before=before)
            try:
                found = self._ask(here, errand, asked={}, limit=ROBOTS_LIMIT, cut=True)
            except (BadStatus, Blocked) as error:
                if error.status and error.status < 500 and error.status != 429:
                    return b""
                raise
            onward = _onward(found)
            if not onward:
                return found.body
            before, here = here, onward
        return b""

    def _ask(self, url: str, errand: Errand, *, asked: Mapping[str, str], limit: int, cut: bool = False) -> Fetched:
        """One question, one answer, redirects being answers too."""
        self._errands.now = errand
        if self.settings.proxy:
            self._check_behind_proxy(url, errand)
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

    def _check_behind_proxy(self, url: str, errand: Errand) -> None:
        """Nothing; raises AddressRefused for a host that is private as looked up here; an unknown one is the proxy's to judge."""
        host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        if host not in self._passed:
            try:
                checked(host, port, allow=self._allow, url=errand.url, seconds=min(errand.left(), LOOKUP))
            except AddressRefused:
                raise
            except FetchError:
                pass
            self._passed.add(host)

    def _read(self, response: httpx.Response, errand: Errand, *, url: str, conditional: bool, limit: int, cut: bool) -> Fetched:
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
                self._shards[shard] = _Transport(self._backend, self.settings)
            return self._shards[shard]


_MEANING = {
    401: " (asks for a password)", 403: " (refuses us)", 404: " (no such page); check the address", 410: " (gone for good)",
    429: " (too many questions); it is asked later", 500: " (fault of the site)", 502: " (fault of the site)",
    503: " (out of service); it is asked later", 504: " (fault of the site)",
}  # fmt: skip


def _ready() -> None:
    """Import what most answers need, before the first one's time runs."""
    import monitor.crawl.visit  # noqa: F401


def _onward(found: Fetched) -> str:
    """Where a redirect points, "" for an answer that is none."""
    target = found.headers.get("location", "") if found.status in (301, 302, 303, 307, 308) else ""
    return str(httpx.URL(found.url).join(target)) if target else ""


class _Transport(httpx.HTTPTransport):
    """httpx's own transport over our connections; it has no parameter for them, so the pool is set afterwards."""

    def __init__(self, backend: Backend, settings: Settings):
        trust = _trust(settings.certificates)
        super().__init__(verify=trust, trust_env=False)
        self._pool = pool(backend, trust=trust, proxy=settings.proxy)


@cache
def _trust(certificates: str) -> ssl.SSLContext:
    """The one TLS context of the process; making one costs 21 ms."""
    return trusted(httpx.create_ssl_context(trust_env=False), certificates)
