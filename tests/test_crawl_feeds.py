"""What a feed's bytes become."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakeweb import item, rss

from monitor.crawl.feeds import LIMIT, FeedDocument, read_feed
from monitor.errors import NotAFeed

FEEDS = Path(__file__).parent / "feeds"
AT = datetime(2025, 11, 20, 5, 0, tzinfo=UTC)
BASE = "https://xa.example/rss/home.rss"


def read(name_or_body: str | bytes, **more: str) -> FeedDocument:
    body = (FEEDS / name_or_body).read_bytes() if isinstance(name_or_body, str) else name_or_body
    return read_feed(body, source_id="bao/home", base=BASE, fetched=AT, **more)


def titles(document: FeedDocument) -> list[str]:
    return [entry.title for entry in document.entries]


def test_a_plain_feed_gives_title_link_guid_summary_and_date() -> None:
    document = read("rss20-plain.xml")
    first, second = document.entries
    assert document.title == "Báo Sông Hậu - Thời sự"
    assert (first.title, first.link) == ("Chợ nổi mở lại, bà con hỏi chuyện thẻ BHYT", "https://songhau.example/cho-noi-101.html")
    assert (first.guid, first.source, first.kind) == ("songhau-101", "bao/home", "news")
    assert first.summary.startswith("Sáng nay hơn trăm ghe hàng")
    assert first.published == datetime(2025, 11, 19, 23, 15, tzinfo=UTC)
    assert second.published == datetime(2025, 11, 19, 22, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "title", "link"),
    [
        (
            "rss-browser-preamble.xml",
            "Rẫy cà phê được mùa, người hái thuê đòi đóng bảo hiểm",
            "https://caonguyen.example/ca-phe-7.html",
        ),
        ("rss-prolog-says-utf16.xml", "Ngư dân góp quỹ, tàu nào cũng có bảo hiểm", "https://kinhtebien.example/ngu-dan-3.html"),
        ("rss-windows-1258.xml", "Bảo hiểm xã hội một lần và nỗi lo tuổi già", "https://cuky.example/mot-lan"),
        ("rss-utf16-with-mark.xml", "Bảo hiểm xã hội một lần và nỗi lo tuổi già", "https://cuky.example/mot-lan"),
        ("rss-double-encoded-titles.xml", 'Quỹ "mồ côi" & chuyện ai đóng', "https://tintre.example/quy-9.html"),
        ("rss091-old.xml", "Mười năm trước đã nói", "https://cu.example/a"),
        ("rdf10.xml", "Thông tư hướng dẫn đóng bù", "https://rdf.example/vb/5"),
        ("atom10.xml", "Công nhân bốc xếp có sổ", "https://bencang.example/8"),
        ("feed.json", "Đò ngang chở thuốc ra cù lao", "https://culao.example/do-ngang"),
        ("rss-control-characters.xml", "Dòng có ký tự cấm", "https://cam.example/1"),
    ],
)
def test_every_kind_of_feed_gives_its_first_headline_in_plain_letters(name: str, title: str, link: str) -> None:
    first = read(name).entries[0]
    assert (first.title, first.link) == (title, link)


def test_one_broken_byte_does_not_turn_a_feed_into_gibberish() -> None:
    (title,) = titles(read("rss-one-broken-byte.xml"))
    assert title.startswith("Bảo hiểm xã hội một lần và nỗi lo")


def test_nine_ways_to_write_one_moment_are_one_moment() -> None:
    entries = read("rss-nine-ways-to-write-a-date.xml").entries
    assert len(entries) == 9
    assert {entry.published for entry in entries} == {datetime(2025, 9, 14, 11, 44, tzinfo=UTC)}


def test_a_date_in_the_future_is_not_believed_unless_the_link_says_how_it_is_meant() -> None:
    soon, later, swapped = read("rss-dates-in-the-future.xml").entries
    assert soon.published == datetime(2025, 11, 20, 5, 10, tzinfo=UTC)
    assert later.published is None
    assert swapped.published == datetime(2025, 6, 11, 1, 0, tzinfo=UTC)


def test_a_summary_is_its_words_without_picture_link_and_stray_break() -> None:
    (entry,) = read("rss-image-and-stray-break-in-summary.xml").entries
    assert entry.summary == "Bà cụ bán xôi cầm quyển sổ, cười: chờ mãi, lương < 3 triệu cũng mừng."


def test_relative_links_are_resolved_against_the_feed() -> None:
    links = [entry.link for entry in read("rss-relative-links.xml").entries]
    assert links == ["https://xa.example/tin/lich-tra?ItemID=12", "https://xa.example/rss/the-bhyt.aspx?id=7"]


def test_bare_ampersands_and_unknown_entities_cost_nothing() -> None:
    first, second = read("rss-bare-ampersand-and-unknown-entity.xml").entries
    assert first.title == "Hỏi & đáp: nghỉ việc rồi đóng tiếp ở đâu ?"
    assert first.link == "https://ghenh.example/hoi?a=1&b=2"
    assert second.title == "Xưởng may tăng ca cuối năm"


def test_a_bad_item_costs_itself_and_not_its_neighbours() -> None:
    found = titles(read("rss-one-item-swallows-the-next.xml"))
    assert [title for title in found if title != "Tin hỏng"] == ["Tin đứng trước", "Tin đứng sau", "Tin sau nữa"]


def test_whatever_makes_the_parser_fail_costs_one_item(monkeypatch: pytest.MonkeyPatch) -> None:
    import feedparser

    real = feedparser.parse

    def fragile(stream: object, **options: object) -> object:
        text = stream.getvalue()  # type: ignore[attr-defined]
        if b"Tin 37<" in text:
            raise RuntimeError("one of the twenty-three")
        return real(text, **options)

    monkeypatch.setattr(feedparser, "parse", fragile)
    body = rss(*(item(f"Tin {number}", f"https://bao.example/{number}") for number in range(100)), title="x").encode()
    document = read(body)
    assert titles(document) == [f"Tin {number}" for number in range(100) if number != 37]
    assert document.skipped == 1


def test_items_without_a_link_or_without_words_are_left_out_and_counted() -> None:
    document = read("rss-items-without-link-or-words.xml")
    assert titles(document) == ["Đủ cả"]
    assert document.skipped == 3


def test_json_items_without_an_address_are_left_out_and_counted() -> None:
    document = read("feed.json")
    assert titles(document) == ["Đò ngang chở thuốc ra cù lao", "Hôm nay phà nghỉ."]
    assert document.skipped == 2
    assert document.entries[0].published == datetime(2025, 11, 19, 22, 0, tzinfo=UTC)


def test_a_post_without_a_title_gets_the_beginning_of_its_words() -> None:
    (entry,) = read("rss-posts-without-titles.xml", kind="post").entries
    assert entry.title == "Sáng ra trạm y tế phường xin chuyển viện cho mẹ, cô trực bảo từ năm nay khỏi…"
    assert entry.kind == "post"
    assert entry.summary.endswith("Mừng quá.")


def test_a_feed_that_breaks_off_gives_what_came() -> None:
    assert titles(read("rss-cut-off.xml"))[:2] == ["Còn nguyên", "Cũng còn"]


def test_a_feed_without_items_gives_none() -> None:
    assert read("rss-without-items.xml").entries == ()


def test_an_entity_bomb_stays_small_and_no_file_is_read() -> None:
    (entry,) = read("rss-entity-bomb.xml").entries
    assert entry.title.startswith("Nổ")
    assert len(entry.title) < 50


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty answer"),
        (b"  \n ", "an empty answer"),
        ("html-challenge.html", "a challenge page"),
        ("html-home-page.html", "an HTML page"),
        (b'{"items": "none"}', "not a JSON Feed"),
        (b'{"items": [', "broken JSON"),
        (b"[" * 100_000, "JSON"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "something else"),
    ],
)
def test_what_is_no_feed_says_what_it_looks_like(body: str | bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words) as caught:
        read(body)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("bao/home: ")


def test_only_the_first_two_thousand_items_are_read_and_quickly() -> None:
    one = item("Tin", "https://bao.example/a")
    begun = time.process_time()
    document = read(rss(*[one] * 100_000).encode())
    assert len(document.entries) == LIMIT
    assert time.process_time() - begun < 3


def test_only_the_first_two_thousand_items_of_json_are_read() -> None:
    body = json.dumps({"items": [{"url": "https://bao.example/a", "title": "Tin"}] * 5_000}).encode()
    assert len(read(body).entries) == LIMIT


def test_a_long_title_is_cut_at_five_hundred_characters() -> None:
    (entry,) = read(rss(item("dài " * 300_000, "https://bao.example/a")).encode()).entries
    assert len(entry.title) <= 500


def test_an_item_is_kept_as_it_stood_in_its_feed_and_alone() -> None:
    first, second = item("Một & hai", "https://bao.example/1", summary="Sa pô."), item("Ba", "https://bao.example/2")
    found = [entry.stated for entry in read(rss(first, f"\n  {second}\n").encode()).entries]
    assert found == [first, second]
    (entry, *_) = read("feed.json").entries
    assert json.loads(entry.stated)["url"].startswith("https://culao.example/")


def test_items_that_are_all_dated_at_the_moment_we_asked_have_no_date() -> None:
    stamped = [item(f"Tin {n}", f"https://bao.example/{n}", published=AT - timedelta(seconds=n)) for n in range(5)]
    assert [entry.published for entry in read(rss(*stamped).encode()).entries] == [None] * 5
    spread = [item(f"Tin {n}", f"https://bao.example/{n}", published=AT - timedelta(minutes=n)) for n in range(5)]
    assert all(entry.published for entry in read(rss(*spread).encode()).entries)
    dumped = [item(f"Tin {n}", f"https://bao.example/{n}", published=AT - timedelta(days=3)) for n in range(5)]
    assert all(entry.published for entry in read(rss(*dumped).encode()).entries)
    assert read(rss(stamped[0]).encode()).entries[0].published == AT
