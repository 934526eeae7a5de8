"""How good tags are against labels that a reader gave: plain arithmetic, no model.

Every figure is a share 0..1. F1 of a label nobody gave and nobody said is 0, as scikit-learn counts it, and such a label stays out
of the macro mean.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from monitor.figures import Score

Sets = Sequence[frozenset[str]]


def of_label(truths: Sets, said: Sets, label: str) -> Score:
    """How well one label was found."""
    both = sum(1 for truth, answer in zip(truths, said, strict=True) if label in truth and label in answer)
    given, wanted = sum(label in answer for answer in said), sum(label in truth for truth in truths)
    return Score(label=label, precision=both / given if given else 0.0, recall=both / wanted if wanted else 0.0,
                 f1=2 * both / (given + wanted) if given + wanted else 0.0, support=wanted)  # fmt: skip


def per_label(truths: Sets, said: Sets) -> tuple[Score, ...]:
    """A score for every label that was given or said, in order of name."""
    return tuple(of_label(truths, said, label) for label in sorted(set().union(*truths, *said)))


def macro(truths: Sets, said: Sets) -> float:
    """The plain mean of the labels' F1; 0 for nothing."""
    scores = per_label(truths, said)
    return sum(score.f1 for score in scores) / len(scores) if scores else 0.0


def micro(truths: Sets, said: Sets) -> float:
    """F1 over all pairs of document and label; 0 for nothing.

    >>> micro([frozenset("ab"), frozenset("c")], [frozenset("a"), frozenset("c")])
    0.8
    """
    both = sum(len(truth & answer) for truth, answer in zip(truths, said, strict=True))
    total = sum(map(len, truths)) + sum(map(len, said))
    return 2 * both / total if total else 0.0


def exact(truths: Sets, said: Sets) -> float:
    """The share of documents whose labels are all right and no others; for one label a document this is accuracy."""
    pairs = list(zip(truths, said, strict=True))
    return sum(truth == answer for truth, answer in pairs) / len(pairs) if pairs else 0.0


def confusion(truths: Sequence[str], said: Sequence[str]) -> dict[tuple[str, str], int]:
    """How often a truth was said to be what."""
    return dict(Counter(zip(truths, said, strict=True)))


def sets(labels: Iterable[str | Iterable[str]]) -> list[frozenset[str]]:
    """One label or several a document, as sets."""
    return [frozenset([label] if isinstance(label, str) else label) for label in labels]


def interval(measure: Callable[[Sets, Sets], float], truths: Sets, said: Sets, *, rounds: int = 300) -> tuple[float, float]:
    """The 95 % bootstrap interval of a measure over documents; (0, 0) for nothing. The same every time: the seed is fixed."""
    if not truths:
        return 0.0, 0.0
    dice = random.Random(0)
    found = []
    for _ in range(rounds):
        drawn = dice.choices(range(len(truths)), k=len(truths))
        found.append(measure([truths[at] for at in drawn], [said[at] for at in drawn]))
    found.sort()
    return found[int(0.025 * rounds)], found[min(int(0.975 * rounds), rounds - 1)]
