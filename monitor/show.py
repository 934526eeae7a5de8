"""What a terminal sees: tables with words left and numbers right, and a progress line on stderr that a pipe never gets."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from monitor.desk import Ticker
from monitor.report.formats import decimal

WIDE = 10_000  # columns of a pipe: nothing is folded there, so that a line of a table stays a line
DONE = {  # what steps tally, as officers read it
    "sources visited": "nguồn đã đọc",
    "addresses found": "địa chỉ tìm thấy",
    "feeds tried": "nguồn đã thử",
    "new articles": "bài mới",
    "changed articles": "bài đổi nội dung",
    "tagged articles": "bài đã gán nhãn",
    "about social security": "bài về BHXH, BHYT, BHTN",
    "digest files": "tệp điểm báo",
    "pages looked at again": "trang đã xem lại",
    "days gone back": "ngày đã lần lại",
    "comments read": "bình luận đã đọc",
    "new comments": "bình luận mới",
    "changed comments": "bình luận đổi nội dung",
    "texts forgotten": "bài hết hạn đã bỏ lời",
    "inputs set aside": "nội dung bị cách ly",
    "pages written": "trang đã ghi",
    "days of evidence forgotten": "ngày bằng chứng hết hạn đã bỏ",
    "new alerts": "cảnh báo mới",
    "graver alerts": "cảnh báo nóng thêm",
    "lines": "dòng",
}
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def out(text: str) -> None:
    """Write text to stdout, less whatever would control a terminal."""
    sys.stdout.write(_UNSAFE.sub("", text) + "\n")


def lit(text: str) -> None:
    """Write text to stdout; what stands between \\x02 and \\x03 is in colour on a terminal, else between two asterisks."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    signs = {"\x02": "\x1b[1;33m", "\x03": "\x1b[0m"} if colour else {"\x02": "**", "\x03": "**"}
    sys.stdout.write(_UNSAFE.sub(lambda found: signs.get(found[0], ""), text) + "\n")


def line(text: str) -> None:
    """Write one line of JSON to stdout, as it is."""
    sys.stdout.write(text + "\n")


def document(value: Any) -> None:
    """Write one JSON document to stdout, times as ISO 8601."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=_plain)
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
        number = bool(rows) and all(_is_number(row[at]) for row in rows)
        made.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(_UNSAFE.sub("", _cell(cell))) for cell in row))
    width = None if sys.stdout.isatty() else WIDE
    Console(width=width, highlight=False, markup=False, emoji=False).print(made)
    if not rows and empty:
        told(empty)


@contextmanager
def progress() -> Iterator[Ticker]:
    """A line on stderr for all that is done so far, with its share where it is known how much there is to do; nothing where stderr
    is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda step, what, count, *, of=0: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    done = TextColumn("{task.completed:,.0f}")
    parts = (TextColumn("{task.description}"), BarColumn(), done, TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tick(step: str, what: str, count: int, *, of: int = 0) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(DONE.get(what, what), total=None)
            bar.update(tasks[what], completed=count, total=of or None)

        yield tick


def counts(found: Mapping[str, int], *, nothing: str = "không có gì mới") -> str:
    """What was done, as a phrase: "3 bài mới, 3 bài đã gán nhãn"."""
    return ", ".join(f"{decimal(count, 0)} {DONE.get(what, what)}" for what, count in found.items() if count) or nothing


def number(value: float | None) -> str:
    """A number as Vietnamese write it: 1.234 or 0,5; "–" where it is not known."""
    return "–" if value is None else decimal(value, 0 if isinstance(value, int) else 1)


def share(value: float | None) -> str:
    """A share 0..1 in per cent, "–" where it is not known."""
    return "–" if value is None else f"{value:.0%}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float) or bool(re.fullmatch(r"–|[≈+−]?[\d.,]+( ?%)?", str(value)))


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return decimal(value, 2 if isinstance(value, float) else 0)
    return str(value)
