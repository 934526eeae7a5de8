"""Levels: a rate that changed is found with its day, and one that did not change is left whole, over outages too."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.changes import SHORTEST, levels


def poisson(draw: random.Random, mean: float) -> int:
    """A draw from Poisson's distribution."""
    count, left = 0, draw.random()
    while left > math.exp(-mean):
        count += 1
        left *= draw.random()
    return count


def test_a_level_that_doubles_is_found_within_a_few_days_and_said_how_high():
    draw = random.Random(3)
    counts = [poisson(draw, 2) for _ in range(60)] + [poisson(draw, 5) for _ in range(40)]
    before, after = levels(counts)
    assert abs(after.first - 60) <= 4
    assert (before.rate, after.rate) == (pytest.approx(2, abs=0.5), pytest.approx(5, abs=0.8))


@pytest.mark.parametrize("mean", [0.2, 2.0])
def test_a_constant_rate_has_one_level_in_nineteen_of_twenty_quarters(mean):
    draw = random.Random(5)
    changed = sum(len(levels([poisson(draw, mean) for _ in range(90)])) > 1 for _ in range(40))
    assert changed <= 4


def test_an_outage_is_no_change():
    counts = [0 if 30 <= day < 50 else 2 + day % 3 for day in range(90)]
    assert len(levels(counts, [0.0 if 30 <= day < 50 else 1.0 for day in range(90)])) == 1
    assert len(levels(counts)) == 3


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 30), max_size=60))
def test_levels_follow_one_another_and_cover_every_day(counts):
    found = levels(counts)
    assert [level.first for level in found] == ([0, *(level.last for level in found[:-1])] if counts else [])
    assert not counts or found[-1].last == len(counts)
    assert len(found) <= 1 or all(level.last - level.first >= SHORTEST for level in found)
    assert sum(level.rate * (level.last - level.first) for level in found) == pytest.approx(sum(counts))
