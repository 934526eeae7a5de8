"""An address is recognised by what stands at it, and becomes a source of the office only after it gave something."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakeweb import CHALLENGE, FakeWeb, article_page, item
from hypothesis import given
from hypothesis import strategies as st

from monitor import config
from monitor.cli import main
from monitor.crawl.answer import Fetched
from monitor.crawl.discover import Finding, clues_of, look
from monitor.crawl.kinds import KINDS, MODULES, PASTS, RECOGNISERS
from monitor.errors import ConfigError
from monitor.places import provinces
from monitor.records import CLASSES, Source
from monitor.sourcelist import append, as_line, entry_of
from monitor.url import canonical_url

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
HOME, FEED = "https://bao.example/", "https://bao.example/rss/suc-khoe.rss"
SITEMAP = (
    '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://bao.example/1</loc><news:news>'
    "<news:title>Tăng lương hưu</news:title><news:publication_date>2026-11-20</news:publication_date></news:news></url></urlset>"
)
LINK = f'<html><head><link rel="alternate" type="application/rss+xml" href="{FEED}"></head><body>x</body></html>'
OPML = f'<opml version="2.0"><body><outline xmlUrl="{FEED}"/></body></opml>'


@pytest.fixture
def fake() -> FakeWeb:
    fake = FakeWeb()
    fake.feed(
        FEED, item("Tăng lương hưu", "https://bao.example/1", published=NOW - timedelta(hours=1)), title="Báo Hay - Sức khỏe"
    )
    fake.put("https://bao.example/sitemap.xml", SITEMAP, kind="text/xml")
    fake.put("https://bao.example/robots.txt", "User-agent: *\nAllow: /\nSitemap: /sitemap.xml\n", kind="text/plain")
    fake.put(HOME, LINK)
    fake.put("https://bao.example/list.opml", OPML, kind="text/x-opml")
    fake.put("https://bao.example/cua", CHALLENGE)
    fake.put("https://bao.example/bai", article_page("Tăng lương hưu", lead="Sa pô.", published=NOW))
    fake.put("https://bao.example/rong", "")
    return fake


def found_at(fake: FakeWeb, url: str) -> Finding:
    with fake.open() as web:
        return look(web, url, now=NOW)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (FEED, "feed"),
        ("https://bao.example/sitemap.xml", "sitemap"),
        ("https://bao.example/list.opml", "opml"),
        (HOME, "page"),
        ("https://bao.example/bai", "page"),
        ("https://bao.example/cua", ""),
        ("https://bao.example/rong", ""),
        ("https://bao.example/khong", ""),
    ],
)
def test_what_stands_at_an_address_is_recognised_by_itself(fake: FakeWeb, url: str, kind: str) -> None:
    found = found_at(fake, url)
    assert found.kind == kind
    assert bool(found.problems) == (kind in ("", "page") and url != "https://bao.example/bai")
    assert bool(found.entries) == (kind in ("feed", "sitemap"))


def test_a_page_names_the_feeds_and_the_sitemaps_of_its_site(fake: FakeWeb) -> None:
    found = found_at(fake, HOME)
    assert (found.feeds, found.sitemaps) == ((FEED,), ("https://bao.example/sitemap.xml",))


def test_the_feeds_of_a_site_are_found_by_the_list_at_the_foot_of_its_pages(fake: FakeWeb) -> None:
    foot = '<a href="/lien-he">Liên hệ</a><a href="https://khac.example/rss">Khác</a><a href="/kenh-rss.html">RSS</a>'
    fake.put("https://bao.example/mat-truoc", f"<html><body><p>Tin</p>{foot}</body></html>")
    links = f'<a href="{FEED}">Sức khỏe</a><a href="/rss/thoi-su.rss">Thời sự</a><a href="https://khac.example/a.rss">x</a>'
    fake.put("https://bao.example/kenh-rss.html", f"<html><body>{links}<a href='/kenh-rss.html'>RSS</a></body></html>")
    found = found_at(fake, "https://bao.example/mat-truoc")
    assert (found.kind, found.feeds) == ("page", (FEED, "https://bao.example/rss/thoi-su.rss"))
    assert fake.asked["https://bao.example/kenh-rss.html"] == 1
    assert not [url for url in fake.asked if "khac.example" in url]
    fake.fail("https://bao.example/kenh-rss.html", "503")
    assert found_at(fake, "https://bao.example/mat-truoc").feeds == ()


def test_a_search_in_a_browser_becomes_a_search_feed() -> None:
    url = "https://news.google.com/search?q=b%E1%BA%A3o%20hi%E1%BB%83m&hl=vi"
    (clue,) = clues_of(Fetched(url=url, final=url, status=0, headers={}))
    assert (clue.kind, clue.url, clue.options) == ("search", "https://news.google.com/rss/search", {"query": "bảo hiểm"})


def test_a_kind_of_its_own_beats_the_feed_that_it_also_is() -> None:
    url = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabtTbKGGa2TtfqiFqyVT1A"
    body = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Kenh</title><entry><title>t</title><link href="https://y/1"/></entry></feed>'
    assert [clue.kind for clue in clues_of(Fetched(url=url, final=url, status=200, headers={}, body=body))] == ["youtube", "feed"]


@given(
    st.binary(max_size=300),
    st.sampled_from(["https://bao.example/", "https://t.me/s/x", "https://bsky.app/profile/a.b", "https://"]),
)
def test_no_recogniser_breaks_on_anything(noise: bytes, url: str) -> None:
    for body in (noise, b"<html>" + noise, b"<rss>" + noise, b"<opml>" + noise, b"{" + noise):
        clues_of(Fetched(url=url, final=url, status=200, headers={}, body=body))


def test_every_kind_has_options_that_the_settings_know() -> None:
    assert len(MODULES) == len(set(MODULES))
    ours = {name for name in KINDS.names() if getattr(KINDS[name], "__module__", "").startswith("monitor.")}
    assert set(config.OPTIONS) - {""} <= ours
    assert {"feed", "sitemap", "listing", "search"} == set(PASTS.names())
    assert {"feed", "sitemap", "opml", "search"} <= set(RECOGNISERS.names())


class Office:
    """An office with its own settings file, and the command line on a web of its own."""

    def __init__(self, fake: FakeWeb, monkeypatch: pytest.MonkeyPatch, folder: Path):
        monkeypatch.chdir(folder)
        monkeypatch.setattr("monitor.desk.Desk.web", property(lambda desk: fake.open()))
        self.file = folder / "monitor.yaml"
        self.file.write_text(f'# của ta\nstore: {{url: "sqlite:///{folder}/m.db"}}  # kho\nsources: []\n', encoding="utf-8")

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, list(words))


@pytest.fixture
def office(fake: FakeWeb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    for name in ("MONITOR_CONFIG", "MONITOR_STORE"):
        monkeypatch.delenv(name, raising=False)
    return Office(fake, monkeypatch, tmp_path)


def test_an_address_that_gives_something_is_added_and_the_file_stays_as_it_was(office: Office) -> None:
    before = office.file.read_text(encoding="utf-8")
    found = office.run("sources", "add", FEED, "--outlet", "Báo Hay", "--class", "local", "--place", "Huế", "--group", "Nhà Hay")
    assert found.exit_code == 0, found.stderr
    (source,) = config.load().sources
    assert (source.id, source.url, source.outlet, source.category, source.place, source.group) == (
        "bao/suc-khoe", FEED, "Báo Hay", "local", "Huế", "Nhà Hay",
    )  # fmt: skip
    assert office.file.read_text(encoding="utf-8").startswith(before)


def test_a_second_source_of_a_site_is_of_the_same_outlet_and_has_an_id_of_its_own(office: Office) -> None:
    office.run("sources", "add", FEED, "--outlet", "Báo Hay", "--group", "Nhà Hay")
    assert office.run("sources", "add", "https://bao.example/sitemap.xml").exit_code == 0
    first, second = config.load().sources
    assert (second.kind, second.outlet, second.group) == ("sitemap", first.outlet, first.group)
    assert first.id != second.id


def test_an_address_may_be_given_as_people_write_it(office: Office) -> None:
    assert office.run("try", "bao.example/rss/suc-khoe.rss").exit_code == 0
    assert office.run("sources", "add", "bao.example/rss/suc-khoe.rss").exit_code == 0
    assert config.load().sources[0].url == FEED
    assert office.run("try", "bao").exit_code == 1


def test_a_place_is_a_province_in_any_spelling_or_nothing_is_written(office: Office) -> None:
    before = office.file.read_bytes()
    found = office.run("sources", "add", FEED, "--class", "local", "--place", "HUE")
    assert found.exit_code == 0, found.stderr
    assert config.load().sources[0].place == "Huế"
    office.file.write_bytes(before)
    found = office.run("sources", "add", FEED, "--class", "local", "--place", "Atlantis")
    assert (found.exit_code, found.stderr.count("\n")) == (1, 1)
    assert "no province" in found.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (HOME, ["not a source itself", FEED, "sitemap.xml"]),
        ("https://bao.example/list.opml", ["not a source itself", FEED]),
        ("https://bao.example/cua", ["challenge"]),
        ("https://bao.example/khong", ["404"]),
        ("https://bao.example/rong", ["gave nothing"]),
    ],
)
def test_what_gave_nothing_is_refused_in_one_line_and_nothing_is_written(office: Office, url: str, words: list[str]) -> None:
    before = office.file.read_bytes()
    found = office.run("sources", "add", url)
    assert (found.exit_code, found.stderr.count("\n")) == (1, 1)
    for word in words:
        assert word in found.stderr
    assert office.file.read_bytes() == before


def test_a_source_is_not_added_twice_and_one_that_is_switched_off_is_named(office: Office, fake: FakeWeb) -> None:
    office.run("sources", "add", FEED)
    asked = fake.asked[FEED]
    again = office.run("sources", "add", FEED + "?utm_source=x")
    assert again.exit_code == 1
    assert "is a source already, bao/suc-khoe" in again.stderr
    assert fake.asked[FEED] == asked
    office.file.write_text(office.file.read_text(encoding="utf-8").replace("}\n", ", enabled: false}\n"), encoding="utf-8")
    off = office.run("sources", "add", FEED)
    assert "enabled: true" in off.stderr, off.stderr


def test_trying_says_what_an_address_is_and_how_to_add_it(office: Office) -> None:
    found = office.run("try", "https://bao.example/sitemap.xml")
    assert found.exit_code == 0
    assert "Tăng lương hưu" in found.stdout
    page = office.run("try", HOME, "--json")
    assert json.loads(page.stdout)["sitemaps"] == ["https://bao.example/sitemap.xml"]


LISTS = [
    "",
    "web: {threads: 2}",
    "more_sources: []  # của ta\nweb: {threads: 2}\n",
    "more_sources:\n",
    "more_sources:\n- {id: x, url: 'http://x.example', outlet: X}\n# chú thích\nweb:\n  threads: 3\n",
    "# c\r\nmore_sources:\r\n    - id: x\r\n      url: 'http://x.example'\r\n      outlet: X\r\n\r\nweb: {threads: 2}\r\n",
    "more_sources:\n  - id: x\n    url: 'http://x.example'\n    outlet: X\n\n  # cuối\n",
]


@pytest.mark.parametrize("text", LISTS)
def test_whatever_a_file_looks_like_every_line_of_it_stays_and_the_entry_is_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "monitor.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    source = Source(id="a/b", url="https://a.example/x", outlet='Báo "A": #1', kind="search", options={"query": "bảo: {x}"})
    append(file, [source])
    assert config.load(file).sources[-1] == source
    lines = file.read_bytes().decode().splitlines()
    assert [line for line in lines if as_line(entry_of(source), "") not in line] == [
        line.replace(" []", "") for line in text.splitlines() or ["more_sources:"]
    ] or not text.startswith(("more", "#"))


FLOW = "more_sources: [{id: x, url: 'http://x.example', outlet: X}]\n"


@pytest.mark.parametrize("text", [FLOW, FLOW.replace("more_sources", "'more_sources'"), "a: &b 1\nweb: [\n"])
def test_a_file_that_cannot_be_added_to_is_left_alone_and_the_line_to_write_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "monitor.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"by hand|not valid YAML"):
        append(file, [Source(id="a/b", url="https://a.example/x", outlet="A")])
    assert file.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["monitor.yaml"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_words_survive_being_written(words: str) -> None:
    import yaml

    entry = {"id": "a", "outlet": words}
    assert yaml.safe_load(as_line(entry)) == [entry]


def test_more_sources_add_and_change_single_ones_of_the_list(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "sources:\n  - {id: a, url: 'https://a.example', outlet: A, place: Huế}\n"
        "  - {id: b, url: 'https://b.example', outlet: B, enabled: false}\n"
        "more_sources: [{id: a, every: 1h}, {id: b, enabled: true}, {id: c, url: 'https://c.example', outlet: C}]\n",
        encoding="utf-8",
    )
    found = {source.id: source for source in config.load(file).sources}
    assert (found["a"].outlet, found["a"].place, found["a"].every) == ("A", "Huế", timedelta(hours=1))
    assert sorted(found) == ["a", "b", "c"]
    file.write_text(file.read_text(encoding="utf-8").replace("enabled: true", "enabled: false"), encoding="utf-8")
    assert [source.id for source in config.load(file).sources] == ["a", "c"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{id: a/b, url: 'https://a.example', outlet: A, enabled: 'no'}", ["enabled", "neither true nor false"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, options: x}", ["options", "mapping"]),
        (
            "{id: a/b, url: 'https://a.example', outlet: A, kind: listing, options: {items: li}}",
            ["unknown key items", "mean item?"],
        ),
        ("{id: a/b, url: 'https://a.example', outlet: A, kind: listing, options: {pages: 3}}", ["pages: 3 is not text"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, kind: sitemap, options: {match: '('}}", ["match", "not a pattern"]),
    ],
)
def test_options_that_cannot_be_meant_are_told_with_the_nearest(tmp_path: Path, entry: str, words: list[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"more_sources: [{entry}]\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        assert config.load(file).sources
    for word in ["more_sources: entry 1", *words]:
        assert word in str(raised.value)


@pytest.mark.parametrize("name", ["add", "import", "export"])
def test_every_verb_about_sources_has_a_line_of_help_and_an_example(name: str) -> None:
    command = main.commands["sources"].commands[name]
    assert command.help
    assert command.epilog.startswith(f"Example: monitor sources {name}")


def test_the_shipped_list_is_wide_and_says_of_every_source_what_it_is() -> None:
    found = config.load().every_source
    on = [source for source, off in found if not off]
    assert len(found) >= 70
    assert not {source.id for source, off in found if not off and source.kind not in ("feed", "listing")}
    assert {source.category for source, _ in found} == set(CLASSES)
    assert {source.publisher for source in on if source.outlet in ("VietnamPlus", "Báo Tin Tức")} == {"TTXVN"}
    assert all(source.place for source in on if source.category == "local")
    assert {source.place for source, _ in found if source.place} <= set(provinces())
    assert all(source.kind in KINDS.names() for source, _ in found)
    assert len({source.url for source, _ in found} | {str(source.options) for source, _ in found}) > len(found) - 5
    assert not [source.url for source, _ in found if "bao-hiem.rss" in source.url]
    for source, _ in found:
        assert canonical_url(source.url.replace("{page}", "1")), source.id
