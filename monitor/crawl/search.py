"""Search feeds: what Google News has found for a query of the office's own.

Its items are of many outlets: each names its own in the title's end and in ``source``, and its link is a redirect that only a
browser resolves. Why the outlet is taken from the title: it then counts for the outlet that wrote it, not for the searcher.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.feeds import FeedDocument, read_feed
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import PASTS, RECOGNISERS, Clue, apart, asked, challenged, kind
from monitor.errors import FetchError, ParseError
from monitor.records import FeedEntry, Problem, Reading, Source
from monitor.url import canonical_url

HOST = "news.google.com"
WINDOW = timedelta(days=7)  # of one question to the past: it answers at most 100 items
_OUTLET = re.compile(r"^(.+) - (.{2,60})$", re.S)
_DOOR = re.compile(r"/(?:rss/)?articles/([\w-]{8,2000})=*$")
_INSIDE = re.compile(rb"https?://[\x21-\x7e]{8,}")
_ADDED = re.compile(r"^báo(?: điện tử)? | (?:online|điện tử)$|\.(?:com\.)?vn$")


def address(source: Source, more: str = "") -> str:
    """The address of a search: the source's own with the query of its options, Vietnamese news of Việt Nam."""
    parts = urlsplit(source.url)
    said = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    words = source.options.get("query") or said.get("q", "")
    asked_for = {"hl": "vi", "gl": "VN", "ceid": "VN:vi", **said, "q": f"{words} {more}".strip()}
    return parts._replace(query=urlencode(asked_for)).geturl()


@kind("search", address=address)
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The entries of a search feed, each with its outlet, which is taken off its title. Raises NotAFeed."""
    document = read_feed(found.body, source_id=source.id, base=found.final, fetched=now, content_type=found.content_type)
    return replace(document, entries=tuple(_parted(entry) for entry in document.entries))


@PASTS.register("search")
def past(
    web: Web, source: Source, *, since: datetime, until: datetime, now: datetime
) -> Iterator[tuple[FeedEntry, ...] | Problem]:
    """What the search finds between two moments, a week a question, newest week first."""
    last = until
    while last > since:
        first = max(since, last - WINDOW)
        more = f"after:{first - timedelta(days=1):%Y-%m-%d} before:{last + timedelta(days=1):%Y-%m-%d}"
        try:
            found = asked(web, source, url=address(source, more))
            entries = challenged(apart(web, read), found, source, now=now).entries
        except (FetchError, ParseError) as error:
            yield Problem(what=source.id, why=str(error))
        else:
            yield tuple(entry for entry in entries if entry.published and since <= entry.published <= until)
        last = first


@RECOGNISERS.register("search")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """A clue where the address is a search of Google News, its page or its feed."""
    parts = urlsplit(found.url)
    words = parse_qs(parts.query).get("q", [""])[0]
    if parts.hostname != HOST or not words:
        return ()
    return (Clue(kind="search", url=f"https://{HOST}/rss/search", title=words, options={"query": words}),)


def is_door(link: str) -> bool:
    """Whether a link is one that only a browser can follow to its article: it is kept, and never asked for."""
    return bool(_DOOR.search(urlsplit(link).path)) and (urlsplit(link).hostname == HOST or "/rss/articles/" in link)


def key_of(outlet: str) -> str:
    """An outlet's name as it can be compared: without "báo" before it and "online" behind it.

    >>> key_of("Báo Lao Động") == key_of("Lao Động Online")
    True
    """
    return _ADDED.sub("", _ADDED.sub("", outlet.casefold().strip())).strip()


def elsewhere(reading: Reading, outlets: Collection[str]) -> Reading:
    """The reading of a search without what comes from outlets (by `key_of`) that are read at home, which would count twice."""
    return replace(reading, entries=tuple(entry for entry in reading.entries if key_of(entry.outlet) not in outlets))


def _resolved(link: str) -> str:
    """The address that an older link of the search holds, in base64; the link as it is where it holds none."""
    door = _DOOR.search(urlsplit(link).path)
    try:
        inside = _INSIDE.search(urlsafe_b64decode(door[1] + "=" * (-len(door[1]) % 4))) if door else None
    except ValueError:
        return link
    return canonical_url(inside[0].decode("ascii")) or link if inside else link


def _parted(entry: FeedEntry) -> FeedEntry:
    """The entry with the outlet at the end of its title in its own field; the title as it is where there is none.

    The summary of a search repeats title and outlet, and so is left out where it does.
    """
    entry = replace(entry, link=_resolved(entry.link))
    found = _OUTLET.match(entry.title)
    if not found:
        return entry
    title, outlet = found[1].strip(), found[2].strip()
    told = entry.summary.replace(title, "").replace(outlet, "").strip(" \n-–")
    return replace(entry, title=title, outlet=outlet, summary=entry.summary if told else "")
