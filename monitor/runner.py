"""One recipe, run once: the lock, the row in the store, and the counts and problems it ended with."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from monitor import clock, pipeline, schedule
from monitor.config import Config
from monitor.desk import Desk
from monitor.errors import Busy, MonitorError, UsageError
from monitor.records import Problem
from monitor.store import runs

LOCK = "run"
LONGEST_SLEEP = 30.0  # seconds: a laptop that slept, or a clock that was set, is noticed within so long


def run(name: str, desk: Desk) -> pipeline.Outcome:
    """What came of a recipe. Raises Busy where another run is going on, RecipeError before anything is done.

    An error that ends the run is written to its row, which stays without an end, and is raised again. So does an interrupt:
    everything that was stored stays, and the next run does the rest.
    """
    recipe = pipeline.load(name, desk.config, desk.offers())
    if desk.since and not any("since" in one.wants for chain in recipe.chains for one in chain):
        raise UsageError(f"{name}: goes back to no day; leave --since out")
    with runs.lock(desk.store, LOCK):
        desk.store.check_room()
        begun = runs.begin(desk.store, name, desk.now)
        try:
            outcome = pipeline.run(recipe, desk)
        except MonitorError as error:
            runs.fail(desk.store, begun, Problem(what=name, why=str(error)))
            raise
        runs.end(desk.store, begun, counts=dict(outcome.counts), problems=outcome.problems)
    return outcome


def keep_schedule(config: Config, *, once: bool = False, tell: Callable[[str], None] = lambda text: None) -> None:
    """Run what is due, again and again, until SIGTERM or an interrupt; with ``once`` what is due now, and return.

    A recipe that fails is told and tried again when it is next due (one with hours: after ten minutes); it stops nothing else.
    """
    lines = schedule.entries(config["schedule"])
    for line in lines:
        pipeline.load(line.recipe, config, Desk.offers())  # a wrong recipe is told now, not at half past six
    before = signal.signal(signal.SIGTERM, _stop) if threading.current_thread() is threading.main_thread() else None
    try:
        wait = _run_due(config, lines, tell)  # a store that cannot be opened is told now, and ends it
        while not once:
            time.sleep(min(wait, LONGEST_SLEEP))
            try:
                wait = _run_due(config, lines, tell)
            except MonitorError as error:  # a store that is away for a moment is not
                tell(f"{clock.for_people(clock.now())} {error}")
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _stop(_: int, __: FrameType | None) -> None:
    """End the process at once, in the middle of a run too: what was stored stays, and the next run does the rest."""
    raise SystemExit(0)


def _run_due(config: Config, lines: tuple[schedule.Entry, ...], tell: Callable[[str], None]) -> float:
    """Seconds until something is due again, after what was due has been run."""
    with Desk(config) as desk:
        for line in schedule.due(lines, runs.last_starts(desk.store, clock.now()), clock.now()):
            try:
                outcome = run(line.recipe, desk)
                counted = ", ".join(f"{count:,} {what}" for what, count in outcome.counts.items()) or "nothing to do"
                tell(f"{clock.for_people(clock.now())} {line.recipe}: {counted}; {len(outcome.problems)} problems")
            except Busy as error:
                tell(str(error))
            except MonitorError as error:
                tell(f"{clock.for_people(clock.now())} {line.recipe}: {error}")
        now, last = clock.now(), runs.last_starts(desk.store, clock.now())
        waits = [(schedule.next_time(line, last.get(line.recipe), now) - now).total_seconds() for line in lines]
        return max(1.0, min(waits, default=LONGEST_SLEEP))
