"""XML that others wrote, as a tree that cannot hurt: no entities, no network, no more elements than asked for.

Why cut at the root: what stands before it (prolog, doctype) holds all that is dangerous and, in Việt Nam, a wrong charset.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.crawl.encoding import decode
from monitor.errors import ParseError

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:0{0,20}(\d{1,8})|[xX]0{0,20}([0-9a-fA-F]{1,8}));")
_PREAMBLE = 20_000  # characters in which the root must begin
ELEMENTS = 600_000  # 50,000 addresses of a news sitemap with ten elements each, and some


def root_of(body: bytes, *names: str, content_type: str = "") -> tuple[str, str]:
    """The local name of the root, one of ``names``, and the document from there on; ("", "") for anything else."""
    text = decode(body, content_type)
    found = re.search(rf"<(?:[\w-]{{1,20}}:)?({'|'.join(names)})(?=[\s>/])", text[:_PREAMBLE])
    if not found or re.search(r"<(?:html|body|head|script)[\s>]", text[: found.start()], re.I):
        return "", ""
    return found[1], _FORBIDDEN.sub("", text[found.start() :])


def tree_of(text: str, *, what: str) -> Any:
    """The root element of a document that begins with it. Raises ParseError where nothing can be read, or there is too much."""
    from lxml import etree

    if text.count("<") > 2 * ELEMENTS:
        raise ParseError(f"{what}: more than {ELEMENTS:,} elements; look for a smaller file of the site")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(_REFERENCE.sub(_allowed, text).encode(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError(f"{what}: broken XML; check the address in a browser") from error
    if root is None:
        raise ParseError(f"{what}: broken XML; check the address in a browser")
    return root


def _allowed(found: re.Match[str]) -> str:
    """A character by its number, or nothing for one that XML forbids: half a pair breaks whoever reads the tree."""
    number = int(found[1]) if found[1] else int(found[2], 16)
    return found[0] if number <= 0x10FFFF and not _FORBIDDEN.match(chr(number)) else ""


def local(element: Any) -> str:
    """The name of an element without its namespace, "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def words_of(element: Any, *path: str) -> str:
    """The text of the first element down a path of local names, stripped, "" where there is none."""
    for name in path:
        element = next((child for child in element if local(child) == name), None)
        if element is None:
            return ""
    return "".join(element.itertext()).strip()
