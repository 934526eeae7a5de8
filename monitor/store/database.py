"""A database opened, brought up to date, and its transactions.

SQLite runs in WAL with ``synchronous=FULL``: with NORMAL, 135 of 1,000 simulated power losses took acknowledged commits. A write
takes the write lock at its beginning (BEGIN IMMEDIATE), so that two writers queue and never deadlock half-way.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monitor.errors import StoreError

HEAD = "0010"  # the newest migration
COUNTS = "0006"  # the migration from which counts are kept: a store from before has them made when it is opened
ROOM = 50_000_000  # bytes free on the disk, below which nothing is written: SQLite needs room even to delete


class Store:
    """An open store. Open with ``Store.open(url)``; use as a context manager, or ``close()``."""

    def __init__(self, engine: Engine):
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Store:
        """The store at a SQLAlchemy URL, made where it is absent and migrated where it is old. Raises StoreError."""
        try:
            store = cls(_engine(url))
        except OSError as error:
            raise StoreError(f"{_bare(url)}: its folder cannot be made ({error.strerror}); choose another place") from error
        except (ArgumentError, ImportError, ValueError) as error:
            hint = "write it like sqlite:///data/monitor.db or postgresql+psycopg://user@host/name"
            raise StoreError(f"{_bare(url)}: cannot be opened as a store ({_short(error)}); {hint}") from error
        try:
            store._migrate()
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @property
    def name(self) -> str:
        """The store's address without its password."""
        return _bare(str(self.engine.url))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the store. Raises StoreError in one line for whatever the database says."""
        with self._spoken(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it, or nothing. Raises StoreError in one line for whatever the database says."""
        with self._spoken(), self.engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection

    def upsert(self, table: Table, *, change: Iterable[str] = (), add: Iterable[str] = ()) -> Insert:
        """An INSERT that, where the key stands, sets the columns of ``change`` and adds to those of ``add``; else does nothing."""
        if self.is_sqlite:
            from sqlalchemy.dialects.sqlite import insert
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
        statement = insert(table)
        changes: dict[str, Any] = {name: statement.excluded[name] for name in change}
        changes |= {name: table.c[name] + statement.excluded[name] for name in add}
        if not changes:
            return statement.on_conflict_do_nothing()
        return statement.on_conflict_do_update(index_elements=[column.name for column in table.primary_key], set_=changes)

    def check_room(self) -> None:
        """Nothing where the disk has room for a run. Raises StoreError where it has not."""
        database = self.engine.url.database
        if self.is_sqlite and database and database != ":memory:":
            free = shutil.disk_usage(Path(database).absolute().parent).free
            if free < ROOM:
                raise StoreError(
                    f"{self.name}: only {free // 1_000_000} MB free on the disk; free some and run again, nothing is lost"
                )

    def size(self) -> int:
        """The store's size in bytes, its log included."""
        with self.read() as connection:
            if not self.is_sqlite:
                return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        database = self.engine.url.database or ""
        files = [Path(database + end) for end in ("", "-wal")]
        return sum(file.stat().st_size for file in files if file.is_file())

    def _migrate(self) -> None:
        with self._spoken(), self.engine.connect() as connection:
            present = self.engine.dialect.has_table(connection, "alembic_version")
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if present else None
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StoreError(f"{self.name}: written by a newer monitor (store version {version}); update monitor")
        from alembic import command  # 0.2 s: only when there is something to do
        from alembic.config import Config

        steps = Config()
        steps.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as connection:
            if not self.is_sqlite:  # there a transaction alone does not keep a second process from making the same tables
                connection.execute(text("SELECT pg_advisory_xact_lock(20261122)"))
            steps.attributes["connection"] = connection
            command.upgrade(steps, "head")
            if version is not None and version < COUNTS:
                from monitor.store import proof  # it stands on this module

                proof.fill(connection)

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {_advice(_short(getattr(error, 'orig', None) or error))}") from error
        except (UnicodeError, OverflowError) as error:  # drivers say so themselves where a value is none that they can send
            raise StoreError(f"{self.name}: a value cannot be stored or asked for ({_short(error)}); change it") from error


def _engine(url: str) -> Engine:
    address = make_url(url)
    serialise = {"json_serializer": json.JSONEncoder(ensure_ascii=False).encode}
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, **serialise)
    if address.database and address.database != ":memory:":
        Path(address.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": 30}, **serialise)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin when we say so, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _bare(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return re.sub(r":[^:@]*@", ":***@", url)[:80]


def _short(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _advice(reason: str) -> str:
    hints = {
        "locked": "another program writes to it; wait for it to end and run again",
        "readonly": "it cannot be written; check the rights of the file and of its folder",
        "unable to open": "it cannot be opened; check that the folder exists and may be written",
        "disk I/O error": "the disk fails or is full; see to it and run again, nothing that was stored is lost",
        "disk is full": "the disk is full; free some space and run again, nothing that was stored is lost",
        "not a database": "this file is not a store; choose another with MONITOR_STORE",
        "already exists": "this is another program's; choose another with MONITOR_STORE",
        "malformed": "the file is damaged; restore it from a backup",
        "authentication failed": "the name or the password is wrong; check MONITOR_STORE",
        "does not exist": "the server has no such database or user; make it, or check MONITOR_STORE",
        "connection": "the database server does not answer; check that it runs, and MONITOR_STORE",
    }
    found = [hint for words, hint in hints.items() if words in reason]
    return f"{reason}; {found[0]}" if found else reason


def owner() -> str:
    """Who we are, for locks: host and process."""
    return f"{os.uname().nodename}:{os.getpid()}"
