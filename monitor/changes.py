"""Since when the level is another: the days on which the rate of a count changed, and by how much.

PELT (Killick, Fearnhead and Eckley, Journal of the American Statistical Association 107, 2012) by ruptures, with the likelihood of
Poisson counts under an exposure: a day on which half of what is usual could be heard is no fall. Our cost stands here since ruptures
has none for counts; on counts near nought its own (squares) take every second story for a change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from monitor.records import record

SHORTEST = 7  # days that a level must last: less is a hot spot, not a level
PENALTY = 2.5  # times log n is what a change must gain in twice the log-likelihood; see the test that a constant rate has none


@record
class Level:
    """A stretch of days, from ``first`` up to ``last`` (positions), and the counts a full day in it."""

    first: int
    last: int
    rate: float


def levels(counts: Sequence[int], exposures: Sequence[float] | None = None) -> list[Level]:
    """The levels of a count a day, oldest first; one where nothing changed, none for no days.

    ``exposures`` say what share of a full day could be counted, 1 where they are not given.

    >>> [(level.first, level.last) for level in levels([1] * 20 + [4] * 20)]
    [(0, 20), (20, 40)]
    """
    full = list(exposures or [1.0] * len(counts))
    if not counts:
        return []
    ends = _ends(counts, full) if len(counts) >= 2 * SHORTEST and any(counts) else [len(counts)]
    return [
        Level(first=first, last=last, rate=sum(counts[first:last]) / max(sum(full[first:last]), 1e-9))
        for first, last in pairwise([0, *ends])
    ]


def _ends(counts: Sequence[int], exposures: Sequence[float]) -> list[int]:
    import numpy as np
    import ruptures

    signal = np.column_stack([counts, exposures]).astype(float)
    found = ruptures.Pelt(custom_cost=_cost(), min_size=SHORTEST, jump=1).fit(signal)
    return [int(end) for end in found.predict(pen=PENALTY * math.log(len(counts)))]


def _cost() -> Any:
    from ruptures.base import BaseCost

    class Poisson(BaseCost):
        """Twice the lost likelihood of counts that have one rate."""

        model, min_size = "poisson", SHORTEST

        def fit(self, signal: Any) -> Any:
            self.signal = signal  # what Pelt asks for the length
            self.counts = [0.0, *accumulate(signal[:, 0].tolist())]
            self.exposures = [0.0, *accumulate(signal[:, 1].tolist())]
            return self

        def error(self, start: int, end: int) -> float:
            count, exposure = self.counts[end] - self.counts[start], self.exposures[end] - self.exposures[start]
            return 2 * (count - count * math.log(count / exposure)) if count and exposure else 0.0

    return Poisson()
