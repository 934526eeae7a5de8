"""What an officer says stands, whatever a model says later."""

from datetime import UTC, datetime

import pytest

from monitor.errors import UsageError
from monitor.records import Article, Tag, TaggedArticle
from monitor.store import articles, corrections, tags

AT = datetime(2026, 11, 20, tzinfo=UTC)
URL = "https://bao.example/1"


def tagged(store, tone):
    (item,) = list(articles.untagged(store, tone))
    said = (Tag(kind="sentiment", label=tone, score=0.7, by="m"), Tag(kind="topic", label="pension", score=0.9, by="m"))
    tags.keep(store, [TaggedArticle(article=item.article, words="", tags=said)], tone)


@pytest.fixture
def kept(store):
    articles.keep_articles(store, [Article(url=URL, outlet="Báo", title="Lương hưu về sớm", fetched=AT)])
    tagged(store, "negative")
    return store


def standing(store):
    (item,) = list(tags.everything(store, None, None))
    return {kind: item.labels(kind) for kind in ("sentiment", "topic")}


def test_a_correction_replaces_a_kind_of_tag_and_leaves_the_others(kept):
    told = corrections.correct(kept, URL, {"sentiment": ["positive"]}, who="an", at=AT)
    assert told == {"sentiment": (("negative",), ("positive",))}
    assert standing(kept) == {"sentiment": ("positive",), "topic": ("pension",)}


def test_a_correction_outlives_the_next_model(kept):
    corrections.correct(kept, URL, {"sentiment": ["positive"], "topic": []}, who="an", at=AT)
    tagged(kept, "neutral")
    assert standing(kept) == {"sentiment": ("positive",), "topic": ()}


def test_the_last_word_counts(kept):
    for tone in ("positive", "neutral"):
        corrections.correct(kept, URL, {"sentiment": [tone]}, who="an", at=AT)
    assert standing(kept)["sentiment"] == ("neutral",)
    assert corrections.total(kept) == 2
    assert list(corrections.everything(kept).values()) == [{"sentiment": ["neutral"]}]


def test_an_article_that_is_not_there_cannot_be_corrected(kept):
    with pytest.raises(UsageError, match="no such article"):
        corrections.correct(kept, "https://bao.example/2", {"sentiment": ["neutral"]}, who="an", at=AT)
