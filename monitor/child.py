"""What comes from outside, parsed, cleaned and tagged in a child process that can be killed.

A parser may loop, eat memory or crash on what somebody sends; in a thread that would be the end of the run. Here it is the end of a
child: the kernel holds it to seconds of processor and bytes of memory, we hold it to seconds on the clock, and the next input gets
a new one. An input that ends two children is set aside: told, kept, and tried again by the next version of monitor.

Why a program of its own over a socket and not `multiprocessing`: nothing of the parent (threads, locks, the office's own main
module, secrets in its environment) gets into the child, and a socket has a deadline for both directions.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from queue import LifoQueue
from typing import Any, TypeVar

from monitor.errors import Crashed, MonitorError, ParseError
from monitor.figures import SetAside
from monitor.records import record
from monitor.text import clean_line

G = TypeVar("G")
T = TypeVar("T")
TRIES = 2
START = 60.0  # seconds until a child must have begun; 0.3 on a quiet machine
ANSWER = 64 << 20  # bytes that a child may answer: 2,000 items at their limits have 12 million
_LENGTH = struct.Struct("!Q")
_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ")  # of the environment: nothing that may hold a secret


@record
class Limits:
    """What one input may cost: seconds of processor, seconds on the clock, bytes of address space.

    A child is replaced after ``jobs`` inputs, or when it has ever held ``grown`` bytes.
    """

    cpu: int = 5
    wall: float = 10.0
    memory: int = 1 << 30
    jobs: int = 500
    grown: int = 400 << 20


def ready() -> None:
    """Nothing: what a child does before its first input where nothing else was said."""


class Children:
    """Children that work on inputs, ``count`` at most at once, for any number of threads; with none the caller's own process does.

    ``begin`` is what each does once before its first input, as loading models: a function of a module, or a partial of one; what it
    takes is no cost of an input, and a MonitorError of it is raised by `read`.
    """

    def __init__(self, count: int, *, limits: Limits | None = None, begin: Callable[[], object] = ready):
        self._count, self._limits, self._start = count, limits or Limits(), pickle.dumps(begin, pickle.HIGHEST_PROTOCOL)
        self._aside: set[str] = set()
        self._guard, self._fresh = threading.Lock(), []  # type: threading.Lock, list[SetAside]
        self._idle: LifoQueue[_Child | None] = LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def read(self, work: Callable[[G], T], given: G, *, digest: str, url: str, source: str = "") -> T:
        """What ``work`` makes of an input; it must be a function of a module, or a partial of one. ``digest`` is the input's hash.

        A ParseError of ``work`` is raised as it is; Crashed where it did not end, or ended in any other way, two times.
        """
        if not self._count:
            return work(given)
        if digest in self._aside:
            raise Crashed(
                f"{url}: set aside, since it crashed the reader before; it is read again by the next version of monitor"
            )
        request, reason = pickle.dumps((work, given), pickle.HIGHEST_PROTOCOL), ""
        for tried in range(TRIES):
            try:
                return self._once(request, fresh=tried > 0)
            except Ended as error:
                reason = clean_line(str(error), 200)
        with self._guard:
            self._aside.add(digest)
            self._fresh.append(SetAside(digest=digest, url=url, source=source, reason=reason))
        raise Crashed(f"{url}: set aside, since it crashed the reader {TRIES} times ({reason}); report it with the address")

    def once(self, work: Callable[[G], T], given: G) -> T:
        """What ``work`` makes of an input, tried one time and never set aside: for many inputs at once. Raises Ended where it fails."""
        found: T = self._once(pickle.dumps((work, given), pickle.HIGHEST_PROTOCOL), fresh=False)
        return found

    def take_aside(self) -> list[SetAside]:
        """What was set aside since the last time."""
        with self._guard:
            taken, self._fresh = self._fresh, []
        return taken

    def put_aside(self, digests: Iterable[str]) -> None:
        """Do not try these inputs, by their hash."""
        with self._guard:
            self._aside.update(digests)

    def close(self) -> None:
        """End the children that are idle; one at work ends with its input."""
        for child in [self._idle.get() for _ in range(self._idle.qsize())]:
            if child:
                child.end()
            self._idle.put(None)

    def _once(self, request: bytes, *, fresh: bool) -> Any:
        child = self._idle.get()
        try:
            if child and fresh:
                child.end()
            if child is None or fresh:
                child = None  # nothing to end where the next line fails
                child = _Child(self._limits, self._start)
            found = child.ask(request)
        except BaseException:
            if child:
                child.end()
            self._idle.put(None)
            raise
        if child.tired:
            child.end()
        self._idle.put(None if child.tired else child)
        if isinstance(found, ParseError):
            raise found
        return found


class Ended(Exception):
    """A child did not answer as it should."""


class _Child:
    """One child process and the socket to it."""

    def __init__(self, limits: Limits, start: bytes):
        self._limits, self._start, self._jobs, self._begun, self.tired = limits, start, 0, False, False
        self._socket, theirs = socket.socketpair()
        held = f"cpu={limits.cpu}, wall={limits.wall}, memory={limits.memory}"
        code = f"from monitor.child import serve; serve({theirs.fileno()}, {held})"
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", code], pass_fds=[theirs.fileno()], start_new_session=True,
                    env={**kept, "PYTHONPATH": paths}, **quiet,  # type: ignore[call-overload]
                )  # fmt: skip
            except OSError as error:
                self._socket.close()
                why = f"a process that reads what came cannot be started ({error.strerror})"
                raise MonitorError(f"{why}; see to memory and the limit of processes") from error

    def ask(self, request: bytes) -> Any:
        """The answer: what was made of the input, or the ParseError it met. Raises Ended for everything else."""
        self._begin()
        ends = time.monotonic() + self._limits.wall
        try:
            self._socket.settimeout(self._limits.wall)
            self._send(request)
            answer = pickle.loads(_received(self._socket, ends, most=ANSWER))
        except TimeoutError as error:
            raise Ended(f"no end after {self._limits.wall:g} s") from error
        except (OSError, EOFError) as error:
            raise Ended(self._why()) from error
        kind, found, held = answer
        self._jobs += 1
        self.tired = self._jobs >= self._limits.jobs or held > self._limits.grown
        if kind == "broke":
            raise Ended(found)
        return found

    def _begin(self) -> None:
        """Wait until it has begun: what a busy machine takes for that is no cost of an input. Raises MonitorError."""
        if self._begun:
            return
        try:
            self._socket.settimeout(START)
            self._send(self._start)
            error = pickle.loads(_received(self._socket, time.monotonic() + START, most=ANSWER))
        except (OSError, EOFError) as broken:
            why = f"a process that reads what came does not begin ({self._why()})"
            raise MonitorError(f"{why}; see to memory and limits") from broken
        if error:
            raise error
        self._begun = True

    def _send(self, message: bytes) -> None:
        for part in (_LENGTH.pack(len(message)), message):  # joined they would be a copy of up to 10 MiB
            self._socket.sendall(part)

    def end(self) -> None:
        """Kill it, and leave nothing of it behind."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _why(self) -> str:
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "its answer broke off"
        if code == -signal.SIGXCPU:
            return f"more than {self._limits.cpu} s of processor"
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


