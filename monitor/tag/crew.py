"""Tagging by child processes that can be killed, each with models of its own: what crashes or hangs a model costs itself alone.

Articles are handed over many at once; where a child ends over them, each is tried alone, twice, and is only set aside while a plain
text can still be tagged: what ails the models or the machine must not be laid to the articles. The models are never loaded in the
process that asks, which therefore stays small, and nothing is loaded where there is nothing to tag.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property, partial
from hashlib import sha256
from itertools import chain, islice

from monitor.child import Children, Ended, Limits
from monitor.config import Config
from monitor.errors import Crashed, ModelError
from monitor.figures import SetAside
from monitor.records import Article, TaggedArticle
from monitor.tag.tagger import Tagger, version_of

BATCH = 50  # articles handed over at once
WORTH = 800  # fewer are tagged before a second child has loaded its models
# The longest article, of 100,000 characters, takes a second of a quiet machine; the models hold 360 MB.
LIMITS = Limits(cpu=30, wall=90.0, memory=4 << 30, jobs=10_000, grown=1 << 30)

_PLAIN = Article(url="", outlet="", title="BHXH chi trả lương hưu", fetched=datetime(2026, 1, 1, tzinfo=UTC))

_TAGGER: list[Tagger] = []  # of a child


class Crew:
    """The children that tag for one config. Close it at the end.

    ``version`` is that of the tagger in use; ``load`` makes the tagger of a child.
    """

    def __init__(self, config: Config, *, load: Callable[[Config], Tagger] = Tagger.load, limits: Limits = LIMITS):
        self._config, self._cores = config, os.cpu_count() or 1
        self._children = Children(self._cores, limits=limits, begin=partial(_begin, load, config))

    @cached_property
    def version(self) -> str:
        """The version of the tagger in use. Raises ModelError where there is none."""
        return version_of(self._config)

    def tag(self, found: Iterable[TaggedArticle], *, workers: int = 1) -> Iterator[TaggedArticle]:
        """The articles tagged, in their order, by ``workers`` children (0: one a core); few are tagged by one.

        One that crashes or hangs its child twice comes without a single tag, which no other does, and is in ``take_aside``. No more
        than two batches a child are under way, so that memory stays bounded whatever comes. Raises ModelError.
        """
        rest = iter(found)
        first = list(islice(rest, WORTH))
        workers = min(workers or self._cores, self._cores) if len(first) == WORTH else 1
        articles = chain(first, rest)
        under_way: deque[Future[list[TaggedArticle]]] = deque()
        with ThreadPoolExecutor(workers, thread_name_prefix="tag") as pool:
            try:
                while batch := list(islice(articles, BATCH)):
                    under_way.append(pool.submit(self._tagged, batch))
                    if len(under_way) > 2 * workers:
                        yield from under_way.popleft().result()
                while under_way:
                    yield from under_way.popleft().result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def take_aside(self) -> list[SetAside]:
        """The articles that were set aside since the last time."""
        return self._children.take_aside()

    def close(self) -> None:
        """End the children."""
        self._children.close()

    def _tagged(self, batch: list[TaggedArticle]) -> list[TaggedArticle]:
        try:
            return self._children.once(_work, batch)
        except Ended:
            return [self._alone(item) for item in batch]

    def _alone(self, item: TaggedArticle) -> TaggedArticle:
        article = item.article
        digest = sha256(article.document.encode("utf-8", "replace")).hexdigest()
        try:
            return self._children.read(_work, [item], digest=digest, url=article.url, source=article.source)[0]
        except Crashed as crashed:
            try:
                self._children.once(_work, [TaggedArticle(article=_PLAIN, words="", tags=())])
            except Ended as error:
                raise ModelError(f"not even a plain text can be tagged ({error}); see to memory, restore models/") from crashed
            return TaggedArticle(article=article, words=item.words, tags=())


def _begin(load: Callable[[Config], Tagger], config: Config) -> None:
    _TAGGER[:] = [load(config)]


def _work(batch: list[TaggedArticle]) -> list[TaggedArticle]:
    return [_TAGGER[0].tag(item.article, item.words or None, said=item.tags) for item in batch]
