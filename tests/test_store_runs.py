"""What was done stands in the store, and one run at a time may write."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta

import pytest
from makers import NOON
from sqlalchemy import select, update

from monitor.errors import Busy, StoreError
from monitor.records import Problem
from monitor.store import Store, runs
from monitor.store.schema import locks
from monitor.store.schema import runs as table


def started(store, recipe: str, at: datetime, *, ended: bool = True) -> None:
    """A run that was started at that moment."""
    run = runs.begin(store, recipe, at)
    with store.write() as connection:
        values = {"started": at, "ended": at + timedelta(seconds=1) if ended else None}
        connection.execute(update(table).where(table.c.id == run.id).values(**values))


@contextmanager
def held(store, owner: str, *, beat: timedelta = timedelta()):
    """The lock in the hands of somebody."""
    with store.write() as connection:
        connection.execute(store.upsert(locks), {"name": "run", "owner": owner, "beat": datetime.now(UTC) - beat})
    yield


def holder(store) -> str | None:
    with store.read() as connection:
        return connection.scalar(select(locks.c.owner))


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_run_comes_back_as_it_ended(store):
    begun = runs.begin(store, "daily", NOON)
    assert runs.last(store) == [begun]
    problems = [Problem(what="bao/home", why="503", advice="thử lại")] * 600
    ended = runs.end(store, begun, counts={"new articles": 3}, problems=problems)
    assert ended.ended is not None
    stands = runs.last(store)[0]
    assert (stands.counts, stands.ended, len(stands.problems)) == ({"new articles": 3}, ended.ended, 500)
    assert (stands.at, stands.problems[0]) == (NOON, problems[0])


def test_a_run_that_failed_says_why_and_has_no_end(store):
    runs.fail(store, runs.begin(store, "tag", NOON), Problem(what="tag", why="no model"))
    assert (runs.last(store)[0].ended, runs.last(store)[0].problems[0].why) == (None, "no model")


def test_runs_are_given_newest_first_and_by_recipe(store):
    for recipe in ("crawl", "tag", "crawl"):
        runs.begin(store, recipe, NOON)
    assert [run.recipe for run in runs.last(store)] == ["crawl", "tag", "crawl"]
    assert [run.id for run in runs.last(store, recipe="crawl", limit=1)] == [runs.last(store)[0].id]


def test_an_interrupted_run_counts_as_a_start_only_for_a_while(store):
    started(store, "digest", NOON - timedelta(days=1))
    started(store, "digest", NOON, ended=False)
    assert runs.last_starts(store, NOON + timedelta(minutes=9)) == {"digest": NOON}
    assert runs.last_starts(store, NOON + timedelta(minutes=11)) == {"digest": NOON - timedelta(days=1)}
    assert runs.last_starts(store, NOON)["digest"] == NOON


def test_after_the_clock_was_set_back_the_last_start_is_the_one_that_was_written_last(store):
    started(store, "crawl", NOON)
    started(store, "crawl", NOON - timedelta(hours=1))
    assert runs.last_starts(store, NOON - timedelta(hours=1)) == {"crawl": NOON - timedelta(hours=1)}


def test_a_lock_is_held_while_the_block_runs_and_given_back_whatever_happens(store):
    with suppress(ZeroDivisionError), runs.lock(store, "run"):
        assert holder(store) == f"{os.uname().nodename}:{os.getpid()}"
        raise ZeroDivisionError
    assert holder(store) is None


def test_a_second_run_is_told_who_is_at_work(store):
    with runs.lock(store, "run"):
        with pytest.raises(Busy, match="a run is going on"), runs.lock(store, "run"):
            pytest.fail("two runs at once")
        with runs.lock(store, "another name"):
            assert True
        assert holder(store) is not None


@pytest.mark.parametrize(("beat", "free"), [(0, False), (80, False), (95, True)])
def test_another_machines_lock_is_believed_while_it_gives_signs_of_life(store, beat, free):
    with held(store, "elsewhere:1", beat=timedelta(seconds=beat)):
        if free:
            with runs.lock(store, "run"):
                assert holder(store) != "elsewhere:1"
        else:
            with pytest.raises(Busy, match="elsewhere"), runs.lock(store, "run"):
                pytest.fail("a living run was pushed aside")


def test_a_dead_process_of_this_machine_holds_nobody_up(store):
    with held(store, f"{os.uname().nodename}:{dead_process()}"), runs.lock(store, "run"):
        assert holder(store) == f"{os.uname().nodename}:{os.getpid()}"


@pytest.mark.parametrize("left", ["nobody", "a dead one"])
def test_of_many_who_come_at_once_one_gets_the_lock(store, store_url, left):
    stores = [Store.open(store_url) for _ in range(4)]
    gate, outcomes = threading.Barrier(4), []

    def come(mine: Store) -> None:
        gate.wait()
        try:
            runs._take(mine, "run")
            outcomes.append("taken")
        except Busy:
            outcomes.append("busy")

    for _ in range(5):
        with store.write() as connection:
            connection.execute(locks.delete())
        outcomes.clear()
        with held(store, f"{os.uname().nodename}:{dead_process()}") if left == "a dead one" else nullcontext():
            crowd = [threading.Thread(target=come, args=(mine,)) for mine in stores]
            for one in crowd:
                one.start()
            for one in crowd:
                one.join()
        assert sorted(outcomes) == ["busy", "busy", "busy", "taken"]
    for mine in stores:
        mine.close()


def test_a_lock_shows_signs_of_life_and_a_busy_store_does_not_stop_them(store, monkeypatch):
    monkeypatch.setattr(runs, "BEAT", 0.02)
    calls, write = [], store.write

    def stubborn():
        if threading.current_thread() is threading.main_thread():
            return write()
        calls.append(1)
        if len(calls) == 1:
            raise StoreError("locked")
        return write()

    monkeypatch.setattr(store, "write", stubborn)
    with runs.lock(store, "run"):
        with store.read() as connection:
            first = connection.scalar(select(locks.c.beat))
        for _ in range(200):
            with store.read() as connection:
                if connection.scalar(select(locks.c.beat)) > first:
                    break
            threading.Event().wait(0.02)
        else:
            pytest.fail("no sign of life")
