"""What was done: a row for every run, and the lock that lets one run at a time write."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from monitor.errors import Busy, MonitorError
from monitor.records import Problem, Run
from monitor.store.database import Store, owner
from monitor.store.schema import locks, runs

BEAT, STALE = 15.0, timedelta(seconds=90)  # seconds between signs of life; a lock without one for so long is taken over
RETRY = timedelta(minutes=10)  # after a run that did not end


def begin(store: Store, recipe: str, at: datetime) -> Run:
    """A run that has begun; it counts as interrupted until ``end`` is called."""
    run = Run(recipe=recipe, at=at, started=datetime.now(UTC))
    row = {"recipe": recipe, "at": at, "started": run.started, "counts": {}, "problems": []}
    with store.write() as connection:
        number = connection.execute(insert(runs).returning(runs.c.id), row).scalar_one()
    return Run(id=number, recipe=recipe, at=at, started=run.started)


def end(store: Store, run: Run, *, counts: dict[str, int], problems: list[Problem]) -> Run:
    """The run as it ended."""
    ended = datetime.now(UTC)
    values = {"ended": ended, "counts": counts, "problems": [asdict(problem) for problem in problems[:500]]}
    with store.write() as connection:
        connection.execute(update(runs).where(runs.c.id == run.id).values(**values))
    return Run(id=run.id, recipe=run.recipe, at=run.at, started=run.started, ended=ended, counts=counts, problems=tuple(problems))


def fail(store: Store, run: Run, problem: Problem) -> None:
    """Write why a run could not end; its row stays without an end, so that the schedule tries again."""
    with store.write() as connection:
        connection.execute(update(runs).where(runs.c.id == run.id).values(problems=[asdict(problem)]))


def last_starts(store: Store, now: datetime) -> dict[str, datetime]:
    """When each recipe was last started, UTC; a run that never ended counts only while it is younger than RETRY.

    The last is the one that was written last: after a clock was set back, the latest by its time may be an old one.
    """
    counts = runs.c.ended.is_not(None) | (runs.c.started > now - RETRY)
    newest = select(func.max(runs.c.id)).where(counts).group_by(runs.c.recipe)
    with store.read() as connection:
        found = connection.execute(select(runs.c.recipe, runs.c.started).where(runs.c.id.in_(newest))).all()
    return {row[0]: row[1] for row in found}


def last(store: Store, *, limit: int = 20, recipe: str | None = None) -> list[Run]:
    """The latest runs, newest first."""
    query = select(runs).order_by(runs.c.id.desc()).limit(limit)
    with store.read() as connection:
        found = connection.execute(query if recipe is None else query.where(runs.c.recipe == recipe)).all()
    return [_run(row) for row in found]


@contextmanager
def lock(store: Store, name: str) -> Iterator[None]:
    """Hold a lock while the block runs. Raises Busy where a living process holds it; takes over from a dead one."""
    _take(store, name)
    done = threading.Event()
    beat = threading.Thread(target=_beat, args=(store, name, done), daemon=True, name=f"lock {name}")
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()
        with store.write() as connection:
            connection.execute(delete(locks).where(locks.c.name == name, locks.c.owner == owner()))


def _take(store: Store, name: str) -> None:
    now = datetime.now(UTC)
    with store.write() as connection:
        standing = connection.execute(select(locks).where(locks.c.name == name).with_for_update()).one_or_none()
        if standing and _alive(standing.owner) and now - standing.beat < STALE:
            raise Busy(f"{name}: a run is going on ({standing.owner}); wait for it to end")
        if standing:
            dead = (locks.c.name == name) & (locks.c.owner == standing.owner) & (locks.c.beat == standing.beat)
            connection.execute(delete(locks).where(dead))
        row = {"name": name, "owner": owner(), "beat": now}  # on PostgreSQL several can come this far at once; one row gets in
        if not connection.execute(store.upsert(locks).returning(locks.c.name), row).all():
            raise Busy(f"{name}: another run has just begun; wait for it to end")


def _beat(store: Store, name: str, done: threading.Event) -> None:
    while not done.wait(BEAT):
        try:
            with store.write() as connection:
                mine = (locks.c.name == name) & (locks.c.owner == owner())
                connection.execute(update(locks).where(mine).values(beat=datetime.now(UTC)))
        except MonitorError:
            continue  # a busy store is no reason to stop: the next beat comes


def _alive(who: str) -> bool:
    """Whether the holder may still live: another machine's process is believed, one of ours is asked."""
    host, _, process = who.rpartition(":")
    if host != owner().rpartition(":")[0] or not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run(row: Any) -> Run:
    given = dict(row._mapping)
    return Run(**{**given, "problems": tuple(Problem(**problem) for problem in given["problems"])})
