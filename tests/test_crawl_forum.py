"""Forums on XenForo, on a loopback server that answers as voz does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from loopback import Services

from monitor.crawl.forum import recognise
from monitor.crawl.visit import gather_all, visit
from monitor.records import Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
FORUM = Source(
    id="dien-dan/bao", url="https://dien-dan.example/f/diem-bao.33/", outlet="Diễn đàn", kind="xenforo", category="forum"
)
QUOTE = """<blockquote data-attributes="member: 5" data-quote="lehoa72" class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote">
<div class="bbCodeBlock-title"><a href="/goto/post?id=9" class="bbCodeBlock-sourceJump">lehoa72 said:</a></div>
<div class="bbCodeBlock-content">Rút hết cho xong</div></blockquote>"""
MENTION = (
    '<a href="https://dien-dan.example/u/tran-nam.77/" class="username" data-user-id="77" data-username="@Trần Nam">@Trần Nam</a>'
)


def item(number: int, title: str, text: str, pinned: bool = False) -> str:
    return f"""<item><title>{title}</title><pubDate>Fri, 20 Nov 2026 02:00:00 +0000</pubDate>
<link>https://dien-dan.example/t/chuyen-de.{number}/</link><guid>https://dien-dan.example/t/chuyen-de.{number}/</guid>
<author>invalid@example.com (lehoa72)</author><category domain="https://dien-dan.example/f/diem-bao.33/"><![CDATA[Điểm báo]]></category>
<dc:creator>lehoa72</dc:creator><content:encoded><![CDATA[<div class="bbWrapper">{text}<br />
<br />
<a href="https://dien-dan.example/t/chuyen-de.{number}/" class="link link--internal">Read more</a></div>]]></content:encoded>
<slash:comments>206</slash:comments></item>"""


def feed(*items: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Điểm báo</title><description>Tin</description><pubDate>Fri, 20 Nov 2026 03:00:00 +0000</pubDate>
<lastBuildDate>Fri, 20 Nov 2026 03:00:00 +0000</lastBuildDate><generator>Diễn đàn</generator>
<link>https://dien-dan.example/f/diem-bao.33/</link>
<atom:link rel="self" type="application/rss+xml" href="https://dien-dan.example/f/diem-bao.33/index.rss"/>{"".join(items)}</channel></rss>"""


@pytest.fixture
def services():
    with Services() as services:
        whole = feed(
            item(9, "thảo luận - Rút BHXH một lần", f"{QUOTE}{MENTION} thế thì thiệt, gọi 0912.345.678"),
            item(8, "Sổ BHXH", "Chờ mãi"),
        )
        services.on("dien-dan.example", lambda asked: whole if asked.path == "/f/diem-bao.33/index.rss" else 404)
        yield services


def see(services: Services):
    with services.open() as web:
        return visit(web, FORUM, None, now=NOW, backoff=3600)


def test_a_forum_gives_its_threads_as_posts(services):
    reading = see(services)
    assert (reading.visit.outcome, reading.visit.problem) == ("ok", "")
    assert [(entry.title, entry.link) for entry in reading.entries] == [
        ("thảo luận - Rút BHXH một lần", "https://dien-dan.example/t/chuyen-de.9/"),
        ("Sổ BHXH", "https://dien-dan.example/t/chuyen-de.8/"),
    ]
    assert reading.entries[1].summary == "Chờ mãi"
    assert {entry.kind for entry in reading.entries} == {"post"}
    assert reading.entries[0].published == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_creators_quoted_members_mentions_and_numbers_are_left_out(services):
    entry = see(services).entries[0]
    assert not [name for name in ("lehoa72", "Trần Nam", "0912", "invalid@", "Read more") if name in repr(entry)]
    assert entry.summary == "Rút hết cho xong\nthế thì thiệt, gọi [số điện thoại]"


def test_the_page_of_a_thread_is_never_read(services):
    with services.open() as web:
        readings = [visit(web, FORUM, None, now=NOW, backoff=3600)]
        ((gathering, problems),) = gather_all(
            web, readings, wanted=lambda entry: True, known=lambda entries: set(), now=NOW, threads=1
        )
    assert len(gathering.articles) == 2
    assert not gathering.captures
    assert not problems
    assert [asked.path for asked in services.asked] == ["/f/diem-bao.33/index.rss"]


def test_a_board_behind_a_challenge_is_blocked(services):
    services.on(
        "dien-dan.example",
        (403, {"Content-Type": "text/html"}, b"<html><title>Just a moment...</title><script>cf-chl</script></html>"),
    )
    assert see(services).visit.outcome == "blocked"


def test_try_knows_a_board_by_what_its_pages_say(services):
    board = '<!DOCTYPE html><html id="XF" lang="vi-VN" data-app="public"><body></body></html>'
    services.on("dien-dan.example", lambda asked: board if asked.path != "/blog" else "<html><body>Blog</body></html>")
    with services.open() as web:
        (clue,) = recognise(web.get("https://dien-dan.example/f/diem-bao.33/", limit=10_000, seconds=5))
        other = recognise(web.get("https://dien-dan.example/blog", limit=10_000, seconds=5))
    assert (clue.kind, clue.url) == ("xenforo", "https://dien-dan.example/f/diem-bao.33/index.rss")
    assert other == ()
