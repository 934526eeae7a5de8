"""List pages of agencies without feeds, on a loopback server built as theirs are: read by selectors, never silently empty."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.crawl.answer import Fetched
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import PASTS
from monitor.crawl.listing import read
from monitor.crawl.visit import visit
from monitor.errors import MonitorError
from monitor.records import FeedEntry, Problem, Reading, Source, Visit

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
ROWS = 5  # a page
OPTIONS = {"item": "ul.dsTin > li", "title": "h3 a", "link": "h3 a", "date": "span.ngay", "summary": "p.trich"}


class Agency:
    """An agency's list in the manner of SharePoint: ?CateID=&date=&Page=, details by ItemID=, dates as a US server prints them,
    BOM, and a page after the last that repeats the last. ``items`` is newest first; the layout may change under way."""

    def __init__(self, server: HTTPServer, items: int = 12):
        self.items = [NOW - timedelta(days=number) for number in range(items)]
        self.layout, self.asked = "dsTin", list[str]()
        self.url = server.url_for("/tintuc/Pages/hoat-dong.aspx?CateID=136&date=&Page={page}")
        server.expect_request(re.compile(".*")).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response("", status=404)
        self.asked.append(request.args.get("Page", "-"))
        number = min(int(request.args.get("Page", "1")), -(-len(self.items) // ROWS))
        rows = range((number - 1) * ROWS, min(number * ROWS, len(self.items)))
        body = f"""<!DOCTYPE html><html><head><title>Hoạt động</title></head><body><form action="./hoat-dong.aspx">
            <ul class="menu"><li><a href="/">Trang chủ</a></li></ul><ul class="{self.layout}">{"".join(map(self.row, rows))}</ul>
            <a class="sau" href="?CateID=136&amp;date=&amp;Page={number + 1}">Sau</a></form></body></html>"""
        return Response(b"\xef\xbb\xbf" + body.encode(), content_type="text/html; charset=utf-8")

    def row(self, number: int) -> str:
        local = self.items[number] + timedelta(hours=7)
        date = f"{local:%m/%d/%Y} {local.hour % 12 or 12}:{local:%M:%S}\N{NARROW NO-BREAK SPACE}{local:%p}"
        href = f"/tintuc/Pages/hoat-dong.aspx?ItemID={9000 - number}&amp;CateID=136"
        return f"""<li><img src="a.jpg"><h3><a href="{href}">  Tin  số {number}
            </a></h3><span class="ngay">({date})</span><p class="trich">Trích &amp; lược {number}.</p></li>"""


@pytest.fixture
def agency(httpserver: HTTPServer) -> Agency:
    return Agency(httpserver)


def source(url: str, **options: str) -> Source:
    given = {**OPTIONS, **options}
    return Source(
        id="bhxh/tin", url=url, outlet="BHXH", kind="listing", category="owned", options={k: v for k, v in given.items() if v}
    )


def see(url: str, before: Visit | None = None, **options: str) -> Reading:
    with Web(allow=("127.0.0.1", "::1"), delay=0) as web:
        return visit(web, source(url, **options), before, now=NOW, backoff=3600)


def past(url: str, since: datetime, until: datetime = NOW, **options: str) -> list[FeedEntry | Problem]:
    with Web(allow=("127.0.0.1", "::1"), delay=0) as web:
        found = PASTS["listing"](web, source(url, **options), since=since, until=until, now=NOW)
        return [one for some in found for one in ([some] if isinstance(some, Problem) else some)]


def test_a_list_gives_its_items_with_their_dates_and_addresses(agency: Agency) -> None:
    reading = see(agency.url)
    first = reading.entries[0]
    assert (first.title, first.summary, first.published) == ("Tin số 0", "Trích & lược 0.", NOW)
    assert first.link.endswith("/tintuc/Pages/hoat-dong.aspx?CateID=136&ItemID=9000")
    assert len(reading.entries) == ROWS
    assert reading.visit.good
    assert agency.asked == ["1"]


def test_as_many_pages_are_read_as_the_option_says_and_none_twice(agency: Agency) -> None:
    assert len(see(agency.url, pages="2").entries) == 2 * ROWS
    agency.asked.clear()
    assert len(see(agency.url, pages="50").entries) == 12
    assert agency.asked == ["1", "2", "3", "4"]  # the page after the last repeats it, and ends the walk


def test_the_next_page_may_be_found_by_a_selector(agency: Agency) -> None:
    first = agency.url.replace("&Page={page}", "")
    assert [entry.title for entry in see(first, next="a.sau", pages="2").entries][-1] == "Tin số 9"


def test_a_list_that_did_not_change_is_the_same(agency: Agency) -> None:
    assert see(agency.url, see(agency.url).visit).visit.outcome == "same"


def test_without_selectors_for_them_title_and_link_are_the_first_link_of_an_item(agency: Agency) -> None:
    entries = see(agency.url, title="", link="", date="", summary="").entries
    assert [entry.title for entry in entries][:2] == ["Tin số 0", "Tin số 1"]
    assert entries[0].published is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"item": "div.khong-co"}, ["item", "div.khong-co", "rebuilt"]),
        ({"title": "h9"}, ["title"]),
        ({"link": "b"}, []),
        ({"date": "p.trich"}, ["date", "p.trich", "no date"]),
        ({"item": "li[["}, ["item", "not a CSS selector"]),
        ({"item": ""}, ["item", "needs this CSS selector"]),
    ],
)
def test_a_selector_that_finds_nothing_is_wrong_and_named(agency: Agency, options: dict[str, str], words: list[str]) -> None:
    found = see(agency.url, **options)
    if words and words != ["title"]:
        assert found.visit.outcome == "wrong"
        assert found.entries == ()
    for word in words if words != ["title"] else []:
        assert word in found.visit.problem
    if not words or words == ["title"]:  # there is another way to the title and the link: the item's first link
        assert len(found.entries) == ROWS


def test_a_site_that_was_rebuilt_is_wrong_the_day_it_is(agency: Agency) -> None:
    before = see(agency.url).visit
    agency.layout = "news-list"
    found = see(agency.url, before).visit
    assert (found.outcome, found.failures, found.good_at) == ("wrong", 1, before.good_at)


def test_an_item_without_a_link_is_left_out_and_told(agency: Agency) -> None:
    found = see(agency.url, match="ItemID=900")
    assert len(found.entries) == 1
    assert "4 of 5" in found.visit.problem


def test_the_past_is_walked_page_by_page_until_it_is_old_enough(agency: Agency) -> None:
    agency.items = [NOW - timedelta(days=number) for number in range(100)]
    found = past(agency.url, NOW - timedelta(days=12), NOW - timedelta(days=3))
    assert [one.title for one in found if isinstance(one, FeedEntry)] == [f"Tin số {number}" for number in range(3, 13)]
    assert len(agency.asked) <= 5


def test_a_page_that_fails_ends_the_walk_with_a_problem_and_keeps_what_was_read(agency: Agency) -> None:
    agency.items = [NOW - timedelta(days=number) for number in range(100)]
    rows, calls = agency.row, []

    def broken(number: int) -> str:
        calls.append(number)
        return rows(number) if number < 2 * ROWS else "<li></li>"

    agency.row = broken  # type: ignore[method-assign]
    found = past(agency.url, NOW - timedelta(days=99))
    assert len([one for one in found if isinstance(one, FeedEntry)]) == 2 * ROWS
    assert [isinstance(one, Problem) for one in found][-1]


@pytest.mark.parametrize("link", ["javascript:mo(7)", "#", "mailto:a@b.example", ""])
def test_a_link_that_is_no_address_is_never_kept(link: str) -> None:
    body = f'<ul><li><a href="{link}">Tin một</a></li><li><a href="/hai">Tin hai</a></li></ul>'.encode()
    found = Fetched(url="https://so.example/", final="https://so.example/", status=200, headers={}, body=body)
    document = read(found, replace(source("https://so.example/"), options={"item": "li"}), now=NOW)
    assert [entry.link for entry in document.entries] == ["https://so.example/hai"]
    assert document.skipped == 1


def test_a_selector_may_name_an_attribute() -> None:
    body = b'<div class="i" data-t="2026-11-19T08:00:00+07:00"><a href="/x" title="Tin trong thu\xe1\xbb\x99c t\xc3\xadnh"></a></div>'
    found = Fetched(url="https://so.example/", final="https://so.example/", status=200, headers={}, body=body)
    options = {"item": ".i", "title": "a@title", "date": "time@datetime"}
    with pytest.raises(MonitorError, match="date"):
        read(found, replace(source("https://so.example/"), options=options), now=NOW)
    (entry,) = read(found, replace(source("https://so.example/"), options={**options, "date": ""}), now=NOW).entries
    assert entry.title == "Tin trong thuộc tính"


@given(st.binary(max_size=400), st.sampled_from(["li", "*", "a", "td:nth-child(2)", "::", ">", "li:has(a)", "a[", "@href"]))
def test_hostile_bytes_and_selectors_raise_only_our_errors(noise: bytes, selector: str) -> None:
    found = Fetched(
        url="https://so.example/", final="https://so.example/", status=200, headers={}, body=b"<li><a href=/x>" + noise
    )
    options = {"item": selector, "title": selector, "date": selector}
    with suppress(MonitorError):
        read(found, replace(source("https://so.example/"), options=options), now=NOW)
