"""What small numbers allow to be said: the median of waits that have not all ended, and how much more than by chance counts vary.

Sources: E. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations" (JASA 1958); counts that vary more than chance
alone are divided by their dispersion, as P. McCullagh, J. Nelder, *Generalized Linear Models* (1989), 4.5 and 6.2, do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

# (z² + 1) / 2 of 95 %: by so much, divided by the degrees of freedom, the square of Student's t is above the normal's.
STUDENT = 2.42


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


def dispersion(*periods: Mapping[date, int]) -> float:
    """How many times as much as by chance the counts a day of each period vary about what is usual on their weekday (Pearson).

    Chance alone gives 1, and so does a paper that rests on Sundays; 1 also where there are too few days to say, and never less: two
    quiet weeks do not make a third one more certain than Poisson. What few days tell is widened as Student's t is.

    >>> days = [date(2026, 11, number) for number in range(2, 16)]
    >>> dispersion(dict(zip(days, [9, 9, 9, 9, 9, 3, 3] * 2))), round(dispersion(dict(zip(days, [0] * 7 + [12] * 7))), 1)
    (1.0, 16.1)
    """
    means = [math.fsum(days.values()) / len(days) if days else 0.0 for days in periods]
    due, came = [0.0] * 7, [0] * 7
    for days, mean in zip(periods, means, strict=True):
        for day, count in days.items():
            due[day.weekday()] += mean
            came[day.weekday()] += count
    square, free = 0.0, -sum(map(bool, means)) - max(sum(map(bool, came)) - 1, 0)
    for days, mean in zip(periods, means, strict=True):
        for day, count in days.items():
            if expected := mean and mean * came[day.weekday()] / due[day.weekday()]:
                square += (count - expected) ** 2 / expected
                free += 1
    return max(1.0, square / free * (1 + STUDENT / free)) if free > 0 else 1.0
