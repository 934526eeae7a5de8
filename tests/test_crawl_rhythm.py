"""How long until a source is looked at again: by what it brings, by what it asks for, and by the hour of the day."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON, PAPER, visit

from monitor.clock import VIETNAM, vietnam
from monitor.crawl.rhythm import LONGEST, NAP, SHORTEST, UNKNOWN, asked_pause, next_look, skipped_hours, usual_gap
from monitor.crawl.sources import Look, due, next_visit, standing
from monitor.records import FeedEntry

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=VIETNAM)
QUICK = dataclasses.replace(PAPER, every=SHORTEST)


def wait(now: datetime = NOON, every: timedelta = SHORTEST, **known) -> timedelta:
    return next_look(now, every=every, **known) - now


def items(*ages: timedelta, start: int = 0) -> tuple[FeedEntry, ...]:
    urls = (f"https://bao.example/{start + number}" for number in range(len(ages)))
    return tuple(
        FeedEntry(source=PAPER.id, guid=url, link=url, title="Tin", published=NOON - age)
        for url, age in zip(urls, ages, strict=True)
    )


def test_a_busy_paper_is_looked_at_every_few_minutes_and_a_ministry_every_few_hours():
    assert wait(gap=600.0) == SHORTEST
    assert wait(gap=86_400.0) == 2 * HOUR + 24 * MINUTE
    assert wait(gap=30 * 86_400.0) == LONGEST
    assert wait() == UNKNOWN


def test_a_source_is_never_looked_at_more_often_than_it_says():
    assert wait(every=2 * HOUR, gap=600.0) == 2 * HOUR
    assert wait(every=2 * DAY, gap=600.0) == 2 * DAY


@given(
    st.none() | st.floats(0, 1e12), st.integers(0, 5_000), st.floats(0, 1e9), st.sets(st.integers(0, 23), max_size=23),
    st.integers(0, 24 * 60), st.integers(5, 3_000),
)  # fmt: skip
def test_the_wait_lies_between_its_bounds_whatever_a_feed_says(gap, items, asks, skip, minute, every):
    now, least = NOON + minute * MINUTE, every * MINUTE
    found = next_look(now, every=least, gap=gap, items=items, asks=asks, skip=" ".join(map(str, skip)))
    assert least <= found - now <= max(least, LONGEST) + DAY
    assert found.hour not in skip


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_the_busier_a_source_the_sooner_it_is_looked_at(one, other):
    low, high = sorted((one, other))
    assert wait(gap=low) <= wait(gap=high)


def test_a_feed_that_asks_for_a_pause_gets_it_as_long_as_nothing_is_lost():
    assert wait(gap=600.0, items=50, asks=1_800.0) == HOUR / 2
    assert wait(gap=600.0, items=50, asks=86_400.0) == 250 * MINUTE  # half of what it shows will still be there
    assert wait(asks=7_200.0) == 2 * HOUR


def test_nights_are_quiet_up_to_an_hour():
    assert wait(NIGHT, gap=6_000.0) == 20 * MINUTE
    assert wait(NIGHT, gap=20_000.0) == NAP
    assert wait(NIGHT, gap=86_400.0) == wait(gap=86_400.0)


def test_hours_that_a_feed_wants_to_be_left_alone_in_are_left_out():
    assert next_look(NOON, every=SHORTEST, skip="5 6 7") == NOON.replace(hour=8)  # noon in Việt Nam is five o'clock there
    assert next_look(NOON.replace(hour=22, minute=55), every=SHORTEST, skip="23 0 1") == (NOON + DAY).replace(hour=2)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, b"<rss><channel><ttl> 45 </ttl></channel></rss>", 2_700),
        ({}, b"<rss><channel><ttl>-1</ttl><ttl>x</ttl></channel></rss>", 0),
        ({}, b"<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency> 2 </sy:updateFrequency>", 1_800),
        ({}, b"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 86_400),
        ({}, b"<sy:updatePeriod>yearly</sy:updatePeriod>", 86_400),
        ({"cache-control": "private, max-age=900"}, b"<ttl>5</ttl>", 900),
        ({"cache-control": "s-maxage=900, no-store"}, b"", 0),
        ({"cache-control": "max-age=" + "9" * 400}, b"<ttl>" + b"9" * 400, 86_400),
        ({}, b"x" * 20_000 + b"<ttl>45</ttl>", 0),
    ],
)  # fmt: skip
def test_what_a_feed_asks_for_is_read_from_its_head_and_its_headers(headers, body, seconds):
    assert asked_pause(headers, body) == seconds


def test_skip_hours_are_hours_of_a_day_and_all_of_them_are_none():
    assert skipped_hours(b"<skipHours><hour>0</hour>\n<hour>24</hour><hour> 22 </hour><hour>x</hour></skipHours>") == "0 22"
    assert skipped_hours(b"<skipHours>" + b"".join(b"<hour>%d</hour>" % n for n in range(24)) + b"</skipHours>") == ""


@given(st.binary(max_size=400), st.text(max_size=100))
def test_any_bytes_ask_for_something_sensible(body, header):
    assert 0 <= asked_pause({"cache-control": header}, b"<ttl>" + body) <= 86_400
    assert all(0 <= int(hour) < 24 for hour in skipped_hours(b"<skipHours><hour>" + body + b"</hour></skipHours>").split())


def test_the_rhythm_is_that_of_the_newest_items_and_of_the_silence_since():
    assert usual_gap([NOON - number * MINUTE for number in range(1, 60)], NOON) == 60.0
    assert usual_gap([NOON - 5 * HOUR], NOON) == 18_000.0
    assert usual_gap([NOON + HOUR, None], NOON) is None


def test_an_unchanged_feed_is_looked_at_less_and_less_often_as_its_silence_grows():
    before = next_visit(
        QUICK,
        None,
        Look(outcome="ok", entries=items(*(number * 10 * MINUTE for number in range(1, 20)))),
        now=NOON,
        backoff=3600.0,
    )
    assert before.again_at == NOON + SHORTEST
    waits = []
    for hours in (1, 10, 30, 300):
        now = NOON + timedelta(hours=hours)
        found = next_visit(QUICK, before, Look(outcome="same"), now=now, backoff=3600.0)
        assert (found.newest, found.items, found.sketch, found.site) == (
            before.newest,
            before.items,
            before.sketch,
            "bao.example",
        )
        waits.append(found.again_at - now)
    assert waits == sorted(waits)
    assert waits[0] == SHORTEST
    assert waits[-1] > 2 * HOUR


def test_failures_weigh_by_what_they_are_and_a_good_look_forgets_them():
    told = [("failed", None, 0.25), ("failed", 429, 0.5), ("failed", 503, 1.0), ("empty", 200, 1.5), ("wrong", 404, 2.5)]
    before = None
    for outcome, status, weight in [*told, ("gone", 410, 3.5), ("crashed", 200, 4.5)]:
        before = next_visit(QUICK, before, Look(outcome=outcome, status=status), now=NOON, backoff=3600.0)
        assert before.strikes == weight
    assert before.failures == 7
    assert next_visit(QUICK, before, Look(outcome="ok", entries=items(HOUR)), now=NOON, backoff=3600.0).strikes == 0.0


def test_a_source_whose_address_was_changed_is_new_and_is_not_held_to_what_the_old_one_said():
    gone = next_visit(PAPER, None, Look(outcome="gone", status=410), now=NOON, backoff=3600.0)
    moved = dataclasses.replace(PAPER, url="https://bao.example/moi")
    visits = {PAPER.id: gone}
    assert due([PAPER], visits, NOON + DAY) == []
    assert due([moved], visits, NOON + DAY) == [moved]
    assert (standing(PAPER, visits), standing(moved, visits)) == (gone, None)
    assert standing(PAPER, {PAPER.id: visit()}) == visit()  # written before addresses were


def test_items_of_another_site_are_noted_and_the_first_site_is_remembered():
    first = next_visit(PAPER, None, Look(outcome="ok", entries=items(HOUR, 2 * HOUR)), now=NOON, backoff=3600.0)
    other = tuple(dataclasses.replace(entry, link=entry.link.replace("bao", "khac")) for entry in items(HOUR, 2 * HOUR, 3 * HOUR))
    later = next_visit(PAPER, first, Look(outcome="ok", entries=other), now=NOON, backoff=3600.0)
    assert (first.site, first.home, later.site, later.home) == ("bao.example", "bao.example", "khac.example", "bao.example")
    half = next_visit(PAPER, first, Look(outcome="ok", entries=(*items(HOUR), other[0])), now=NOON, backoff=3600.0)
    assert half.site == ""
    assert vietnam(NOON).hour == 12
