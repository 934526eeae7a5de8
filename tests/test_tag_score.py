"""Evaluation: the arithmetic agrees with scikit-learn's and with common sense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from monitor.tag import score

LABELS = "abc"
documents = st.lists(
    st.tuples(st.frozensets(st.sampled_from(LABELS)), st.frozensets(st.sampled_from(LABELS))), min_size=1, max_size=30
)


@given(documents)
def test_f1_agrees_with_scikit_learn(pairs):
    truths, said = [list(side) for side in zip(*pairs, strict=True)]
    used = sorted(set().union(*truths, *said))
    if not used:
        assert score.micro(truths, said) == score.macro(truths, said) == 0
        return
    matrices = [np.array([[label in one for label in LABELS] for one in side]) for side in (truths, said)]
    assert score.micro(truths, said) == pytest.approx(
        f1_score(*matrices, average="micro", labels=[LABELS.index(label) for label in used], zero_division=0)
    )
    assert score.macro(truths, said) == pytest.approx(
        f1_score(*matrices, average="macro", labels=[LABELS.index(label) for label in used], zero_division=0)
    )


@given(documents)
def test_a_perfect_tagger_scores_one_and_the_interval_holds_the_figure(pairs):
    truths, said = [list(side) for side in zip(*pairs, strict=True)]
    assert score.exact(truths, truths) == 1
    low, high = score.interval(score.exact, truths, truths, rounds=20)
    assert low == high == 1
    assert 0 <= score.micro(truths, said) <= 1


def test_confusion_counts_what_was_said_for_what():
    found = {(one.truth, one.said): one.count for one in score.confusion("aab", "abb")}
    assert found == {("a", "a"): 1, ("a", "b"): 1, ("b", "b"): 1}


@given(documents)
def test_weighted_f1_agrees_with_scikit_learn(pairs):
    truths, said = [list(side) for side in zip(*pairs, strict=True)]
    matrices = [np.array([[label in one for label in LABELS] for one in side]) for side in (truths, said)]
    assert score.weighted(truths, said) == pytest.approx(f1_score(*matrices, average="weighted", zero_division=0))


@given(documents)
def test_a_label_stands_between_the_ends_of_its_interval_or_was_rarely_drawn(pairs):
    truths, said = [list(side) for side in zip(*pairs, strict=True)]
    spread = score.intervals(truths, said)
    found = score.per_label(truths, said, within=spread)
    assert {one.label for one in found} == set(spread)
    for one in found:
        low, high = one.interval
        assert 0 <= low <= high <= 1
        assert not (one.f1 == 0 and high > 0)
        assert one.f1 < 1 or high == 1


def test_intervals_are_the_same_every_time():
    truths, said = [frozenset(one) for one in "aabbcab"], [frozenset(one) for one in "abbbcaa"]
    assert score.intervals(truths, said) == score.intervals(truths, said)
    assert score.intervals(truths, said)["a"] == score.interval(lambda *both: score.of_label(*both, "a").f1, truths, said)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40))
def test_calibration_counts_every_tag_once(pairs):
    found = score.calibration(pairs)
    assert sum(one.count for one in found.bins) == len(pairs)
    assert all(one.low - 1e-4 <= one.score <= one.high + 1e-4 and 0 <= one.right <= 1 for one in found.bins)
    assert 0 <= found.error <= 1


def test_scores_that_mean_what_they_say_have_no_error():
    assert score.calibration([(0.75, True)] * 3 + [(0.75, False)]).error == 0
    assert score.calibration([(1.0, False)] * 5).error == 1


def test_nothing_scores_nothing():
    assert score.micro([], []) == score.exact([], []) == 0
    assert score.interval(score.exact, [], []) == (0, 0)
    assert score.intervals([], []) == {}
    assert score.calibration([]).error == score.weighted([], []) == 0
