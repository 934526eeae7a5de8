"""What changed from one copy of a text to another, word by word; and whom a copy names as its origin.

Punctuation, case and the way a date or a number is written are no change: every paper has its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from monitor.events import Event
from monitor.records import TaggedArticle, record
from monitor.text import lower

LONGEST = 1_000  # words of a text that are compared: what they cost grows with the square
_JOIN = 1  # words that two changes may have between them and still read better as one
_SIGN = re.compile(r"[\W_]+")
_LAST = re.compile(r"(?:\A|[\n.!?…;)(\"”’]\s*)(?:Theo|Nguồn:|Nguồn)\s+([^\W\d_][^\n.!?;(),]{1,60}?)[\s.)]*\Z")
_FIRST = re.compile(
    r"\A\W{0,3}(TTXVN|Thông tấn xã Việt Nam|VietnamPlus|Vietnam\+|VOV|Chinhphu\.vn)(?:/[\w.+ ]{2,30})?\s?[)\-–—:]"
)


@record
class Rewording:
    """A change: ``before`` stood there ("" where words were added), ``after`` stands there ("" where they were left out)."""

    before: str
    after: str


@record
class Echo:
    """A copy beside the first: how alike (0..1), whom it names as its origin ("" for nobody), what changed in headline and text.

    ``whole`` says whether all of both texts was compared, and not only their beginning.
    """

    item: TaggedArticle
    alike: float
    credit: str
    title: tuple[Rewording, ...]
    text: tuple[Rewording, ...]
    whole: bool = True


@record
class Retold:
    """A story told whole: what came first, its echoes in order of time, its publishers, and the event that it is part of, if any."""

    id: str
    first: TaggedArticle
    credit: str
    echoes: tuple[Echo, ...]
    publishers: int
    event: Event | None = None


def difference(before: str, after: str) -> tuple[Rewording, ...]:
    """What was left out, added and put in other words from one text to the other, in order; () where only their writing differs.

    Of each text its first thousand words are compared.

    >>> difference("Ba xưởng may nợ 1.200 triệu đồng, đã hứa trả.", "Ba xưởng may nợ hơn 1200 triệu đồng.")
    (Rewording(before='', after='hơn'), Rewording(before='đã hứa trả.', after=''))
    """
    left, right = before.split()[:LONGEST], after.split()[:LONGEST]
    matcher = SequenceMatcher(None, [_plain(word) for word in left], [_plain(word) for word in right], autojunk=False)
    found: list[list[int]] = []
    for kind, *span in matcher.get_opcodes():
        if kind == "equal":
            continue
        if found and span[0] - found[-1][1] <= _JOIN and span[2] - found[-1][3] <= _JOIN:
            found[-1][1], found[-1][3] = span[1], span[3]
        else:
            found.append(span)
    return tuple(_reworded(left[a:b], right[c:d]) for a, b, c, d in found if _told(left[a:b]) != _told(right[c:d]))


def is_whole(*texts: str) -> bool:
    """Whether all of these texts is compared, and not only their beginning."""
    return all(len(text.split()) <= LONGEST for text in texts)


def credit(text: str) -> str:
    """Whom a text names as its origin, in its last line or its first word; "" where it names nobody.

    >>> credit("Ba xưởng may hứa trả trước Tết. (Theo TTXVN)"), credit("(VOV) - Ba xưởng may"), credit("Theo luật, ba xưởng may")
    ('TTXVN', 'VOV', '')
    """
    found = _LAST.search(text[-120:]) or _FIRST.search(text[:60])
    return " ".join(found[1].split()) if found and found[1][0].isupper() else ""


def _plain(word: str) -> str:
    return _SIGN.sub("", lower(word))


def _told(words: Sequence[str]) -> str:
    return "".join(_plain(word) for word in words)


def _reworded(left: Sequence[str], right: Sequence[str]) -> Rewording:
    return Rewording(before=" ".join(left), after=" ".join(right))
