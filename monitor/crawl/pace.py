"""Politeness: one request to a host at a time, and a pause between two."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LONGEST = 30.0  # seconds; a robots.txt that asks for more is followed up to here, or one host would hold its thread for hours


@dataclass
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    delay: float = 0.0


class Pace:
    """Turns by host, for any number of threads; ``delay`` is the least pause in seconds (real time) between two requests."""

    def __init__(self, delay: float):
        self._delay, self._hosts, self._guard = delay, {}, threading.Lock()  # type: float, dict[str, _Host], threading.Lock

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait for this host's turn and hold it; the pause starts when the turn ends."""
        host = self._host(name)
        with host.lock:
            time.sleep(max(0.0, host.free_at - time.monotonic()))
            try:
                yield
            finally:
                host.free_at = time.monotonic() + max(self._delay, host.delay)

    def slow_down(self, name: str, delay: float) -> None:
        """Take the pause a site asks for in its robots.txt, up to LONGEST, where it is longer than ours."""
        self._host(name).delay = min(max(0.0, delay), LONGEST)

    def _host(self, name: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(name, _Host())
