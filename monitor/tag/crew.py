"""Tagging by several processes, each with models of its own: for a whole store at once, where one core would take the night."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from monitor.config import Config
from monitor.records import TaggedArticle
from monitor.tag.tagger import Tagger

BATCH = 200  # articles handed over at once
WORTH = 4 * BATCH  # fewer are tagged before a second process has loaded its models

_TAGGER: list[Tagger] = []  # one a process


def tag_all(found: Iterable[TaggedArticle], *, tagger: Tagger, config: Config, workers: int = 1) -> Iterator[TaggedArticle]:
    """The articles tagged, in their order, by ``workers`` processes (0: one a core); few are tagged in this one.

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
    return tagger.tag(item.article, item.words or None, said=item.tags)