def _received(where: socket.socket, ends: float | None, *, most: int) -> bytes:
    """One message. Raises EOFError where it breaks off or is too long, TimeoutError at the deadline."""
    found, wanted = bytearray(), _LENGTH.size
    sized = False
    while len(found) < wanted or not sized:
        if len(found) == wanted:
            wanted, sized, found = _LENGTH.unpack(found)[0], True, bytearray()
            if wanted > most:
                raise EOFError
            continue
        if ends is not None:
            where.settimeout(max(ends - time.monotonic(), 0.001))
        part = where.recv(min(wanted - len(found), 1 << 20))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def serve(number: int, *, cpu: int, wall: float, memory: int) -> None:  # pragma: no cover - runs in the child
    """Nothing: read inputs from the socket of that number and answer, until the other end closes. The child's own program.

    It holds itself to its limits by the kernel, so that it ends even where nobody is left to kill it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with socket.socket(fileno=number) as where:
        signal.setitimer(signal.ITIMER_REAL, START)
        said = pickle.dumps(_begun(_received(where, None, most=1 << 62)))
        where.sendall(_LENGTH.pack(len(said)) + said)
        while True:
            signal.setitimer(signal.ITIMER_REAL, 0)
            try:
                request = _received(where, None, most=1 << 62)
            except (EOFError, OSError):
                os._exit(0)
            used = time.process_time()
            resource.setrlimit(resource.RLIMIT_CPU, (int(used) + cpu + 1, resource.RLIM_INFINITY))
            signal.setitimer(signal.ITIMER_REAL, wall + 1)
            answer = pickle.dumps((*_answer(request), _held()))
            where.sendall(_LENGTH.pack(len(answer)) + answer)


def _held() -> int:  # pragma: no cover - runs in the child
    """The most bytes of memory that this program has held. Why not ru_maxrss: on Linux it begins with what the parent held."""
    try:
        with open("/proc/self/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _begun(start: bytes) -> MonitorError | None:  # pragma: no cover - runs in the child
    try:
        pickle.loads(start)()
    except MonitorError as error:
        return error
    except BaseException as error:  # whatever it is, the parent tells it
        return MonitorError(f"a process that reads what came cannot begin: {type(error).__name__}: {str(error)[:200]}")
    return None


def _answer(request: bytes) -> tuple[str, Any]:  # pragma: no cover - runs in the child
    try:
        work, given = pickle.loads(request)
        return "read", work(given)
    except ParseError as error:
        return "read", error
    except BaseException as error:  # whatever it is, the parent tells it: an input that does this twice is set aside
        return "broke", f"{type(error).__name__}: {str(error)[:200]}"
