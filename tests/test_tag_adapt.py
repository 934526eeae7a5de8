"""A model that learns from corrections alone: it takes them in, forgets nothing, and serves only if it is no worse."""

from dataclasses import replace

import numpy as np
import pytest

from monitor.config import load
from monitor.measures import Labelled, Scores
from monitor.tag import artefact, linear, shelf, train, trial
from monitor.tag.adapt import adapt
from monitor.tag.labels import article_of, demo_items, frozen, labelled, read_labelled
from monitor.tag.lexicon import Lexicon
from monitor.tag.tagger import Tagger

LESSON = Labelled(
    id="l1", kind="news", title="Ngày hội thẻ xanh về phường Trúc Lâm", relevance="core", sentiment="neutral",
    text="Thẻ xanh là tên người dân ở đây gọi ứng dụng VssID; ai cũng được cán bộ BHXH cài cho ngay tại sân đình.",
    voice="sector_activity", topics=("admin_digital", "outreach"), origin="correction", kinds=("topic", "sentiment", "voice"),
)  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return linear.unpack(artefact.read(shelf.newest(load(), "linear")))


@pytest.fixture(scope="module")
def kept():
    return read_labelled(shelf.shipped("models") / "text" / "feed.jsonl")[:200]


@pytest.fixture(scope="module")
def taught(model, kept):
    topics = list(model.heads["topic"].labels)
    return adapt(model, [LESSON], kept, tasks=train.tasks(topics), lexicon=Lexicon.load(load()), name="linear-taught")


def alone(model):
    return Tagger(model, Lexicon.load(load()))


def test_what_was_corrected_is_right_and_so_is_what_is_much_like_it(taught):
    tagger = alone(taught)
    like = replace(LESSON, title="Phường Trúc Lâm mở ngày hội thẻ xanh", text=LESSON.text.replace("ngay tại sân đình", "tại nhà"))
    for document in (LESSON, like):
        tagged = tagger.tag(article_of(document), words="")
        assert set(tagged.labels("topic")) == {"admin_digital", "outreach"}
        assert (tagged.label("sentiment"), tagged.label("voice")) == ("neutral", "sector_activity")


def test_what_was_known_stays_known(model, taught, kept):
    old, new = alone(model), alone(taught)
    same = [
        old.tag(article_of(one), words="").labels("topic") == new.tag(article_of(one), words="").labels("topic") for one in kept
    ]
    assert sum(same) >= 0.95 * len(kept)


def test_what_was_not_said_is_not_moved(model, taught):
    place = slice(model.heads["relevance"].first, model.heads["relevance"].first + 3)
    assert np.array_equal(model.weights[:, place], taught.weights[:, place])


def test_lessons_that_contradict_each_other_end_in_numbers(model, kept):
    against = replace(LESSON, id="l2", sentiment="negative")
    tasks = train.tasks(list(model.heads["topic"].labels))
    found = adapt(model, [LESSON, against], kept, tasks=tasks, lexicon=Lexicon.load(load()), name="x")
    assert np.isfinite(found.weights).all()


def test_a_topic_of_ones_own_is_learnt_from_twenty_corrections(model, kept):
    streets = ["Ven Sông", "Chợ Cũ", "Lò Gốm", "Hàng Mây", "Cửa Đông"]
    lessons = [
        replace(LESSON, id=f"o{number}", title=f"Xe lưu động về {streets[number % 5]}", kinds=("topic",), topics=("mobile_van",),
                text=f"Chuyến xe lưu động thứ {number} của cơ quan BHXH nhận hồ sơ ngay tại khu phố {streets[number // 5]}.")
        for number in range(20)
    ]  # fmt: skip
    topics = [*model.heads["topic"].labels, "mobile_van"]
    found = adapt(model, lessons, kept, tasks=train.tasks(topics), lexicon=Lexicon.load(load()), name="x")
    tagger = Tagger(found, Lexicon.load(load()), topics=topics)
    seen = replace(
        lessons[0], title="Xe lưu động đến bến Đò", text="Xe lưu động của cơ quan BHXH nhận hồ sơ của bà con làng chài."
    )
    other = replace(
        lessons[0], title="Lương hưu tháng 12 chi trả sớm", text="BHXH tỉnh chi trả lương hưu qua tài khoản từ ngày 5."
    )
    assert "mobile_van" in tagger.tag(article_of(seen), words="").labels("topic")
    assert "mobile_van" not in tagger.tag(article_of(other), words="").labels("topic")


def figures(**said):
    return Scores(documents=1, figures={"relevance F1": 0.95, "topics micro F1": 0.85, "sentiment macro F1": 0.75, **said})


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({}, ""),
        ({"sentiment macro F1": 0.74, "topics micro F1": 0.87}, ""),
        ({"sentiment macro F1": 0.72, "topics micro F1": 0.99}, "sentiment macro F1 0.750 → 0.720"),
        ({"sentiment macro F1": 0.74}, "the mean of 3 figures"),
    ],
)
def test_a_model_is_worse_where_one_figure_falls_or_their_mean_does(after, told):
    assert trial.worse(figures(), figures(**after)).startswith(told)
    assert bool(trial.worse(figures(), figures(**after))) == bool(told)


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office of its own: no labelled documents but ours, its models in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    config = load()
    config.keys["folders"]["training"] = str(tmp_path)
    return config


@pytest.mark.slow
def test_an_office_teaches_its_model_uses_it_and_goes_back(office):
    from makers import NOON

    ours = shelf.chosen(office, "linear").name
    found = trial.trial(office, labelled(office, "train"), [LESSON], now=NOON)
    assert (found.used, found.instead_of, found.where) == (True, ours, "demo")
    assert (found.right_before, found.right_after) == (0, 1)
    assert shelf.chosen(office, "linear").name == found.name == "linear-2026.11.20.1200"
    assert Tagger.load(office).models[0] == found.name
    assert shelf.rollback(office, "linear") == (found.name, ours)


@pytest.mark.slow
def test_a_model_that_was_spoilt_by_its_lessons_is_not_put_to_use(office, kept):
    from makers import NOON

    ours = shelf.chosen(office, "linear").name
    wrong = {"negative": "positive", "positive": "negative", "neutral": "negative"}
    spoilt = [
        replace(one, id=f"w{at}", sentiment=wrong[one.sentiment], relevance="core" if one.relevance == "none" else "none",
                text=one.text + " Hết.", title=one.title + ".", origin="correction", kinds=("sentiment", "relevance"))
        for at, one in enumerate(demo_items()[40:160])
    ]  # fmt: skip
    found = trial.trial(office, kept, spoilt, now=NOON)
    assert not found.used
    assert "relevance F1" in found.reason
    assert shelf.chosen(office, "linear").name == ours


def test_without_documents_of_readers_the_demos_items_are_the_measure(office):
    documents, where = frozen(office)
    assert where == "demo"
    assert len(documents) == len({document.id for document in documents}) > 200
    own = {one.title for path in (shelf.shipped("models") / "text").glob("*.jsonl") for one in read_labelled(path) if one.title}
    assert not own & {document.title for document in documents}
