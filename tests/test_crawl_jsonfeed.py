"""JSON Feed 1.0 and 1.1 as a feed like any other, on a loopback server."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from monitor.crawl.discover import look
from monitor.crawl.feeds import read_feed
from monitor.crawl.fetch import Web
from monitor.crawl.visit import visit
from monitor.errors import MonitorError
from monitor.records import Reading, Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
ITEM = {
    "id": "https://bao.example/1",
    "url": "https://bao.example/1",
    "title": "Tăng lương hưu",
    "content_html": "<p>Từ 1/7.</p>",
}


def feed(*items: Any, version: str = "1.1", **more: Any) -> str:
    return json.dumps({"version": f"https://jsonfeed.org/version/{version}", "title": "Báo thử", **more, "items": items})


def served(server: HTTPServer, body: str) -> str:
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    server.expect_request("/feed.json").respond_with_data(body, content_type="application/feed+json")
    return server.url_for("/feed.json")


def see(url: str) -> Reading:
    with Web(allow=("127.0.0.1", "::1"), delay=0) as web:
        return visit(web, Source(id="bao/json", url=url, outlet="Báo"), None, now=NOW, backoff=3600)


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_a_json_feed_of_either_version_is_a_feed(httpserver: HTTPServer, version: str) -> None:
    item = {**ITEM, "date_published": "2026-11-20T10:00:00+07:00", "authors": [{"name": "A"}], "language": "vi"}
    (entry,) = see(served(httpserver, feed(item, version=version))).entries
    assert (entry.title, entry.summary, entry.link) == ("Tăng lương hưu", "Từ 1/7.", "https://bao.example/1")
    assert entry.published == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_it_is_recognised_by_itself(httpserver: HTTPServer) -> None:
    url = served(httpserver, feed(ITEM))
    with Web(allow=("127.0.0.1", "::1"), delay=0) as web:
        found = look(web, url, now=NOW)
    assert (found.kind, found.title, len(found.entries)) == ("feed", "Báo thử", 1)


def test_an_item_without_a_title_is_headed_by_its_text_and_one_without_an_address_by_its_id() -> None:
    plain = {"id": "https://bao.example/2", "content_text": "Một dòng chữ."}
    shown = read_feed(feed(plain).encode(), source_id="s", base="https://bao.example/", fetched=NOW)
    assert [(entry.title, entry.link) for entry in shown.entries] == [("Một dòng chữ.", "https://bao.example/2")]


def test_a_link_to_somebody_else_s_page_is_the_item_s_own_page_where_it_has_one() -> None:
    found = read_feed(feed({**ITEM, "external_url": "https://khac.example/"}).encode(), source_id="s", base="", fetched=NOW)
    assert found.entries[0].link == "https://bao.example/1"


def test_a_date_in_the_future_is_none_and_items_that_are_no_items_are_counted() -> None:
    ahead = {**ITEM, "date_published": (NOW + timedelta(days=2)).isoformat()}
    found = read_feed(feed(ahead, 7, None, {"id": 5}).encode(), source_id="s", base="https://bao.example/", fetched=NOW)
    assert [entry.published for entry in found.entries] == [None]
    assert found.skipped == 3


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=20), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["id", "url", "title", "items", "date_published", "content_html"]), inner), max_leaves=12))  # fmt: skip
def test_any_json_raises_only_our_errors(said: Any) -> None:
    for whole in (said, {"items": said}, {"items": [said], "title": said}):
        with suppress(MonitorError):
            read_feed(json.dumps(whole).encode(), source_id="s", base="https://bao.example/", fetched=NOW)
