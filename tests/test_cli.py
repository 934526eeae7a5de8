"""The command line: results on stdout, everything else on stderr, one line for an error, and an example that works for every verb."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor import cli, runner
from monitor.cli import door
from monitor.clock import parse_moment
from monitor.demo.server import SampleServer

MONITOR = [sys.executable, "-c", "import sys; sys.argv[0] = 'monitor'; from monitor.cli import main; main()"]
VERBS = sorted(cli.main.commands)
LINES = [
    {
        "url": "https://bao.example/1",
        "outlet": "Báo Một",
        "title": "Vĩnh Long chi trả lương hưu sớm",
        "published": "2026-11-20T08:00",
    },
    {
        "url": "https://bao.example/2",
        "outlet": "Báo Hai",
        "title": "BHYT học sinh: hỗ trợ mua thẻ BHYT",
        "published": "2026-11-21T09:00",
    },
    {"url": "https://bao.example/3", "outlet": "Báo Hai", "title": "Đội bóng xóm Cầu thắng đậm", "published": "2026-11-21T10:00"},
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A settings file with a store of three articles."""
    folder = tmp_path_factory.mktemp("office")
    settings = folder / "monitor.yaml"
    source = "{id: bao/moi, url: 'https://bao.example/rss', outlet: Báo Một}"
    settings.write_text(f'store: {{url: "sqlite:///{folder}/m.db"}}\nsources: [{source}]\n', encoding="utf-8")
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES)
    (folder / "three.jsonl").write_text(lines, encoding="utf-8")
    result = CliRunner().invoke(cli.main, ["import", "--config", str(settings), str(folder / "three.jsonl")])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 bài mới" in result.stdout
    return settings


@pytest.fixture
def monitor(office):
    """A function that runs one command line in this process."""
    return lambda *words, **more: CliRunner().invoke(cli.main, [*words, "--config", str(office)], **more)


def child(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MONITOR, *words], capture_output=True, text=True, check=False, timeout=60, **more)


def is_one_line(text: str) -> bool:
    return text.startswith("monitor: ") and text.count("\n") == 1 and text.endswith("\n")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_one_line_of_help_and_an_example_that_parses(verb, tmp_path, monkeypatch):
    command = cli.main.commands[verb]
    assert command.help
    assert "\n" not in command.help
    assert command.help.endswith(".")
    program, name, *words = shlex.split(command.epilog.removeprefix("Example: ").split(" > ")[0])
    assert (program, name) == ("monitor", verb)
    monkeypatch.chdir(tmp_path)
    for file in (word for word in words if word.endswith(".jsonl")):
        Path(file).touch()
    command.make_context(verb, words, parent=cli.main.make_context("monitor", [verb, *words])).close()
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, f"{verb} {parameter.name}"


def test_the_verbs_are_those_of_the_contract():
    contract = (
        "demo run schedule backfill erase ask coverage digest evidence sources try tag import export status pipelines models "
    )
    contract += "why correct review check trends replies campaign hot alerts story events words searches"
    assert sorted(contract.split()) == VERBS


def test_help_names_every_verb_and_starts_no_room():
    code = "import sys; from monitor.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(*sorted(name for name in sys.modules if name.startswith('monitor.')), file=sys.stderr)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"  {verb} " in found.stdout for verb in VERBS)
    rooms = {name.split(".")[1] for name in found.stderr.split()}
    assert not rooms & {"store", "tag", "crawl", "report", "config", "query"}


@pytest.mark.parametrize(
    "words", [["ask"], ["coverage"], ["digest"], ["sources"], ["status"], ["pipelines"], ["models"], ["tag"], ["hot"], ["alerts"]]
)
def test_json_is_one_document_on_stdout(monitor, words):
    result = monitor(*words, "--json", input="Lương hưu tăng")
    assert result.exit_code == 0
    assert result.stderr == ""
    json.loads(result.stdout)


