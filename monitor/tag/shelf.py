"""Which models there are, which are in use, and which were before: the shelf that `monitor models` shows.

``in_use.json`` in the office's folder of models names the models in use, task by task, the last one chosen last. Without an entry
the newest model of a task serves. What was chosen is written whole and renamed, so that no half file ever stands there.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

from monitor.config import Config, shipped
from monitor.errors import ModelError, UsageError
from monitor.registry import nearest

TASKS = ("linear", "encoder", "marks")
NOTE = "in_use.json"
KEPT = 20  # choices that can be gone back on
_BAD = "not what `monitor models use` writes; remove it, or mend it"


def found(config: Config) -> list[Path]:
    """Every model folder, in order of name; an office's own shadows ours of the same name."""
    by_name: dict[str, Path] = {}
    for models in (shipped("models"), config.path("models")):
        by_name |= {path.parent.name: path.parent for path in models.glob("*-*/manifest.json")}
    return [by_name[name] for name in sorted(by_name) if not name.startswith(".")]


def newest(config: Config, task: str) -> Path:
    """The folder of the newest model of a task, by the numbers in its name. Raises ModelError where there is none."""
    ours = [path for path in found(config) if path.name.startswith(f"{task}-")]
    if not ours:
        raise ModelError(f"{config.path('models')}: holds no model {task}-*; run `monitor run train`, or restore models/")
    return max(ours, key=lambda path: _calendar(path.name))


def chosen(config: Config, task: str) -> Path:
    """The folder of the model of a task that is in use: the last one chosen, else the newest.

    Raises ModelError where there is none, or where the chosen one is gone.
    """
    said = _said(config).get(task)
    if not said:
        return newest(config, task)
    for path in found(config):
        if path.name == said[-1]:
            return path
    raise ModelError(f"{said[-1]}: in use, and not there; restore its folder, or say `monitor models rollback`")


def in_use(config: Config) -> tuple[str, ...]:
    """The names of the models that the tagger loads; none where there are none."""
    there = {path.name.partition("-")[0] for path in found(config)}
    return tuple(chosen(config, task).name for task in TASKS if task in there)


def use(config: Config, name: str) -> None:
    """Nothing; from now on the model of that name serves its task. Raises UsageError where there is none of that name."""
    names = [path.name for path in found(config)]
    task = name.partition("-")[0]
    if name not in names or task not in TASKS:
        raise UsageError(f"{name}: no such model{nearest(name, names)}")
    said = _said(config)
    standing = said.get(task) or [newest(config, task).name]
    said[task] = [*(one for one in standing if one != name), name][-KEPT:]
    _write(config, said)


def rollback(config: Config, task: str) -> tuple[str, str]:
    """The model that was in use and the one before it, which now is again. Raises UsageError where there was none before."""
    said = _said(config)
    names = {path.name for path in found(config)}
    if len(said.get(task, [])) < 2:
        raise UsageError(f"{task}: there is no earlier model to go back to; see `monitor models`")
    left = said[task].pop()
    said[task] = [name for name in said[task] if name in names]
    if not said[task]:
        raise UsageError(f"{task}: the models before {left} are gone; restore one, or say `monitor models use NAME`")
    _write(config, said)
    return left, said[task][-1]


def _said(config: Config) -> dict[str, list[str]]:
    path = config.path("models") / NOTE
    if not path.exists():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {str(task): [str(name) for name in names] for task, names in said.items() if isinstance(names, list)}
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise ModelError(f"{path}: {_BAD}") from error


def _write(config: Config, said: dict[str, list[str]]) -> None:
    folder = config.path("models")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f".{NOTE}.", delete=False, encoding="utf-8") as file:
            json.dump(said, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(folder / NOTE)
    except OSError as error:
        raise ModelError(f"{folder / NOTE}: cannot be written ({error.strerror}); check the folder's rights") from error


def _calendar(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)[:8] if len(number) < 10]
