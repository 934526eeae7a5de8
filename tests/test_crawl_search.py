"""Search feeds, on a loopback server that answers as Google News does: the outlet is the article's, and nothing counts twice."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from fakeweb import item, rss
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.crawl.fetch import Web
from monitor.crawl.kinds import PASTS
from monitor.crawl.search import address, elsewhere, is_door, key_of
from monitor.crawl.visit import read_pages, visit
from monitor.records import FeedEntry, Problem, Reading, Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
OPAQUE = "https://news.google.com/rss/articles/CBMiAUFVX3lxTE5hYmNkZWZnaGlqa2xtbm9w?oc=5"


def packed(url: str) -> str:
    """An older link of the search, which holds its target."""
    inside = b"\x08\x13\x22" + bytes([len(url)]) + url.encode() + b"\xd2\x01\x00"
    return f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(inside).decode().rstrip('=')}?oc=5"


class Search:
    """A search that knows articles by day and answers at most 100, newest first, in the window of after: and before:."""

    def __init__(self, server: HTTPServer):
        self.asked: list[dict[str, str]] = []
        self.articles: list[tuple[str, str, datetime]] = []
        self.url = server.url_for("/rss/search")
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        server.expect_request("/rss/search").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        self.asked.append(dict(request.args))
        window = dict(word.split(":", 1) for word in request.args["q"].split() if word.startswith(("after:", "before:")))
        first, last = window.get("after", "0"), window.get("before", "9")
        found = [one for one in self.articles if first <= f"{one[2]:%Y-%m-%d}" < last]
        found.sort(key=lambda one: one[2], reverse=True)
        body = rss(*(item(title, link, summary=f'<a href="{link}">{title}</a>', published=at) for title, link, at in found[:100]))
        return Response(body, content_type="application/xml; charset=UTF-8")


@pytest.fixture
def search(httpserver: HTTPServer) -> Search:
    return Search(httpserver)


def source(url: str) -> Source:
    return Source(id="google/bhxh", url=url, outlet="Google News", kind="search", options={"query": '"bảo hiểm xã hội" when:7d'})


def see(url: str) -> Reading:
    with Web(allow=("127.0.0.1", "::1"), delay=0) as web:
        return visit(web, source(url), None, now=NOW, backoff=3600)


def test_the_query_of_the_options_is_asked_in_vietnamese(search: Search) -> None:
    search.articles = [("Tin - Báo A", OPAQUE, NOW)]
    see(search.url)
    assert search.asked[0] == {"q": '"bảo hiểm xã hội" when:7d', "hl": "vi", "gl": "VN", "ceid": "VN:vi"}


def test_the_outlet_is_taken_off_the_title_and_kept(search: Search) -> None:
    search.articles = [("Tăng lương hưu - 15% từ 1/7 - Báo Lao Động", OPAQUE, NOW), ("Không có tên báo", OPAQUE + "x", NOW)]
    entries = {entry.title: entry for entry in see(search.url).entries}
    assert entries["Tăng lương hưu - 15% từ 1/7"].outlet == "Báo Lao Động"
    assert entries["Tăng lương hưu - 15% từ 1/7"].summary == ""
    assert entries["Không có tên báo"].outlet == ""


def test_a_link_that_holds_its_target_becomes_the_target_and_another_stays_and_is_never_asked_for(search: Search) -> None:
    search.articles = [("A - Báo A", packed("https://bao.example/a-1.html?utm_source=g"), NOW), ("B - Báo B", OPAQUE, NOW)]
    reading = see(search.url)
    links = {entry.title: entry.link for entry in reading.entries}
    assert links == {"A": "https://bao.example/a-1.html", "B": OPAQUE}
    assert is_door(OPAQUE)
    with Web(delay=0) as web:  # would be refused, loudly, if it asked for anything at all
        gathering, problems = read_pages(
            web, replace(reading, entries=reading.entries[1:]), wanted=lambda entry: True, known=(), now=NOW
        )
    assert (len(gathering.articles), problems) == (1, ())


def test_an_article_counts_for_its_own_outlet_and_its_group(search: Search) -> None:
    search.articles = [("A - VietnamPlus", OPAQUE, NOW), ("B - Báo Lạ", OPAQUE + "1", NOW)]
    home = Source(id="vp/home", url="https://vp.example/rss", outlet="VietnamPlus", group="TTXVN", category="national")
    with Web(delay=0) as web:
        found = {"wanted": lambda entry: False, "known": (), "now": NOW, "outlets": {key_of("VietnamPlus"): home}}
        articles = {one.title: one for one in read_pages(web, see(search.url), **found)[0].articles}
    assert [(one.outlet, one.publisher) for one in (articles["A"], articles["B"])] == [
        ("VietnamPlus", "TTXVN"),
        ("Báo Lạ", "Báo Lạ"),
    ]


def test_what_comes_from_an_outlet_that_is_read_at_home_is_left_out_of_a_look(search: Search) -> None:
    search.articles = [("A - Tuổi Trẻ Online", OPAQUE, NOW), ("B - Báo Lạ", OPAQUE + "1", NOW)]
    assert [entry.title for entry in elsewhere(see(search.url), {key_of("Tuổi Trẻ")}).entries] == ["B"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Báo Lao Động", "Lao Động"),
        ("Tuổi Trẻ Online", "tuổi trẻ"),
        ("VnExpress.vn", "VnExpress"),
        ("Báo điện tử Chính phủ", "Chính phủ"),
    ],
)
def test_an_outlet_is_known_again_under_the_names_that_searches_give_it(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_different_outlets_stay_apart() -> None:
    assert len({key_of(name) for name in ("Lao Động", "Người Lao Động", "Báo Lào Cai", "Thanh Niên", "Báo Mới")}) == 5


def test_the_past_is_asked_week_by_week_so_that_the_limit_of_an_answer_hides_nothing(search: Search) -> None:
    search.articles = [(f"Tin {n} - Báo", f"https://bao.example/{n}", NOW - timedelta(hours=4 * n)) for n in range(400)]
    since = NOW - timedelta(days=30)
    with Web(allow=("127.0.0.1", "::1"), delay=0) as web:
        stream = list(PASTS["search"](web, source(search.url), since=since, until=NOW, now=NOW))
    found = {entry.link for some in stream if not isinstance(some, Problem) for entry in some}
    assert found == {link for _, link, at in search.articles if since <= at <= NOW}
    assert len(search.asked) == 5


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_query_survives_the_address(words: str, more: str) -> None:
    found = address(replace(source("https://news.google.com/rss/search"), options={"query": words or "x"}), more)
    assert parse_qs(urlsplit(found).query, keep_blank_values=True)["q"] == [f"{words or 'x'} {more}".strip()]


@given(st.text(min_size=1, max_size=200))
def test_any_link_and_title_give_an_entry(text: str) -> None:
    from monitor.crawl.search import _parted

    entry = FeedEntry(source="s", guid="g", link=f"https://news.google.com/rss/articles/{text}", title=text)
    assert _parted(entry).title
