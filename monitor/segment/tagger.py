"""The best path of a CRF through two labels, found by adding numbers: ``Tagger``.

*Why this is fast.* A path through two labels depends on weight(I) − weight(B) alone, one number a token. It is the sum of a
few rows of weights, looked up for all tokens of all sentences at once; and what a token takes over from the one before it is
bounded, so that most tokens are sure by themselves and only the others need be walked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from monitor.segment.weights import BITS, COLUMNS, REACH, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.segment.crfsuite import Crf
    from monitor.segment.weights import Codes, Floats

BORDER = [0] * REACH  # codes that no template knows: they stand before, between and after sentences

_TIE = 1e-7  # the same weights added in another order differ by 1e-12; wide, and still hardly a text in 1,000 is a tie


class Tagger:
    """Which tokens stand inside a word: the best path through the labels ``B-W`` and ``I-W`` of a CRF.

    ``dictionary`` is what the templates ``is_in_dict`` look in: one entry a string, its tokens joined by blanks.
    """

    def __init__(self, model: Crf, dictionary: Iterable[str]):
        b, i = model.labels.index("B-W"), model.labels.index("I-W")
        gains = (model.states[:, i] - model.states[:, b]).tolist()
        weights = Weights(dict(zip(model.attributes, gains, strict=True)), dictionary)
        self.numbers, self._levels, self._tables = dict(weights.numbers), weights.levels(), weights.tables()
        self._everywhere = weights.everywhere()
        ((self._bb, self._bi), (self._ib, self._ii)) = model.transitions[np.ix_([b, i], [b, i])].tolist()
        self._to_b, self._to_i = self._bb - self._ib, self._bi - self._ii  # a lead above it: the best way comes from I
        self._after_b, self._after_i = self._bi - self._bb, self._ii - self._ib  # what a sure B or I gives to the next lead
        self._sure_i = max(self._to_b, self._to_i) - min(self._after_b, self._after_i) + _TIE
        self._sure_b = min(self._to_b, self._to_i) - max(self._after_b, self._after_i) - _TIE
        ends = weights.ends()
        ends[0, :] -= self._after_b  # nothing leads into a first token, but the border before it counts as a sure B;
        ends[:, 0] += self._to_b  # and behind a last token only the sign of its lead counts
        self._ends = ends.tolist()

    def code(self, token: str, lower: str, *, digit: bool, title: bool) -> int:
        """What the templates know of a token, for ``inside``: its number, that of its lower case, digit, title, in one."""
        number = self.numbers.get
        return number(token, 0) | number(lower, 0) << BITS | digit << 2 * BITS | title << 2 * BITS + 1

    def inside(self, codes: Sequence[int], lengths: Iterable[int]) -> list[list[bool] | None]:
        """For each sentence whether each of its tokens stands inside a word; None where rounding could decide.

        ``codes`` holds all sentences, of ``lengths`` tokens each, with BORDER before, between and after them.
        """
        gains, spans, start = self._gains(np.array(codes, np.int32)), [], 0
        for length in lengths:
            spans.append((start, start + length))
            start += length + REACH
        self._close(gains, spans)
        found, ties = self._path(gains)
        labels = found.tolist()
        return [None if any(start <= tie < end for tie in ties) else labels[start:end] for start, end in spans]

    def _gains(self, codes: Codes) -> Floats:
        """weight(I) − weight(B) of every token but the first and last two, as if all were one sentence without ends.

        One more stands at the end: that of a border.
        """
        size, mask = len(codes) - 2 * REACH, (1 << BITS) - 1
        total = np.full(size + 1, -np.inf)
        total[:size] = self._everywhere
        windows = tokens = np.array([codes & mask, codes >> BITS & mask])  # as written, in lower case
        both = flags = codes >> 2 * BITS
        for width, (weights, by_flags) in self._tables.items():
            if width > 1:  # windows grow by the token behind them; a flag holds where it holds for each
                windows = self._levels[width].of(windows[:, :-1], tokens[:, width - 1 :])
                both = both[:-1] & flags[width - 1 :]
            rows = by_flags.take(both, axis=0)
            for part, place in zip(weights, windows, strict=True):
                rows += part.take(place, axis=0)
            row, column = rows.strides  # the weights for a token stand on a diagonal: the window that starts there in its column
            total[:size] += np.ndarray((size, COLUMNS[width]), rows.dtype, rows, 0, (row, row + column)).sum(axis=1)
        return total

    def _close(self, gains: Floats, spans: Iterable[tuple[int, int]]) -> None:
        """Give each sentence its ends, and make every token of a border a sure B."""
        places, amounts = [], []
        for start, end in spans:
            gains[end : end + REACH] = -np.inf
            for at in {start, start + 1, end - 2, end - 1}:
                if start <= at < end:
                    places.append(at)
                    amounts.append(self._ends[min(at - start, REACH)][min(end - 1 - at, REACH)])
        gains[np.array(places, np.intp)] += amounts

    def _path(self, gains: Floats) -> tuple[NDArray[np.bool_], list[int]]:
        """Which tokens the best path puts inside, and where that hung on rounding: Viterbi on the lead of I over B.

        What one token takes over from the other is bounded, so that most are sure at once; only the others are walked.
        """
        found = gains > self._sure_i
        doubtful = np.flatnonzero(~found & (gains > self._sure_b))
        leads = self._leads(doubtful, gains, found)
        ties, chosen, last, inside = [], [], -1, False
        walk = zip(doubtful.tolist(), leads, found[doubtful + 1].tolist(), strict=True)
        for at, lead, sure in reversed(list(walk)):
            margin = lead - (self._to_i if (inside if at + 1 == last else sure) else self._to_b)
            inside, last = margin > 0, at
            chosen.append(inside)
            if abs(margin) < _TIE:
                ties.append(at)
        found[doubtful[::-1]] = chosen
        return found, ties

    def _leads(self, doubtful: NDArray[np.intp], gains: Floats, found: NDArray[np.bool_]) -> list[float]:
        """The leads of the doubtful tokens, from what leads into them."""
        bb, bi, ib, ii, to_b, to_i = self._bb, self._bi, self._ib, self._ii, self._to_b, self._to_i
        leads: list[float] = []
        last = -2
        for at, gain, sure in zip(doubtful.tolist(), gains[doubtful].tolist(), found[doubtful - 1].tolist(), strict=True):
            if at == last + 1:
                lead = leads[-1]
                leads.append(gain + (lead + ii if lead > to_i else bi) - (lead + ib if lead > to_b else bb))
            else:
                leads.append(gain + (self._after_i if sure else self._after_b))
            last = at
        return leads