def test_ask_answers_as_the_contract_says(monitor):
    found = json.loads(monitor("ask", "BHYT", "--json").stdout)
    assert found["total"] == 1
    assert found["articles"][0]["url"] == "https://bao.example/2"
    assert found["articles"][0]["published"] == "2026-11-21T02:00:00+00:00"
    assert len(json.loads(monitor("ask", "--limit", "2", "--json").stdout)["articles"]) == 2


def test_an_officer_reads_headline_time_tone_topic_and_the_whole_address(monitor):
    result = monitor("ask", "--topic", "student_hi")
    assert result.stdout.splitlines()[0] == "• BHYT học sinh: hỗ trợ mua thẻ BHYT"
    assert "Báo Hai · 21/11/2026 09:00" in result.stdout
    assert "BHYT học sinh, sinh viên" in result.stdout
    assert "  https://bao.example/2\n" in result.stdout
    assert result.stderr == "1 trong 1 bài\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--topic", "bhyt HỌC SINH, sinh viên"],
        ["--outlet", "báo hai", "--topic", "student_hi"],
        ["--relevance", "core", "bao hiem"],
    ],
)
def test_a_label_may_be_named_as_people_name_it(monitor, words):
    assert monitor("ask", *words).exit_code == 0


@pytest.mark.parametrize("place", ["Vĩnh Long", "vinh long", "VĨNH LONG"])
def test_a_place_may_be_typed_without_marks(monitor, place):
    assert json.loads(monitor("ask", "--place", place, "--json").stdout)["total"] == 1


def test_nothing_found_is_no_error(monitor):
    result = monitor("ask", "sao Hỏa")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "không có bài nào\n")
    assert json.loads(monitor("ask", "sao Hỏa", "--json").stdout) == {
        "articles": [],
        "marks": [],
        "more": False,
        "total": 0,
    }


def test_status_tells_runs_as_records_and_as_words(monitor):
    (run,) = json.loads(monitor("status", "--json").stdout)["runs"][-1:]
    assert (run["recipe"], run["counts"]["tagged articles"]) == ("tag", 3)
    assert "3 bài đã gán nhãn" in monitor("status").stdout


def test_try_shows_what_an_address_would_give_or_says_why_not(monitor, tmp_path):
    with SampleServer() as server:
        server.at = parse_moment("2026-11-20T12:00")
        (tmp_path / "open.yaml").write_text("web: {allow: [127.0.0.1], delay: 0s}\n", encoding="utf-8")
        feed, page = (f"{server.root}/songhau/{end}" for end in ("feed", f"{server.out('songhau')[0]['slug']}.html"))
        found = [CliRunner().invoke(cli.main, ["try", url, "--config", str(tmp_path / "open.yaml")]) for url in (feed, page)]
    assert [one.exit_code for one in found] == [0, 0]
    assert "nguồn tin “Báo Sông Hậu”" in found[0].stdout
    assert found[0].stdout.count("\n• ") >= 10
    assert "ngày đăng: 20/11/2026 09:00" in found[1].stdout
    refused = monitor("try", "http://127.0.0.1:9/")
    assert refused.exit_code == 1
    assert "127.0.0.1" in refused.stderr


def test_coverage_reads_as_vietnamese_and_its_json_keeps_the_keys(monitor):
    days = ["--since", "20/11/2026", "--until", "2026-11-21"]
    text = monitor("coverage", *days).stdout.splitlines()
    assert text[0].split()[0] == "ngày"
    assert text[2].split()[:2] == ["T6", "20/11/2026"]
    rows = json.loads(monitor("coverage", "--by", "topic", *days, "--json").stdout)["rows"]
    assert "pension" in {row["key"] for row in rows}
    assert "Lương hưu và hưu trí xã hội" in monitor("coverage", "--by", "topic", *days).stdout


def test_a_digest_goes_to_a_file_and_only_its_name_is_said(monitor, tmp_path):
    page = tmp_path / "new" / "digest.html"
    result = monitor("digest", "--day", "2026-11-21", "--format", "html", "--out", str(page))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{page}: đã ghi\n")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_export_pipes_into_an_import(monitor, tmp_path):
    exported = monitor("export").stdout
    assert [json.loads(line)["url"] for line in exported.splitlines()] == [line["url"] for line in LINES]
    assert "0 bài mới" not in monitor("import", "-", input=exported).stdout


