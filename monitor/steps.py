"""Every named step of our recipes, a few lines each: here the rooms meet, and only records pass between them.

Annotations are real here (no postponed ones), since the pipeline checks a recipe by them; what costs an import to name is quoted.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.clock import moment_of
from monitor.config import Config
from monitor.figures import Digest
from monitor.measures import Comparison, Labelled, Scores, Succession
from monitor.pipeline import batches, step
from monitor.records import FeedEntry, Gathering, Problem, Reading, Source, TaggedArticle, Tally
from monitor.text import fold

if TYPE_CHECKING:
    from monitor.crawl.fetch import Web
    from monitor.store import Store
    from monitor.tag.crew import Crew
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
    from monitor.crawl.search import elsewhere
    from monitor.crawl.visit import visit_all
    from monitor.store import visits

    read_at_home = _outlets(config)

    settings = {"threads": config["web.threads"], "backoff": config.span("crawl.backoff")}
    wanted = list(sources)
    for reading in visit_all(web, wanted, visits.latest(store), now=now, **settings):
        yield Tally(what="sources visited", of=len(wanted))
        if reading.visit.problem:
            yield Problem(what=reading.source.id, why=reading.visit.problem)
        yield elsewhere(reading, read_at_home) if reading.source.kind == "search" else reading


@step("read_pages")
def read_pages(
    readings: Iterable[Reading], *, web: "Web", store: "Store", config: Config, now: datetime
) -> Iterator[Gathering | Problem | Tally]:
    """The articles of each reading that the store does not hold, or holds under another headline, with the page's text where the
    headline may concern us."""
    from monitor.crawl.visit import gather_all
    from monitor.store import again, articles

    settings = {"threads": config["web.threads"], "wanted": _wanted(config), "outlets": _outlets(config)}
    for gathering, problems in gather_all(
        web, readings, known=lambda found: articles.unchanged(store, found), now=now, **settings
    ):
        yield from problems
        yield gathering
    yield Tally(what="inputs set aside", count=again.put_aside(store, web.children.take_aside(), now=now))


@step("keep_articles")
def keep_articles(gatherings: Iterable[Gathering], *, store: "Store", config: Config) -> Iterator[Tally]:
    """How many articles were new, and how many had changed; what was read of them is kept as evidence."""
    from monitor.store import articles, evidence

    archive = evidence.Archive(config.path("evidence"), evidence.WHICH[config["crawl.evidence"]])
    for gathering in gatherings:
        new, changed = articles.keep_gathering(store, gathering, archive)
        yield Tally(what="new articles", count=new)
        yield Tally(what="changed articles", count=changed)


@step("forget_evidence")
def forget_evidence(*, store: "Store", config: Config, now: datetime) -> Iterator[Tally]:
    """How many days' evidence was older than ``retention.evidence`` and was taken away."""
    from monitor.store import evidence

    before = now - timedelta(seconds=config.span("retention.evidence"))
    yield Tally(what="days of evidence forgotten", count=evidence.forget(store, config.path("evidence"), before))


@step("untagged")
def untagged(*, store: "Store", crew: "Crew", since: date | None) -> Iterator[TaggedArticle]:
    """The articles that the tagger in use has not tagged, newest first; with --since those seen from that day on."""
    from monitor.store import articles

    yield from articles.untagged(store, crew.version, since=moment_of(since) if since else None)


@step("tag_articles")
def tag_articles(found: Iterable[TaggedArticle], *, crew: "Crew", workers: int = 1) -> Iterator[TaggedArticle]:
    """The same articles with their words and tags, by ``workers`` child processes (0: one a core)."""
    yield from crew.tag(found, workers=workers)


@step("keep_tags")
def keep_tags(found: Iterable[TaggedArticle], *, store: "Store", crew: "Crew", now: datetime) -> Iterator[Tally]:
    """How many articles were given tags, and how many of them are about social security; one over which the tagger crashed or hung
    twice is set aside without tags, until another version of it comes."""
    from monitor.store import again, articles, tags

    for batch in batches(found, articles.BATCH):
        yield Tally(what="inputs set aside", count=again.put_aside(store, crew.take_aside(), now=now))
        yield Tally(what="tagged articles", count=tags.keep(store, batch, crew.version))
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
def train_models(
    documents: Iterable[Labelled], *, config: Config, store: "Store", now: datetime, name: str = ""
) -> Iterator[Succession]:
    """What came of a model taught with the documents and with what officers corrected; it serves if it is no worse."""
    from monitor import learning
    from monitor.tag.trial import trial

    yield trial(config, list(documents), learning.lessons(store), now=now, name=name)


@step("evaluate_models")
def evaluate_models(*, tagger: "Tagger", config: Config) -> Iterator[Scores | Problem]:
    """The figures of the models in use on the documents of readers, where they are at hand, and on the demo's own items."""
    from monitor.tag.labels import demo_items, frozen
    from monitor.tag.measure import examine, made

    models = made(config, tagger.models)
    documents, about = frozen(config)
    yield examine(tagger, documents, about=about, made=models)
    if about != "demo":
        yield examine(tagger, demo_items(), about="demo", made=models)
    else:
        yield Problem(
            what="dev.jsonl", why="no documents of readers: measured on the demo's own items", advice="set folders.training"
        )


@step("check_floors")
def check_floors(found: Iterable[Scores], *, tagger: "Tagger") -> Iterator[Scores]:
    """The same figures. Raises FloorError where one on documents of readers lies below the floor of the model's card."""
    for scores in found:
        if scores.about != "demo":
            tagger.check_floors(scores)
        yield scores


@step("compare_public")
def compare_public(*, config: Config) -> Iterator[Comparison]:
    """What our trainer reaches on each public set in ``folders.training``/public, beside what was published."""
    from monitor.tag.public import compare

    yield from compare(config)


@step("write_accuracy")
def write_accuracy(found: Iterable[Scores | Comparison], *, config: Config, to: str) -> Iterator[Scores | Comparison | Tally]:
    """The same figures, written into the page at ``to`` (from where `monitor` is started) if its folder is there."""
    from monitor.report.accuracy import write

    everything, path = list(found), config.folder / to
    if path.parent.is_dir():
        write(path, everything)
        yield Tally(what="pages written")
    yield from everything


def _outlets(config: Config) -> dict[str, Source]:
    """A source of every outlet that is read at home, by the key of its name, to know it again in what a search brings."""
    from monitor.crawl.search import key_of

    return {key_of(source.outlet): source for source in config.sources if source.kind != "search"}


def _wanted(config: Config) -> Callable[[FeedEntry], bool]:
    """Whether an entry's page is worth reading, by ``crawl.pages`` and the words of ``crawl.doubtful``, marks or none."""
    if config["crawl.pages"] != "doubtful":
        return lambda entry: bool(config["crawl.pages"] == "all")
    words = "|".join(re.escape(fold(word)) for word in config["crawl.doubtful"])
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return lambda entry: bool(pattern.search(fold(f"{entry.title} {entry.summary}")))
