"""What failed once is tried again: the page of an article a few times, and what broke its reader after an upgrade."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial

import pytest
from fakeweb import FakeWeb, item
from makers import NOON, article

from monitor import config, query, runner
from monitor.child import Children, Limits
from monitor.desk import Desk
from monitor.errors import Crashed
from monitor.figures import SetAside
from monitor.store import again, articles

URL, PAGE = "https://bao.example/rss", "https://bao.example/luong-huu-1.html"
TEXT = ("Từ tháng sau người nghỉ hưu được nhận thêm một khoản, cơ quan bảo hiểm xã hội cho biết tại cuộc họp sáng nay.",) * 3
HOUR = timedelta(hours=1)


def die(found: object, **more: object) -> None:
    os._exit(1)


@pytest.fixture
def fake():
    web = FakeWeb()
    web.feed(URL, item("Lương hưu tăng từ tháng sau", PAGE, summary="Người nghỉ hưu mừng.", published=NOON - HOUR))
    web.article(PAGE, "Lương hưu tăng từ tháng sau", lead="Sa pô.", text=TEXT, published=NOON - HOUR)
    return web


@pytest.fixture
def desk(tmp_path, fake):
    (tmp_path / "monitor.yaml").write_text(
        f'store: {{url: "sqlite:///{tmp_path}/again.db"}}\nfolders: {{evidence: "{tmp_path}/evidence"}}\n'
        f'web: {{delay: 0s}}\ncrawl: {{evidence: none}}\nsources:\n  - {{id: bao/home, url: "{URL}", outlet: Báo Thử}}\n',
        encoding="utf-8",
    )
    with Desk(config.load(tmp_path / "monitor.yaml"), at=NOON) as opened:
        opened.web = fake.open()
        yield opened


def crawl(desk, at):
    desk.at = at
    return runner.run("crawl", desk)


def text_of(desk):
    (found,) = query.everything(desk.store, None, None)
    return found.article.text


def test_a_page_that_failed_is_asked_for_again_though_its_feed_is_unchanged(desk, fake):
    fake.fail(PAGE, "503")
    crawl(desk, NOON)
    assert text_of(desk) == ""
    crawl(desk, NOON + HOUR / 2)
    assert fake.asked[PAGE] == 1  # too soon
    fake.fail(PAGE)
    outcome = crawl(desk, NOON + HOUR)
    assert text_of(desk).startswith("Từ tháng sau")
    assert outcome.counts["changed articles"] == 1
    crawl(desk, NOON + 9 * HOUR)
    assert fake.asked[PAGE] == 2


def test_a_page_that_fails_is_asked_for_three_times_more_and_then_told(desk, fake):
    fake.fail(PAGE, "hang")
    told = [[problem.what for problem in crawl(desk, NOON + hours * HOUR).problems] for hours in (0, 1, 3, 7, 15, 40)]
    assert fake.asked[PAGE] == 1 + again.TRIES
    assert told == [[PAGE], [], [], [PAGE], [], []]


@pytest.mark.parametrize("how", ["404", "403", "html"])
def test_a_page_that_says_no_is_not_asked_again(desk, fake, how):
    fake.fail(PAGE, how)
    crawl(desk, NOON)
    crawl(desk, NOON + 5 * HOUR)
    assert fake.asked[PAGE] == 1


def test_what_was_set_aside_is_kept_until_the_next_version_and_then_tried_again(store, monkeypatch):
    articles.keep_articles(store, [article(1), article(2, text="Có chữ.")])
    broken = [
        SetAside(digest=f"{number}" * 64, url=f"https://bao.example/{number}", reason="no end after 10 s") for number in (1, 2)
    ]
    assert again.put_aside(store, broken, now=NOON) == 2
    assert again.put_aside(store, broken, now=NOON) == 2  # again changes nothing
    assert [one.digest for one in again.set_aside(store)] == ["1" * 64, "2" * 64]
    assert again.set_aside(store)[0].at == NOON
    assert again.forgive(store, NOON) == 0
    monkeypatch.setattr(again, "__version__", "2099.1")
    assert again.set_aside(store) == []
    assert again.forgive(store, NOON) == 2
    assert again.due_pages(store, NOON) == ["https://bao.example/1"]
    assert again.forgive(store, NOON) == 0


def test_a_feed_that_breaks_its_reader_costs_itself_and_is_told_with_what_to_do(desk, fake, monkeypatch):
    from monitor.crawl import kinds

    desk.web.children = Children(1, limits=Limits(wall=30.0))
    broken = partial(lambda web, found, source, *, now: web.read(die, found, source=source.id), desk.web)
    monkeypatch.setattr(kinds, "apart", lambda web, read: broken)
    outcome = crawl(desk, NOON)
    assert outcome.counts["inputs set aside"] == 1
    assert "set aside" in outcome.problems[0].why
    (condition,) = query.health(desk.store, desk.config, now=NOON)
    assert (condition.state, condition.source) == ("crashed", "bao/home")
    assert "nâng cấp" in condition.advice
    monkeypatch.undo()
    (aside,) = again.set_aside(desk.store)
    with Desk(desk.config) as later:  # nor does another run of it
        assert later.store
        read = partial(later.web.children.read, len, b"x", digest=aside.digest)
        with pytest.raises(Crashed, match="next version"):
            read(url=URL)
    crawl(desk, NOON + HOUR)  # read by the same version: not tried
    assert query.health(desk.store, desk.config, now=NOON + HOUR)[0].state == "crashed"
    monkeypatch.setattr(again, "__version__", "2099.1")
    desk.web.children = Children(1)
    crawl(desk, NOON + 9 * HOUR)
    assert query.health(desk.store, desk.config, now=NOON + 9 * HOUR)[0].state == "good"
    desk.web.close()
