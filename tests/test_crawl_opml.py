"""Lists of feeds in and out: what one reader wrote another reads, and a hostile file does nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from fakeweb import item, rss
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from monitor import config
from monitor.cli import main
from monitor.crawl.opml import LIMIT, SIZE, as_opml, read_opml
from monitor.errors import MonitorError, NotAFeed
from monitor.records import Source
from monitor.text import clean_line

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="1.0"><head><title>Nguồn</title></head><body>'


def opml(*outlines: str) -> bytes:
    return f"{HEAD}{''.join(outlines)}</body></opml>".encode()


def outline(url: str, text: str = "Báo", name: str = "xmlUrl") -> str:
    return f'<outline text="{text}" type="rss" {name}="{url}"/>'


def test_feeds_in_folders_are_found_each_once_whatever_the_case_of_their_attribute() -> None:
    folder = (
        f'<outline text="Sức khỏe">{outline("https://a.example/rss")}{outline("https://b.example/rss", name="xmlurl")}</outline>'
    )
    found = read_opml(opml(folder, outline("https://a.example/rss"), '<outline text="rỗng"/>'), what="f.opml")
    assert [(clue.url, clue.title, clue.here) for clue in found] == [
        ("https://a.example/rss", "Báo", False), ("https://b.example/rss", "Báo", False),
    ]  # fmt: skip


def test_addresses_that_are_none_are_left_out() -> None:
    found = read_opml(opml(outline("file:///etc/passwd"), outline("javascript:1"), outline("")), what="f.opml")
    assert found == ()


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<rss/>", b"{}", b"\xff\xfe\x00", b"x" * (SIZE + 1)])
def test_what_is_no_opml_is_told(body: bytes) -> None:
    with pytest.raises(NotAFeed, match=r"f\.opml"):
        read_opml(body, what="f.opml")


def test_entities_of_a_file_are_neither_resolved_nor_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("https://geheim.example/", encoding="utf-8")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "https://aaaa.example/"}">' for n in range(9))
    doctype = f'<!DOCTYPE opml [{bomb}<!ENTITY f SYSTEM "file://{tmp_path}/secret">]>'
    body = opml(outline("&e8;"), outline("&f;"), outline("https://gut.example/")).replace(
        b"<opml", doctype.encode() + b"<opml", 1
    )
    assert [clue.url for clue in read_opml(body, what="f")] == ["https://gut.example/"]


def test_folders_without_end_and_feeds_without_number_stop_somewhere() -> None:
    deep = "<outline>" * 200 + outline("https://tief.example/") + "</outline>" * 200
    many = [outline(f"https://bao.example/{number}") for number in range(LIMIT + 10)]
    assert len(read_opml(opml(deep, *many), what="f")) == LIMIT


@given(st.binary(max_size=300))
def test_hostile_bytes_raise_only_our_errors(noise: bytes) -> None:
    for body in (noise, b"<opml><outline xmlUrl='" + noise, b"<opml>" + noise):
        with suppress(MonitorError):
            read_opml(body, what="f")


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f\ufffe\uffff"), max_size=20)
    )
)
def test_what_is_written_is_read_again(names: list[str]) -> None:
    sources = [Source(id=f"{n}/{name}", url=f"https://bao.example/{n}?a=1&b=2", outlet=name) for n, name in enumerate(names)]
    text = as_opml(sources, title='<"&>')
    assert ElementTree.fromstring(text).tag == "opml"
    found = {clue.url: clue.title for clue in read_opml(text.encode(), what="f")}
    assert found.keys() == {source.url for source in sources}
    assert [found[source.url] for source in sources] == [clean_line(source.outlet or source.id) for source in sources]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> HTTPServer:
    """An office of its own, beside a server with one living feed and one that is gone."""
    monkeypatch.chdir(tmp_path)
    settings = f'web: {{allow: ["127.0.0.1", "::1"], delay: 0s}}\nstore: {{url: "sqlite:///{tmp_path}/m.db"}}\nsources: []\n'
    Path("monitor.yaml").write_text(settings, encoding="utf-8")
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/weg").respond_with_data("", status=404)
    httpserver.expect_request("/rss").respond_with_data(rss(item("Tin", "https://bao.example/1")), content_type="text/xml")
    Path("in.opml").write_bytes(
        opml(outline(httpserver.url_for("/rss"), "Báo Hay"), outline(httpserver.url_for("/weg"), "Báo Mất"))
    )
    return httpserver


def test_an_import_prints_the_entries_that_answered_and_names_the_others(office: HTTPServer) -> None:
    before = Path("monitor.yaml").read_bytes()
    found = CliRunner().invoke(main, ["sources", "import", "in.opml"])
    assert found.exit_code == 0
    assert 'outlet: "Báo Hay"' in found.stdout
    assert "Báo Mất" not in found.stdout
    assert "404" in found.stderr
    assert Path("monitor.yaml").read_bytes() == before


def test_an_import_writes_only_where_it_is_asked_to_and_an_export_gives_it_back(office: HTTPServer) -> None:
    assert CliRunner().invoke(main, ["sources", "import", "in.opml", "--write"]).exit_code == 0
    assert [source.outlet for source in config.load().sources] == ["Báo Hay"]
    text = CliRunner().invoke(main, ["sources", "export", "--opml"]).stdout
    assert [clue.url for clue in read_opml(text.encode(), what="f")] == [office.url_for("/rss")]
    said = json.loads(CliRunner().invoke(main, ["sources", "export", "--json"]).stdout)
    assert said["sources"][0]["url"] == office.url_for("/rss")
    again = CliRunner().invoke(main, ["sources", "import", "in.opml", "--write"])
    assert "is a source already" in again.stderr
    assert len(config.load().sources) == 1
