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


@pytest.mark.parametrize("of", [1, 2, 3, 5, 10, 30, 100])
def test_the_interval_of_a_share_holds_the_truth_as_often_as_it_says_on_the_mean_of_all_truths(of):
    truths = [number / 400 for number in range(401)]
    bounds = [intervals.wilson(count, of) for count in range(of + 1)]
    held = [
        math.fsum(math.comb(of, count) * truth**count * (1 - truth) ** (of - count) for count, (low, high) in enumerate(bounds)
                  if low <= truth <= high)
        for truth in truths
    ]  # fmt: skip
    assert sum(held) / len(held) >= 0.95 - 0.001
    assert (held[0], held[-1]) == (1.0, 1.0)  # none of all, and all of all
    assert min(held) > 0.79


@pytest.mark.parametrize(("now", "then"), [(2, 12), (1, 15), (15, 15), (60, 40)])
def test_nineteen_of_twenty_intervals_of_a_change_hold_the_truth(now, then):
    from numpy.random import default_rng

    drawn = [
        pair for pair in default_rng(20261122).poisson([now, then], size=(3000, 2)) if pair[1] >= 10
    ]  # below, nothing is said
    held = sum(low <= now / then <= high for low, high in (intervals.ratio(*map(float, pair)) for pair in drawn))
    assert 0.93 <= held / len(drawn) <= 0.99


@pytest.mark.parametrize(("ours", "others"), [(5, 30), (30, 30), (30, 300)])
def test_nineteen_of_twenty_intervals_against_others_hold_the_truth_though_the_others_vary_too(ours, others):
    from numpy.random import default_rng

    drawn = default_rng(20261122).poisson([ours, ours, others, others], size=(3000, 4))
    held = sum(low <= 1 <= high for low, high in (intervals.odds(a, b, (c, d)) for a, b, c, d in drawn))
    assert 0.93 <= held / len(drawn) <= 0.995


@given(*[st.integers(0, 10_000)] * 4)
def test_the_interval_against_others_holds_what_was_counted(now, then, others_now, others_then):
    low, high = intervals.odds(now, then, (others_now, others_then))
    assert 0 <= low <= high
    if then and others_now and others_then:
        assert low <= now / then * others_then / others_now <= high


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


@given(st.lists(st.floats(-100, 100) | st.integers(-3, 3), max_size=40))
def test_persistence_makes_no_slope_more_certain(values):
    assert 1 <= intervals.persistence(values) < math.inf
