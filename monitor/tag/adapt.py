"""A model that learns from an office's corrections alone: what it was taught stays, what officers said is laid over it.

An office has no labelled documents but its corrections; a model fitted on those and our own texts would forget the press. So each
column of weights w of the model in use moves by a d that minimises

    ½|d|² + TAUGHT Σ max(0, MARGIN − y f)² + KEPT Σ (f − f₀)²

with f = (w + d)·x + b the new and f₀ the old decision (b stays: one article must not move the border for all). The first sum runs
over the corrected articles and their copies without marks (y is ±1), the second over documents on which the model shall go on
answering as it did (learning without forgetting, Li and Hoiem 2016, for linear models). d lies in the span of the rows, so it is
solved for in their number and not in that of the features: the second sum is eliminated once a task, and what is left for a
column is as small as there are corrections. A topic that the model does not know gets a column of its own, fitted as all others
were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from monitor.measures import Labelled
from monitor.tag import fitting, linear
from monitor.tag.fitting import Task
from monitor.tag.labels import unmarked
from monitor.tag.lexicon import Lexicon

TAUGHT, KEPT, MARGIN = 4.0, 1.0, 1.5  # a corrected label shall stand clear of the border, beside an encoder that was not taught
ROUNDS = 30  # of finding out which lessons stand short of the margin


@dataclass(frozen=True)
class Column:
    """One label's weights, intercept and calibration."""

    weights: np.ndarray
    intercept: float
    slope: float = 2.0
    offset: float = 0.0


def adapt(
    model: linear.Linear,
    lessons: Sequence[Labelled],
    kept: Sequence[Labelled],
    *,
    tasks: Sequence[Task],
    lexicon: Lexicon,
    name: str,
) -> linear.Linear:
    """The model after the lessons; ``kept`` are the documents on which it shall answer as before."""
    taught = [*lessons, *map(unmarked, lessons)]
    texts = [*taught, *kept]
    counts = [fitting.counts_of(document, lexicon) for document in texts]
    heads: dict[str, linear.Head] = {}
    columns: list[Column] = []
    for task in tasks:
        new = fitting.examples(task, taught, counts[: len(taught)])
        old = fitting.examples(task, list(kept), counts[len(taught) :])
        found = _task(model, task, new=new, old=old)
        heads[task.name] = linear.Head(task=task.name, labels=task.labels, first=len(columns), many=task.many)
        columns += found
    weights = np.array([column.weights for column in columns], np.float32).T.astype(np.float16).astype(np.float32)
    settings = {key: np.array([getattr(column, key) for column in columns]) for key in ("intercept", "slope", "offset")}
    return linear.Linear(name, model.vectoriser, model.names, heads, np.ascontiguousarray(weights), settings)


def _task(model: linear.Linear, task: Task, *, new: Sequence[fitting.Example], old: Sequence[fitting.Example]) -> list[Column]:
    """The columns of a task after the lessons."""
    head = model.heads.get(task.name)
    known = {label: _column(model, head.first + at) for at, label in enumerate(head.labels)} if head else {}
    here = fitting.table(task, [*new, *old], model.vectoriser)
    span = _span(here.matrix, len(new)) if new else None
    found = []
    for at, label in enumerate(task.labels):
        if label not in known:
            found.append(_fresh(replace(task, labels=(label,)), here, at))
        else:
            found.append(_moved(known[label], here, span, at) if span else known[label])
    return found


def _column(model: linear.Linear, at: int) -> Column:
    settings = {key: float(model.columns[key][at]) for key in ("intercept", "slope", "offset")}
    return Column(weights=model.weights[:, at], **settings)


def _fresh(task: Task, here: fitting.Table, at: int) -> Column:
    one = replace(here, truth=here.truth[:, at : at + 1], weigh=np.ones(len(here.real)), real=np.ones(len(here.real), bool))
    (fit,), (settings,) = fitting.fits(task, one), fitting.settled(task, one)
    return Column(weights=fit.weights, intercept=fit.intercept, slope=settings[0], offset=settings[1])


@dataclass(frozen=True)
class Span:
    """What moving towards one lesson does to every other (``lessons``), and how much each kept document pulls back (``back``)."""

    lessons: np.ndarray
    back: np.ndarray


def _span(matrix: Any, taught: int) -> Span:
    from scipy.linalg import cho_factor, cho_solve

    alike = np.asarray((matrix @ matrix.T).todense())
    rest = alike[taught:, taught:] + np.eye(len(alike) - taught) / (2 * KEPT)
    back = cho_solve(cho_factor(rest), alike[taught:, :taught]) if len(rest) else np.zeros((0, taught))
    return Span(lessons=alike[:taught, :taught] - alike[:taught, taught:] @ back, back=back)


def _moved(column: Column, here: fitting.Table, span: Span, at: int) -> Column:
    """The column after the lessons, the first rows of the table."""
    taught = len(span.lessons)
    before = here.matrix[:taught] @ (column.weights / np.where(here.scales, here.scales, 1.0)) + column.intercept
    pulls = _pulls(span.lessons, before, np.where(here.truth[:taught, at], 1.0, -1.0))
    pulls = np.concatenate([pulls, -span.back @ pulls])
    weights = column.weights + here.scales * (here.matrix.T @ pulls)
    return replace(column, weights=weights.astype(np.float32))


def _pulls(alike: np.ndarray, before: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """How much every lesson pulls: those short of the margin are solved for, until the same ones stand short."""
    pulls = np.zeros(len(before))
    short = sides * before < MARGIN
    for _ in range(ROUNDS):
        pulls = np.zeros(len(before))
        here = alike[np.ix_(short, short)] + np.eye(int(short.sum())) / (2 * TAUGHT)
        pulls[short] = np.linalg.solve(here, (sides * MARGIN - before)[short])
        now = sides * (before + alike @ pulls) < MARGIN
        if (now == short).all():
            break
        short = now
    return pulls
