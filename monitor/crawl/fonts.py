"""Text written for the fonts of the nineties: TCVN3 (.VnTime and its kin) and VNI, as old provincial sites still carry it.

Both put Vietnamese letters where Latin-1 has others, so that nothing in the bytes says so and any decoder is content: "B¶o hiÓm",
"Baûo hieåm". What gives them away is the language itself: a Vietnamese syllable has one shape (consonants, vowels, one tone, an
end), and text read with the right table is made of such syllables, with a wrong one next to never. A piece of text is judged by
itself, since old articles stand in new pages. Tables: TCVN 5712:1993 (VN3) and VNI for Windows, checked letter by letter against
their keyboards; VNI writes a base letter and then its marks, TCVN3 one byte a letter, capitals by another font.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

ENOUGH = 3  # marked words that must be syllables before a piece is taken for old
SHARE = 0.85  # of its marked words; names and typing errors are the rest
LONGEST = 20_000  # characters of a piece, or of a document, by which it is judged
BUDGET, COST = 500_000, 20  # characters of a document that are judged piece by piece, a piece counting as so many or more

_LOWER = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
_TCVN3 = (
    "B5B6B7B8B9A8BBBCBDBEC6A9C7C8C9CACBAECCCECFD0D1AAD2D3D4D5D6D7D8DCDDDEDFE1E2E3E4ABE5E6E7E8E9ACEAEBECEDEE"
    "EFF1F2F3F4ADF5F6F7F8F9FAFBFCFDFE"
)
_FROM_TCVN3 = dict(zip(map(ord, bytes.fromhex(_TCVN3).decode("latin-1")), _LOWER, strict=True))
_FROM_TCVN3 |= dict(zip(range(0xA1, 0xA8), "ĂÂÊÔƠƯĐ", strict=True))

_TONES = {"ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ù": "\u0301", "ï": "\u0323"}
_HATS = {"â": "\u0302", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "á": "\u0302\u0301", "ä": "\u0302\u0323"}
_BOWLS = {"ê": "\u0306", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "é": "\u0306\u0301", "ë": "\u0306\u0323"}
_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}
_AFTER = {
    "a": _TONES | _HATS | _BOWLS,
    "e": _TONES | _HATS,
    "o": _TONES | _HATS,
    "u": _TONES,
    "y": _TONES,
    "ö": _TONES,
    "ô": _TONES,
}


def _vni() -> dict[str, str]:
    found = dict(_ALONE)
    for base, marks in _AFTER.items():
        for mark, meant in marks.items():
            found[base + mark] = unicodedata.normalize("NFC", _ALONE.get(base, base) + meant)
    capitals = {written.upper(): letter.upper() for written, letter in found.items()}
    mixed = {written[0].upper() + written[1]: letter.upper() for written, letter in found.items() if len(written) == 2}
    return found | mixed | capitals


_VNI = _vni()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_OLD = re.compile("[\u00a1-\u00ff]")
_NEW = re.compile(
    "[\u0102-\u0103\u0110-\u0111\u01a0-\u01b0\u0300-\u0323\u1ea0-\u1ef9]"
)  # letters that neither of the old tables has
_PIECE = re.compile(r"(?<![^<>])[^<>\u00a1-\u00ff&]*+[\u00a1-\u00ff&][^<>]*")  # what stands between two marks and may be old
_CAPITAL, _SMALL = re.compile("[A-Z]"), re.compile("[a-z]")
_WORD = re.compile(r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e“”‘’…–—]+")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    "(?:ngh?|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    "(?:uyê|iêu|yêu|uôi|ươi|ươu|oai|oao|oay|oeo|uây|uya|uyu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|ơi|oo(?=n)|ua|uâ|ue|uê|"
    "ui|uơ|uô|uy|ưa|ưi|ươ|ưu|yê|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y)(?:ch|ng|nh|[ckmnpt])?"
)


def modern(text: str) -> str:
    """The text with what is written for old fonts in today's letters; everything else stays as it is.

    A document without a single letter of today is judged as a whole, so that its short lines are read too; any other piece by piece,
    a piece being what stands between two marks (<, >).

    >>> modern("<b>B¶o hiÓm x· héi mét lÇn</b> <i>ảnh: café</i>")
    '<b>Bảo hiểm xã hội một lần</b> <i>ảnh: café</i>'
    >>> modern("Baûo hieåm xaõ hoäi moät laàn")
    'Bảo hiểm xã hội một lần'
    """
    if not (_OLD.search(text) or "&" in text):
        return text
    if not _NEW.search(text):
        whole = "\n".join(_plain(piece) for piece in _PIECE.findall(text[: 4 * LONGEST]) if _OLD.search(_plain(piece)))
        if read := _table(whole[:LONGEST]):
            return _PIECE.sub(lambda found: _written(found[0], read), text)
    parts, end, purse = [], 0, BUDGET
    for found in _PIECE.finditer(text):
        parts += [text[end : found.start()], _piece(found[0])]
        end, purse = found.end(), purse - max(COST, len(found[0]))
        if purse < 0:
            break
    return "".join([*parts, text[end:]])


def _piece(text: str) -> str:
    """One piece, in today's letters where it is old."""
    said = _plain(text)
    read = _table(said[:LONGEST]) if _OLD.search(said) and not _NEW.search(said) else None
    return _written(text, read) if read else text


def _plain(text: str) -> str:
    """A piece with its entities (&para;) as the letters that they are."""
    return html.unescape(text) if "&" in text and len(text) < LONGEST else text


def _written(text: str, read: Callable[[str], str]) -> str:
    """A piece read with a table; entities of signs (&lt;, &amp;) stay entities."""
    said = _plain(text)
    return read(text) if said == text else html.escape(read(said), quote=False)


def _table(text: str) -> Callable[[str], str] | None:
    """The table by which a text becomes Vietnamese, or None."""
    return next((read for read in (_from_tcvn3, _from_vni) if _reads(text, read(text))), None)


def _from_tcvn3(text: str) -> str:
    """TCVN3 as today's letters. Its marked capitals are small letters in a font of capitals: they rise where words around them do."""
    words = text.translate(_FROM_TCVN3).split(" ")
    high = [len(_CAPITAL.findall(word)) > 1 and not _SMALL.search(word) for word in words]
    for at, word in enumerate(words):
        if not word.isascii() and any(high[max(0, at - 1) : at + 2]) and not _SMALL.search(word):
            words[at] = word.upper()
    return " ".join(words)


def _from_vni(text: str) -> str:
    return _VNI_LETTER.sub(lambda found: _VNI[found[0]], text)


def _reads(before: str, after: str) -> bool:
    """Whether words that mean nothing as they stand are Vietnamese when read so: those that the table changes are counted."""
    pairs = [(old, new) for old, new in zip(before.split(), after.split(), strict=False) if old != new]
    words = [(_WORD.findall(old), _WORD.findall(new)) for old, new in pairs]
    meant = [is_syllable(one) for _, new in words for one in new]
    stood = [is_syllable(one) for old, _ in words for one in old]
    good = sum(meant)
    return good >= ENOUGH and good >= SHARE * len(meant) and sum(stood) < 0.5 * len(stood)


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether a word has the shape of a Vietnamese syllable, with one tone at most.

    >>> is_syllable("hưởng"), is_syllable("BẢO"), is_syllable("hởng"), is_syllable("hiÓm")
    (True, True, True, False)
    """
    apart = unicodedata.normalize("NFD", word.lower())
    bare, tones = _TONE.subn("", apart)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))
