"""How sure a share, a tone and a change are: 95 % intervals that need no tables and no drawing of lots.

Copies of one text are one opinion: where articles stand in clusters, ``effective`` says how many independent ones they are worth
(L. Kish, *Survey Sampling*, 1965, 8.2), and the intervals are those of so many.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Collection, Sequence
from statistics import median

Z = 1.959963985  # of the normal distribution, 95 %
Interval = tuple[float, float]


def effective(sizes: Collection[int]) -> float:
    """How many independent articles clusters of these sizes are worth: (Σm)² / Σm²; 0 for none.

    >>> effective([1] * 12), effective([40]), effective([])
    (12.0, 1.0, 0.0)
    """
    return sum(sizes) ** 2 / sum(size * size for size in sizes) if sizes else 0.0


def wilson(count: float, of: float) -> Interval:
    """The interval of a share ``count`` / ``of``, within 0..1 (E. B. Wilson, JASA 22, 1927); (0, 1) of nothing.

    It holds the share in 95 of 100 cases on the mean of all shares, however few were counted; at worst, near 0 and 1, in 79.

    >>> [round(bound, 3) for bound in wilson(3, 10)]
    [0.108, 0.603]
    """
    if of <= 0:
        return 0.0, 1.0
    share, room = min(count / of, 1.0), Z * Z / of
    middle = (share + room / 2) / (1 + room)
    half = Z / (1 + room) * math.sqrt(share * (1 - share) / of + room / (4 * of))
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def tone(positive: float, negative: float, of: float) -> Interval:
    """The interval of (positive − negative) / of, within −1..1; (−1, 1) of nothing.

    Source: D. G. Bonett and R. M. Price, J. Educ. Behav. Stat. 37 (2012), for the difference of two shares of the same sample: one
    article is added to either side.

    >>> [round(bound, 2) for bound in tone(6, 2, 20)]
    [-0.09, 0.45]
    """
    if of <= 0:
        return -1.0, 1.0
    more, less = (positive + 1) / (of + 2), (negative + 1) / (of + 2)
    half = Z * math.sqrt(max(more + less - (more - less) ** 2, 0.0) / (of + 2))
    index = (positive - negative) / of
    return max(-1.0, min(more - less - half, index)), min(1.0, max(more - less + half, index))


def ratio(now: float, then: float, *, exposure: float = 1.0) -> Interval:
    """The interval of now / then, two counts of rare things, divided by ``exposure``: how much longer the first was watched.

    Of the sum of both, the first is a binomial share, and its interval is Wilson's (J. Przyborowski and H. Wilenski, Biometrika 31,
    1940). The upper bound is infinite where nothing was counted then.

    >>> [round(bound, 2) for bound in ratio(30, 20)]
    [0.86, 2.62]
    """
    low, high = wilson(now, now + then)
    odds = [share / (1 - share) if share < 1 else math.inf for share in (low, high)]
    return odds[0] / exposure, odds[1] / exposure


def odds(now: float, then: float, others: tuple[float, float]) -> Interval:
    """The interval of (now / then) / (others now / others then), all four counted by chance (J. J. Gart, Biometrika 53, 1966: a half is
    added to each). The upper bound is infinite where nothing was counted then, or of others now.

    >>> [round(bound, 2) for bound in odds(60, 30, (100, 100))]
    [1.18, 3.32]
    """
    halves = [count + 0.5 for count in (now, others[1], then, others[0])]
    middle = math.log(halves[0] * halves[1] / (halves[2] * halves[3]))
    half = Z * math.sqrt(math.fsum(1 / count for count in halves))
    low = math.exp(middle - half) if now and others[1] else 0.0
    return low, math.exp(middle + half) if then and others[0] else math.inf


def theil_sen(places: Sequence[float], values: Sequence[float], *, spread: float = 1.0) -> tuple[float, float, float]:
    """The median of the slopes between all pairs of points, and its interval (P. K. Sen, JASA 63, 1968), ties as in Kendall's test.

    ``spread`` is by how much the variance is larger than that of points which know nothing of one another, as `persistence` says it.
    ``places`` differ from one another. Written here since loading scipy.stats takes longer than all else that a verb does; a test holds
    the two together. Raises ValueError for fewer than two points.

    >>> theil_sen([0, 1, 2, 3, 4], [0, 2, 4, 6, 99])[0]
    2.0
    """
    size = len(places)
    if size < 2:
        raise ValueError("a slope needs two points")
    pairs = [(at, other) for at in range(size) for other in range(at)]
    slopes = sorted((values[at] - values[other]) / (places[at] - places[other]) for at, other in pairs)
    ties = sum(many * (many - 1) * (2 * many + 5) for many in Counter(values).values())
    room = Z * math.sqrt(spread * (size * (size - 1) * (2 * size + 5) - ties) / 18)
    low = max(round((len(slopes) - room) / 2) - 1, 0)
    high = min(round((len(slopes) + room) / 2), len(slopes) - 1)
    return median(slopes), slopes[low], slopes[high]


def persistence(values: Sequence[float]) -> float:
    """By how much a loud day that makes the next ones loud enlarges the variance of what is reckoned from a series, 1 or more.

    After K. H. Hamed and A. R. Rao, J. Hydrology 204 (1998): 1 + 2 Σ (1 − k/n) ρ(k), of the lags up to the first whose correlation
    is no more than its error.

    >>> persistence([1, -1, 1, -1, 1, -1]), round(persistence([1, 1, 1, -1, -1, -1] * 3), 1)
    (1.0, 2.0)
    """
    size = len(values)
    middle = math.fsum(values) / size if size else 0.0
    rest = [value - middle for value in values]
    whole, found = math.fsum(one * one for one in rest), 1.0
    for lag in range(1, size):
        share = math.fsum(map(operator.mul, rest, rest[lag:])) / whole if whole else 0.0
        share += (1 + 4 * share) / size  # by so much a short series shows too little of it
        if share <= 1 / math.sqrt(size):
            break
        found += 2 * (1 - lag / size) * share
    return found
