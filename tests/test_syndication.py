"""Copies resemble each other whatever their headline; different news does not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import syndication
from monitor.syndication import COPY, bands, resemblance, signature

SYLLABLES = [
    first + rest for first in "bcdđghklmnqrstvx" for rest in ("án", "ảo", "ế", "iên", "iếp", "ó", "ông", "ơi", "ủ", "ực", "ưới")
]
SOME = settings(max_examples=60)


def words(seed: int, count: int = 120) -> list[str]:
    """So many made-up syllables, the same for the same seed."""
    drawn = random.Random(seed)
    return [drawn.choice(SYLLABLES) for _ in range(count)]


@SOME
@given(st.text(), st.text())
def test_resemblance_is_a_share_the_same_both_ways_and_whole_for_itself(one, other):
    left, right = signature(one), signature(other)
    assert 0 <= resemblance(left, right) == resemblance(right, left) <= 1
    assert resemblance(left, left) == (1.0 if left else 0.0)
    assert len(left) in (0, 4 * syndication.PERMUTATIONS)
    assert len(bands(left)) == (syndication.BANDS if left else 0)
    assert all(-(2**63) <= band < 2**63 for band in bands(left))


def test_a_short_text_is_nobodys_copy():
    assert signature("một hai ba bốn năm") == signature("") == signature("… !") == b""
    assert signature("một hai ba bốn năm sáu") != b""
    assert resemblance(b"", signature("một hai ba bốn năm sáu")) == 0.0


def test_case_and_punctuation_do_not_matter_and_marks_do():
    text = "Cơ quan bảo hiểm trả lương hưu, trợ cấp trước Tết."
    assert signature(text) == signature(text.upper().replace(",", " –"))
    assert resemblance(signature(text), signature("Co quan bao hiem tra luong huu, tro cap truoc Tet.")) < 0.1


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_with_another_headline_and_a_cut_end_is_a_copy_and_shares_a_band(seed):
    whole = words(seed, 200)
    cut = words(seed + 100, 10) + whole[:170] + ["theo", "thông", "tấn"]
    left, right = signature(" ".join(whole)), signature(" ".join(cut))
    assert resemblance(left, right) >= COPY
    assert set(bands(left)) & set(bands(right))


@pytest.mark.parametrize("seed", range(8))
def test_a_form_letter_with_other_figures_in_every_line_is_not_a_copy(seed):
    lines = [words(seed + line, 8) for line in range(20)]
    this, last = ([word for line in lines for word in (*line, *words(seed + week, 3))] for week in (1000, 2000))
    assert resemblance(signature(" ".join(this)), signature(" ".join(last))) < COPY


def test_different_texts_hardly_ever_share_a_band():
    seen = [set(bands(signature(" ".join(words(seed))))) for seed in range(120)]
    assert not any(seen[a] & seen[b] for a in range(120) for b in range(a))


def test_the_estimate_is_near_the_true_resemblance():
    for shared in (40, 80, 110):
        base = words(1, 120)
        other = base[:shared] + words(2, 120 - shared)
        grams = [{tuple(text[at : at + 3]) for at in range(len(text) - 2)} for text in (base, other)]
        true = len(grams[0] & grams[1]) / len(grams[0] | grams[1])
        assert abs(resemblance(signature(" ".join(base)), signature(" ".join(other))) - true) < 0.15


def test_a_very_long_text_costs_no_more_than_its_beginning():
    text = " ".join(words(1, 30_000))
    assert signature(text) == signature(text[: syndication.LONGEST])
