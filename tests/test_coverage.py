"""Articles count echoes, stories count a text once, publishers count voices; what is counted adds up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON

from monitor import coverage
from monitor.errors import UsageError
from monitor.figures import Counted
from monitor.records import CLASSES, NOT_PUBLISHERS

DAY = date(2026, 11, 20)


def counted(number: int = 1, **said) -> Counted:
    plain = {"id": number, "day": DAY, "seen": NOON, "outlet": "Báo Một", "publisher": "một", "category": "national", "story": "",
             "sentiment": "neutral", "voice": "other"}  # fmt: skip
    return Counted(**{**plain, **said})


ANY = st.builds(
    counted,
    st.integers(1, 500),
    day=st.dates(DAY - timedelta(days=400), DAY),
    outlet=st.sampled_from(["Báo Một", "Báo Hai", "VTC1-Hanoi", "2026-11-2x", ""]),
    publisher=st.sampled_from(["một", "hai"]),
    category=st.sampled_from(CLASSES),
    story=st.sampled_from(["", "a1", "a2"]),
    sentiment=st.sampled_from(["negative", "neutral", "positive", ""]),
    topics=st.lists(st.sampled_from(["pension", "fraud"]), unique=True).map(tuple),
    places=st.lists(st.sampled_from(["Huế", "Cần Thơ"]), unique=True).map(tuple),
)


def test_a_comment_is_no_further_article_of_the_paper_it_stands_in():
    under = counted(2, kind="comment", story="s1", sentiment="negative", outlet="Báo Hai", publisher="hai")
    (row,) = coverage.coverage([counted(1), under], by="day")
    assert (row.articles, row.stories, row.publishers, row.negative) == (1, 1, 1, 0)
    assert coverage.coverage([under], by="outlet") == []
    assert coverage.count("", [under]).articles == 0


@given(st.lists(ANY, unique_by=lambda one: one.id), st.sampled_from(coverage.BY))
def test_whatever_is_counted_by_anything_makes_sense(items, by):
    health = {DAY - timedelta(days=number): 0.5 for number in range(0, 400, 3)}
    rows = coverage.coverage(items, by=by, health=health)
    for row in rows:
        assert 1 <= row.stories <= row.articles
        assert 0 <= row.publishers <= min(row.articles, 2)
        assert row.positive + row.negative <= row.articles
        assert -1 <= row.tone <= 1
        assert row.health in (None, 0.5)
    assert len({row.key for row in rows}) == len(rows)
    if by in ("day", "week", "month", "outlet"):
        assert sum(row.articles for row in rows) == len(items)
    elif by not in ("law", "cluster"):  # of these an article may have none, and then stands in no row
        assert sum(row.articles for row in rows) >= len(items)


def test_a_story_in_forty_outlets_is_one_story_and_forty_publishers():
    row = coverage.count("", [counted(number, story="a1", publisher=str(number)) for number in range(40)])
    assert (row.articles, row.stories, row.publishers) == (40, 1, 40)


def test_a_group_is_one_voice_and_the_agencys_own_media_are_nobodys():
    items = [counted(1), counted(2, outlet="Báo Hai"), *(counted(9 + at, category=one) for at, one in enumerate(NOT_PUBLISHERS))]
    assert coverage.count("", items).publishers == 1


def test_days_without_articles_have_their_row_of_zeros():
    rows = coverage.coverage([counted()], days=(DAY - timedelta(days=2), DAY), health={DAY: 1.0, DAY - timedelta(days=1): 0.25})
    assert [(row.key, row.articles, row.tone, row.health) for row in rows] == [
        ("2026-11-18", 0, None, None),
        ("2026-11-19", 0, None, 0.25),
        ("2026-11-20", 1, 0.0, 1.0),
    ]
    assert coverage.coverage([], by="day") == coverage.coverage([], by="topic", days=(DAY, DAY)) == []
    assert coverage.each_day(DAY, DAY - timedelta(days=1)) == []


def test_a_week_in_which_nothing_came_has_its_row_and_the_health_of_all_its_days():
    days = (date(2026, 11, 2), date(2026, 11, 18))
    health = {day: 0.0 if day >= date(2026, 11, 9) else 1.0 for day in coverage.each_day(*days)} | {date(2026, 11, 16): 1.0}
    rows = coverage.coverage([counted(1, day=date(2026, 11, 16))], by="week", days=days, health=health)
    assert [(row.key, row.articles, row.health) for row in rows] == [
        ("2026-W45", 0, 1.0),
        ("2026-W46", 0, 0.0),
        ("2026-W47", 1, pytest.approx(1 / 3)),
    ]
    (row,) = coverage.coverage([counted(1, day=date(2026, 11, 16))], by="topic", days=days, health=health)
    assert row.health == pytest.approx(8 / 17)


def test_weeks_and_months_stand_in_the_order_of_time_and_new_year_falls_into_its_own_week():
    items = [counted(number, day=day) for number, day in enumerate([date(2027, 1, 1), date(2026, 12, 28), date(2026, 1, 5)])]
    assert [(row.key, row.articles) for row in coverage.coverage(items, by="week")] == [("2026-W02", 1), ("2026-W53", 2)]
    assert [row.key for row in coverage.coverage(items, by="month")] == ["2026-01", "2026-12", "2027-01"]


def test_outlets_stand_most_stories_first_whatever_they_are_called():
    items = [counted(1, outlet="VTC1-Hanoi"), counted(2, outlet="2026-xx-yy"), counted(3, outlet="2026-xx-yy", topics=("fraud",))]
    rows = coverage.coverage(items, by="outlet", health={DAY: 0.5})
    assert [(row.key, row.health) for row in rows] == [("2026-xx-yy", 0.5), ("VTC1-Hanoi", 0.5)]
    assert [(row.key, row.articles) for row in coverage.coverage(items, by="topic")] == [("", 2), ("fraud", 1)]


def test_an_article_on_two_topics_counts_in_both():
    rows = coverage.coverage([counted(topics=("pension", "fraud"), places=("Huế", "Cần Thơ"))], by="topic")
    assert [(row.key, row.articles) for row in rows] == [("fraud", 1), ("pension", 1)]


def test_to_count_by_something_else_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean outlet"):
        coverage.coverage([], by="outlets")


def test_provinces_are_counted_as_they_are_today_and_in_clusters():
    items = [counted(1, places=("Bình Dương",)), counted(2, places=("TP. Hồ Chí Minh", "Huế")), counted(3, places=())]
    assert {row.key: row.articles for row in coverage.coverage(items, by="province")} == {"TP. Hồ Chí Minh": 2, "Huế": 1, "": 1}
    clusters = {"Đông Nam Bộ": ["Bình Dương", "TP. Hồ Chí Minh"], "Tây Nguyên": ["Kon Tum"]}
    assert {row.key: row.articles for row in coverage.coverage(items, by="cluster", clusters=clusters)} == {"Đông Nam Bộ": 2}


def test_laws_are_counted_and_an_article_without_one_is_in_no_row():
    items = [
        counted(1, laws=("Luật 41/2024/QH15", "Nghị định 158/2025/NĐ-CP")),
        counted(2, laws=("Luật 41/2024/QH15",)),
        counted(3),
    ]
    assert [(row.key, row.articles) for row in coverage.coverage(items, by="law")] == [
        ("Luật 41/2024/QH15", 2),
        ("Nghị định 158/2025/NĐ-CP", 1),
    ]
