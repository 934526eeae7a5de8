"""Looks at sources and what they leave behind."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fakeweb import CHALLENGE, FakeWeb, item, rss
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.crowd import side_by_side
from monitor.crawl.discover import look
from monitor.crawl.sources import Look, next_visit
from monitor.crawl.visit import KINDS, due, gather_all, read_pages, visit, visit_all
from monitor.errors import ConfigError
from monitor.health import condition
from monitor.records import Reading, Source, Visit

NOW = datetime(2025, 11, 20, 5, 0, tzinfo=UTC)
QUARTER, BACKOFF = timedelta(minutes=15), 6 * 3600.0
URL, PAGE = "https://bao.example/rss/home.rss", "https://bao.example/luong-huu-1.html"
SOURCE = Source(id="bao/home", url=URL, outlet="Báo Thử", every=QUARTER)
HEADLINE = item("Lương hưu tăng từ tháng sau", PAGE, summary="Người nghỉ hưu mừng.", published=NOW - timedelta(hours=1))


@pytest.fixture
def fake() -> FakeWeb:
    fake = FakeWeb()
    fake.feed(URL, HEADLINE)
    return fake


def see(fake: FakeWeb, before: Visit | None = None, now: datetime = NOW, source: Source = SOURCE) -> Reading:
    with fake.open() as web:
        return visit(web, source, before, now=now, backoff=BACKOFF)


def test_a_first_look_gives_the_entries_and_the_time_of_the_next(fake: FakeWeb) -> None:
    reading = see(fake)
    found = reading.visit
    assert [entry.link for entry in reading.entries] == [PAGE]
    assert (found.outcome, found.status, found.items, found.failures, found.problem) == ("ok", 200, 1, 0, "")
    assert (found.at, found.good_at, found.again_at) == (NOW, NOW, NOW + QUARTER)
    assert found.newest == NOW - timedelta(hours=1)
    assert found.etag
    assert found.good


@pytest.mark.parametrize(("category", "asked"), [("national", 1), ("forum", 0), ("social", 0)])
def test_the_page_of_a_post_is_never_read_whatever_kind_of_source_brought_it(fake: FakeWeb, category: str, asked: int) -> None:
    fake.article(PAGE, "Lương hưu tăng", text=("Người dùng thứ hai viết ở dưới.",) * 4)
    source = dataclasses.replace(SOURCE, category=category)
    with fake.open() as web:
        (found, _) = read_pages(web, see(fake, source=source), wanted=lambda entry: True, known=(), now=NOW)
    assert fake.asked[PAGE] == asked
    assert len(found.captures) == asked
    assert [article.kind for article in found.articles] == ["news" if asked else "post"]


def test_an_unchanged_feed_is_the_same_and_keeps_what_was_known(fake: FakeWeb) -> None:
    first = see(fake).visit
    later = NOW + QUARTER
    reading = see(fake, first, later)
    assert fake.log[-1].headers["if-none-match"] == first.etag
    assert (reading.visit.outcome, reading.visit.status, reading.entries) == ("same", 304, ())
    assert reading.visit.newest == first.newest
    assert reading.visit.items == first.items
    assert (reading.visit.good_at, reading.visit.again_at) == (later, later + QUARTER)


def test_equal_bytes_are_the_same_without_being_parsed(fake: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    first = dataclasses.replace(see(fake).visit, etag="", modified="")
    monkeypatch.setattr("monitor.crawl.kinds.read_feed", lambda *_, **__: pytest.fail("was parsed"))
    assert see(fake, first).visit.outcome == "same"


@pytest.mark.parametrize(
    ("how", "outcome", "words"),
    [
        ("503", "failed", "503"),
        ("500", "failed", "500"),
        ("429", "failed", "429"),
        ("hang", "failed", "time"),
        ("broken", "failed", "no usable"),
        ("html", "blocked", "challenge"),
        ("empty", "empty", "without usable items"),
        ("410", "gone", "410"),
        ("404", "wrong", "404"),
        ("403", "blocked", "403"),
        ("401", "blocked", "401"),
    ],
)
def test_every_failure_is_an_outcome_with_a_line_that_says_why(fake: FakeWeb, how: str, outcome: str, words: str) -> None:
    before = see(fake).visit
    fake.fail("bao.example", how)
    found = see(fake, before, NOW + QUARTER).visit
    assert (found.outcome, found.failures, found.good) == (outcome, 1, False)
    assert words in found.problem
    assert URL in found.problem
    assert "\n" not in found.problem
    assert (found.good_at, found.newest, found.etag) == (NOW, before.newest, before.etag)


def test_a_home_page_in_place_of_a_feed_is_wrong_and_a_challenge_is_blocked(fake: FakeWeb) -> None:
    fake.put(URL, "<html><body><p>" + "Báo Thử đưa tin suốt ngày. " * 50 + "</p></body></html>")
    assert see(fake).visit.outcome == "wrong"
    fake.put(URL, CHALLENGE)
    assert see(fake).visit.outcome == "blocked"


def test_a_private_address_is_refused() -> None:
    from monitor.crawl.fetch import Web

    with Web(delay=0) as web:
        found = visit(web, dataclasses.replace(SOURCE, url="http://127.0.0.1:9/rss"), None, now=NOW, backoff=BACKOFF).visit
    assert found.outcome == "refused"
    assert "web.allow" in found.problem


def test_an_empty_feed_that_stays_unchanged_never_counts_as_good(fake: FakeWeb) -> None:
    before = see(fake).visit
    fake.fail("bao.example", "empty")
    for failures in (1, 2, 3):
        before = see(fake, before).visit
        assert (before.outcome, before.failures) == ("empty", failures)
    fake.fail("bao.example")
    assert see(fake, before).visit.good


def test_a_feed_that_is_always_empty_is_never_the_same() -> None:
    fake, before = FakeWeb(), None
    fake.feed(URL)
    for _ in range(3):
        before = see(fake, before).visit
        assert before.outcome == "empty"


def test_items_without_dates_are_as_new_as_the_look_that_found_others_and_so_they_freeze_too(fake: FakeWeb) -> None:
    fake.feed(URL, item("Lịch làm việc", "https://bao.example/a"), item("Thông báo", "https://bao.example/b"))
    first = see(fake).visit
    assert first.newest == NOW
    fake.feed(
        URL, item("Lịch làm việc", "https://bao.example/a"), item("Thông báo (mới)", "https://bao.example/b"), title="Giờ: 9"
    )
    week = see(fake, first, NOW + timedelta(days=8)).visit
    assert (week.outcome, week.newest) == ("ok", NOW)
    assert condition(SOURCE, week, now=week.at).state == "frozen"
    fake.feed(URL, item("Tin mới", "https://bao.example/c"), item("Thông báo", "https://bao.example/b"))
    after = see(fake, week, NOW + timedelta(days=9)).visit
    assert after.newest == after.at
    assert condition(SOURCE, after, now=after.at).state == "good"


def test_a_frozen_feed_is_the_same_and_its_newest_date_stands_still(fake: FakeWeb) -> None:
    before = see(fake).visit
    fake.fail("bao.example", "frozen")
    fake.feed(URL, item("Tin mới", "https://bao.example/2", published=NOW), HEADLINE)
    found = see(fake, before, NOW + QUARTER).visit
    assert (found.outcome, found.newest) == ("same", before.newest)


def test_a_feed_that_has_moved_for_good_is_read_and_said_so(fake: FakeWeb) -> None:
    fake.feed("https://moi.example/rss", HEADLINE)
    fake.redirect(URL, "https://moi.example/rss", 301)
    reading = see(fake)
    assert len(reading.entries) == 1
    assert "moved for good to https://moi.example/rss" in reading.visit.problem


def test_many_unusable_items_are_said(fake: FakeWeb) -> None:
    fake.feed(URL, HEADLINE, item("Không có đường dẫn", ""))
    assert "1 of 2 items" in see(fake).visit.problem


def test_a_header_that_is_far_too_long_is_not_sent_back_whole(fake: FakeWeb) -> None:
    fake.put(URL, rss(HEADLINE), Last_Modified="x" * 50_000)
    assert len(see(fake).visit.modified) <= 1_000


def test_an_unknown_source_kind_names_the_known_ones(fake: FakeWeb) -> None:
    assert "feed" in KINDS.names()
    with pytest.raises(ConfigError, match="feed"):
        see(fake, source=dataclasses.replace(SOURCE, kind="feeds"))


@given(
    failures=st.integers(0, 10_000),
    every=st.integers(1, 10**6),
    backoff=st.floats(1, 10**6),
    name=st.text(min_size=1, max_size=20),
)
def test_the_wait_after_a_failure_grows_to_the_longest_and_not_over_it(
    failures: int, every: int, backoff: float, name: str
) -> None:
    source = dataclasses.replace(SOURCE, id=name, every=timedelta(seconds=every))
    before = Visit(source=name, at=NOW, outcome="failed", failures=failures)
    waits = []
    for seen in (before, dataclasses.replace(before, failures=failures + 1)):
        found = next_visit(source, seen, Look(outcome="failed"), now=NOW, backoff=backoff)
        assert found.again_at is not None
        assert found == next_visit(source, seen, Look(outcome="failed"), now=NOW, backoff=backoff)
        waits.append((found.again_at - NOW).total_seconds())
    assert 0 < waits[0] <= waits[1] <= backoff + 1e-6


def test_sources_that_fail_together_do_not_come_back_together() -> None:
    sources = [dataclasses.replace(SOURCE, id=f"bao/{number}") for number in range(50)]
    found = {next_visit(source, None, Look(outcome="failed"), now=NOW, backoff=BACKOFF).again_at for source in sources}
    assert len(found) == 50


def test_retry_after_is_waited_for_and_a_feed_that_is_gone_is_left_alone_for_weeks() -> None:
    asked = next_visit(SOURCE, None, Look(outcome="failed", retry_after=86_400.0), now=NOW, backoff=BACKOFF)
    assert asked.again_at is not None
    assert timedelta(days=1) <= asked.again_at - NOW <= timedelta(days=1.1)
    gone = next_visit(SOURCE, None, Look(outcome="gone"), now=NOW, backoff=BACKOFF)
    assert gone.again_at is not None
    assert gone.again_at > NOW + timedelta(weeks=2)


def test_due_are_new_sources_first_then_the_longest_overdue() -> None:
    sources = [dataclasses.replace(SOURCE, id=name) for name in ("later", "overdue", "now", "new")]
    times = {"later": NOW + QUARTER, "overdue": NOW - QUARTER, "now": NOW}
    visits = {name: Visit(source=name, at=NOW - QUARTER, outcome="ok", again_at=at) for name, at in times.items()}
    assert [source.id for source in due(sources, visits, NOW)] == ["new", "overdue", "now"]


def test_a_round_that_starts_seconds_early_skips_nobody() -> None:
    visits = {SOURCE.id: Visit(source=SOURCE.id, at=NOW - QUARTER, outcome="ok", again_at=NOW + timedelta(seconds=20))}
    assert due([SOURCE], visits, NOW) == [SOURCE]


def test_a_visit_from_the_future_holds_no_source_back() -> None:
    visits = {SOURCE.id: Visit(source=SOURCE.id, at=NOW + timedelta(days=9), outcome="ok", again_at=NOW + timedelta(days=10))}
    assert due([SOURCE], visits, NOW) == [SOURCE]


def test_all_sources_are_read_and_one_that_fails_costs_only_itself(fake: FakeWeb) -> None:
    sources = []
    for number in range(30):
        url = f"https://bao{number % 7}.example/{number}"
        sources.append(Source(id=f"bao/{number}", url=url, outlet="Báo"))
        fake.feed(url, item(f"Tin {number}", f"{url}/tin"))
    fake.fail("bao3.example", "503")
    with fake.open() as web:
        readings = list(visit_all(web, sources, {}, now=NOW, threads=4, backoff=BACKOFF))
    assert sorted(reading.source.id for reading in readings) == sorted(source.id for source in sources)
    failed = {reading.source.url.split("/")[2] for reading in readings if not reading.visit.good}
    assert failed == {"bao3.example"}


def test_a_slow_host_delays_nobody_else() -> None:
    gate, order = threading.Event(), []

    def slow() -> str:
        gate.wait(2)
        return "slow"

    jobs = [("slow", slow)] * 5 + [(f"host {number}", lambda: "quick") for number in range(20)]
    for result in side_by_side(jobs, threads=2):
        order.append(result)
        if len(order) == 20:
            gate.set()
    assert order == ["quick"] * 20 + ["slow"] * 5


@pytest.mark.parametrize("guarded", [True, False])
def test_many_slow_hosts_leave_half_of_the_threads_to_the_others(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.crawl.crowd.SLOW", 0.02 if guarded else 60.0)
    lock, known, at_work, most = threading.Lock(), set(), set(), [0]

    def slow(name: str) -> str:
        with lock:
            if name in known:
                at_work.add(name)
            most[0] = max(most[0], len(at_work))
        time.sleep(0.06)
        with lock:
            at_work.discard(name)
            known.add(name)
        return "slow"

    jobs = [(name, lambda name=name: slow(name)) for _ in range(4) for name in "abcdef"]
    jobs += [(f"host {number}", lambda: "quick") for number in range(40)]
    assert sorted(side_by_side(jobs, threads=4)) == ["quick"] * 40 + ["slow"] * 24
    assert (most[0] <= 2) == guarded


def test_jobs_of_one_host_run_one_after_the_other_and_in_order() -> None:
    order, at_once = [], [0]

    def job(number: int) -> int:
        at_once[0] += 1
        assert at_once[0] == 1
        time.sleep(0.001)
        at_once[0] -= 1
        order.append(number)
        return number

    list(side_by_side((("one host", lambda number=number: job(number)) for number in range(30)), threads=8))
    assert order == list(range(30))


def test_a_bug_in_a_job_is_loud_and_what_is_not_taken_is_not_begun() -> None:
    begun = []

    def endless() -> Iterator[tuple[str, object]]:
        for number in range(10**6):
            begun.append(number)
            yield str(number), lambda number=number: 1 // (number - 5)

    with pytest.raises(ZeroDivisionError):
        list(side_by_side(endless(), threads=2))
    assert len(begun) < 2_000


def gather(fake: FakeWeb, *, wanted: bool = True, known: tuple[str, ...] = ()):
    with fake.open() as web:
        reading = visit(web, SOURCE, None, now=NOW, backoff=BACKOFF)
        return read_pages(web, reading, wanted=lambda entry: wanted, known=known, now=NOW)


def test_a_wanted_entry_gets_the_text_of_its_page(fake: FakeWeb) -> None:
    fake.article(
        PAGE,
        "Tiêu đề khác",
        lead="Sa pô của trang.",
        text=("Đoạn thứ nhất của bài, đủ dài để được coi là một đoạn văn thật sự.",) * 2,
    )
    gathering, problems = gather(fake)
    (article,) = gathering.articles
    assert (article.url, article.title, article.outlet, article.source) == (
        PAGE,
        "Lương hưu tăng từ tháng sau",
        "Báo Thử",
        "bao/home",
    )
    assert article.lead == "Sa pô của trang."
    assert article.text.startswith("Đoạn thứ nhất")
    assert (article.fetched, article.published) == (NOW, NOW - timedelta(hours=1))
    assert problems == ()


def test_an_entry_that_is_not_wanted_keeps_the_words_of_its_feed(fake: FakeWeb) -> None:
    gathering, problems = gather(fake, wanted=False)
    (article,) = gathering.articles
    assert (article.lead, article.text, problems) == ("Người nghỉ hưu mừng.", "", ())
    assert fake.asked[PAGE] == 0


@pytest.mark.parametrize("how", ["503", "hang", "html", "404"])
def test_a_page_that_fails_costs_its_text_and_is_a_problem(fake: FakeWeb, how: str) -> None:
    fake.fail(PAGE, how)
    gathering, (problem,) = gather(fake)
    (article,) = gathering.articles
    assert (article.title, article.lead, article.text) == ("Lương hưu tăng từ tháng sau", "Người nghỉ hưu mừng.", "")
    assert problem.what == PAGE
    assert problem.why


def test_the_date_of_the_page_serves_where_the_feed_has_none(fake: FakeWeb) -> None:
    fake.feed(URL, item("Lương hưu tăng", PAGE))
    fake.article(PAGE, "Lương hưu tăng", lead="Sa pô.", published=NOW - timedelta(hours=3))
    gathering, _ = gather(fake)
    assert gathering.articles[0].published == NOW - timedelta(hours=3)


def test_a_known_article_is_neither_read_nor_given_again(fake: FakeWeb) -> None:
    gathering, _ = gather(fake, known=(PAGE,))
    assert gathering.articles == ()
    assert fake.asked[PAGE] == 0


def test_an_article_in_two_feeds_and_twice_in_one_comes_once(fake: FakeWeb) -> None:
    fake.feed(URL, HEADLINE, HEADLINE.replace(PAGE, f"{PAGE}?utm_source=rss"))
    fake.feed("https://bao.example/rss/hai", HEADLINE)
    asked = []

    def known(urls: list[str]) -> set[str]:
        asked.append(threading.current_thread())
        return set()

    with fake.open() as web:
        sources = [SOURCE, Source(id="bao/hai", url="https://bao.example/rss/hai", outlet="Báo Thử")]
        readings = visit_all(web, sources, {}, now=NOW, threads=2, backoff=BACKOFF)
        gathered = list(gather_all(web, readings, wanted=lambda entry: True, known=known, now=NOW, threads=2))
    assert sorted(len(gathering.articles) for gathering, _ in gathered) == [0, 1]
    assert fake.asked[PAGE] == 1
    assert set(asked) == {threading.current_thread()}


def test_trying_an_address_tells_feed_from_page_and_names_the_feeds_of_a_page(fake: FakeWeb) -> None:
    fake.put(
        "https://bao.example/",
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss/home.rss"></head><body>x</body></html>',
    )
    fake.article(PAGE, "Lương hưu tăng", lead="Sa pô.", published=NOW)
    fake.put("https://bao.example/cua", CHALLENGE)
    with fake.open() as web:
        feed, home, page = (look(web, url, now=NOW) for url in (URL, "https://bao.example/", PAGE))
        blocked, missing = (look(web, url, now=NOW) for url in ("https://bao.example/cua", "https://bao.example/khong"))
    assert (feed.kind, len(feed.entries), feed.problems) == ("feed", 1, ())
    assert (home.kind, home.feeds, len(home.problems)) == ("page", (URL,), 2)
    assert page.kind == "page"
    assert page.page is not None
    assert page.page.title == "Lương hưu tăng"
    assert "challenge" in blocked.problems[0].why
    assert "404" in missing.problems[0].why


def test_a_feed_that_leads_to_another_section_is_read_and_told(fake: FakeWeb) -> None:
    fake.feed("https://bao.example/rss/y-te.rss", HEADLINE)
    fake.redirect(URL.replace("home", "thoi-su"), "https://bao.example/rss/y-te.rss")
    reading = see(fake, source=dataclasses.replace(SOURCE, url=URL.replace("home", "thoi-su")))
    assert (reading.visit.outcome, len(reading.entries)) == ("ok", 1)
    assert "leads to another section, https://bao.example/rss/y-te.rss" in reading.visit.problem


@pytest.mark.parametrize(
    ("target", "status"), [("https://khac.example/rss/home.rss", 302), ("https://tuoitre.vn/rss/home.rss", 301)]
)
def test_the_items_of_another_paper_are_not_taken_for_this_ones(fake: FakeWeb, target: str, status: int) -> None:
    fake.feed(target, HEADLINE)
    fake.redirect(URL, target, status)
    reading = see(fake)
    assert (reading.visit.outcome, reading.entries) == ("wrong", ())
    assert f"leads to another publisher, {target}" in reading.visit.problem


def test_what_was_read_of_an_article_comes_along_as_it_was_sent_and_of_a_post_nothing(fake: FakeWeb) -> None:
    fake.article(PAGE, "Lương hưu tăng", lead="Sa pô.", text=("Một đoạn văn đủ dài để đứng được một mình trong bài.",) * 3)
    (page,) = gather(fake)[0].captures
    assert (page.kind, page.url, page.address, page.status, page.at) == ("page", PAGE, PAGE, 200, NOW)
    assert page.body == fake.pages[PAGE][1]
    assert page.headers["content-type"].startswith("text/html")
    (stated,) = gather(fake, wanted=False)[0].captures
    assert (stated.kind, stated.url, stated.address, stated.status) == ("item", PAGE, URL, 0)
    assert stated.body.decode() == HEADLINE
    with fake.open() as web:
        forum = dataclasses.replace(SOURCE, category="forum")
        reading = visit(web, forum, None, now=NOW, backoff=BACKOFF)
        posts, _ = read_pages(web, reading, wanted=lambda entry: False, known=(), now=NOW)
    assert (len(posts.articles), posts.captures) == (1, ())
