"""A source that is silent is told apart from one that has nothing to say."""

from __future__ import annotations

from dataclasses import replace
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


def test_what_somebody_must_see_to_stands_before_what_passes_by_itself_and_the_heaviest_first():
    given = [
        ("passing", "failed", 0.25),
        ("heavy", "failed", 6.0),
        ("light", "failed", 1.0),
        ("blocked", "blocked", 1.0),
        ("empty", "empty", 0.5),
    ]
    sources = [replace(PAPER, id=name, url=f"https://{name}.example") for name, *_ in given]
    seen = {name: visit(name, outcome=outcome, strikes=strikes) for name, outcome, strikes in given}
    found = conditions(sources, seen, now=NOON, per_day={})
    assert [one.source for one in found] == ["heavy", "light", "blocked", "empty", "passing"]
    assert "chưa cần" in found[-1].advice
    assert "monitor try" in found[0].advice


def test_the_age_of_the_newest_item_is_told_against_the_sources_own_rhythm():
    found = condition(PAPER, visit(newest=NOON - 24 * HOUR), now=NOON, per_day=4.0)
    assert (found.silence, found.per_day, found.state) == (0.5, 4.0, "good")
    assert condition(PAPER, visit(newest=None), now=NOON).silence is None


def sketch(first: int, count: int = 16) -> str:
    return " ".join(f"{number:08x}" for number in range(first, first + count))


OTHER = replace(PAPER, id="khac/home", url="https://khac.example/rss", outlet="Khác", group="")


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"site": "bao.example", "home": "bao.example"}, ""),
        ({"site": "khac.example", "home": "khac.example"}, "khac.example, trang của nguồn khác"),
        ({"site": "la.example", "home": "bao.example"}, "trước đây là bao.example"),
        ({"site": "la.example", "home": "la.example"}, ""),  # a feed that was always served from elsewhere
        ({"site": "", "home": "bao.example"}, ""),
        ({"sketch": sketch(3)}, "trùng với nguồn khac/home"),
        ({"sketch": sketch(6)}, ""),
        ({"sketch": sketch(0, 3)}, ""),
    ],
)  # fmt: skip
def test_a_source_that_brings_what_is_not_its_own_is_told_apart(seen, said):
    visits = {PAPER.id: visit(newest=NOON, **seen), OTHER.id: visit(OTHER.id, newest=NOON, sketch=sketch(0))}
    found = {one.source: one for one in conditions([OTHER, PAPER], visits, now=NOON, per_day={})}
    assert found[OTHER.id].state == "good"
    assert found[PAPER.id].state == ("mixed" if said else "good")
    assert said in found[PAPER.id].advice


@pytest.mark.parametrize("more", [{"category": "aggregator"}, {"category": "social"}, {"kind": "search"}])
def test_what_leads_elsewhere_by_its_nature_is_not_mixed(more):
    seen = {PAPER.id: visit(newest=NOON, site="khac.example", home="bao.example")}
    found = conditions([replace(PAPER, **more), OTHER], seen, now=NOON, per_day={})
    assert {one.source: one.state for one in found}[PAPER.id] == "good"


def test_a_failing_source_is_failing_whatever_it_brought_before():
    seen = {PAPER.id: visit(outcome="failed", newest=NOON, site="khac.example", home="bao.example"), OTHER.id: visit(OTHER.id)}
    assert conditions([PAPER, OTHER], seen, now=NOON, per_day={})[0].state == "failed"


def test_every_state_has_a_vietnamese_name():
    assert set(NAMES) == set(STATES)
