"""The wire below the client: connections to checked addresses, on which one deadline and one budget of bytes hold.

Behind a proxy of the office the proxy looks names up and connects, so what is checked here is what can be: the names (and numbers)
that are asked for, as this machine looks them up. A name that turns private between our look-up and the proxy's is the proxy's to
refuse.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore

from monitor.crawl.address import Network, checked, resolve
from monitor.errors import ConfigError, TooLarge, TooSlow

CONNECTIONS = 10  # a pool is quadratic in its connections: 8.8 ms a request at 100, 0.8 at 10
SLOW = "no complete answer in the time allowed; it is asked again at the next visit"


@dataclass
class Errand:
    """What one thread is about: the URL, the seconds it has in all, the bytes that may still come.

    The time runs only inside ``with``; ``ends`` is the deadline on the monotonic clock.
    """

    url: str
    seconds: float
    budget: int
    ends: float = 0.0

    def __enter__(self) -> Errand:
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

    def rest(self, seconds: float) -> None:
        """Wait, and do not count it."""
        time.sleep(seconds)
        self.ends += seconds

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


class Backend(httpcore.NetworkBackend):
    """Connections to checked addresses only: what is checked is what is connected to."""

    def __init__(self, errands: threading.local, allow: Sequence[Network], *, proxy: str = ""):
        self._errands, self._allow, self._inner = errands, allow, httpcore.SyncBackend()
        self._proxy = urlsplit(proxy).hostname or ""

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *more: Any, **options: Any) -> _Stream:
        """A connection to an address of ``host`` that was checked. Raises AddressRefused and its kin, and the client's own errors."""
        errand = self._errands.now
        if self._proxy:  # nothing else is connected to; the office named it, wherever it stands
            addresses = resolve(host, port, url=errand.url, seconds=errand.left())
        else:
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
        """Nothing: it raises the client's own error."""
        raise httpcore.ConnectError("sockets in files are never asked")


def pool(backend: Backend, *, trust: ssl.SSLContext, proxy: str = "") -> httpcore.ConnectionPool:
    """Connections that are used again, straight or through a proxy."""
    if not proxy:
        return httpcore.ConnectionPool(ssl_context=trust, max_connections=CONNECTIONS, network_backend=backend)
    parts = urlsplit(proxy)
    who = (unquote(parts.username).encode(), unquote(parts.password or "").encode()) if parts.username else None
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return httpcore.HTTPProxy(
        address, who, ssl_context=trust, proxy_ssl_context=trust if parts.scheme == "https" else None,
        max_connections=CONNECTIONS, network_backend=backend,
    )  # fmt: skip


def check_proxy(proxy: str) -> str:
    """The address of a proxy, as it was given, "" for none. Raises ConfigError for what is none."""
    try:
        parts = urlsplit(proxy)
        usable = not proxy or (
            parts.scheme in ("http", "https") and parts.hostname and (parts.port or 80) and parts.path in ("", "/")
        )
    except ValueError:
        usable = False
    if not usable:
        bare = proxy.rpartition("@")[2][:60]
        raise ConfigError(f"web.proxy: {bare}: not the address of a proxy; write it like http://proxy.example:3128")
    return proxy


def trusted(trust: ssl.SSLContext, certificates: str) -> ssl.SSLContext:
    """The context, which trusts the authorities in a PEM file too, where one is named. Raises ConfigError."""
    try:
        if certificates:
            trust.load_verify_locations(cafile=certificates)
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or "no certificate in PEM form stands in it"
        raise ConfigError(f"web.certificates: {certificates}: cannot be used ({why}); name a PEM file of authorities") from error
    return trust
