"""An article from its page: title, lead, date and author as the page states them (JSON-LD, then meta), the text by trafilatura.

Why in this order: the statements are written for machines and right where they stand; the text is the one thing they lack. The
page is parsed once, and of a page only the first LIMIT characters.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.crawl.challenge import is_challenge
from monitor.crawl.dates import parse_date
from monitor.crawl.encoding import decode
from monitor.errors import NotAnArticle
from monitor.records import record
from monitor.text import clean, clean_line, composed, plain
from monitor.url import canonical_url, site_of

LIMIT = 2 << 20  # characters of a page that are read; stalls were seen on more
LEAD_LIMIT = 2_000  # characters
ENOUGH = 400  # characters of text that make an article of a page that does not call itself one; a teaser has 150
ELEMENTS = 20_000  # of a page whose text is looked for: 60,000 take 4 s; articles have 400, the fullest home pages 1,400
ENTITIES = 2_000  # of a page from which on piles are looked for, which takes 4 ms; pages have 300 to 1,200
FEEDS = 50  # of a page; the longest list seen has 40
DEPTH, NODES = 12, 5_000  # of JSON-LD that is searched

_ARTICLES = re.compile(r"(?:.*[/:])?(?:\w*NewsArticle|Article|Report|BlogPosting|\w*Posting)", re.S)
_LD = re.compile(r"application/ld\+json", re.I)
_FEED = re.compile(r"\.rss$|/(?:rss|feed|atom|index)\.(?:xml|rdf)$|/feed/?$|/rss_feed/?$", re.I)
_LIST = re.compile(r"/[\w-]{0,20}rss[\w-]{0,20}(?:\.\w{3,5})?/?$", re.I)  # /rss, /rss.htm, /kenh-rss.html
_PILED = re.compile(r"(?:&(?:amp;)*+#?\w{1,31}+;?+[^\w\s\x00-\x7f]*+){17,}")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[)\s*|\s*(?:-->|//\s*\]\]>|;)\s*$")
_ESCAPES = re.compile(r'\\(?!["\\/bfnrtu])')
_OUTLET_END = re.compile(r" [|–—-] [^|–—-]{2,60}$")


@record
class Page:
    """An article as its page gives it: ``url`` canonical, texts clean, ``published`` UTC or None, "" for what is not stated."""

    url: str
    title: str
    lead: str = ""
    text: str = ""
    published: datetime | None = None
    author: str = ""
    outlet: str = ""


def read_page(body: bytes, *, url: str, fetched: datetime, content_type: str = "") -> Page:
    """The article on a page. Neither title nor lead is repeated in the text, nor the author at its end.

    Raises NotAnArticle for an index page, a challenge, or anything in which no title or no words are found.
    """
    tree = _tree(body, content_type, url)
    stated, meta, address = next(_articles(tree), {}), _meta(tree), _canonical(tree, url)
    title = _title(tree, stated, meta)
    leads = (stated.get("description"), meta.get("og:description"), meta.get("description"))
    lead = clean_line(next(filter(None, map(_words, leads)), ""), LEAD_LIMIT)
    author = clean_line(_name(stated.get("author")) or meta.get("author", ""), 200)
    published = _published(stated, meta, url=url, fetched=fetched)
    text = _without(_text(tree), title, lead, author)
    inner = urlsplit(address).path != "/"
    called = inner and (published or meta.get("og:type", "").lower() == "article" or _is_prose(text))
    if not title or not (text or lead) or not (stated or called):
        what = "a challenge page, not an article" if is_challenge(body) else "no article on this page"
        raise NotAnArticle(f"{url}: {what}; the feed's own words are kept")
    outlet = clean_line(_name(stated.get("publisher")) or meta.get("og:site_name", ""), 200)
    return Page(url=address, title=title, lead=lead, text=text, published=published, author=author, outlet=outlet)


def feed_links(body: bytes, *, url: str, content_type: str = "") -> tuple[tuple[str, ...], str]:
    """The feeds that a page names, at most FEEDS, and the page of its site that lists feeds, "" for none; resolved against ``url``.

    Those in ``<link rel=alternate>`` come first, then links of the same site that end as feeds do: papers here seldom have the former,
    and an "RSS" at the foot of every page.
    """
    try:
        tree = _tree(body, content_type, url)
    except NotAnArticle:
        return (), ""
    named = [
        link.get("href")
        for link in tree.xpath("//link[contains(@rel, 'alternate') and @href]")
        if re.search(r"rss|atom|feed\+json", link.get("type") or "", re.I)
    ]
    linked = [
        found for link in tree.xpath("//a/@href") if (found := canonical_url(str(link), url)) and site_of(found) == site_of(url)
    ]
    feeds = [found for link in named if (found := canonical_url(str(link), url))]
    feeds += [link for link in linked if _FEED.search(urlsplit(link).path)]
    lists = [link for link in linked if _LIST.search(urlsplit(link).path) and link not in feeds and link != canonical_url(url)]
    return tuple(dict.fromkeys(feeds))[:FEEDS], lists[0] if lists else ""


def _tree(body: bytes, content_type: str, url: str) -> Any:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    text = decode(body[: 2 * LIMIT], content_type)[:LIMIT].replace("\0", "")
    if text.count("&") > ENTITIES:
        text = _PILED.sub(_resolved, text)
    try:
        return document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NotAnArticle(f"{url}: an empty or broken page; the feed's own words are kept") from error


def _title(tree: Any, stated: dict[str, Any], meta: dict[str, str]) -> str:
    """The title: of the JSON-LD, of meta, of the first heading, or of the window without the outlet's name."""
    window = _OUTLET_END.sub("", clean_line(_first(tree, "//title")))
    texts = (stated.get("headline"), meta.get("og:title"), meta.get("title"), _first(tree, "//h1"), window)
    return next((line for text in texts if (line := clean_line(_words(text)))), "")


