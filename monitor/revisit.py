"""What is read beside the present: the past of a source, and pages that are asked for once more.

Annotations are real here (no postponed ones), as in `monitor.steps`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.errors import UsageError
from monitor.pipeline import batches, step
from monitor.records import Article, Gathering, Past, Problem, Reading, Tally, Visit

if TYPE_CHECKING:
    from monitor.crawl.fetch import Web
    from monitor.store import Store


@step("look_back")
def look_back(*, web: "Web", past: Past | None, now: datetime) -> Iterator[Reading | Problem | Tally]:
    """What a source published between two moments, a few entries a reading, newest first where the source allows."""
    from monitor.crawl.kinds import PASTS
    from monitor.crawl.sources import latest

    if past is None:
        raise UsageError("backfill: no source is named; say monitor backfill --source ID --since DAY")
    visit = Visit(source=past.source.id, at=now, outcome="past")
    for found in PASTS[past.source.kind](web, past.source, since=past.since, until=past.until, now=now):
        if isinstance(found, Problem):
            yield found
            continue
        yield Tally(what="addresses found", count=len(found))
        for entries in batches(found, 20):
            yield Reading(source=past.source, visit=replace(visit, newest=latest(entries)), entries=tuple(entries))


@step("dated_only")
def dated_only(gatherings: Iterable[Gathering], *, past: Past | None) -> Iterator[Gathering | Problem | Tally]:
    """The gatherings without articles that nothing dates: found years later, they would count as published today. How many of the
    days that were asked for lie behind is told on the way."""
    days, gone, read = past.days if past else 0, 0, False
    for gathering in gatherings:
        dated = tuple(article for article in gathering.articles if article.published)
        if lost := len(gathering.articles) - len(dated):
            yield Problem(what=gathering.source.id, why=f"{lost} articles without a date were left out")
        yield replace(gathering, articles=dated)
        read = True
        if past and (further := _days_back(past, gathering.visit.newest, dated) - gone) > 0:
            yield Tally(what="days gone back", count=further, of=days)
            gone += further
    if read:
        yield Tally(what="days gone back", count=days - gone, of=days)


@step("read_again")
def read_again(*, web: "Web", store: "Store", config: Config, now: datetime) -> Iterator[Problem | Tally]:
    """How many articles got the text of their page at last, which had given nothing before; what fails for good is a problem."""
    from monitor.crawl.visit import read_again as read
    from monitor.store import again, articles, evidence

    archive = evidence.Archive(config.path("evidence"), evidence.WHICH[config["crawl.evidence"]])
    waiting = articles.by_url(store, again.due_pages(store, now))
    for article, came in read(web, waiting, now=now, threads=config["web.threads"]):
        lost = came if isinstance(came, Problem) else None
        if not isinstance(came, Problem):
            yield Tally(what="changed articles", count=articles.keep_articles(store, [article])[1])
            with store.write() as connection:
                evidence.keep(connection, archive, [came], ids={article.url: article.id or 0})
        if not again.tried(store, article.url, good=not lost, now=now) and lost:
            yield lost
    again.put_aside(store, web.children.take_aside(), now=now)


@step("look_again")
def look_again(*, web: "Web", store: "Store", config: Config, now: datetime) -> Iterator[Problem | Tally]:
    """How many articles about social security say other words on their page than when it was read: they are looked at twice more in
    their first days, and both wordings are kept. A page that cannot be read any more is a problem, and takes nothing away."""
    from monitor.crawl.visit import look_again as look
    from monitor.store import again, articles, evidence

    archive = evidence.Archive(config.path("evidence"), evidence.WHICH[config["crawl.evidence"]])
    due = articles.by_url(store, again.due_looks(store, now))
    waiting = [(article, evidence.standing(store, archive.folder, article.url)) for article in due]
    for article, came in look(web, waiting, now=now, threads=config["web.threads"]):
        yield Tally(what="pages looked at again", of=len(waiting))
        again.looked(store, article.id or 0)
        if isinstance(came, Problem):
            yield came
        elif came and articles.reword(store, article):
            yield Tally(what="changed articles")
            with store.write() as connection:
                evidence.keep(connection, archive, [came], ids={article.url: article.id or 0})


def _days_back(past: Past, stated: datetime | None, found: Sequence[Article]) -> int:
    """How many of the days that are asked for lie behind when entries of the moment ``stated``, or these articles, are read."""
    moments = [moment for moment in (stated, *(article.published for article in found)) if moment]
    return min(max((past.until - max(moments)).days, 0), past.days) if moments else 0
