"""A user's settings change the keys that they name; whatever cannot be meant is told with its file and its key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor import config
from monitor.errors import ConfigError


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_CONFIG", "MONITOR_STORE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def load(text: str) -> config.Config:
    Path("mine.yaml").write_text(text, encoding="utf-8")
    return config.load("mine.yaml")


def refused(text: str) -> str:
    """The one line that refuses these settings, sources included."""
    with pytest.raises(ConfigError) as raised:
        assert load(text).sources is not None
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_without_a_file_the_shipped_settings_hold(here):
    settings = config.load()
    assert settings["web.delay"] == "1s"
    assert settings.store_url == "sqlite:///data/monitor.db"
    assert len(settings["topics"]) == 17
    assert len({source.id for source in settings.sources}) == len(settings.sources)


def test_mappings_merge_and_lists_replace(here):
    settings = load("web: {threads: 2, allow: [127.0.0.1]}\nschedule: [{recipe: daily, every: 1h}]")
    assert (settings["web.threads"], settings["web.delay"], settings["web.allow"]) == (2, "1s", ["127.0.0.1"])
    assert settings["schedule"] == [{"recipe": "daily", "every": "1h"}]
    assert load("topics: {pension: {phrases: [lương hưu]}}")["topics.pension"]["title"] == config.load()["topics.pension.title"]
    assert load("topics: {pension: {phrases: [lương hưu]}}")["topics.pension.phrases"] == ["lương hưu"]


def test_topics_and_phrases_may_be_added(here):
    settings = load("topics: {ours: {title: Của ta, phrases: [sổ hồng]}}\nlexicon: {slang: [bùng]}")
    assert settings["topics"]["ours"] == {"title": "Của ta", "phrases": ["sổ hồng"]}
    assert len(settings["topics"]) == 18
    assert settings["lexicon.slang"] == ["bùng"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wob: {}", ["mine.yaml: unknown key wob", "did you mean web?"]),
        ("web: {thread: 2}", ["unknown key web.thread", "did you mean threads?"]),
        ("web: {threads: many}", ["web.threads", "'many' is not a int", "as 16 is"]),
        ("web: {threads: true}", ["web.threads", "True is not a int"]),
        ("web: {threads: 2.5}", ["web.threads", "2.5 is not a int"]),
        ("web: {threads: 0}", ["web.threads", "1 or more"]),
        ("web: {robots: 1}", ["web.robots", "1 is not a bool"]),
        ("web: 5", ["mine.yaml: web: a mapping of keys is wanted"]),
        ("web:", ["mine.yaml: web: a mapping of keys is wanted"]),
        ("web: {allow: [127]}", ["web.allow: 127 is not text", "quotes"]),
        ("web: {delay: soon}", ["web.delay", "soon: not a length of time"]),
        ("web: {delay: 5}", ["web.delay", "5 is not a str"]),
        ("digest: {since: '25:00'}", ["digest.since", "not an hour"]),
        ("digest: {since: 16:30}", ["digest.since", "990 is not a str"]),
        ("crawl: {pages: some}", ["crawl.pages", "none of doubtful, all, none"]),
        ("crawl: {doubtful: [1]}", ["crawl.doubtful", "not text"]),
        ("topics: {ours: {title: X}}", ["topics.ours: phrases missing"]),
        ("topics: {ours: {titel: X, phrases: []}}", ["unknown key topics.ours.titel", "title"]),
        ("topics: {ours: [x]}", ["topics.ours: a mapping"]),
        ("topics: {pension: {phrases: lương hưu}}", ["topics.pension.phrases", "not a list"]),
        ("topics: {pension: {phrases: [no]}}", ["topics.pension.phrases: False is not text"]),
        ("topics: {5: {title: x, phrases: [x]}}", ["unknown key topics.5"]),
        ("lexicon: {west: Cần Thơ}", ["lexicon.west", "not a list"]),
        ("sources: {id: x}", ["sources", "is not a list"]),
        ("[web]", ["mine.yaml: not a mapping of keys"]),
        ("web: {threads: 2\nstore: x", ["mine.yaml: not valid YAML at line 2", "indents"]),
        ("web:\n\tthreads: 2", ["not valid YAML at line 2"]),
        ("web: *nothing", ["not valid YAML at line 1"]),
        ("!!python/object/apply:os.system [true]", ["not valid YAML"]),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_file_its_key_and_the_nearest(here, text, words):
    said = refused(text)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("x", ["not a mapping", "write it like"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, sort: x}", ["unknown key sort"]),
        ("{id: a/b, url: 'https://a.example', outlt: A}", ["unknown key outlt", "did you mean outlet?"]),
        ("{url: 'https://a.example', outlet: A}", ["id is missing"]),
        ("{id: a/b, url: , outlet: A}", ["url is missing"]),
        ("{id: 5, url: 'https://a.example', outlet: A}", ["id: 5 is not text"]),
        ("{id: a/b, url: 'file:///etc/passwd', outlet: A}", ["http://", "file:///etc/passwd"]),
        ("{id: a/b, url: 'http://', outlet: A}", ["must be an address"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, class: loacl}", ["class loacl", "did you mean local?"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, every: 15}", ["every"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, every: 0m}", ["every: 0m: not a length"]),
        ("{id: a/b, url: 'https://a.example', outlet: A, place: [Huế]}", ["place", "not text"]),
    ],
)
def test_a_source_that_cannot_be_read_is_told_with_its_number(here, entry, words):
    good = "{id: good/one, url: 'https://good.example/rss', outlet: Good}"
    said = refused(f"sources: [{good}, {entry}]")
    for word in ["sources: entry 2", *words]:
        assert word in said


def test_two_sources_of_one_id_are_told(here):
    one = "{id: a/b, url: 'https://a.example', outlet: A}"
    assert "a/b stands twice" in refused(f"sources: [{one}, {one}]")


def test_a_source_is_read_with_its_defaults_and_an_empty_key_is_no_value(here):
    rest = "group: , place: Huế, class: local, every: 1h, kind: feed"
    first, second = load(
        f"sources: [{{id: a/b, url: 'https://a.example/x', outlet: A, {rest}}}, {{id: c, url: 'http://c.example', outlet: C}}]"
    ).sources
    assert (first.group, first.publisher, first.place, first.category, first.every) == (
        "",
        "A",
        "Huế",
        "local",
        timedelta(hours=1),
    )
    assert (second.kind, second.category, second.every) == ("feed", "national", timedelta(minutes=5))


def test_the_environment_and_the_folder_name_settings_and_store(here, monkeypatch):
    Path("monitor.yaml").write_text("web: {threads: 3}", encoding="utf-8")
    Path("other.yaml").write_text("web: {threads: 4}", encoding="utf-8")
    assert config.load()["web.threads"] == 3
    monkeypatch.setenv("MONITOR_CONFIG", "other.yaml")
    assert config.load()["web.threads"] == 4
    assert config.load("monitor.yaml")["web.threads"] == 3
    monkeypatch.setenv("MONITOR_STORE", "postgresql+psycopg://office@db/monitor")
    assert config.load().store_url == "postgresql+psycopg://office@db/monitor"


@pytest.mark.parametrize("text", ["", "# nothing", "---\n"])
def test_a_file_that_changes_nothing_is_fine(here, text):
    assert load(text).keys == config.load().keys


def test_a_file_that_cannot_be_read_is_told(here):
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    for name, word in (("nowhere.yaml", "No such file"), (".", "directory"), ("photo.jpg", "not valid YAML")):
        with pytest.raises(ConfigError, match=word):
            config.load(name)


def test_folders_are_counted_from_where_monitor_is_started(here):
    assert load("folders: {digests: out}").path("digests") == here / "out"
    assert load(f"folders: {{digests: {here}/abs}}").path("digests") == here / "abs"
    assert load("web: {delay: 0s}").span("web.delay") == 0
