"""Where the models are weak, read off their own figures: what a person should look at before relying on a tag."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.measures import Score, Scores
from monitor.report.markdown import between, number

FEW = 10  # documents: below them a figure of a label says little
SHOWN = 5  # labels or confusions that are named
_ALWAYS = """- Irony, and comments whose subject stands only in the headline above them.
- One tone for an article whose praise and blame go to different things; see the evidence.
- What is new since the training documents: names of laws, agencies and schemes that no document had."""


def weaknesses(scores: Scores) -> str:
    """A list: the weakest labels, the most frequent confusions, labels with too few documents to judge, and what is always hard."""
    return "\n".join([*_computed(scores), _ALWAYS])


def _computed(scores: Scores) -> Iterator[str]:
    labels = [(task, one) for task, found in scores.labels.items() for one in found]
    known = sorted((pair for pair in labels if pair[1].support >= FEW), key=lambda pair: (pair[1].f1, pair[1].label))
    if known:
        yield "- The weakest labels: " + ", ".join(_named(task, one) for task, one in known[:SHOWN]) + "."
    few = [one.label for _, one in labels if one.support < FEW]
    if few:
        yield f"- Fewer than {FEW} documents, so that their figures say little: {', '.join(few)}."
    for task, pairs in scores.confusion.items():
        wrong = sorted((one for one in pairs if one.truth != one.said), key=lambda one: (-one.count, one.truth, one.said))
        if wrong:
            told = ", ".join(f"*{one.truth}* for *{one.said}* ({one.count})" for one in wrong[:SHOWN])
            yield f"- {task.capitalize()} most often taken wrongly: {told}."


def _named(task: str, one: Score) -> str:
    return f"{task} *{one.label}* (F1 {number(one.f1)}, {between(one.interval)})"
