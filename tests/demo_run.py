"""The demo, run once in a process for all tests that look at its store."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

MONITOR = [sys.executable, "-c", "import sys; sys.argv[0] = 'monitor'; from monitor.cli import main; main()"]


class Ran(NamedTuple):
    """The folder that a demo was run in (its store is in ``demo`` there), what it printed, and the seconds of CPU that it took.

    CPU and not the clock on the wall: others may be busy on the machine.
    """

    folder: Path
    printed: str
    seconds: float


@cache
def demo() -> Ran:
    """The demo as somebody runs it who has an office of his own."""
    folder = Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    office = {**os.environ, "MONITOR_STORE": f"sqlite:///{folder}/office.db"}
    ran = subprocess.run([*MONITOR, "demo", "--out", "demo"], cwd=folder, capture_output=True, text=True, env=office, check=False)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (ran.returncode, ran.stderr) == (0, "")
    return Ran(folder, ran.stdout, ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime)
