"""Every named step of our recipes, a few lines each: here the rooms meet, and only records pass between them.

Annotations are real here (no postponed ones), since the pipeline checks a recipe by them; what costs an import to name is quoted.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.figures import Digest, Scores
from monitor.pipeline import batches, step
from monitor.records import FeedEntry, Gathering, Labelled, Problem, Reading, Source, TaggedArticle, Tally
from monitor.text import fold

if TYPE_CHECKING:
    from monitor.crawl.fetch import Web
    from monitor.store import Store
    from monitor.tag.tagger import Tagger


@step("due_sources")
def due_sources(*, config: Config, store: "Store", now: datetime) -> Iterator[Source]:
    """The sources whose next visit is due, the longest overdue first."""
    from monitor.crawl.visit import due
    from monitor.store import visits

    yield from due(config.sources, visits.latest(store), now)


@step("visit_sources")
def visit_sources(
    sources: Iterable[Source], *, web: "Web", store: "Store", config: Config, now: datetime
) -> Iterator[Reading | Problem | Tally]:
    """One reading a source, as they come in; a source that gives nothing is a problem of the run and costs only itself."""
    from monitor.crawl.visit import visit_all
    from monitor.store import visits

    settings = {"threads": config["web.threads"], "backoff": config.span("crawl.backoff")}
    for reading in visit_all(web, list(sources), visits.latest(store), now=now, **settings):
        yield Tally(what="sources visited")
        if reading.visit.problem:
            yield Problem(what=reading.source.id, why=reading.visit.problem)
        yield reading


@step("read_pages")
def read_pages(
    readings: Iterable[Reading], *, web: "Web", store: "Store", config: Config, now: datetime
) -> Iterator[Gathering | Problem | Tally]:
    """The articles of each reading that the store does not hold, with the page's text where the headline may concern us."""
    from monitor.crawl.visit import gather_all
    from monitor.store import articles

    settings = {"threads": config["web.threads"], "wanted": _wanted(config)}
    for gathering, problems in gather_all(web, readings, known=lambda urls: articles.known(store, urls), now=now, **settings):
        yield from problems
        yield gathering


@step("keep_articles")
def keep_articles(gatherings: Iterable[Gathering], *, store: "Store") -> Iterator[Tally]:
    """How many articles were new."""
    from monitor.store import articles

    for gathering in gatherings:
        yield Tally(what="new articles", count=articles.keep_gathering(store, gathering))


@step("untagged")
def untagged(*, store: "Store", tagger: "Tagger") -> Iterator[TaggedArticle]:
    """The articles that the tagger in use has not tagged, newest first."""
    from monitor.store import articles

    yield from articles.untagged(store, tagger.version)


@step("tag_articles")
def tag_articles(found: Iterable[TaggedArticle], *, tagger: "Tagger") -> Iterator[TaggedArticle]:
    """The same articles with their words and tags."""
    for item in found:
        yield tagger.tag(item.article, item.words or None)


@step("keep_tags")
def keep_tags(found: Iterable[TaggedArticle], *, store: "Store", tagger: "Tagger") -> Iterator[Tally]:
    """How many articles were given tags, and how many of them are about social security."""
    from monitor.store import tags

    for batch in batches(found, 200):
        yield Tally(what="tagged articles", count=tags.keep(store, batch, tagger.version))
        yield Tally(what="about social security", count=sum(item.label("relevance") == "core" for item in batch))


@step("compose_digest")
def compose_digest(*, store: "Store", config: Config, now: datetime, day: date) -> Iterator[Digest]:
    """The digest of the day."""
    from monitor.query import digest

    yield digest(store, config, day=day, now=now)


@step("write_digest")
def write_digest(digests: Iterable[Digest], *, config: Config, formats: list[str]) -> Iterator[Digest | Tally]:
    """The digest, written to the digests folder in each of the formats."""
    from monitor.report import formats as shapes

    for digest in digests:
        for name in formats:
            shapes.write(digest, name, config.path("digests") / f"{digest.day}.{name}")
            yield Tally(what="digest files")
        yield digest


@step("read_labelled")
def read_labelled(*, config: Config, part: str) -> Iterator[Labelled]:
    """The documents that readers labelled, of one part: train or dev."""
    from monitor.tag.train import labelled

    yield from labelled(config, part)


@step("train_models")
def train_models(documents: Iterable[Labelled], *, config: Config) -> Iterator[Path]:
    """The folder of the model that was trained."""
    from monitor.tag.train import train

    yield train(list(documents), config)


@step("evaluate_models")
def evaluate_models(documents: Iterable[Labelled], *, tagger: "Tagger") -> Iterator[Scores]:
    """The figures of the models in use on these documents."""
    from monitor.tag.train import evaluate

    yield evaluate(tagger, list(documents))


@step("check_floors")
def check_floors(found: Iterable[Scores], *, tagger: "Tagger") -> Iterator[Scores]:
    """The same figures. Raises FloorError where one lies below the floor of the model's card."""
    for scores in found:
        tagger.check_floors(scores)
        yield scores


def _wanted(config: Config) -> Callable[[FeedEntry], bool]:
    """Whether an entry's page is worth reading, by ``crawl.pages`` and the words of ``crawl.doubtful``, marks or none."""
    if config["crawl.pages"] != "doubtful":
        return lambda entry: bool(config["crawl.pages"] == "all")
    words = "|".join(re.escape(fold(word)) for word in config["crawl.doubtful"])
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return lambda entry: bool(pattern.search(fold(f"{entry.title} {entry.summary}")))
