"""Intervals hold what they are of, stay on their scale, and shrink as more is counted."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from monitor import intervals

COUNTS = st.integers(0, 100_000)


@given(COUNTS, COUNTS)
def test_the_interval_of_a_share_holds_it_and_lies_between_nought_and_one(part, rest):
    low, high = intervals.wilson(part, part + rest)
    assert 0 <= low <= high <= 1
    if part + rest:
        assert low <= part / (part + rest) <= high


@given(COUNTS, COUNTS, COUNTS)
def test_the_interval_of_a_tone_holds_it_and_stays_on_its_scale(positive, negative, neutral):
    of = positive + negative + neutral
    low, high = intervals.tone(positive, negative, of)
    assert -1 <= low <= high <= 1
    if of:
        assert low <= (positive - negative) / of <= high
        mirrored = intervals.tone(negative, positive, of)
        assert mirrored == pytest.approx((-high, -low))


@given(COUNTS, st.integers(1, 100_000), st.floats(0.1, 10))
def test_the_interval_of_a_change_holds_it(now, then, exposure):
    low, high = intervals.ratio(now, then, exposure=exposure)
    assert 0 <= low <= high
    assert low * 0.999999 <= now / then / exposure <= high * 1.000001


def test_what_grew_out_of_nothing_may_have_grown_without_bound():
    assert intervals.ratio(5, 0)[1] == math.inf


@given(st.lists(st.integers(1, 50), min_size=1, max_size=50))
def test_copies_are_worth_at_most_as_much_as_their_stories(sizes):
    assert 1 <= round(intervals.effective(sizes), 9) <= len(sizes)


@pytest.mark.parametrize("index", [-0.4, 0.0, 0.3])
def test_nineteen_of_twenty_intervals_of_a_tone_hold_the_truth(index):
    lots = random.Random(20261122)
    weights = (0.3 + max(index, 0), 0.3 - min(index, 0), 0.4 - abs(index))
    held = 0
    for _ in range(800):
        drawn = lots.choices((1, -1, 0), weights, k=25)
        low, high = intervals.tone(drawn.count(1), drawn.count(-1), 25)
        held += low <= index <= high
    assert 0.925 <= held / 800 <= 0.99


@given(st.lists(st.floats(-100, 100) | st.integers(-3, 3), min_size=2, max_size=40))
def test_a_slope_lies_in_its_interval_and_is_that_of_scipy(values):
    places = list(range(len(values)))
    slope, low, high = intervals.theil_sen(places, values)
    assert low <= slope <= high
    theirs = theilslopes(values, places, alpha=0.95)
    assert (slope, low, high) == pytest.approx((theirs[0], theirs[2], theirs[3]), abs=1e-9)


def test_one_point_has_no_slope():
    with pytest.raises(ValueError, match="two points"):
        intervals.theil_sen([1], [1])
