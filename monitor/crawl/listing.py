"""List pages of sites without a feed, read by CSS selectors that stand in the source's options.

``item`` finds the items; ``link``, ``title``, ``date`` and ``summary`` are looked for inside each (``link`` and ``title`` are the first
link where they are not given), ``next`` finds the link to the next page on the page itself. Where pages are numbered, ``{page}`` in
the address says so instead. A selector ending in ``@name`` takes that attribute. Why nothing is ever silently empty: a site that was
rebuilt answers 200 with other markup, and the officer must hear that its list is no longer read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from monitor.crawl.answer import Fetched
from monitor.crawl.dates import parse_date
from monitor.crawl.encoding import decode
from monitor.crawl.feeds import LIMIT, SUMMARY_LIMIT, FeedDocument
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import KINDS, PASTS, apart, asked, challenged, entry_kind, look_at
from monitor.crawl.sources import Look
from monitor.errors import FetchError, ParseError
from monitor.records import FeedEntry, Problem, Source, Visit
from monitor.text import clean_line, plain
from monitor.url import canonical_url

CHARACTERS = 2 << 20  # of a page that are read, as of an article's page
PAGES, PAGES_PAST = 1, 500  # pages of one look where the option ``pages`` says nothing, and of one walk into the past
SLACK = timedelta(days=2)  # a list is nearly in order: pinned items and corrected dates stand out of it
_SUBPAGE = re.compile(r"(?<!@)@([\w-]{1,40})$")


@KINDS.register("listing")
def look(web: Web, source: Source, *, before: Visit | None, now: datetime) -> Look:
    """What the first pages of a list give: one, or as many as the option ``pages`` says."""
    return look_at(web, source, partial(_pages, web=web), before=before, now=now, url=page_address(source, 1))


@PASTS.register("listing")
def past(
    web: Web, source: Source, *, since: datetime, until: datetime, now: datetime
) -> Iterator[tuple[FeedEntry, ...] | Problem]:
    """The items between two moments, page by page, until a page has none that is new enough; items without a date are given."""
    try:
        for document in _walk(web, source, asked(web, source, url=page_address(source, 1)), now=now, most=PAGES_PAST):
            dated = [entry.published for entry in document.entries if entry.published]
            yield tuple(entry for entry in document.entries if not entry.published or since <= entry.published <= until)
            if dated and max(dated) < since - SLACK:
                return
    except (FetchError, ParseError) as error:
        yield Problem(what=source.id, why=str(error))


def page_address(source: Source, number: int) -> str:
    """The address of a page of a list: the source's own, with the number in the place of ``{page}``."""
    return source.url.replace("{page}", str(number))


