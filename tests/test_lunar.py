"""Tết is that of Việt Nam, and a span is met by the days that stand as far from it a lunar year before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import lunar

# By the rules of the Vietnamese calendar at UTC+7: Hồ Ngọc Đức's algorithm, as in the packages lunar-vn and vnlunar, gives the same.
TET = """
2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17 2008-02-07 2009-01-26 2010-02-14
2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12
2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02 2031-01-23 2032-02-11
2033-01-31 2034-02-19 2035-02-08
"""
DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize("said", TET.split())
def test_tet_falls_on_the_day_of_the_vietnamese_calendar(said):
    assert lunar.tet(int(said[:4])).isoformat() == said


@pytest.mark.parametrize(
    ("year", "ours", "chinese"),
    [(1968, "01-29", "01-30"), (1985, "01-21", "02-20"), (2007, "02-17", "02-18"), (2030, "02-02", "02-03")],
)
def test_tet_is_not_the_chinese_new_year_where_the_calendars_differ(year, ours, chinese):
    assert f"{lunar.tet(year):%m-%d}" == ours != chinese


def test_a_year_outside_the_table_is_refused_and_has_no_holidays():
    with pytest.raises(ValueError, match="1901 to 2100"):
        lunar.tet(2101)
    assert lunar.holiday(date(2101, 1, 1)) == ""
    assert lunar.tet_share(date(2101, 1, 1), date(2101, 12, 31)) == 0.0


@given(DAYS, st.integers(0, 120))
def test_a_span_and_the_one_a_lunar_year_before_stand_as_far_from_tet(first, length):
    last = first + timedelta(days=length)
    then = lunar.year_before(first, last)
    assert then[1] - then[0] == last - first
    assert timedelta(days=353) <= first - then[0] <= timedelta(days=385)
    distances = {first - lunar.tet(year) for year in range(first.year - 1, last.year + 2)}
    assert {then[0] - lunar.tet(year) for year in range(then[0].year - 1, then[1].year + 2)} & distances


@given(DAYS, st.integers(0, 800))
def test_the_season_of_tet_is_eighteen_days_of_every_year(first, length):
    last = first + timedelta(days=length)
    inside = sum(lunar.tet_share(first + timedelta(days=day), first + timedelta(days=day)) for day in range(length + 1))
    assert lunar.tet_share(first, last) == pytest.approx(inside / (length + 1))
    assert lunar.tet_share(date(first.year, 1, 1), date(first.year, 12, 31)) == pytest.approx(18 / 365, rel=0.01)
