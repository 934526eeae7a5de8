"""Search: exact where marks are typed, forgiving where they are not, and harmless whatever is typed."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from makers import NOON, article, keep

from monitor import config, query
from monitor.errors import MonitorError
from monitor.store import articles, search
from monitor.text import clean, fold

CONFIG = config.load()
EVERY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = {
    "the": "Bảo hiểm y tế chi trả tiền điều trị ở Đà Nẵng",
    "bao": "Tòa soạn báo hiệu chỉnh bản tin, bao hiểm họa bị bỏ qua",
    "nợ": "Doanh nghiệp nợ BHXH/BHYT/BHTN 1,5 tỷ đồng (tháng 11/2026) tại trang baocao.example",
    "hoà": "Người dân Khánh Hoà xếp hàng; VssID 2.0 chạy chậm",
}


@pytest.fixture
def full(store):
    articles.keep_articles(store, [article(name, title=text, published=NOON) for name, text in TEXTS.items()])
    return store


def found(store, *phrases: str, **more) -> set[str]:
    return {item.article.url.rpartition("/")[2] for item in search.find(store, phrases, **more)[1]}


def test_marks_count_where_they_are_typed_and_are_forgiven_where_not(full):
    wanted = {
        "bao hiem y te": {"the"}, "da nang": {"the"}, "dieu tri": {"the"}, "DIEU TRI": {"the"}, "bảo hiểm": {"the"},
        "BẢO HIỂM": {"the"}, "bào hiểm": set(), "bảo hiễm": set(), "bao hiem": {"the", "bao"}, "bao hiểm": {"bao"},
        "đà nẵng": {"the"}, "bảo y": set(), "bhyt": {"nợ"}, "BHXH/BHYT": {"nợ"}, "nợ BHXH": {"nợ"}, "1,5 tỷ": {"nợ"},
        "tháng 11": {"nợ"}, "2026": {"nợ"}, "baocao": {"nợ"}, "Khánh Hòa": {"hoà"}, "Khánh Hoà": {"hoà"},
        "khanh hoa": {"hoà"}, "vssid 2": {"hoà"}, "hàng VssID": {"hoà"}, "không có": set(), "bả": set(),
    }  # fmt: skip
    assert {phrase: found(full, phrase) for phrase in wanted} == wanted


def test_all_phrases_must_stand_in_an_article(full):
    assert found(full, "da nang", "bảo hiểm") == {"the"}
    assert found(full, "da nang", "khánh hoà") == set()
    assert found(full) == set(TEXTS)


def test_the_newest_come_first_and_all_are_counted(store):
    kept = [article(number, title="Lương hưu", published=NOON + timedelta(hours=number)) for number in range(30)]
    articles.keep_articles(store, kept)
    total, newest = search.find(store, ["luong huu"], limit=3)
    assert (total, [item.article.url for item in newest]) == (30, [one.url for one in reversed(kept[-3:])])
    assert search.find(store, ["luong huu"], since=NOON + timedelta(hours=10), until=NOON + timedelta(hours=12))[0] == 2


def test_a_search_is_narrowed_by_tags_and_outlet(store):
    keep(store, article(1, title="Lương hưu tăng"), topic="pension", sentiment="positive")
    keep(store, article(2, title="Lương hưu chậm", outlet="Báo Khác"), topic="evasion", sentiment="negative")
    assert found(store, "luong huu", topic="pension") == {"1"}
    assert found(store, "luong huu", topic="pension", sentiment="negative") == set()
    assert found(store, outlet="Báo Khác") == {"2"}
    assert search.find(store, ["luong huu"], topic="pension")[1][0].labels("topic") == ("pension",)


def test_a_changed_article_is_found_by_its_new_words_and_not_by_its_old_ones(store):
    articles.keep_articles(store, [article(1, title="Trục lợi", text="quỹ ốm đau"), article(2, title="Trục lợi")])
    articles.keep_articles(store, [article(1, title="Đính chính", text="quỹ thai sản")])
    assert found(store, "truc loi") == {"2"}
    assert found(store, "ốm đau") == set()
    assert found(store, "dinh chinh") == found(store, "thai sản") == {"1"}


@EVERY
@given(st.lists(st.text(), max_size=3))
@example(['"'])
@example(["\x00", "\ud800"])
@example(["NEAR(", "a AND", "-b", "*", "marked:"])
@example(["%_\\", "'", ":x", "&|!<->()"])
@example(["👩‍👩‍👧 𞤀 \u0e01\u0e33 İ ß"])
def test_any_phrase_finds_or_finds_nothing(full, phrases):
    total, some = search.find(full, phrases)
    assert total >= len(some)


@EVERY
@given(st.text())
@example('"bảo hiểm" 1" "')
@example("a" * 1_000_000)
@example("\ud800\x00 bảo")
def test_any_question_is_answered_or_refused_by_one_of_our_errors(full, words):
    with suppress(MonitorError):
        total, some = query.ask(full, CONFIG, words)
        assert total >= len(some)


@EVERY
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40))
def test_every_word_of_vietnamese_letters_finds_its_own_text_marked_and_folded(store, text):
    kept = clean("đường " + "".join(letter for letter in text if letter in VIETNAMESE))
    articles.keep_articles(store, [article("own", title=kept)])
    assert found(store, kept) == {"own"}
    assert found(store, fold(kept)) == {"own"}


VIETNAMESE = {unicodedata.normalize("NFC", base + mark + tone) for base in "aăâeêioôơuưyđbc" for mark in ["", " "]
              for tone in ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]} | set(" 0123456789/-.,")  # fmt: skip
