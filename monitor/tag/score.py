"""How good tags are against labels that a reader gave: plain arithmetic, no model.

Every figure is a share 0..1. F1 of a label nobody gave and nobody said is 0, as scikit-learn counts it, and such a label stays out
of the macro mean.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.measures import Bin, Calibration, Confusion, Score

Sets = Sequence[frozenset[str]]
ROUNDS = 300  # of the bootstrap


def of_label(truths: Sets, said: Sets, label: str) -> Score:
    """How well one label was found."""
    both = sum(1 for truth, answer in zip(truths, said, strict=True) if label in truth and label in answer)
    return _score(label, both, sum(label in answer for answer in said), sum(label in truth for truth in truths))


def per_label(truths: Sets, said: Sets, *, within: Mapping[str, tuple[float, float]] | None = None) -> tuple[Score, ...]:
    """A score for every label that was given or said, in order of name; ``within`` are the intervals to state."""
    wanted, given, both = Counter[str](), Counter[str](), Counter[str]()
    for truth, answer in zip(truths, said, strict=True):
        wanted.update(truth)
        given.update(answer)
        both.update(truth & answer)
    found = [_score(label, both[label], given[label], wanted[label]) for label in sorted(wanted.keys() | given.keys())]
    return tuple(replace(one, interval=within.get(one.label)) for one in found) if within else tuple(found)


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


def weighted(truths: Sets, said: Sets) -> float:
    """The mean of the labels' F1, each by the number of documents that carry it; 0 for nothing."""
    scores = per_label(truths, said)
    support = sum(score.support for score in scores)
    return sum(score.f1 * score.support for score in scores) / support if support else 0.0


def confusion(truths: Sequence[str], said: Sequence[str]) -> tuple[Confusion, ...]:
    """How often a truth was said to be what, in order of truth and of what was said.

    >>> [(one.truth, one.said, one.count) for one in confusion("aab", "abb")]
    [('a', 'a', 1), ('a', 'b', 1), ('b', 'b', 1)]
    """
    counts = Counter(zip(truths, said, strict=True))
    return tuple(Confusion(truth=truth, said=answer, count=count) for (truth, answer), count in sorted(counts.items()))


def calibration(pairs: Sequence[tuple[float, bool]], *, bins: int = 10) -> Calibration:
    """How far scores 0..1 are from the share that was right, in bins of equal width; an empty bin is left out.

    >>> calibration([(0.9, True), (0.9, False), (0.2, False)]).error
    0.3333
    """
    boxes: dict[int, list[tuple[float, bool]]] = {}
    for score, right in pairs:
        boxes.setdefault(min(int(score * bins), bins - 1), []).append((score, right))
    found = tuple(
        Bin(low=at / bins, high=(at + 1) / bins, count=len(box), score=_mean(score for score, _ in box),
            right=_mean(right for _, right in box)) for at, box in sorted(boxes.items())
    )  # fmt: skip
    error = sum(one.count * abs(one.score - one.right) for one in found) / max(len(pairs), 1)
    return Calibration(bins=found, error=round(error, 4))


def sets(labels: Iterable[str | Iterable[str]]) -> list[frozenset[str]]:
    """One label or several a document, as sets."""
    return [frozenset([label] if isinstance(label, str) else label) for label in labels]


def interval(measure: Callable[[Sets, Sets], float], truths: Sets, said: Sets, *, rounds: int = ROUNDS) -> tuple[float, float]:
    """The 95 % bootstrap interval of a measure over documents; (0, 0) for nothing. The same every time: the seed is fixed."""
    return _middle([measure(*both) for both in _drawn(truths, said, rounds)])


def intervals(truths: Sets, said: Sets, *, rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """The same for the F1 of every label that was given or said."""
    found: dict[str, list[float]] = {score.label: [] for score in per_label(truths, said)}
    for both in _drawn(truths, said, rounds):
        by_label = {score.label: score.f1 for score in per_label(*both)}
        for label, values in found.items():
            values.append(by_label.get(label, 0.0))
    return {label: _middle(values) for label, values in found.items()}


def _drawn(truths: Sets, said: Sets, rounds: int) -> Iterator[tuple[Sets, Sets]]:
    """As many documents, drawn with replacement, again and again; nothing where there are none."""
    dice = random.Random(0)
    for _ in range(rounds if truths else 0):
        drawn = dice.choices(range(len(truths)), k=len(truths))
        yield [truths[at] for at in drawn], [said[at] for at in drawn]


def _middle(values: list[float]) -> tuple[float, float]:
    """What 95 % of the values lie between."""
    if not values:
        return 0.0, 0.0
    values = sorted(values)
    return values[int(0.025 * len(values))], values[min(int(0.975 * len(values)), len(values) - 1)]


def _score(label: str, both: int, given: int, wanted: int) -> Score:
    return Score(label=label, precision=both / given if given else 0.0, recall=both / wanted if wanted else 0.0,
                 f1=2 * both / (given + wanted) if given + wanted else 0.0, support=wanted)  # fmt: skip


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 4)
