"""Our trainer on public sets, beside what others published: the part of the page on accuracy that anybody can repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from monitor.measures import Comparison, Published, Trial
from monitor.report.markdown import between, number, table

_HEAD = ("set", "task", "figure", "ours", "95 % interval", "best linear", "difference", "best other", "difference")
_WHAT = """The same features, phrases and fitting code as the linear model, fitted on the train part of each set and measured on its
test part (`monitor run public`). Settings were chosen among those listed below, never on the test part. The sets are for
research use and are not in this repository."""


def compared(found: Sequence[Comparison]) -> str:
    """The part: ours and the published figures in one table, every published figure, and every setting that was tried."""
    return "\n\n".join(_sections(found))


def comparison(row: dict[str, Any]) -> Comparison:
    """A comparison as it was kept in JSON. Raises TypeError, ValueError, LookupError or AttributeError for the rest."""
    return Comparison(
        **{
            **row,
            "intervals": {name: (low, high) for name, (low, high) in row["intervals"].items()},
            "trials": tuple(Trial(**one) for one in row.get("trials", ())),
            "published": tuple(Published(**one) for one in row.get("published", ())),
        }
    )


def _sections(found: Sequence[Comparison]) -> Iterator[str]:
    yield "## On public sets"
    yield _WHAT
    yield table(_HEAD, [row for one in found for row in _rows(one)])
    yield "Other figures of ours on the same test parts:"
    yield table(("set", "task", "figure", "ours", "95 % interval"), [row for one in found for row in _own(one)])
    yield "What was published, as quoted by the copies of the sets:"
    rows = [(one.set, one.task, was.by, was.figure, number(was.value)) for one in found for was in one.published]
    yield table(("set", "task", "by", "figure", "value"), rows)
    yield "What was tried, with the figure that chose (what was chosen stands out):"
    tried = [(one.set, one.task, _settings(one, trial), one.choice, number(trial.value)) for one in found for trial in one.trials]
    yield table(("set", "task", "settings", "chosen by", "value"), tried)


def _rows(one: Comparison) -> Iterator[tuple[str, ...]]:
    """A row for every figure in which anything was published, beside the best linear and the best other of that figure."""
    for figure in dict.fromkeys(was.figure for was in one.published):
        if figure in one.figures:
            best = [_best(one, figure, linear=linear) for linear in (True, False)]
            beside = [cell for was in best for cell in _beside(one.figures[figure], was)]
            yield one.set, one.task, figure, number(one.figures[figure]), between(one.intervals.get(figure)), *beside


def _own(one: Comparison) -> Iterator[tuple[str, ...]]:
    quoted = {was.figure for was in one.published}
    for figure, value in one.figures.items():
        if figure not in quoted:
            yield one.set, one.task, figure, number(value), between(one.intervals.get(figure))


def _settings(one: Comparison, trial: Trial) -> str:
    return f"**{trial.settings}**" if trial.settings == one.chosen else trial.settings


def _best(one: Comparison, figure: str, *, linear: bool) -> Published | None:
    there = [was for was in one.published if was.figure == figure and was.linear == linear]
    return max(there, key=lambda was: was.value) if there else None


def _beside(ours: float, best: Published | None) -> tuple[str, str]:
    return (f"{number(best.value)} ({best.by})", number(ours - best.value)) if best else ("none quoted", "")
