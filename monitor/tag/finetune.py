"""The recipe of the encoder: labelled documents and multilingual-e5-small in, a folder with our own fine-tuned model out.

All four tasks are learnt at once by linear heads on the mean of what the last layer says of the pieces. Embeddings and the lower
layers stay as they are, so what they give is worked out once. Multiplication is in bfloat16, what is learnt is kept in single
precision and averaged as it goes. torch is imported here alone, where it is used; running the model needs none of this.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from monitor import __version__
from monitor.config import Config
from monitor.errors import ParseError
from monitor.measures import Labelled
from monitor.records import RELEVANCE, SENTIMENT, VOICES, record
from monitor.tag import e5
from monitor.tag.encoder import Encoder, numbers
from monitor.tag.labels import article_of, labelled, unmarked
from monitor.tag.pieces import PAD, Vocabulary
from monitor.tag.tuned import Tuned, card, measure, save

Arrays = dict[str, Any]  # tensors by the names of e5.Base


@record
class Recipe:
    """How long, how fast and on what the encoder learns: the settings of the shipped model."""

    epochs: int = 9
    batch: int = 24
    rate: float = 3e-4  # of the last layer; every layer below has ``fall`` times that of the one above
    fall: float = 0.9
    head_rate: float = 2e-3
    topic_rate: float = 8e-3
    frozen: int = 6  # layers
    own: float = 0.5  # what our own press texts weigh beside real ones; comments, of which few real ones are ours to have, weigh
    own_comments: float = 0.7
    aside: float = 0.3  # what the voice of a document that is not core weighs
    copies: float = 0.7  # of the documents have a copy without marks, which stands in nearly every second time
    average: float = 0.99
    longest: int = 128
    seed: int = 5


@dataclass(frozen=True)
class Lesson:
    """Documents ready to be learnt: pieces, their copies without marks, truth and weight by task, and what lower layers gave."""

    pieces: list[list[int]]
    copies: Mapping[int, list[int]]
    truth: Mapping[str, Any]
    weight: Mapping[str, Any]


def finetune(
    documents: Sequence[Labelled], *, topics: Sequence[str], texts: Iterable[str] = (), recipe: Recipe | None = None
) -> Tuned:
    """The encoder fitted on the documents; ``texts`` are more whose word pieces it shall know. Raises ParseError for no documents."""
    import torch

    if not documents:
        raise ParseError("training: no labelled documents; set folders.training")
    recipe, base = recipe or Recipe(), e5.read_base(e5.bundled())
    torch.manual_seed(recipe.seed)
    dice = random.Random(recipe.seed)
    both = [document for given in documents for document in (given, unmarked(given))]
    spoken = (f"{d.context}\n{d.title}\n{d.text}" for d in both)
    base = e5.cut(base, e5.used(base.vocabulary, (part for some in (spoken, texts) for part in some)))
    labels = {"relevance": RELEVANCE, "topic": tuple(topics), "sentiment": SENTIMENT, "voice": VOICES}
    lesson = _lesson(documents, base.vocabulary, recipe, dice, labels)
    arrays: Arrays = {name: torch.tensor(np.array(array)) for name, array in base.arrays.items()}
    for task, names in labels.items():
        arrays[f"out.{task}.w"] = torch.randn(len(names), arrays["emb.pos"].shape[1]) * 0.02
        arrays[f"out.{task}.b"] = torch.zeros(len(names))
    _learn(arrays, lesson, recipe, dice, base.heads)
    return Tuned({name: array.numpy() for name, array in arrays.items()}, base.vocabulary, labels, base.heads, recipe.longest)


def train(documents: Sequence[Labelled], config: Config, *, sample: str = "") -> Path:
    """The folder of an encoder fitted on the documents, with a card that states how good it is on dev.

    Raises ParseError where there is nothing to learn from, ModelError where the folder cannot be written.
    """
    name = f"encoder-{'.'.join(__version__.split('.')[:2])}"
    folder = config.path("models") / name
    tuned = finetune(documents, topics=list(config["topics"]))
    save(tuned, folder, card=card(name, documents, {}), sample=sample)
    figures = measure(Encoder.load(folder), labelled(config, "dev"))
    return save(tuned, folder, card=card(name, documents, figures), sample=sample)


def _lesson(documents: Sequence[Labelled], vocabulary: Vocabulary, recipe: Recipe, dice: random.Random,
            labels: Mapping[str, Sequence[str]]) -> Lesson:  # fmt: skip
    import torch

    def read(document: Labelled) -> list[int]:
        return numbers(article_of(document), vocabulary, recipe.longest)

    truth = {task: torch.tensor([[float(name in _said(d, task)) for name in names] for d in documents])
             for task, names in labels.items()}  # fmt: skip
    weigh = [1.0 if d.origin else recipe.own if d.kind == "news" else recipe.own_comments for d in documents]
    core = [document.relevance == "core" for document in documents]
    shares = {
        "relevance": weigh,
        "sentiment": weigh,
        "topic": [0.7 * weight * is_core for weight, is_core in zip(weigh, core, strict=True)],
        "voice": [weight * (1 if is_core else recipe.aside) for weight, is_core in zip(weigh, core, strict=True)],
    }
    chosen = dice.sample(range(len(documents)), int(recipe.copies * len(documents)))
    copies = {at: read(unmarked(documents[at])) for at in chosen}
    return Lesson([read(d) for d in documents], copies, truth, {task: torch.tensor(row) for task, row in shares.items()})


def _said(document: Labelled, task: str) -> tuple[str, ...]:
    return document.topics if task == "topic" else (getattr(document, task),)


def _learn(arrays: Arrays, lesson: Lesson, recipe: Recipe, dice: random.Random, heads: int) -> None:
    """The arrays above the frozen layers, learnt in place; what is given back is the average over the last steps."""
    import torch

    run: Arrays = {name: array.to(torch.bfloat16) for name, array in arrays.items()}
    whole = _lower(run, lesson.pieces, recipe.frozen, heads)
    copies = dict(zip(lesson.copies, _lower(run, list(lesson.copies.values()), recipe.frozen, heads), strict=True))
    rates = {name: rate for name in arrays if (rate := _rate(name, recipe, _depth(arrays)))}
    mean = {name: arrays[name].clone() for name in rates}
    for name in rates:
        run[name].requires_grad_()
    groups = [{"params": [arrays[name]], "lr": rate, "first": rate, "weight_decay": 0.01 * (arrays[name].ndim > 1)}
              for name, rate in rates.items()]  # fmt: skip
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    steps = recipe.epochs * math.ceil(len(whole) / recipe.batch)
    batches = (batch for _ in range(recipe.epochs) for batch in _batches(whole, recipe.batch, dice))
    for step, batch in enumerate(batches):
        rows, seen = _padded([copies[at] if at in copies and dice.random() < 0.45 else whole[at] for at in batch])
        _loss(run, _upper(run, rows, seen, range(recipe.frozen, _depth(arrays)), heads), lesson, batch).backward()
        _step(arrays, run, optimiser, pace=_pace(step, steps))
        with torch.no_grad():
            for name in rates:
                run[name].copy_(arrays[name])
                mean[name].lerp_(arrays[name], 1 - min(recipe.average, (1 + step) / (10 + step)))
    arrays.update(mean)


def _depth(arrays: Arrays) -> int:
    return sum(name.endswith(".fo.w") for name in arrays)


def _rate(name: str, recipe: Recipe, depth: int) -> float:
    """How fast an array learns; 0 for what is frozen."""
    if name.startswith("out."):
        return recipe.topic_rate if "topic" in name else recipe.head_rate
    layer = int(name[1:].partition(".")[0]) if name[0] == "l" else -1
    return recipe.rate * recipe.fall ** (depth - 1 - layer) if layer >= recipe.frozen else 0.0


def _pace(step: int, steps: int) -> float:
    """The share of the full rate: up in the first twelfth, then down along a cosine."""
    return min(1.0, (step + 1) / (0.08 * steps)) * (0.515 + 0.485 * math.cos(math.pi * step / steps))


def _step(arrays: Arrays, run: Arrays, optimiser: Any, *, pace: float) -> None:
    """One step along the gradients of ``run``, whose joint length is held at 3."""
    for group in optimiser.param_groups:
        group["lr"] = group["first"] * pace
    found = {name: array.grad.float() for name, array in run.items() if array.grad is not None}
    length = math.sqrt(sum(float(gradient.square().sum()) for gradient in found.values()))
    for name, gradient in found.items():
        arrays[name].grad = gradient * min(1.0, 3 / (length + 1e-6))
        run[name].grad = None
    optimiser.step()


def _batches(rows: Sequence[Any], size: int, dice: random.Random) -> Iterator[list[int]]:
    """All rows once, in batches of about one length, so that little is padded."""
    order = list(range(len(rows)))
    dice.shuffle(order)
    found = []
    for first in range(0, len(order), 16 * size):
        some = sorted(order[first : first + 16 * size], key=lambda at: len(rows[at]))
        found += [some[at : at + size] for at in range(0, len(some), size)]
    dice.shuffle(found)
    yield from found


def _padded(rows: Sequence[Any]) -> tuple[Any, Any]:
    """Rows of one length and which places of them are taken."""
    import torch

    padded = torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=PAD)
    lengths = torch.tensor([len(row) for row in rows])
    return padded, torch.arange(padded.shape[1])[None] < lengths[:, None]


def _lower(run: Arrays, pieces: Sequence[list[int]], frozen: int, heads: int) -> list[Any]:
    """What embeddings and frozen layers give for every document."""
    import torch
    from torch.nn import functional

    found: list[Any] = [None] * len(pieces)
    order = sorted(range(len(pieces)), key=lambda at: len(pieces[at]))
    with torch.no_grad():
        for batch in (order[at : at + 32] for at in range(0, len(order), 32)):
            ids, seen = _padded([torch.tensor(pieces[at]) for at in batch])
            rows = run["emb.word"][ids] + run["emb.pos"][: ids.shape[1]] + run["emb.type"][:1]
            rows = functional.layer_norm(rows, rows.shape[-1:], run["emb.ln.w"], run["emb.ln.b"], 1e-12)
            rows = _through(run, rows, seen, range(frozen), heads)
            for at, row in zip(batch, rows, strict=True):
                found[at] = row[: len(pieces[at])].clone()
    return found


def _upper(run: Arrays, rows: Any, seen: Any, layers: range, heads: int) -> Any:
    """The mean over a document's pieces after the upper layers."""
    from torch.nn import functional

    rows = _through(run, rows, seen, layers, heads, drop=0.1).float() * seen[..., None]
    mean = rows.sum(1) / seen.sum(1, keepdim=True)
    return functional.dropout(mean, 0.1).to(run["emb.pos"].dtype)


