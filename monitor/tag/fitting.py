"""How the heads are fitted: documents as one matrix, every label a column, calibration on documents that were not seen.

Everything is deterministic: folds come from the documents' ids, solvers have a fixed seed. Calibration is learnt on real documents
(those that state their origin), because ours are not spread as the press is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from monitor.measures import Labelled
from monitor.records import record
from monitor.tag import features, linear, places
from monitor.tag.labels import article_of
from monitor.tag.lexicon import Lexicon
from monitor.tag.syllables import read

FOLDS = 5
KEPT = 125_000  # features kept, so that the folder stays under 10 MB; 60,000 cost sentiment .04 and voice .02 on unseen documents


@record
class Task:
    """How a head is fitted: its ``cost`` (C of the SVM), what our ``own`` texts weigh, a factor for some feature blocks, and the
    ``contrast`` of features (see ``linear.contrasts``)."""

    name: str
    labels: tuple[str, ...]
    cost: float
    own: float
    blocks: Mapping[str, float]
    many: bool = False
    balanced: bool = True
    contrast: float = 0.0


@record
class Example:
    """One row of a head: the named counts of a document or of a candidate place, and which labels hold."""

    id: str
    real: bool
    counts: Mapping[str, float]
    holds: frozenset[str]


@dataclass(frozen=True)
class Table:
    """Examples as a matrix of vectors, with the truth of every label, what each example weighs, and its fold."""

    matrix: Any
    truth: np.ndarray
    weigh: np.ndarray
    real: np.ndarray
    folds: np.ndarray
    scales: np.ndarray


def counts_of(document: Labelled, lexicon: Lexicon) -> Mapping[str, float]:
    """The named counts of a document."""
    reading = read(article_of(document))
    return features.extract(reading, lexicon.hits(reading))


def examples(task: Task, documents: Sequence[Labelled], counts: Sequence[Mapping[str, float]]) -> list[Example]:
    """The rows that teach a task: topics are learnt among core documents, which alone are given them; places on
    candidates in real documents where there are any. What a reader did not judge teaches nothing."""
    judged = [not document.kinds or task.name in document.kinds for document in documents]
    documents, counts = list(compress(documents, judged)), list(compress(counts, judged))
    if task.name == "place":
        real = [document for document in documents if document.origin]
        return [
            Example(
                id=document.id,
                real=bool(document.origin),
                counts=candidate.counts,
                holds=frozenset(["here"] if candidate.province in document.places else []),
            )
            for document in (real or documents)
            for candidate in places.candidates(article_of(document))
        ]
    return [
        Example(
            id=document.id,
            real=bool(document.origin),
            counts=count,
            holds=frozenset(document.topics if task.many else [getattr(document, task.name)]),
        )
        for document, count in zip(documents, counts, strict=True)
        if not task.many or document.relevance == "core"
    ]


def table(task: Task, rows: Sequence[Example], vectoriser: features.Vectoriser) -> Table:
    """The rows of a task as a matrix, its blocks scaled."""
    scales = np.array([task.blocks.get(features.block_of(name), 1.0) for name in vectoriser.rows])
    real = np.array([row.real for row in rows], bool)
    real = real if real.any() else ~real
    return Table(
        matrix=linear.matrix([vectoriser(row.counts) for row in rows], len(vectoriser.rows)).multiply(scales).tocsr(),
        truth=np.array([[label in row.holds for label in task.labels] for row in rows]),
        weigh=np.where(real, 1.0, task.own),
        real=real,
        folds=np.array([int(hashlib.sha256(row.id.encode()).hexdigest(), 16) % FOLDS for row in rows]),
        scales=scales,
    )


def fits(task: Task, rows: Table) -> list[linear.Fit]:
    """Weights (with the factors of the blocks taken in) and intercept of every label."""
    how: dict[str, Any] = {"cost": task.cost, "importance": rows.weigh, "balanced": task.balanced, "contrast": task.contrast}
    found = [linear.fit_column(rows.matrix, rows.truth[:, at], **how) for at in range(len(task.labels))]
    return [linear.Fit((fit.weights * rows.scales).astype(np.float32), fit.intercept) for fit in found]


def settled(task: Task, rows: Table) -> list[tuple[float, float]]:
    """Slope and offset of every label, from decisions on real documents by models that did not see them.

    Borders stay where the SVM draws them: moved per label to the best F1 of these decisions they did worse on unseen folds
    (topics micro F1 .840 to .845 against .846).
    """
    found = []
    how: dict[str, Any] = {"cost": task.cost, "importance": rows.weigh, "balanced": task.balanced, "contrast": task.contrast}
    for at in range(len(task.labels)):
        truth = rows.truth[:, at]
        decisions = linear.out_of_fold(rows.matrix, truth, folds=rows.folds, **how)
        found.append(linear.platt(decisions[rows.real], truth[rows.real]))
    return found


def kept(vectoriser: features.Vectoriser, importance: np.ndarray) -> features.Vectoriser:
    """The KEPT features that weigh most in any head; a rare feature's weight acts through its rarity."""
    names = list(vectoriser.rows)
    order = sorted(range(len(names)), key=lambda row: (-importance[row] * vectoriser.rarity[row], names[row]))[:KEPT]
    rows = sorted(order, key=lambda row: names[row])
    return features.Vectoriser({names[row]: at for at, row in enumerate(rows)}, vectoriser.rarity[rows])


def model(tasks: Sequence[tuple[Task, Sequence[Example]]], vectoriser: features.Vectoriser, name: str) -> linear.Linear:
    """All heads fitted and calibrated on their examples, as one model."""
    heads: dict[str, linear.Head] = {}
    weights: list[np.ndarray] = []
    columns: dict[str, list[float]] = {"intercept": [], "slope": [], "offset": []}
    for task, rows in tasks:
        ready = table(task, rows, vectoriser)
        heads[task.name] = linear.Head(task=task.name, labels=task.labels, first=len(weights), many=task.many)
        for fit, settings in zip(fits(task, ready), settled(task, ready), strict=True):
            weights.append(fit.weights)
            for key, value in zip(columns, (fit.intercept, *settings), strict=True):
                columns[key].append(value)
    arrays = {key: np.array(values) for key, values in columns.items()}
    return linear.Linear(name, vectoriser, tuple(vectoriser.rows), heads, _short(np.array(weights).T), arrays)


def _short(weights: np.ndarray) -> np.ndarray:
    """Weights with the precision that is kept in the folder (float16), so that what is measured is what is loaded."""
    return np.ascontiguousarray(weights.astype(np.float16).astype(np.float32))
