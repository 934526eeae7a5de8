# ruff: noqa: E501 (pages as a server sends them)
"""Public channels of Telegram, on a loopback server that answers as t.me does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Services

from monitor.crawl.answer import Fetched
from monitor.crawl.telegram import address, read, recognise
from monitor.crawl.visit import visit
from monitor.errors import ParseError
from monitor.records import Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CHANNEL = Source(id="kenh/telegram", url="https://t.me/kenhthu", outlet="Kênh Thử", kind="telegram", category="social")
TEXT = '<div class="tgme_widget_message_text js-message_text" dir="auto">{}</div>'


def message(number: int, inside: str, *, time: str = "2026-11-20T02:00:00+00:00", mark: str = "", meta: str = "") -> str:
    link = f"https://t.me/kenhthu/{number}"
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message {mark}" data-post="kenhthu/{number}" data-view="x">
<div class="tgme_widget_message_user"><a href="https://t.me/kenhthu"><i class="tgme_widget_message_user_photo bgcolor5"></i></a></div>
<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color">
<a class="tgme_widget_message_owner_name" href="https://t.me/kenhthu"><span dir="auto">Kênh Thử</span></a></div>{inside}
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">1.2K</span><span class="copyonly"> views</span><span class="tgme_widget_message_from_author">Lê Hoa</span>
<span class="tgme_widget_message_meta">{meta}<a class="tgme_widget_message_date" href="{link}"><time datetime="{time}" class="time">09:00</time></a></span>
</div></div></div></div></div>"""


