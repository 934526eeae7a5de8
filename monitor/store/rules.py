"""What hosts' robots.txt said, kept from one run to the next: a schedule of five minutes would ask each host 288 times a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from monitor import clock
from monitor.store.database import Store
from monitor.store.schema import robots

DAY = timedelta(hours=24)  # RFC 9309 2.4: not longer


class Rules:
    """The bytes of every robots.txt that came in the last day, by its address; for any number of threads."""

    def __init__(self, store: Store, now: Callable[[], datetime] = clock.now):
        self._store, self._now = store, now

    def recall(self, address: str) -> bytes | None:
        """What came from there in the last day, None where nothing did; b"" is the answer of a host that has none."""
        fresh = (robots.c.address == address) & (robots.c.at > self._now() - DAY) & (robots.c.at <= self._now())
        with self._store.read() as connection:
            return connection.scalar(select(robots.c.body).where(fresh))

    def keep(self, address: str, body: bytes) -> None:
        """Keep what came, and forget what is older than a day."""
        with self._store.write() as connection:
            connection.execute(delete(robots).where(robots.c.at <= self._now() - DAY))
            row = {"address": address, "body": body, "at": self._now()}
            connection.execute(self._store.upsert(robots, change=["body", "at"]), row)
