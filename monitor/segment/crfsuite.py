"""What a CRFsuite model file holds: ``read``.

The file is a header, then chunks: the features (a weight for an attribute and a label, or for two labels that follow each
other), and two databases of names (labels, attributes). Its hash tables serve looking up one name at a time; all names are
wanted here, so only the list that leads from a number back to its name is walked.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from monitor.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER = struct.Struct("<4sI4s9I")  # magic, size, type, version; counts and offsets
_NAMES = struct.Struct("<4s5I")  # magic, size, flag, byte order; length and offset of the list back to the names
_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Crf:
    """A linear-chain CRF: ``states[attribute, label]`` and ``transitions[from, to]``, absent weights 0."""

    labels: list[str]
    attributes: list[str]
    states: NDArray[np.float64]
    transitions: NDArray[np.float64]


def read(content: bytes) -> Crf:
    """The model that a CRFsuite file holds. Raises ModelError for bytes that are no such file."""
    try:
        magic, size, kind, _, _, _, _, features_at, labels_at, names_at, _, _ = _HEADER.unpack_from(content)
        if (magic, kind, size) != (b"lCRF", b"FOMC", len(content)):
            raise ValueError("not a whole file in CRFsuite's format")
        labels, attributes = _names(content, labels_at), _names(content, names_at)
        (number,) = struct.unpack_from("<I", content, features_at + 8)
        features = np.frombuffer(content, _FEATURE, number, features_at + 12)
        states, transitions = np.zeros((len(attributes), len(labels))), np.zeros((len(labels), len(labels)))
        for kind, matrix in enumerate((states, transitions)):
            chosen = features[features["kind"] == kind]
            matrix[chosen["source"], chosen["label"]] = chosen["weight"]
    except (struct.error, ValueError, IndexError) as error:
        raise ModelError(f"CRF model: {error}; install the library that ships it again") from error
    return Crf(labels=labels, attributes=attributes, states=states, transitions=transitions)


def _names(content: bytes, start: int) -> list[str]:
    """The names of one database in the order of their numbers."""
    magic, _, _, _, number, back = _NAMES.unpack_from(content, start)
    if magic != b"CQDB":
        raise ValueError("no database of names where the header says")
    names = []
    for at in struct.unpack_from(f"<{number}I", content, start + back):
        _, length = struct.unpack_from("<2I", content, start + at)
        begin = start + at + 8
        names.append(content[begin : begin + length - 1].decode())  # ends in a zero byte
    return names