BAD = [
    (["digest", "--day", "2026-02-30"], "2026-02-30: not a day"),
    (["digest", "--day", "0001-01-01"], "0001-01-01: not a day"),
    (["coverage", "--until", "9999-12-31"], "9999-12-31: not a day"),
    (["ask", "--topic", "pensions"], "topic pensions: there is none of that name; did you mean pension?"),
    (["ask", "--sentiment", "negativ"], "did you mean negative?"),
    (["ask", "--place", "Vinh Lon"], "place Vinh Lon: there is none of that name"),
    (["ask", "--relevance", "all"], "relevance all: there is none of that name; known: core, mention, none"),
    (["ask", "--outlet", "Báo Mốt"], "did you mean Báo Một?"),
    (["ask", '"lương hưu'], '"lương hưu (column 1): a quote is opened and not closed; close it'),
    (["ask", "a" * 1_000_000], "a query may have 2,000 characters; this one has 1,000,000"),
    (["ask", "--since", "2026-11-10", "--until", "2026-11-01"], "the range runs backwards"),
    (["coverage", "--since", "2026-11-10", "--until", "2026-11-01"], "the range runs backwards"),
    (["export", "--since", "2026-11-10", "--until", "2026-11-01"], "the range runs backwards"),
    (["coverage", "--by", "weeks"], "did you mean week?"),
    (["digest", "--format", "pdf"], "pdf: no such report format; known: html, json, md, text"),
    (["digest", "--out", "/proc/none/x.html"], "/proc/none/x.html: cannot be written"),
    (["demo", "--out", "/proc/none"], "cannot be written"),
    (["run", "dayly"], "dayly: no such recipe; did you mean daily?"),
    (["run", "daily", "--at", "half past six"], "half past six: not a time"),
]


