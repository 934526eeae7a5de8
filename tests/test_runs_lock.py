"""Whatever ends a run, what was stored stays, nobody waits for the dead, and the next run does the rest."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from monitor import config, runner
from monitor.clock import moment_of, parse_moment
from monitor.demo import LAST, _settings
from monitor.demo.server import SampleServer
from monitor.desk import Desk
from monitor.store import Store, articles, runs, tags

AT = "2026-11-22T06:30"


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    """Three of the demo's outlets on the last morning, each page a moment late."""
    with SampleServer() as opened:
        opened.outlets = {name: opened.outlets[name] for name in ("ttbn", "nguoitho", "songhau")}
        page = opened.page
        opened.at = moment_of(LAST, "06:30")
        opened.page = lambda name, item: time.sleep(0.01) or page(name, item)  # type: ignore[method-assign]
        yield opened


@pytest.fixture
def settings(server: SampleServer, tmp_path: Path) -> Path:
    """The settings of a fresh office."""
    file = tmp_path / "monitor.yaml"
    file.write_text(_settings(server, tmp_path), encoding="utf-8")
    return file


def monitor(settings: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", *words, "--config", str(settings)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=settings.parent)


def daily(settings: Path) -> None:
    """The whole morning's run, in this process."""
    with Desk(config.load(settings), at=parse_moment(AT)) as desk:
        runner.run("daily", desk)


def come_to(settings: Path, question: str) -> None:
    """Nothing, as soon as the store answers the question with yes."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{settings.parent}/monitor.db?mode=ro", uri=True)) as asked:
            if asked.execute(question).fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("the run never came so far")


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    return process.returncode, out, said


def contents(settings: Path) -> tuple[dict, set]:
    """Everything that the store holds and that does not depend on when and how often a run was started."""
    with Store.open(f"sqlite:///{settings.parent}/monitor.db") as store:
        held = {item.article.url: (item.article.title, item.article.text, item.article.published, item.tags)
                for item in tags.everything(store, None, None)}  # fmt: skip
        stories: dict[str, list[str]] = {}
        for item in tags.everything(store, None, None):
            stories.setdefault(item.article.story, []).append(item.article.url)
        return held, {frozenset(urls) for story, urls in stories.items() if story}


@pytest.fixture(scope="module")
def undisturbed(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, set]:
    """What a run that nobody disturbs leaves in the store."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "monitor.yaml").write_text(_settings(server, folder), encoding="utf-8")
    daily(folder / "monitor.yaml")
    found = contents(folder / "monitor.yaml")
    assert len(found[0]) > 30
    assert len(found[1]) > 10
    return found


def test_a_second_run_ends_at_once_and_an_interrupt_of_the_first_loses_nothing(settings, undisturbed):
    first = monitor(settings, "run", "daily", "--at", AT)
    come_to(settings, "SELECT count(*) > 0 FROM locks")
    start = time.monotonic()
    code, out, said = ended(monitor(settings, "run", "crawl", "--at", AT))
    took = time.monotonic() - start
    assert (code, out, said.count("\n")) == (1, "", 1)
    assert "a run is going on" in said
    assert took < 2 or os.getloadavg()[0] > 2, f"{took:.1f} s"
    come_to(settings, "SELECT count(*) > 0 FROM articles")
    first.send_signal(signal.SIGINT)
    code, _, said = ended(first)
    assert code == 130
    assert "interrupted" in said
    taken_up(settings, undisturbed)


def test_a_killed_run_leaves_its_lock_and_the_next_takes_over_at_once(settings, undisturbed):
    first = monitor(settings, "run", "daily", "--at", AT)
    come_to(settings, "SELECT count(*) > 0 FROM articles")
    first.kill()
    assert ended(first)[0] == -signal.SIGKILL
    with Store.open(f"sqlite:///{settings.parent}/monitor.db") as store, store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM locks").scalar() == 1
    taken_up(settings, undisturbed)


def taken_up(settings: Path, undisturbed: tuple[dict, set]) -> None:
    """The run that was cut off counts as interrupted; the next one leaves what an undisturbed one leaves."""
    with Store.open(f"sqlite:///{settings.parent}/monitor.db") as store:
        assert [run.ended for run in runs.last(store, recipe="daily")] == [None]
        assert 0 < articles.total(store) <= len(undisturbed[0])
    daily(settings)
    assert contents(settings) == undisturbed
