"""What `monitor run evaluate` says of a tagger: parts, marks, confusion and calibration, from documents with labels."""

from dataclasses import replace

import pytest

from monitor.config import load
from monitor.measures import Labelled
from monitor.records import Tag, TaggedArticle
from monitor.tag import measure
from monitor.tag.labels import demo_items, frozen, readers
from monitor.tag.tagger import Tagger


def document(number, origin="", **said):
    given = {"relevance": "core", "sentiment": "neutral", "voice": "other", "kind": "news", "title": "Tên", "text": "Chữ có dấu"}
    return Labelled(**{**given, "id": str(number), "origin": origin, **said})


class Parrot:
    """A tagger that says the same of all, and less of text without marks."""

    models = ("parrot-1",)

    def tag(self, article, words=""):
        relevance = "core" if "dấu" in article.text else "none"
        tags = [Tag(kind="relevance", label=relevance, score=0.9, by="parrot-1"),
                Tag(kind="sentiment", label="neutral", score=0.7, by="parrot-1"),
                Tag(kind="voice", label="other", score=0.5, by="parrot-1")]  # fmt: skip
        return TaggedArticle(article=article, words=words, tags=tuple(tags))


DOCUMENTS = [
    document(1, "feed item, 2025-2026", date="2026-02-01"),
    document(2, "feed item, 2025-2026", date="2026-03-01", relevance="none"),
    document(3, "article, 2016-2019", voice="explainer"),
    document(4, "headline and lead, 2016-2018"),
    document(5, "reader comment, 2020", kind="comment", relevance="none", sentiment="negative"),
    document(6),
]


def test_documents_are_told_apart_by_kind_and_by_years_that_overlap():
    assert [measure.kind_of(one) for one in DOCUMENTS] == [
        "feed item", "feed item", "article", "headline and lead", "reader comment", "news",
    ]  # fmt: skip
    assert measure.years_of(DOCUMENTS) == ["2026", "2026", "2016-2019", "2016-2019", "2020", "unknown"]


def test_every_document_is_in_one_part_of_each_kind():
    parts = measure.examine(Parrot(), DOCUMENTS).parts
    for by in ("kind", "years"):
        assert sum(part.documents for part in parts if part.by == by) == len(DOCUMENTS)
    comments = next(part for part in parts if part.name == "reader comment")
    assert not any(figure.startswith("releva") for figure in comments.figures)  # nothing to find
    assert comments.figures["sentiment macro F1 comments"] == 0


def test_text_without_marks_is_measured_apart():
    scores = measure.examine(Parrot(), DOCUMENTS)
    assert scores.figures["relevance F1"] == 0.8
    assert scores.bare["relevance F1"] == 0
    assert scores.bare.keys() == scores.figures.keys()


def test_confusion_and_calibration_count_every_document():
    scores = measure.examine(Parrot(), DOCUMENTS)
    for task in measure.ONE:
        assert sum(one.count for one in scores.confusion[task]) == len(DOCUMENTS)
    assert {(one.truth, one.said, one.count) for one in scores.confusion["relevance"]} == {
        ("core", "core", 4),
        ("none", "core", 2),
    }
    (box,) = scores.calibration["relevance"].bins
    assert (box.count, box.score, box.right) == (6, 0.9, pytest.approx(2 / 3, abs=1e-4))
    assert scores.calibration["topic"].bins == ()


def test_evaluating_costs_no_more_than_its_figures_and_says_the_same():
    short, long = measure.evaluate(Parrot(), DOCUMENTS), measure.examine(Parrot(), DOCUMENTS, about="demo")
    assert (short.bare, short.parts, short.about) == ({}, (), "dev")
    assert replace(long, bare={}, parts=(), confusion={}, calibration={}, about="dev") == short


def test_the_demo_is_measured_where_no_documents_of_readers_are_at_hand(tmp_path):
    config = load()
    config.keys["folders"]["training"] = str(tmp_path)
    documents, about = frozen(config)
    assert about == "demo"
    assert documents == demo_items()
    assert {measure.kind_of(one) for one in documents} == {"news", "forum post"}
    assert set(measure.years_of(documents)) == {"2026"}
    assert readers(config) == tmp_path


def test_a_model_is_told_with_its_digest_and_what_it_was_trained_on():
    config = load()
    models = Tagger.load(config).models
    found = measure.made(config, models)
    assert [one.name for one in found] == list(models)
    assert all(len(one.digest) == 12 and one.trained for one in found)
    assert any("written for this project" in line for line in found[0].trained)


def test_the_tagger_in_use_is_measured_on_the_demo():
    scores = measure.examine(Tagger.load(load()), demo_items()[:40], about="demo")
    assert scores.figures["relevance F1"] > 0.8
    assert {"relevance", "topic", "sentiment", "voice"} == set(scores.labels)
    assert all(one.interval for found in scores.labels.values() for one in found)
