"""Training and evaluation, one call each: labelled documents in, a model folder or its figures out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from monitor import __version__
from monitor.config import Config, shipped
from monitor.errors import MonitorError, ParseError
from monitor.figures import Scores
from monitor.records import RELEVANCE, SENTIMENT, VOICES, Labelled, TaggedArticle
from monitor.tag import artefact, card, features, fitting, linear, score
from monitor.tag.fitting import Task
from monitor.tag.labels import article_of, labelled, read_labelled, unmarked
from monitor.tag.lexicon import Lexicon
from monitor.tag.score import Sets, sets

if TYPE_CHECKING:
    from monitor.tag.tagger import Tagger

__all__ = ["evaluate", "fit", "labelled", "read_labelled", "tasks", "train"]


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


def train(documents: Sequence[Labelled], config: Config) -> Path:
    """The folder of a model fitted on the documents, in the folder of models, with a card that states how good it is.

    Its figures are those on the dev documents where they are there, else in sample and marked so. Raises ParseError where there is
    nothing to learn from, ModelError where the folder cannot be written.
    """
    from monitor.tag.tagger import Tagger

    lexicon = Lexicon.load(config)
    name = f"linear-{'.'.join(__version__.split('.')[:2])}"
    model = fit(documents, topics=list(config["topics"]), lexicon=lexicon, name=name)
    try:
        unseen = labelled(config, "dev")
    except MonitorError:
        unseen = []
    scores = evaluate(Tagger(model, lexicon), unseen or documents)
    arrays, described = linear.pack(model)
    texts = {"card.md": card.write(name, documents, scores, unseen=bool(unseen)), **_sample(config)}
    return artefact.write(config.path("models") / name, arrays=arrays, model=described, texts=texts)


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


def evaluate(tagger: Tagger, documents: Sequence[Labelled]) -> Scores:
    """The figures of a tagger on documents that readers labelled, with 95 % bootstrap intervals.

    Topics are measured on core documents as they are tagged (a core document not found has none); sentiment on documents that are
    core or a mention; comments apart.
    """
    tagged = [tagger.tag(article_of(document), words="") for document in documents]
    pairs = list(zip(documents, tagged, strict=True))
    measures = {
        "relevance F1": (_core_f1, _labels(pairs, "relevance")),
        "relevance F1 feed": (_core_f1, _labels([p for p in pairs if p[0].origin.startswith("feed")], "relevance")),
        "relevant F1": (_some_f1, _labels(pairs, "relevance")),
        "topics micro F1": (score.micro, _labels([p for p in pairs if p[0].relevance == "core"], "topic")),
        "topics macro F1": (score.macro, _labels([p for p in pairs if p[0].relevance == "core"], "topic")),
        "sentiment macro F1": (score.macro, _labels([p for p in pairs if p[0].relevance != "none"], "sentiment")),
        "sentiment macro F1 all": (score.macro, _labels(pairs, "sentiment")),
        "sentiment macro F1 comments": (score.macro, _labels([p for p in pairs if p[0].kind == "comment"], "sentiment")),
        "voice accuracy": (score.exact, _labels(pairs, "voice")),
        "places exact": (score.exact, _labels(pairs, "place")),
    }
    shown = {name: (measure, both) for name, (measure, both) in measures.items() if both[0]}
    kinds = {"relevance": pairs, "topic": [p for p in pairs if p[0].relevance == "core"], "sentiment": pairs, "voice": pairs}
    return Scores(
        documents=len(documents),
        figures={name: round(measure(*both), 4) for name, (measure, both) in shown.items()},
        labels={kind: score.per_label(*_labels(some, kind)) for kind, some in kinds.items()},
        intervals={name: score.interval(measure, *both) for name, (measure, both) in shown.items()},
        models=tagger.models,
    )


def _labels(pairs: Sequence[tuple[Labelled, TaggedArticle]], kind: str) -> tuple[Sets, Sets]:
    """What readers said and what the tagger said, as sets."""
    field = {"topic": "topics", "place": "places"}.get(kind, kind)
    return sets(getattr(document, field) for document, _ in pairs), sets(tagged.labels(kind) for _, tagged in pairs)


def _core_f1(truths: Sets, said: Sets) -> float:
    return score.of_label(truths, said, "core").f1


def _some_f1(truths: Sets, said: Sets) -> float:
    """F1 of what is core or a mention, taken together."""
    some = [[frozenset(["none" if "none" in one else "some"]) for one in side] for side in (truths, said)]
    return score.of_label(some[0], some[1], "some").f1


def _sample(config: Config) -> dict[str, str]:
    """The sample of the newest model there is, which the next one must pass too."""
    for models in (config.path("models"), shipped("models")):
        for path in sorted(models.glob("linear-*/sample.jsonl"), reverse=True):
            return {"sample.jsonl": path.read_text(encoding="utf-8")}
    return {}
