"""Marks given back to text that was typed without them, or with some: "bhxh mot lan rut thế nào" read as "bhxh một lần rút thế nào".

Why: models are taught on marked text and understand little else; a reader puts the marks back in the mind. Each bare syllable may
stand for several; the likeliest row of them is found by Viterbi's algorithm over chances of syllables after one another, counted
in the press (interpolated with the chance of the syllable alone). What stands marked is left, and says what its neighbours are; the
share of marks that are missing says how likely it is that a bare syllable was meant to be one. The text keeps its length letter by
letter, so that spans hold. Only the models see it: what is stored and shown is as somebody wrote it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from monitor.errors import ModelError
from monitor.tag.artefact import Artefact
from monitor.text import fold, lower

CHOICES = 12  # marked syllables of one bare one that are thought of
OWN = 3.0  # how many sightings the chance of the syllable alone is worth, beside those after the one before
LEAST_SYLLABLE, LEAST_PAIR = 3, 3  # sightings of what is kept
LONGEST = 1_000  # syllables that are marked; what models read is less
# Of the syllables of the labelled press 16 in 100 carry no mark. Of its texts of 100 characters or more all have 0.2 bytes more than
# characters in UTF-8, and 99 in 100 under 36 bare syllables in 100; of its headlines 99 in 100 under 50.
BARE, WRITTEN, USUAL = 0.16, 0.26, 0.3
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Marks:
    """Marked syllables with how often each was seen, and pairs of them: ``keys`` (first × number + second, sorted) and ``seen``."""

    name: str
    syllables: tuple[str, ...]
    counts: np.ndarray
    keys: np.ndarray
    seen: np.ndarray
    digest: str = ""

    def restore(self, text: str) -> str:
        """The text with the likeliest marks, as long as it was, capitals where they stood; what is not known stays as it is.

        Text that lacks no more marks than text usually does comes back unchanged.
        """
        lost = missing(text)
        if not lost:
            return text
        found = list(_WORD.finditer(text))[:LONGEST]
        written = list(text)
        run: list[re.Match[str]] = []
        for at, one in enumerate(found):
            run.append(one)
            after = found[at + 1] if at + 1 < len(found) else None
            if after is None or text[one.end() : after.start()].strip(" \n-–"):  # a sign ends a run
                for word, syllable in zip(run, self._likeliest([lower(word[0]) for word in run], lost), strict=True):
                    written[word.start() : word.end()] = _cased(word[0], syllable)
                run = []
        return "".join(written)

    def _likeliest(self, words: list[str], lost: float) -> list[str]:
        """The likeliest marked syllables of a row of words in small letters, of which those that carry marks stay as they are."""
        rows = [self._choices.get(word, ()) if word.isascii() else self._itself(word) for word in words]
        cost = math.log(lost)
        best: dict[int, tuple[float, list[int]]] = {-1: (0.0, [])}
        for row in rows:
            step: dict[int, tuple[float, list[int]]] = {}
            for here in row or (-1,):
                step[here] = max(
                    ((score + self._chance(before, here), [*path, here]) for before, (score, path) in best.items()),
                    key=lambda one: one[0],
                )
            best = {here: (score + cost * (here in self._marked), path) for here, (score, path) in step.items()}
        _, path = max(best.values(), key=lambda one: one[0])
        return [self.syllables[at] if at >= 0 else word for at, word in zip(path, words, strict=True)]

    def _itself(self, word: str) -> tuple[int, ...]:
        at = bisect_left(self.syllables, word)
        return (at,) if at < len(self.syllables) and self.syllables[at] == word else ()

    def _chance(self, before: int, here: int) -> float:
        if here < 0:
            return 0.0
        alone = float(self.counts[here]) / self._total
        after = self._pairs.get(before * len(self.syllables) + here, 0) if before >= 0 else 0
        times = float(self.counts[before]) if before >= 0 else 0.0
        return math.log((after + OWN * alone) / (times + OWN))

    @cached_property
    def _marked(self) -> frozenset[int]:
        return frozenset(at for at, syllable in enumerate(self.syllables) if not syllable.isascii())

    @cached_property
    def _total(self) -> float:
        return float(self.counts.sum())

    @cached_property
    def _pairs(self) -> Mapping[int, int]:
        return dict(zip(self.keys.tolist(), self.seen.tolist(), strict=True))

    @cached_property
    def _choices(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at in np.argsort(-self.counts, kind="stable").tolist():
            found[fold(self.syllables[at])].append(at)
        return {bare: tuple(places[:CHOICES]) for bare, places in found.items()}


def missing(text: str) -> float:
    """The share of its marks that a text was typed without, 0..1; 0 where so few are missing that it may be as it should.

    >>> missing("bao hiem xa hoi mot lan"), missing("bảo hiểm xã hội một lần")
    (1.0, 0.0)
    >>> round(missing("rút bhxh mot lan thì phai lam sao vậy moi nguoi"), 2)
    0.68
    """
    if len(text.encode(errors="replace")) - len(text) > WRITTEN * len(text):
        return 0.0
    words = _WORD.findall(text)[:LONGEST]
    bare = sum(word.isascii() for word in words) / max(len(words), 1)
    return (bare - BARE) / (1 - BARE) if words and bare > USUAL + 0.6 * len(words) ** -0.5 else 0.0


def fit(texts: Iterable[str], *, name: str = "marks") -> Marks:
    """The syllables and pairs of marked texts. Pairs are counted within a line, over blanks and hyphens only."""
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        low = lower(text)
        words = list(_WORD.finditer(low))
        alone.update(word[0] for word in words)
        pairs.update((one[0], two[0]) for one, two in pairwise(words) if not low[one.end() : two.start()].strip(" -–"))
    syllables = sorted(word for word, times in alone.items() if times >= LEAST_SYLLABLE and len(fold(word)) == len(word))
    place = {word: at for at, word in enumerate(syllables)}
    kept = sorted(
        (place[one] * len(place) + place[two], times)
        for (one, two), times in pairs.items()
        if times >= LEAST_PAIR and one in place and two in place
    )
    keys, seen = (np.array([row[at] for row in kept], np.int64) for at in (0, 1))
    counts = np.array([alone[word] for word in syllables], np.int64)
    return Marks(name, tuple(syllables), counts, keys, np.minimum(seen, 60_000).astype(np.uint16))


def pack(marks: Marks) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the JSON of a model, for ``artefact.write``; keys as steps from one to the next, which pack well."""
    arrays = {"counts": marks.counts, "steps": np.diff(marks.keys, prepend=0), "seen": marks.seen}
    return arrays, {"kind": "marks", "syllables": list(marks.syllables)}


def unpack(found: Artefact) -> Marks:
    """The model in an artefact. Raises ModelError where its parts do not fit together."""
    try:
        syllables = tuple(map(str, found.model["syllables"]))
        counts, seen = (found.arrays[name].astype(np.int64, casting="safe") for name in ("counts", "seen"))
        keys = np.cumsum(found.arrays["steps"].astype(np.int64, casting="safe"))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{found.name}: a part is missing ({error}); restore it, or train again") from error
    if counts.shape != (len(syllables),) or seen.shape != keys.shape or keys.ndim != 1 or (counts < 1).any():
        raise ModelError(f"{found.name}: arrays and syllables do not fit together; restore it, or train again")
    return Marks(found.name, syllables, counts, keys, seen, found.digest)


def _cased(word: str, syllable: str) -> list[str]:
    """The syllable with the capitals of the word."""
    return [mark.upper() if letter.isupper() else mark for letter, mark in zip(word, syllable, strict=True)]
