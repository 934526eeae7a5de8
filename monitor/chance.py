"""What small numbers allow to be said: the median of waits that have not all ended, a mean and a ratio of rates with their intervals.

All intervals are of 95 %. Sources: E. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations" (JASA 1958); the exact
conditional interval of a ratio of two Poisson rates after J. Przyborowski, H. Wilenski (Biometrika 1940) with the limits of C. Clopper,
E. Pearson (1934); counts that vary more than chance alone are divided by their dispersion, as P. McCullagh, J. Nelder, *Generalized
Linear Models* (1989), 4.5 and 6.2, do.

Why not scipy.stats: these are a few lines each, and its import costs a second for every question; the tests hold them to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

NORMAL = 1.959963984540054  # of two sides, 95 %
Interval = tuple[float, float]


def median_wait(waits: Iterable[tuple[float, bool]]) -> float | None:
    """The time by which half have ended, by Kaplan and Meier: ``waits`` are (how long, whether it ended).

    One that has not ended counts for as long as it was watched. None where so few have ended that half is never reached.

    >>> median_wait([(1, True), (2, True), (4, False), (9, True)]), median_wait([(1, True), (5, False), (9, False)])
    (2, None)
    """
    left = sorted(waits)
    surviving, gone = 1.0, 0
    for time, here in groupby(left, key=lambda wait: wait[0]):
        ends = [ended for _, ended in here]
        surviving *= 1 - sum(ends) / (len(left) - gone)
        gone += len(ends)
        if any(ends) and surviving <= 0.5 + 1e-12:
            return time
    return None


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Between which values the true mean lies, by the normal distribution; None for fewer than two.

    >>> [round(end, 2) for end in mean_interval([1, 0, -1, 0, 0, 1, -1, 0])]
    [-0.52, 0.52]
    """
    if len(values) < 2:
        return None
    mean = math.fsum(values) / len(values)
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
    return mean - NORMAL * error, mean + NORMAL * error


def dispersion(*periods: Sequence[int]) -> float:
    """How many times as much as by chance the counts of each period's days vary (Pearson), 1 or more.

    Chance alone gives 1: two quiet weeks do not make a third one more certain than Poisson. 1 where there are too few days to say.

    >>> dispersion([3, 4, 5, 4, 4]), dispersion([0, 12, 0, 12])
    (1.0, 8.0)
    """
    square, free = 0.0, 0
    for days in periods:
        mean = math.fsum(days) / len(days) if days else 0.0
        if mean and len(days) > 1:
            square += math.fsum((count - mean) ** 2 for count in days) / mean
            free += len(days) - 1
    return max(1.0, square / free) if free else 1.0


def rate_ratio(during: tuple[int, float], before: tuple[int, float], spread: float = 1.0) -> tuple[float | None, float, float]:
    """The ratio of two rates and its interval, each given as (how many, in how many days), ``spread`` as `dispersion` says it.

    The ratio is None and the upper end infinite where there was nothing before; nothing in either says nothing: (None, 0, infinity).

    >>> [round(one, 2) for one in rate_ratio((30, 30), (10, 30))]
    [3.0, 1.43, 6.88]
    """
    (many, days), (few, earlier) = during, before
    if not days or not earlier:
        return None, 0.0, math.inf
    per_day = earlier / days
    low, high = _binomial(many / spread, few / spread)
    ratio = many / few * per_day if few else None
    return ratio, _odds(low) * per_day, _odds(high) * per_day


def _binomial(hits: float, misses: float) -> Interval:
    """The limits of Clopper and Pearson of a share, for counts that need not be whole."""
    from scipy.special import betaincinv

    low = float(betaincinv(hits, misses + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, misses, 0.975)) if misses else 1.0
    return low, high


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf
