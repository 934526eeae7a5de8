"""What a run gave, as text or as JSON: digests, scores, paths."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from monitor.figures import Digest
from monitor.matters import Alert
from monitor.measures import Comparison, Scores, Succession
from monitor.report import formats, hot, succession


def shown(result: Any, shape: str, *, titles: Mapping[str, str] | None = None) -> Any:
    """A result as text for a terminal, with the ``titles`` of topics, or as what JSON can hold."""
    if isinstance(result, Digest):
        return formats.as_text(result) if shape == "text" else json.loads(formats.as_json(result))
    if isinstance(result, Alert):
        return hot.named(result, titles or {}) if shape == "text" else hot.alert_json(result, ids=result.spot.articles)
    if isinstance(result, Scores):
        return _scores(result) if shape == "text" else asdict(result)
    if isinstance(result, Comparison):
        return _comparison(result) if shape == "text" else asdict(result)
    if isinstance(result, Succession):
        return succession.as_text(result) if shape == "text" else asdict(result)
    if isinstance(result, Path):
        return str(result)
    if is_dataclass(result) and not isinstance(result, type) and shape == "json":
        return asdict(result)
    return result if shape == "json" else str(result)


def _scores(scores: Scores) -> str:
    """The figures with their intervals and without marks, then each label's row."""
    whose = {"demo": " (the demo's own items)"}.get(scores.about, "")
    lines = [f"{scores.documents} documents{whose}, models {', '.join(scores.models)}", ""]
    for name, value in scores.figures.items():
        low, high = scores.intervals.get(name, (None, None))
        bare = f"  {scores.bare[name]:.3f} without marks" if name in scores.bare else ""
        lines.append(f"  {name:32} {value:.3f}" + (f"  [{low:.3f}, {high:.3f}]" if low is not None else "") + bare)
    for task, labels in scores.labels.items():
        lines += ["", f"{task:24} {'precision':>9} {'recall':>9} {'F1':>9} {'n':>6}"]
        lines += [f"  {one.label:22} {one.precision:9.3f} {one.recall:9.3f} {one.f1:9.3f} {one.support:6}" for one in labels]
    return "\n".join(lines)


def _comparison(one: Comparison) -> str:
    """Our figures on a public set, then the published ones."""
    lines = [f"{one.set}, {one.task}: {one.train} documents to train on, {one.test} to test on; {one.chosen}"]
    for name, value in one.figures.items():
        low, high = one.intervals[name]
        lines.append(f"  {name:32} {value:.3f}  [{low:.3f}, {high:.3f}]")
    return "\n".join([*lines, *(f"  {was.figure:32} {was.value:.3f}  {was.by}" for was in one.published)])
