"""A store opens at the newest version or says in one line why it cannot, and whatever fails, nothing that was stored is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from makers import article, keep
from sqlalchemy import event, text

from monitor.errors import StoreError
from monitor.expression import phrase
from monitor.store import Store, articles, database, search
from monitor.store.schema import metadata

MIGRATIONS = Path(database.__file__).parent / "migrations"


def refused(url: str) -> str:
    """The one line that says why a store cannot be opened."""
    with pytest.raises(StoreError) as raised:
        Store.open(url)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def child(code: str, *words: str, **more) -> subprocess.CompletedProcess[str]:
    """What a process of its own said to ``code``."""
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


def file_of(store: Store) -> Path:
    return Path(str(store.engine.url.database))


@pytest.fixture
def on_sqlite(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/monitor.db") as opened:
        keep(opened, article(1, title="Lương hưu"))
        yield opened


def test_the_migrations_make_just_the_tables_of_the_schema(empty_url):
    def ours(thing, name, kind, reflected, other) -> bool:
        return not str(name).startswith("search")  # the full-text index stands in the dialect's own words

    with Store.open(empty_url) as store, store.read() as connection:
        options = {"include_object": ours, "compare_server_default": False}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_the_newest_version_is_the_one_the_code_names():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == database.HEAD


def test_a_fresh_store_opens_at_head_and_opening_it_again_changes_nothing(empty_url):
    for _ in range(2):
        with Store.open(empty_url) as store:
            keep(store, article())
            with store.read() as connection:
                assert connection.scalar(text("SELECT version_num FROM alembic_version")) == database.HEAD
            assert articles.total(store) == 1


def test_many_who_open_a_fresh_store_at_once_all_find_it_made(empty_url):
    with ThreadPoolExecutor(6) as crowd:
        stores = list(crowd.map(Store.open, [empty_url] * 6))
    assert [articles.total(store) for store in stores] == [0] * 6
    for store in stores:
        store.close()


def test_a_newer_store_is_refused_in_one_line_and_left_alone(empty_url):
    with Store.open(empty_url) as store, store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer monitor" in refused(empty_url)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "write it like"), ("nonsense", "write it like"), ("mysql://user:secret@host/name", "write it like"),
        ("postgresql+psycopg://user:secret@host:port/name", "write it like"), ("postgresql+psycopg:/user:secret@host/x", "***"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/name", "Connection refused"), 
        ("sqlite:////proc/nowhere/monitor.db", "folder cannot be made"), ("sqlite:////etc/passwd/x.db", "folder cannot be made"),
        ("sqlite:////tmp", "cannot be opened"),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_told_in_one_line_without_its_password(url, word):
    said = refused(url)
    assert word in said
    assert "secret" not in said


def test_a_file_that_is_not_a_store_is_told_and_left_as_it_was(tmp_path):
    junk, other = tmp_path / "photo.jpg", tmp_path / "other.db"
    junk.write_bytes(b"\xff\xd8\xff\xe0 not a database" * 300)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE articles (theirs)")
    connection.close()
    before = junk.read_bytes()
    assert "not a store" in refused(f"sqlite:///{junk}")
    assert "another program's" in refused(f"sqlite:///{other}")
    assert junk.read_bytes() == before
    with sqlite3.connect(other) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("articles",)]
    connection.close()


def test_a_store_that_may_not_be_written_says_so(on_sqlite):
    file = file_of(on_sqlite)
    on_sqlite.close()
    for folder in (one for one in file.parents[1:] if Path(tempfile.gettempdir()) in one.parents):
        folder.chmod(folder.stat().st_mode | 0o055)  # root becomes nobody below, and must find the way
    file.parent.chmod(0o555)
    file.chmod(0o444)
    assert "check the rights" in child(UNWRITABLE, str(file)).stdout
    file.parent.chmod(0o755)
    file.chmod(0o644)
    with Store.open(f"sqlite:///{file}") as store:
        assert articles.total(store) == 1


UNWRITABLE = """
import os, sqlite3, sys
import sqlalchemy.dialects.sqlite
from monitor.errors import StoreError
from monitor.store import Store
if not os.getuid(): os.setgroups([]); os.setgid(65534); os.setuid(65534)
try: Store.open("sqlite:///" + sys.argv[1])
except StoreError as error: print(error)
"""


def test_a_store_that_another_program_writes_to_says_so_and_works_when_it_has_ended(on_sqlite):
    event.listen(on_sqlite.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
    on_sqlite.engine.dispose()
    other = sqlite3.connect(file_of(on_sqlite), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program writes"):
        articles.keep_articles(on_sqlite, [article(2)])
    assert articles.total(on_sqlite) == 1  # reading goes on meanwhile
    other.close()
    assert articles.keep_articles(on_sqlite, [article(2)]) == (1, 0)


FILL = """
import sys
import tempfile
sys.path.insert(0, sys.argv[2])
from makers import article
from monitor.errors import StoreError
from monitor.store import Store, articles
if len(sys.argv) > 3:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
store, kept = Store.open("sqlite:///" + sys.argv[1]), 0
try:
    for number in range(400):
        kept += articles.keep_articles(store, [article(f"{number}-{one}", text="chữ " * 2000) for one in range(5)])[0]
        print(kept, flush=True)
