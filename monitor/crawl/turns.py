"""Turns by host that all processes of an office share: a file of slots, one a host by hash, each locked while its host is asked.

Why a file and not a table: a turn is taken at every request, and a row written as safely as articles are would cost more than the
request. The kernel gives a dead process's locks back. Locks are by open file, not by process: those of processes see a deadlock where
two of them wait for different hosts. Two hosts in one slot (one pair in a hundred among 1,000 hosts) take turns with each other.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

log = logging.getLogger(__name__)

SLOTS = 65_536
_SLOT = struct.Struct("<dd")  # free at, closed until: seconds of the clock
_LOCK = struct.Struct("hhqqi")  # struct flock, as Linux lays it out


def slot_of(host: str) -> int:
    """The slot of a host."""
    return crc32(host.encode("utf-8", "replace")) % SLOTS


class Turns:
    """What is known of every host: from when on it may be asked, and until when it has asked to be left alone.

    With a ``path`` it is known to every process that has the same; where that cannot be used, to this one alone, and it is logged.
    Threads of one process must not hold one slot at once: they are one owner to the kernel.
    """

    def __init__(self, path: str = ""):
        self._path, self._file = path, None  # type: str, int | None
        self._own: dict[int, tuple[float, float]] = {}

    @contextmanager
    def held(self, slot: int) -> Iterator[None]:
        """Keep a slot from every other process for as long as the block runs."""
        file = self._opened()
        if file is None:
            yield
            return
        self._lock(file, slot, fcntl.F_WRLCK)
        try:
            yield
        finally:
            self._lock(file, slot, fcntl.F_UNLCK)

    def read(self, slot: int) -> tuple[float, float]:
        """From when on the slot's host may be asked, and until when not at all: moments of ``time.time()``, 0 for none."""
        file = self._opened()
        if file is None:
            return self._own.get(slot, (0.0, 0.0))
        found = os.pread(file, _SLOT.size, slot * _SLOT.size)
        return _SLOT.unpack(found) if len(found) == _SLOT.size else (0.0, 0.0)

    def write(self, slot: int, free_at: float, closed: float) -> None:
        """Say so."""
        file = self._opened()
        if file is None:
            self._own[slot] = (free_at, closed)
        else:
            with contextlib.suppress(OSError):  # a full disk: the pause is kept by whoever reads an older moment
                os.pwrite(file, _SLOT.pack(free_at, closed), slot * _SLOT.size)

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _opened(self) -> int | None:
        if self._file is None and self._path:
            try:
                if not hasattr(fcntl, "F_OFD_SETLKW"):
                    raise OSError("locks of this kind are not known here")
                Path(self._path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._lock(self._file, SLOTS, fcntl.F_WRLCK)
                self._lock(self._file, SLOTS, fcntl.F_UNLCK)
            except OSError as error:
                log.warning("%s: turns are not shared with other processes (%s)", self._path, error)
                self._path = ""
                self.close()
        return self._file

    def _lock(self, file: int, slot: int, kind: int) -> None:
        fcntl.fcntl(file, fcntl.F_OFD_SETLKW, _LOCK.pack(kind, os.SEEK_SET, slot * _SLOT.size, _SLOT.size, 0))