def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The items of one list page. Raises ParseError that names the selector which finds nothing."""
    tree, options = _tree(found), source.options
    items = _select(tree, options.get("item", ""), source, name="item")[:LIMIT]
    if not items:
        raise ParseError(f"{source.url}: the selector item ({options.get('item')}) finds nothing; {ADVICE}")
    entries = {entry.link: entry for item in items if (entry := _entry(item, found, source, now=now))}
    if not entries:
        what = "title" if options.get("title") else "link"
        raise ParseError(f"{source.url}: none of {len(items)} items has a link and words (selector {what}); {ADVICE}")
    if options.get("date") and not any(entry.published for entry in entries.values()):
        raise ParseError(f"{source.url}: the selector date ({options['date']}) finds no date in {len(items)} items; {ADVICE}")
    titles = _select(tree, "title", source, name="title")
    title = clean_line(titles[0].text_content()) if titles else ""
    return FeedDocument(title=title, entries=tuple(entries.values()), skipped=len(items) - len(entries))


ADVICE = "the site may have been rebuilt: look at its list in a browser and correct the options of the source"


def _pages(found: Fetched, source: Source, *, now: datetime, web: Web) -> FeedDocument:
    """The items of the first page and of those behind it that the option ``pages`` asks for."""
    stated = source.options.get("pages", str(PAGES))
    most = int(stated) if stated.isdigit() else PAGES
    documents = list(_walk(web, source, found, now=now, most=most))
    entries: dict[str, FeedEntry] = {}
    for document in documents:
        entries |= {entry.link: entry for entry in document.entries if entry.link not in entries}
    skipped = sum(document.skipped for document in documents)
    return replace(documents[0], entries=tuple(entries.values())[:LIMIT], skipped=skipped)


def _walk(web: Web, source: Source, found: Fetched, *, now: datetime, most: int) -> Iterator[FeedDocument]:
    """The pages of a list, one document each, until there is no next one or it repeats the one before."""
    seen: set[str] = set()
    for number in range(1, most + 1):
        document = challenged(apart(web, read), found, source, now=now)
        links = {entry.link for entry in document.entries}
        if links <= seen:
            return
        seen |= links
        yield document
        onward = page_address(source, number + 1) if "{page}" in source.url else _onward(web, found, source)
        if number == most or not onward or onward == found.final:
            return
        found = asked(web, source, url=onward)


def _onward(web: Web, found: Fetched, source: Source) -> str:
    """The next page as the option ``next`` says, looked for in a process of its own, "" where it says nothing."""
    return web.read(partial(next_page, source=source), found, source=source.id) if source.options.get("next") else ""


def next_page(found: Fetched, source: Source) -> str:
    """The address that the option ``next`` finds on a page, "" where there is none (the last page)."""
    selector = source.options.get("next", "")
    elements = _select(_tree(found), selector.partition("@")[0], source, name="next") if selector else []
    return canonical_url(elements[0].get("href") or "", found.final) if elements and elements[0].get("href") else ""


def _entry(item: Any, found: Fetched, source: Source, *, now: datetime) -> FeedEntry | None:
    """The entry of an item, or None where it lacks a link or words, or its link is not one that ``match`` wants."""
    first = item if item.tag == "a" else next(iter(item.iter("a")), None)
    linked = _part(item, "link", source, attribute="href") or (first.get("href") or "" if first is not None else "")
    link = canonical_url(linked, found.final) if linked and not linked.lower().startswith(("javascript:", "#")) else ""
    words = _part(item, "title", source) or (_words(first) or first.get("title") or "" if first is not None else "")
    title = clean_line(plain(words, 1_000))
    if not link or not title or not re.search(source.options.get("match", ""), link):
        return None
    stated = _part(item, "date", source)
    return FeedEntry(
        source=source.id, guid=link, link=link, title=title, kind=entry_kind(source),
        summary=plain(_part(item, "summary", source), SUMMARY_LIMIT),
        published=parse_date(stated, fetched=now, url=link) if stated else None,
    )  # fmt: skip


def _part(item: Any, name: str, source: Source, *, attribute: str = "") -> str:
    """The words, or the attribute, of the first element that an option finds in an item; "" for none."""
    selector = source.options.get(name, "")
    wanted = _SUBPAGE.search(selector)
    found = _select(item, selector[: wanted.start()] if wanted else selector, source, name=name) if selector else []
    if not found:
        return ""
    key = wanted[1] if wanted else attribute
    return str(found[0].get(key) or "") if key else _words(found[0])


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _select(tree: Any, selector: str, source: Source, *, name: str) -> list[Any]:
    """The elements that a CSS selector finds. Raises ParseError for what is none."""
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    if not selector:
        raise ParseError(f"{source.id}: options: {name}: a listing needs this CSS selector; see the table of kinds in the manual")
    try:
        return list(CSSSelector(selector, translator="html")(tree))
    except SelectorError as error:
        raise ParseError(f"{source.id}: options: {name}: {selector[:60]!r} is not a CSS selector; correct it") from error


def _tree(found: Fetched) -> Any:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    text = decode(found.body[: 2 * CHARACTERS], found.content_type)[:CHARACTERS].replace("\0", "")
    try:
        return document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ParseError(f"{found.url}: an empty or broken page; check the address in a browser") from error
