"""The past of a source, read into a real store: once, politely, on from where it stopped, and without touching its present."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakeweb import FakeWeb, article_page

from monitor import config, runner
from monitor.cli import main
from monitor.clock import moment_of
from monitor.desk import Desk
from monitor.errors import UsageError
from monitor.records import Past
from monitor.store import Store, articles, visits

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
SITE = "https://bao.example"
WANTED, OTHER = "luong-huu-cua-nguoi-lao-dong-tang", "doi-bong-thang-lon-tren-san-nha"
SETTINGS = f"""sources:
  - {{id: bao/home, url: "{SITE}/rss", outlet: Báo, group: Nhà, class: local}}
  - {{id: bao/telegram, kind: telegram, url: "https://t.me/s/bao", outlet: Báo, class: social}}
"""


def day(number: int) -> datetime:
    return NOW - timedelta(days=number)


@pytest.fixture
def fake() -> FakeWeb:
    """A paper whose sitemap goes back 40 days, one article about pensions and one about football a day."""
    fake, pages = FakeWeb(), []
    for number in range(40):
        for slug in (WANTED, OTHER):
            url, at = f"{SITE}/{slug}-{number}.html", day(number)
            pages.append(f"<url><loc>{url}</loc><lastmod>{at.isoformat()}</lastmod></url>")
            fake.put(url, article_page(f"Tin {slug} {number}", lead="Sa pô.", text=("Một đoạn văn của bài.",) * 5, published=at))
    fake.put(f"{SITE}/robots.txt", f"Sitemap: {SITE}/sitemap.xml", kind="text/plain")
    fake.put(f"{SITE}/sitemap.xml", f"<urlset>{''.join(pages)}</urlset>", kind="text/xml")
    return fake


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake: FakeWeb) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("monitor.desk.Desk.web", property(lambda desk: fake.open()))
    text = f'store: {{url: "sqlite:///{tmp_path}/m.db"}}\n{SETTINGS}'
    (tmp_path / "monitor.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def backfill(first: int, last: int = 0) -> dict[str, int]:
    settings = config.load()
    with Desk(settings, at=NOW) as desk:
        until = min(NOW, moment_of(day(last).date() + timedelta(days=1)))
        desk.past = Past(source=settings.sources[0], since=moment_of(day(first).date()), until=until)
        return dict(runner.run("backfill", desk).counts)


def test_it_tells_how_much_of_the_time_lies_behind_up_to_all_of_it(office: Path) -> None:
    told: list[tuple[int, int]] = []
    settings = config.load()

    def ticker(step: str, what: str, count: int, *, of: int) -> None:
        if what == "days gone back":
            told.append((count, of))

    with Desk(settings, at=NOW, ticker=ticker) as desk:
        desk.past = Past(source=settings.sources[0], since=day(39), until=NOW)
        runner.run("backfill", desk)
    shares = [done / of for done, of in told]
    assert shares == sorted(shares)
    assert len(shares) >= 3
    assert 0 < shares[0] < 0.9
    assert shares[-1] == 1


def test_a_past_of_which_nothing_was_found_is_not_said_to_lie_behind(office: Path, fake: FakeWeb) -> None:
    fake.fail(f"{SITE}/sitemap.xml", "404")
    fake.put(f"{SITE}/robots.txt", "", kind="text/plain")
    settings = config.load()
    with Desk(settings, at=NOW) as desk:
        desk.past = Past(source=settings.sources[0], since=day(9), until=NOW)
        outcome = runner.run("backfill", desk)
    assert "days gone back" not in outcome.counts
    assert "option archive" in outcome.problems[0].why


def kept() -> int:
    with Store.open(config.load().store_url) as store:
        return articles.total(store)


def test_what_may_concern_us_is_read_with_its_own_headline_and_date(office: Path, fake: FakeWeb) -> None:
    assert backfill(10)["new articles"] == 11
    assert not [url for url in fake.asked if OTHER in url]
    with Store.open(config.load().store_url) as store:
        found = {one.article.url: one.article for one in articles.untagged(store, "v")}
    article = found[f"{SITE}/{WANTED}-10.html"]
    assert (article.title, article.published) == (f"Tin {WANTED} 10", day(10))
    assert (article.outlet, article.publisher, article.category, article.source) == ("Báo", "Nhà", "local", "bao/home")


def test_a_second_time_reads_no_page_again_and_a_wider_span_only_what_is_missing(office: Path, fake: FakeWeb) -> None:
    backfill(10)
    fake.asked.clear()
    assert not backfill(10).get("new articles")
    assert not [url for url in fake.asked if WANTED in url]
    assert backfill(20)["new articles"] == 10
    assert kept() == 21


def test_it_goes_on_where_it_was_broken_off(office: Path, fake: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = articles.keep_gathering, []

    def broken(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(articles, "keep_gathering", broken)
    with pytest.raises(KeyboardInterrupt):
        backfill(39)
    before = kept()
    assert 0 < before < 40
    monkeypatch.setattr(articles, "keep_gathering", real)
    fake.asked.clear()
    assert backfill(39)["new articles"] == 40 - before
    assert len([url for url in fake.asked if WANTED in url]) == 40 - before
    assert kept() == 40


def test_the_present_of_the_source_stays_as_it_was(office: Path) -> None:
    backfill(10)
    with Store.open(config.load().store_url) as store:
        assert visits.latest(store) == {}
        assert visits.days(store, "bao/home") == []


def test_an_article_that_nothing_dates_is_left_out_since_it_would_count_as_today_s(office: Path, fake: FakeWeb) -> None:
    fake.put(f"{SITE}/{WANTED}-3.html", article_page("Tin không ngày", text=("Một đoạn văn của bài báo này, đủ dài.",) * 20))
    settings = config.load()
    with Desk(settings, at=NOW) as desk:
        desk.past = Past(source=settings.sources[0], since=day(5), until=NOW)
        outcome = runner.run("backfill", desk)
    assert outcome.counts["new articles"] == 5
    assert ["without a date" in one.why for one in outcome.problems] == [True]


def say(*words: str) -> Result:
    return CliRunner().invoke(main, ["backfill", *words])


def test_the_verb_says_what_was_found_and_kept(office: Path) -> None:
    found = say("--source", "bao/home", "--since", "2026-11-01", "--until", "2026-11-05")
    assert found.exit_code == 0, found.stderr
    assert "12 bài mới" in found.stdout  # the sitemap says only when a page was changed, which may be a week after it came out
    assert kept() == 12


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--source", "bao/hom", "--since", "2026-11-01"], "did you mean bao/home?"),
        (["--source", "bao/home", "--since", "2026-11-09", "--until", "2026-11-01"], "turn them round"),
        (["--source", "bao/home", "--since", "gestern"], "gestern"),
        (["--source", "bao/telegram", "--since", "2026-11-01"], "no such past"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(office: Path, words: list[str], told: str) -> None:
    found = say(*words)
    assert (found.exit_code, found.stderr.count("\n")) == (1, 1)
    assert told in found.stderr
    assert "Traceback" not in found.stderr


def test_the_recipe_alone_names_the_verb(office: Path) -> None:
    with Desk(config.load(), at=NOW) as desk, pytest.raises(UsageError, match="monitor backfill --source"):
        runner.run("backfill", desk)


def test_a_site_that_asks_for_a_pause_between_questions_gets_it(office: Path, fake: FakeWeb) -> None:
    fake.put(f"{SITE}/robots.txt", f"User-agent: *\nCrawl-delay: 1\nSitemap: {SITE}/sitemap.xml", kind="text/plain")
    begun = datetime.now(UTC)
    assert backfill(2)["new articles"] == 3
    took = (datetime.now(UTC) - begun).total_seconds()
    assert took >= 3  # the sitemap and three pages, a second apart
