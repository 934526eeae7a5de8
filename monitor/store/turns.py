"""Turns by host that all machines with one store share: a row a host, with the next free moment, taken while its host is asked.

As `monitor.crawl.turns` does it with a file for the processes of one machine; both answer to the same names. Only PostgreSQL is shared
by machines. Why a row that is taken for a time and no lock: a lock would hold a connection for as long as a site takes, for each of
sixteen threads; what a machine had taken that died is free again after LEASE. Moments are those of the server's clock, since machines'
clocks differ.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, update

from monitor.store.database import Store
from monitor.store.schema import turns

LEASE = 180.0  # seconds: more than a pause and a request may take together
POLL = 0.25  # seconds until a taken row is looked at again


class SharedTurns:
    """What is known of every host: from when on it may be asked, and until when it has asked to be left alone."""

    def __init__(self, store: Store):
        self._store = store
        self._taken: dict[int, tuple[float, float, float]] = {}  # what is known, and how far the server's clock is ahead at most

    @contextmanager
    def held(self, slot: int) -> Iterator[None]:
        """Keep a slot from every other machine and process for as long as the block runs."""
        while not self._take(slot):
            time.sleep(POLL)
        try:
            yield
        finally:
            free_at, closed, ahead = self._taken.pop(slot)
            given = {"free_at": free_at + ahead, "closed": closed + ahead, "taken": 0.0}
            with self._store.write() as connection:
                connection.execute(update(turns).where(turns.c.slot == slot).values(**given))

    def read(self, slot: int) -> tuple[float, float]:
        """From when on the slot's host may be asked, and until when not at all: moments of ``time.time()``, long ago for none."""
        return self._taken[slot][:2]

    def write(self, slot: int, free_at: float, closed: float) -> None:
        """Say so."""
        self._taken[slot] = (free_at, closed, self._taken[slot][2])

    def close(self) -> None:
        """Nothing: the store gives its connections back."""

    def _take(self, slot: int) -> bool:
        """Whether the row of a slot was free, and is ours now until LEASE is over."""
        now = func.date_part("epoch", func.clock_timestamp())
        free, begun = (turns.c.slot == slot) & (turns.c.taken <= now), time.time()
        with self._store.write() as connection:
            connection.execute(self._store.upsert(turns), {"slot": slot, "free_at": 0.0, "closed": 0.0, "taken": 0.0})
            made = update(turns).where(free).values(taken=now + LEASE).returning(turns.c.free_at, turns.c.closed, turns.c.taken)
            row = connection.execute(made).one_or_none()
        if row is None:
            return False
        server = row.taken - LEASE
        ahead = server - time.time()  # at least; a pause is rather too long than too short
        self._taken[slot] = (row.free_at - ahead, row.closed - ahead, server - begun)
        return True
