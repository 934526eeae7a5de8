"""Shares add up, spans are compared by who was heard in both, and where little is known nothing is said but why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from makers import PAPER, article, keep, visit
from numpy.random import default_rng
from test_coverage import ANY, counted
from test_hearing import DAYS, items, volume

from monitor import trends
from monitor.cli import main
from monitor.clock import moment_of
from monitor.config import Config, load
from monitor.coverage import coverage
from monitor.errors import UsageError
from monitor.figures import Coverage
from monitor.hearing import KEYED, heard_days, made_whole, steady, totals
from monitor.movement import Volume
from monitor.panel import Panel
from monitor.query.trends import OF
from monitor.query.trends import trends as asked
from monitor.report import charts
from monitor.report import trends as report
from monitor.store import Store, visits, volumes

SPANS = ((DAYS[50], DAYS[59]), (DAYS[40], DAYS[49]))
LAST = date(2026, 11, 20)


# ---- shares of voice


@given(st.lists(ANY, unique_by=lambda one: one.id), st.sampled_from(OF))
def test_the_shares_of_voice_add_up_to_one(found, of):
    rows = trends.voices(found, of=of, clusters={"Miền Trung": ["Huế"]})
    assert sum(row.share for row in rows) == pytest.approx(1.0 if rows else 0.0)
    for row in rows:
        assert row.interval[0] <= row.share <= row.interval[1] or row.share == pytest.approx(row.interval[1])
        assert row.tone is None or row.tone[0] <= row.count.tone <= row.tone[1]


def test_a_group_that_prints_a_dispatch_in_three_papers_is_one_voice():
    copies = [counted(number, story="a1", publisher="nhóm", outlet=f"Báo {number}") for number in range(3)]
    rows = trends.voices([*copies, counted(9, publisher="khác", outlet="Báo Khác")], of="publisher")
    assert {row.count.key: row.share for row in rows} == {"nhóm": 0.5, "khác": 0.5}
    assert {row.count.key: round(row.share, 3) for row in trends.voices(copies, of="outlet")} == dict.fromkeys(
        ["Báo 0", "Báo 1", "Báo 2"], 0.333
    )


def test_the_agencys_own_media_and_aggregators_have_no_share():
    found = [counted(1), counted(2, category="owned", outlet="Trang ngành"), counted(3, category="aggregator", outlet="Gom tin")]
    assert [row.count.key for row in trends.voices(found, of="outlet")] == ["Báo Một"]


def test_a_story_in_forty_papers_makes_no_share_more_certain():
    copies = [counted(number, story="a1", publisher=str(number), topics=("fraud",)) for number in range(40)]
    single = [counted(100 + number, topics=("pension",)) for number in range(4)]
    first, _ = trends.voices([*copies, *single], of="topic")
    assert first.share == pytest.approx(40 / 44)
    assert first.interval[0] < 0.3


def test_the_shares_of_a_clusters_provinces_add_up_to_one_though_its_news_name_others_too():
    found = [counted(1, places=("Cần Thơ", "Hà Nội")), counted(2, places=("Cần Thơ", "Cà Mau")), counted(3, places=("Hà Nội",))]
    rows = trends.voices(found, of="place", only=["Cần Thơ", "Cà Mau"])
    assert {row.count.key: row.share for row in rows} == {"Cần Thơ": 0.75, "Cà Mau": 0.25}


def test_a_province_of_the_cluster_without_news_has_its_row_of_noughts():
    rows = trends.voices([counted(1, places=("Cần Thơ",))], of="place", only=["Cần Thơ", "Cà Mau"])
    assert [(row.count.key, row.count.articles, row.share) for row in rows] == [("Cần Thơ", 1, 1.0), ("Cà Mau", 0, 0.0)]


def test_a_tone_is_told_from_ten_stories_on_however_often_they_are_copied():
    stories = [counted(number, sentiment="negative") for number in range(10)]
    copies = [counted(number, sentiment="negative", story="a1") for number in range(40)]
    assert trends.voices(stories, of="class")[0].tone is not None
    assert trends.voices(stories[:9], of="class")[0].tone is None
    assert trends.voices(copies, of="class")[0].tone is None


# ---- spans


def compared(counts, volumes_, spans=SPANS):
    return trends.against(items(counts), kind="before", panel=Panel(heard_days(volumes_), spans))


CORE = {(one, day): 2 for one in "abc" for day in DAYS}
READ = [volume(one, day) for one in "abc" for day in DAYS]


@given(st.integers(0, 6), st.integers(50, 59))
def test_a_source_that_is_new_makes_no_rise(many, begun):
    new = {("new", day): many for day in DAYS[begun:]}
    found = compared(CORE | new, [*READ, *(volume("new", day) for day in DAYS[begun:])])
    assert (found.change, found.sources, found.left_out) == (0.0, 3, 1)
    plain = compared(CORE, READ)
    assert replace(found, left_out=0) == plain


@given(st.sets(st.sampled_from(DAYS[40:]), max_size=9), st.sampled_from("abc"))
def test_an_outage_makes_no_fall_as_long_as_a_source_is_heard_on_half_the_days(down, source):
    read = [
        volume(one.source, one.day, 0, good=False) if (one.source, one.day) in {(source, day) for day in down} else one
        for one in READ
    ]
    core = {key: many for key, many in CORE.items() if key[0] != source or key[1] not in down}
    found = compared(core, read)
    assert found.change == pytest.approx(0.0)
    assert found.low < 0 < found.high


@given(st.integers(1, 6), st.integers(50, 59), st.sampled_from("abc"))
def test_a_source_that_went_or_was_taken_out_makes_no_fall(many, until, source):
    core = {key: count for key, count in CORE.items() if key[0] != source or key[1] < DAYS[until - 5]}
    read = [one for one in READ if one.source != source or one.day < DAYS[until - 5]]
    found = compared(dict.fromkeys(core, many), read)
    assert found.change == pytest.approx(0.0)


def test_what_readers_wrote_under_articles_is_no_rise_no_voice_and_no_opinion():
    found = items(CORE)
    under = [replace(item, id=10_000 + item.id, kind="comment", sentiment="negative") for item in found if item.day >= DAYS[50]]
    assert trends.against([*found, *under], kind="before", panel=Panel(heard_days(READ), SPANS)).change == 0.0
    last = [item for item in found if item.day == DAYS[-1]]
    assert trends.voices([*last, *under], of="outlet") == trends.voices(last, of="outlet")
    down = [volume(one.source, one.day, 0, good=False) if (one.source, one.day) == ("c", DAYS[58]) else one for one in READ]
    kept = [item for item in [*found, *under] if (item.source, item.day) != ("c", DAYS[58])]
    rows = made_whole(coverage(kept, days=(DAYS[0], DAYS[-1])), kept, heard_days(down))
    assert rows[58].estimate == pytest.approx(6.0)


def test_a_week_that_has_begun_is_met_by_the_same_weekdays():
    week = {(one, day): 1 if day.weekday() >= 5 else 6 for one in "abc" for day in DAYS}
    monday = next(day for day in reversed(DAYS[:-3]) if day.weekday() == 0)
    now = (monday, monday + timedelta(days=2))
    assert compared(week, READ, (now, trends.before(*now))).change == pytest.approx(0.0)


@pytest.mark.parametrize(("true", "bursts"), [(1.0, False), (1.5, False), (1.0, True)])
def test_nineteen_of_twenty_intervals_of_a_change_hold_the_truth_in_bursts_and_over_weekends_too(true, bursts):
    chance = default_rng(20261122)
    held, rounds, spans = 0, 300, ((DAYS[53], DAYS[59]), (DAYS[46], DAYS[52]))
    panel = Panel(heard_days(READ), spans)
    for _ in range(rounds):
        mean = [(2 if day.weekday() >= 5 else 8) * (true if day >= DAYS[53] else 1.0) for day in DAYS]
        drawn = chance.negative_binomial([one / 2 for one in mean], 1 / 3) if bursts else chance.poisson(mean)
        found = items({("a", day): int(many) for day, many in zip(DAYS, drawn, strict=True)})
        one = trends.against(found, kind="before", panel=panel)
        held += one.low <= true - 1 <= one.high
    assert held / rounds >= 0.93


@given(st.lists(st.integers(0, 5), min_size=20, max_size=20))
def test_the_interval_of_a_change_holds_it(daily):
    found = compared({("a", day): many for day, many in zip(DAYS[40:], daily, strict=True)}, READ)
    if sum(daily[:10]) < trends.FEW:
        assert (found.change, found.low, found.high) == (None, None, None)
        assert "kỳ gốc chỉ có" in found.why
    else:
        assert found.low <= found.change + 1e-9
        assert found.change <= found.high + 1e-9


def test_without_a_source_heard_in_both_nothing_is_said_but_why():
    found = compared(CORE, [volume("a", day) for day in DAYS[50:]])
    assert (found.sources, found.change, found.why) == (0, None, "kỳ gốc chưa đọc nguồn nào")
    assert report.percent(found) == "– (kỳ gốc chưa đọc nguồn nào)"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 500))
def test_the_span_before_ends_before_it_and_that_of_a_year_ago_meets_its_weekdays_or_dates(first, length):
    last = first + timedelta(days=length)
    begin, end = trends.before(first, last)
    assert begin <= end < first
    year = trends.year_before(first, last)
    assert year[0] <= year[1]
    if first.day == 1 and first.month == last.month and first.year == last.year:
        assert (year[0].month, begin.day) == (first.month, 1)
        assert (year[1].month, end <= first) == (first.month, True)
    else:
        assert (year[0].weekday(), year[1] - year[0], end - begin) == (first.weekday(), last - first, last - first)
        assert (begin.weekday(), first - end <= timedelta(days=7)) == (first.weekday(), True)


# ---- series


@given(st.lists(st.none() | st.integers(0, 50), max_size=40))
def test_a_moving_median_lies_among_the_days_it_is_of(values):
    for at, middle in enumerate(trends.moving_median(values)):
        known = [value for value in values[max(0, at - 6) : at + 1] if value is not None]
        assert (middle is None) == (len(known) < 4)
        assert middle is None or min(known) <= middle <= max(known)


def test_three_odd_sundays_of_eight_do_not_move_what_is_usual_on_a_sunday():
    sundays = {LAST - timedelta(weeks=back): value for back, value in enumerate([2.0] * 5 + [90.0] * 3, 1)}
    assert trends.weekday_usual(sundays, LAST) == 2.0
    assert trends.weekday_usual(dict(list(sundays.items())[:3]), LAST) is None


def test_a_week_of_quiet_sundays_is_no_fall():
    rows = [
        Coverage(key=day.isoformat(), articles=0, stories=0, publishers=0, estimate=1.0 if day.weekday() == 6 else 6.0)
        for day in DAYS
    ]
    assert trends.slope(rows) == (0.0, 0.0, 0.0)
    assert trends.slope(rows[:20]) is None


@pytest.mark.parametrize("lasting", [1, 4])
def test_a_level_that_does_not_change_is_seldom_told_as_a_trend_though_news_last_for_days(lasting):
    chance, told, rounds = default_rng(20261122), 0, 150
    days = [DAYS[0] + timedelta(days=at) for at in range(84)]
    for _ in range(rounds):
        counts = [0] * (len(days) + lasting)
        for at, day in enumerate(days):
            for size in chance.geometric(1 / 3, chance.poisson(1 if day.weekday() >= 5 else 3)):
                for later in chance.integers(0, lasting, size):
                    counts[at + later] += 1
        zero = Coverage(key="", articles=0, stories=0, publishers=0)
        rows = [replace(zero, key=day.isoformat(), estimate=float(counts[at])) for at, day in enumerate(days)]
        _, low, high = trends.slope(rows)
        told += low > 0 or high < 0
    assert told / rounds <= 0.07


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_a_series_with_an_outage_does_not_dip(by):
    down = set(DAYS[33:37])
    read = [volume(one.source, one.day, 0, good=False) if one.source == "c" and one.day in down else one for one in READ]
    found = items({key: many for key, many in CORE.items() if key[0] != "c" or key[1] not in down})
    heard = heard_days(read)
    days = made_whole(coverage(found, by="day", days=(DAYS[0], DAYS[-1])), found, heard)
    made = trends.points(days, found, by=by, first=DAYS[0], heard=heard)
    assert [round(one.per_day, 9) for one in made] == [6.0] * len(made)
    assert sum(one.count.articles for one in made) == len(found)
    assert {source for one in made for source in one.silent} == {"c"}
    drawn = charts.course(made, title="Số bài <mỗi ngày>", by=by)
    assert 'fill="url(#estimated)"' in drawn
    assert "url(#unheard)" not in drawn.replace('id="unheard"', "")
    ElementTree.fromstring(drawn)


def series(core, read, *, by, first=None, days=DAYS):
    """The points of sources that bring so much, as far as they were heard."""
    found, heard = items(core), heard_days(read)
    rows = made_whole(coverage(found, by="day", days=(days[0], days[-1])), found, heard)
    return trends.points(rows, found, by=by, first=first or days[0], heard=heard)


def test_a_weekend_on_which_nothing_was_heard_makes_its_week_no_louder_and_no_quieter():
    week = {(one, day): 1 if day.weekday() >= 5 else 6 for one in "abc" for day in DAYS}
    monday = next(day for day in reversed(DAYS[:-6]) if day.weekday() == 0)
    down = {monday + timedelta(days=5), monday + timedelta(days=6)}
    read = [volume(one.source, one.day, 0, good=False) if one.day in down else one for one in READ]
    made = series({key: many for key, many in week.items() if key[1] not in down}, read, by="week", first=monday)
    assert made[0].count.estimate == pytest.approx(3 * (5 * 6 + 2 * 1))


def test_a_source_that_was_taken_out_is_made_up_for_then_told_and_makes_no_trend():
    core = {key: many for key, many in CORE.items() if key[0] != "c" or key[1] <= DAYS[20]}
    read = [one for one in READ if one.source != "c" or one.day <= DAYS[20]]
    made = series(core, read, by="day")
    gone = next(at for at, one in enumerate(made) if one.parted)
    assert made[gone].parted == ("c",)
    assert {round(one.per_day, 9) for one in made[:gone]} == {6.0}
    assert {round(one.per_day, 9) for one in made[gone:]} == {4.0}
    assert "▼" in charts.course(made, title="x", by="day")
    heard = steady(heard_days(read), DAYS[0], DAYS[-1])
    assert sorted(heard) == ["a", "b"]


def test_a_machine_that_was_off_makes_no_dip_on_the_day_on_which_it_stopped():
    read = [one for one in READ if one.day < DAYS[30] or one.day > DAYS[33]]
    read = [replace(one, articles=4) if one.day == DAYS[29] else one for one in read]
    core = {key: 1 if key[1] == DAYS[29] else many for key, many in CORE.items() if key[1] < DAYS[30] or key[1] > DAYS[33]}
    made = series(core, read, by="day")
    assert [one.per_day for one in made[28:35]] == [6.0, *[None] * 5, 6.0]
    stopped = [one for one in read if one.day < DAYS[30]]
    assert heard_days(stopped, last=DAYS[32])["a"][-1] == DAYS[28]
    assert heard_days(stopped)["a"][-1] == heard_days(stopped, last=DAYS[29])["a"][-1] == DAYS[29]


def test_a_series_with_too_few_heard_has_a_gap_that_says_so():
    read = [volume(one.source, one.day, 0, good=False) if one.day in DAYS[30:40] else one for one in READ]
    found = items({key: many for key, many in CORE.items() if key[1] not in DAYS[30:40]})
    days = made_whole(coverage(found, by="day", days=(DAYS[0], DAYS[-1])), found, heard_days(read))
    made = trends.points(days, found, by="day", first=DAYS[28], heard=heard_days(read))
    assert [one.per_day for one in made[:3]] == [6.0, 6.0, None]
    drawn = charts.course(made, title="x", by="day")
    assert drawn.count('fill="url(#unheard)"/>') == 11  # ten days and the legend
    assert ">?<" in drawn
    assert charts.course([], title="x", by="day") == ""


# ---- the store and the verb


@pytest.fixture
def config(tmp_path) -> Config:
    source = '{id: bao/home, url: "https://bao.example/rss", outlet: Báo Thử, group: nhóm thử, class: local}'
    (tmp_path / "monitor.yaml").write_text(f"sources: [{source}]\n", encoding="utf-8")
    return load(tmp_path / "monitor.yaml")


def fill(store: Store, days: int = 70) -> None:
    """Two core articles and one of something else a day by one paper, read every day but 17 to 19 November; one of the agency's own."""
    for back in range(days):
        day = LAST - timedelta(days=back)
        down = date(2026, 11, 17) <= day <= date(2026, 11, 19)
        moment = moment_of(day, "08:00")
        with store.write() as connection:
            visits.keep(store, connection, visit(at=moment, outcome="failed" if down else "ok"), articles=0)
        if not down:
            one = {"source": PAPER.id, "publisher": "nhóm thử", "category": "local", "published": moment, "fetched": moment}
            keep(store, article(f"{back}-1", **one), article(f"{back}-2", **one), topic="pension", place="Cần Thơ")
            keep(store, article(f"{back}-3", **one), relevance="none")
    owned = {"source": "nganh/home", "publisher": "ngành", "outlet": "Trang ngành", "category": "owned"}
    keep(store, article("owned", published=moment, fetched=moment, **owned), topic="pension")


