"""What store tests run on: SQLite in a fresh folder, and a PostgreSQL server of our own where Debian's packages are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from monitor.store import Store
from monitor.store.schema import metadata

# No test is timed: a busy machine must not turn one red.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: runs on a PostgreSQL server that the tests start; `make test` runs them too")


def _binaries() -> Path | None:
    """The newest server's programs, as Debian lays them out, or those on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    there = shutil.which("initdb")
    return found[-1].parent if found else Path(there).parent if there else None


def _nobody() -> dict[str, str | int | list[int]]:
    """Arguments that make a child somebody other than root, whom the server refuses."""
    if os.getuid():
        return {}
    known = {one.pw_name: one for one in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server on a socket in a temporary folder, up to the name of a database; gone at the end."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra `postgresql`)")
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder, child = Path(tempfile.mkdtemp(prefix="monitor-pg-")), _nobody()
    if child:
        os.chown(folder, child["user"], child["group"])  # type: ignore[arg-type]
    calm = {"check": True, "capture_output": True, "cwd": folder, **child}
    place = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", place, "-U", "monitor", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "--wal-segsize=1"],
        **calm,
    )
    options = (
        f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off -c max_connections=40"
    )
    control = [binaries / "pg_ctl", "-D", place, "-w"]
    subprocess.run(
        [*control, "-l", folder / "log", "-o", options, "start"],
        **{**calm, "capture_output": False, "stdout": subprocess.DEVNULL},
    )
    try:
        yield f"postgresql+psycopg://monitor@/{{}}?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **{**calm, "check": False})
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared(postgresql: str) -> str:
    """The address of a migrated database, emptied for each test: cheaper than a new one each time."""
    _ask(postgresql, "postgres", "CREATE DATABASE shared")
    Store.open(postgresql.format("shared")).close()
    return postgresql.format("shared")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nobody has opened, one test after another on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/monitor.db"
        return
    server = request.getfixturevalue("postgresql")
    _ask(server, "postgres", "CREATE DATABASE fresh")
    yield server.format("fresh")
    _ask(server, "postgres", "DROP DATABASE fresh WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, one test after another on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/monitor.db"
    url = request.getfixturevalue("shared")
    names = ", ".join(table.name for table in metadata.sorted_tables)
    _ask(request.getfixturevalue("postgresql"), "shared", f"TRUNCATE {names}, search RESTART IDENTITY CASCADE")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store, one test after another on each kind of database."""
    with Store.open(store_url) as opened:
        yield opened


def _ask(server: str, name: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server.format(name).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)
