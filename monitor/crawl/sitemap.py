"""Sitemaps as sources: what is new in a site, and what was new in it years ago.

A plain sitemap states addresses and when a page last changed, neither titles nor when it was published: such an entry has no
title, the words of its address stand in its summary, and it becomes an article only with its page. Why not every address: a
sitemap lists sections and tags too; without a pattern of its own (option ``match``) an address counts whose last part has words
enough for a headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from urllib.parse import urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.dates import date_in_url
from monitor.crawl.feeds import LIMIT, FeedDocument
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import KINDS, PASTS, RECOGNISERS, Clue, asked, look_at
from monitor.crawl.robots import LIMIT as ROBOTS_SIZE
from monitor.crawl.sitemap_file import Place, is_sitemap, read_sitemap, slug
from monitor.crawl.sources import Look
from monitor.errors import BadStatus, FetchError, NotAFeed, ParseError
from monitor.records import FeedEntry, Problem, Source, Visit
from monitor.url import canonical_url

FIRST = timedelta(days=2)  # how far back a first look goes: what the news protocol keeps in a sitemap
OVERLAP = timedelta(hours=6)  # sitemaps are made anew every few hours: what was published before the last look may come after it
LEAST = 20  # entries given even where none is new, so that the age of the newest is known
DEPTH, FILES = 3, 5  # indexes below each other; files with addresses that one look reads
FILES_PAST = 500  # files that one walk into the past reads
TOUCHED = timedelta(days=7)  # after publishing: when a sitemap says only when a page was changed
NAMED = 20  # sitemaps of a robots.txt that are taken
WORDS = 5  # words of an address that may be a headline's; sections seen have at most four
_MONTH = re.compile(r"(20\d\d)[-_/]?(0[1-9]|1[0-2])(?:[-_/]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S{1,2048})", re.I | re.M)
_EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)

Past = Iterator[tuple[FeedEntry, ...] | Problem]


@KINDS.register("sitemap")
def look(web: Web, source: Source, *, before: Visit | None, now: datetime) -> Look:
    """What is new in a sitemap since the last good look, at most LIMIT entries, newest first."""
    since = before.good_at - OVERLAP if before and before.good_at else now - FIRST
    silent: list[str] = []
    found = look_at(web, source, partial(_newest, web=web, since=since, silent=silent), before=before, now=now)
    # an index that does not say when its files change is "the same" for ever: it is asked for whole the next time
    return replace(found, etag="", modified="", body_hash="") if silent else found


@PASTS.register("sitemap")
def past(web: Web, source: Source, *, since: datetime, until: datetime, now: datetime) -> Past:
    """The pages that a sitemap, or those of the option ``archive``, may have from between two moments, file by file."""
    for url in _archives(source.options.get("archive") or source.url, since, until):
        for places in _files(web, source, url, since=since, until=until, now=now, most=FILES_PAST):
            if isinstance(places, FetchError | ParseError):
                yield Problem(what=source.id, why=str(places))
            else:
                yield tuple(_entry(place, source) for place in places if _fits(place, source) and _may_be(place, since, until))


@PASTS.register("feed")
def past_of_site(web: Web, source: Source, *, since: datetime, until: datetime, now: datetime) -> Past:
    """The same for a feed, which has no past of its own: by its option ``archive``, or the sitemaps that its site names."""
    own = source.options.get("archive")
    named = [own] if own else named_sitemaps(web, source.url)
    for url in named or [_origin(source.url) + "/sitemap.xml"]:
        for found in past(web, replace(source, url=url), since=since, until=until, now=now):
            if isinstance(found, Problem) and not named:
                advice = "its site names no sitemap: give the source the option archive, or leave its past alone"
                found = replace(found, why=f"{found.why}; {advice}")
            yield found


@RECOGNISERS.register("sitemap")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """A clue where the bytes are a sitemap or an index of them."""
    return (Clue(kind="sitemap", url=found.final),) if is_sitemap(found) else ()


def named_sitemaps(web: Web, url: str) -> list[str]:
    """The sitemaps that the robots.txt of a site names, at most NAMED; none where there is no such file. Raises FetchError."""
    try:
        found = web.get(_origin(url) + "/robots.txt", limit=ROBOTS_SIZE, seconds=web.settings.feed_time)
    except BadStatus:
        return []
    lines = _LINE.findall(found.body.decode("utf-8", "replace"))[:NAMED]
    return list(dict.fromkeys(link for line in lines if (link := canonical_url(line, found.final))))


def _newest(found: Fetched, source: Source, *, now: datetime, web: Web, since: datetime, silent: list[str]) -> FeedDocument:
    """What is newer than ``since``, and LEAST at least; an index that has no dates, or a file less, is noted in ``silent``."""
    places: list[Place] = []
    lost: FetchError | ParseError | None = None
    for some in _files(web, source, found.final, since=since, until=now, now=now, most=FILES, given=found, silent=silent):
        if isinstance(some, FetchError | ParseError):
            lost = lost or some
            silent.append(found.final)  # or nobody would ask again while the index stays as it is
        else:
            places += some
    if lost and not places:
        raise lost
    fit = sorted((place for place in places if _fits(place, source)), key=attrgetter("at"), reverse=True)
    if places and not fit:
        advice = "give the option match, a pattern of its articles' addresses, or mend the one that it has"
        raise NotAFeed(f"{source.url}: none of {len(places):,} addresses in the sitemap looks like an article; {advice}")
    new = [place for number, place in enumerate(fit) if number < LEAST or place.at >= since][:LIMIT]
    return FeedDocument(title="", entries=tuple(_entry(place, source) for place in new), problem=str(lost or ""))


def _files(
    web: Web,
    source: Source,
    url: str,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    most: int,
    given: Fetched | None = None,
    silent: list[str] | None = None,
) -> Iterator[list[Place] | FetchError | ParseError]:
    """The addresses of every file from ``url`` down that may hold something between two moments, newest file first; what cannot
    be read comes as its error."""
    waiting, seen, read = [(url, 0)], {url}, 0
    while waiting and read < most:
        here, depth = waiting.pop(0)
        try:
            answer = given if given and here == url else asked(web, source, url=here)
            name, places = web.read(partial(read_sitemap, now=now), answer, source=source.id)
        except (FetchError, ParseError) as error:
            yield error
            continue
        if name == "urlset":
            read += 1
            yield places
        elif depth < DEPTH:
            if silent is not None and not all(place.changed for place in places):
                silent.append(here)
            below = [place.url for place in _in_time(places, since, until) if place.url not in seen][:most]
            seen.update(below)
            waiting = [(file, depth + 1) for file in below] + waiting


def _in_time(places: list[Place], since: datetime, until: datetime) -> list[Place]:
    """The files of an index that may hold what is from between two moments, by their names and by when they changed, newest first."""
    kept = []
    for place in places:
        first, last = _span(place.url)
        if (place.changed is None or place.changed >= since) and first <= until and last >= since:
            kept.append((first, place.at, place))
    return [place for *_, place in sorted(kept, key=lambda row: row[:2], reverse=True)]


def _span(url: str) -> tuple[datetime, datetime]:
    """The time that the name of a file says it is about (a month, a day), all of time where it says nothing; a day is added to
    either end, since nobody says in which zone."""
    found = _MONTH.search(urlsplit(url).path)
    try:
        first = datetime(int(found[1]), int(found[2]), int(found[3] or 1), tzinfo=UTC) if found else None
    except ValueError:
        first = None
    if not found or not first:
        return _EVER
    return first - timedelta(days=1), first + timedelta(days=2 if found[3] else 32)


def _may_be(place: Place, since: datetime, until: datetime) -> bool:
    """Whether a page may have been published between two moments: it changes after it is published, seldom later than TOUCHED."""
    if place.published:
        return since <= place.published <= until
    day = date_in_url(place.url)
    if day and not since.date() - timedelta(days=1) <= day <= until.date() + timedelta(days=1):
        return False
    return place.changed is None or since <= place.changed <= until + TOUCHED


def _fits(place: Place, source: Source) -> bool:
    """Whether an address is an article's: by the pattern of the source, else by a title or words enough for one."""
    pattern = source.options.get("match")
    if pattern:
        return bool(re.search(pattern, place.url))
    return bool(place.title) or len(slug(place.url).split()) >= WORDS


def _entry(place: Place, source: Source) -> FeedEntry:
    words = "" if place.title else slug(place.url)
    return FeedEntry(
        source=source.id, guid=place.url, link=place.url, title=place.title, summary=words, published=place.published
    )


def _archives(url: str, since: datetime, until: datetime) -> list[str]:
    """The addresses that a pattern with {year}, {month} and {day} makes, newest first; the address itself where it has none."""
    made: dict[str, None] = {}
    day = until
    while "{" in url and day >= since - timedelta(days=1):
        made.setdefault(url.replace("{year}", f"{day:%Y}").replace("{month}", f"{day:%m}").replace("{day}", f"{day:%d}"))
        day -= timedelta(days=1)
    return list(made) or [url]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
