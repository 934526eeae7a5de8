"""Text at the border and words inside: ``clean`` once when text comes in, ``segment`` once before it is tagged.

Why marks are kept: they carry meaning (bảo, báo, bao), so text is compared and counted as written; ``fold`` serves only
forgiving search, and maps đ by hand, which no Unicode form does.
"""

from __future__ import annotations

import html
import re
import unicodedata

TITLE_LIMIT, TEXT_LIMIT, SENTENCE_LIMIT = 500, 100_000, 2_000  # characters; SAFETY: word_tokenize took 1 GiB for 480,000

_BREAKS = re.compile(r"[\n\x0b\x0c\x85\u2028\u2029]+")
_TAG = re.compile(r"<(?:!--.{0,2000}?-->|[!?/]?[A-Za-z][^<>]{0,5000}>)", re.S)
_BLOCK = re.compile(r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|table|blockquote)\b[^<>]{0,500}|/?br\s*/?)>", re.I)
_HIDDEN = re.compile(r"<(script|style|iframe|object|svg|template)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
TONES = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
          "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ"}  # fmt: skip
_OLD_TONE = re.compile("|".join(TONES))
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_]|[\"“‘(])|\n")
_TO_BLANK = dict.fromkeys([*range(0x09), 0x0E, 0x0F, *range(0x10, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)], " ")
_INVISIBLE = (0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
              *range(0xFE00, 0xFE10), *range(0xFFF9, 0xFFFD), *range(0xE0000, 0xE0080), *range(0xD800, 0xE000))  # fmt: skip
_FAR = re.compile("[\u0300-\U0010ffff]{33}")  # what every pile is, found in half the time
_PILE = re.compile(r"([^\w\s\x00-\x7f]{32})[^\w\s\x00-\x7f]+")
_DROP = {**_TO_BLANK, **dict.fromkeys(_INVISIBLE)}


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text in NFC with single blanks and single line breaks, without zero-width, control or lone surrogate characters.

    At most ``limit`` characters are kept. Idempotent; empty in, empty out.

    >>> clean("Ba\\u0309o  hiểm\\u200b\\x00 xã\\u00a0hội\\r\\n\\r\\n một lần ")
    'Bảo hiểm xã hội\\nmột lần'
    """
    text = composed(str(text)[: 4 * limit].translate(_DROP))
    lines = (" ".join(line.split()) for line in _BREAKS.split(text.replace("\r", "\n")))
    return "\n".join(line for line in lines if line)[:limit].rstrip()


def composed(text: str) -> str:
    """The text in NFC. A pile of more than 32 marks on one letter is cut first, since composing one takes time by the square.

    >>> len(composed("a" + "\u0301" * 100_000))
    32
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _PILE.sub(r"\1", text) if _FAR.search(text) else text)


def visible(text: str) -> str:
    """The text in NFC without zero-width characters and lone surrogates; control characters become blanks, lines stay.

    >>> visible("Ba\\u0309o\\u200b \\x00hiểm")
    'Bảo  hiểm'
    """
    return composed(str(text).translate(_DROP))


def clean_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """The text cleaned, on one line: titles, outlets, names."""
    return clean(text.replace("\n", " ").replace("\r", " "), 2 * limit).replace("\n", " ")[:limit].rstrip()


def plain(markup: str, limit: int = TEXT_LIMIT) -> str:
    """Readable text from a fragment of HTML as feeds carry it: tags out, entities resolved (twice, where encoded twice), cleaned.

    Only what looks like a tag is taken for one, so that "lương < 5 triệu" survives.

    >>> plain('<a href="x"><img src="y"></a></br>Th&amp;ocirc;ng tuyến <b>BHYT</b>')
    'Thông tuyến BHYT'
    """
    text = str(markup)[: 10 * limit]
    for _ in range(3):
        before, text = text, html.unescape(_bare(text))
        if text == before:
            break
    return clean(_bare(text), limit)


def _bare(text: str) -> str:
    return _TAG.sub("", _BLOCK.sub("\n", _HIDDEN.sub(" ", text)))


def fold(text: str) -> str:
    """Lower case without marks, đ as d: for forgiving search only. Keeps the length of NFC Vietnamese text, so that spans hold.

    >>> fold("Đóng BHXH tự nguyện ở Đà Nẵng")
    'dong bhxh tu nguyen o da nang'
    """
    bare = unicodedata.normalize("NFD", text.lower()).replace("đ", "d").encode("ascii", "ignore").decode()
    return bare if len(bare) == len(text) else text.translate(_FOLDED)  # else a letter has no form in ASCII, and keeps its own


class _Folded(dict[int, str]):
    """The folded form of every letter that was met, by its number: a table that str.translate reads six times as fast as a loop."""

    def __missing__(self, number: int) -> str:
        letter = chr(number)
        base = unicodedata.normalize("NFD", letter)[0].lower()
        self[number] = {"đ": "d", "Đ": "d"}.get(base, base if len(base) == 1 else letter)
        return self[number]


_FOLDED = _Folded()


def lower(text: str) -> str:
    """Lower case with tone marks where the new spelling puts them (hoà for hòa): for comparing. The length stays, so that spans hold.

    >>> lower("Hòa Bình, hoà bình")
    'hoà bình, hoà bình'
    """
    low = text.lower()
    if len(low) != len(text):  # İ and its like become two letters
        low = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return _OLD_TONE.sub(lambda found: TONES[found[0]], low)


def is_marked(text: str) -> bool:
    """Whether any letter carries a Vietnamese mark (or is đ)."""
    return any(ord(letter) > 127 and fold(letter) != letter.lower() for letter in text)


def sentences(text: str) -> list[str]:
    """The sentences of a cleaned text, in order, none longer than SENTENCE_LIMIT; their joint text is the text less blanks."""
    found: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        found += [sentence[at : at + SENTENCE_LIMIT] for at in range(0, len(sentence), SENTENCE_LIMIT)]
    return [sentence for sentence in found if sentence.strip()]


def segment(text: str) -> str:
    """The words of a cleaned text by underthesea: syllables of a word joined by "_", words by blanks, sentences by newlines.

    >>> segment("Bảo hiểm xã hội một lần")
    'Bảo_hiểm_xã_hội một lần'
    """
    from monitor.segment import lines  # underthesea is 0.4 s and 100 MB: only when words are wanted

    return "\n".join(lines(sentences(text)))
