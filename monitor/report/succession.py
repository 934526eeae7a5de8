"""What came of a new model, as officers read it: used or not and why, and every figure before and after."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.measures import Scores, Succession

WHERE = {"dev": "of readers, which neither model has seen", "demo": "of the demo, written for this project, which flatters"}


def as_text(found: Succession) -> str:
    """Lines for a terminal: the decision, the corrections that are right now, figures and labels side by side with intervals."""
    decided = (
        "is in use" if found.used else f"is not put to use: {found.reason}; `monitor models use {found.name}` overrules this"
    )
    lines = [f"{found.name} {decided}", f"before: {found.instead_of}; on {found.after.documents} documents {WHERE[found.where]}"]
    if found.lessons:
        lines.append(f"corrected articles tagged as officers said: {found.right_before} → {found.right_after} of {found.lessons}")
    return "\n".join([*lines, "", *_figures(found.before, found.after), *_labels(found.before, found.after)])


def _figures(before: Scores, after: Scores) -> Iterator[str]:
    yield f"  {'':30} {'before':>8} {'after':>8}   95 % after"
    for name, value in after.figures.items():
        low, high = after.intervals.get(name, (0.0, 0.0))
        yield f"  {name:30} {before.figures.get(name, 0.0):8.3f} {value:8.3f}   {low:.3f} to {high:.3f}"


def _labels(before: Scores, after: Scores) -> Iterator[str]:
    for task, labels in after.labels.items():
        yield from ("", f"  {task} (F1)")
        standing = {one.label: one.f1 for one in before.labels.get(task, ())}
        for one in labels:
            low, high = one.interval or (0.0, 0.0)
            yield f"  {one.label:30} {standing.get(one.label, 0.0):8.3f} {one.f1:8.3f}   {low:.3f} to {high:.3f}  n={one.support}"
