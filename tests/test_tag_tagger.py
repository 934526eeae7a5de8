"""The tagger: every article gets its tags, each with a score and with evidence that stands in the document."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import load
from monitor.records import RELEVANCE, SENTIMENT, VOICES, Article
from monitor.tag import shelf
from monitor.tag.labels import article_of, read_labelled
from monitor.tag.tagger import Tagger
from monitor.text import clean, fold

SAMPLE = shelf.newest(load(), "linear") / "sample.jsonl"


@pytest.fixture(scope="module")
def tagger():
    return Tagger.load(load())


def article(title="", text="", **more):
    return Article(url="x", outlet="o", title=title, text=text, fetched=datetime(2026, 11, 22, tzinfo=UTC), **more)


@pytest.mark.parametrize("document", read_labelled(SAMPLE), ids=lambda document: document.id)
def test_the_shipped_model_still_tags_its_sample_right(tagger, document):
    tagged = tagger.tag(article_of(document), words="")
    assert (tagged.label("relevance"), tagged.label("sentiment")) == (document.relevance, document.sentiment)
    assert tagged.label("voice") == document.voice
    assert (tagged.label("topic") in document.topics) if document.topics else not tagged.labels("topic")
    assert set(tagged.labels("place")) == set(document.places)


def sound(tagged):
    """What holds of every tagged article."""
    kinds = [tag.kind for tag in tagged.tags]
    assert [kinds.count(kind) for kind in ("relevance", "sentiment", "voice")] == [1, 1, 1]
    assert tagged.label("relevance") in RELEVANCE
    assert tagged.label("sentiment") in SENTIMENT
    assert tagged.label("voice") in VOICES
    assert 1 <= kinds.count("topic") <= 4 if tagged.label("relevance") == "core" else "topic" not in kinds
    document = tagged.article.document
    for tag in tagged.tags:
        assert 0 <= tag.score <= 1
        assert tag.by
        assert len(tag.evidence) <= 5
        for piece in tag.evidence:
            assert document[piece.start : piece.end] == piece.text != ""
            assert 0 < piece.weight <= 1
    return tagged


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.text(max_size=600), st.sampled_from(["news", "comment", "post"]))
def test_any_text_is_tagged_soundly(tagger, title, text, kind):
    sound(tagger.tag(article(clean(title), clean(text), kind=kind), words=""))


@pytest.mark.parametrize("text", ["", "?", "BHXH " * 20_000, "İ" * 3000, "1.2.3/4" * 500, "Châu Thành, " * 300])
def test_odd_texts_are_tagged_soundly(tagger, text):
    sound(tagger.tag(article(clean(text), clean(text)), words=""))


def test_evidence_points_at_what_an_officer_would_mark(tagger):
    tagged = sound(
        tagger.tag(article("Doanh nghiệp trốn đóng BHXH, công nhân chịu thiệt", "Nhiều người không chốt được sổ."), words="")
    )
    topic = next(tag for tag in tagged.tags if tag.label == "evasion")
    assert any("trốn đóng" in piece.text or "BHXH" in piece.text for piece in topic.evidence)


def test_only_what_concerns_us_is_segmented(tagger):
    ours = tagger.tag(article("Lương hưu tăng từ tháng bảy", "Người hưởng bảo hiểm xã hội được điều chỉnh."))
    other = tagger.tag(article("Đội tuyển thắng đậm", "Ba bàn trong hiệp hai."))
    assert "bảo_hiểm" in ours.words.lower()
    assert other.words == ""


def test_given_words_are_kept_and_change_nothing(tagger):
    here = article("Lương hưu tăng từ tháng bảy")
    assert tagger.tag(here, words="Lương_hưu tăng").words == "Lương_hưu tăng"
    assert tagger.tag(here, words="Lương_hưu tăng").tags == tagger.tag(here).tags


def test_text_without_marks_keeps_its_relevance(tagger):
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marked = tagger.tag(article(row["title"], row["text"], kind=row["kind"], context=row.get("context", "")), words="")
        bare = tagger.tag(
            article(fold(row["title"]), fold(row["text"]), kind=row["kind"], context=fold(row.get("context", ""))), words=""
        )
        assert bare.label("relevance") == marked.label("relevance")


def test_the_version_names_the_model_and_changes_with_the_lexicon(tagger, tmp_path):
    path = tmp_path / "office.yaml"
    path.write_text("lexicon: {negative: [khổ]}", encoding="utf-8")
    changed = Tagger.load(load(path))
    assert tagger.version.startswith(tagger.models[0])
    assert changed.version != tagger.version
    assert Tagger.load(load()).version == tagger.version


SHARED = Path(__file__).parents[2] / "shared" / "data" / "dev.jsonl"


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled documents are not beside the checkout")
def test_the_model_in_use_stands_above_the_floors_of_its_card(tagger):
    from monitor.tag.train import evaluate

    scores = evaluate(tagger, read_labelled(SHARED))
    tagger.check_floors(scores)
    assert scores.documents == 340


def test_news_without_any_word_of_ours_is_irrelevant_whatever_the_model_makes_of_it(tagger):
    tagged = tagger.tag(
        article("Ba bước đổi thẻ căn cước trên VNeID", "Người dân làm thủ tục cấp đổi thẻ trực tuyến, nộp hồ sơ tại nhà.")
    )
    assert tagged.label("relevance") == "none"
