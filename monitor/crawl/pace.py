"""Politeness: one request to a host at a time, a pause between two, and none at all while a host asks to be left alone.

It holds for a host, not for a source: across all sources, threads, and (by `monitor.crawl.turns`) processes of an office. A host
asks with 429; a 503 may be the trouble of one address, so that only a second one in a row, of another address, speaks for the host.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from monitor.crawl.turns import Turns, slot_of

LONGEST = 30.0  # seconds; a robots.txt that asks for more is followed up to here, or one host would hold its thread for hours
WAITED = 5.0  # seconds a host may still be closed for which its turn waits; for longer ones the request is given up
FIRST, MOST = 60.0, 3600.0  # seconds a host is left alone that says "too many" and not how long; doubled up to the second
BELIEVED = 7 * 86400.0  # seconds: a longer closing comes of a clock that was set
JITTER = 0.1  # by which a closing is longer at most, so that all who wait do not come at once


class Sharing(Protocol):
    """What is known of hosts by all who ask them, as `monitor.crawl.turns.Turns` has it."""

    def held(self, slot: int) -> AbstractContextManager[None]:
        """Keep a slot from all others for as long as the block runs."""

    def read(self, slot: int) -> tuple[float, float]:
        """From when on the slot's host may be asked, and until when not at all."""

    def write(self, slot: int, free_at: float, closed: float) -> None:
        """Say so."""

    def close(self) -> None:
        """Give back what it holds."""


class Closed(Exception):
    """The host has asked to be left alone for ``seconds`` more."""

    def __init__(self, seconds: float):
        super().__init__(f"left alone for {seconds:.0f} s")
        self.seconds = seconds


@dataclass
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    delay: float = 0.0
    closes_at: float = 0.0
    refusals: int = 0
    refused: str = ""


class Pace:
    """Turns by host, for any number of threads; ``delay`` is the least pause in seconds (real time) between two requests.

    ``shared`` is the file by which other processes keep to the same turns, or what does it in its place for other machines too.
    """

    def __init__(self, delay: float, shared: str | Sharing = ""):
        self._delay, self._turns = delay, Turns(shared) if isinstance(shared, str) else shared
        self._hosts, self._guard = {}, threading.Lock()  # type: dict[int, _Host], threading.Lock

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait for this host's turn and hold it; the pause starts when the turn ends. Raises Closed."""
        slot, host = slot_of(name), self._host(name)
        with host.lock, self._turns.held(slot):
            free_at, closed = self._turns.read(slot)
            left = closed - time.time()
            if WAITED < left < BELIEVED:
                raise Closed(left)
            _sleep_until(max(free_at, closed if left <= WAITED else 0.0))
            host.closes_at = closed if left < BELIEVED else 0.0
            try:
                yield
            finally:
                self._turns.write(slot, time.time() + self.pause(name), host.closes_at)

    def pause(self, name: str) -> float:
        """The seconds between two requests to a host."""
        return max(self._delay, self._host(name).delay)

    def slow_down(self, name: str, delay: float) -> None:
        """Take the pause a site asks for in its robots.txt, up to LONGEST, where it is longer than ours."""
        self._host(name).delay = min(max(0.0, delay), LONGEST)

    def refused(self, name: str, url: str, *, status: int, seconds: float | None) -> None:
        """Note, in its turn, that a host answered ``url`` with 429 or 503, and for how long it asked to be left alone."""
        host = self._host(name)
        host.refusals += 1
        alone, host.refused = status == 503 and host.refused in ("", url), url
        if not alone:
            wait = min(FIRST * 2.0 ** min(host.refusals - 1, 10), MOST) if seconds is None else seconds
            host.closes_at = time.time() + min(wait * random.uniform(1.0, 1.0 + JITTER), BELIEVED)

    def answered(self, name: str) -> None:
        """Note, in its turn, that a host answered as it should."""
        host = self._host(name)
        host.refusals, host.refused = 0, ""

    def close(self) -> None:
        """Give the shared file back."""
        self._turns.close()

    def _host(self, name: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(slot_of(name), _Host())


def _sleep_until(moment: float) -> None:
    """Sleep up to a moment, but never longer than LONGEST: one that lies further ahead was written before a clock was set."""
    time.sleep(min(max(0.0, moment - time.time()), LONGEST))
