"""Medians and dispersions are those that the sources give: held to scipy.stats, and to what must be true of any."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.chance import dispersion, median_wait
from monitor.intervals import ratio, wilson

WAITS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)
MONDAY = date(2026, 11, 2)


def daily(counts, first: date = MONDAY) -> dict[date, int]:
    """So many on each day from a first one on."""
    return {first + timedelta(days=at): int(count) for at, count in enumerate(counts)}


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


@given(st.lists(st.lists(st.integers(0, 50), max_size=40), max_size=3))
def test_dispersion_is_one_or_more_whatever_the_days(periods):
    assert dispersion(*map(daily, periods)) >= 1


@given(st.lists(st.integers(0, 30), min_size=7, max_size=7), st.integers(1, 5), st.integers(1, 6))
def test_papers_that_rest_on_some_weekdays_are_no_more_than_chance(week, times, weeks):
    assert dispersion(daily(week * weeks), daily([times * count for count in week] * weeks)) == 1.0


def test_bursts_are_more_than_chance_and_a_single_day_does_not_tell():
    assert dispersion(daily([0] * 7 + [12] * 7)) > 12
    assert dispersion(daily([40]), daily([1])) == 1.0


@pytest.mark.parametrize("days", [7, 28])
def test_an_interval_that_allows_for_bursts_holds_the_truth_as_often_as_it_says(days):
    from numpy.random import default_rng

    chance = default_rng(20261122)
    held, rounds = 0, 1000
    for _ in range(rounds):  # three times as much variance as by chance, quiet weekends, and no change at all
        during, calm = (daily(chance.negative_binomial([3, 3, 3, 3, 3, 1, 1] * (many // 7), 1 / 3)) for many in (days, 28))
        spread = dispersion(during, calm)
        low, high = ratio(sum(during.values()) / spread, sum(list(calm.values())[-days:]) / spread)
        held += low <= 1 <= high
    assert held / rounds >= 0.93
