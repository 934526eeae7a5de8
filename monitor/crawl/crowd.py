"""Jobs side by side: those of one key one after the other, those of different keys at once.

Why not a pool alone: forty pages of one slow host would fill it while every other host waits. Here a thread is given to a key, so
a slow host costs one thread; and slow hosts together, once they are known, half of the threads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")
Job = tuple[str, Callable[[], T]]
WAITING = 1_000  # jobs that may be taken up before a result is given back
SLOW = 2.0  # seconds after which a job was slow, and the next one of its key is expected to be


def side_by_side(jobs: Iterable[Job[T]], *, threads: int, waiting: int = WAITING) -> Iterator[T]:
    """The results of jobs, each a key and a function, as they are done, by at most ``threads`` threads.

    ``jobs`` may be endless: it is read as results are taken, at most ``waiting`` ahead. What a job raises is raised here and ends
    the rest.
    """
    crowd: _Crowd[T] = _Crowd(max(1, threads))
    try:
        for job in jobs:
            crowd.add(job)
            while crowd.open and (crowd.open >= waiting or not crowd.done.empty()):
                yield crowd.result()
        while crowd.open:
            yield crowd.result()
    finally:
        crowd.dismiss()


class _Crowd(Generic[T]):
    """Threads that take jobs; all decisions are made in the thread that adds jobs and takes results, so they need no lock."""

    def __init__(self, threads: int):
        self.done: SimpleQueue[tuple[str, T | None, BaseException | None, float]] = SimpleQueue()
        self.open, self._most = 0, threads
        self._ready: SimpleQueue[Job[T] | None] = SimpleQueue()
        self._behind: dict[str, deque[Job[T]]] = {}  # by key at work: what waits behind it
        self._threads: list[threading.Thread] = []
        self._slow: set[str] = set()  # keys whose last job was slow
        self._slow_now: set[str] = set()  # those of them that are at work
        self._later: deque[Job[T]] = deque()  # their jobs for which there is no room yet

    def add(self, job: Job[T]) -> None:
        self.open += 1
        if job[0] in self._behind:
            self._behind[job[0]].append(job)
            return
        self._behind[job[0]] = deque()
        self._begin(job)
        if len(self._threads) < min(self._most, len(self._behind)):  # daemons: a person who presses Ctrl-C waits for no host
            self._threads.append(threading.Thread(target=self._work, daemon=True, name="crawl"))
            self._threads[-1].start()

    def result(self) -> T:
        key, found, error, seconds = self.done.get()
        self.open -= 1
        self._slow_now.discard(key)
        (self._slow.add if seconds > SLOW else self._slow.discard)(key)
        if self._later:
            self._begin(self._later.popleft())
        if self._behind[key]:
            self._begin(self._behind[key].popleft())
        else:
            del self._behind[key]
        if error:
            raise error
        return found  # type: ignore[return-value]

    def _begin(self, job: Job[T]) -> None:
        if job[0] not in self._slow:
            self._ready.put(job)
        elif len(self._slow_now) < max(1, self._most // 2):
            self._slow_now.add(job[0])
            self._ready.put(job)
        else:
            self._later.append(job)

    def dismiss(self) -> None:
        while not self._ready.empty():
            self._ready.get()
        for _ in self._threads:
            self._ready.put(None)

    def _work(self) -> None:
        while job := self._ready.get():
            begun = time.monotonic()
            try:
                found, error = job[1](), None
            except BaseException as raised:
                found, error = None, raised
            self.done.put((job[0], found, error, time.monotonic() - begun))
