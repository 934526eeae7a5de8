"""What is due is read off the store and the clock alone, so that nothing is missed and nothing comes twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from monitor import clock, config, runner, schedule
from monitor.clock import day_of, moment_of
from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.schedule import Entry, due, next_time
from monitor.store import Store, runs

DAY = clock.parse_day("2026-11-22")
DIGEST, CRAWL = Entry("digest", at=("06:30",)), Entry("crawl", every=timedelta(minutes=15))


def at(hour: str, days: int = 0) -> datetime:
    """A Vietnamese hour of the day of the tests, or of one so many days later."""
    return moment_of(DAY + timedelta(days=days), hour)


def test_every_counts_from_the_last_start():
    assert next_time(CRAWL, None, at("10:00")) == at("10:00")
    assert next_time(CRAWL, at("09:50"), at("10:00")) == at("10:05")
    assert due([CRAWL], {"crawl": at("09:45")}, at("10:00")) == [CRAWL]
    assert due([CRAWL], {"crawl": at("09:47")}, at("10:00")) == []


def test_at_names_hours_of_a_vietnamese_day():
    assert next_time(DIGEST, at("06:30"), at("06:31")) == at("06:30", 1)
    assert due([DIGEST], {}, at("06:29")) == []
    assert due([DIGEST], {"digest": at("06:30", -1)}, at("06:30")) == [DIGEST]
    assert next_time(DIGEST, None, at("06:29")) == at("06:30")


def test_a_missed_hour_is_made_up_for_once_and_on_the_same_day_only():
    assert due([DIGEST], {"digest": at("06:30", -3)}, at("23:59")) == [DIGEST]
    assert due([DIGEST], {"digest": at("23:59")}, at("23:59")) == []
    assert due([DIGEST], {"digest": at("06:30", -3)}, at("00:00", 1)) == []
    twice = Entry("digest", at=("06:30", "16:00"))
    assert next_time(twice, at("06:30", -1), at("20:00")) == at("16:00")
    assert due([twice], {"digest": at("20:00")}, at("20:01")) == []


def test_a_clock_that_was_set_back_neither_stops_nor_repeats():
    assert due([CRAWL], {"crawl": at("12:00")}, at("11:00")) == [CRAWL]
    assert due([DIGEST], {"digest": at("06:31")}, at("06:30")) == []  # the hour comes a second time
    assert due([DIGEST], {"digest": at("06:31", 400)}, at("06:30")) == [DIGEST]  # it stood a year ahead


def test_a_clock_that_jumps_ahead_makes_up_for_one_hour():
    assert due([DIGEST, CRAWL], {"digest": at("06:30"), "crawl": at("06:30")}, at("07:00", 300)) == [DIGEST, CRAWL]


def test_a_year_in_which_the_machine_sleeps_and_restarts_has_one_digest_a_day():
    started: list[datetime] = []
    now, end = at("00:00"), at("00:00", 365)
    while now < end:
        if due([DIGEST], {"digest": started[-1]} if started else {}, now):
            started.append(now)
        hours = 5 if len(started) % 7 == 3 else 0  # a nap that sometimes runs over the hour
        now += timedelta(minutes=9, hours=hours)
    assert [day_of(one) for one in started] == [DAY + timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("digest", "write it like"), ({"every": "15m"}, "write it like"), ({"recipe": "x"}, "either every or at"),
        ({"recipe": "x", "every": "1h", "at": "06:30"}, "either every or at"), ({"recipe": "x", "evry": "1h"}, "did you mean every"),
        ({"recipe": "x", "every": "often"}, "not a length"), ({"recipe": "x", "every": 15}, "not a length"),
        ({"recipe": "x", "every": "0m"}, "not a length"), ({"recipe": "x", "every": "99999w"}, "longer than ten years"),
        ({"recipe": "x", "at": "25:00"}, "not an hour"), ({"recipe": "x", "at": 1020}, "in quotes"),
        ({"recipe": "x", "at": []}, "no hour"),        ({"recipe": "x", "at": ["06:30", None]}, "not an hour"),
        ({"recipe": "x", "at": "06:30+00:00"}, "not an hour"),
    ],
)  # fmt: skip
def test_a_line_of_the_schedule_that_cannot_be_meant_is_told_with_its_number(line, word):
    with pytest.raises(ConfigError, match="schedule: line 2") as raised:
        schedule.entries([{"recipe": "crawl", "every": "15m"}, line])
    assert word in str(raised.value)


def test_an_hour_may_be_written_short_and_there_may_be_several():
    assert schedule.entries([{"recipe": "x", "at": ["6:30", "16:00"]}]) == (Entry("x", at=("06:30", "16:00")),)


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office without sources; ``office(schedule)`` gives its settings."""
    monkeypatch.chdir(tmp_path)
    Path("recipes").mkdir()
    Path("recipes/broken.yaml").write_text("steps: [compose_digest, write_digest: {formats: [papyrus]}]", encoding="utf-8")
    Path("recipes/quick.yaml").write_text("steps: [due_sources]", encoding="utf-8")

    def settings(lines: str) -> config.Config:
        Path("monitor.yaml").write_text(f"folders: {{pipelines: recipes}}\nschedule: {lines}\n", encoding="utf-8")
        return config.load()

    return settings