def _through(run: Arrays, rows: Any, seen: Any, layers: range, heads: int, drop: float = 0.0) -> Any:
    """Rows after some layers, each attention and an inner layer."""
    from torch.nn import functional

    size, length, width = rows.shape
    masked = (~seen)[:, None, None].to(rows.dtype) * -1e4
    for layer in layers:
        part = {name.partition(".")[2]: array for name, array in run.items() if name.startswith(f"l{layer}.")}
        query, key, value = (  # laid out anew for bmm: strided bfloat16 takes a path many times slower
            functional.linear(rows, part[f"{name}.w"], part[f"{name}.b"]).view(size, length, heads, -1).transpose(1, 2)
            .reshape(size * heads, length, -1) for name in "qkv"
        )  # fmt: skip
        likeness = (query * (width // heads) ** -0.5).bmm(key.transpose(1, 2)).view(size, heads, length, length) + masked
        mixed = likeness.softmax(-1).view(size * heads, length, length).bmm(value)
        mixed = mixed.view(size, heads, length, -1).transpose(1, 2).reshape(size, length, width)
        mixed = functional.linear(mixed, part["ao.w"], part["ao.b"])
        rows = functional.layer_norm(rows + mixed, (width,), part["aln.w"], part["aln.b"], 1e-12)
        inner = functional.gelu(functional.linear(rows, part["fi.w"], part["fi.b"]))
        inner = functional.dropout(functional.linear(inner, part["fo.w"], part["fo.b"]), drop, training=drop > 0)
        rows = functional.layer_norm(rows + inner, (width,), part["oln.w"], part["oln.b"], 1e-12)
    return rows


def _loss(run: Arrays, mean: Any, lesson: Lesson, batch: list[int]) -> Any:
    """The joint loss of a batch: cross-entropy, its truth a little smoothed where readers disagree most, and one a topic."""
    from torch.nn import functional

    total: Any = 0
    for task, smooth in (("relevance", 0.02), ("sentiment", 0.05), ("voice", 0.1), ("topic", 0.0)):
        scores = functional.linear(mean, run[f"out.{task}.w"], run[f"out.{task}.b"]).float()
        truth = lesson.truth[task][batch]
        if task == "topic":
            lost = functional.binary_cross_entropy_with_logits(scores, truth, reduction="none").sum(1)
        else:
            lost = -(functional.log_softmax(scores, 1) * (truth * (1 - smooth) + smooth / truth.shape[1])).sum(1)
        total = total + (lost * lesson.weight[task][batch]).sum()
    return total / len(batch)
