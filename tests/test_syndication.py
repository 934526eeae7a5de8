"""Copies are known whatever their headline, cut or column of print; next week's figures and another paper's words are no copy."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import syndication
from monitor.syndication import bands, contradict, copied, keyed, likeness, periods, wording

ROOT = Path(__file__).parents[1]
SHARED = Path(__file__).parents[2] / "shared"
SYLLABLES = [
    first + rest for first in "bcdđghklmnqrstvx" for rest in ("án", "ảo", "ế", "iên", "iếp", "ó", "ông", "ơi", "ủ", "ực", "ưới")
]
SOME = settings(max_examples=60)
TITLE = "Tám xưởng may ở Cần Thơ chậm đóng bảo hiểm"
LEAD = "Cơ quan bảo hiểm xã hội làm việc với tám doanh nghiệp may còn chậm đóng cho gần ba nghìn công nhân, ba chủ xưởng hứa nộp."


def words(seed: int, count: int = 120) -> list[str]:
    """So many made-up syllables, the same for the same seed."""
    drawn = random.Random(seed)
    return [drawn.choice(SYLLABLES) for _ in range(count)]


def told(title: str, *rest: str):
    return wording(title, "\n".join(rest))


@SOME
@given(st.text(), st.text(), st.text(), st.text())
def test_likeness_is_a_share_the_same_both_ways_and_whole_for_itself(title, rest, headline, other):
    left, right = wording(title, rest), wording(headline, other)
    assert 0.0 <= likeness(left, right) == likeness(right, left) <= 1.0
    assert contradict(left, right) == contradict(right, left)
    assert copied(left, right) == copied(right, left)
    long = len(left.syllables) >= syndication.SHORTEST
    assert (likeness(left, left) == 1.0) == long == (copied(left, left) == 1.0) == bool(bands(left))
    assert not contradict(left, left)


@SOME
@given(st.text(), st.integers(0, 10**6))
def test_bands_are_numbers_that_a_store_can_hold(text, period):
    found = keyed(bands(wording("", text)), period)
    assert len(found) in (0, 53)
    assert all(-(2**63) <= number < 2**63 for number in found)


def test_a_short_text_is_nobodys_copy():
    assert copied(told("Tin vắn"), told("Tin vắn")) == 0.0
    assert bands(told("một hai ba bốn năm")) == bands(told("", "… !")) == []
    assert copied(told("một hai ba bốn năm sáu"), told("một hai ba bốn năm sáu")) == 1.0


def test_case_punctuation_the_tone_mark_and_the_way_of_a_date_do_not_matter_and_marks_do():
    one = told("Hòa Bình trả lương hưu", "Từ ngày 05/8/2026, mức 1.200 nghìn đồng được trả qua thẻ, tỉ lệ 90 %.")
    other = told("HOÀ BÌNH: TRẢ LƯƠNG HƯU!", "Từ ngày 5.8.2026 mức 1200 nghìn đồng – được trả qua thẻ; tỷ lệ 90%")
    assert likeness(one, other) == 1.0
    assert likeness(one, told("Hoa Binh tra luong huu", "Tu ngay 05/8/2026, muc 1.200 nghin dong duoc tra qua the")) < 0.3


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_with_another_headline_and_a_cut_end_is_a_copy_and_shares_a_band(seed):
    whole = words(seed, 200)
    left = told(" ".join(words(seed + 50, 9)), " ".join(whole))
    right = told(" ".join(words(seed + 100, 9)), " ".join([*whole[:170], "theo", "thông", "tấn"]))
    assert copied(left, right)
    assert set(bands(left)) & set(bands(right))


@pytest.mark.parametrize("seed", range(8))
def test_a_feeds_item_is_a_copy_of_the_page_under_it(seed):
    headline, lead, body = " ".join(words(seed, 10)), " ".join(words(seed + 20, 30)), " ".join(words(seed + 40, 700))
    item, page = told(headline, lead), told(headline, lead, body)
    assert copied(item, page)
    assert set(bands(item)) & set(bands(page))


@pytest.mark.parametrize("seed", range(8))
def test_a_long_dispatch_under_a_new_opening_is_a_copy_elsewhere_but_not_in_the_paper_that_repeats_itself(seed):
    body = " ".join(words(seed, 400))
    left, right = (told(" ".join(words(seed + more, 10)), " ".join(words(seed + more + 1, 60)), body) for more in (500, 600))
    short = told(" ".join(words(seed + 700, 10)), body)
    assert copied(short, left)
    assert not copied(short, left, own=True)
    assert not copied(left, right)


def test_another_weeks_figures_are_no_copy_but_a_corrected_figure_within_the_hour_is():
    weekly = (
        "Giá khám bệnh tại các trạm y tế xã áp dụng từ ngày {}: mức thường {} nghìn đồng, ngoài giờ {} nghìn đồng một lượt khám."
    )
    this, last = told("Bảng giá tuần", weekly.format("5/8", 36, 50)), told("Bảng giá tuần", weekly.format("12/8", 37, 52))
    assert likeness(this, last) > 0.8
    assert not copied(this, last)
    assert copied(this, last, again=True, own=True)


def test_a_copy_that_leaves_figures_out_or_adds_some_is_a_copy():
    assert copied(told(TITLE, LEAD), told(TITLE, LEAD, "Tổng số chậm đóng là 12,5 tỷ đồng, tính đến 30/9."))


def test_another_papers_own_words_on_the_same_event_are_no_copy():
    own = "Gần ba nghìn thợ may ở Cần Thơ chưa được chốt sổ vì tám công ty còn khất nợ; đoàn kiểm tra hẹn quay lại tháng sau."
    assert not copied(told(TITLE, LEAD), told("Công nhân may chờ chốt sổ", own))


def test_what_a_paper_prints_under_all_its_headlines_makes_no_copies():
    column = "Mời bạn đọc gửi câu hỏi về tòa soạn."
    one, other = (
        told("Nghỉ việc giữa tháng có được hưởng thai sản không", column),
        told("Mất thẻ thì đi khám thế nào cho đúng", column),
    )
    assert not copied(one, other)
    assert not copied(one, other, own=True)


def test_different_texts_hardly_ever_share_a_band():
    seen = [set(bands(told("", " ".join(words(seed))))) for seed in range(120)]
    assert not any(seen[a] & seen[b] for a in range(120) for b in range(a))


def test_bands_are_bound_to_ten_days_and_neighbouring_days_always_meet():
    number = bands(told(TITLE, LEAD))
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for hours in range(0, 24 * 12, 7):
        later = start + timedelta(hours=hours)
        meet = set(periods(later)) & {periods(start)[0]}
        assert bool(meet) or later - start > syndication.WITHIN
    assert not set(keyed(number, 1)) & set(keyed(number, 2))


def test_a_very_long_text_costs_no_more_than_its_beginning_and_no_number_is_cut_in_two():
    text = " ".join(words(1, 30_000))
    assert told("", text) == told("", text[: syndication.LONGEST].rpartition(" ")[0])
    digits = "số " * 1_332 + "1234567"
    assert told("", digits).figures == frozenset()
    assert told("", "x" * 100_000).syllables


def pairs() -> list[dict]:
    return [json.loads(line) for line in (ROOT / "models" / "labels" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_labelled_pairs_are_ids_and_labels_and_nothing_else():
    found = pairs()
    assert len(found) >= 320
    assert len({(one["one"], one["other"]) for one in found}) == len(found)
    kinds = Counter(one["label"] for one in found)
    assert set(kinds) == {"verbatim", "edited", "shortened", "same", "related", "alike", "other"}
    assert min(kinds.values()) >= 20
    assert all(set(one) == {"one", "other", "label", "sure", "part"} for one in found)
    assert all(len(one[name]) < 40 for one in found for name in ("one", "other"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled texts are no part of this repository (../shared)")
@pytest.mark.parametrize("part", ["tune", "test"])
def test_on_labelled_pairs_copies_are_found_at_the_stated_precision_and_recall(part):
    spec = importlib.util.spec_from_file_location("bench_stories", ROOT / "bench" / "stories.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    wanted = [one for one in pairs() if one["part"] == part and one["sure"]]
    texts = bench.texts({one[name] for one in wanted for name in ("one", "other")})
    said = [bench._copied(texts[one["one"]], texts[one["other"]]) for one in wanted]
    true = [one["label"] in bench.COPIES for one in wanted]
    both = sum(a and b for a, b in zip(said, true, strict=True))
    assert both / sum(said) >= 0.98
    assert both / sum(true) >= 0.90
