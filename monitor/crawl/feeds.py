"""A feed's bytes as entries: RSS 0.9x to 2.0, RDF, Atom (feedparser) and JSON Feed (here).

Why so much before the parser: it gets text that is surely UTF-8, without what a browser printed above it, without characters that
XML forbids, and never more than LIMIT items. It raises what it likes on odd bytes (23 exceptions in a four-minute fuzz), and one
bad item may swallow its neighbours: where it fails or gives fewer items than there are, the items are read in halves, until the
bad one stands alone and is left out, and counted.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from monitor.crawl.challenge import is_challenge, is_html
from monitor.crawl.dates import AHEAD, parse_date
from monitor.crawl.encoding import decode
from monitor.errors import NotAFeed
from monitor.records import FeedEntry, record
from monitor.text import clean_line, plain
from monitor.url import canonical_url

LIMIT = 2_000  # items of one feed that are read, the first ones
SUMMARY_LIMIT = 5_000  # characters
HEADLINE = 80  # characters of the summary that stand for a title where there is none
STATED = 20_000  # characters of an item that are kept as it stood
STAMPED = 3  # items from which on one moment for all of them is the clock of the server

_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(?:rss|rdf|feed|channel)(?=[\s>])", re.I)
_ITEM = re.compile(r"<(?:[\w-]{1,20}:)?(?:item|entry)(?=[\s>])", re.I)
_ITEM_END = re.compile(r"</(?:[\w-]{1,20}:)?(?:item|entry)\s*>", re.I)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREAMBLE = 20_000  # characters before the root in which prolog, doctype and what a browser printed may stand

# feedparser takes 40 microseconds a mark and 3 a letter where it is at its slowest: what is read of a feed is what takes 4 s then.
BUDGET, MARK = 4 << 20, 60  # characters of all items, a mark counting as many; 2,000 items of a real feed have 2 million
STRETCH = 20_000  # characters between two marks; a summary keeps SUMMARY_LIMIT
HEAD = 100_000  # characters before the first item, and after the last
_HALF_ENTITY = re.compile(r"&[^;\s]{0,10}$")

Raw = dict[str, str]


@record
class FeedDocument:
    """What a feed gave: its title, its entries in its own order, how many items were left out as unusable, and what else to tell."""

    title: str
    entries: tuple[FeedEntry, ...]
    skipped: int = 0
    problem: str = ""


def read_feed(
    body: bytes, *, source_id: str, base: str, fetched: datetime, kind: str = "news", content_type: str = ""
) -> FeedDocument:
    """The entries of a feed of at most LIMIT items; links are canonical and resolved against ``base``, the feed's address.

    An item without a link, or with neither title nor summary, is left out and counted. A feed without items gives none. Raises
    NotAFeed, which says what the bytes look like instead.
    """
    text = decode(body, content_type).strip()
    if text.startswith(("{", "[")):
        title, items = _read_json(text, source_id)
    else:
        title, items = _read_xml(text, body, source_id)
    entry = partial(_entry, source=source_id, base=base, fetched=fetched, kind=kind)
    entries = _undated([found for item in items[:LIMIT] if item is not None and (found := entry(item))], fetched)
    return FeedDocument(title=title, entries=tuple(entries), skipped=min(len(items), LIMIT) - len(entries))


def _entry(item: Raw, *, source: str, base: str, fetched: datetime, kind: str) -> FeedEntry | None:
    """The entry that an item's raw words make, or None where it lacks a link or any words."""
    stated = clean_line(item.get("link", ""), 4_000)
    link = canonical_url(stated, base) if stated else ""
    summary = plain(item.get("summary", ""), SUMMARY_LIMIT)
    title = clean_line(plain(item.get("title", ""), 1_000)) or _headline(summary)
    if not link or not title:
        return None
    guid = clean_line(item.get("guid", ""), 2_048) or link
    moments = [parse_date(item.get(name, ""), fetched=fetched, url=link) for name in ("published", "updated")]
    published = next((moment for moment in moments if moment), None)
    said = {"guid": guid, "link": link, "title": title, "summary": summary, "stated": item.get("stated", "")[:STATED]}
    return FeedEntry(source=source, published=published, kind=kind, **said)


def _undated(entries: list[FeedEntry], fetched: datetime) -> list[FeedEntry]:
    """The entries, without their dates where all were "published" in the minute in which we asked: that is when the feed was made."""
    moments = [entry.published for entry in entries if entry.published]
    if len(moments) < STAMPED or max(moments) - min(moments) > timedelta(minutes=1) or fetched - min(moments) > AHEAD:
        return entries
    return [replace(entry, published=None) for entry in entries]


def _headline(summary: str) -> str:
    """The beginning of a text as its title, cut at a word."""
    line = summary.replace("\n", " ")
    return line if len(line) <= HEADLINE else (line[:HEADLINE].rpartition(" ")[0] or line[:HEADLINE]) + "…"


