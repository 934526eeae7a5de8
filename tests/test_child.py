"""An input that hangs, eats memory or kills its reader costs itself alone; without the guard it would cost the run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest
from fakeweb import item, rss
from makers import NOON

from monitor.child import Children, Ended, Limits
from monitor.crawl.feeds import read_feed
from monitor.errors import Crashed, ModelError, MonitorError, NotAFeed

URL = "https://bao.example/rss"
TIGHT = Limits(cpu=2, wall=20.0, memory=700 << 20)
HASTY = Limits(cpu=2, wall=2.0)
FEED = partial(read_feed, source_id="bao/home", base=URL, fetched=NOON)


def spin(body: bytes) -> int:
    while body:
        pass
    return 0


def sleep(body: bytes) -> None:
    time.sleep(30)


def eat(body: bytes) -> int:
    return len([bytes(10_000_000) for _ in range(200)])


def die(body: bytes) -> None:
    os.kill(os.getpid(), 11)


def leave(body: bytes) -> None:
    os._exit(3)


def stumble(body: bytes) -> int:
    return 1 // (len(body) - 4)


def pid(body: bytes) -> int:
    return os.getpid()


def secret(body: bytes) -> str:
    return os.environ.get("MONITOR_STORE", "")


def flood(body: bytes) -> bytes:
    return bytes(65 << 20)


def once(body: bytes, *, mark: str) -> str:
    """Dies the first time it is called."""
    if not os.path.exists(mark):
        Path(mark).touch()
        os._exit(1)
    return "read"


def mark(body: bytes) -> str:
    return sha256(body).hexdigest()


def children(count: int = 1, limits: Limits = TIGHT) -> Children:
    return Children(count, limits=limits, begin=partial(import_module, __name__))


@pytest.fixture
def one():
    opened = children()
    yield opened
    opened.close()


def test_a_child_reads_what_the_parent_would_have_read(one):
    body = rss(item("Lương hưu tăng", "https://bao.example/1", published=NOON)).encode()
    assert one.read(FEED, body, digest=mark(body), url=URL) == FEED(body)
    with pytest.raises(NotAFeed, match="an HTML page"):
        one.read(FEED, b"<html><body>x</body></html>", digest=mark(b"<html><body>x</body></html>"), url=URL)
    assert one.take_aside() == []


@pytest.mark.parametrize(
    ("work", "why"),
    [(eat, "MemoryError"), (die, "SIGSEGV"), (leave, "ended with 3"),
     (stumble, "ZeroDivisionError"), (flood, "broke off|MemoryError|SIGPIPE|ended")],
)  # fmt: skip
def test_an_input_that_ends_its_reader_twice_is_set_aside_and_the_next_one_is_read(one, work, why):
    with pytest.raises(Crashed, match=why) as caught:
        one.read(work, b"four", digest=mark(b"four"), url=URL, source="bao/home")
    assert "\n" not in str(caught.value)
    (aside,) = one.take_aside()
    assert (aside.url, aside.source, len(aside.digest)) == (URL, "bao/home", 64)
    assert isinstance(one.read(pid, b"five", digest=mark(b"five"), url=URL), int)


def test_an_input_that_waits_for_ever_ends_by_the_clock():
    hasty, begun = children(limits=HASTY), time.monotonic()
    with pytest.raises(Crashed, match="no end after 2 s"):
        hasty.read(sleep, b"x", digest=mark(b"x"), url=URL)
    assert 4.0 <= time.monotonic() - begun < 4.0 + 20.0


def test_a_loop_ends_by_the_processor_time_it_may_take():
    patient = children(limits=Limits(cpu=1, wall=60.0))
    with pytest.raises(Crashed, match="processor"):
        patient.read(spin, b"x", digest=mark(b"x"), url=URL)


def test_what_is_set_aside_is_not_tried_again(one):
    with pytest.raises(Crashed):
        one.read(leave, b"four", digest=mark(b"four"), url=URL)
    begun = time.process_time()
    with pytest.raises(Crashed, match="next version"):
        one.read(leave, b"four", digest=mark(b"four"), url=URL)
    assert time.process_time() - begun < 0.05
    assert len(one.take_aside()) == 1
    later = Children(1, limits=TIGHT)  # as after an upgrade
    assert isinstance(later.read(pid, b"four", digest=mark(b"four"), url=URL), int)
    later.close()


def test_a_crash_that_does_not_come_again_costs_nothing(one, tmp_path):
    assert one.read(partial(once, mark=str(tmp_path / "mark")), b"x", digest=mark(b"x"), url=URL) == "read"
    assert one.take_aside() == []


def test_the_second_try_is_in_a_child_that_has_read_nothing_else():
    two = children(2)
    before = {two.read(pid, b"x", digest=mark(b"x"), url=URL) for _ in range(3)}
    with pytest.raises(Crashed):
        two.read(leave, b"four", digest=mark(b"four"), url=URL)
    assert two.read(pid, b"x", digest=mark(b"x"), url=URL) not in before
    two.close()


def test_a_neighbour_of_a_hanging_input_is_read_meanwhile():
    two, done, meanwhile = children(2, HASTY), [], []

    def hang() -> None:
        with pytest.raises(Crashed):
            two.read(sleep, b"x", digest=mark(b"x"), url=URL)

    hanging = threading.Thread(target=hang)
    hanging.start()
    for number in range(20):
        done.append(two.read(stumble, b"y" * (number + 5), digest=mark(b"y" * (number + 5)), url=URL))
        meanwhile.append(hanging.is_alive())
    assert any(meanwhile)
    hanging.join()
    two.close()
    assert len(done) == 20


def test_a_child_is_replaced_before_it_grows_old():
    few = children(limits=Limits(jobs=3))
    assert len({few.read(pid, b"x", digest=mark(b"x"), url=URL) for _ in range(9)}) == 3
    few.close()
    grown = children(limits=Limits(grown=1))
    assert len({grown.read(pid, b"x", digest=mark(b"x"), url=URL) for _ in range(3)}) == 3
    grown.close()


def test_a_child_is_not_taken_for_as_large_as_its_parent():
    large = b"x" * (Limits().grown + 1)  # as a desk that has loaded its models
    one = children()
    assert len({one.read(pid, b"x", digest=mark(b"x"), url=URL) for _ in range(5)}) == 1
    one.close()
    assert len(large) > Limits().grown


def test_the_secrets_of_the_office_are_not_given_to_a_child(one, monkeypatch):
    monkeypatch.setenv("MONITOR_STORE", "postgresql://user:secret@db/x")
    assert one.read(secret, b"x", digest=mark(b"x"), url=URL) == ""


def sulk() -> None:
    raise ModelError("models/linear: altered; restore it")


def quit_at_once() -> None:
    os._exit(4)


@pytest.mark.parametrize(("begin", "told"), [(sulk, "^models/linear: altered"), (quit_at_once, "does not begin .ended with 4")])
def test_a_child_that_cannot_begin_is_no_fault_of_the_input(begin, told):
    broken = Children(1, begin=begin)
    with pytest.raises(MonitorError, match=told):
        broken.read(pid, b"x", digest=mark(b"x"), url=URL)
    assert broken.take_aside() == []


def test_many_inputs_at_once_are_tried_one_time_and_never_set_aside(one):
    assert isinstance(one.once(pid, b"x"), int)
    with pytest.raises(Ended, match="ended with 3"):
        one.once(leave, b"x")
    assert one.take_aside() == []


def test_a_child_ends_with_its_parent():
    code = (
        "import os, sys; from monitor.child import Children; from test_child import pid;"
        "print(Children(1).read(pid, b'x', digest='d', url='u'), flush=True); os._exit(0)"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": paths}
    )
    ends = time.monotonic() + 5
    while Path(f"/proc/{ran.stdout.strip()}/cmdline").is_file() and time.monotonic() < ends:
        if not Path(f"/proc/{ran.stdout.strip()}/cmdline").read_bytes():
            break  # ended, and waiting for somebody to be told
        time.sleep(0.05)
    else:
        assert time.monotonic() < ends


def unguarded(work: str) -> list[str]:
    """The command of a process that reads an input itself."""
    read = f"Children(0).read({work}, b'x', digest='d', url='u')"
    return [sys.executable, "-c", f"from monitor.child import Children; from test_child import {work}; {read}"]


def test_without_the_guard_the_same_input_ends_the_process():
    """The control: what the child keeps away from the run is real."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    assert subprocess.run(unguarded("die"), capture_output=True, check=False, env=env).returncode == -11
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(unguarded("spin"), timeout=3, check=False, env=env)
