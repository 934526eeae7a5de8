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
    assert score.confusion("aab", "abb") == {("a", "a"): 1, ("a", "b"): 1, ("b", "b"): 1}


def test_nothing_scores_nothing():
    assert score.micro([], []) == score.exact([], []) == 0
    assert score.interval(score.exact, [], []) == (0, 0)
