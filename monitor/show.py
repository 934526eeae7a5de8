"""What a terminal sees: tables with words left and numbers right, and a progress line on stderr that a pipe never gets."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from monitor.desk import Ticker

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def out(text: str) -> None:
    """Write text to stdout, less whatever would control a terminal."""
    sys.stdout.write(_UNSAFE.sub("", text) + "\n")


def line(text: str) -> None:
    """Write one line of JSON to stdout, as it is."""
    sys.stdout.write(text + "\n")


def document(value: Any) -> None:
    """Write one JSON document to stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def told(text: str) -> None:
    """Say something beside the result, on stderr, in one line."""
    sys.stderr.write(_UNSAFE.sub("", " ".join(text.split())) + "\n")


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str = "") -> None:
    """Write a table to stdout; numbers stand right. Nothing found: its heading alone, and ``empty`` on stderr."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for at, column in enumerate(columns):
        number = bool(rows) and all(isinstance(row[at], int | float) or row[at] is None for row in rows)
        made.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(_UNSAFE.sub("", _cell(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False).print(made)
    if not rows and empty:
        told(empty)


@contextmanager
def progress() -> Iterator[Ticker]:
    """A line on stderr that says what each step has done so far; nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda step, what, count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tick(step: str, what: str, count: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=None)
            bar.update(tasks[what], completed=count)

        yield tick


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
