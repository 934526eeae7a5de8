"""What `monitor coverage` says is what a plain recount of the articles and tags says, by anything and of anything, on either store; and
no count that is kept can be changed without `monitor check` telling it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from makers import NOON, article, keep, visit
from sqlalchemy import delete, insert, select, update
from test_rollup import CATEGORY, OUTLETS, PLACES, TOPICS, tagged, written

from monitor import places
from monitor.cli import main
from monitor.config import Config, load
from monitor.coverage import BY, each_day
from monitor.query import clusters
from monitor.query import coverage as asked
from monitor.records import TaggedArticle
from monitor.show import number
from monitor.store import Store, articles, proof, schema, tags, visits

FIRST, LAST = date(2026, 11, 18), date(2026, 11, 23)
NARROW = [{}, {"topic": "pension"}, {"outlet": "Nhà Một"}, {"outlet": "Gom Tin"}, {"place": "ĐBSCL"}, {"sentiment": "negative"},
          {"topic": "fraud", "sentiment": "negative"}, {"topic": "evasion", "place": "Cần Thơ"}]  # fmt: skip
COUNTS = ("articles", "stories", "publishers", "positive", "negative", "read", "read_publishers")


@pytest.fixture
def config(tmp_path) -> Config:
    known = [
        {
            "id": f"{at}/home",
            "url": f"https://{at}.example/rss",
            "outlet": outlet,
            "group": group,
            "class": CATEGORY.get(outlet, "local"),
        }
        for at, (outlet, group) in enumerate(OUTLETS.items())
    ]
    (tmp_path / "monitor.yaml").write_text(json.dumps({"sources": known}, ensure_ascii=False), encoding="utf-8")
    return load(tmp_path / "monitor.yaml")


def fill(store: Store, found: list[tuple[Any, tuple]]) -> None:
    """Nothing but these articles with these tags."""
    with store.write() as connection:
        for table in (schema.articles, schema.erased, *proof.TABLES):
            connection.execute(delete(table))
    articles.keep_articles(store, [one for one, _ in found])
    marks = {one.url: given for one, given in found}
    waiting = list(articles.untagged(store, "v1"))
    tags.keep(store, [TaggedArticle(article=one.article, words="", tags=marks[one.article.url]) for one in waiting], "v1")


def told(store: Store) -> list[dict[str, Any]]:
    """Every article of others with its labels, read as it stands, without anything that counts."""
    with store.read() as connection:
        rows = [row._asdict() for row in connection.execute(select(schema.articles))]
        marks = list(connection.execute(select(schema.tags.c.article, schema.tags.c.kind, schema.tags.c.label)))
    for row in rows:
        row["marks"] = {(kind, label) for number, kind, label in marks if number == row["id"]}
        row["on"] = ((row["published"] or row["fetched"]).astimezone(UTC) + timedelta(hours=7)).date()
    return [row for row in rows if row["category"] != "owned" and row["kind"] != "comment" and FIRST <= row["on"] <= LAST]


def keys_of(row: dict[str, Any], by: str, groups: dict[str, list[str]]) -> set[str]:
    labels = defaultdict(set)
    for kind, label in row["marks"]:
        labels[kind].add(label)
    iso = row["on"].isocalendar()
    return {
        "day": {f"{row['on']}"},
        "week": {f"{iso.year}-W{iso.week:02}"},
        "month": {f"{row['on']:%Y-%m}"},
        "outlet": {row["outlet"]},
        "publisher": {row["publisher"]},
        "class": {row["category"]},
        "topic": labels["topic"] or {""},
        "place": labels["place"] or {""},
        "province": {places.now(place) for place in labels["place"]} or {""},
        "cluster": {name for name, members in groups.items() if labels["place"] & set(members)},
        "law": labels["law"],
    }[by]


def tone_in(row: dict[str, Any], topic: str) -> str:
    toward = [
        label.partition(":")[2] for kind, label in row["marks"] if kind == "tone" and topic and label.startswith(f"{topic}:")
    ]
    return (toward or [label for kind, label in row["marks"] if kind == "sentiment"])[0]


def wanted(row: dict[str, Any], narrow: dict[str, str], groups: dict[str, list[str]]) -> bool:
    topic, place = narrow.get("topic", ""), narrow.get("place", "")
    return (
        (not topic or ("topic", topic) in row["marks"])
        and narrow.get("outlet", row["outlet"]) in (row["outlet"], row["publisher"])
        and (not place or any(("place", one) in row["marks"] for one in groups.get(place, [place])))
        and ("sentiment" not in narrow or tone_in(row, topic) == narrow["sentiment"])
    )


def recounted(store: Store, by: str, narrow: dict[str, str], groups: dict[str, list[str]]) -> dict[str, tuple[int, ...]]:
    """The counts by key, as anybody would count them by hand."""
    everything = told(store)
    core = [row for row in everything if ("relevance", "core") in row["marks"] and wanted(row, narrow, groups)]
    every = [{"on": day, "marks": set(), "outlet": "", "publisher": "", "category": ""} for day in each_day(FIRST, LAST)]
    names = {key for row in (*core, *(every if by in ("day", "week", "month") else ())) for key in keys_of(row, by, groups)}
    found = {}
    for name in names:
        here = [row for row in core if name in keys_of(row, by, groups)]
        tones = Counter(tone_in(row, name if by == "topic" else narrow.get("topic", "")) for row in here)
        own = by in ("day", "week", "month", "outlet", "publisher", "class")
        read = [row for row in everything if narrow.get("outlet", row["outlet"]) in (row["outlet"], row["publisher"])
                and (not own or name in keys_of(row, by, groups))]  # fmt: skip
        independent = [{row["publisher"] for row in rows if row["category"] != "aggregator"} for rows in (here, read)]
        stories = len({row["story"] or row["id"] for row in here})
        found[name] = (
            len(here),
            stories,
            len(independent[0]),
            tones["positive"],
            tones["negative"],
            len(read),
            len(independent[1]),
        )
    return found


def test_coverage_by_anything_is_what_a_plain_recount_gives(store, config):
    groups = clusters(config)

    @settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(written(), tagged()), min_size=1, max_size=14, unique_by=lambda pair: pair[0].url))
    def agree(found):
        fill(store, found)
        for narrow in NARROW:
            for by in BY:
                rows = asked(store, config, by=by, since=FIRST, until=LAST, **narrow)
                said = {row.key: tuple(getattr(row, name) for name in COUNTS) for row in rows}
                assert said == recounted(store, by, narrow, groups), (by, narrow)

    agree()


def test_a_row_by_outlet_publisher_or_class_tells_whether_its_own_sources_were_heard(store, config):
    keep(store, article(1, published=NOON, outlet="Báo A", publisher="Nhà Một", category="local", source="0/home"))
    keep(store, article(2, published=NOON, outlet="Báo C", category="local", title="Khác", source="2/home"))
    with store.write() as connection:
        for at, outcome in enumerate(["ok", "failed", "failed", "ok"]):
            visits.keep(store, connection, visit(f"{at}/home", outcome=outcome), articles=1)
    health = {
        row.key: row.health
        for by in ("outlet", "publisher", "class")
        for row in asked(store, config, by=by, since=FIRST, until=LAST)
    }
    assert health == {"Báo A": 1.0, "Báo C": 0.0, "Nhà Một": 0.5, "local": pytest.approx(1 / 3)}
    (row,) = asked(store, config, by="topic", since=FIRST, until=LAST)
    assert row.health == pytest.approx(1 / 3)  # of all that are no owned media and no aggregators


@pytest.mark.parametrize("by", BY)
def test_the_table_and_the_document_say_the_same(store, store_url, monkeypatch, by):
    monkeypatch.setenv("MONITOR_STORE", store_url)
    for at, outlet in enumerate([*OUTLETS, *OUTLETS]):
        said = {
            "outlet": outlet,
            "publisher": OUTLETS[outlet],
            "category": CATEGORY.get(outlet, "local"),
            "source": f"{outlet}/home",
        }
        made = article(at, published=NOON - timedelta(days=at % 3), title=f"Tin {at}", **said)
        keep(store, made, topic=TOPICS[at % 3], place=PLACES[at % 2], sentiment="negative", law="Luật 41/2024/QH15")
    with store.write() as connection:
        visits.keep(store, connection, visit("Báo A/home"), articles=3)
    asked_for = ["coverage", "--by", by, "--since", "2026-11-10", "--until", "2026-11-23"]
    rows = json.loads(CliRunner().invoke(main, [*asked_for, "--json"]).stdout)["rows"]
    lines = [line for line in CliRunner().invoke(main, asked_for).stdout.splitlines()[2:] if line.strip()]
    assert len(lines) == len(rows) > 0
    for line, row in zip(lines, rows, strict=True):
        cells = [number(row[name]) for name in ("articles", "stories", "publishers", "read", "read_publishers")]
        assert line.split()[-len(cells) - 5 : -5] == cells


TAMPERED = [
    (schema.daily, {"articles": 99}),
    (schema.daily, {"publishers": 99}),
    (schema.daily, {"negative": 99}),
    (schema.daily, {"owned": 1}),
    (schema.daily, {"label": "x"}),
    (schema.daily, {"day": date(2031, 1, 1)}),
    (schema.published, {"articles": 99}),
    (schema.published, {"articles": 0}),
    (schema.published, {"category": "aggregator"}),
    (schema.published, {"day": date(2031, 1, 1)}),
    *((schema.counted, {name: "x"}) for name in ("source", "outlet", "publisher", "category", "story", "sentiment", "voice", "topics",
                                                   "places", "laws", "tones", "kind")),
    (schema.counted, {"day": date(2031, 1, 1)}),
    (schema.counted, {"seen": datetime(2031, 1, 1, tzinfo=UTC)}),
    (schema.counted, {"article": 4711}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "values"), TAMPERED, ids=lambda one: getattr(one, "name", "") or ",".join(one))
def test_no_column_of_a_count_that_is_kept_can_be_changed_untold(store, table, values):
    keep(store, article(1, published=NOON), topic="pension", place="Huế")
    with store.write() as connection:
        key = connection.execute(select(*table.primary_key.columns)).first()
        which = [column == value for column, value in zip(table.primary_key.columns, key, strict=True)]
        connection.execute(update(table).where(*which).values(values))
    assert {one.table for one in proof.check(store)} >= {table.name}
    assert list(proof.check(store, repair=True))
    assert list(proof.check(store)) == []


@pytest.mark.parametrize("table", proof.TABLES, ids=lambda table: table.name)
def test_no_row_can_be_taken_from_a_count_or_put_into_one_untold(store, table):
    keep(store, article(1, published=NOON), article(2, published=NOON - timedelta(days=90)), topic="pension")
    with store.write() as connection:
        row = connection.execute(select(table)).first()._asdict()
        moved = {"article": 4711} if table is schema.counted else {}
        connection.execute(insert(table).values({**row, "day": date(1999, 1, 1), **moved}))
    assert {(one.table, one.day, one.found) for one in proof.check(store, repair=True)} == {(table.name, date(1999, 1, 1), "")}
    with store.write() as connection:
        connection.execute(delete(table))
    assert {one.table for one in proof.check(store, repair=True)} == {table.name}
    assert list(proof.check(store)) == []
