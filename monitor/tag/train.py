"""Training and evaluation, one call each: labelled documents in, a model folder or its figures out.

Everything is deterministic: folds come from the documents' ids, solvers have a fixed seed. Calibration and thresholds are learnt on
real documents (those that state their origin) by models that did not see them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from monitor.errors import ParseError
from monitor.records import RELEVANCE, SENTIMENT, VOICES, Article, Labelled, record
from monitor.tag import artefact, features, linear
from monitor.tag.lexicon import Lexicon
from monitor.tag.syllables import read
from monitor.text import clean, fold


@record
class Task:
    """How a head is fitted: its ``cost`` (C of the SVM), what our ``own`` texts weigh, and a factor a feature block."""

    name: str
    labels: tuple[str, ...]
    cost: float
    own: float
    blocks: dict[str, float]
    many: bool = False


FOLDS, KEPT = 5, 60_000  # parts for cross-validation; features kept, so that the folder stays under 10 MB
BLOCKS = {"relevance": {"x": 0.6, "t": 0.5}, "topic": {"x": 0.6, "t": 0.5}, "sentiment": {"x": 0.3, "t": 0.5},
          "voice": {"x": 0.3, "t": 0.5}}  # fmt: skip


def tasks(topics: Sequence[str]) -> tuple[Task, ...]:
    """The four heads; the settings were chosen by 5-fold cross-validation on real documents."""
    return (
        Task(name="relevance", labels=RELEVANCE, cost=0.5, own=0.5, blocks=BLOCKS["relevance"]),
        Task(name="topic", labels=tuple(topics), cost=0.5, own=0.5, blocks=BLOCKS["topic"], many=True),
        Task(name="sentiment", labels=SENTIMENT, cost=0.2, own=0.5, blocks=BLOCKS["sentiment"]),
        Task(name="voice", labels=VOICES, cost=0.2, own=0.5, blocks=BLOCKS["voice"]),
    )


def read_labelled(path: Path) -> list[Labelled]:
    """The documents of a JSON Lines file. Raises ParseError that names the file and the line."""
    found: list[Labelled] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ParseError(f"{path}: cannot be read ({error}); check folders.training") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_labelled(line, f"{path}: line {number}"))
    return found


def _labelled(line: str, where: str) -> Labelled:
    try:
        row = json.loads(line)
        document = Labelled(
            **{key: clean(str(row.get(key) or "")) for key in ("title", "text", "context")},
            **{key: str(row.get(key) or "") for key in ("id", "origin", "date")},
            kind=str(row.get("kind") or "news"),
            relevance=row["relevance"],
            sentiment=row["sentiment"],
            voice=row["voice"],
            topics=tuple(row.get("topics", ())),
            places=tuple(row.get("places", ())),
            sure=bool(row.get("sure", True)),
        )
    except KeyError as error:
        raise ParseError(f"{where}: {error} is missing; every document needs relevance, sentiment and voice") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ParseError(f"{where}: not a labelled document ({str(error)[:80]}); write one JSON object a line") from error
    for value, known in ((document.relevance, RELEVANCE), (document.sentiment, SENTIMENT), (document.voice, VOICES)):
        if value not in known:
            raise ParseError(f"{where}: {value!r:.40} is not one of {', '.join(known)}")
    return document


def article_of(document: Labelled) -> Article:
    """The document as an article, as the tagger reads it."""
    return Article(url=f"labelled:{document.id}", outlet="", kind=document.kind, title=document.title, text=document.text,
                   context=document.context, fetched=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip


def unmarked(document: Labelled) -> Labelled:
    """The document as somebody without a Vietnamese keyboard would write it."""
    return replace(document, title=fold(document.title), text=fold(document.text), context=fold(document.context))


@dataclass(frozen=True)
class Table:
    """Documents as a matrix, with what each of them is."""

    documents: Sequence[Labelled]
    matrix: Any
    blocks: np.ndarray
    real: np.ndarray
    folds: np.ndarray


def train(documents: Sequence[Labelled], *, topics: Sequence[str], lexicon: Lexicon) -> linear.Linear:
    """The heads fitted on the documents and on their copies without marks. Raises ParseError where there are none."""
    if not documents:
        raise ParseError("training: no labelled documents; set folders.training")
    everything = [*documents, *map(unmarked, documents)]
    counts = [counts_of(document, lexicon) for document in everything]
    vectoriser = features.fit(counts)
    chosen = tasks(topics)
    importance = np.zeros(len(vectoriser.rows))
    table = _table(everything, counts, vectoriser)
    for task in chosen:
        for weights, _ in _fits(task, table):
            importance = np.maximum(importance, np.abs(weights))
    vectoriser = _kept(vectoriser, importance)
    return _model(chosen, _table(everything, counts, vectoriser), vectoriser)


def counts_of(document: Labelled, lexicon: Lexicon) -> Mapping[str, float]:
    """The named counts of a document."""
    reading = read(article_of(document))
    return features.extract(reading, lexicon.hits(reading))


def _table(documents: Sequence[Labelled], counts: Iterable[Mapping[str, float]], vectoriser: features.Vectoriser) -> Table:
    parts = [int(hashlib.sha256(document.id.encode()).hexdigest(), 16) % FOLDS for document in documents]
    real = np.array([bool(document.origin) for document in documents])
    return Table(documents, linear.matrix([vectoriser(c) for c in counts], len(vectoriser.rows)),
                 np.array([features.block_of(name) for name in vectoriser.rows]),
                 real if real.any() else ~real, np.array(parts))  # fmt: skip


def _scales(task: Task, table: Table) -> np.ndarray:
    return np.array([task.blocks.get(block, 1.0) for block in table.blocks])


def _truth(task: Task, documents: Sequence[Labelled]) -> np.ndarray:
    """Which labels hold: documents × labels."""
    if task.many:
        return np.array([[label in document.topics for label in task.labels] for document in documents])
    return np.array([[label == getattr(document, task.name) for label in task.labels] for document in documents])


def _used(task: Task, table: Table) -> np.ndarray:
    """The documents that teach a task: topics are learnt among core documents, which alone are given them."""
    return np.array([not task.many or document.relevance == "core" for document in table.documents])


def _fits(task: Task, table: Table) -> list[tuple[np.ndarray, float]]:
    """Weights (with the factors of the blocks taken in) and intercept of every label."""
    used, scales = _used(task, table), _scales(task, table)
    scaled, truth = table.matrix[used].multiply(scales).tocsr(), _truth(task, table.documents)[used]
    weigh = np.where(table.real[used], 1.0, task.own)
    fits = [linear.fit_column(scaled, truth[:, at], cost=task.cost, importance=weigh) for at in range(len(task.labels))]
    return [((fit.weights * scales).astype(np.float32), fit.intercept) for fit in fits]


def _kept(vectoriser: features.Vectoriser, importance: np.ndarray) -> features.Vectoriser:
    """The KEPT features that weigh most in any head (before rarity the rare ones, which need weight most)."""
    names = list(vectoriser.rows)
    order = sorted(range(len(names)), key=lambda row: (-importance[row] * vectoriser.rarity[row], names[row]))[:KEPT]
    rows = sorted(order, key=lambda row: names[row])
    return features.Vectoriser({names[row]: at for at, row in enumerate(rows)}, vectoriser.rarity[rows])


def _model(chosen: Sequence[Task], table: Table, vectoriser: features.Vectoriser) -> linear.Linear:
    heads: dict[str, linear.Head] = {}
    weights: list[np.ndarray] = []
    columns: dict[str, list[float]] = {"intercept": [], "slope": [], "offset": [], "threshold": []}
    for task in chosen:
        heads[task.name] = linear.Head(task=task.name, labels=task.labels, first=len(weights), many=task.many)
        for (column, intercept), settled in zip(_fits(task, table), _settled(task, table), strict=True):
            weights.append(column)
            for name, value in zip(columns, (intercept, *settled), strict=True):
                columns[name].append(value)
    arrays = {name: np.array(values) for name, values in columns.items()}
    return linear.Linear("", vectoriser, tuple(vectoriser.rows), heads, np.ascontiguousarray(np.array(weights).T), arrays)


def _settled(task: Task, table: Table) -> list[tuple[float, float, float]]:
    """Slope, offset and threshold of every label, from decisions on real documents by models that did not see them."""
    used = _used(task, table)
    scaled, truth = table.matrix[used].multiply(_scales(task, table)).tocsr(), _truth(task, table.documents)[used]
    real = table.real[used]
    weigh, found = np.where(real, 1.0, task.own), []
    for at in range(len(task.labels)):
        decisions = linear.out_of_fold(scaled, truth[:, at], cost=task.cost, importance=weigh, folds=table.folds[used])[real]
        border = linear.threshold(decisions, truth[real, at]) if task.many else 0.0
        found.append((*linear.platt(decisions, truth[real, at]), border))
    return found


def save(model: linear.Linear, folder: Path, *, card: str, sample: str = "") -> Path:
    """The folder of a model with its card and its sample. Raises ModelError where it cannot be written."""
    arrays, described = linear.pack(model)
    return artefact.write(
        folder, arrays=arrays, model=described, texts={"card.md": card} | ({"sample.jsonl": sample} if sample else {})
    )
