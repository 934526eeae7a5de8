"""Tagging by several processes gives what one gives, in the same order."""

import pytest
from makers import article

from monitor.config import load
from monitor.records import Tag, TaggedArticle
from monitor.tag import crew
from monitor.tag.tagger import Tagger


@pytest.fixture(scope="module")
def tagger():
    return Tagger.load(load())


def waiting(number):
    return [
        TaggedArticle(article=article(at, title=f"Lương hưu tháng {at}", text="BHXH chi trả."), words="", tags=())
        for at in range(number)
    ]


@pytest.mark.slow
def test_two_processes_give_what_one_gives(tagger, monkeypatch):
    monkeypatch.setattr(crew, "BATCH", 10)
    monkeypatch.setattr(crew, "WORTH", 40)
    items = waiting(75)
    said = (Tag(kind="sentiment", label="positive", score=1.0, by="correction"),)
    items[7] = TaggedArticle(article=items[7].article, words="", tags=said)
    one = list(crew.tag_all(items, tagger=tagger, config=load(), workers=1))
    assert list(crew.tag_all(iter(items), tagger=tagger, config=load(), workers=2)) == one
    assert one[7].label("sentiment") == "positive"


def test_few_articles_start_no_process(tagger, monkeypatch):
    monkeypatch.setattr(crew, "ProcessPoolExecutor", None)
    assert len(list(crew.tag_all(waiting(3), tagger=tagger, config=load(), workers=0))) == 3
