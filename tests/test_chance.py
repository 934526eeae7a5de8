"""Intervals and medians are those that the sources give: held to scipy.stats, and to what must be true of any."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.chance import dispersion, mean_interval, median_wait, rate_ratio
from monitor.intervals import wilson

WAITS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)
COUNTS = st.integers(0, 400)
DAYS = st.integers(1, 400)


@given(WAITS)
def test_the_median_wait_is_that_of_scipys_kaplan_meier_curve(waits):
    from scipy.stats import CensoredData, ecdf

    ended, open_ = [time for time, over in waits if over], [time for time, over in waits if not over]
    assume(ended)
    curve = ecdf(CensoredData(uncensored=ended, right=open_)).sf
    below = [time for time, share in zip(curve.quantiles, curve.probabilities, strict=True) if share <= 0.5 + 1e-12]
    assert median_wait(waits) == (below[0] if below else None)


def test_what_is_still_open_makes_the_median_longer_and_is_never_taken_for_answered():
    assert median_wait([(1, True), (2, True), (3, True)]) == 2
    assert median_wait([(1, True), (2, True), (3, True), (9, False), (9, False)]) == 3
    assert median_wait([(1, True), (9, False), (9, False)]) is None
    assert median_wait([]) is None


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_share_is_wilsons(part, whole):
    from scipy.stats import binomtest

    assume(part <= whole)
    known = binomtest(part, whole).proportion_ci(method="wilson")
    assert wilson(part, whole) == pytest.approx((known.low, known.high), abs=1e-9)


def test_of_nothing_nothing_is_said():
    assert mean_interval([1.0]) is None
    assert rate_ratio((0, 30), (0, 30)) == (None, 0.0, math.inf)
    assert rate_ratio((3, 0), (3, 30)) == (None, 0.0, math.inf)


@settings(max_examples=50)
@given(COUNTS, DAYS, COUNTS, DAYS)
def test_the_interval_of_a_ratio_is_the_exact_conditional_one(many, days, few, earlier):
    from scipy.stats import binomtest

    assume(many + few)
    known = binomtest(many, many + few).proportion_ci(method="exact")
    _, low, high = rate_ratio((many, days), (few, earlier))
    odds = [share / (1 - share) * earlier / days if share < 1 else math.inf for share in (known.low, known.high)]
    assert (low, high) == pytest.approx(tuple(odds), rel=1e-6)


@given(COUNTS, DAYS, COUNTS, DAYS, st.floats(1, 20))
def test_a_ratio_lies_in_its_interval_and_more_dispersion_never_makes_it_narrower(many, days, few, earlier, spread):
    ratio, low, high = rate_ratio((many, days), (few, earlier), spread)
    _, near, far = rate_ratio((many, days), (few, earlier))
    assert low <= near * (1 + 1e-9)
    assert high >= far * (1 - 1e-9)
    assert ratio is None or low <= ratio <= high


@given(st.integers(1, 400), DAYS, st.integers(1, 400), DAYS)
def test_before_against_during_is_during_against_before_upside_down(many, days, few, earlier):
    ratio, low, high = rate_ratio((many, days), (few, earlier))
    back, lower, higher = rate_ratio((few, earlier), (many, days))
    assert (back, lower, higher) == pytest.approx((1 / ratio, 1 / high, 1 / low), rel=1e-6)


@given(st.lists(st.lists(st.integers(0, 50), max_size=40), max_size=3))
def test_dispersion_is_one_or_more_whatever_the_days(periods):
    assert dispersion(*periods) >= 1


def test_an_interval_that_allows_for_bursts_holds_the_truth_as_often_as_it_says():
    from numpy.random import default_rng

    chance = default_rng(20261122)
    held, rounds = 0, 400
    for _ in range(rounds):  # three times as much variance as by chance, and no lift at all
        during, before = ([int(day) for day in chance.negative_binomial(2, 1 / 3, size=28)] for _ in range(2))
        _, low, high = rate_ratio((sum(during), 28), (sum(before), 28), dispersion(during, before))
        held += low <= 1 <= high
    assert held / rounds > 0.92