def test_what_was_read_is_told_by_source_and_day_without_the_agencys_own(store):
    fill(store, 5)
    found = volumes.volumes(store, date(2026, 11, 16), LAST, sources={"bao/home", "khac/home"})
    came = [one for one in found if one.articles]
    assert came == [
        Volume(source="bao/home", day=day, outlet="Báo Thử", publisher="nhóm thử", category="local", articles=3)
        for day in (date(2026, 11, 16), LAST)
    ]
    assert [(one.day.day, one.looks, one.good) for one in found if one.looks] == [
        (16, 1, 1),
        (17, 1, 0),
        (18, 1, 0),
        (19, 1, 0),
        (20, 1, 1),
    ]
    assert volumes.volumes(store, date(2026, 11, 16), LAST, outlet="Báo Khác") == []
    assert len(volumes.volumes(store, LAST, LAST, outlet="nhóm thử")) == 2
    assert volumes.read(store, moment_of(LAST), moment_of(LAST + timedelta(days=1))) == (3, 1)


@pytest.mark.parametrize("by", [*KEYED, "topic"])
def test_totals_of_the_store_are_those_of_its_volumes(store, by):
    fill(store, 40)
    span = (date(2026, 10, 20), LAST)
    assert volumes.totals(store, *span, by=by) == totals((one for one in volumes.volumes(store, *span) if one.articles), by=by)
    assert volumes.totals(store, *span, by="topic", outlet="Báo Khác") == {"": (0, 0)}


