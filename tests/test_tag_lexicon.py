"""The phrases of the config: found on borders of syllables, by whatever spelling, with or without marks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load
from monitor.errors import ConfigError
from monitor.records import Article
from monitor.tag.lexicon import Lexicon, evidence
from monitor.tag.syllables import read, tokens_of
from monitor.text import clean, fold, lower

PHRASES = Lexicon({"pension": ["lương hưu", "hưu trí", "điều chỉnh lương hưu"], "core": ["BHXH"], "peace": ["hòa giải"]})


def article(title="", text="", kind="news", context=""):
    return Article(
        url="x", outlet="o", title=title, text=text, kind=kind, context=context, fetched=datetime(2026, 11, 22, tzinfo=UTC)
    )


def groups(text):
    return [hit.group for hit in PHRASES.hits(read(article(text)))]


def test_a_phrase_is_found_whatever_its_case_and_tone_marks():
    assert groups("HÒA GIẢI lương Hưu") == ["peace", "pension"]
    assert groups("hoà giải") == ["peace"]


def test_a_phrase_is_not_found_inside_a_syllable_or_across_other_words():
    assert groups("tiền lương hưuu, lương của người hưu") == []


def test_of_two_phrases_in_one_place_the_longer_counts_once():
    assert groups("điều chỉnh lương hưu") == ["pension"]


def test_social_insurance_is_one_thing_however_it_is_written():
    assert groups("Bảo hiểm xã hội") == groups("BHXH") == groups("bảo hiểm xã hội (BHXH)") == ["core"]


def test_text_without_marks_is_searched_without_marks():
    assert groups("dieu chinh luong huu cho nguoi gia") == ["pension"]


def test_text_with_marks_is_not():
    assert groups("Người luong huu đã được điều trị ở nhiều nơi") == []


def test_evidence_points_at_the_very_words():
    here = article("Tăng lương hưu", "Người hưu trí được lợi từ bảo hiểm xã hội.")
    reading = read(here)
    found = evidence(PHRASES.hits(reading), reading, here.document)
    assert [piece.text for piece in found] == ["lương hưu", "hưu trí", "bảo hiểm xã hội"]
    assert all(here.document[piece.start : piece.end] == piece.text for piece in found)


def test_a_comment_that_carries_its_headline_as_title_takes_it_for_context():
    with_title = read(article("Có nên rút một lần?", "Không nên đâu", kind="comment"))
    assert with_title.context == tuple(tokens_of("Có nên rút một lần?")[0])


def test_every_topic_has_phrases_and_every_group_compiles():
    lexicon = Lexicon.load(load())
    assert all(lexicon.groups[f"topic.{name}"] for name in load()["topics"])
    assert Lexicon.load(load()).version == lexicon.version


def test_a_group_that_is_no_list_is_named(tmp_path, monkeypatch):
    path = tmp_path / "office.yaml"
    path.write_text("lexicon: {negative: [khổ, 12]}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"lexicon\.negative"):
        Lexicon.load(load(path))


def test_another_phrase_is_another_version():
    assert Lexicon({"a": ["b"]}).version != Lexicon({"a": ["c"]}).version


@given(st.text(max_size=300))
def test_tokens_point_at_what_they_were_read_from(text):
    here = article("x", clean(text))
    reading = read(here)
    assert len(reading.tokens) == len(reading.spans)
    assert all(0 <= start < end <= len(here.document) for start, end in reading.spans)
    assert all(one[1] <= two[0] for one, two in zip(reading.spans, reading.spans[1:], strict=False))


@given(st.text(max_size=100))
def test_lower_keeps_the_length(text):
    assert len(lower(text)) == len(text)


@given(st.sampled_from(["lương hưu", "BHXH", "Hòa giải"]), st.sampled_from(["", "ngày mai ", "tiền "]))
def test_a_phrase_is_found_with_and_without_marks(phrase, before):
    assert groups(before + phrase) == groups(fold(before + phrase))
