"""Bytes as text, whatever they say of themselves.

The order: byte order mark; zeros that betray UTF-16; UTF-8 where the bytes are UTF-8 (a few broken ones among many good ones
included); TCVN3 and VNI, whatever is declared; the charset of the header; that of the prolog or meta; cp1258; a guess; then NFC.

Why UTF-8 stands before what is declared: text in another charset is next to never valid UTF-8 by chance, while Vietnamese
servers declare utf-16 or iso-8859-1 over UTF-8 bytes day by day. Old fonts' text is looked for in UTF-8 too: much of it was pasted
into new systems as it stood.
"""

from __future__ import annotations

import codecs
import re

from monitor.crawl.fonts import modern
from monitor.text import composed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I
)
# Only charsets that pages are written in: a header may also name codecs that are slow or that run escapes.
_CHARSET = re.compile(
    r"utf-?(?:8|16|32)(?:-[lb]e)?|cp(?:125\d|874|932|949|950)|iso8859-\d+|koi8-[ru]|gb2312|gbk|gb18030|big5|euc_\w+|shift_jis|tis-620"
)
_SAMPLE = 65_536  # bytes the guess looks at


def decode(body: bytes, content_type: str = "") -> str:
    """The text of the bytes in NFC, without marks of byte order; never raises, and what cannot be read becomes U+FFFD.

    >>> decode("<?xml version='1.0' encoding='utf-16'?><t>Bảo hiểm</t>".encode())[-15:]
    '<t>Bảo hiểm</t>'
    """
    return composed(_text(body, content_type))


def _text(body: bytes, content_type: str) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if wide := _wide(body[:200]):
        return body.decode(wide, "replace")
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken or 20 * broken <= len(body) - len(text):  # the difference counts the bytes that good sequences have to spare
        return modern(text)
    latin = body.decode("cp1252", "replace")
    if (old := modern(latin)) != latin:
        return old
    for name in (*_names(content_type, body), "cp1258"):
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return body.decode(_guess(body), "replace")


def _wide(start: bytes) -> str:
    """UTF-16 without a mark, known by the zeros beside Latin letters; "" otherwise."""
    even, odd = start[::2], start[1::2]
    for name, zeros, letters in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(letters) >= 4 and zeros.count(0) * 2 > len(zeros) and not letters.count(0):
            return name
    return ""


def _names(content_type: str, body: bytes) -> list[str]:
    """The charsets that the header and the document declare, as Python names them, less unknown ones and UTF-8."""
    header = _HEADER.search(content_type[:500])
    inside = _DECLARED.search(body[:4096])
    said = [header[1] if header else "", (inside[1] or inside[2]).decode("ascii") if inside else ""]
    found = []
    for name in said:
        try:
            known = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        known = "cp1252" if known in ("iso8859-1", "ascii") else known  # as every browser reads it
        if _CHARSET.fullmatch(known) and not known.startswith("utf-8"):
            found.append(known)
    return found


def _guess(body: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_SAMPLE]).best()
    return best.encoding if best else "utf-8"
