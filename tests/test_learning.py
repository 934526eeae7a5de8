"""Officers and models: what is said stands everywhere, teaches the next model, and what is doubtful comes up for a look."""

from dataclasses import replace
from datetime import timedelta

import pytest
from makers import NOON, article, keep

from monitor import learning, query
from monitor.config import load
from monitor.errors import UsageError
from monitor.records import TaggedArticle
from monitor.store import articles, tags
from monitor.tag.tagger import Tagger

TEXT = "Nhiều cụ ở xã Tân Hưng phải đứng chờ cả buổi sáng mới lĩnh được lương hưu, ai cũng than phiền."


@pytest.fixture(scope="module")
def tagger():
    return Tagger.load(load())


@pytest.fixture
def url(store, tagger):
    (item,) = keep(store, article(1, title="Chờ lĩnh lương hưu", text=TEXT), version="none")
    tags.keep(store, [tagger.tag(item.article)], tagger.version)
    return item.article.url


def say(store, tagger, url, **said):
    return learning.correct(store, tagger, url, said=said, who="lan", at=NOON)


def test_what_an_officer_says_stands_beside_what_the_models_still_say(store, tagger, url):
    before = tags.one(store, url)
    told = say(store, tagger, url, sentiment=["positive"])
    after = tags.one(store, url)
    assert told == {"sentiment": (before.labels("sentiment"), ("positive",))}
    assert after.labels("sentiment") == ("positive",)
    assert after.labels("topic") == before.labels("topic")
    assert [(one.kind, one.labels, one.who) for one in query.one(store, url)[1]] == [("sentiment", ("positive",), "lan")]


def test_an_article_that_is_said_to_be_ours_gets_topics_and_one_that_is_not_loses_them(store, tagger, url):
    say(store, tagger, url, relevance=["none"])
    assert tags.one(store, url).labels("topic") == ()
    say(store, tagger, url, relevance=["core"])
    assert "pension" in tags.one(store, url).labels("topic")


def test_a_topic_makes_an_article_ours(store, tagger):
    (item,) = keep(store, article(2, title="Hội chợ nông sản khai mạc"), version="none")
    tags.keep(store, [tagger.tag(item.article)], tagger.version)
    assert tags.one(store, item.article.url).label("relevance") == "none"
    told = say(store, tagger, item.article.url, topic=["outreach"])
    assert told == {"relevance": (("none",), ("core",)), "topic": ((), ("outreach",))}
    assert tags.one(store, item.article.url).labels("topic") == ("outreach",)


def test_a_correction_outlives_a_retag_by_another_model(store, tagger, url):
    say(store, tagger, url, topic=["admin_digital"], sentiment=["neutral"])
    waiting = list(articles.untagged(store, "another"))
    tags.keep(store, [tagger.tag(item.article, said=item.tags) for item in waiting], "another")
    assert tags.one(store, url).labels("topic") == ("admin_digital",)
    assert tags.one(store, url).label("sentiment") == "neutral"


@pytest.mark.parametrize("said", [{}, {"sentiment": ["positive", "negative"]}, {"sentiment": []}])
def test_what_cannot_be_meant_is_refused_and_changes_nothing(store, tagger, url, said):
    before = tags.one(store, url)
    with pytest.raises(UsageError):
        say(store, tagger, url, **said)
    assert tags.one(store, url) == before


def test_an_article_that_is_not_there_is_named(store, tagger):
    with pytest.raises(UsageError, match="no such article in the store"):
        say(store, tagger, "https://bao.example/99", sentiment=["positive"])


def test_only_what_was_said_is_taught(store, tagger, url):
    say(store, tagger, url, sentiment=["neutral"])
    say(store, tagger, url, place=["Hưng Yên"])
    (lesson,) = learning.lessons(store)
    assert (lesson.kinds, lesson.sentiment, lesson.places) == (("sentiment", "place"), "neutral", ("Hưng Yên",))
    assert lesson.origin == "correction"
    assert TEXT in lesson.text


def test_the_doubtful_come_first_one_a_story_and_what_was_judged_is_left_alone(store, tagger):
    told = [
        article(1, title="Đóng bảo hiểm xã hội tự nguyện hay rút một lần", fetched=NOON),
        article(2, title="Doanh nghiệp trốn đóng BHXH, công nhân mất quyền lợi", fetched=NOON),
    ]
    for item in keep(store, *told, version="none"):
        tags.keep(store, [tagger.tag(item.article)], tagger.version)
    found = learning.review(store, tagger, now=NOON + timedelta(hours=1))
    assert found == sorted(found, key=lambda one: -one.worth)
    assert all(one.reasons and 0 < one.worth <= 1 for one in found)
    for one in found:
        kinds = {kind: [one.item.label(kind)] for kind in ("relevance", "sentiment", "voice")}
        say(store, tagger, one.item.article.url, topic=list(one.item.labels("topic")), **kinds)
    assert learning.review(store, tagger, now=NOON + timedelta(hours=1)) == []


def test_what_is_older_than_thirty_days_is_no_longer_brought_up(store, tagger, url):
    assert learning.review(store, tagger, now=NOON + timedelta(days=31)) == []


def test_retag_goes_back_to_a_day_and_no_further(store):
    keep(store, article(1), article(2, fetched=NOON - timedelta(days=5)), version="old")
    found = list(articles.untagged(store, "new", since=NOON - timedelta(days=1)))
    assert [item.article.url for item in found] == ["https://bao.example/1"]
    assert isinstance(found[0], TaggedArticle)


def test_words_that_are_stored_are_not_made_again(store, tagger, url):
    (item,) = articles.again(store, tags.one(store, url).article.id)
    assert item.words
    assert tagger.tag(item.article, "đã_có").words == "đã_có"
    assert replace(item, words="") != item
