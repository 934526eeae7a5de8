"""From a feed to `monitor evidence`: what an officer can show for a figure after the page has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fakeweb import FakeWeb, item
from makers import NOON

from monitor import cli, config, runner
from monitor.desk import Desk
from monitor.store import Store, articles

FEED, PAGE = "https://bao.example/rss", "https://bao.example/quy-hut.html"
TEXT = ("Quỹ bảo hiểm y tế của tỉnh hụt 5 tỷ đồng trong quý này, giám đốc bệnh viện nói.",) * 4
Office = tuple[Path, Callable[..., Any], FakeWeb]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Settings, a crawl at an hour after noon, and the web that it reads."""
    fake, settings = FakeWeb(), tmp_path / "monitor.yaml"
    settings.write_text(
        f'store: {{url: "sqlite:///{tmp_path}/m.db"}}\nfolders: {{evidence: "{tmp_path}/evidence"}}\nweb: {{delay: 0s}}\n'
        f"sources: [{{id: bao/home, url: '{FEED}', outlet: Báo}}]\n",
        encoding="utf-8",
    )

    def crawl(hour: int) -> dict[str, int]:
        with Desk(config.load(settings), at=NOON + timedelta(hours=hour)) as desk:
            desk.web = fake.open()
            return dict(runner.run("crawl", desk).counts)

    return settings, crawl, fake


def publish(fake: FakeWeb, title: str, *text: str) -> None:
    other = item("Đội bóng thắng", "https://bao.example/bong.html", summary="Khán giả reo.", published=NOON)
    fake.feed(FEED, item(title, PAGE, summary="Sa pô.", published=NOON), other)
    fake.article(PAGE, title, lead="Sa pô của trang.", text=text, published=NOON)


def monitor(settings: Path, *words: str) -> Any:
    return CliRunner().invoke(cli.main, ["evidence", *words, "--config", str(settings)])


def test_a_figure_can_be_checked_after_the_page_has_changed(office: Office, tmp_path: Path) -> None:
    settings, crawl, fake = office
    publish(fake, "Quỹ bảo hiểm y tế hụt 5 tỷ", *TEXT)
    sent = fake.pages[PAGE][1]
    assert crawl(1)["new articles"] == 2
    publish(fake, "Quỹ bảo hiểm y tế hụt 50 tỷ", *(line.replace("5 tỷ", "50 tỷ") for line in TEXT))
    counts = crawl(2)
    assert (counts["new articles"], counts["changed articles"]) == (0, 1)

    shown = monitor(settings, PAGE)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.count("còn nguyên") == 2
    assert "20/11/2026 13:00" in shown.stdout
    assert "đổi tiêu đề" in shown.stdout
    assert "Quỹ bảo hiểm y tế hụt [-5-] {+50+} tỷ" in shown.stdout

    told = json.loads(monitor(settings, PAGE, "--json").stdout)
    assert [(one["kind"], one["status"], one["whole"]) for one in told["kept"]] == [("page", 200, True)] * 2
    assert {one["field"] for one in told["changes"]} == {"title", "text"}

    assert monitor(settings, PAGE, "--out", str(tmp_path / "out.html")).exit_code == 0
    assert (tmp_path / "out.html").read_bytes() == fake.pages[PAGE][1] != sent


def test_what_the_feed_said_is_kept_where_no_page_was_read(office: Office, tmp_path: Path) -> None:
    settings, crawl, fake = office
    publish(fake, "Quỹ bảo hiểm y tế hụt 5 tỷ", *TEXT)
    crawl(1)
    (kept,) = json.loads(monitor(settings, "https://m.bao.example/bong.html?utm_source=zalo", "--json").stdout)["kept"]
    assert (kept["kind"], kept["address"], kept["whole"]) == ("item", FEED, True)
    monitor(settings, "https://bao.example/bong.html", "--out", str(tmp_path / "item.xml"))
    assert "Đội bóng thắng" in (tmp_path / "item.xml").read_text(encoding="utf-8")


def test_nothing_is_read_again_while_the_headline_stays(office: Office) -> None:
    _, crawl, fake = office
    publish(fake, "Quỹ bảo hiểm y tế hụt 5 tỷ", *TEXT)
    crawl(1)
    fake.feed(FEED, item("Quỹ bảo hiểm y tế hụt 5 tỷ.", PAGE, summary="Sa pô khác.", published=NOON + timedelta(minutes=30)))
    counts = crawl(2)
    assert counts.get("changed articles", 0) == counts["new articles"] == 0
    assert fake.asked[PAGE] == 1


def test_evidence_that_was_touched_is_told_and_never_handed_out(office: Office, tmp_path: Path) -> None:
    settings, crawl, fake = office
    publish(fake, "Quỹ bảo hiểm y tế hụt 5 tỷ", *TEXT)
    crawl(1)
    (file,) = (tmp_path / "evidence").iterdir()
    file.write_bytes(file.read_bytes()[:-30])
    (kept,) = [one for url in (PAGE, "https://bao.example/bong.html")
               for one in json.loads(monitor(settings, url, "--json").stdout)["kept"] if not one["whole"]]  # fmt: skip
    assert "restore the file from a backup" in kept["problem"]
    touched = PAGE if kept["kind"] == "page" else "https://bao.example/bong.html"
    refused = monitor(settings, touched, "--out", str(tmp_path / "out"))
    assert refused.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_an_article_without_evidence_and_one_that_is_not_known_are_told_apart(office: Office, tmp_path: Path) -> None:
    settings, _, _ = office
    from makers import article

    with Store.open(f"sqlite:///{tmp_path}/m.db") as store:
        articles.keep_articles(store, [article(1)])
    known = monitor(settings, "https://bao.example/1")
    assert (known.exit_code, "không giữ bản nào" in known.stderr) == (0, True)
    assert monitor(settings, "https://bao.example/1", "--out", "x").exit_code == 1
    stranger = monitor(settings, "https://bao.example/none")
    assert (stranger.exit_code, "no such article in the store" in stranger.stderr) == (1, True)


def test_old_evidence_goes_with_the_recipe_that_forgets(office: Office, tmp_path: Path) -> None:
    settings, crawl, fake = office
    publish(fake, "Quỹ bảo hiểm y tế hụt 5 tỷ", *TEXT)
    crawl(1)
    for days, left in ((364, 1), (367, 0)):
        with Desk(config.load(settings), at=NOON + timedelta(days=days)) as desk:
            counts = runner.run("forget", desk).counts
        assert counts["days of evidence forgotten"] == 1 - left
        assert len(list((tmp_path / "evidence").iterdir())) == left
    assert json.loads(monitor(settings, PAGE, "--json").stdout)["kept"] == []
