"""Linear models: fitted by scikit-learn, scored without it by one gather over the fitted weights.

Every task is a *head*: some columns of one matrix of weights, so that one look-up of a document's features scores all tasks.
scikit-learn is imported in the functions that fit, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.errors import ModelError
from monitor.records import record
from monitor.tag.artefact import Artefact
from monitor.tag.features import Vectoriser


@record
class Head:
    """A task and its labels, which stand in the columns ``first`` onwards; ``many`` says whether several may hold."""

    task: str
    labels: tuple[str, ...]
    first: int
    many: bool = False

    @property
    def columns(self) -> slice:
        """The columns of the head."""
        return slice(self.first, self.first + len(self.labels))


@dataclass(frozen=True)
class Linear:
    """All heads: ``weights`` (features × columns, float32), and per column the intercept, slope and offset of its calibration."""

    name: str
    vectoriser: Vectoriser
    names: tuple[str, ...]
    heads: Mapping[str, Head]
    weights: np.ndarray
    columns: Mapping[str, np.ndarray]
    digest: str = ""

    def decide(self, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The decision of every column: the distance to its border, positive where the label is likelier than not."""
        return self.weigh(self.weights[rows], values)

    def weigh(self, weights: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The same where the weights of the rows are at hand: to gather them is dearer than to multiply."""
        return values.astype(np.float32) @ weights + self.columns["intercept"]

    def calibrated(self, decisions: np.ndarray, task: str) -> np.ndarray:
        """The decisions of a head as probabilities 0..1 (Platt); those of a head with one label to choose sum to 1."""
        head = self.heads[task]
        at = head.columns
        chances = 1 / (1 + np.exp(-(self.columns["slope"][at] * decisions[at] + self.columns["offset"][at])))
        return chances if head.many else chances / max(float(chances.sum()), 1e-9)

    def choose(self, decisions: np.ndarray, task: str) -> int:
        """The place of the likeliest label of a head with one label to choose."""
        at = self.heads[task].columns
        return int(np.argmax(decisions[at]))

    def holding(self, decisions: np.ndarray, task: str, *, least: int = 1, most: int = 4) -> list[int]:
        """The places of the labels that hold, best first: those over the border, ``most`` at most, the best ``least`` always."""
        at = self.heads[task].columns
        order = [int(place) for place in np.argsort(-decisions[at], kind="stable")]
        return [place for rank, place in enumerate(order[:most]) if rank < least or decisions[at][place] > 0]


def pack(model: Linear) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the JSON of a model, for ``artefact.write``."""
    arrays = {"weights": model.weights.astype(np.float16), "rarity": model.vectoriser.rarity, **model.columns}
    heads = [{"task": h.task, "labels": list(h.labels), "first": h.first, "many": h.many} for h in model.heads.values()]
    return arrays, {"kind": "linear", "heads": heads, "vocabulary": list(model.names)}


def unpack(artefact: Artefact) -> Linear:
    """The model in an artefact. Raises ModelError where its parts do not fit together."""
    try:
        names = tuple(str(name) for name in artefact.model["vocabulary"])
        heads = {str(h["task"]): Head(task=str(h["task"]), labels=tuple(map(str, h["labels"])), first=int(h["first"]),
                                      many=bool(h["many"])) for h in artefact.model["heads"]}  # fmt: skip
        weights = np.ascontiguousarray(artefact.arrays["weights"], np.float32)
        columns = {name: artefact.arrays[name] for name in ("intercept", "slope", "offset")}
        rarity = artefact.arrays["rarity"]
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{artefact.name}: a part is missing ({error}); restore it, or train again") from error
    width = sum(len(head.labels) for head in heads.values())
    shapes = {weights.shape: (len(names), width), rarity.shape: (len(names),)}
    shapes |= {("column", *array.shape): ("column", width) for array in columns.values()}
    if any(have != want for have, want in shapes.items()) or not all(map(_finite, (weights, rarity, *columns.values()))):
        raise ModelError(f"{artefact.name}: arrays and vocabulary do not fit together; restore it, or train again")
    vectoriser = Vectoriser({name: row for row, name in enumerate(names)}, rarity)
    try:
        vectoriser.prepare()
    except (ValueError, IndexError) as error:
        raise ModelError(f"{artefact.name}: a feature is none of ours ({error}); restore it, or train again") from error
    return Linear(artefact.name, vectoriser, names, heads, weights, columns, artefact.digest)


def _finite(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and bool(np.isfinite(array).all())


def matrix(vectors: Sequence[tuple[np.ndarray, np.ndarray]], width: int) -> Any:
    """The vectors as the rows of a scipy CSR matrix with ``width`` columns."""
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in vectors)])
    values = np.concatenate([np.zeros(0), *(values for _, values in vectors)])
    return csr_matrix((values, columns, ends), shape=(len(vectors), width))


@dataclass(frozen=True)
class Fit:
    """One fitted column: weights, intercept."""

    weights: np.ndarray
    intercept: float


def fit_column(
    table: Any, holds: np.ndarray, *, cost: float, importance: np.ndarray, balanced: bool = True, contrast: float = 0.0
) -> Fit:
    """A linear SVM that tells the rows where ``holds`` from the others, both sides weighing the same if ``balanced``.

    ``contrast`` is how far features count by how differently they stand on both sides (see ``contrasts``), 0 to 1.
    """
    from sklearn.svm import LinearSVC

    if holds.all() or not holds.any():  # a label without an example (or without a counter-example) is never in doubt
        return Fit(np.zeros(table.shape[1], np.float32), 1.0 if holds.all() else -1.0)
    factors = contrasts(table, holds, contrast)
    model = LinearSVC(C=cost, class_weight="balanced" if balanced else None, random_state=0, max_iter=20_000)
    model.fit(table.multiply(factors).tocsr() if contrast else table, holds, importance)
    return Fit((model.coef_[0] * factors).astype(np.float32), float(model.intercept_[0]))


def contrasts(table: Any, holds: np.ndarray, share: float) -> np.ndarray:
    """A factor a feature: 1 − share, and share times the log of how much more of it stands on one side than on the other.

    From Wang and Manning, "Baselines and Bigrams" (2012), whose naive Bayes features these are.
    """
    if not share:
        return np.ones(table.shape[1])
    sides = [1 + np.asarray(table[side].sum(axis=0)).ravel() for side in (holds, ~holds)]
    ratios = np.abs(np.log(sides[0] / sides[0].sum()) - np.log(sides[1] / sides[1].sum()))
    return (1 - share) + share * ratios


def out_of_fold(
    table: Any,
    holds: np.ndarray,
    *,
    cost: float,
    importance: np.ndarray,
    folds: np.ndarray,
    balanced: bool = True,
    contrast: float = 0.0,
) -> np.ndarray:
    """The decision on every row by a column fitted without the rows of its fold."""
    decisions = np.zeros(len(holds))
    how: dict[str, Any] = {"cost": cost, "balanced": balanced, "contrast": contrast}
    for fold in np.unique(folds):
        here, there = folds == fold, folds != fold
        fitted = fit_column(table[there], holds[there], importance=importance[there], **how)
        decisions[here] = table[here] @ fitted.weights + fitted.intercept
    return decisions


def platt(decisions: np.ndarray, holds: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the logistic curve that makes decisions probabilities; (2, 0) where there is nothing to learn from."""
    from sklearn.linear_model import LogisticRegression

    if holds.all() or not holds.any():
        return 2.0, 0.0
    model = LogisticRegression(C=10.0).fit(decisions.reshape(-1, 1), holds)
    return max(float(model.coef_[0, 0]), 0.1), float(model.intercept_[0])
