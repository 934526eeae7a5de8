"""Recorded feeds and pages of real outlets, where they are at hand; none of their words stand here."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.crawl.extract import read_page
from monitor.crawl.feeds import read_feed
from monitor.errors import NotAnArticle

REAL = Path(__file__).parents[2] / "shared" / "real"
AT = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the recorded feeds and pages lie beside the checkout; they are not here"
)


def test_every_recorded_feed_gives_all_its_items_that_have_a_link_and_all_their_dates() -> None:
    for path in sorted((REAL / "feeds").glob("*.xml")):
        body = path.read_bytes()
        linked = sum(b"<link>" in item for item in body.split(b"<item>")[1:])
        document = read_feed(body, source_id="bao/home", base="https://bao.example/rss", fetched=AT)
        assert len(document.entries) == linked, path.name
        assert document.skipped == body.count(b"<item>") - linked, path.name
        assert all(entry.published and entry.summary for entry in document.entries), path.name


def test_the_recorded_article_reads_as_people_read_it() -> None:
    path = next((REAL / "pages").glob("*article*.html"))
    expected = json.loads(path.with_suffix("").with_suffix(".expected.json").read_text(encoding="utf-8"))["V1"]
    page = read_page(path.read_bytes(), url="https://bao.example/1.html", fetched=AT)
    assert page.title == expected["title"]
    assert page.published == datetime.fromisoformat(expected["publishing_date"]).astimezone(UTC)
    assert page.lead == expected["body"]["summary"][0]
    wanted = " ".join(part for section in expected["body"]["sections"] for part in section["paragraphs"]).split()
    found = page.text.split()
    both = len(set(wanted) & set(found))
    assert both / len(set(wanted)) > 0.95
    assert both / len(set(found)) > 0.95


def test_a_recorded_home_page_is_no_article_even_under_another_address() -> None:
    for path in (REAL / "pages").glob("*home*.html"):
        body = path.read_bytes()
        (home, *_) = re.findall(r"https?://[a-z.]+", re.findall(r"<link[^>]*canonical[^>]*>", body.decode("utf-8", "replace"))[0])
        for url in (f"{home}/", f"{home}/trang.htm"):
            with pytest.raises(NotAnArticle):
                read_page(body, url=url, fetched=AT)