def _published(stated: dict[str, Any], meta: dict[str, str], *, url: str, fetched: datetime) -> datetime | None:
    """The first moment that is stated and can be believed."""
    texts = (stated.get("datePublished"), *(meta.get(name) for name in ("article:published_time", "datepublished", "pubdate")))
    moments = (parse_date(text, fetched=fetched, url=url) for text in texts if isinstance(text, str))
    return next((moment for moment in moments if moment), None)


def _resolved(piled: re.Match[str]) -> str:
    """Many entities in a row as their letters; the extractor composes them, which takes time by the square for piled marks."""
    text = piled[0]
    for _ in range(3):  # the extractor resolves again what is resolved
        text = html.unescape(text)
    return html.escape(composed(text))


def _text(tree: Any) -> str:
    """The text of the article by trafilatura, a paragraph a line, "" for none."""
    from trafilatura import extract

    if tree.xpath("count(//*)") > ELEMENTS:
        return ""
    try:
        found = extract(tree, fast=True, include_comments=False, include_tables=True, with_metadata=False)
    except Exception:  # trafilatura has no error of its own; whatever it raises says "no text"
        return ""
    return clean(found or "")


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The articles that the page's JSON-LD describes: in a list, in ``@graph``, or inside something else."""
    for script in tree.iter("script"):
        if not _LD.search(script.get("type") or ""):
            continue
        waiting, seen = [(_loads(script.text or ""), 0)], 0
        while waiting and seen < NODES:
            node, depth = waiting.pop()
            seen += 1
            if isinstance(node, dict):
                kinds = node.get("@type")
                if any(_ARTICLES.fullmatch(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    yield node
            if depth < DEPTH:
                inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
                waiting += [(item, depth + 1) for item in reversed(list(inner)) if isinstance(item, dict | list)]


def _loads(text: str) -> Any:
    """What JSON says: as it stands, with its entities resolved, or without its stray escapes; None where nothing helps."""
    text = _WRAPPING.sub("", text)
    for form in (text, html.unescape(text), _ESCAPES.sub("", html.unescape(html.unescape(text)))):
        try:
            found = json.loads(form, strict=False)
            return json.loads(found, strict=False) if isinstance(found, str) else found
        except (ValueError, RecursionError):
            continue
    return None


def _meta(tree: Any) -> dict[str, str]:
    """The page's meta elements, by property, name or itemprop in lower case; the first of each counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            name = (element.get(key) or "").strip().lower()
            if name and element.get("content"):
                found.setdefault(name, element.get("content"))
    return found


def _first(tree: Any, path: str) -> str:
    found = tree.xpath(path)
    return str(found[0].text_content()) if found else ""


def _words(value: Any) -> str:
    return plain(value, LEAD_LIMIT) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    """The name of a person or an organisation, of the first where there are several."""
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("name") if isinstance(value, dict) else value
    return _words(value[0] if isinstance(value, list) and value else value)


def _without(text: str, title: str, lead: str, author: str) -> str:
    """The text without a title and a lead at its head and without the author at its end."""
    for _ in range(2):
        for repeated in (title, lead):
            if repeated and text.casefold().startswith(repeated.casefold()):
                text = text[len(repeated) :].lstrip(" .:\n–-")
    head, _, last = text.rpartition("\n")
    byline = last.casefold() == author.casefold() or (len(last) <= 40 and all(word[0].isupper() for word in last.split()))
    return head if head and byline and last[-1:] not in ".?!…:" else text


def _is_prose(text: str) -> bool:
    """Whether a text is one article rather than a list of teasers: enough of it, most of it in full paragraphs."""
    lines = text.split("\n")
    return len(text) >= ENOUGH and sum(len(line) for line in lines if len(line) >= 80) >= 0.7 * len(text)


def _canonical(tree: Any, url: str) -> str:
    """The address that the page calls its own, where it lies on the same site; else the one it came from."""
    own = canonical_url(url)
    for link in tree.xpath("//link[@rel='canonical']/@href")[:1]:
        stated = canonical_url(str(link), url)
        if stated and site_of(stated) == site_of(own):
            return stated
    return own
