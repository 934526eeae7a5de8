"""Tagging by children gives what one process gives, in the same order; what crashes or hangs the models costs itself alone."""

import os
import re
from contextlib import closing

import pytest
from makers import NOON, article

from monitor import config, runner
from monitor.child import Limits
from monitor.desk import Desk
from monitor.errors import ModelError
from monitor.records import Tag, TaggedArticle
from monitor.steps import keep_tags
from monitor.store import Store, again, articles
from monitor.tag import crew as crews
from monitor.tag.crew import Crew
from monitor.tag.tagger import Tagger, version_of

TIGHT = Limits(cpu=2, wall=60.0, memory=4 << 30, grown=1 << 30)


class Trying(Tagger):
    """A tagger over which some titles bring what a broken model or pattern brings."""

    def tag(self, one, words=None, *, said=()):
        if one.title.endswith("brood"):
            re.match(r"(\w+\w+)+!", "a" * 200)
        if one.title.endswith("crash"):
            os.abort()
        if one.title.endswith("stumble"):
            raise ValueError("shapes do not match")
        return super().tag(one, words, said=said)


def waiting(number):
    return [
        TaggedArticle(article=article(at, title=f"Lương hưu tháng {at}", text="BHXH chi trả."), words="", tags=())
        for at in range(number)
    ]


def office(tmp_path):
    written = tmp_path / "monitor.yaml"
    written.write_text("sources: [{id: bao/home, url: 'https://bao.example/rss', outlet: Báo}]\n", encoding="utf-8")
    return config.load(written)


def test_two_children_give_what_the_tagger_gives(monkeypatch):
    monkeypatch.setattr(crews, "BATCH", 10)
    monkeypatch.setattr(crews, "WORTH", 40)
    items, settings = waiting(75), config.load()
    said = (Tag(kind="sentiment", label="positive", score=1.0, by="correction"),)
    items[7] = TaggedArticle(article=items[7].article, words="", tags=said)
    tagger = Tagger.load(settings)
    with closing(Crew(settings)) as crew:
        found = list(crew.tag(iter(items), workers=0))
    assert found == [tagger.tag(item.article, item.words or None, said=item.tags) for item in items]
    assert found[7].label("sentiment") == "positive"


def test_the_version_is_known_without_loading_a_model(monkeypatch):
    expected = Tagger.load(config.load()).version
    monkeypatch.setattr(crews.Tagger, "load", None)
    assert Crew(config.load()).version == version_of(config.load()) == expected


def test_what_crashes_hangs_or_breaks_the_models_twice_is_set_aside_and_costs_no_other(tmp_path):
    titles = ["Lương hưu", "BHYT brood", "BHXH", "BHYT crash", "Thai sản", "BHYT stumble", "BHTN"]
    there = [article(at, title=title, text="BHXH chi trả.") for at, title in enumerate(titles)]
    with (
        Store.open(f"sqlite:///{tmp_path}/m.db") as store,
        closing(Crew(config.load(), load=Trying.load, limits=TIGHT)) as crew,
    ):
        articles.keep_articles(store, there)
        found = list(crew.tag(articles.untagged(store, crew.version)))
        counts = {tally.what: tally.count for tally in keep_tags(found, store=store, crew=crew, now=NOON)}
        assert {one.article.title for one in found if not one.tags} == {titles[1], titles[3], titles[5]}
        assert counts["inputs set aside"] == 3
        aside = {one.url: one for one in again.set_aside(store)}
        assert {url: one.at for url, one in aside.items()} == {there[at].url: NOON for at in (1, 3, 5)}
        reasons = [aside[there[at].url].reason for at in (1, 3, 5)]
        assert ["processor" in reasons[0], "SIGABRT" in reasons[1], "shapes do not match" in reasons[2]] == [True] * 3, reasons
        assert not list(articles.untagged(store, crew.version))
        assert len(list(articles.untagged(store, "another"))) == 7


def test_with_nothing_to_tag_no_child_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr("monitor.child.subprocess.Popen", None)
    with Desk(office(tmp_path), at=NOON) as desk:
        assert runner.run("tag", desk).counts["tagged articles"] == 0


def unfit(_):
    raise ModelError("linear-2026.11: altered since it was trained (SHA-256); restore it, or train again")


def test_models_that_cannot_be_used_are_told_in_one_line_and_nothing_is_set_aside():
    with closing(Crew(config.load(), load=unfit)) as crew:
        with pytest.raises(ModelError, match=r"^linear-2026\.11: altered"):
            list(crew.tag(waiting(3)))
        assert crew.take_aside() == []


class Broken(Tagger):
    """A tagger that can tag nothing."""

    def tag(self, one, words=None, *, said=()):
        raise MemoryError("no room")


def test_what_ails_the_models_is_not_laid_to_the_articles(tmp_path):
    with (
        Store.open(f"sqlite:///{tmp_path}/m.db") as store,
        closing(Crew(config.load(), load=Broken.load)) as crew,
    ):
        articles.keep_articles(store, [one.article for one in waiting(3)])
        with pytest.raises(ModelError, match=r"not even a plain text .*MemoryError.*restore"):
            list(keep_tags(crew.tag(articles.untagged(store, crew.version)), store=store, crew=crew, now=NOON))
        assert len(list(articles.untagged(store, crew.version))) == 3
        assert again.set_aside(store) == []


def test_without_the_child_a_crash_ends_the_run():
    tagger = Trying.load(config.load())
    with pytest.raises(ValueError, match="shapes"):
        tagger.tag(article(1, title="BHYT stumble"))