@pytest.mark.parametrize(("words", "told"), BAD, ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "")
def test_bad_input_is_one_line_on_stderr_and_exit_1(monitor, words, told):
    result = monitor(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert is_one_line(result.stderr)
    assert told in result.stderr
    assert len(result.stderr) < 400


@pytest.mark.parametrize(
    "words",
    [
        ["dance"],
        ["ask", "--limit", "0"],
        ["ask", "--colour", "red"],
        ["export", "--format", "xml"],
        ["import", "no.jsonl"],
        ["run"],
    ],
)
def test_wrong_usage_is_exit_2(words):
    result = CliRunner().invoke(cli.main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


@pytest.mark.parametrize("where", ["file", "folder", "proc", "scheme", "nothing"])
def test_a_store_that_is_none_is_told_in_one_line(where, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"no database, but long enough to have a header " * 100)
    addresses = {"file": f"sqlite:///{tmp_path}/file", "folder": f"sqlite:///{tmp_path}", "proc": "sqlite:////proc/none/x.db"}
    monkeypatch.setenv("MONITOR_STORE", addresses.get(where, {"scheme": "flower://x", "nothing": "x"}.get(where, "")))
    result = CliRunner().invoke(cli.main, ["ask"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert is_one_line(result.stderr)


def test_a_binary_file_is_read_or_told_and_breaks_nothing(monitor, tmp_path):
    file = tmp_path / "binary"
    file.write_bytes(bytes(range(256)) * 50)
    assert monitor("tag", str(file)).exit_code == 0
    result = monitor("import", str(file))
    assert result.exit_code == 1
    assert "holds no article" in result.stderr
    assert len(result.stderr.splitlines()) <= 22
    assert monitor("tag", "--jsonl", str(file)).exit_code == 1


def test_tag_gives_a_line_for_every_good_line_and_tells_the_bad_ones(monitor):
    lines = '{"id": "a", "title": "Lương hưu tăng"}\nrác\n{"id": {"b": "\\ud800"}, "text": "Bóng đá"}\n'
    result = monitor("tag", "--jsonl", "-", input=lines)
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["id"], first["relevance"]["label"], second["id"]) == ("a", "core", {"b": "\ud800"})
    assert {"label", "score", "evidence"} <= set(first["topics"][0])
    assert set(first) == {"id", "relevance", "topics", "sentiment", "voice", "places"}
    assert (result.exit_code, result.stderr.count("\n"), "line 2: not JSON" in result.stderr) == (1, 1, True)


@pytest.mark.parametrize("before", [True, False])
def test_config_is_taken_before_and_after_the_verb(office, before):
    words = ["--config", str(office), "ask"] if before else ["ask", "--config", str(office)]
    assert "3 trong 3 bài" in CliRunner().invoke(cli.main, words).stderr


def test_a_settings_file_that_is_none_is_told(tmp_path):
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    for file in ("none.yaml", "binary.yaml"):
        result = CliRunner().invoke(cli.main, ["--config", str(tmp_path / file), "status"])
        assert result.exit_code == 1
        assert is_one_line(result.stderr)


def test_a_log_that_cannot_be_written_is_told(office):
    found = child("status", "--config", str(office), env={**os.environ, "MONITOR_LOG": "/proc/none/log"})
    assert found.returncode == 1
    assert is_one_line(found.stderr)


@pytest.mark.parametrize("place", ["before", "after", "none"])
def test_only_debug_shows_a_traceback(office, place):
    words = ["ask", "--topic", "none", "--config", str(office)]
    found = child(*{"before": ["--debug", *words], "after": [*words, "--debug"], "none": words}[place])
    assert found.returncode == 1
    assert ("Traceback" in found.stderr) == (place != "none")


def test_a_fault_of_ours_is_one_line_too(monitor, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(runner, "run", broken)
    result = monitor("run", "tag")
    assert result.exit_code == 1
    assert is_one_line(result.stderr)
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert "--debug" in result.stderr


def test_an_interrupt_is_said_and_is_exit_130(monitor, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", interrupted)
    result = monitor("run", "tag")
    assert result.exit_code == 130
    assert "interrupted" in result.stderr


def test_a_real_interrupt_ends_the_schedule_without_a_traceback(tmp_path):
    (tmp_path / "monitor.yaml").write_text('schedule: [{recipe: tag, at: "06:30"}]\nsources: []\n', encoding="utf-8")
    running = subprocess.Popen([*MONITOR, "schedule"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not (tmp_path / "data" / "monitor.db").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert "Traceback" not in told
    assert running.returncode in (0, 130)


def test_a_pipe_that_is_closed_early_is_no_error(office):
    for words in (["export"], ["status"]):
        read, write = os.pipe()
        os.close(read)
        found = subprocess.run(
            [*MONITOR, *words, "--config", office], stdout=write, stderr=subprocess.PIPE, text=True, check=False
        )
        with suppress(OSError):
            os.close(write)
        assert "Traceback" not in found.stderr
        assert "Error" not in found.stderr
        assert found.returncode == 0


def test_output_is_utf_8_whatever_the_machine_says(office):
    found = child("ask", "BHYT", "--config", str(office), env={**os.environ, "PYTHONIOENCODING": "latin-1", "LC_ALL": "C"})
    assert found.returncode == 0
    assert "BHYT học sinh" in found.stdout


def test_a_terminal_is_given_no_control_characters(monitor):
    line = {
        "url": "https://bao.example/esc",
        "outlet": "x\x1b]0;y\x07",
        "title": "Lương hưu \x1b[31mđỏ\x9b",
        "published": "2026-01-01",
    }
    assert monitor("import", "-", input=json.dumps(line)).exit_code == 0
    found = monitor("ask", "--until", "2026-01-02").stdout
    assert "Lương hưu" in found
    assert not {"\x1b", "\x07", "\x9b"} & set(found)


def test_every_verb_is_a_verb():
    assert all(isinstance(command, door.Verb) for command in cli.main.commands.values())
