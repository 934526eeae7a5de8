# ruff: noqa: E501 (pages as a server sends them)
"""Mastodon accounts and tags, on a loopback server that answers as theirs does."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from loopback import Services

from monitor.crawl.fediverse import nameless, recognise
from monitor.crawl.visit import visit
from monitor.records import Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
MENTION = '<span class="h-card" translate="no"><a href="https://may.example/@lehoa" class="u-url mention">@<span>lehoa</span></a></span>'
TAG = '<a href="https://may.example/tags/bhxh" class="mention hashtag" rel="tag">#<span>bhxh</span></a>'


def feed(*items: tuple[str, str]) -> str:
    """What `RSS::Builder` makes: no title, the status as escaped HTML."""
    shown = "".join(
        f'<item><guid isPermaLink="true">{link}</guid><link>{link}</link><pubDate>Fri, 20 Nov 2026 02:00:00 +0000</pubDate>'
        f"<description>{html.escape(text)}</description><category>bhxh</category></item>"
        for link, text in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:webfeeds="http://webfeeds.org/rss/1.0" '
        'xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Lê Hoa</title><description>Public posts from '
        "@lehoa@may.example</description><link>https://may.example/@lehoa</link><image><url>https://may.example/a.png</url>"
        f"<title>Lê Hoa</title><link>https://may.example/@lehoa</link></image><generator>Mastodon v4.5.1</generator>{shown}</channel></rss>"
    )


STATUSES = feed(
    ("https://may.example/@lehoa/1145", f"<p>{MENTION} bao giờ trả sổ {TAG}?<br />Gọi 0912 345 678</p>"),
    ("https://khac.example/users/nam/statuses/77", "<p>Rút một lần thì thiệt</p>"),
    ("https://pleroma.example/notice/Abc", "<p>Đóng tiếp đi @lehoa@may.example</p>"),
)


@pytest.fixture
def services():
    with Services() as services:
        services.on("may.example", lambda asked: STATUSES if asked.path in ("/tags/bhxh.rss", "/@lehoa.rss") else 404)
        yield services


def see(services, path="/tags/bhxh"):
    source = Source(id="may/bhxh", url=f"https://may.example{path}", outlet="Mastodon", kind="mastodon", category="social")
    with services.open() as web:
        return visit(web, source, None, now=NOW, backoff=3600)


@pytest.mark.parametrize("path", ["/tags/bhxh", "/tags/bhxh.rss", "/@lehoa", "/@lehoa/"])
def test_a_status_is_its_own_title(services, path):
    reading = see(services, path)
    assert reading.visit.outcome == "ok"
    assert [entry.title for entry in reading.entries] == [
        "bao giờ trả sổ #bhxh? Gọi [số điện thoại]",
        "Rút một lần thì thiệt",
        "Đóng tiếp đi [tên]",
    ]
    assert {(entry.kind, entry.summary) for entry in reading.entries} == {("post", "")}
    assert reading.entries[0].published == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_nothing_of_an_entry_names_its_author(services):
    told = repr(see(services).entries)
    assert not [name for name in ("lehoa", "Lê Hoa", "@", "nam/") if name in told]
    assert "https://may.example/statuses/1145" in told
    assert "https://khac.example/statuses/77" in told


def test_a_server_of_another_make_keeps_its_address():
    assert nameless("https://pleroma.example/notice/Abc") == "https://pleroma.example/notice/Abc"


def test_try_knows_a_mastodon_server_by_what_it_says_of_itself(services):
    services.on("video.example", "<html><body>@lehoa</body></html>")
    with services.open() as web:
        (clue,) = recognise(web.get("https://may.example/@lehoa.rss", limit=100_000, seconds=5))
        assert (clue.kind, clue.url) == ("mastodon", "https://may.example/@lehoa.rss")
        assert recognise(web.get("https://video.example/@lehoa", limit=100_000, seconds=5)) == ()


def test_an_account_that_is_gone_is_told(services):
    services.on("may.example", 410)
    assert see(services).visit.outcome == "gone"
    services.on("may.example", "<!doctype html><html><body>Mastodon</body></html>")
    assert see(services).visit.outcome == "wrong"
