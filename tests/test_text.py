"""Text is cleaned once at the border; marks are kept inside and folded for searching only."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor import text

VIETNAMESE = "".join(sorted({
    letter for base in "aăâeêioôơuưy" for tone in ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    for letter in (unicodedata.normalize("NFC", base + tone), unicodedata.normalize("NFC", base + tone).upper())
} | set("bcdđghklmnpqrstvxĐ 0123456789.,\"'()")))  # fmt: skip
MANY = settings(max_examples=200)


@MANY
@given(st.text(), st.integers(1, 40))
@example("a\u0309 \u200b\u0309\r\n\x85b\ud800", 3)
@example("\u0344\u0340\ufb1d\u2126", 40)
@example("x" + "\u0301" * 99, 40)
def test_cleaning_twice_is_cleaning_once(raw, limit):
    once = text.clean(raw)
    assert text.clean(once) == once
    short = text.clean(raw, limit)
    assert text.clean(short, limit) == short
    assert len(short) <= limit
    line = text.clean_line(raw, limit)
    assert text.clean_line(line, limit) == line


@MANY
@given(st.text())
def test_clean_text_is_composed_and_holds_nothing_invisible(raw):
    found = text.clean(raw)
    assert unicodedata.is_normalized("NFC", found)
    assert not [letter for letter in found if unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n"]
    assert not re.search(r"[\u200b-\u200f\ufeff\u2060]|  |^\s|\s$|\n\n|[ ]\n|\n[ ]", found)
    assert "\n" not in text.clean_line(raw)


@given(st.text(alphabet=VIETNAMESE))
def test_clean_vietnamese_loses_no_letter(raw):
    assert text.clean(unicodedata.normalize("NFD", raw)).split() == unicodedata.normalize("NFC", raw).split()


@given(st.text(alphabet=VIETNAMESE))
def test_folding_keeps_the_length_of_vietnamese_and_leaves_no_mark(raw):
    folded = text.fold(raw)
    assert len(folded) == len(raw)
    assert folded.isascii()
    assert text.fold(folded) == folded == text.fold(raw.upper())
    assert len(text.lower(raw)) == len(raw)


@MANY
@given(st.text())
@example("İıſßŒ")
def test_folding_and_lowering_keep_the_length_of_any_text(raw):
    assert len(text.fold(raw)) == len(text.lower(raw)) == len(raw)
    assert text.lower(text.lower(raw)) == text.lower(raw)


def test_old_and_new_places_of_a_tone_mark_are_one_word_and_other_marks_are_not():
    assert text.lower("Khánh Hòa, thủy") == text.lower("Khánh Hoà, thuỷ")
    assert len({text.lower(word) for word in ("bảo", "báo", "bao", "bạo", "bào", "bão")}) == 6
    assert [text.is_marked(word) for word in ("bao hiem", "BHXH 1/7", "đồng", "Đ", "ô", "“bao”…")] == [
        False, False, True, True, True, False,
    ]  # fmt: skip


HOSTILE = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.example/a.js></SCRIPT>", "<script>alert(1)", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>", "<style>*{x:expression(alert(1))}</style>", "<b onclick=alert(1)>x</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;img src=x onerror=alert(1)&amp;gt;", "<!-- <b> --><i>x</i>",
    "<![CDATA[<b>x</b>]]>", "<?php echo 1 ?>", "<p\n>x</p\n>", "<math><mtext></mtext></math>", "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>", "<object data=x></object>", "&#60;img src=x&#62;", "<template><img src=x></template>",
    "<scr<script>ipt>alert(1)</script>", "<<b>script>alert(1)<</b>/script>",
]  # fmt: skip


@pytest.mark.parametrize("markup", HOSTILE)
def test_plain_text_has_no_tag_left(markup):
    found = text.plain(f"trước {markup} sau")
    assert not re.search(r"<[/!?]?[a-z][^<>]*>", found, re.I), found
    assert found.startswith("trước")


@pytest.mark.parametrize("words", ["lương < 5 triệu", "a < b > c", "1<2", "x <3", "AT&T", "5 > 3 & 2 < 4", "Q&A; hỏi đáp"])
def test_what_only_looks_a_little_like_markup_survives(words):
    assert text.plain(words) == words


@MANY
@given(st.text(alphabet="<>/!?-&;abp ltgamx#6\"'=\n"))
def test_plain_makes_clean_text_of_any_markup(markup):
    found = text.plain(markup)
    assert text.clean(found) == found
    assert "<p>" not in found


@MANY
@given(st.text())
@example("Một câu. Hai câu! “Ba” câu…\n\nBốn? " + "dài " * 2000)
def test_sentences_lose_no_letter_and_none_is_too_long(raw):
    whole = text.clean(raw)
    found = text.sentences(whole)
    assert "".join("".join(found).split()) == "".join(whole.split())
    assert all(0 < len(one) <= text.SENTENCE_LIMIT and one.strip() for one in found)


def test_a_long_text_is_cut_where_the_limit_says():
    assert len(text.clean("á" * 300_000)) == text.TEXT_LIMIT
    assert len(text.plain("<p>" + "á " * 300_000)) <= text.TEXT_LIMIT
    assert text.clean("") == text.plain("") == text.clean_line("") == ""
