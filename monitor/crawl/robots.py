"""robots.txt, as RFC 9309 reads it.

Found: followed. 4xx, or more redirects than we follow: there are no rules, everything is allowed. 5xx or no answer: everything is
forbidden until the next try; the error that says so is the one that robots.txt met, since that is what an officer must know.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from protego import Protego

from monitor.crawl.encoding import decode
from monitor.errors import BadStatus, FetchError

LIMIT = 500 * 1024  # bytes that are read, as RFC 9309 asks at least
KEPT, KEPT_ERROR = 24 * 3600.0, 60.0  # seconds; RFC 9309 2.4: not longer than a day


class Memory(Protocol):
    """Where the bytes of a robots.txt outlive the process that asked for it."""

    def recall(self, address: str) -> bytes | None:
        """What was kept in the last day, None where nothing was."""

    def keep(self, address: str, body: bytes) -> None:
        """Keep what came."""


class Robots:
    """The rules of every host that was asked, kept for a day; ``memory`` keeps them from one run to the next.

    No answer is kept for a minute, so that a host with forty feeds costs its deadline once; a status is not, being quick to ask.
    """

    def __init__(self, agent: str, memory: Memory | None = None):
        self._name, self._memory = (agent.split("/")[0].split() or ["*"])[0], memory
        self._guard = threading.Lock()
        self._known: dict[str, tuple[float, Protego | FetchError]] = {}

    def allowed(self, url: str, fetch: Callable[[str], bytes]) -> bool:
        """Whether this URL may be fetched.

        ``fetch`` gives the bytes of a robots.txt, b"" where there is none, and raises FetchError where it cannot be known; that
        error is raised here too.
        """
        return bool(self._rules(url, fetch).can_fetch(url, self._name))

    def delay(self, url: str, fetch: Callable[[str], bytes]) -> float:
        """The pause in seconds that the site asks for, 0 where it asks for none; otherwise as ``allowed``."""
        return float(self._rules(url, fetch).crawl_delay(self._name) or 0.0)

    def _rules(self, url: str, fetch: Callable[[str], bytes]) -> Protego:
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        with self._guard:
            until, known = self._known.get(address, (0.0, None))
        if known is None or time.monotonic() >= until:
            known = self._read(address, fetch)
            kept = KEPT if isinstance(known, Protego) else 0.0 if isinstance(known, BadStatus) else KEPT_ERROR
            with self._guard:
                self._known[address] = (time.monotonic() + kept, known)
        if isinstance(known, FetchError):
            raise type(known)(url, f"robots.txt: {known.reason}", status=known.status, retry_after=known.retry_after) from known
        return known

    def _read(self, address: str, fetch: Callable[[str], bytes]) -> Protego | FetchError:
        body = self._memory.recall(address) if self._memory else None
        try:
            if body is None:
                body = fetch(address)
                if self._memory:
                    self._memory.keep(address, body)
            return Protego.parse(decode(body))
        except FetchError as error:
            return error
