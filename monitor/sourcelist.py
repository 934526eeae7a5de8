"""The office's own list of sources: entries for its settings file, added to it without touching the rest.

Why text and not YAML out: a settings file is written by people, with comments and an order of their own that no dump keeps. What is
written is read again before it takes the file's place.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monitor.config import read_yaml, source_of
from monitor.errors import ConfigError
from monitor.records import Source

KEY = "more_sources"
_KEY_LINE = re.compile(rf"^{KEY}:[ \t]*([^#\r\n]*?)[ \t]*(#[^\r\n]*)?\r?$", re.M)
_ITEM = re.compile(r"^([ \t]*)- ")


def entry_of(source: Source) -> dict[str, Any]:
    """A source as it is written in the settings; what is as it would be anyway is left out."""
    stated: dict[str, Any] = {"id": source.id, "kind": source.kind, "url": source.url, "outlet": source.outlet}
    stated |= {name: value for name, value in (("group", source.group), ("place", source.place)) if value}
    stated |= {"class": source.category} if source.category != "national" else {}
    return stated | ({"options": dict(source.options)} if source.options else {})


def as_line(entry: dict[str, Any], indent: str = "  ") -> str:
    """An entry as one line of YAML; texts are written as JSON writes them, which YAML reads the same."""
    pairs = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items())
    return f"{indent}- {{{', '.join(pairs)}}}"


def append(file: Path, sources: Sequence[Source]) -> None:
    """Write the sources under more_sources of a settings file, which is made where there is none.

    Raises ConfigError, and leaves the file as it is, where its list is not written an entry a line.
    """
    entries = [entry_of(source) for source in sources]
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            before = opened.read()
    except FileNotFoundError:
        before = ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read; check --config or MONITOR_CONFIG") from error
    standing = (read_yaml(file) or {}) if before else {}
    wanted = {**standing, KEY: [*(standing.get(KEY) or []), *entries]}
    made = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        made.write_text(_with(before, entries, file), encoding="utf-8", newline="")
        if read_yaml(made) != wanted:
            raise ConfigError(f"{file}: {KEY} is written in a way that cannot be added to; {_by_hand(entries)}")
        for number, entry in enumerate(entries, 1):
            source_of(entry, f"{file}: {KEY}: new entry {number}")
        if before:
            os.chmod(made, file.stat().st_mode & 0o7777)
        os.replace(made, file)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror}); {_by_hand(entries)}") from error
    finally:
        made.unlink(missing_ok=True)


def _with(text: str, entries: Sequence[dict[str, Any]], file: Path) -> str:
    """The text of a settings file with more entries."""
    end = "\r\n" if "\r\n" in text else "\n"
    found = _KEY_LINE.search(text)
    if found is None:
        head = text if not text or text.endswith("\n") else text + end
        return head + f"{KEY}:{end}" + "".join(as_line(entry) + end for entry in entries)
    if found[1] not in ("", "[]"):
        raise ConfigError(f"{file}: {KEY} is not written an entry a line; {_by_hand(entries)}")
    head = text[: found.start()] + re.sub(r"[ \t]*\[\]", "", found[0].rstrip("\r")) + end
    lines = text[found.end() :].removeprefix("\n").splitlines(keepends=True)
    last = _last(lines)
    indent = next((item[1] for line in lines[:last] if (item := _ITEM.match(line))), "  ")
    own = [line if line.endswith("\n") else line + end for line in lines[:last]]
    return head + "".join(own) + "".join(as_line(entry, indent) + end for entry in entries) + "".join(lines[last:])


def _last(lines: Sequence[str]) -> int:
    """How many of the lines after the key are its list: up to the last one that is indented, or begins with a dash."""
    last = 0
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            if not line.startswith((" ", "\t", "-")):
                break
            last = number
    return last


def _by_hand(entries: Sequence[dict[str, Any]]) -> str:
    return "write it there by hand: " + " ".join(as_line(entry, "") for entry in entries)
