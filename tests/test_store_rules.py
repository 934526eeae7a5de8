"""A robots.txt is asked for once a day, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fakeweb import FakeWeb
from makers import NOON

from monitor.errors import BadStatus
from monitor.store.rules import Rules

URL, ROBOTS = "https://bao.example/rss", "https://bao.example/robots.txt"


def ask(fake, store, hours: float) -> bytes:
    with fake.open(memory=Rules(store, lambda: NOON + timedelta(hours=hours))) as web:
        return web.get(URL, limit=100, seconds=2).body


def test_what_a_host_forbids_is_remembered_by_the_next_run_for_a_day(store):
    fake = FakeWeb()
    fake.put(URL, "x")
    fake.put(ROBOTS, "User-agent: *\nDisallow: /kin", kind="text/plain")
    assert [ask(fake, store, hours) for hours in (0, 1, 23)] == [b"x"] * 3
    assert fake.asked[ROBOTS] == 1
    ask(fake, store, 25)
    assert fake.asked[ROBOTS] == 2


def test_that_a_host_has_none_is_remembered_and_that_it_failed_is_not(store):
    fake = FakeWeb()
    fake.put(URL, "x")
    assert [ask(fake, store, hours) for hours in (0, 1)] == [b"x"] * 2
    assert fake.asked[ROBOTS] == 1
    fake.fail(ROBOTS, "503")
    for hours in (30, 31):
        with pytest.raises(BadStatus, match=r"robots\.txt"):
            ask(fake, store, hours)
    assert fake.asked[ROBOTS] == 3


def test_a_clock_that_was_set_back_remembers_nothing(store):
    rules = Rules(store, lambda: NOON)
    rules.keep(ROBOTS, b"later")
    assert Rules(store, lambda: NOON - timedelta(hours=1)).recall(ROBOTS) is None
    assert rules.recall(ROBOTS) == b"later"
