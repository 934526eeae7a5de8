"""A dead feed is not a quiet week: what silent sources usually bring is added, and where too few were heard nothing is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON

from monitor.coverage import coverage
from monitor.figures import Counted
from monitor.hearing import LEAST, heard_days, joined, made_whole, silent, totals, with_read
from monitor.movement import Volume

START = date(2026, 9, 1)
DAYS = [START + timedelta(days=number) for number in range(60)]


def items(counts: dict[tuple[str, date], int]) -> list[Counted]:
    """So many articles of each source on each day."""
    keys = [key for key, many in counts.items() for _ in range(many)]
    return [
        Counted(id=number, day=day, seen=NOON, outlet=source, publisher=source, category="national", story="", sentiment="neutral",
                voice="other", source=source)
        for number, (source, day) in enumerate(keys)
    ]  # fmt: skip


def volume(source: str, day: date, articles: int = 20, *, good: bool = True, looks: int = 4) -> Volume:
    return Volume(
        source=source,
        day=day,
        outlet=source,
        publisher=source,
        category="national",
        articles=articles,
        looks=looks,
        good=looks * good,
    )


def whole(core: dict[str, int], down: dict[str, set[date]], days: list[date] = DAYS):
    """The rows by day of sources that bring ``core`` articles a day, and nothing on the days on which they are down."""
    volumes = [
        volume(one, day, 0 if day in down.get(one, ()) else 20, good=day not in down.get(one, ())) for one in core for day in days
    ]
    found = items({(one, day): many for one, many in core.items() for day in days if day not in down.get(one, ())})
    rows = coverage(found, by="day", days=(days[0], days[-1]))
    return made_whole(rows, found, heard_days(volumes))


OUTAGES = st.dictionaries(
    st.sampled_from("abcde"),
    st.builds(
        lambda start, length, more: {*DAYS[start : start + length], *more},
        st.integers(1, 59), st.integers(0, 10), st.sets(st.sampled_from(DAYS[1:]), max_size=8),
    ),
)  # fmt: skip


@given(st.tuples(*[st.integers(0, 6)] * 5), OUTAGES)
def test_an_outage_of_any_sources_leaves_no_dip_in_a_constant_series(core, down):
    usual = dict(zip("abcde", core, strict=True))
    for row, day in zip(whole(usual, down), DAYS, strict=True):
        part = sum(many for one, many in usual.items() if day not in down.get(one, ()))
        if sum(core) and part >= LEAST * sum(core):
            assert row.estimate == pytest.approx(sum(core))
            assert row.heard == pytest.approx(part / sum(core))
        elif sum(core):
            assert row.estimate is None
            assert row.heard < LEAST


@given(st.tuples(*[st.integers(0, 6)] * 5), OUTAGES)
def test_nothing_that_was_read_is_estimated_away(core, down):
    for row in whole(dict(zip("abcde", core, strict=True)), down):
        assert row.estimate is None or row.estimate >= row.articles


def test_what_is_usual_follows_the_news_of_the_day():
    counts = {(one, day): 2 for one in "ab" for day in DAYS} | {("a", DAYS[30]): 8, ("b", DAYS[30]): 0}
    volumes = [
        volume(one, day, 20 if (one, day) != ("b", DAYS[30]) else 0, good=(one, day) != ("b", DAYS[30]))
        for one in "ab"
        for day in DAYS
    ]
    found = items(counts)
    row = made_whole(coverage(found, by="day"), found, heard_days(volumes))[30]
    assert row.estimate == pytest.approx(16, rel=0.06)  # a loud day is loud in the paper that was not heard, too


def test_a_feed_that_catches_up_was_heard():
    volumes = [volume("a", day, good=day != DAYS[5]) for day in DAYS[:10]]
    assert DAYS[5] in heard_days(volumes)["a"]
    volumes[5] = volume("a", DAYS[5], 3, good=False)
    assert DAYS[5] not in heard_days(volumes)["a"]


def test_the_day_on_which_a_source_fell_silent_counts_only_by_its_articles():
    volumes = [volume("a", day, 0 if day > DAYS[6] else 20, good=day <= DAYS[6]) for day in DAYS[:10]]
    assert heard_days(volumes)["a"][-1] == DAYS[6]
    volumes[6] = volume("a", DAYS[6], 4)
    assert heard_days(volumes)["a"][-1] == DAYS[5]


def test_an_imported_source_is_heard_without_visits_and_a_stray_old_article_makes_no_history():
    stray = volume("a", START - timedelta(days=300), 1, looks=0)
    found = heard_days(
        [stray, *(volume("a", day, looks=0) for day in DAYS[:20:3]), *(volume("a", day, looks=0) for day in DAYS[50:])]
    )
    assert found["a"] == [*DAYS[:19], *DAYS[50:]]


def test_a_source_of_less_than_a_week_is_not_missed_and_a_day_before_all_reading_is_a_gap():
    rows = whole({"a": 2, "b": 2}, {"b": set(DAYS[6:])}, DAYS[:20])
    assert [row.estimate for row in rows[10:]] == [2.0] * 10
    found = items({})
    assert made_whole(coverage(found, days=(DAYS[0], DAYS[0])), found, {})[0].estimate is None


def test_newcomers_are_counted_as_they_stand():
    volumes = [volume("a", day) for day in DAYS[:30]] + [
        volume("b", day, good=day != DAYS[29], articles=20 * (day != DAYS[29])) for day in DAYS[:30]
    ]
    counts = {("a", day): 3 for day in DAYS[:30]} | {("b", day): 3 for day in DAYS[:29]} | {("new", DAYS[29]): 5}
    heard = heard_days([*volumes, volume("new", DAYS[29])])
    row = made_whole(coverage(items(counts)), items(counts), heard)[29]
    assert (row.articles, row.estimate) == (8, pytest.approx(11.0))
    assert joined(heard, DAYS[0]) == {DAYS[29]: ["new"]}
    assert silent(heard, [DAYS[29]]) == ["b"]


def test_every_row_says_of_how_much_that_was_read():
    volumes = [volume("a", DAYS[0]), volume("b", DAYS[0], 5), volume("a", DAYS[1]), volume("c", DAYS[1], 0)]
    found = items({("a", DAYS[0]): 2, ("b", DAYS[0]): 1})
    by_day = with_read(coverage(found, by="day"), totals(volumes, by="day"), by="day")
    assert [(row.read, row.read_publishers, row.per_thousand) for row in by_day] == [(25, 2, 120.0)]
    by_outlet = with_read(coverage(found, by="outlet"), totals(volumes, by="outlet"), by="outlet")
    assert {row.key: row.read for row in by_outlet} == {"a": 40, "b": 5}
    by_topic = with_read(coverage(found, by="topic"), totals(volumes, by="topic"), by="topic")
    assert [(row.key, row.read, row.read_publishers) for row in by_topic] == [("", 45, 2)]
    assert {row.key: row.read for row in with_read(coverage(found, by="class"), totals(volumes, by="class"), by="class")} == {
        "national": 45
    }


def test_aggregators_are_read_and_are_nobodys_publisher():
    volumes = [
        volume("a", DAYS[0]),
        Volume(source="b", day=DAYS[0], publisher="b", category="aggregator", articles=7, looks=1, good=1),
    ]
    row = with_read(coverage(items({("a", DAYS[0]): 1}), by="day"), totals(volumes, by="day"), by="day")[0]
    assert (row.read, row.read_publishers) == (27, 1)
