"""What an officer types after `monitor ask`, `words` and `searches`, and what comes back: articles, or one line."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from makers import NOON, article, keep

from monitor.cli import main
from monitor.store import Store

CONFIG = {"searches": {"nợ đọng": "nợ", unicodedata.normalize("NFD", "lương hưu"): "lương hưu"}}


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk with three articles."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    with Store.open(url) as store:
        keep(store, article(1, title="Nợ lương hưu", published=NOON, outlet="Báo Sông Hậu"), topic="pension")
        keep(store, article(2, title="Hưu sớm, lương thấp", published=NOON, kind="post"))
        keep(store, article(3, title="Mưa", published=NOON))
    (tmp_path / "monitor.yaml").write_text(json.dumps(CONFIG, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setenv("MONITOR_STORE", url)
    monkeypatch.chdir(tmp_path)


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def found(*words: str) -> list[str]:
    return sorted(one["title"] for one in json.loads(typed("ask", "--json", *words).stdout)["articles"])


def test_a_question_may_be_typed_with_quotes_around_it_or_without():
    assert found("lương", "hưu") == found("lương hưu") == ["Hưu sớm, lương thấp", "Nợ lương hưu"]
    assert found("nợ", "OR", "mưa") == ["Mưa", "Nợ lương hưu"]
    assert len(found()) == 3
    assert "2 tin so với 1 tin khác" in typed("words", "lương", "hưu").stderr


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (("--kind", "post"), ["Hưu sớm, lương thấp"]),
        (("--outlet", "bao song hau"), ["Nợ lương hưu"]),
        (("--topic", unicodedata.normalize("NFD", "Lương hưu và hưu trí xã hội")), ["Nợ lương hưu"]),
        (("--saved", unicodedata.normalize("NFD", "nợ đọng")), ["Nợ lương hưu"]),
        (("--saved", "lương hưu"), ["Hưu sớm, lương thấp", "Nợ lương hưu"]),
        (("--since", "2026-11-21"), []),
        (("\x1b[31mmưa",), []),
    ],
)
def test_options_narrow_whatever_form_of_letters_a_name_is_typed_in(words, titles):
    assert found(*words) == titles


def test_where_nothing_is_found_it_is_said_what_would_be_without_marks():
    assert typed("ask", "lượng", "hữu").stderr == "không có bài nào; gõ không dấu thì có 2 bài\n"
    assert typed("ask", "nỡ", "--topic", "pension").stderr == "không có bài nào; gõ không dấu thì có 1 bài\n"
    assert typed("ask", "nắng").stderr == "không có bài nào\n"


@pytest.mark.parametrize(
    "words",
    [
        ('"',), ("x:y",), ("nợ", "--topic", ""), ("a" * 10_000,), ("nợ", "--outlet", "\udcff\x1b\n"), ("nợ", "--place", "\x00Z"),
        ("--saved", "\x1b"), ("nợ", "--kind", "thơ"), ("nợ", "--since", "31/02/2026"), ("--law", "\udcff"), ("--ranked",),
        ("--since", "2026-11-20", "--until", "2026-11-01"), ("date:31/02/2026",), ("topic:(pension",), ("nợ near/100000 hưu",),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", [("ask",), ("ask", "--json"), ("words",)])
def test_what_cannot_be_asked_is_one_line_on_stderr_and_nothing_on_stdout(verb, words):
    told = typed(*verb, *words)
    if verb == ("words",) and "--ranked" in words:
        assert (told.exit_code, told.stdout) == (2, "")  # of ask alone
        return
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith("monitor: ")
    assert told.stderr[:-1].isprintable()
    assert len(told.stderr) < 500
