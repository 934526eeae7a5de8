"""The counts that are kept are those that counting gives, whatever is written, changed, corrected or erased, on either store."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

from alembic import command
from alembic.config import Config
from click.testing import CliRunner
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from makers import NOON, PAPER, article, gathering, keep, tag
from sqlalchemy import create_engine, delete, select, text, update

from monitor.cli import main
from monitor.config import load
from monitor.coverage import coverage
from monitor.errors import UsageError
from monitor.figures import Difference
from monitor.query import counting
from monitor.query import coverage as asked
from monitor.records import Source, TaggedArticle
from monitor.store import Store, articles, corrections, counts, database, proof, retention, rollup, schema, tags
from monitor.store.schema import published

FIRST, LAST = date(2026, 11, 18), date(2026, 11, 23)
TEXT = (
    "Đoàn kiểm tra của tỉnh hôm qua công bố tám doanh nghiệp dệt chưa nộp đủ tiền bảo hiểm cho công nhân từ mùa hè, đại diện hai nơi "
    "hứa nộp hết trước cuối năm, những nơi còn lại xin giãn thêm ba tháng vì chưa có đơn hàng."
)
OUTLETS = {"Báo A": "Nhà Một", "Báo B": "Nhà Một", "Báo C": "Báo C", "Trang Ngành": "Ngành", "Gom Tin": "Gom Tin"}
CATEGORY = {"Trang Ngành": "owned", "Gom Tin": "aggregator"}
TOPICS, PLACES = ("pension", "evasion", "fraud"), ("Huế", "Cần Thơ")
TONES = ("positive", "neutral", "negative")
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@st.composite
def written(draw):
    """An article of one of six days, whose text may be that of another, at an address that may stand already."""
    outlet = draw(st.sampled_from(sorted(OUTLETS)))
    said = {"outlet": outlet, "publisher": OUTLETS[outlet], "category": CATEGORY.get(outlet, "local"), "source": f"{outlet}/home"}
    said |= {"title": f"Tin {draw(st.integers(0, 3))}", "text": TEXT if draw(st.booleans()) else ""}
    said["published"] = draw(st.one_of(st.none(), st.integers(-40, 80).map(lambda hour: NOON + timedelta(hours=hour))))
    return article(draw(st.integers(0, 11)), kind=draw(st.sampled_from(["news", "news", "comment"])), **said)


@st.composite
def tagged(draw):
    """Tags as a tagger or an officer might give them."""
    made = [
        tag("relevance", draw(st.sampled_from(["core", "core", "mention", "none"]))),
        tag("sentiment", draw(st.sampled_from(TONES))),
    ]
    topics = draw(st.lists(st.sampled_from(TOPICS), unique=True))
    made += [tag("topic", topic, score=draw(st.sampled_from([0.5, 0.9]))) for topic in topics]
    made += [tag("tone", f"{topic}:{draw(st.sampled_from(TONES))}") for topic in topics if draw(st.booleans())]
    return tuple(made + [tag("place", place) for place in draw(st.lists(st.sampled_from(PLACES), unique=True))])


def raw(store: Store, **narrow) -> list:
    """The days counted article by article."""
    start = datetime.combine(FIRST, datetime.min.time(), UTC) - timedelta(hours=7)
    found = counts.counted(store, start, start + timedelta(days=(LAST - FIRST).days + 1), **narrow)
    kept = [item for item in found if item.category != "owned"]
    return coverage(kept, days=(FIRST, LAST), health={}, topic=narrow.get("topic") or "")


def looked_up(store: Store, **narrow) -> list:
    """The same days looked up."""
    return counting.rows(store, FIRST, LAST, by="day", narrow=narrow, health={}, clusters={})


def must_agree(store: Store) -> None:
    """Fail unless everything that is kept is what counting gives."""
    assert list(proof.check(store)) == []
    asked_for = [{}, *({"topic": one} for one in TOPICS), *({"place": one} for one in PLACES)]
    for narrow in [*asked_for, *({"outlet": one} for one in (*OUTLETS, "Nhà Một"))]:
        assert looked_up(store, **narrow) == raw(store, **narrow), narrow


class Office(RuleBasedStateMachine):
    """Whatever crawlers, taggers and officers do to a store, in any order."""

    store: Store

    @initialize()
    def begin(self):
        with self.store.write() as connection:
            for table in (schema.articles, schema.erased, schema.visits, *proof.TABLES):
                connection.execute(delete(table))

    @rule(found=st.lists(written(), min_size=1, max_size=6))
    def crawl_and_import(self, found):
        articles.keep_articles(self.store, found)

    @rule(found=st.lists(written(), min_size=1, max_size=4), outlet=st.sampled_from(sorted(OUTLETS)))
    def visit(self, found, outlet):
        source = Source(id=f"{outlet}/home", url="https://bao.example/rss", outlet=outlet, category=CATEGORY.get(outlet, "local"))
        at = NOON + timedelta(hours=1)
        articles.keep_gathering(self.store, gathering(*found, source=source, at=at, good_at=at))

    @rule(data=st.data(), version=st.sampled_from(["v1", "v2"]))
    def tag(self, data, version):
        waiting = list(articles.untagged(self.store, version))
        some = data.draw(st.lists(st.sampled_from(waiting), max_size=8, unique_by=lambda one: one.article.id)) if waiting else []
        tags.keep(self.store, [replace(item, tags=data.draw(tagged())) for item in some], version)

    @rule(number=st.integers(0, 11), marks=tagged())
    def correct(self, number, marks):
        said = {kind: [one.label for one in marks if one.kind == kind] for kind in ("relevance", "topic", "sentiment", "place")}
        with suppress(UsageError):
            corrections.correct(self.store, f"https://bao.example/{number}", said, who="cán bộ", at=NOON)

    @rule(number=st.integers(0, 11), marks=tagged())
    def tag_what_an_officer_spoke_of(self, number, marks):
        for found in articles.by_url(self.store, [f"https://bao.example/{number}"]):
            tags.keep(self.store, [TaggedArticle(article=found, words="", tags=marks)], "v1")

    @rule(number=st.integers(0, 11))
    def erase(self, number):
        retention.erase(self.store, [f"https://bao.example/{number}"], at=NOON)
        with self.store.write() as connection:
            connection.execute(delete(schema.erased))  # so that it may come back

    @rule()
    def forget(self):
        retention.forget(self.store, {"comment": NOON + timedelta(days=1)})

    def teardown(self):
        must_agree(self.store)


def test_what_is_kept_is_what_counting_gives_whatever_was_written_corrected_or_erased(store, monkeypatch):
    monkeypatch.setattr(retention, "sweep", lambda store: None)  # it writes files anew and changes no count

    class Here(Office):
        pass

    Here.store = store
    calm = settings(max_examples=25, stateful_step_count=16, deadline=None, suppress_health_check=SLOW)
    run_state_machine_as_test(Here, settings=calm)


def read(store: Store) -> list:
    """What each source brought each day, as the store keeps it."""
    with store.read() as connection:
        return list(connection.execute(select(published).where(published.c.articles > 0)))


def test_what_each_source_brought_is_exact_for_crawl_import_change_and_erasure_and_leaves_out_what_nobody_dated(store):
    def brought() -> Counter:
        rows = read(store)
        return Counter({(row.day.day, row.source, row.outlet, row.publisher, row.category): row.articles for row in rows})

    backlog = article("cũ", source=PAPER.id)
    articles.keep_gathering(store, gathering(article(1, published=NOON, source=PAPER.id), backlog))
    articles.keep_articles(store, [article("nhập", published=NOON - timedelta(days=8))])
    known = (20, PAPER.id, "Báo Thử", "nhóm thử", "local")
    assert brought() == {known: 1, (12, "", "Báo Thử", "Báo Thử", "national"): 1}
    articles.keep_articles(store, [article("nhập", published=NOON - timedelta(days=7))])
    tags.keep(store, [TaggedArticle(article=one, words="", tags=()) for one in articles.by_url(store, [backlog.url])], "v1")
    assert brought() == {known: 2, (13, "", "Báo Thử", "Báo Thử", "national"): 1}
    retention.erase(store, [backlog.url, "https://bao.example/nhập"], at=NOON)
    assert brought() == {known: 1}
    assert list(proof.check(store)) == []


def test_what_the_agency_publishes_itself_is_counted_apart(store):
    keep(store, article(1, published=NOON, category="owned", publisher="Ngành"), topic="pension", sentiment="positive")
    keep(store, article(2, published=NOON), topic="pension", sentiment="negative")
    outside = rollup.by_day(store, FIRST, LAST, kind="topic")["pension"]
    owned = rollup.by_day(store, FIRST, LAST, kind="topic", label="pension", owned=True)["pension"]
    assert [(one.articles, one.publishers, one.positive, one.negative) for one in outside] == [(1, 1, 0, 1)]
    assert [(one.articles, one.publishers, one.positive, one.negative) for one in owned] == [(1, 0, 1, 0)]


def test_a_day_that_is_looked_up_has_its_health_and_its_row_of_zeros(store):
    keep(store, article(1, published=NOON), topic="pension")
    config = load()
    rows = asked(store, config, by="day", since=FIRST, until=LAST, topic="Lương hưu và hưu trí xã hội")
    assert [(row.key, row.articles, row.topic, row.health) for row in rows][1:3] == [
        ("2026-11-19", 0, "pension", None),
        ("2026-11-20", 1, "pension", None),
    ]
    assert [replace(row, read=None, read_publishers=None) for row in rows] == raw(store, topic="pension")


def test_two_who_tag_one_day_at_once_both_count(store):
    found = [article(number, published=NOON, publisher=f"Nhà {number}", outlet=f"Báo {number}") for number in range(24)]
    articles.keep_articles(store, found)
    waiting = list(articles.untagged(store, "v1"))
    made = [replace(item, tags=(tag("relevance", "core"), tag("topic", "pension"))) for item in waiting]

    def work(part: list[TaggedArticle]) -> None:
        for item in part:
            tags.keep(store, [item], "v1")

    crowd = [Thread(target=work, args=(made[at::4],)) for at in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert [row.publishers for row in rollup.by_day(store, FIRST, LAST, kind="topic")["pension"]] == [24]
    must_agree(store)


def broken(store: Store) -> None:
    """Make every kind of count wrong."""
    with store.write() as connection:
        connection.execute(update(schema.daily).where(schema.daily.c.kind == "topic").values(stories=7))
        connection.execute(delete(schema.published))
        connection.execute(update(schema.counted).values(day=LAST, publisher="Nhà Khác"))


def test_the_proof_names_what_differs_and_repair_makes_it_anew(store):
    keep(store, article(1, published=NOON), topic="pension")
    broken(store)
    found = list(proof.check(store))
    assert Difference(table="daily", day=date(2026, 11, 20), what="topic pension", kept="stories 7", found="stories 1") in found
    assert {one.table for one in found} == {"counted", "daily", "published"}
    assert [(one.what, one.found) for one in found if one.table == "published"] == [("Báo Thử Báo Thử national", "articles 1")]
    assert list(proof.check(store)) == found == list(proof.check(store, repair=True))
    must_agree(store)


def test_the_verb_exits_1_until_the_counts_are_repaired(store, store_url, monkeypatch):
    monkeypatch.setenv("MONITOR_STORE", store_url)
    keep(store, article(1, published=NOON), topic="pension")
    said = CliRunner().invoke(main, ["check"])
    assert (said.exit_code, said.stderr) == (0, "mọi số đếm đều khớp với đếm lại\n")
    broken(store)
    said = CliRunner().invoke(main, ["check"])
    assert said.exit_code == 1
    assert "20/11/2026" in said.stdout
    assert "monitor check --repair" in said.stderr
    assert CliRunner().invoke(main, ["check", "--repair"]).exit_code == 0
    assert json.loads(CliRunner().invoke(main, ["check", "--json"]).stdout) == {"differences": [], "repaired": False}


def test_a_store_from_before_there_were_counts_has_them_made_when_it_is_opened(empty_url):
    steps = Config()
    steps.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        steps.attributes["connection"] = connection
        command.upgrade(steps, "0005")
        given = {"url": "https://paper.example/1", "at": "2026-11-20 05:00:00", "day": "2026-11-20"}
        into = "INSERT INTO articles (url, outlet, publisher, category, fetched, seen, day)"
        made = f"{into} VALUES (:url, 'P', 'P', 'local', :at, :at, :day)"
        connection.execute(text(made), given)
        connection.execute(text("INSERT INTO tags SELECT id, 'relevance', 'core', 1, '', '[]' FROM articles"))
    engine.dispose()
    with Store.open(empty_url) as store:
        must_agree(store)
        assert [row.articles for row in read(store)] == [1]
