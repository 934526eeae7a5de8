"""How two models speak with one voice: the chances of the linear model and of the encoder, drawn together by a weight a task.

Both see different things (the one exact words, the other what they mean), so their mean is better than either. The encoder costs a
hundred times as much: only what the linear model does not firmly call irrelevant pays for it, and text whose marks could not be given
back, of which it understands less than the linear model, is left to that one. Weights and borders were chosen on the third of the
real training documents that neither model had seen, and agree with dev; a finer choice a task did not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

WEIGHTS = {"relevance": 0.5, "topic": 0.5, "sentiment": 0.5, "voice": 0.5}  # the encoder's share
FIRM = 0.98  # whose chance of "none" is above this by the linear model alone does not pay; none of 807 unseen was lost by it
HOLDS = 0.45  # a topic whose chance is above this holds
MOST = 4  # topics a document

Chances = Mapping[str, np.ndarray]


def doubtful(relevance: np.ndarray, *, marked: bool) -> bool:
    """Whether a document pays the encoder: by the linear model's chances of core, mention and none, and by its marks.

    >>> doubtful(np.array([0.6, 0.2, 0.2]), marked=True), doubtful(np.array([0.0, 0.01, 0.99]), marked=True)
    (True, False)
    """
    return marked and bool(relevance[2] < FIRM)


def blend(
    linear: np.ndarray, encoder: np.ndarray, *, labels: Sequence[str], known: Sequence[str], weight: float = 0.5
) -> np.ndarray:
    """The chances of the linear model's ``labels``, drawn together with the encoder's for those that it knows.

    >>> blend(np.array([1.0, 0.2]), np.array([0.5]), labels=["pension", "our_own"], known=["pension"]).tolist()
    [0.75, 0.2]
    """
    found = linear.copy()
    places = {label: at for at, label in enumerate(known)}
    for at, label in enumerate(labels):
        if label in places:
            found[at] = weight * encoder[places[label]] + (1 - weight) * linear[at]
    return found


def holding(topics: np.ndarray) -> list[int]:
    """The places of the topics of one document that hold, likeliest first: those above HOLDS, MOST at most, and always the likeliest.

    >>> holding(np.array([0.2, 0.9, 0.1, 0.6])), holding(np.array([0.2, 0.3]))
    ([1, 3], [1])
    """
    order = [int(place) for place in np.argsort(-topics, kind="stable")]
    return [place for rank, place in enumerate(order[:MOST]) if rank == 0 or topics[place] > HOLDS]
