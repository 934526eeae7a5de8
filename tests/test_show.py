"""What a terminal sees: how far the work is, in Vietnamese, and nothing in a pipe."""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path

import pytest

from monitor import show

HOUSE = Path(show.__file__).parent


class Terminal(io.StringIO):
    """A terminal as Python sees one."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *ticks: tuple[str, str, int, int]) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", "120")
    with show.progress() as tick:
        for one in ticks:
            tick(*one[:3], of=one[3])
    return stream.getvalue()


def test_work_whose_end_is_known_shows_its_share_and_other_work_its_count(monkeypatch):
    found = shown(monkeypatch, Terminal(), ("dated_only", "days gone back", 15, 60), ("keep", "new articles", 1234, 0))
    assert "ngày đã lần lại" in found
    assert "25%" in found
    assert "bài mới" in found
    assert "1,234" in found


def test_a_pipe_sees_no_progress(monkeypatch):
    assert shown(monkeypatch, io.StringIO(), ("keep", "new articles", 1, 0)) == ""


def test_whatever_a_step_counts_has_a_name_that_officers_read():
    counted = {
        word.value.value
        for path in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Tally"
        for word in node.keywords
        if word.arg == "what" and isinstance(word.value, ast.Constant)
    }
    assert len(counted) > 10
    assert counted <= show.DONE.keys()
