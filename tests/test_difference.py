"""What changed between copies, word by word, as an officer would tell it; and whom a copy names as its origin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.difference import LONGEST, Rewording, credit, difference, is_whole

FIRST = "Tám xưởng may ở Cần Thơ còn chậm đóng cho gần ba nghìn công nhân. Ba chủ xưởng hứa nộp dứt điểm trước Tết."


def changes(after: str, before: str = FIRST) -> list[tuple[str, str]]:
    return [(one.before, one.after) for one in difference(before, after)]


@settings(max_examples=80)
@given(st.text(max_size=400), st.text(max_size=400))
def test_nothing_changes_from_a_text_to_itself_and_the_way_back_is_the_mirror_of_what_was_lost(one, other):
    assert difference(one, one) == ()
    lost = sum(len(change.before.split()) for change in difference(one, other))
    assert lost <= len(one.split())
    assert all(change.before or change.after for change in difference(one, other))


def test_what_was_left_out_added_and_reworded_is_told_in_order():
    copy = "Tám xưởng may ở TP. Cần Thơ còn nợ cho gần ba nghìn công nhân."
    assert changes(copy) == [("", "TP."), ("chậm đóng", "nợ"), ("Ba chủ xưởng hứa nộp dứt điểm trước Tết.", "")]


def test_punctuation_case_and_the_way_a_number_is_written_are_no_change():
    assert (
        changes("TÁM xưởng may, ở Cần Thơ, còn “chậm đóng” cho gần ba nghìn công nhân; ba chủ xưởng hứa nộp dứt điểm trước Tết")
        == []
    )
    assert changes("nộp 1200 đồng ngày 5.8", "nộp 1.200 đồng ngày 5-8") == []
    assert changes("nộp 1.300 đồng ngày 5.8", "nộp 1.200 đồng ngày 5-8") == [("1.200", "1.300")]
    assert changes("xưởng – may", "xưởng may") == []


def test_two_changes_with_one_word_between_them_are_told_as_one():
    assert changes("năm nhà máy lớn", "tám xưởng may nhỏ") == [("tám xưởng may nhỏ", "năm nhà máy lớn")]


def test_only_the_beginning_of_a_very_long_text_is_compared_and_that_is_said():
    long = "một hai ba bốn " * LONGEST
    assert changes(long, long + " đuôi") == []
    assert not is_whole(long)
    assert is_whole(FIRST, "")


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("Ba chủ xưởng hứa nộp trước Tết. (Theo TTXVN)", "TTXVN"),
        ("Ba chủ xưởng hứa nộp trước Tết.\nTheo Thông tấn xã Việt Nam", "Thông tấn xã Việt Nam"),
        ("Ba chủ xưởng hứa nộp trước Tết.\nNguồn: Báo Thử", "Báo Thử"),
        ("(TTXVN) - Tám xưởng may còn chậm đóng.", "TTXVN"),
        ("TTXVN/Báo Thử – Tám xưởng may còn chậm đóng.", "TTXVN"),
        ("Theo TTXVN, tám xưởng may còn chậm đóng.", ""),
        ("Tám xưởng may nộp tiền theo quy định.", ""),
        ("Mức đóng thay đổi. Theo luật mới", ""),
        ("", ""),
    ],
)
def test_a_credit_line_is_read_where_it_stands_and_a_source_in_a_sentence_is_none(text, whom):
    assert credit(text) == whom


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_can_be_asked_for_its_origin(text):
    assert len(credit(text)) <= 62
    assert difference(text, "")[:1] in ((), (Rewording(before=" ".join(text.split()[:LONGEST]), after=""),))
