"""Hostile bytes, made here from a fixed seed: only our errors, in little time, and clean text from whatever is read."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakeweb import article_page, item, rss

from monitor.crawl.discover import look
from monitor.crawl.extract import feed_links, read_page
from monitor.crawl.feeds import LIMIT, read_feed
from monitor.errors import NotAFeed, NotAnArticle
from monitor.text import clean

AT = datetime(2025, 11, 20, tzinfo=UTC)
PARTS = 60
HERE = Path(__file__).parent
SECONDS = 4.0  # of the processor; the whole stays within its time, whoever else is at work on the machine
NAUGHTY = (
    "", "\0", "\ufeff", "\u202e ngược", "\u200b", "a\u0301\u0323" * 5_000, "\ud7ff\ue000", "\U0010ffff", "𝕭𝖍𝖝𝖍",
    "🏥" * 1_000, "undefined", "NaN", "-1e400", "' OR 1=1 --", "=cmd|' /C calc'!A0", "${jndi:ldap://x}", "{{7*7}}", "%s%n",
    "<script>alert(1)</script>", "javascript:alert(1)", "<img src=x onerror=alert(1)>", "]]>", "<![CDATA[", "<!--", "-->",
    "&", "&#0;", "&#x110000;", "&#xD800;", "&bogus;", "http://[::1", "//", "\\", "'\"", "file:///x", "data:text/html,x",
    "http://a@b/", "http://" + "a." * 3_000, "%00", "%ff%fe", "ｈｔｔｐ：／／", "\r\n\r\nX: y", "\x1b[31m", "0" * 10_000, "١٢٣",
)  # fmt: skip


MUCH = {
    "angles": b"<", "tags": b"<a>", "ends": b"</a>", "comments": b"<!--", "characters": b"<![CDATA[", "ampersands": b"&",
    "semicolons": b"&;", "doctypes": b"<!DOCTYPE", "attributes": b"<a b='", "quotes": b"'\"", "questions": b"<?xml",
    "nested": b"<div>", "lists": b"<ul><li>", "tables": b"<table><tr><td>", "inline": b"<b><i>", "links": b"<a href=x>a</a>",
    "paragraphs": b"<p>a", "breaks": b"<br>", "slashes": b"<//", "scripts": b"<script>", "blanks": b" ", "lines": b"\n",
    "zeros": b"\0", "high bytes": b"\xff", "letters": "ơ".encode(), "styles": b"<p style='a:b;", "dashes": b" - ",
    "entities": b"&#803;&#769;", "escaped tags": b"&lt;p ", "escaped scripts": b"&lt;script&gt;", "escaped comments": b"&lt;!-- ",
    "no-break blanks": b"&#160;",
}  # fmt: skip


def fields() -> Iterator[tuple[str, bytes]]:
    """Each naughty string in each place of an item, of a JSON item and of a page."""
    for number, text in enumerate(NAUGHTY):
        raw = "".join(f"<{name}>{text}</{name}>" for name in ("title", "link", "guid", "pubDate", "description"))
        yield (
            f"naughty {number} raw",
            rss(f"<item>{raw}</item>", item("Tin lành", "https://bao.example/lanh")).encode("utf-8", "surrogatepass"),
        )
        yield (
            f"naughty {number} escaped",
            rss(item(text, "https://bao.example/1", summary=text, published=text, guid=text), title=text).encode(),
        )
        said = {"id": text, "url": f"https://bao.example/{text}", "title": text, "summary": text, "date_published": text}
        yield f"naughty {number} json", json.dumps({"title": text, "items": [said, {text: text}, text]}).encode()
        yield (
            f"naughty {number} page",
            article_page(text, lead=text, text=(text,) * 3, url=text, head=f"<meta name='{text}' content='{text}'>").encode(),
        )


def damaged() -> Iterator[tuple[str, bytes]]:
    """Our own fixtures cut, shuffled, and with bytes changed."""
    dice = random.Random(7)
    for path in sorted([*(HERE / "feeds").iterdir(), *(HERE / "pages").iterdir()]):
        whole = path.read_bytes()
        for number in range(3):
            yield f"{path.name} cut {number}", whole[: dice.randrange(len(whole))]
        flipped = bytearray(whole)
        for _ in range(max(1, len(whole) // 50)):
            flipped[dice.randrange(len(whole))] = dice.randrange(256)
        yield f"{path.name} flipped", bytes(flipped)
        pieces = [whole[at : at + 40] for at in range(0, len(whole), 40)]
        dice.shuffle(pieces)
        yield f"{path.name} shuffled", b"".join(pieces)
        yield f"{path.name} as utf-16", whole.decode("utf-8", "replace").encode("utf-16")
        yield f"{path.name} with zeros", b"\0".join(whole[at : at + 30] for at in range(0, len(whole), 30))


def big() -> Iterator[tuple[str, bytes]]:
    """Much of one thing, where something might take time by the square or memory without end."""
    head, foot = b'<rss version="2.0"><channel>', b"</channel></rss>"
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    yield (
        "a billion laughs",
        f'<!DOCTYPE rss [<!ENTITY a0 "x">{entities}]>'.encode() + head + b"<item><title>&a11;</title></item>" + foot,
    )
    yield (
        "one big entity",
        b'<!DOCTYPE rss [<!ENTITY a "'
        + b"x" * 100_000
        + b'">]>'
        + head
        + b"<item><title>"
        + b"&a;" * 10_000
        + b"</title></item>"
        + foot,
    )
    yield "100,000 items", rss(*[item("Tin", "https://bao.example/1")] * 100_000).encode()
    yield "100,000 open items", head + b"<item>" * 100_000
    yield "a title of a megabyte", rss(item("dài " * 250_000, "https://bao.example/1")).encode()
    yield "a link of a megabyte", rss(item("Tin", "https://bao.example/" + "a" * 10**6)).encode()
    yield "a date of a megabyte", rss(item("Tin", "https://bao.example/1", published="1/" * 500_000)).encode()
    yield "a summary of five megabytes", rss(item("Tin", "https://bao.example/1", summary="<p>đoạn</p>" * 400_000)).encode()
    yield "a pile of marks", rss(item("a" + "\u0301" * 300_000 + "\u0323" * 300_000, "https://bao.example/1")).encode()
    yield "a pile of escaped marks", rss(item("a" + "&#769;" * 60_000 + "&#803;" * 60_000, "https://bao.example/1")).encode()
    for name, part in MUCH.items():
        much = part * (60_000 // len(part))
        yield f"{name} in a feed", head + b"<item><title>" + much + b"</title><link>https://bao.example/1</link></item>" + foot
        yield (
            f"{name} in a summary",
            rss(item("Tin", "https://bao.example/1", summary="a" + much.decode("utf-8", "replace") + "b")).encode(),
        )
        yield f"{name} in a channel", head + much + foot
        yield (
            f"{name} in a page",
            b"<html><head><title>x</title></head><body><article><p>a" + much + b"</p></article></body></html>",
        )
        yield f"{name} alone", much
    for depth in (300, 5_000):
        yield f"json {depth} deep", b'{"items":' + b"[" * depth + b"]" * depth + b"}"
        deep = '{"@graph":[' * depth + "{}" + "]}" * depth
        yield (
            f"json-ld {depth} deep",
            f'<html><head><script type="application/ld+json">{deep}</script></head><body>x</body></html>'.encode(),
        )
        yield f"a page {depth} deep", b"<html><body>" + b"<div>" * depth + b"x" + b"</div>" * depth + b"</body></html>"
        yield (
            f"a feed {depth} deep",
            b"<feed><entry><content type='xhtml'>" + b"<div>" * depth + b"x" + b"</div>" * depth + b"</content></entry></feed>",
        )


def noise() -> Iterator[tuple[str, bytes]]:
    """Bytes and words by chance."""
    dice = random.Random(11)
    words = [
        b"<rss>",
        b"<item>",
        b"</item>",
        b"<title>",
        b"<![CDATA[",
        b"]]>",
        b"<entry>",
        b"&",
        b"<link",
        b"href=",
        b'"',
        b"'",
        b">",
        b"\xc3",
        b"<html>",
        b"<p>",
    ]
    for number in range(60):
        yield f"bytes {number}", dice.randbytes(dice.randrange(3_000))
        yield f"words {number}", b"<rss><channel>" * (number % 2) + b"".join(dice.choice(words) for _ in range(400))


INPUTS = [*fields(), *damaged(), *big(), *noise()]


def test_there_are_more_than_five_hundred_hostile_inputs() -> None:
    assert len(INPUTS) > 500
    assert len({name for name, _ in INPUTS}) == len(INPUTS)


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_bytes_give_clean_entries_or_our_error_in_little_time(part: int) -> None:
    for name, body in INPUTS[part::PARTS]:
        begun = time.process_time()
        try:
            document = read_feed(body, source_id="bao/home", base="https://bao.example/rss", fetched=AT)
        except NotAFeed as error:
            told = str(error)
        else:
            told = ""
            assert len(document.entries) <= LIMIT, name
            for entry in document.entries:
                assert entry.link.startswith(("http://", "https://")), name
                assert len(entry.title) <= 500, name
                assert "\n" not in entry.title, name
                assert all(clean(text) == text for text in (entry.title, entry.summary, entry.guid, document.title)), name
        assert "\n" not in told, name
        assert time.process_time() - begun < SECONDS, name


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_bytes_give_a_clean_page_or_our_error_in_little_time(part: int) -> None:
    for name, body in INPUTS[part::PARTS]:
        begun = time.process_time()
        feed_links(body, url="https://bao.example/1")
        try:
            page = read_page(body, url="https://bao.example/1", fetched=AT)
        except NotAnArticle as error:
            told = str(error)
        else:
            told = ""
            assert page.url.startswith("https://bao.example/"), name
            assert all(clean(text) == text for text in (page.title, page.lead, page.text, page.author, page.outlet)), name
        assert "\n" not in told, name
        assert time.process_time() - begun < SECONDS, name


def test_a_good_item_beside_a_naughty_one_is_never_lost() -> None:
    for name, body in fields():
        if name.endswith("raw"):
            document = read_feed(body, source_id="bao/home", base="https://bao.example/rss", fetched=AT)
            assert any(entry.title == "Tin lành" for entry in document.entries), name


def test_trying_a_hostile_address_is_a_finding() -> None:
    from fakeweb import FakeWeb

    fake = FakeWeb()
    with fake.open(robots=False) as web:
        for name, body in INPUTS[::25]:
            fake.put("https://bao.example/1", body)
            assert look(web, "https://bao.example/1", now=AT).url, name
