"""Vietnamese words exactly as underthesea finds them, ten times faster: ``words``, ``segmented``, ``lines``.

underthesea cuts a sentence into tokens by one regular expression and asks a CRF of each token whether it begins a word or
stands inside one; most of its time goes into 43 strings a token. Here what stands between blanks is cut once and remembered
(`reader`), and the same weights, out of the same file (`crfsuite`), are keyed by numbers (`weights`) and added (`tagger`).

*Why the words are the same.* Everything that touches letters is asked of underthesea itself (its notion of lower case and
titles is not Python's); where a decision hangs on rounding, it decides; and all was compared for one version and one model
file. With any other, or when anything unexpected happens, underthesea does the work, and a warning says so once.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import RLock
from typing import Any

from monitor.errors import ModelError
from monitor.segment.crfsuite import read
from monitor.segment.reader import Reader
from monitor.segment.tagger import BORDER, Tagger

_VERSIONS = {"underthesea": "9.5.0", "underthesea_core": "3.3.2"}
_MODEL = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
_SHA256 = {
    "models.bin": "c3a64c64349f1d73304f89babacaa8f8cd6078b1ec1a1b2c104e9e411ac1d2c3",
    "features.bin": "cf93263c7c7973bf50122b0be76a394443ff61be00c1368713dee1b7d5b8a435",
    "dictionary.bin": "ec8c62b3881c6682c18959988e1fe08800cc835777778845bded470ca02745d9",
}

_log = logging.getLogger(__name__)
_warned: set[str] = set()
_lock = RLock()  # underthesea hands out its model before it is loaded

Cut = tuple[list[str], list[bool]]  # tokens, and which of them stand inside a word


def words(sentence: str) -> list[str]:
    """The words of a sentence: what ``underthesea.word_tokenize(sentence)`` gives.

    >>> words("Bảo hiểm xã hội một lần")
    ['Bảo hiểm xã hội', 'một', 'lần']
    """
    found = _cut([sentence])[0]
    return _original(sentence) if found is None else _join(found, "\n", " ").split("\n")[1:]  # no token holds a line break


def segmented(sentence: str) -> str:
    """The same words joined by blanks and their syllables by "_": ``word_tokenize(sentence, format="text")``.

    >>> segmented("Bảo hiểm xã hội một lần")
    'Bảo_hiểm_xã_hội một lần'
    """
    return lines([sentence])[0]


def lines(sentences: Sequence[str]) -> list[str]:
    """Every sentence ``segmented``; all sentences of a text at once are much faster than one by one."""
    return [
        _original(sentence, format="text") if found is None else _join(found, " ", "_")[1:]
        for sentence, found in zip(sentences, _cut(sentences), strict=True)
    ]


def _join(found: Cut, between: str, within: str) -> str:
    """All tokens, each behind its mark: ``between`` words or ``within`` one."""
    tokens, inside = found
    parts = [between] * (2 * len(tokens))
    parts[2::2] = map((between, within).__getitem__, inside[1:])
    parts[1::2] = tokens
    return "".join(parts)


def _cut(sentences: Sequence[str]) -> list[Cut | None]:
    """For each sentence its tokens and their places in words; None where underthesea must be asked."""
    with _lock:
        segmenter = _load()
    try:
        return segmenter.cut(sentences) if segmenter else [None] * len(sentences)
    except Exception as error:  # identity is the promise: whatever it is, underthesea's answer (or error) is the answer
        _warn(type(error).__name__, str(error))
        return [None] * len(sentences)


def _original(sentence: str, **options: str) -> Any:
    from underthesea import word_tokenize

    with _lock:
        return word_tokenize(sentence, **options)


def _warn(kind: str, reason: str) -> None:
    """Say once for each kind of trouble why underthesea works by itself."""
    if kind not in _warned:
        _warned.add(kind)
        _log.warning("segment: %s (underthesea now segments by itself, ten times slower)", reason)


@cache
def _load() -> _Segmenter | None:
    """The segmenter for the underthesea that is installed; None, and a warning, where it is not the one compared."""
    try:
        for library, version in _VERSIONS.items():
            if (found := metadata.version(library)) != version:
                raise ModelError(f"{library}: compared with {version} and not with {found}; run tests/test_segment.py with it")
        return _Segmenter()
    except Exception as error:
        _warn("load", str(error))
        return None


def _shipped(name: str) -> bytes:
    """A file of the model that underthesea ships. Raises ModelError where it is not the one compared."""
    import underthesea

    content = (Path(underthesea.__file__).parent / _MODEL / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256[name]:
        raise ModelError(f"{name}: not the file that was compared; install underthesea again")
    return content


class _Segmenter:
    """Sentences into tokens, and tokens into words."""

    def __init__(self) -> None:
        files = {name: _shipped(name) for name in _SHA256}
        self._tagger = Tagger(read(files["models.bin"]), pickle.loads(files["dictionary.bin"]))  # safe: its hash is known
        self._reader = Reader(self._tagger)

    def cut(self, sentences: Sequence[str]) -> list[Cut | None]:
        """For each sentence its tokens and their places in words; None where underthesea must be asked."""
        if not sentences:
            return []
        found, codes = [], BORDER.copy()
        for sentence in sentences:
            tokens, numbers = self._reader.read(sentence)
            codes += numbers
            codes += BORDER
            found.append(tokens)
        inside = self._tagger.inside(codes, [len(tokens or ()) for tokens in found])
        return [None if tokens is None or places is None else (tokens, places)
                for tokens, places in zip(found, inside, strict=True)]  # fmt: skip
