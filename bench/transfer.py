"""The same big store on PostgreSQL: the tables of an SQLite store copied into an empty database, the full-text index made there.

::

    python bench/transfer.py bench-1m.db postgresql+psycopg://user@host/empty
    python bench/transfer.py - postgresql+psycopg://user@host/name             only the full-text index, made anew

Writing the articles one by one would take hours. What is copied is what the store would hold, since both kinds have the same tables;
the index is filled by the code that an upgrade fills it with. ``python bench/store.py`` then proves the counts of the copy.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable

from sqlalchemy import Connection, text

from monitor.store import Store, index
from monitor.store.schema import metadata

ROWS = 10_000  # read at once


def copy(connection: Connection, source: str) -> None:
    """Copy every table. SQLite's values are told as they stand: UTC is the session's zone, 0 and 1 are booleans, JSON is text."""
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    read, write = sqlite3.connect(f"file:{source}?mode=ro", uri=True), connection.connection.cursor()
    for table in metadata.sorted_tables:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        rows = read.execute(f"SELECT {columns} FROM {table.name}")
        with write.copy(f"COPY {table.name} ({columns}) FROM STDIN") as into:  # type: ignore[attr-defined]
            while chunk := rows.fetchmany(ROWS):
                for row in chunk:
                    into.write_row(row)
        for column in table.primary_key:
            sequence = connection.scalar(text(f"SELECT pg_get_serial_sequence('{table.name}', '{column.name}')"))
            if sequence:
                connection.execute(text(f"SELECT setval('{sequence}', (SELECT max({column.name}) FROM {table.name}))"))


def make_index(connection: Connection) -> None:
    """Make the full-text index anew; its indexes last, since building one takes less than keeping it."""
    table, *indexes = index.MADE["postgresql"]
    connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    connection.execute(text("DROP TABLE search"))
    connection.execute(text(table))
    index.fill(connection)
    for statement in indexes:
        connection.execute(text(statement))


def told(what: str, step: Callable[[], None]) -> None:
    """Take a step, and say what it took."""
    began = time.perf_counter()
    step()
    print(f"{what}: {time.perf_counter() - began:,.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    """Copy a store."""
    taken = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    taken.add_argument("source")
    taken.add_argument("url")
    given = taken.parse_args()
    with Store.open(given.url) as store:
        if given.source != "-":
            with store.write() as connection:
                told("tables", lambda: copy(connection, given.source))
        with store.write() as connection:
            told("index", lambda: make_index(connection))
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            told("analyze", lambda: connection.execute(text("VACUUM ANALYZE")) and None)


if __name__ == "__main__":
    main()