def _read_json(text: str, source_id: str) -> tuple[str, list[Raw | None]]:
    """The title and the raw items of a JSON Feed (jsonfeed.org, versions 1 and 1.1)."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"{source_id}: broken JSON, not a feed; check the address in a browser") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("items"), list):
        raise NotAFeed(f"{source_id}: JSON, but not a JSON Feed; check the address in a browser")
    names = {
        "link": ("url", "external_url"), "guid": ("id",), "title": ("title",), "published": ("date_published",),
        "summary": ("summary", "content_text", "content_html"), "updated": ("date_modified",),
    }  # fmt: skip
    items: list[Raw | None] = []
    for item in whole["items"][:LIMIT]:
        said = item if isinstance(item, dict) else {}
        raw = {name: next((said[key] for key in keys if isinstance(said.get(key), str)), "") for name, keys in names.items()}
        raw["stated"] = json.dumps(said, ensure_ascii=False)
        items.append(raw if raw["link"] or not raw["guid"].startswith("http") else raw | {"link": raw["guid"]})
    return clean_line(str(whole.get("title") or "")), items


def _read_xml(text: str, body: bytes, source_id: str) -> tuple[str, list[Raw | None]]:
    """The title and the raw items of a feed in XML; None stands for an item that could not be read."""
    root = _ROOT.search(text[:_PREAMBLE])
    if not root or is_html(text[: root.start()].encode()):
        raise NotAFeed(f"{source_id}: {looks_like(body)}, not a feed; check the address in a browser")
    text = _shortened(_FORBIDDEN.sub("", text[root.start() :]))  # without prolog and doctype, and so without entity bombs
    starts = [found.start() for _, found in zip(range(LIMIT + 1), _ITEM.finditer(text), strict=False)]
    if not starts:
        return _read_items([], head=text[:HEAD], tail="", source_id=source_id)
    last = max((found.start() for found in _ITEM_END.finditer(text)), default=0)
    ends = [*starts[1:], max(last, starts[-1]) if last else len(text)]
    items = [text[start:end] for start, end in zip(starts, ends, strict=True)][:LIMIT]
    fit = items[: sum(cost <= BUDGET for cost in accumulate(map(_cost, items)))]
    title, read = _read_items(fit, head=text[: starts[0]][-HEAD:], tail=text[last:][:HEAD] if last else "", source_id=source_id)
    if fit and len(read) == len(fit):  # else nobody knows which is which
        closing = _ITEM_END.match(text, last) if len(fit) == len(items) else None
        fit[-1] += closing[0] if closing else ""
        read = [raw and raw | {"stated": _alone(item)} for raw, item in zip(read, fit, strict=True)]
    return title, [*read, *([None] * (len(items) - len(fit)))]


def _alone(item: str) -> str:
    """An item as it stands in its feed, without what stands between it and the next."""
    ends = [found.end() for found in _ITEM_END.finditer(item)]
    return item[: ends[-1]] if ends else item.rstrip()


def _shortened(text: str) -> str:
    """The text with no stretch between two marks longer than STRETCH; the end of a CDATA section is kept."""
    parts = text.split("<")
    for number, part in enumerate(parts):
        if len(part) > STRETCH:
            end = part.rfind("]]>")
            parts[number] = _HALF_ENTITY.sub("", part[:STRETCH]) + (part[end:][:STRETCH] if end >= STRETCH else "")
    return "<".join(parts)


def _read_items(items: list[str], *, head: str, tail: str, source_id: str) -> tuple[str, list[Raw | None]]:
    """The feed's title and its raw items, read whole where that works, else in halves."""
    title, whole = _parsed(head + "".join(items) + tail)
    if whole is not None and len(whole) >= len(items):
        return title, list(whole)
    found = _halves(items, head=head, tail=tail, purse=[3 * BUDGET])
    if whole is not None and len(whole) >= sum(item is not None for item in found):
        return title, [*whole, *([None] * (len(items) - len(whole)))]
    if items and not any(found):
        raise NotAFeed(f"{source_id}: broken XML, none of {len(items)} items can be read; check the address in a browser")
    return title, found


def _halves(items: list[str], *, head: str, tail: str, purse: list[int]) -> list[Raw | None]:
    """The raw items of what cannot be read whole, each bad one as None; ``purse`` holds what the tries may cost together."""
    if len(items) < 2:
        return [None] * len(items)
    found: list[Raw | None] = []
    middle = len(items) // 2
    for part in (items[:middle], items[middle:]):
        purse[0] -= sum(map(_cost, part))
        _, read = _parsed(head + "".join(part) + tail) if purse[0] >= 0 else ("", None)
        good = read is not None and len(read) >= len(part)
        found += (read or []) if good else _halves(part, head=head, tail=tail, purse=purse)
    return found


def _cost(item: str) -> int:
    return len(item) + MARK * item.count("<")


def _parsed(text: str) -> tuple[str, list[Raw] | None]:
    """The title and raw items that feedparser finds, or None for the items where it fails in one of its many ways."""
    import feedparser  # 60 ms: only when a feed is read

    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        return clean_line(plain(_word(found["feed"], "title"), 1_000)), [_raw(entry) for entry in found["entries"]]
    except Exception:  # feedparser has no error of its own; whatever it raises says "not readable"
        return "", None


def _raw(entry: dict[str, Any]) -> Raw:
    content = dict.get(entry, "content") or [{}]
    summary = _word(entry, "summary") or _word(content[0], "value")
    return {
        "link": _word(entry, "link"), "guid": _word(entry, "id"), "title": _word(entry, "title"), "summary": summary,
        "published": _word(entry, "published"), "updated": _word(entry, "updated") or _word(entry, "created"),
    }  # fmt: skip


def _word(fields: dict[str, Any], name: str) -> str:
    """A field as text; feedparser's own ``get`` looks for other names too and warns."""
    value = dict.get(fields, name)
    return value if isinstance(value, str) else ""


def looks_like(body: bytes) -> str:
    """What bytes that are no feed are, in a few words for a person."""
    if not body.strip():
        return "an empty answer"
    if is_challenge(body):
        return "a challenge page"
    return "an HTML page" if is_html(body) else "something else"
