"""What an address would give, before it becomes a source: for `monitor try URL`."""

from __future__ import annotations

from datetime import datetime

from monitor.crawl.challenge import is_challenge
from monitor.crawl.extract import Page, feed_links, read_page
from monitor.crawl.feeds import read_feed
from monitor.crawl.fetch import Web
from monitor.errors import FetchError, ParseError
from monitor.records import FeedEntry, Problem, record
from monitor.url import host_of


@record
class Finding:
    """What stands at an address: ``kind`` is feed, page, or "" where neither; ``feeds`` are those that a page names.

    ``url`` is where it was found in the end. ``problems`` say what is missing or was left out.
    """

    url: str
    kind: str = ""
    title: str = ""
    entries: tuple[FeedEntry, ...] = ()
    page: Page | None = None
    feeds: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def look(web: Web, url: str, *, now: datetime) -> Finding:
    """What ``url`` gives, with nothing stored; never raises for what the web does."""
    try:
        found = web.get(url, limit=web.settings.feed_size, seconds=web.settings.page_time)
    except FetchError as error:
        return Finding(url=url, problems=(Problem(what=url, why=error.reason),))
    try:
        document = read_feed(found.body, source_id=host_of(url), base=found.final, fetched=now, content_type=found.content_type)
    except ParseError as error:
        if is_challenge(found.body):
            return Finding(url=found.final, problems=(Problem(what=url, why="a challenge page; ask the site for access"),))
        not_a_feed = error
    else:
        lost = f"{document.skipped} items without a link or without words were left out"
        told = [Problem(what=url, why=lost)] if document.skipped else []
        return Finding(url=found.final, kind="feed", title=document.title, entries=document.entries, problems=tuple(told))
    feeds = feed_links(found.body, url=found.final, content_type=found.content_type)
    try:
        page = read_page(found.body, url=found.final, fetched=now, content_type=found.content_type)
    except ParseError as error:
        problems = tuple(Problem(what=url, why=str(wrong)) for wrong in (not_a_feed, error))
        return Finding(url=found.final, kind="page" if feeds else "", feeds=feeds, problems=problems)
    return Finding(url=found.final, kind="page", title=page.title, page=page, feeds=feeds)
