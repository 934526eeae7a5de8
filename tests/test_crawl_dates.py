"""Moments as outlets write them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import VIETNAM
from monitor.crawl.dates import AHEAD, date_in_url, parse_date

LATE = datetime(2036, 1, 2, tzinfo=UTC)
SPELT = ("giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def american(at: datetime, blank: str) -> str:
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S}{blank}{half}"


SHAPES: dict[str, Callable[[datetime], str]] = {
    "RFC 822": format_datetime,
    "two-digit year": lambda at: f"Thu, {at.day:02} {MONTHS[at.month - 1]} {at:%y %H:%M:%S} +0700",
    "GMT+7": lambda at: f"Thu, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT+7",
    "GMT+07:00": lambda at: f"Thu, {at.day} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT+07:00",
    "UTC+7": lambda at: f"{at.day} {MONTHS[at.month - 1]} {at:%Y %H:%M} UTC+7",
    "+07": lambda at: f"Thu, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} +07",
    "ICT": lambda at: f"Thu, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} ICT",
    "RFC 822 without a zone": lambda at: f"Thu, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S}",
    "plain GMT": lambda at: format_datetime(at.astimezone(UTC), usegmt=True),
    "ISO with zone": lambda at: at.isoformat(),
    "ISO in UTC": lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.123}Z",
    "ISO without zone": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}",
    "ISO with a blank": lambda at: f"{at:%Y-%m-%d %H:%M}",
    "compact": lambda at: f"{at:%Y%m%dT%H%M%S}+0700",
    "weekday in Vietnamese": lambda at: f"Thứ 5, {at:%d/%m/%Y %H:%M:%S} GMT+7",
    "US with a blank": lambda at: american(at, " "),
    "US with a no-break space": lambda at: american(at, "\u00a0"),
    "US with a narrow no-break space": lambda at: american(at, "\u202f"),
    "day first": lambda at: f"{at:%d/%m/%Y %H:%M}",
    "day first, unpadded": lambda at: f"{at.day}/{at.month}/{at.year} {at:%H:%M:%S}",
    "day first, afternoon as CH": lambda at: f"{at:%d/%m/%Y} {at.hour % 12 or 12}:{at:%M:%S} {'SA' if at.hour < 12 else 'CH'}",
    "time first": lambda at: f"{at:%H:%M} - {at:%d/%m/%Y}",
    "dots": lambda at: f"{at:%d.%m.%Y, %H:%M}",
    "in words": lambda at: f"ngày {at.day:02} tháng {at.month:02} năm {at.year} {at:%H:%M}",
    "in words, time in words first": lambda at: f"{at.hour} giờ {at:%M} phút, ngày {at.day} tháng {at.month} năm {at.year}",
    "in words, decomposed": lambda at: f"nga\u0300y {at.day} tha\u0301ng {at.month} na\u0306m {at.year} {at:%H}h{at:%M}",
    "a browser's": lambda at: f"Thu {MONTHS[at.month - 1]} {at.day:02} {at:%Y %H:%M:%S} GMT+0700 (Indochina Time)",
    "asctime": lambda at: f"Thu {MONTHS[at.month - 1]} {at.day:2} {at:%H:%M:%S %Y}",
    "in words, the month too": lambda at: f"{at.day} tháng {SPELT[at.month - 1]} {at.year} {at:%H:%M}",
    "a translated blog's": lambda at: f"Tháng {SPELT[at.month - 1].title()} {at.day}, {at.year} {at:%H:%M}",
    "weekday and day in words": lambda at: f"Thứ Năm, ngày {at:%d/%m/%Y}, {at:%H:%M} (GMT+7)",
    "a southern clock": lambda at: f"{at.hour}g{at:%M} ngày {at.day}/{at.month}/{at.year}",
    "updated at": lambda at: f"Cập nhật lúc {at:%H:%M}, ngày {at:%d-%m-%Y}",
    "a bar": lambda at: f"{at:%d/%m/%Y} | {at:%H:%M} GMT+07:00",
    "English": lambda at: f"{MONTHS[at.month - 1]} {at.day}, {american(at, ' ').split(' ', 1)[0].split('/')[2]} {at:%H:%M}",
}
MINUTES = st.integers(0, 36 * 365 * 24 * 60)
MOMENTS = MINUTES.map(lambda minutes: datetime(2000, 1, 1, 8, tzinfo=VIETNAM) + timedelta(minutes=minutes, seconds=minutes % 60))


@given(at=MOMENTS, shape=st.sampled_from(sorted(SHAPES)))
def test_every_shape_reads_back_to_the_minute(at: datetime, shape: str) -> None:
    found = parse_date(SHAPES[shape](at), fetched=LATE)
    assert found is not None, shape
    assert found.replace(second=0) == at.astimezone(UTC).replace(second=0), shape


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_shape_reads_back_at_the_edges_of_day_month_and_year(shape: str) -> None:
    for edge in ("2024-02-29T12:00", "2000-01-01T07:05", "2025-12-31T23:59", "2026-09-05T00:30", "2026-05-09T12:30"):
        at = datetime.fromisoformat(edge).replace(tzinfo=VIETNAM)
        found = parse_date(SHAPES[shape](at), fetched=LATE)
        assert found is not None
        assert found.replace(second=0) == at.astimezone(UTC), (shape, edge)


@pytest.mark.parametrize(
    "text", ["14/09/2026", "2026-09-14", "ngày 14 tháng 09 năm 2026", "14 Sep 2026", "Thứ Ba, 14/9/2026", "14-9-26"]
)
def test_a_day_without_a_time_is_that_day_in_viet_nam(text: str) -> None:
    assert parse_date(text, fetched=LATE) == datetime(2026, 9, 13, 17, tzinfo=UTC)


def test_plain_gmt_and_plus_zero_are_utc() -> None:
    for zone in ("GMT", "UTC", "Z", "+0000", "-0000", "UT"):
        assert parse_date(f"Thu, 28 May 2026 10:00:00 {zone}", fetched=LATE) == datetime(2026, 5, 28, 10, tzinfo=UTC)


def test_other_zones_of_rfc_822_are_known() -> None:
    assert parse_date("Thu, 28 May 2026 10:00:00 EST", fetched=LATE) == datetime(2026, 5, 28, 15, tzinfo=UTC)
    assert parse_date("Thu, 28 May 2026 10:00:00 -0330", fetched=LATE) == datetime(2026, 5, 28, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "hôm qua", "5 phút trước", "32/01/2026", "30/02/2026 10:00", "14/09/2026 25:00", "14/09/2026 10:61", "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z", "Thu, 28 May 2026 10:00:00 XYZ", "Thu, 28 May 2026 10:00:00 +9900", "10:30", "2026", "00/00/0000",
        "99999999999999", "28 Mai 2026",
    ],
)  # fmt: skip
def test_what_states_no_moment_that_can_be_believed_is_none(text: str) -> None:
    assert parse_date(text, fetched=LATE) is None


def test_slashed_dates_are_month_first_only_with_am_or_pm_or_where_nothing_else_exists() -> None:
    assert parse_date("05/09/2026 10:00", fetched=LATE) == datetime(2026, 9, 5, 3, tzinfo=UTC)
    assert parse_date("05/09/2026 10:00 AM", fetched=LATE) == datetime(2026, 5, 9, 3, tzinfo=UTC)
    assert parse_date("14/09/2026 10:00 AM", fetched=LATE) == datetime(2026, 9, 14, 3, tzinfo=UTC)
    assert parse_date("09/14/2026 10:00", fetched=LATE) == datetime(2026, 9, 14, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("28/5/2026 7:30 sáng", "07:30"), ("5:00 chiều 28/5/2026", "17:00"), ("11:30 trưa, 28/5/2026", "11:30"),
     ("1:15 trưa 28/5/2026", "13:15"),
     ("28/5/2026 8:05 tối", "20:05"), ("20h ngày 28/5/2026", "20:00"),
     ("28.5.2026 lúc 17 giờ", "17:00"), ("28-05-2026 - 17:00 PM", "17:00")],
)  # fmt: skip
def test_parts_of_the_day_and_full_hours_are_read_as_people_write_them(text: str, hour: str) -> None:
    assert parse_date(text, fetched=LATE) == datetime.fromisoformat(f"2026-05-28T{hour}").replace(tzinfo=VIETNAM)


def test_an_english_ending_after_an_hour_of_twenty_four_does_not_turn_the_day_round() -> None:
    assert parse_date("05/09/2026 17:00 PM", fetched=LATE) == datetime(2026, 9, 5, 10, tzinfo=UTC)
    assert parse_date("05/09/2026 5:00 PM", fetched=LATE) == datetime(2026, 5, 9, 10, tzinfo=UTC)


def test_a_moment_after_now_is_believed_for_an_hour_and_no_longer() -> None:
    now = datetime(2026, 5, 28, 10, tzinfo=UTC)
    assert parse_date("2026-05-28T10:59:00Z", fetched=now) is not None
    assert parse_date((now + AHEAD + timedelta(seconds=1)).isoformat(), fetched=now) is None


def test_the_day_in_the_url_tells_day_from_month() -> None:
    url = "https://bao.example/tin-20260905093000123.htm"
    assert parse_date("5/9/2026 9:30:00 AM", fetched=LATE, url=url) == datetime(2026, 9, 5, 2, 30, tzinfo=UTC)
    assert parse_date("5/9/2026 9:30:00 AM", fetched=LATE) == datetime(2026, 5, 9, 2, 30, tzinfo=UTC)
    elsewhere = "https://bao.example/tin-20260705093000123.htm"
    assert parse_date("5/9/2026 9:30:00 AM", fetched=LATE, url=elsewhere) == datetime(2026, 5, 9, 2, 30, tzinfo=UTC)


def test_a_day_in_the_url_alone_is_no_date() -> None:
    assert parse_date("", fetched=LATE, url="https://bao.example/tin-20260905093000123.htm") is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://bao.example/a-20251120093000123.htm", "2025-11-20"),
        ("https://bao.example/a-185251120093000123.htm", "2025-11-20"),
        ("https://bao.example/2025/11/20/a.html", "2025-11-20"),
        ("https://bao.example/a-2025112009300012.htm", "2025-11-20"),  # without the nought at its end
        ("https://bao.example/a-18525112009300012.htm", "2025-11-20"),
        ("https://bao.example/a-4965123.html", "None"),
        ("https://bao.example/a-20259920093000123.htm", "None"),
    ],
)
def test_the_day_that_outlets_write_into_urls_is_found(url: str, day: str) -> None:
    found = date_in_url(url)
    assert (found.isoformat() if found else "None") == day


@given(text=st.text(max_size=400), url=st.text(max_size=200))
def test_any_text_gives_a_moment_or_none(text: str, url: str) -> None:
    found = parse_date(text, fetched=LATE, url=url)
    assert found is None or (found.tzinfo is UTC and found <= LATE + AHEAD)


@pytest.mark.parametrize(
    "text", ["1" * 10**6, "1/" * 10**6, "ngày " * 10**6, "00:" * 10**6, " " * 10**6, "a\u0301" * 10**6, "+0" * 10**6]
)
def test_a_hostile_date_costs_no_time(text: str) -> None:
    begun = time.process_time()
    parse_date(text, fetched=LATE, url=text)
    assert time.process_time() - begun < 0.5


@given(at=MOMENTS, shape=st.sampled_from(sorted(SHAPES)), ahead=st.timedeltas(AHEAD + timedelta(minutes=2), timedelta(days=4000)))
def test_no_shape_gives_a_moment_that_is_still_to_come(at: datetime, shape: str, ahead: timedelta) -> None:
    assert parse_date(SHAPES[shape](at), fetched=at - ahead) is None
