"""Where the words of a query stand in a text: spans of characters, and the piece of a text in which most of them stand.

The length of a text does not change when it is folded (`text.lower`, `text.fold`), so that spans hold in what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from monitor.expression import Phrase
from monitor.text import fold, lower

Span: TypeAlias = tuple[int, int]
LOOKED_AT = 20_000  # characters of a text in which a piece is looked for
_SYLLABLE = re.compile(r"[^\W_]+")


def spans(phrases: Iterable[Phrase], text: str, *, title: bool = False) -> tuple[Span, ...]:
    """Where one of the phrases stands: (start, end), in order, those that touch as one. What is asked of headlines alone is marked
    there alone.

    >>> from monitor.expression import phrase
    >>> spans([phrase("da nang"), phrase("thẻ")], "Thẻ BHYT ở Đà Nẵng")
    ((0, 3), (11, 18))
    """
    wanted, hits = [phrase for phrase in phrases if title or not phrase.title], list[Span]()
    found = list(_SYLLABLE.finditer(text)) if wanted else []
    low = lower(text)
    marked, bare = ([whole[one.start() : one.end()] for one in found] for whole in (low, fold(low)))
    for phrase in wanted:
        starts = _starts(phrase, marked if phrase.exact else bare)
        hits += [(found[at].start(), found[at + len(phrase.syllables) - 1].end()) for at in starts]
    return _joined(sorted(hits), text)


def piece(text: str, marks: Sequence[Span], *, length: int = 220) -> tuple[str, tuple[Span, ...]]:
    """The piece of a text of about ``length`` characters in which most is marked, on one line, and what is marked in it.

    Its beginning where nothing is; an ellipsis stands where something is left out.
    """
    starts = [start for start, _ in marks] or [0]
    best = max(starts, key=lambda start: (sum(start <= one < start + length - 40 for one in starts), -start))
    begin = 0 if best < length // 2 else text.rfind(" ", 0, max(1, best - 40)) + 1
    end = len(text) if begin + length >= len(text) else text.rfind(" ", begin + length // 2, begin + length)
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


def _starts(phrase: Phrase, words: Sequence[str]) -> Iterable[int]:
    *whole, last = phrase.syllables
    for at in range(len(words) - len(whole)):
        end = words[at + len(whole)]
        if (end.startswith(last) if phrase.prefix else end == last) and list(words[at : at + len(whole)]) == whole:
            yield at


def _joined(hits: Sequence[Span], text: str) -> tuple[Span, ...]:
    """The spans, those that overlap or have but a blank between them as one."""
    made: list[Span] = []
    for start, end in hits:
        if made and not text[made[-1][1] : start].strip():
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return tuple(made)
