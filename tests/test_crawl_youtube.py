"""Channels of YouTube, on a loopback server that answers as theirs does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from loopback import Services

from monitor.crawl.kinds import RECOGNISERS
from monitor.crawl.visit import gather_all, visit
from monitor.crawl.youtube import address, recognise
from monitor.records import Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CHANNEL = "UCabwz0123456789ABCDEFGH"
TV = Source(id="truyenhinh/youtube", url=f"https://www.youtube.com/channel/{CHANNEL}", outlet="Truyền hình Thử", kind="youtube")

ENTRY = """ <entry>
  <id>yt:video:{id}</id>
  <yt:videoId>{id}</yt:videoId>
  <yt:channelId>{channel}</yt:channelId>
  <title>{title}</title>
  <link rel="alternate" href="https://www.youtube.com/{path}"/>
  <author><name>Kênh Thử</name><uri>https://www.youtube.com/channel/{channel}</uri></author>
  <published>2026-11-20T02:00:00+00:00</published>
  <updated>2026-11-20T03:30:00+00:00</updated>
  <media:group>
   <media:title>{title}</media:title>
   <media:content url="https://www.youtube.com/v/{id}?version=3" type="application/x-shockwave-flash" width="640" height="390"/>
   <media:thumbnail url="https://i1.ytimg.com/vi/{id}/hqdefault.jpg" width="480" height="360"/>
   <media:description>{text}</media:description>
   <media:community><media:starRating count="10" average="5.00" min="1" max="5"/><media:statistics views="900"/></media:community>
  </media:group>
 </entry>
"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id={channel}"/>
 <id>yt:channel:{channel}</id>
 <yt:channelId>{channel}</yt:channelId>
 <title>Truyền hình Thử</title>
 <link rel="alternate" href="https://www.youtube.com/channel/{channel}"/>
 <author><name>Truyền hình Thử</name><uri>https://www.youtube.com/channel/{channel}</uri></author>
 <published>2014-06-01T00:00:00+00:00</published>
{entries}</feed>"""
VIDEO = {"id": "AAAAAAAAAAA", "title": "Lương hưu tăng", "text": "Dòng một.\nGọi 0912345678.", "path": "watch?v=AAAAAAAAAAA"}


def feed(*videos: dict[str, str]) -> str:
    return FEED.format(channel=CHANNEL, entries="".join(ENTRY.format(channel=CHANNEL, **video) for video in videos))


@pytest.fixture
def services():
    with Services() as services:
        services.on("www.youtube.com", lambda asked: feed(VIDEO) if asked.query.get("channel_id") == CHANNEL else 404)
        yield services


def see(services: Services, source: Source = TV):
    with services.open() as web:
        return visit(web, source, None, now=NOW, backoff=3600)


def test_a_channel_gives_its_videos_with_title_description_and_date(services):
    reading = see(services)
    (entry,) = reading.entries
    assert (reading.visit.outcome, reading.visit.problem) == ("ok", "")
    assert (entry.title, entry.link) == ("Lương hưu tăng", "https://www.youtube.com/watch?v=AAAAAAAAAAA")
    assert entry.summary == "Dòng một.\nGọi 0912345678."
    assert entry.published == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert services.asked[0].path == "/feeds/videos.xml"


@pytest.mark.parametrize(
    ("category", "kind", "phone"), [("national", "news", True), ("owned", "news", True), ("social", "post", False)]
)
def test_an_outlets_channel_is_press_and_anybody_elses_a_masked_post(services, category, kind, phone):
    (entry,) = see(services, Source(id="a/b", url=TV.url, outlet="A", kind="youtube", category=category)).entries
    assert entry.kind == kind
    assert ("0912345678" in entry.summary) is phone


def test_a_short_and_a_film_have_one_address(services):
    services.on("www.youtube.com", feed({**VIDEO, "path": "shorts/AAAAAAAAAAA"}))
    (entry,) = see(services).entries
    assert entry.link == "https://www.youtube.com/watch?v=AAAAAAAAAAA"


def test_the_watch_page_is_never_read(services):
    with services.open() as web:
        readings = [visit(web, TV, None, now=NOW, backoff=3600)]
        ((gathering, problems),) = gather_all(
            web, readings, wanted=lambda entry: True, known=lambda entries: set(), now=NOW, threads=1
        )
    assert [article.title for article in gathering.articles] == ["Lương hưu tăng"]
    assert not problems
    assert {asked.path for asked in services.asked} == {"/feeds/videos.xml"}


def test_a_channel_that_is_gone_and_a_page_that_is_no_feed_are_told(services):
    services.on("www.youtube.com", 404)
    assert see(services).visit.outcome == "wrong"
    services.on("www.youtube.com", "<!doctype html><html><body>Kênh</body></html>")
    assert see(services).visit.outcome == "wrong"


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", f"channel_id={CHANNEL}"),
        ("https://www.youtube.com/playlist?list=PL1", "playlist_id=PL1"),
        (f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", f"channel_id={CHANNEL}"),
        ("https://www.youtube.com/@kenh", ""),
    ],
)
def test_channels_and_playlists_are_asked_for_at_their_feed(url, asked):
    assert address(url).partition("?")[2] == asked


def test_try_knows_a_channel_by_its_page(services):
    page = f'<html><head><link rel="alternate" type="application/rss+xml" href="https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"></head>'
    services.on("www.youtube.com", page)
    services.on("bao.example", page)
    with services.open() as web:
        (clue,) = recognise(web.get("https://www.youtube.com/@kenh", limit=10_000, seconds=5))
        other = recognise(web.get("https://bao.example/@kenh", limit=10_000, seconds=5))
    assert (clue.kind, clue.url) == ("youtube", f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}")
    assert other == ()
    assert RECOGNISERS["youtube"] is recognise
