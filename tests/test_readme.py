"""What the documents tell people to type works: every `monitor …` line of a code block parses, and those on the demo's store run."""

import re
import shlex
from pathlib import Path

import demo_run
import pytest
from click.testing import CliRunner

from monitor import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^[ >]*```(\w*)[^\n]*\n(.*?)^[ >]*```", re.M | re.S)
_SHELL = ("", "sh", "bash", "console", "shell")
_HOLE = re.compile(r"<[^<>]+>|…|\.\.\.|\[[^\]]*\]")  # "<day>", "[--since D]": a pattern for people, not a command
DEMO = "--config demo/monitor.yaml"


def commands(text: str) -> list[list[str]]:
    """The words of every `monitor …` command in the code blocks of a document, without comments, pipes and variables."""
    found = []
    for language, block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines() if language in _SHELL else ():
            bare = re.sub(r"\s#.*$", "", line.strip().removeprefix("$ "))
            bare = re.sub(r"^(?:[A-Z_]+=\S+\s+)*(?:\S*/)?monitor(?=\s|$)", "monitor", bare)
            if bare.startswith("monitor ") and not _HOLE.search(bare):
                found.append(shlex.split(re.split(r"\s(?:\||>|&&|2>|<)\s?", bare)[0])[1:])
    return found


FOUND = [
    pytest.param(words, id=f"{path.name} {' '.join(words)}")
    for path in DOCUMENTS
    if path.is_file()
    for words in commands(path.read_text(encoding="utf-8"))
]


def parse(words: list[str]) -> None:
    """Nothing where the words are a command of the product; raises click's errors where they are not."""
    context = cli.main.make_context("monitor", list(words))
    verb, command, rest = cli.main.resolve_command(context, [*context._protected_args, *context.args])
    assert command is not None
    command.make_context(verb, rest, parent=context).close()


def test_commands_are_found_in_code_blocks_alone():
    text = 'monitor no\n```\nmonitor ask "a b" | head   # why\n$ MONITOR_LOG=info .venv/bin/monitor status\nmonitor <verb>\nls\n```\n'
    assert commands(text) == [["ask", "a b"], ["status"]]
    assert commands("```python\nmonitor x\n```\n") == []


def test_the_readme_has_commands():
    assert len([one for one in FOUND if one.id.startswith("README.md")]) >= 5


@pytest.mark.parametrize("words", FOUND)
def test_every_command_of_the_documents_parses(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for word in words:
        if re.fullmatch(r"[\w.-]+\.(?:jsonl|txt|csv)", word):
            Path(word).touch()
    if words not in (["--help"], ["--version"]):
        parse(words)


@pytest.mark.parametrize(
    "words", [one for one in FOUND if " ".join(one.values[0]).startswith(DEMO) and "sources --check" not in one.id]
)
def test_every_command_on_the_store_of_the_demo_runs_and_finds_something(words, monkeypatch):
    monkeypatch.chdir(demo_run.demo().folder)
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() or "--out" in words
