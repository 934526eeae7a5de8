"""Marks given back to text typed without them: for the models to read, letter by letter as long as it was."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load
from monitor.errors import ModelError
from monitor.records import Article
from monitor.tag import artefact, marks, shelf
from monitor.tag.tagger import Tagger
from monitor.text import clean, fold, lower

WRITTEN = [
    "Người lao động nghỉ việc được nhận bảo hiểm xã hội một lần sau mười hai tháng",
    "Bệnh viện tỉnh thiếu thuốc, người bệnh có thẻ bảo hiểm y tế phải mua ngoài",
    "Từ tháng 7, lương hưu và trợ cấp hằng tháng được điều chỉnh tăng",
    "Doanh nghiệp chậm đóng, công nhân không chốt được sổ bảo hiểm",
]


def half_bare(text):
    """The text with every second and third syllable typed without its marks."""
    return " ".join(word if at % 3 == 0 else fold(word) for at, word in enumerate(text.split()))


@pytest.fixture(scope="module")
def ours():
    return marks.unpack(artefact.read(shelf.newest(load(), "marks")))


@pytest.fixture(scope="module")
def toy():
    return marks.fit(["lương hưu tăng\nlượng mưa tăng\nhưu trí"] * 3)


def test_the_syllable_before_decides(toy):
    assert toy.restore("luong huu tang") == "lương hưu tăng"
    assert toy.restore("luong mua tang") == "lượng mưa tăng"
    assert toy.restore("LUONG Huu, luong mua") == "LƯƠNG Hưu, lượng mưa"


def test_what_stands_marked_is_left_and_says_what_its_neighbours_are(toy):
    assert toy.restore("luong hưu tang mot hai ba bon") == "lương hưu tăng mot hai ba bon"
    assert toy.restore("lượng mua tang mot hai ba bon") == "lượng mưa tăng mot hai ba bon"


@pytest.mark.parametrize("text", WRITTEN)
def test_text_that_lacks_nothing_is_left_alone(ours, text):
    assert ours.restore(text) == text
    assert marks.missing(text) == 0.0 < marks.missing(half_bare(text)) < marks.missing(fold(text)) == 1.0


@pytest.mark.parametrize("text", WRITTEN)
def test_every_second_mark_comes_back(ours, text):
    back = ours.restore(half_bare(text))
    right = [one == two for one, two in zip(lower(text).split(), lower(back).split(), strict=True)]
    assert sum(right) >= 0.85 * len(right), back


def test_what_is_not_known_stays_as_it_is(toy):
    assert toy.restore("xyz 12/3 😀 luong huu") == "xyz 12/3 😀 lương hưu"
    assert toy.restore("") == toy.restore(" ")[:-1] == ""


@pytest.mark.parametrize("text", WRITTEN)
def test_nearly_all_marks_come_back(ours, text):
    back = ours.restore(fold(text))
    right = [one == two for one, two in zip(lower(text).split(), lower(back).split(), strict=True)]
    assert sum(right) >= 0.85 * len(right), back


@given(st.text(max_size=200))
def test_any_text_keeps_its_length(ours, text):
    assert len(ours.restore(clean(text))) == len(clean(text))


def test_a_model_comes_back_as_it_was_packed(toy, tmp_path):
    arrays, described = marks.pack(toy)
    folder = artefact.write(tmp_path / "marks-2099.1", arrays=arrays, model=described, texts={})
    again = marks.unpack(artefact.read(folder))
    assert (again.syllables, again.keys.tolist(), again.seen.tolist()) == (toy.syllables, toy.keys.tolist(), toy.seen.tolist())


@pytest.mark.parametrize("spoilt", [{"counts": np.ones(2, np.int64)}, {"seen": np.ones(1, np.uint16)}, {"steps": np.ones(2)}])
def test_parts_that_do_not_fit_are_refused(toy, tmp_path, spoilt):
    arrays, described = marks.pack(toy)
    folder = artefact.write(tmp_path / "marks-2099.1", arrays={**arrays, **spoilt}, model=described, texts={})
    with pytest.raises(ModelError, match=r"marks-2099\.1"):
        marks.unpack(artefact.read(folder))


def test_text_without_marks_is_tagged_as_text_with_them_and_evidence_points_into_what_was_written():
    tagger = Tagger.load(load())
    for text in WRITTEN:
        plain, bare, half = (
            Article(url="x", outlet="o", title=one, fetched=datetime(2026, 11, 22, tzinfo=UTC))
            for one in (text, fold(text), half_bare(text))
        )
        with_marks, without, some = (tagger.tag(one, words="") for one in (plain, bare, half))
        assert (with_marks.label("relevance"), with_marks.label("topic")) == (some.label("relevance"), some.label("topic"))
        assert (with_marks.label("relevance"), with_marks.label("topic")) == (without.label("relevance"), without.label("topic"))
        assert all(bare.document[span.start : span.end] == span.text for tag in without.tags for span in tag.evidence)