except StoreError as error:
    print(error)
    try: articles.keep_articles(store, [article("more", text="chữ " * 20000)])
    except StoreError as error: print(error)
"""


def _filled(file: Path, *limit: str) -> None:
    """The file can be filled until it fails in one line, and then holds just what was acknowledged, and works again."""
    said = child(FILL, str(file), str(Path(__file__).parent), *limit)
    lines = said.stdout.splitlines()
    assert said.stderr == ""
    assert "nothing that was stored is lost" in lines[-1], lines[-3:]
    acknowledged = max(int(line) for line in lines if line.isdigit())
    assert 5 <= acknowledged < 2000
    for end in ("", "-wal"):  # as after a reboot, on a larger disk
        if Path(f"{file}{end}").exists():
            shutil.copy(f"{file}{end}", f"{file.parent.parent}/again.db{end}")
    with Store.open(f"sqlite:///{file.parent.parent}/again.db") as store:
        assert articles.total(store) == acknowledged == search.find(store, phrase("chữ"))[1]
        with store.read() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert articles.keep_articles(store, [article("after", text="chữ")]) == (1, 0)


def test_a_file_that_may_not_grow_loses_nothing_that_was_acknowledged(tmp_path):
    (tmp_path / "disk").mkdir()
    _filled(tmp_path / "disk" / "monitor.db", "3000000")


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        _filled(disk / "monitor.db")
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_run_is_refused_while_there_is_hardly_room_on_the_disk(on_sqlite, monkeypatch):
    on_sqlite.check_room()
    monkeypatch.setattr(database, "ROOM", 1 << 60)
    with pytest.raises(StoreError, match=r"only \d+ MB free"):
        on_sqlite.check_room()


def test_a_damaged_file_says_so(on_sqlite):
    file = file_of(on_sqlite)
    with on_sqlite.write() as connection:
        connection.exec_driver_sql("INSERT INTO runs (recipe, at, started, counts, problems) VALUES ('x', 0, 0, '{}', '[]')")
    on_sqlite.close()
    body = bytearray(file.read_bytes())
    body[4096:] = b"\xa5" * (len(body) - 4096)
    file.write_bytes(body)
    with pytest.raises(StoreError, match="restore it from a backup"), Store.open(f"sqlite:///{file}") as store:
        search.find(store, phrase("luong"))


def test_the_size_and_the_name_of_a_store_are_told_without_its_password(store):
    assert store.size() > 10_000
    assert store.name.startswith(("sqlite:///", "postgresql+psycopg://monitor@"))


def test_a_store_from_before_gets_its_articles_numbered_and_keeps_their_addresses(tmp_path):
    from alembic import command
    from alembic.config import Config

    file = tmp_path / "old.db"
    urls = {
        "https://vnexpress.net/luong-huu-tang-4965123.html": ("", "vnexpress.net/4965123"),
        "https://bao.example/?id=7": ("", ""),
        "https://www.bbc.com/vietnamese/x?at_campaign=rss&at_medium=RSS": ("https://www.bbc.com/vietnamese/x", ""),
        "https://bao.example/y?fbclid=1&gbraid=2": ("", ""),  # the plain form stands there too, and one address is one article
        "https://bao.example/y": ("", ""),
    }
    engine = database._engine(f"sqlite:///{file}")
    steps = Config()
    steps.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        steps.attributes["connection"] = connection
        command.upgrade(steps, "0002")
        for number, url in enumerate(urls, 1):
            row = f"({number}, '{url}', '2026-01-01', '2026-01-01', '2026-01-01')"
            connection.exec_driver_sql(f"INSERT INTO articles (id, url, fetched, seen, day) VALUES {row}")
    engine.dispose()
    with Store.open(f"sqlite:///{file}") as store, store.read() as connection:
        found = connection.execute(text("SELECT url, key FROM articles ORDER BY id")).all()
        assert [tuple(row) for row in found] == [(after or before, key) for before, (after, key) in urls.items()]
        assert articles.known(store, ["https://vnexpress.net/khac-4965123.html"]) == {"https://vnexpress.net/khac-4965123.html"}
