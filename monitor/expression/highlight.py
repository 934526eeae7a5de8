"""Where the words of a query stand in a text: spans of characters, and the piece of a text in which most of them stand.

The length of a text does not change when it is folded (`text.lower`, `text.fold`), so that spans hold in what is shown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from monitor.expression import Near, Phrase
from monitor.text import fold, lower

Span: TypeAlias = tuple[int, int]
LOOKED_AT = 20_000  # characters of a text in which a piece is looked for
_SYLLABLE = re.compile(r"[^\W_]+")


def spans(wanted: Iterable[Phrase | Near], text: str, *, title: bool = False) -> tuple[Span, ...]:
    """Where one of the phrases stands: (start, end), in order, those that touch as one; of a pair, where both stand near each other.
    What is asked of headlines alone is marked there alone.

    >>> from monitor.expression import phrase
    >>> spans([phrase("da nang"), phrase("thẻ")], "Thẻ BHYT ở Đà Nẵng")
    ((0, 3), (11, 18))
    """
    asked = [one for one in wanted if title or not (one.left if isinstance(one, Near) else one).title]
    found = list(_SYLLABLE.finditer(text)) if asked else []
    low = lower(text)
    words = {exact: [whole[one.start() : one.end()] for one in found] for exact, whole in ((True, low), (False, fold(low)))}
    told = {tuple(map(fold, one.syllables)): one for one in asked if isinstance(one, Phrase) and one.exact}
    hits: set[Span] = set()
    for one in asked:
        if isinstance(one, Phrase):
            hits.update(_places(one, words[one.exact]))
            continue
        sides = [told.get(side.syllables, side) for side in (one.left, one.right)]  # the pair is bare where one side is (`near`)
        left, right = (_places(side, words[side.exact]) for side in sides)
        hits.update(_beside(left, right, one.within), _beside(right, left, one.within))
    return _joined(sorted((found[first].start(), found[last].end()) for first, last in hits), text)


def piece(text: str, marks: Sequence[Span], *, length: int = 220) -> tuple[str, tuple[Span, ...]]:
    """The piece of a text of about ``length`` characters in which most is marked, on one line, and what is marked in it.

    Its beginning where nothing is; an ellipsis stands where something is left out.
    """
    starts = [start for start, _ in marks] or [0]
    held = [bisect_left(starts, start + length - 40) - at for at, start in enumerate(starts)]
    best = starts[held.index(max(held))]
    begin = 0 if best < length // 2 else text.rfind(" ", best - 80, best - 40) + 1 or best - 40
    end = len(text) if begin + length >= len(text) else text.rfind(" ", begin + length - 80, begin + length)
    end = end if end > begin else begin + length
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    shown = tuple(
        (max(start, begin) - begin + len(before), min(stop, end) - begin + len(before))
        for start, stop in marks
        if start < end and stop > begin
    )
    return before + text[begin:end].replace("\n", " ") + after, shown


def marked(text: str, marks: Iterable[Span], sign: tuple[str, str] = ("**", "**")) -> str:
    """The text with a sign before and after everything that is marked.

    >>> marked("nợ BHXH", ((0, 2),))
    '**nợ** BHXH'
    """
    parts, at = [], 0
    for start, end in marks:
        parts += [text[at:start], sign[0], text[start:end], sign[1]]
        at = end
    return "".join([*parts, text[at:]])


def _places(phrase: Phrase, words: Sequence[str]) -> list[Span]:
    """The first and the last of the words at which a phrase stands."""
    *whole, last = phrase.syllables
    size = len(whole)
    ends = (at for at, word in enumerate(words) if (word.startswith(last) if phrase.prefix else word == last))
    return [(at - size, at) for at in ends if at >= size and list(words[at - size : at]) == whole]


def _beside(ones: Sequence[Span], others: Sequence[Span], within: int) -> list[Span]:
    """Those of the places that have another at most so many words away, or in them."""
    ends = [last for _, last in others]
    nearest = ((one, bisect_left(ends, one[0] - within - 1)) for one in ones)
    return [one for one, at in nearest if at < len(ends) and others[at][0] <= one[1] + within + 1]


def _joined(hits: Sequence[Span], text: str) -> tuple[Span, ...]:
    """The spans, those that overlap or have but a blank between them as one."""
    made: list[Span] = []
    for start, end in hits:
        if made and not text[made[-1][1] : start].strip():
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return tuple(made)
