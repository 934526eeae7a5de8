"""A day is a date in Việt Nam; a time without a zone is Vietnamese; what cannot be meant is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import clock
from monitor.errors import UsageError

MOMENTS = st.datetimes(datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2199-01-01"), timezones=st.just(UTC))


@given(MOMENTS)
def test_a_moment_lies_within_its_own_day(moment):
    day = clock.day_of(moment)
    assert clock.moment_of(day) <= moment < clock.moment_of(day + timedelta(days=1))


@given(MOMENTS, st.integers(-14, 14))
def test_a_moment_reads_the_same_however_its_zone_is_written(moment, hours):
    assert clock.parse_moment(moment.astimezone(timezone(timedelta(hours=hours))).isoformat()) == moment
    assert clock.parse_moment(clock.vietnam(moment).replace(tzinfo=None).isoformat()) == moment


@given(st.dates(date(1900, 1, 1), date(2199, 1, 1)))
def test_a_day_reads_the_same_in_both_ways_of_writing(day):
    assert clock.parse_day(day.isoformat()) == clock.parse_day(f"{day.day}/{day.month}/{day.year:04}") == day


@given(st.text())
def test_any_other_text_is_refused_by_one_of_our_errors(text):
    for parse in (clock.parse_moment, clock.parse_day, clock.parse_span, clock.parse_hour):
        with suppress(UsageError):
            assert parse(text) is not None


@pytest.mark.parametrize(
    "text", ["2026-02-29", "31/11/2026", "11/22/2026", "22-11-2026", "hôm nay", "", "0/0/0000", "01/01/0001", "9999-12-31"]
)
def test_a_day_that_does_not_exist_is_refused(text):
    with pytest.raises(UsageError, match="not a day"):
        clock.parse_day(text)


@pytest.mark.parametrize("text", ["2026-11-22T25:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "sáng mai", ""])
def test_a_time_that_does_not_exist_is_refused(text):
    with pytest.raises(UsageError, match="not a time"):
        clock.parse_moment(text)


@pytest.mark.parametrize("text", ["15", "m", "-5m", "1.5h", "0m", "1y", "1000000s", "999999w", ""])
def test_a_length_of_time_that_cannot_be_meant_is_refused(text):
    with pytest.raises(UsageError):
        clock.parse_span(text)


def test_lengths_of_time_are_read():
    wanted = {"90s": 90, "15m": 900, "6h": 21600, "1d": 86400, "2w": 1209600, " 5 m ": 300}
    assert {text: clock.parse_span(text).total_seconds() for text in wanted} == wanted
    assert clock.parse_span("0s", zero=True) == timedelta()


@pytest.mark.parametrize("said", [1020, None, "24:00", "6", "06:60", "06:30:00", "06:30+07:00", "６:30", ["06:30"]])
def test_an_hour_that_cannot_be_meant_is_refused(said):
    with pytest.raises(UsageError, match="not an hour"):
        clock.parse_hour(said)


def test_people_read_vietnamese_time():
    assert clock.for_people(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == "22/11/2026 06:30"
    assert clock.day_of(datetime(2026, 11, 21, 17, 0, tzinfo=UTC)) == date(2026, 11, 22)
    assert clock.now().tzinfo is UTC
