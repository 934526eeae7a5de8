"""What an address would give, before it becomes a source: for `monitor try URL` and `monitor sources add URL`.

Every kind brings its own recogniser; here they are asked, what they recognise is visited once, and of a page it is said which
feeds and sitemaps its site names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import partial

from monitor.crawl.answer import Fetched
from monitor.crawl.challenge import is_challenge, is_html
from monitor.crawl.extract import Page, feed_links
from monitor.crawl.feeds import looks_like
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import KINDS, RECOGNISERS, Clue
from monitor.crawl.sitemap import named_sitemaps
from monitor.crawl.visit import page_of
from monitor.errors import FetchError, ParseError
from monitor.records import FeedEntry, Problem, Source, record
from monitor.url import host_of

_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:[/?#]|$)")


@record
class Finding:
    """What stands at an address: ``kind`` is a source kind, opml, page, or "" where it is nothing that we read.

    ``url`` is where it would be read, ``options`` what its kind needs. ``feeds`` and ``sitemaps`` are those that a page or a list
    names. ``problems`` say what is missing or was left out.
    """

    url: str
    kind: str = ""
    title: str = ""
    entries: tuple[FeedEntry, ...] = ()
    page: Page | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def look(web: Web, url: str, *, now: datetime) -> Finding:
    """What ``url`` gives, with nothing stored; never raises for what the web does. Without http:// before it, it is meant with https://."""
    url, silent = whole(url), None
    try:
        found = web.get(url, limit=web.settings.feed_size, seconds=web.settings.page_time)
    except FetchError as error:
        found, silent = Fetched(url=url, final=url, status=0, headers={}), Problem(what=url, why=error.reason)
    try:
        clues = web.read(clues_of, found, source=host_of(url))
    except ParseError as error:
        return Finding(url=found.final, problems=(Problem(what=url, why=str(error)),))
    here = next((clue for clue in clues if clue.here), None)
    if here:
        return tried(web, here, now=now)
    if silent:
        return Finding(url=url, problems=(silent,))
    if clues:
        return Finding(url=found.final, kind="opml", feeds=tuple(clue.url for clue in clues))
    if is_challenge(found.body):
        return Finding(url=found.final, problems=(Problem(what=url, why="a challenge page; ask the site for access"),))
    return _page(web, found, now=now)


def whole(url: str) -> str:
    """An address as people write it, as an address: a host with a dot stands under https where nothing else is said.

    >>> whole("bao.example/rss"), whole("http://bao.example"), whole("bao")
    ('https://bao.example/rss', 'http://bao.example', 'bao')
    """
    return f"https://{url}" if _BARE.match(url) else url


def clues_of(found: Fetched) -> list[Clue]:
    """What all recognisers make of an answer; what is more than a plain feed first."""
    clues = [clue for name in RECOGNISERS.names() for clue in RECOGNISERS[name](found)]
    return sorted(clues, key=lambda clue: (not clue.here, clue.kind == "feed"))


def tried(web: Web, clue: Clue, *, now: datetime) -> Finding:
    """What a clue gives when it is visited as a source."""
    name = host_of(clue.url)
    source = Source(id=name, url=clue.url, outlet=name, kind=clue.kind, options=clue.options)
    finding = Finding(url=clue.url, title=clue.title, options=tuple(clue.options.items()))
    try:
        seen = KINDS[clue.kind](web, source, before=None, now=now)
    except (FetchError, ParseError) as error:
        return replace(finding, problems=(Problem(what=clue.url, why=str(error)),))
    told = (Problem(what=clue.url, why=seen.problem),) if seen.problem else ()
    return replace(finding, kind=clue.kind, entries=seen.entries, problems=told)


def _page(web: Web, found: Fetched, *, now: datetime) -> Finding:
    """The article on a page, and the feeds and sitemaps of its site."""
    finding = Finding(url=found.final, sitemaps=_sitemaps(web, found))
    try:
        finding = replace(finding, feeds=_feeds(web, found))
        page = web.read(partial(page_of, now=now), found, source=host_of(found.url))
    except ParseError as error:
        not_a_feed = f"{looks_like(found.body)}, not a feed; check the address in a browser"
        problems = tuple(Problem(what=found.url, why=why) for why in (not_a_feed, str(error)))
        return replace(
            finding, kind="page" if finding.feeds or (finding.sitemaps and is_html(found.body)) else "", problems=problems
        )
    return replace(finding, kind="page", title=page.title, page=page)


def _feeds(web: Web, found: Fetched) -> tuple[str, ...]:
    """The feeds that a page names, or else the page of its site that lists them."""
    feeds, more = web.read(links_of, found, source=host_of(found.url))
    if feeds or not more:
        return tuple(feeds)
    try:
        listed = web.get(more, limit=web.settings.page_size, seconds=web.settings.page_time)
    except FetchError:
        return ()
    return tuple(web.read(links_of, listed, source=host_of(found.url))[0])


def links_of(found: Fetched) -> tuple[tuple[str, ...], str]:
    """The feeds that a page names, and the page that lists more."""
    return feed_links(found.body, url=found.final, content_type=found.content_type)


def _sitemaps(web: Web, found: Fetched) -> tuple[str, ...]:
    try:
        return tuple(named_sitemaps(web, found.final))
    except FetchError:
        return ()
