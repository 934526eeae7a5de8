"""Sitemaps, on a loopback server that behaves as the sites' do: what is new comes once, in order, and never what is not an article."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.crawl.answer import Fetched
from monitor.crawl.fetch import Web
from monitor.crawl.kinds import PASTS
from monitor.crawl.sitemap import LEAST, named_sitemaps
from monitor.crawl.sitemap_file import read_sitemap, slug
from monitor.crawl.visit import read_pages, visit
from monitor.errors import MonitorError, NotAFeed, ParseError
from monitor.records import FeedEntry, Problem, Reading, Source, Visit

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
SLUG = "nguoi-lao-dong-duoc-tang-luong-huu-tu-thang-sau"


def page(url: str, *, changed: datetime | str | None = None, title: str = "", published: datetime | str | None = None) -> str:
    """One address of a urlset; with a title it is one of a news sitemap."""
    at, of = (moment.isoformat() if isinstance(moment, datetime) else moment for moment in (changed, published))
    news = f"<n:news><n:publication_date>{of}</n:publication_date><n:title>{title}</n:title></n:news>" if title else ""
    image = "<image:image><image:loc>https://cdn.example/a.jpg</image:loc></image:image>"
    return f"<url><loc>{url}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}{news}{image}</url>"


def urlset(*pages: str) -> str:
    return f"{HEAD}<urlset {SPACES}>{''.join(pages)}</urlset>"


def index(*files: tuple[str, datetime | None]) -> str:
    inner = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</sitemap>" for url, at in files
    )
    return f"{HEAD}<sitemapindex {SPACES}>{inner}</sitemapindex>"


class Site:
    """A site on loopback: what it serves by path, as many requests as were made, ETags as real servers give them."""

    def __init__(self, server: HTTPServer):
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.kind = "application/xml"
        self.root = server.url_for("").rstrip("/")
        server.expect_request(re.compile(".*")).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        body = self.files.get(request.path)
        if body is None:
            return Response("nothing", status=404)
        answer = Response(body, content_type="application/x-gzip" if request.path.endswith(".gz") else self.kind)
        answer.add_etag()
        return answer.make_conditional(request)

    def put(self, path: str, text: str) -> str:
        self.files[path] = gzip.compress(text.encode()) if path.endswith(".gz") else text.encode()
        return self.root + path


@pytest.fixture
def site(httpserver: HTTPServer) -> Site:
    return Site(httpserver)


def web(**settings: object) -> Web:
    return Web(allow=("127.0.0.1", "::1"), delay=0.0, **settings)


def source(url: str, **options: str) -> Source:
    return Source(id="bao/sitemap", url=url, outlet="Báo", kind="sitemap", options=options)


def see(url: str, before: Visit | None = None, *, now: datetime = NOW, **options: str) -> Reading:
    with web() as door:
        return visit(door, source(url, **options), before, now=now, backoff=3600)


def past(url: str, since: datetime, until: datetime, kind: str = "sitemap", **options: str) -> list[FeedEntry | Problem]:
    with web() as door:
        found = PASTS[kind](door, replace(source(url, **options), kind=kind), since=since, until=until, now=NOW)
        return [one for some in found for one in ([some] if isinstance(some, Problem) else some)]


def test_a_news_sitemap_gives_titles_and_publication_dates(site: Site) -> None:
    at = NOW - timedelta(hours=2)
    url = site.put("/news.xml", urlset(page("https://bao.example/a.html", title="Tăng lương hưu &amp; trợ cấp", published=at)))
    (entry,) = see(url).entries
    assert (entry.link, entry.title, entry.published) == ("https://bao.example/a.html", "Tăng lương hưu & trợ cấp", at)


def test_a_date_of_vietnamese_shape_is_read_as_vietnamese(site: Site) -> None:
    url = site.put("/news.xml", urlset(page("https://bao.example/a", title="Tin", published="2026-11-20T11:30:00")))
    assert see(url).entries[0].published == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)


def test_what_a_plain_sitemap_states_is_neither_a_title_nor_a_date_of_publishing(site: Site) -> None:
    url = site.put("/sitemap.xml", urlset(page(f"https://bao.example/{SLUG}-185.html", changed=NOW)))
    (entry,) = see(url).entries
    assert (entry.title, entry.published, entry.summary) == ("", None, SLUG.replace("-", " "))


def test_sections_tags_and_the_home_page_are_no_articles(site: Site) -> None:
    paths = ("", "/bao-hiem-xa-hoi", "/tags/luong-huu.html", "/xa-hoi/y-te/")
    others = [page(f"https://bao.example{path}", changed=NOW) for path in paths]
    url = site.put("/sitemap.xml", urlset(*others, page(f"https://bao.example/{SLUG}.html", changed=NOW)))
    assert [entry.link for entry in see(url).entries] == [f"https://bao.example/{SLUG}.html"]


def test_the_option_match_says_what_an_article_is(site: Site) -> None:
    url = site.put("/sitemap.xml", urlset(page("https://so.example/tin?ItemID=7"), page(f"https://so.example/{SLUG}")))
    assert [entry.link for entry in see(url, match="ItemID=").entries] == ["https://so.example/tin?ItemID=7"]


def test_a_sitemap_in_which_nothing_is_an_article_is_wrong_with_advice_and_never_silently_empty(site: Site) -> None:
    url = site.put("/sitemap.xml", urlset(page("https://bao.example/y-te"), page("https://bao.example/xa-hoi")))
    found = see(url).visit
    assert found.outcome == "wrong"
    assert "match" in found.problem


def test_only_what_is_newer_than_the_last_look_comes_and_a_few_so_that_the_newest_is_known(site: Site) -> None:
    pages = [
        page(f"https://bao.example/{number}", title=f"Tin {number}", published=NOW - timedelta(hours=number))
        for number in range(200)
    ]
    url = site.put("/news.xml", urlset(*pages[::-1]))
    first = see(url)
    assert [entry.title for entry in first.entries[:2]] == ["Tin 0", "Tin 1"]
    assert len(first.entries) == 49
    later = replace(first.visit, etag="", modified="", body_hash="")
    assert len(see(url, later, now=NOW + timedelta(minutes=15)).entries) == LEAST
    assert first.visit.newest == NOW


def test_an_unchanged_sitemap_is_the_same(site: Site) -> None:
    url = site.put("/news.xml", urlset(page("https://bao.example/a", title="Tin", published=NOW)))
    first = see(url).visit
    assert see(url, first, now=NOW + timedelta(minutes=15)).visit.outcome == "same"


def test_an_index_leads_to_the_newest_files_only_packed_or_not(site: Site) -> None:
    day = timedelta(days=1)
    new = site.put("/2026-11.xml.gz", urlset(page(f"https://bao.example/{SLUG}", changed=NOW)))
    old = site.put("/2025-01.xml", urlset(page(f"https://bao.example/{SLUG}-cu", changed=NOW - 600 * day)))
    url = site.put("/sitemap.xml", index((old, NOW - 600 * day), (new, NOW)))
    assert [entry.link for entry in see(url).entries] == [f"https://bao.example/{SLUG}"]
    assert "/2025-01.xml" not in site.asked


def test_an_index_without_dates_is_read_by_the_months_in_its_names_and_looked_into_every_time(site: Site) -> None:
    files = [
        (site.put(f"/sitemaps-2026-{month:02}.xml", urlset(page(f"https://bao.example/{SLUG}-{month}"))), None)
        for month in (9, 11)
    ]
    url = site.put("/sitemap.xml", index(*files))
    first = see(url)
    assert [entry.link for entry in first.entries] == [f"https://bao.example/{SLUG}-11"]
    again = see(url, first.visit, now=NOW + timedelta(hours=1))
    assert again.visit.outcome == "ok"
    assert site.asked.count("/sitemaps-2026-11.xml") == 2


def test_indexes_that_name_each_other_end(site: Site) -> None:
    here, there = site.root + "/a.xml", site.root + "/b.xml"
    site.put("/a.xml", index((here, NOW), (there, NOW)))
    site.put("/b.xml", index((here, NOW), (there, NOW)))
    assert see(here).visit.outcome == "empty"
    assert len([path for path in site.asked if path != "/robots.txt"]) == 2


@pytest.mark.parametrize("deep", [1, 9])
def test_indexes_below_indexes_are_followed_so_far_and_no_further(site: Site, deep: int) -> None:
    site.put("/0.xml", urlset(page(f"https://bao.example/{SLUG}", changed=NOW)))
    for number in range(1, deep + 1):
        site.put(f"/{number}.xml", index((f"{site.root}/{number - 1}.xml", NOW)))
    assert len(see(f"{site.root}/{deep}.xml").entries) == (1 if deep == 1 else 0)


def test_a_file_of_the_index_that_is_missing_fails_the_look_and_says_which(site: Site) -> None:
    url = site.put("/sitemap.xml", index((site.root + "/weg.xml", NOW)))
    found = see(url).visit
    assert found.outcome == "wrong"
    assert "weg.xml" in found.problem


def test_a_file_that_is_missing_costs_only_itself_beside_one_that_is_there(site: Site) -> None:
    good = site.put("/da.xml", urlset(page(f"{site.root}/{SLUG}.html", title="Tăng lương hưu", published=NOW)))
    url = site.put("/sitemap.xml", index((site.root + "/weg.xml", NOW), (good, NOW)))
    found = see(url)
    assert [entry.title for entry in found.entries] == ["Tăng lương hưu"]
    assert found.visit.outcome == "ok"
    assert "weg.xml" in found.visit.problem


def test_a_bomb_in_gzip_stops_at_the_limit_and_a_broken_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.crawl.sitemap_file.SIZE", 1 << 20)
    bomb = urlset(page("https://bao.example/a")) + " " * (40 << 20)
    for body in (gzip.compress(bomb.encode()), gzip.compress(urlset().encode())[:-20], b"\x1f\x8bnothing"):
        with pytest.raises(NotAFeed):
            read_sitemap(fetched(body), now=NOW)
    monkeypatch.setattr("monitor.crawl.sitemap_file.SIZE", 50 << 20)  # the control: without the limit the bomb opens
    assert len(read_sitemap(fetched(gzip.compress(bomb.encode())), now=NOW)[1]) == 1


def test_entities_are_not_resolved_and_nothing_is_fetched_for_them(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim", encoding="utf-8")
    doctype = f'<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{"&a;" * 10}"><!ENTITY f SYSTEM "file://{secret}">]>'
    body = HEAD + doctype + urlset(page("https://bao.example/x", title="Tin &b; &f;", published=NOW)).removeprefix(HEAD)
    _, (place,) = read_sitemap(fetched(body.encode()), now=NOW)
    assert "geheim" not in place.title
    assert "aaaa" not in place.title


def fetched(body: bytes) -> Fetched:
    return Fetched(url="https://bao.example/s.xml", final="https://bao.example/s.xml", status=200, headers={}, body=body)


def test_more_elements_than_a_sitemap_may_have_are_refused_before_they_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.crawl.markup.ELEMENTS", 100)
    with pytest.raises(ParseError, match="more than 100 elements"):
        read_sitemap(fetched(urlset(*[page("https://bao.example/a")] * 100).encode()), now=NOW)


@pytest.mark.parametrize("sign", ["&#55296;", "&#xD800;", "&#0;", "&#x0000FFFE;", "&#99999999;"])
def test_a_character_that_xml_forbids_costs_only_itself(sign: str) -> None:
    body = urlset(page("https://bao.example/x", title=f"Tăng{sign} lương &#272;", published=NOW))
    _, (place,) = read_sitemap(fetched(body.encode()), now=NOW)
    assert place.title == "Tăng lương Đ"


@given(st.binary(max_size=300), st.sampled_from(["urlset", "sitemapindex", "x"]))
def test_hostile_bytes_raise_only_our_errors(noise: bytes, root: str) -> None:
    for body in (noise, f"<{root}>".encode() + noise, b"\x1f\x8b" + noise, f"<{root}><url><loc>".encode() + noise):
        with suppress(MonitorError):
            read_sitemap(fetched(body), now=NOW)


@given(st.text(max_size=100))
def test_the_words_of_an_address_are_always_words(text: str) -> None:
    assert "-" not in slug(f"https://bao.example/{text.replace('#', '').replace('?', '')}")


def test_the_past_is_read_from_the_files_that_may_hold_it_and_a_missing_month_costs_only_itself(site: Site) -> None:
    for month in (7, 9, 10, 11):
        day = datetime(2026, month, 10, tzinfo=UTC)
        site.put(f"/s-2026-{month:02}.xml", urlset(page(f"https://bao.example/{month}", title=f"Tháng {month}", published=day)))
    since, until = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)
    found = past(site.root + "/x.xml", since, until, archive=site.root + "/s-{year}-{month}.xml")
    assert [one.title for one in found if isinstance(one, FeedEntry)] == ["Tháng 10", "Tháng 9"]
    (missing,) = (one.why for one in found if isinstance(one, Problem))
    assert "/s-2026-08.xml: status 404" in missing
    assert "/s-2026-11.xml" not in site.asked


def test_the_past_of_an_index_leaves_out_files_that_were_last_changed_before_it(site: Site) -> None:
    old = site.put("/alt.xml", urlset(page("https://bao.example/alt", title="Alt", published=NOW - timedelta(days=900))))
    new = site.put("/neu.xml", urlset(page("https://bao.example/neu", title="Neu", published=NOW - timedelta(days=5))))
    url = site.put("/sitemap.xml", index((old, NOW - timedelta(days=800)), (new, NOW)))
    found = past(url, NOW - timedelta(days=30), NOW)
    assert [one.title for one in found if isinstance(one, FeedEntry)] == ["Neu"]
    assert "/alt.xml" not in site.asked


def test_a_day_in_the_address_keeps_pages_of_other_years_unread(site: Site) -> None:
    inside, outside = f"https://bao.example/{SLUG}-20261110093000123.htm", f"https://bao.example/{SLUG}-20240110093000123.htm"
    url = site.put("/sitemap.xml", urlset(page(inside, changed=NOW), page(outside, changed=NOW)))
    assert [one.link for one in past(url, NOW - timedelta(days=30), NOW) if isinstance(one, FeedEntry)] == [inside]


def test_a_feed_has_the_past_of_the_sitemaps_that_robots_txt_names(site: Site) -> None:
    site.put("/robots.txt", f"User-agent: *\nAllow: /\nsitemap:  {site.root}/eins.xml\nSitemap: {site.root}/eins.xml\n")
    site.put("/eins.xml", urlset(page("https://bao.example/a", title="Alt", published=NOW - timedelta(days=9))))
    with web() as door:
        assert named_sitemaps(door, site.root + "/rss/home.rss") == [site.root + "/eins.xml"]
    found = past(site.root + "/rss/home.rss", NOW - timedelta(days=30), NOW, kind="feed")
    assert [one.title for one in found if isinstance(one, FeedEntry)] == ["Alt"]


@pytest.fixture
def gather(site: Site) -> Callable[..., tuple]:
    def read(reading: Reading, wanted: bool) -> tuple:
        with web() as door:
            return read_pages(door, reading, wanted=lambda entry: wanted, known=(), now=NOW)

    return read


def test_an_address_without_a_title_becomes_an_article_only_with_its_page(site: Site, gather: Callable[..., tuple]) -> None:
    from fakeweb import article_page

    path = f"/{SLUG}.html"
    site.kind = "text/html; charset=utf-8"
    site.put(path, article_page("Tăng lương hưu từ tháng sau", lead="Sa pô.", text=("Đoạn một của bài.",) * 9, published=NOW))
    url = site.put("/sitemap.xml", urlset(page(site.root + path, changed=NOW), page(f"{site.root}/{SLUG}-mat", changed=NOW)))
    reading = see(url)
    gathering, problems = gather(reading, True)
    assert [(one.title, one.published) for one in gathering.articles] == [("Tăng lương hưu từ tháng sau", NOW)]
    assert len(problems) == 1
    assert gather(reading, False)[0].articles == ()
