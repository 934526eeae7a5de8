"""A source that is silent is told apart from one that has nothing to say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON, PAPER, visit

from monitor.health import NAMES, STATES, condition, conditions, silence_allowed

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("failed", "failed"), ("blocked", "blocked"), ("refused", "refused"), ("gone", "gone"), ("wrong", "wrong"), ("empty", "empty"),
        ("ok", "good"), ("same", "good"), ("something new", "failed"),
    ],
)  # fmt: skip
def test_the_last_visit_says_what_is_wrong_and_what_to_do(outcome, state):
    found = condition(PAPER, visit(outcome=outcome, newest=NOON, problem="vì thế", failures=2, good_at=NOON), now=NOON)
    assert (found.state, found.source, found.outlet, found.failures) == (state, PAPER.id, PAPER.outlet, 2)
    assert (found.problem, bool(found.advice)) == (("", False) if state == "good" else ("vì thế", True))


def test_a_source_that_was_never_visited_is_new():
    found = condition(PAPER, None, now=NOON)
    assert (found.state, found.newest, found.good_at) == ("new", None, None)
    assert "monitor run crawl" in found.advice


@pytest.mark.parametrize(
    ("per_day", "silent", "state"),
    [
        (200, 11 * HOUR, "good"), (200, 13 * HOUR, "frozen"), (4, 47 * HOUR, "good"), (4, 49 * HOUR, "frozen"),
        (None, 6 * 24 * HOUR, "good"), (None, 8 * 24 * HOUR, "frozen"), (0.1, 27 * 24 * HOUR, "good"), (0.1, 29 * 24 * HOUR, "frozen"),
    ],
)  # fmt: skip
def test_content_that_stands_still_is_frozen_by_the_sources_own_rhythm(per_day, silent, state):
    assert condition(PAPER, visit(newest=NOON - silent, outcome="same"), now=NOON, per_day=per_day).state == state


def test_a_feed_without_dates_is_not_called_frozen():
    assert condition(PAPER, visit(newest=None), now=NOON, per_day=200.0).state == "good"


def test_a_problem_of_a_good_visit_is_no_problem():
    assert condition(PAPER, visit(newest=NOON, problem="đã chuyển địa chỉ"), now=NOON).problem == ""


@given(st.floats(0, 10_000), st.floats(0, 10_000))
def test_the_busier_a_source_the_shorter_its_silence_within_bounds(one, other):
    low, high = sorted((one, other))
    assert timedelta(hours=12) <= silence_allowed(high) <= timedelta(days=28)
    assert silence_allowed(high) <= silence_allowed(low) or low == 0


def test_the_worst_come_first():
    sources = [
        PAPER.__class__(id=name, url="https://bao.example", outlet=name) for name in ("good", "new", "failed", "also failed")
    ]
    seen = {"good": visit("good", newest=NOON)} | {name: visit(name, outcome="failed") for name in ("failed", "also failed")}
    found = conditions(sources, seen, now=NOON, per_day={})
    assert [one.source for one in found] == ["also failed", "failed", "new", "good"]


def test_every_state_has_a_vietnamese_name():
    assert set(NAMES) == set(STATES)
