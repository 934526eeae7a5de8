"""Texts spelled for the index ten times as fast as letter by letter: in an alphabet of 256 letters, where each is a byte.

Nearly every Vietnamese text can be written with 256 letters and signs: the 134 letters with marks, ASCII, and the signs that papers
set. So a text becomes bytes, and small letters and bare letters are tables that ``bytes.translate`` reads. What comes out is the very
same as that of `monitor.expression.syllables` and `monitor.text.fold`: the tables are made by them, a test holds the two together,
and one text in five hundred, with a letter of another alphabet, is spelled by them.
"""

from __future__ import annotations

import codecs
import re
from itertools import product
from unicodedata import normalize

from monitor.expression import LONGEST, syllables
from monitor.text import TONES, fold, lower

_MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SMALL = "đ" + "".join(normalize("NFC", letter + mark) for letter, mark in product("aăâeêioôơuưy", _MARKS))
_LETTERS = "".join(letter for letter in dict.fromkeys(_SMALL + _SMALL.upper() + "üÜöÖñç²³") if not letter.isascii())
_SIGNS = "\n“”‘’…–—°™®×±→≤≥"
_ASCII = "".join(map(chr, range(32, 127)))
_OTHER = (_LETTERS + _SIGNS).ljust(160, "\ufffe")  # U+FFFE: no letter
_ALPHABET = f"\x00{_OTHER[:31]}{_ASCII}{_OTHER[31:]}"  # what is ASCII has the number that it has there
_NUMBERS = codecs.charmap_build(_ALPHABET)


def _bytes(text: str) -> bytes:
    return codecs.charmap_encode(text, "strict", _NUMBERS)[0]


def _text(spelled: bytes) -> str:
    return codecs.charmap_decode(spelled, "strict", _ALPHABET)[0]


def _table(form: str) -> bytes:
    return bytes(_bytes(one)[0] if one != "\ufffe" else 0 for one in form)


_LOWER = _table("".join(one if one == "\ufffe" else "".join(syllables(one)) or " " for one in _ALPHABET))
_FOLD = _table("".join(fold(one) for one in _ALPHABET))
_OLD_TONE = re.compile(b"[" + _bytes("".join(sorted({pair[0] for pair in TONES}))) + b"][aey]")
_NEW_TONE = {_bytes(pair): _bytes(lower(pair)) for pair in TONES}
_HALF = LONGEST // 2


def spelled(text: str) -> tuple[str, str]:
    """The words of a text in small letters as they are written, and folded, with blanks between and around them.

    Words are what `monitor.expression.syllables` says, of each no more than LONGEST characters.

    >>> spelled("Nợ BHXH/BHYT: 1,5 tỷ!")
    ('nợ bhxh bhyt  1 5 tỷ ', 'no bhxh bhyt  1 5 ty ')
    """
    try:
        low = _bytes(text).translate(_LOWER)
    except UnicodeEncodeError:
        return _slowly(text)
    if any(b" " not in low[at : at + _HALF] for at in range(0, len(low) - _HALF + 1, _HALF)):
        return _slowly(text)  # a word of more than LONGEST characters may be there
    low = _OLD_TONE.sub(lambda found: _NEW_TONE.get(found[0], found[0]), low)
    return _text(low), _text(low.translate(_FOLD))


def _slowly(text: str) -> tuple[str, str]:
    words = " ".join(syllables(text))
    return words, fold(words)
