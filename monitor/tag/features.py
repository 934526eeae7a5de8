"""What a document looks like to a linear model: named counts from one extractor, as rows and numbers from one vectoriser.

The name of a feature starts with its block: ``s`` syllable 1-3-grams, ``t`` the same of the title, ``c`` character 2-5-grams,
``q`` the headline above a comment, ``x`` phrases of the lexicon by field, ``k`` the kind. Features of text without marks start
with ``~`` and have weights of their own, because fitting both together would blur the marked ones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from monitor.tag.lexicon import Hit
from monitor.tag.syllables import Reading

LEAD = 60  # tokens after the title that count as the lead
BLOCKS = ("s", "t", "c", "q", "x", "k")
_PLAIN = {"x", "k"}  # blocks that are neither weighted by rarity nor brought to length one


def extract(reading: Reading, hits: Iterable[Hit]) -> dict[str, float]:
    """The named counts of a document."""
    tokens = [masked(token) for token in reading.tokens]
    found: Counter[str] = Counter()
    found.update(f"s{gram}" for gram in grams(tokens, 3))
    found.update(f"t{gram}" for gram in grams(tokens[: reading.title], 3))
    found.update(f"q{gram}" for gram in grams([masked(token) for token in reading.context], 2))
    text = " ".join(tokens)
    for size in (2, 3, 4, 5):
        found.update([f"c{text[at : at + size]}" for at in range(len(text) - size + 1)])
    found.update(f"x{name}" for hit in hits for name in fields_of(hit, reading))
    found[f"k{reading.kind}"] += 1
    return found if reading.marked else {f"~{name}": count for name, count in found.items()}


def masked(token: str) -> str:
    """A token with its figures hidden: amounts and dates differ from day to day, that they stand there does not.

    >>> masked("2.340.000"), masked("75"), masked("lương")
    ('0.0', '00', 'lương')
    """
    if not token[0].isdigit():
        return token
    return "0" * min(len(token), 5) if token.isdigit() else "0.0"


def grams(tokens: list[str], longest: int) -> Iterable[str]:
    """Runs of one to ``longest`` tokens, joined by blanks."""
    for size in range(1, longest + 1):
        for at in range(len(tokens) - size + 1):
            yield " ".join(tokens[at : at + size])


def fields_of(hit: Hit, reading: Reading) -> tuple[str, ...]:
    """A hit as features: anywhere, and in the title, the lead or what follows."""
    field = "title" if hit.end <= reading.title else "lead" if hit.start < reading.title + LEAD else "rest"
    return hit.group, f"{hit.group}@{field}"


def block_of(name: str) -> str:
    """The block of a feature by its name."""
    return name[1] if name[0] == "~" else name[0]


@dataclass(frozen=True)
class Vectoriser:
    """Known features and their weights; ``rows`` maps a name to its row, ``rarity`` holds a factor a row."""

    rows: Mapping[str, int]
    rarity: np.ndarray

    def __call__(self, counts: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """Rows and values of a document: (1 + ln count) times rarity, each text block brought to length one."""
        parts: dict[str, tuple[list[int], list[float]]] = {}
        rows = self.rows
        for name, count in counts.items():
            row = rows.get(name)
            if row is not None:
                at, values = parts.setdefault(name[1] if name[0] == "~" else name[0], ([], []))
                at.append(row)
                values.append(count)
        found = [self._block(block, *parts[block]) for block in BLOCKS if block in parts]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.float64)
        return np.concatenate([at for at, _ in found]), np.concatenate([values for _, values in found])

    def _block(self, block: str, rows: list[int], counts: list[float]) -> tuple[np.ndarray, np.ndarray]:
        at, values = np.array(rows), 1 + np.log(np.array(counts, np.float64))
        if block in _PLAIN:
            return at, 0.5 * values
        values *= self.rarity[at]
        return at, values / math.sqrt(float(values @ values))


def fit(documents: Iterable[Mapping[str, float]], *, least: int = 2, least_characters: int = 3) -> Vectoriser:
    """A vectoriser of the features that stand in at least so many documents, in order of name; rarity is ln((1+n)/(1+df)) + 1."""
    seen: Counter[str] = Counter()
    number = 0
    for counts in documents:
        seen.update(counts.keys())
        number += 1
    names = sorted(n for n, times in seen.items() if times >= (least_characters if block_of(n) == "c" else least))
    rarity = np.array([math.log((1 + number) / (1 + seen[name])) + 1 for name in names])
    return Vectoriser({name: row for row, name in enumerate(names)}, rarity)
