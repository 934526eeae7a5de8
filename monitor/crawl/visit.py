"""Looks at sources: what the web did becomes a visit, what a source gave becomes entries, and entries become articles.

What a kind of source is, and how to add one, stands in `monitor.crawl.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from types import MappingProxyType

from monitor.crawl.answer import Fetched
from monitor.crawl.crowd import side_by_side
from monitor.crawl.extract import Page, read_page
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import KINDS, WHOLE
from monitor.crawl.search import is_door, key_of
from monitor.crawl.sources import due as due
from monitor.crawl.sources import failed, next_visit, standing
from monitor.errors import FetchError, ParseError
from monitor.records import Article, Capture, FeedEntry, Gathering, Problem, Reading, Source, Visit
from monitor.url import host_of

Gathered = tuple[Gathering, tuple[Problem, ...]]
SOURCES = 100_000  # looks that wait for their host: all of them, so that no host waits for those before it in the list
NO_OUTLETS: Mapping[str, Source] = MappingProxyType({})


def visit(web: Web, source: Source, before: Visit | None, *, now: datetime, backoff: float) -> Reading:
    """One look at one source; ``now`` is the clock of the run, ``backoff`` the longest wait after failures in seconds.

    Whatever the web does is in the visit's outcome and problem. Raises ConfigError for an unknown source kind.
    """
    read = KINDS[source.kind]
    try:
        look = read(web, source, before=before, now=now)
    except (FetchError, ParseError) as error:
        look = failed(error)
    return Reading(source=source, visit=next_visit(source, before, look, now=now, backoff=backoff), entries=look.entries)


def visit_all(
    web: Web, sources: Iterable[Source], visits: Mapping[str, Visit], *, now: datetime, threads: int, backoff: float
) -> Iterator[Reading]:
    """One reading a source as they are done, hosts side by side, the sources of one host one after the other."""
    jobs = (
        (host_of(source.url), partial(visit, web, source, standing(source, visits), now=now, backoff=backoff))
        for source in sources
    )
    return side_by_side(jobs, threads=threads, waiting=SOURCES)


def read_pages(
    web: Web,
    reading: Reading,
    *,
    wanted: Callable[[FeedEntry], bool],
    known: Collection[str],
    now: datetime,
    outlets: Mapping[str, Source] = NO_OUTLETS,
) -> Gathered:
    """The articles of a reading whose URLs are not ``known``, and what went wrong with their pages.

    The page of a ``wanted`` entry gives its lead and text, and a date where the feed has none; a page that gives nothing costs
    only that. The URL of an article is its feed's link, canonical. An entry that names its outlet (a search's) is published by the
    source that ``outlets`` holds under `search.key_of` of that name, else by the outlet alone.
    What was read of each piece of news comes along as it was sent. Of posts no page is read and nothing is kept as it was sent: both
    carry the names of those who wrote them, and of others who speak there.
    """
    articles: dict[str, Article] = {}
    captures, problems, again = [], [], []
    for entry in reading.entries:
        if entry.link in known or entry.link in articles:
            continue
        page, capture = None, _stated(reading.source, entry, now=now)
        if _has_page(reading.source, entry) and wanted(entry):
            try:
                page, capture = _page(web, entry.link, source=reading.source.id, now=now)
            except (FetchError, ParseError) as error:
                problems.append(Problem(what=entry.link, why=str(error)))
                again += [entry.link] if failed(error).outcome == "failed" else []
        if not entry.title and not page:
            continue  # a sitemap's address whose page is not wanted, or gave nothing: there is no headline to keep
        articles[entry.link] = _article(reading.source, entry, page, now=now, owner=outlets.get(key_of(entry.outlet)))
        captures += [capture] if entry.kind == "news" and capture.body else []
    found = partial(Gathering, source=reading.source, visit=reading.visit)
    return found(articles=tuple(articles.values()), captures=tuple(captures), again=tuple(again)), tuple(problems)


def gather_all(
    web: Web,
    readings: Iterable[Reading],
    *,
    wanted: Callable[[FeedEntry], bool],
    known: Callable[[Sequence[FeedEntry]], Collection[str]],
    now: datetime,
    threads: int,
    outlets: Mapping[str, Source] = NO_OUTLETS,
) -> Iterator[Gathered]:
    """``read_pages`` of many readings, as they are done, hosts side by side.

    ``known`` says which links of some entries need not be read; it is asked in the calling thread, once a reading. An article that
    stands in two feeds of a run comes from the first.
    """
    taken: set[str] = set()

    def jobs() -> Iterator[tuple[str, Callable[[], Gathered]]]:
        for reading in readings:
            links = [entry.link for entry in reading.entries]
            old = {*known(reading.entries), *taken.intersection(links)} if links else set()
            taken.update(links)
            read = partial(read_pages, web, reading, wanted=wanted, known=old, now=now, outlets=outlets)
            yield host_of(reading.source.url), read

    return side_by_side(jobs(), threads=threads)


def read_again(web: Web, found: Iterable[Article], *, now: datetime, threads: int) -> Iterator[tuple[Article, Capture | Problem]]:
    """Articles with the lead and text of their pages, asked for once more, and what was read of each, or why nothing was."""

    def read(article: Article) -> tuple[Article, Capture | Problem]:
        try:
            page, capture = _page(web, article.url, source=article.source, now=now)
        except (FetchError, ParseError) as error:
            return article, Problem(what=article.url, why=str(error))
        lead = page.lead or article.lead
        dated = replace(article, published=article.published or page.published)
        return replace(dated, lead="" if lead and lead in page.text else lead, text=page.text), capture

    return side_by_side(((host_of(article.url), partial(read, article)) for article in found), threads=threads)


def look_again(
    web: Web, found: Iterable[tuple[Article, tuple[str, str, str]]], *, now: datetime, threads: int
) -> Iterator[tuple[Article, Capture | Problem | None]]:
    """Articles with the lead and text that their pages have now, and what was read of each, or why nothing was; None where the page
    is as it was.

    Each comes with the ETag, the Last-Modified and the SHA-256 of its page as it was, "" where they are not known.
    """

    def read(article: Article, seen: tuple[str, str, str]) -> tuple[Article, Capture | Problem | None]:
        etag, modified, same = seen
        ask = partial(web.get, limit=web.settings.page_size, seconds=web.settings.page_time)
        try:
            came = ask(article.url, etag=etag, modified=modified)
            if came.status == 304 or sha256(came.body).hexdigest() == same:
                return article, None
            page, capture = _made(web, came, url=article.url, source=article.source, now=now)
        except (FetchError, ParseError) as error:
            return article, Problem(what=article.url, why=str(error))
        lead = page.lead or article.lead
        return replace(article, lead="" if lead and lead in page.text else lead, text=page.text, fetched=now), capture

    return side_by_side(((host_of(article.url), partial(read, article, seen)) for article, seen in found), threads=threads)


def _page(web: Web, url: str, *, source: str, now: datetime) -> tuple[Page, Capture]:
    found = web.get(url, limit=web.settings.page_size, seconds=web.settings.page_time)
    return _made(web, found, url=url, source=source, now=now)


def _made(web: Web, found: Fetched, *, url: str, source: str, now: datetime) -> tuple[Page, Capture]:
    page = web.read(partial(page_of, now=now), found, source=source)
    sent = partial(Capture, body=found.body, status=found.status, headers=dict(found.headers))
    return page, sent(url=url, kind="page", address=found.final, at=now)


def _has_page(source: Source, entry: FeedEntry) -> bool:
    """Whether an entry has a page of its own that may be read."""
    return source.kind not in WHOLE and entry.kind == "news" and not is_door(entry.link)


def page_of(found: Fetched, *, now: datetime) -> Page:
    """The article on a page. Raises NotAnArticle."""
    return read_page(found.body, url=found.final, fetched=now, content_type=found.content_type)


def _stated(source: Source, entry: FeedEntry, *, now: datetime) -> Capture:
    return Capture(url=entry.link, kind="item", address=source.url, at=now, body=entry.stated.encode())


def _article(source: Source, entry: FeedEntry, page: Page | None, *, now: datetime, owner: Source | None = None) -> Article:
    """The article of an entry: headline and date of the feed, text of the page; the lead is the page's where it has one.

    It is published by its source, or where the entry names an outlet by its ``owner``, or by that outlet alone.
    """
    summary = entry.summary if entry.title else ""  # without a title it is the words of an address
    lead, text = (page.lead or summary, page.text) if page else (summary, "")
    owner = owner or (replace(source, outlet=entry.outlet, group="") if entry.outlet else source)
    return Article(
        url=entry.link, outlet=owner.outlet, title=entry.title or (page.title if page else ""), fetched=now, source=source.id,
        publisher=owner.publisher, category=owner.category, kind=entry.kind, lead="" if lead and lead in text else lead, text=text,
        published=entry.published or (page.published if page else None),
    )  # fmt: skip
