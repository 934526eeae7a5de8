"""Searches under a name: asked, listed, counted in every digest; one that cannot be read costs nothing but itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from makers import NOON, article, keep

from monitor import config, query
from monitor.cli import main
from monitor.errors import ConfigError, UsageError
from monitor.query.saved import saved
from monitor.report.formats import FORMATS
from monitor.store import Store

SEARCHES = {"nợ đọng": '"nợ bảo hiểm" OR "chậm đóng"', "thuốc": "thuốc relevance:none", "hỏng": 'nợ "bảo'}


@pytest.fixture
def settings() -> config.Config:
    ours = config.load()
    return replace(ours, keys={**ours.keys, "searches": SEARCHES})


def fill(store: Store) -> None:
    keep(store, article(1, title="Công ty nợ bảo hiểm", published=NOON), topic="evasion", sentiment="negative")
    keep(store, article(2, title="Trang ngành: nợ bảo hiểm", published=NOON, category="owned"))
    keep(store, article(3, title="Nợ bảo hiểm từ lâu", published=NOON - timedelta(days=20)))


def test_a_saved_search_is_asked_by_its_name_and_narrowed_by_all_else(store, settings):
    fill(store)
    assert query.ask(store, settings, "", saved="nợ đọng").total == 3
    assert [item.article.title for item in query.ask(store, settings, "công ty", saved="nợ đọng").articles] == [
        "Công ty nợ bảo hiểm"
    ]
    with pytest.raises(UsageError, match=r"nơ đọng: there is no saved search of that name; did you mean nợ đọng\?"):
        query.ask(store, settings, "", saved="nơ đọng")
    with pytest.raises(ConfigError, match=r'config: searches.hỏng: "bảo \(column 4\): a quote is opened and not closed'):
        saved(store, settings, "hỏng")


def test_every_digest_counts_the_saved_searches_and_is_made_in_spite_of_a_bad_one(store, settings):
    fill(store)
    now = NOON + timedelta(hours=2)
    digest = query.digest(store, settings, day=now.date(), now=now)
    section = next(one for one in digest.sections if one.id == "searches")
    rows = {figure.title: (figure.count.articles, figure.count.stories, figure.count.publishers) for figure in section.figures}
    assert rows == {"nợ đọng": (1, 1, 1), "thuốc": (0, 0, 0)}
    assert [story.first.article.title for story in section.figures[0].stories] == ["Công ty nợ bảo hiểm"]
    assert "searches.hỏng" in section.note
    for shape in ("text", "md", "html", "json"):
        assert "Công ty nợ bảo hiểm" in FORMATS[shape](digest)
    assert "searches" not in {one.id for one in query.digest(store, config.load(), day=now.date(), now=now).sections}


def test_the_command_lists_saved_searches_with_what_they_found(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/monitor.db"
    with Store.open(url) as store:
        fill(store)
    monkeypatch.setenv("MONITOR_STORE", url)
    file = tmp_path / "office.yaml"
    file.write_text(json.dumps({"searches": SEARCHES}, ensure_ascii=False), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["searches", "--since", "2026-11-20", "--config", str(file), "--json"])
    rows = {row["name"]: row for row in json.loads(told.stdout)["searches"]}
    assert [rows["nợ đọng"][name] for name in ("articles", "stories", "publishers", "problem")] == [1, 1, 1, ""]
    assert "searches.hỏng" in rows["hỏng"]["problem"]
    asked = CliRunner().invoke(main, ["ask", "--saved", "nợ đọng", "--config", str(file)])
    assert "Công ty **nợ bảo hiểm**" in asked.stdout
    assert "3 trong 3 bài" in asked.stderr
    words = CliRunner().invoke(main, ["words", "--saved", "nợ đọng", "--config", str(file)])
    assert words.exit_code == 0
    assert "3 tin so với 0 tin khác" in words.stderr
    ranked = CliRunner().invoke(main, ["ask", "nợ", "--ranked", "--since", "2026-11-01", "--config", str(file), "--json"])
    assert [one["title"] for one in json.loads(ranked.stdout)["marks"]] != []


def test_a_saved_search_that_is_no_text_is_refused_when_the_config_is_read(tmp_path):
    file = tmp_path / "office.yaml"
    file.write_text("searches: {nợ: [a, b]}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"searches\.nợ"):
        config.load(file)
