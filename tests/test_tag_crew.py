"""Tagging by several processes gives what one gives, in the same order."""

import re
import threading
import time

import pytest
from makers import NOON, article

from monitor.config import load
from monitor.records import Tag, TaggedArticle
from monitor.steps import keep_tags
from monitor.store import Store, again, articles
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


class Brooding:
    """A tagger whose pattern broods over one article for years, as a bad pattern does."""

    version = "x"

    def __init__(self, tagger: Tagger):
        self.tagger, self.tries = tagger, 0

    def tag(self, one, words=None, *, said=()):
        if one.title.endswith("3"):
            self.tries += 1
            re.match(r"(\w+\w+)+!", "a" * 200)
        return self.tagger.tag(one, words, said=said)


def test_an_article_over_which_the_tagger_hangs_twice_is_set_aside_and_costs_no_other(tagger, monkeypatch, tmp_path):
    monkeypatch.setattr(crew, "LONGEST", 0.5)
    brooding = Brooding(tagger)
    with Store.open(f"sqlite:///{tmp_path}/m.db") as store:
        articles.keep_articles(store, [one.article for one in waiting(6)])
        found = list(crew.tag_all(articles.untagged(store, "x"), tagger=brooding, config=load()))
        assert {one.article.title[-1]: bool(one.tags) for one in found} == {str(at): at != 3 for at in range(6)}
        assert brooding.tries == 2
        counts = {tally.what: tally.count for tally in keep_tags(found, store=store, tagger=brooding, now=NOON)}
        assert counts["inputs set aside"] == 1
        (aside,) = again.set_aside(store)
        assert (aside.url, aside.at) == (article(3).url, NOON)
        assert not list(articles.untagged(store, "x"))
        assert len(list(articles.untagged(store, "y"))) == 6


def test_the_bound_on_tagging_lies_on_the_main_thread_and_leaves_nothing_behind(tagger):
    done = []
    other = threading.Thread(target=lambda: done.extend(crew.tag_all(waiting(2), tagger=tagger, config=load())))
    other.start()
    other.join()
    assert [bool(one.tags) for one in done] == [True, True]
    with crew._within(0.05):
        pass
    time.sleep(0.1)
