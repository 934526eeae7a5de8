"""How the encoder reads letters: a text as the numbers of word pieces, by the unigram model of XLM-R cut to what Vietnamese uses.

A text is taken apart at blanks, and every word into the pieces that are likeliest together (Viterbi). No piece of the vocabulary
spans a blank, so words can be taken one at a time and remembered, which makes this a look-up for most words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

BLANK = "\u2581"  # stands before the first piece of every word
START, PAD, END, UNKNOWN = 0, 1, 2, 3  # the first numbers of every vocabulary
UNLIKELY = 10.0  # how far an unknown letter stands below the rarest piece, as SentencePiece has it
_WORD, _REMEMBERED = 60, 50_000  # letters of a word that are read; words remembered


@dataclass(frozen=True)
class Vocabulary:
    """Pieces in order of their numbers, and how likely each is (natural logarithm).

    ``floor`` is the score of the rarest piece of the whole vocabulary that this one was cut from.
    """

    pieces: Sequence[str]
    scores: Sequence[float]
    floor: float
    longest: int = field(init=False, repr=False)
    _numbers: dict[str, tuple[int, float]] = field(init=False, repr=False, default_factory=dict)
    _known: dict[str, tuple[int, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        pairs = enumerate(zip(self.pieces, self.scores, strict=True))
        self._numbers.update({piece: (number, score) for number, (piece, score) in pairs if number > UNKNOWN})
        object.__setattr__(self, "longest", max(map(len, self.pieces), default=0))

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of the pieces of a text, at most so many; none for a text of blanks."""
        found: list[int] = []
        for word in unicodedata.normalize("NFKC", text).replace(BLANK, " ").split():
            pieces = self._known.get(word)
            if pieces is None:
                pieces = self._divided(BLANK + word[:_WORD])
                if len(self._known) < _REMEMBERED:
                    self._known[word] = pieces
            found += pieces
            if len(found) >= most:
                break
        return found[:most]

    def _divided(self, word: str) -> tuple[int, ...]:
        """The likeliest division of a word; a letter that no piece holds is UNKNOWN."""
        unknown = self.floor - UNLIKELY
        best = [(0.0, 0, UNKNOWN)] + [(-1e9, 0, UNKNOWN)] * len(word)  # score, where the last piece starts, its number
        for at in range(len(word)):
            score = best[at][0]
            if score + unknown > best[at + 1][0]:
                best[at + 1] = (score + unknown, at, UNKNOWN)
            for end in range(at + 1, min(at + self.longest, len(word)) + 1):
                piece = self._numbers.get(word[at:end])
                if piece and score + piece[1] > best[end][0]:
                    best[end] = (score + piece[1], at, piece[0])
        found, at = [], len(word)
        while at:
            found.append(best[at][2])
            at = best[at][1]
        return tuple(reversed(found))
