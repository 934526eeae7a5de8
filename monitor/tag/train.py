"""Training, one call: labelled documents in, a model folder out, with a card that says how good it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from monitor.config import Config, shipped
from monitor.errors import ParseError
from monitor.measures import Labelled
from monitor.records import RELEVANCE, SENTIMENT, VOICES
from monitor.tag import features, fitting, linear
from monitor.tag.fitting import Task
from monitor.tag.labels import labelled, read_labelled, unmarked
from monitor.tag.lexicon import Lexicon
from monitor.tag.measure import evaluate

__all__ = ["evaluate", "fit", "labelled", "read_labelled", "sample", "tasks"]


def tasks(topics: Sequence[str]) -> tuple[Task, ...]:
    """The heads; their settings were chosen by 5-fold cross-validation on real documents."""
    wide, narrow = {"x": 0.6, "t": 0.5}, {"x": 0.3, "t": 0.5}
    return (
        Task(name="relevance", labels=RELEVANCE, cost=1.0, own=0.1, blocks=wide),
        Task(name="topic", labels=tuple(topics), cost=1.0, own=0.5, blocks=wide, many=True),
        Task(name="sentiment", labels=SENTIMENT, cost=0.4, own=0.5, blocks=narrow),
        Task(name="voice", labels=VOICES, cost=0.3, own=0.3, blocks=narrow, balanced=False),
        Task(name="place", labels=("here",), cost=0.5, own=0.0, blocks={}, balanced=False),
    )


def fit(documents: Sequence[Labelled], *, topics: Sequence[str], lexicon: Lexicon, name: str = "linear") -> linear.Linear:
    """The heads fitted on the documents and on their copies without marks; first all features, then again those that weigh most."""
    if not documents:
        raise ParseError("training: no labelled documents; set folders.training")
    everything = [*documents, *map(unmarked, documents)]
    counts = [fitting.counts_of(document, lexicon) for document in everything]
    chosen = [(task, fitting.examples(task, everything, counts)) for task in tasks(topics)]
    around = [row.counts for task, rows in chosen if task.name == "place" for row in rows]
    vectoriser = features.fit([*counts, *around])
    importance = np.zeros(len(vectoriser.rows))
    for task, rows in chosen:
        for fitted in fitting.fits(task, fitting.table(task, rows, vectoriser)):
            size = float(np.linalg.norm(fitted.weights)) or 1.0  # so that every label has its say
            importance = np.maximum(importance, np.abs(fitted.weights) / size)
    return fitting.model(chosen, fitting.kept(vectoriser, importance), name)


def sample(config: Config) -> dict[str, str]:
    """The sample of the newest model there is, which the next one must pass too."""
    for models in (config.path("models"), shipped("models")):
        for path in sorted(models.glob("linear-*/sample.jsonl"), reverse=True):
            return {"sample.jsonl": path.read_text(encoding="utf-8")}
    return {}
