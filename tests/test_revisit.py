"""Pages of articles about social security are looked at twice more: what changed under the same headline is noticed and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fakeweb import FakeWeb, item
from makers import NOON, tag

from monitor import config, runner
from monitor.desk import Desk
from monitor.records import TaggedArticle
from monitor.store import articles, evidence, tags

FEED, PAGE = "https://bao.example/rss", "https://bao.example/quy-hut.html"
TITLE = "Quỹ bảo hiểm y tế hụt"
TEXT = ("Quỹ bảo hiểm y tế của tỉnh hụt 5 tỷ đồng trong quý này, giám đốc bệnh viện nói.",) * 4
OTHER = tuple(line.replace("5 tỷ", "500 triệu") for line in TEXT)
HOUR = timedelta(hours=1)


@pytest.fixture
def fake() -> FakeWeb:
    web = FakeWeb()
    web.feed(FEED, item(TITLE, PAGE, published=NOON - HOUR))
    web.article(PAGE, TITLE, lead="Sa pô.", text=TEXT, published=NOON - HOUR)
    return web


@pytest.fixture(params=["all", "none"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, fake: FakeWeb) -> Iterator[Desk]:
    (tmp_path / "monitor.yaml").write_text(
        f'store: {{url: "sqlite:///{tmp_path}/m.db"}}\nfolders: {{evidence: "{tmp_path}/evidence"}}\nweb: {{delay: 0s}}\n'
        f"crawl: {{evidence: {request.param}}}\nsources: [{{id: bao/home, url: '{FEED}', outlet: Báo}}]\n",
        encoding="utf-8",
    )
    with Desk(config.load(tmp_path / "monitor.yaml"), at=NOON) as opened:
        opened.web = fake.open()
        yield opened


def crawl(desk: Desk, hours: float, *, relevance: str = "core") -> dict[str, int]:
    """A crawl so many hours after noon, and what came tagged."""
    desk.at = NOON + hours * HOUR
    found = dict(runner.run("crawl", desk).counts)
    waiting = [TaggedArticle(article=one.article, words="", tags=(tag("relevance", relevance),))
               for one in articles.untagged(desk.store, "v1")]  # fmt: skip
    tags.keep(desk.store, waiting, "v1")
    return found


def test_a_text_that_changes_under_the_same_headline_is_noticed_and_both_wordings_stay(desk: Desk, fake: FakeWeb) -> None:
    crawl(desk, 0)
    fake.article(PAGE, TITLE, lead="Sa pô.", text=OTHER, published=NOON - HOUR)
    assert crawl(desk, 5).get("changed articles", 0) == 0
    assert crawl(desk, 6)["changed articles"] == 1
    (change,) = evidence.history(desk.store, PAGE)
    assert (change.field, change.at) == ("text", NOON + 6 * HOUR)
    assert "5 tỷ" in change.before
    assert "500 triệu" in change.after
    (now,) = articles.by_url(desk.store, [PAGE])
    assert (now.fetched, now.published, now.title) == (NOON, NOON - HOUR, TITLE)
    kept = [one.kind for one in evidence.of(desk.store, PAGE)]
    assert kept == (["page", "page"] if desk.config["crawl.evidence"] == "all" else [])


def test_a_page_is_looked_at_twice_and_asked_only_whether_it_changed(desk: Desk, fake: FakeWeb) -> None:
    for hours in (0, 6, 7, 24, 48, 49, 72, 90):
        crawl(desk, hours)
    assert fake.asked[PAGE] == 3
    assert not evidence.history(desk.store, PAGE)
    if desk.config["crawl.evidence"] == "all":
        assert "if-none-match" in [one for one in fake.log if str(one.url) == PAGE][-1].headers
        assert len(evidence.of(desk.store, PAGE)) == 1


def test_other_commas_and_other_markup_are_no_change(desk: Desk, fake: FakeWeb) -> None:
    crawl(desk, 0)
    fake.article(PAGE, f"{TITLE} (mới)", lead="Sa pô.", text=tuple(line.replace(",", " –") for line in TEXT), published=NOON)
    assert crawl(desk, 6).get("changed articles", 0) == 0
    assert not evidence.history(desk.store, PAGE)


@pytest.mark.parametrize("how", ["404", "503", "hang", "html", "empty"])
def test_a_page_that_is_gone_is_told_once_and_takes_nothing_away(desk: Desk, fake: FakeWeb, how: str) -> None:
    crawl(desk, 0)
    fake.fail(PAGE, how)
    desk.at = NOON + 6 * HOUR
    assert [problem.what for problem in runner.run("revisit", desk).problems] == [PAGE]
    assert not runner.run("revisit", desk).problems
    assert articles.by_url(desk.store, [PAGE])[0].text.startswith("Quỹ bảo hiểm")


def test_what_does_not_concern_us_and_what_is_old_is_left_alone(desk: Desk, fake: FakeWeb) -> None:
    crawl(desk, 0, relevance="mention")
    crawl(desk, 10)
    assert fake.asked[PAGE] == 1
    desk.at = NOON + 10 * HOUR
    tags.keep(
        desk.store,
        [TaggedArticle(article=articles.by_url(desk.store, [PAGE])[0], words="", tags=(tag("relevance", "core"),))],
        "v2",
    )
    desk.at = NOON + 97 * HOUR
    runner.run("revisit", desk)
    assert fake.asked[PAGE] == 1
