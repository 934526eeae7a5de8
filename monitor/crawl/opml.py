"""Lists of feeds as other readers keep them: OPML in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from monitor.crawl.answer import Fetched
from monitor.crawl.kinds import RECOGNISERS, Clue
from monitor.crawl.markup import local, root_of, tree_of
from monitor.errors import NotAFeed
from monitor.records import Source
from monitor.text import clean_line
from monitor.url import canonical_url

SIZE = 5 << 20  # bytes of a file that is read
LIMIT = 1_000  # feeds of one file
DEPTH = 10  # folders in folders


def read_opml(body: bytes, *, what: str) -> tuple[Clue, ...]:
    """The feeds that an OPML file (1.0, 2.0) names, each once, at most LIMIT; the folder they lie in is lost.

    Raises NotAFeed for anything else, and for a file of more than SIZE bytes.
    """
    if len(body) > SIZE:
        raise NotAFeed(f"{what}: larger than {SIZE:,} bytes, no list of feeds; export it again")
    name, text = root_of(body, "opml")
    if not name:
        raise NotAFeed(f"{what}: not an OPML file; export the list of feeds from your reader again")
    found: dict[str, Clue] = {}
    for outline in _outlines(tree_of(text, what=what), 0):
        url = canonical_url(_said(outline, "xmlurl"))
        if url and len(found) < LIMIT:
            title = clean_line(_said(outline, "title") or _said(outline, "text"), 200)
            found.setdefault(url, Clue(kind="feed", url=url, title=title, here=False))
    return tuple(found.values())


def as_opml(sources: Iterable[Source], *, title: str) -> str:
    """The feeds among the sources as an OPML 2.0 document, a folder for each outlet."""
    folders: dict[str, list[Source]] = {}
    for source in sources:
        if source.kind == "feed":
            folders.setdefault(source.outlet, []).append(source)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"<head><title>{quoteattr(title)[1:-1]}</title></head>", "<body>"]
    for outlet, fed in folders.items():
        lines.append(f"  <outline text={quoteattr(outlet)}>")
        names = f"title={quoteattr(outlet)}"  # what an import takes for the outlet
        lines += [f'    <outline type="rss" text={quoteattr(one.id)} {names} xmlUrl={quoteattr(one.url)}/>' for one in fed]
        lines.append("  </outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])


@RECOGNISERS.register("opml")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """The feeds that the bytes name where they are OPML."""
    try:
        return read_opml(found.body, what=found.url)
    except NotAFeed:
        return ()


def _outlines(element: Any, depth: int) -> Iterator[Any]:
    for child in element if depth <= DEPTH else ():
        if local(child).lower() == "outline":
            yield child
        yield from _outlines(child, depth + 1)


def _said(outline: Any, name: str) -> str:
    """An attribute, whatever the case of its name: readers write xmlUrl, xmlurl and xmlURL."""
    return next((str(value) for key, value in outline.attrib.items() if str(key).lower() == name), "")