def page(*messages: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Kênh Thử – Telegram</title></head><body class="widget_frame_base">
<header class="tgme_header"><div class="tgme_header_title_wrap"><div class="tgme_channel_info_header_title"><span dir="auto">Kênh Thử</span></div></div></header>
<main class="tgme_main"><section class="tgme_channel_history js-message_history">{"".join(messages)}</section></main></body></html>"""


FORWARDED = """<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from
<span class="tgme_widget_message_forwarded_from_name" dir="auto">Trần Văn Nam</span></div>"""
REPLY = """<a class="tgme_widget_message_reply user-color-default" href="https://t.me/kenhthu/1"><div class="tgme_widget_message_author">
<span class="tgme_widget_message_author_name" dir="auto">Trần Nam</span></div>
<div class="tgme_widget_message_text js-message_text js-message_reply_text" dir="auto">Lời cũ</div></a>"""
ALBUM = """<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap"><div class="tgme_widget_message_grouped js-message_grouped">
<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/kenhthu/5?single" style="background-image:url('https://cdn.example/1.jpg')"></a>
<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="https://t.me/kenhthu/6?single" style="background-image:url('https://cdn.example/2.jpg')"></a>
</div></div>"""
VIDEO = '<time class="message_video_duration js-message_video_duration">0:42</time>'
PREVIEW = """<a class="tgme_widget_message_link_preview" href="https://bao.example/1"><div class="link_preview_site_name">Báo</div>
<div class="link_preview_title" dir="auto">Lương hưu tăng 8%</div><div class="link_preview_description">Mô tả</div></a>"""
POLL = '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Rút hay giữ?</div><div class="tgme_widget_message_poll_option_text">Rút</div></div>'
DATE = '<div class="tgme_widget_message_service_date_wrap"><div class="tgme_widget_message_service_date">November 20</div></div>'


@pytest.fixture
def services():
    with Services() as services:
        yield services


def see(services: Services, *messages: str):
    services.on("t.me", lambda asked: page(*messages) if asked.path == "/s/kenhthu" else 404)
    with services.open() as web:
        return visit(web, CHANNEL, None, now=NOW, backoff=3600)


def test_messages_come_newest_first_with_their_date_and_address(services):
    old = message(1, TEXT.format("Tin cũ<br/>dòng hai &amp; <b>đậm</b>"), time="2026-11-19T23:30:00+07:00")
    new = message(2, TEXT.format('Tin mới <i class="emoji"><b>😀</b></i>'))
    entries = see(services, old, new).entries
    assert [(entry.title, entry.link) for entry in entries] == [
        ("Tin mới 😀", "https://t.me/kenhthu/2"),
        ("Tin cũ dòng hai & đậm", "https://t.me/kenhthu/1"),
    ]
    assert [entry.published.isoformat() for entry in entries] == ["2026-11-20T02:00:00+00:00", "2026-11-19T16:30:00+00:00"]
    assert {entry.kind for entry in entries} == {"post"}


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (FORWARDED + TEXT.format("Lời của người khác"), "Lời của người khác"),
        (REPLY + TEXT.format("Lời mới"), "Lời mới"),
        (ALBUM + TEXT.format("Ảnh hội nghị"), "Ảnh hội nghị"),
        (VIDEO + TEXT.format("Phim ngắn"), "Phim ngắn"),
        (TEXT.format(TEXT.format("Trong khung")), "Trong khung"),
        (TEXT.format("https://bao.example/1") + PREVIEW, "https://bao.example/1 Lương hưu tăng 8%"),
        (POLL, "Rút hay giữ?"),
        (TEXT.format("Gọi 0912345678 @lehoa"), "Gọi [số điện thoại] [tên]"),
        (DATE + TEXT.format("Sau ngày"), "Sau ngày"),
    ],
)
def test_a_message_is_its_own_words_and_nothing_of_who_wrote_them(services, inside, said):
    (entry,) = see(services, message(7, inside)).entries
    assert entry.title == said
    assert entry.published == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert not [name for name in ("Nam", "Lê Hoa", "Lời cũ") if name in repr(entry)]


def test_an_edited_message_keeps_its_first_date_and_address(services):
    (entry,) = see(services, message(3, TEXT.format("Đã sửa"), meta="edited ")).entries
    assert (entry.title, entry.published) == ("Đã sửa", datetime(2026, 11, 20, 2, 0, tzinfo=UTC))


def test_service_messages_and_messages_without_words_are_left_out_and_are_no_loss(services):
    pinned = message(8, TEXT.format("Kênh Thử pinned a photo"), mark="service_message")
    reading = see(services, pinned, message(9, ALBUM), message(10, TEXT.format("Tin")))
    assert [entry.title for entry in reading.entries] == ["Tin"]
    assert reading.visit.problem == ""


def test_a_long_message_is_headed_by_its_beginning(services):
    (entry,) = see(services, message(1, TEXT.format("Đóng bảo hiểm xã hội " * 60))).entries
    assert entry.title.startswith("Đóng bảo hiểm")
    assert entry.title.endswith("…")
    assert len(entry.summary) > 1_000


def test_a_channel_without_messages_is_empty_and_a_private_one_is_told(services):
    assert see(services).visit.outcome == "empty"
    services.on("t.me", '<html><body><div class="tgme_page"><div class="tgme_page_title">Nhóm</div></div></body></html>')
    with services.open() as web:
        found = visit(web, CHANNEL, None, now=NOW, backoff=3600).visit
    assert found.outcome == "wrong"
    assert "no public channel" in found.problem


@pytest.mark.parametrize("body", [b"", b"\x00", b"<", b"<html>"])
def test_hostile_bytes_raise_only_our_errors(body):
    found = Fetched(url="u", final="https://t.me/s/kenhthu", status=200, headers={}, body=body)
    with pytest.raises(ParseError):
        read(found, CHANNEL, now=NOW)


@given(st.text(alphabet='<>/="divtgme_wpost -01', max_size=80))
def test_any_markup_gives_entries_or_our_error(text):
    body = f'<section class="tgme_channel_history"><div class="tgme_widget_message" data-post="{text}">{text}'
    found = Fetched(url="u", final="https://t.me/s/kenhthu", status=200, headers={}, body=body.encode())
    assert isinstance(read(found, CHANNEL, now=NOW).entries, tuple)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://t.me/kenhthu", "https://t.me/s/kenhthu"),
        ("https://t.me/s/kenhthu/", "https://t.me/s/kenhthu"),
        ("https://t.me/kenhthu/12", "https://t.me/s/kenhthu"),
    ],
)
def test_a_channel_is_asked_for_at_its_public_page_and_known_by_its_address(url, asked):
    assert address(url) == asked
    found = Fetched(url=url, final=url, status=200, headers={}, body=b"")
    assert [clue.url for clue in recognise(found)] == [asked]


@pytest.mark.parametrize("url", ["https://t.me/joinchat/AAA", "https://t.me/+abc", "https://bao.example/kenhthu"])
def test_what_is_no_channel_is_not_taken_for_one(url):
    assert recognise(Fetched(url=url, final=url, status=200, headers={}, body=b"")) == ()
