"""Tagging by one process or several, each with models of its own, and never longer than LONGEST at one text.

What is tagged was read in a child that can be killed, cleaned and cut; what is left to fear is a text over which a pattern broods.
Why a timer and not a child here: a child would load the models a second time at every run, for seconds and 400 MB, while a timer
breaks into Python and its patterns alike, and the models' own arithmetic is bounded by the length of the text.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context

from monitor.config import Config
from monitor.records import TaggedArticle
from monitor.tag.tagger import Tagger

BATCH = 200  # articles handed over at once
LONGEST, TRIES = 30.0, 2  # seconds that one article may take, and how often; 100,000 characters take one on a quiet machine
WORTH = 4 * BATCH  # fewer are tagged before a second process has loaded its models

_TAGGER: list[Tagger] = []  # one a process


def tag_all(found: Iterable[TaggedArticle], *, tagger: Tagger, config: Config, workers: int = 1) -> Iterator[TaggedArticle]:
    """The articles tagged, in their order, by ``workers`` processes (0: one a core); few are tagged in this one.

    One that takes longer than LONGEST twice comes without a single tag, which no other does.
    No more than two batches a process are under way, so that memory stays bounded whatever comes.
    """
    rest = iter(found)
    first = list(islice(rest, WORTH))
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(first) < WORTH:
        yield from (_tagged(tagger, item) for batch in (first, rest) for item in batch)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(config,)) as pool:
        under_way: deque[Future[list[TaggedArticle]]] = deque()
        try:
            for batch in _batches(first, rest):
                under_way.append(pool.submit(_work, batch))
                if len(under_way) > 2 * workers:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _batches(first: Sequence[TaggedArticle], rest: Iterator[TaggedArticle]) -> Iterator[list[TaggedArticle]]:
    yield from (list(first[at : at + BATCH]) for at in range(0, len(first), BATCH))
    while batch := list(islice(rest, BATCH)):
        yield batch


def _begin(config: Config) -> None:
    _TAGGER[:] = [Tagger.load(config)]


def _work(batch: list[TaggedArticle]) -> list[TaggedArticle]:
    return [_tagged(_TAGGER[0], item) for item in batch]


def _tagged(tagger: Tagger, item: TaggedArticle) -> TaggedArticle:
    for _ in range(TRIES):
        with suppress(_TooLong), _within(LONGEST):
            return tagger.tag(item.article, item.words or None, said=item.tags)
    return TaggedArticle(article=item.article, words=item.words, tags=())


class _TooLong(BaseException):
    """The time is over. Not an Exception: nothing on the way may take it for its own."""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Run the block for so long at most, then raise _TooLong; signals reach the main thread alone, in others there is no bound."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _over(*_: object) -> None:
    raise _TooLong