def test_a_recipe_that_fails_is_told_tried_again_and_stops_nothing_else(office):
    settings, told = office("[{recipe: broken, every: 5m}, {recipe: quick, every: 1h}]"), []
    with time_machine.travel(at("08:00"), tick=False) as now:
        for _ in range(3):
            runner.keep_schedule(settings, once=True, tell=told.append)
            now.shift(timedelta(minutes=11))
    with Store.open(settings.store_url) as store:
        done = [(run.recipe, run.ended is not None) for run in reversed(runs.last(store))]
    assert done == [("broken", False), ("quick", True), ("broken", False), ("broken", False)]
    assert sum("papyrus" in line for line in told) == 3
    assert told[0].startswith("22/11/2026 08:00 broken: ")


def test_the_loop_wakes_in_time_and_outlives_a_store_that_is_away_for_a_moment(office, monkeypatch):
    settings, slept, told = office("[{recipe: quick, every: 20s}]"), [], []
    asked = runs.last_starts

    def away(store, now):
        if len(slept) == 2:
            raise StoreError("away")
        return asked(store, now)

    with time_machine.travel(at("08:00"), tick=False) as now:

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            now.shift(timedelta(seconds=seconds))
            if len(slept) == 5:
                raise KeyboardInterrupt

        monkeypatch.setattr(runner.time, "sleep", sleep)
        monkeypatch.setattr(runs, "last_starts", away)
        with pytest.raises(KeyboardInterrupt):
            runner.keep_schedule(settings, tell=told.append)
    assert slept == [20.0] * 5
    assert [line for line in told if "away" in line] == ["22/11/2026 08:00 away"]


def test_an_empty_schedule_and_an_unknown_recipe_are_no_surprise(office, monkeypatch):
    runner.keep_schedule(office("[]"), once=True)
    with pytest.raises(MonitorError, match="no such recipe"):
        runner.keep_schedule(office("[{recipe: quik, every: 1h}]"), once=True)


def test_the_store_remembers_what_ran_before_a_restart(office):
    settings, told = office('[{recipe: quick, at: "06:30"}]'), []
    with time_machine.travel(at("06:31"), tick=False) as now:
        for _ in range(3):
            runner.keep_schedule(settings, once=True, tell=told.append)
            now.shift(timedelta(hours=2))
    assert len(told) == 1


def process(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "schedule", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_once_runs_what_is_due_in_a_real_process(office):
    settings = office("[{recipe: quick, every: 1h}, {recipe: broken, every: 1h}]")
    out, said = process("--once").communicate(timeout=60)
    assert out == ""
    assert ["quick" in line for line in said.splitlines()] == [True, False]
    with Store.open(settings.store_url) as store:
        assert [run.recipe for run in runs.last(store)] == ["broken", "quick"]


def test_a_polite_stop_ends_the_schedule_within_two_seconds(office):
    settings = office("[{recipe: quick, every: 1h}]")
    running = process()
    assert running.stderr is not None
    assert "quick" in running.stderr.readline()
    time.sleep(1)  # until it has put its things away and sleeps
    start = time.monotonic()
    running.send_signal(signal.SIGTERM)
    out, said = running.communicate(timeout=20)
    assert (running.returncode, out, said) == (0, "", "")
    assert time.monotonic() - start < 2
    with Store.open(settings.store_url) as store, runs.lock(store, runner.LOCK):
        assert runs.last(store)[0].ended < datetime.now(UTC)


def test_a_cron_job_of_the_same_pace_skips_no_round():
    line = schedule.Entry("crawl", every=timedelta(minutes=15))
    last = moment_of(DAY, "06:30")
    assert schedule.due([line], {"crawl": last}, last + timedelta(minutes=14, seconds=50)) == [line]
    assert schedule.due([line], {"crawl": last}, last + timedelta(minutes=12)) == []