def test_a_series_out_of_the_store_says_what_was_not_heard_and_compares_all_the_same(store, config):
    fill(store)
    found = asked(store, config, until=LAST)
    assert [one.count.articles for one in found.points] == [2] * 26 + [0] * 3 + [2]
    assert [one.count.estimate for one in found.points[25:]] == [2.0, None, None, None, 2.0]
    assert found.against[0].change == pytest.approx(0.0)
    assert found.against[1].why == "kỳ gốc chưa đọc nguồn nào"
    assert found.points[0].count.read == 3
    assert found.slope == (0.0, 0.0, 0.0)


def test_shares_out_of_the_store_stand_beside_what_they_are_of(store, config):
    fill(store, 20)
    found = asked(store, config, of="place", place="ĐBSCL", until=LAST, since=date(2026, 11, 1))
    assert len(found.voices) == 13
    first = found.voices[0]
    assert (first.count.key, first.share, first.count.read) == ("Cần Thơ", 1.0, 51)
    assert asked(store, config, of="province", place="ĐBSCL", until=LAST).voices[0].count.key == "Cần Thơ"
    assert {one.count.key for one in asked(store, config, of="topic", until=LAST, outlet="Báo Thử").voices} == {"pension"}


def test_a_span_that_touches_tet_is_met_by_the_lunar_calendar(store, config):
    kinds = {}
    for first, last in (
        (date(2026, 2, 16), date(2026, 2, 22)),
        (date(2026, 6, 1), date(2026, 6, 7)),
        (date(2025, 3, 1), date(2026, 2, 28)),
    ):
        year = asked(store, config, since=first, until=last).against[1]
        kinds[first] = (year.kind, year.first)
    assert kinds == {
        date(2026, 2, 16): ("lunar", date(2025, 1, 28)),
        date(2026, 6, 1): ("year", date(2025, 6, 1)),
        date(2025, 3, 1): ("year", date(2024, 3, 2)),
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"by": "weeks"}, "did you mean week"),
        ({"of": "topics"}, "did you mean topic"),
        ({"topic": "pensions"}, "did you mean pension"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_nearest(store, config, wrong, told):
    with pytest.raises(UsageError, match=told):
        asked(store, config, until=LAST, **wrong)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A command line on a store of its own."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    with Store.open(url) as opened:
        fill(opened)
    monkeypatch.setenv("MONITOR_STORE", url)
    return lambda *words: CliRunner().invoke(main, ["trends", *words, "--until", "2026-11-20"])


def test_an_officer_reads_the_outage_beside_the_numbers(desk, tmp_path):
    told = desk("--svg", str(tmp_path / "chart.svg"))
    assert told.exit_code == 0, told.output
    line = next(line for line in told.stdout.split("\n") if line.startswith("T4 18/11/2026"))
    assert "đọc thiếu quá nửa, không ước; không đọc được bao/home" in line
    assert "So với kỳ trước (07/11/2026 – 13/11/2026): 2,0 bài một ngày, trước là 2,0; +0 % (" in told.stdout
    assert (
        "cùng kỳ năm trước (21/11/2025 – 27/11/2025): – (kỳ gốc chưa đọc nguồn nào)." not in told.stdout
    )  # 52 weeks back, not these days
    assert "(15/11/2025 – 21/11/2025): – (kỳ gốc chưa đọc nguồn nào)." in told.stdout
    assert "Trang của ngành: 0 bài" in told.stdout
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").startswith("<svg xmlns")


def test_shares_come_as_a_table_and_as_json(desk):
    told = desk("--of", "outlet", "--by", "month")
    assert "Báo Thử" in told.stdout
    assert "100,0 %" in told.stdout
    found = json.loads(desk("--of", "topic", "--json").stdout)
    assert found["voices"][0]["count"]["key"] == "pension"
    assert found["points"] == []


def test_a_drawing_of_shares_or_to_nowhere_is_one_clear_line(desk, tmp_path):
    told = desk("--of", "topic", "--svg", "x.svg")
    assert (told.exit_code, "shares are not drawn" in told.stderr) == (1, True)
    told = desk("--svg", str(tmp_path / "no" / "x.svg"))
    assert (told.exit_code, "cannot be written" in told.stderr) == (1, True)
