"""The encoder: a small transformer, fine-tuned for relevance, topics, sentiment and voice, run by onnxruntime and nothing else.

Why it scores one text at a time: its activations are rounded to 8 bits as they run, so a text scored beside others could come out
a little differently; alone it cannot, and in batches nothing would be gained on one core. onnxruntime is imported here alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from monitor.errors import ModelError
from monitor.records import Article
from monitor.tag import artefact
from monitor.tag.pieces import END, START, Vocabulary

MANY = ("topic",)  # tasks in which several labels may hold
HEAD, REST = 500, 1_600  # characters that are read of a headline, and of what stands under it
HEAD_PIECES = 64


@dataclass(frozen=True)
class Encoder:
    """A model that is ready to score: ``labels`` by task in the order of its columns, ``heat`` by task what calibrates its scores."""

    name: str
    digest: str
    vocabulary: Vocabulary
    labels: Mapping[str, tuple[str, ...]]
    heat: Mapping[str, float]
    longest: int
    session: Any

    @classmethod
    def load(cls, folder: Path) -> Encoder:
        """The encoder in a folder. Raises ModelError where a file is damaged or foreign, or onnxruntime is not installed."""
        packed = artefact.read(folder)
        try:
            model = packed.model
            if model["kind"] != "encoder":
                raise ModelError(f"{folder}: not an encoder; name the folder of one")
            vocabulary = Vocabulary(list(map(str, model["pieces"])), packed.arrays["scores"].tolist(), float(model["floor"]))
            labels = {str(task): tuple(map(str, names)) for task, names in model["labels"].items()}
            heat = {task: float(model["heat"][task]) for task in labels}
            longest, graph = int(model["longest"]), packed.arrays["graph"].astype(np.uint8, casting="equiv")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{folder}: a part is missing or wrong ({error}); restore it, or train again") from error
        session = _session(graph.tobytes(), folder)
        if session.get_outputs()[0].shape != [1, sum(map(len, labels.values()))] or longest < 8:
            raise ModelError(f"{folder}: graph and labels do not fit together; restore it, or train again")
        return cls(packed.name, packed.digest, vocabulary, labels, heat, longest, session)

    def score(self, documents: Sequence[Article]) -> dict[str, np.ndarray]:
        """The chance of every label, documents × labels by task: of tasks with one label to choose a row sums to 1.

        The same for a document whatever else is scored, and every time. Of a long document the opening is read.
        """
        width = sum(map(len, self.labels.values()))
        rows = np.array([self._row(document) for document in documents], np.float64).reshape(-1, width)
        found, first = {}, 0
        for task, names in self.labels.items():
            columns = rows[:, first : first + len(names)] / self.heat[task]
            found[task] = 1 / (1 + np.exp(-columns)) if task in MANY else softmax(columns)
            first += len(names)
        return found

    def _row(self, document: Article) -> np.ndarray:
        pieces = np.array(numbers(document, self.vocabulary, self.longest), np.int64)
        row: np.ndarray = self.session.run(None, {"pieces": pieces})[0][0]
        return row


def numbers(document: Article, vocabulary: Vocabulary, longest: int) -> list[int]:
    """A document as the encoder reads it: its kind and headline, END, what stands under it, END; ``longest`` pieces at most."""
    kind, head, rest = parts(document)
    found = [START, *vocabulary.numbers(f"{kind}: {head[:HEAD]}", min(HEAD_PIECES, longest - 2)), END]
    if rest and len(found) + 2 <= longest:
        found += [*vocabulary.numbers(rest[:REST], longest - len(found) - 1), END]
    return found


def parts(document: Article) -> tuple[str, str, str]:
    """Kind, headline and text of a document. The headline of a comment is the one it stands under.

    A comment without context takes its title for one: crawlers that know the headline above put it there.
    """
    kind = "tin" if document.kind == "news" else "bình luận"
    head, rest = document.context or document.title, [document.lead, document.text]
    if document.context and document.title:
        rest.insert(0, document.title)
    return kind, head, "\n".join(filter(None, rest))


def softmax(columns: np.ndarray) -> np.ndarray:
    """Rows of scores as chances that sum to 1."""
    powers = np.exp(columns - columns.max(axis=1, keepdims=True))
    chances: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return chances


def _session(graph: bytes, folder: Path) -> Any:
    """The graph, ready to run on one core: a text is too small to share between cores."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it keeps a diary in the user's cache and sends it to its maker
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError("onnxruntime: not installed; install the extra `encoder`, or tag with the linear model alone") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what is wrong is said by our error
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no other ancestor
        raise ModelError(f"{folder}: the graph cannot be run ({str(error)[:80]!r}); restore it, or train again") from error
