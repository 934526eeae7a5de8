"""What a page becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakeweb import article_page

from monitor.crawl.challenge import is_challenge
from monitor.crawl.extract import Page, feed_links, read_page
from monitor.errors import NotAnArticle

PAGES = Path(__file__).parent / "pages"
AT = datetime(2025, 11, 20, 5, 0, tzinfo=UTC)
URL = "https://songhau.example/xom-chai-55.html?utm_source=rss"
TITLE = "Xóm chài chung tay mua thẻ"
LEAD = "Ba mươi hộ góp mỗi ngày một ít để cả xóm có thẻ bảo hiểm y tế."
FIRST, LAST = "Chiều muộn, chiếc ống tre treo ở đầu xóm", "phần dư gửi cho tủ thuốc của trạm y tế."


def read(name: str, url: str = URL) -> Page:
    return read_page((PAGES / name).read_bytes(), url=url, fetched=AT)


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("article-jsonld*.html")))
def test_an_article_is_found_however_its_statement_is_wrapped(name: str) -> None:
    page = read(name)
    assert (page.title, page.lead) == (TITLE, LEAD)
    assert page.published == datetime(2025, 11, 19, 12, 25, 52, tzinfo=UTC)
    assert page.url == "https://songhau.example/xom-chai-55.html"
    assert page.text.startswith(FIRST)
    assert page.text.endswith(LAST)


def test_a_statement_names_author_and_outlet() -> None:
    page = read("article-jsonld.html")
    assert (page.author, page.outlet) == ("Lam Hà", "Báo Sông Hậu")


def test_neither_title_lead_author_menu_nor_related_news_stand_in_the_text() -> None:
    text = read("article-jsonld.html").text
    for other in (TITLE, LEAD, "Lam Hà", "Trang chủ", "Tin liên quan", "Cá về đầy bến", "Bản quyền"):
        assert other not in text


def test_a_page_that_states_nothing_still_gives_title_and_text() -> None:
    page = read("article-states-nothing.html")
    assert page.title == TITLE
    assert FIRST in page.text
    assert page.published is None
    assert page.lead == ""


def test_a_canonical_address_counts_only_on_the_same_site() -> None:
    assert read("article-canonical-on-another-site.html").url == "https://songhau.example/xom-chai-55.html"
    assert read("article-canonical-on-sister-host.html").url == "https://xahoi.songhau.example/xom-chai"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("index-calls-itself-article.html", "no article"),
        ("section-list-of-teasers.html", "no article"),
        ("challenge.html", "a challenge page"),
        ("../feeds/rss20-plain.xml", "no article"),
    ],
)
def test_what_is_no_article_is_told_so(name: str, words: str) -> None:
    with pytest.raises(NotAnArticle, match=words) as caught:
        read(name, "https://vende.example/muc")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00" * 100, b"<!---->", b"<", b"\xff\xfe", b"%PDF-1.7 \x80"])
def test_bytes_without_a_page_are_no_article(body: bytes) -> None:
    with pytest.raises(NotAnArticle):
        read_page(body, url=URL, fetched=AT)


def test_a_statement_alone_is_an_article_without_text() -> None:
    page = read_page(article_page(TITLE, lead=LEAD, published=AT).encode(), url=URL, fetched=AT)
    assert (page.title, page.lead, page.published) == (TITLE, LEAD, AT)


def test_a_date_in_the_future_is_not_taken_from_a_page() -> None:
    body = article_page(TITLE, lead=LEAD, published=datetime(2031, 1, 1, tzinfo=UTC)).encode()
    assert read_page(body, url=URL, fetched=AT).published is None


def test_the_feeds_that_a_page_names_are_found_and_other_alternates_are_not() -> None:
    body = (PAGES / "index-calls-itself-article.html").read_bytes()
    links, _ = feed_links(body, url="https://vende.example/muc/")
    assert links == ("https://vende.example/rss/home.rss", "https://vende.example/atom.xml")
    assert feed_links(b"", url=URL) == ((), "")


@pytest.mark.parametrize(
    "page",
    [
        '<html><body><script src="/cdn-cgi/challenge-platform/h/b.js"></script></body></html>',
        "<html><script>document.cookie='a=1';location.reload()</script></html>",
        "<!DOCTYPE html><html><body>Vui lòng nhập captcha để tiếp tục</body></html>",
        "<html><body><noscript>Enable JavaScript</noscript></body></html>",
    ],
)
def test_a_challenge_is_known_by_what_it_asks(page: str) -> None:
    assert is_challenge(page.encode())


def test_an_article_about_robots_or_a_page_with_a_captcha_in_its_form_is_no_challenge() -> None:
    long = "Nhà máy đưa robot vào chuyền, thợ cũ được học lại nghề và giữ sổ bảo hiểm. " * 20
    assert not is_challenge(f"<html><body><p>{long}</p><form>captcha <input></form></body></html>".encode())
    assert not is_challenge(b"<rss><channel><title>captcha</title></channel></rss>")
