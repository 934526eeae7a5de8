"""What a document looks like to a linear model: named counts from one extractor, as rows and numbers from one vectoriser.

The name of a feature starts with its block: ``s`` syllable 1-3-grams, ``t`` the same of the title, ``c`` character 2-5-grams,
``q`` the headline above a comment, ``x`` phrases of the lexicon by field, ``k`` the kind, ``p`` the
surroundings of a place (made in places.py). Features of text without marks start
with ``~`` and have weights of their own, because fitting both together would blur the marked ones; characters
say too little there to be worth their place.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from monitor.tag.grams import Grams
from monitor.tag.lexicon import Hit
from monitor.tag.syllables import Reading

LEAD = 60  # tokens after the title that count as the lead
BLOCKS = ("s", "t", "c", "q", "x", "k", "p")
_PLAIN = 4  # the blocks from here on are neither weighted by rarity nor brought to length one


def extract(reading: Reading, hits: Iterable[Hit]) -> Mapping[str, float]:
    """The named counts of a document."""
    parts = runs(reading)
    blocks: dict[str, Iterable[str]] = {block: grams(parts[block], 2 if block == "q" else 3) for block in "stq"}
    text = str(parts.get("c", ""))
    blocks["c"] = [text[at : at + size] for size in (2, 3, 4, 5) for at in range(len(text) - size + 1)]
    blocks |= {"x": [name for hit in hits for name in fields_of(hit, reading)], "k": [reading.kind]}
    mark = "" if reading.marked else "~"
    found: dict[str, float] = {}
    for block, names in blocks.items():
        found.update({f"{mark}{block}{name}": count for name, count in Counter(names).items()})
    return found


def runs(reading: Reading) -> dict[str, Sequence[str]]:
    """The syllables of a document by block, and of text with marks its characters."""
    tokens = [masked(token) for token in reading.tokens]
    found: dict[str, Sequence[str]] = {"s": tokens, "t": tokens[: reading.title]}
    found["q"] = [masked(token) for token in reading.context]
    return found | ({"c": " ".join(tokens)} if reading.marked else {})


def masked(token: str) -> str:
    """A token with its figures hidden: amounts and dates differ from day to day, that they stand there does not.

    >>> masked("2.340.000"), masked("75"), masked("lương")
    ('0.0', '00', 'lương')
    """
    if not token[0].isdigit():
        return token
    return "0" * min(len(token), 5) if token.isdigit() else "0.0"


def grams(tokens: Sequence[str], longest: int) -> list[str]:
    """Runs of one to ``longest`` tokens, joined by blanks."""
    runs = (zip(*(tokens[at:] for at in range(size)), strict=False) for size in range(1, longest + 1))
    return list(map(" ".join, chain.from_iterable(runs)))


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

    @cached_property
    def blocks(self) -> np.ndarray:
        """The place in BLOCKS of every row's block."""
        return np.array([BLOCKS.index(block_of(name)) for name in self.rows], np.int64)

    @cached_property
    def known(self) -> Grams:
        """The runs among the features; those of text without marks are blocks of their own."""
        runs: dict[str, dict[str, int]] = {}
        for name, row in self.rows.items():
            size = 2 if name[0] == "~" else 1
            if name[size - 1] in "stqc":
                runs.setdefault(name[:size], {})[name[size:]] = row
        return Grams(runs, characters=["c"])

    def prepare(self) -> None:
        """Nothing; what tagging needs is ready, rather than at the first document. Raises ValueError for names that are no features."""
        assert len(self.blocks) == len(self.rows)
        assert self.known

    def __call__(self, counts: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """Rows in order, and values: (1 + ln count) times rarity, each text block brought to length one."""
        known = list(counts.keys() & self.rows.keys())
        rows = np.fromiter(map(self.rows.__getitem__, known), np.int64, len(known))
        order = np.argsort(rows)
        return self._valued(rows[order], np.fromiter(map(counts.__getitem__, known), np.float64, len(known))[order])

    def read(self, reading: Reading, hits: Iterable[Hit]) -> tuple[np.ndarray, np.ndarray]:
        """The same of the counts that ``extract`` gives, without naming them: for tagging."""
        mark = "" if reading.marked else "~"
        names = [f"{mark}x{name}" for hit in hits for name in fields_of(hit, reading)] + [f"{mark}k{reading.kind}"]
        others = [self.rows[name] for name in names if name in self.rows]
        found = self.known.find({f"{mark}{block}": some for block, some in runs(reading).items()})
        return self._valued(*np.unique(np.concatenate([found, np.array(others, np.int64)]), return_counts=True))

    def _valued(self, rows: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values = 1 + np.log(counts.astype(np.float64))
        blocks = self.blocks[rows]
        plain = blocks >= _PLAIN
        values = np.where(plain, 0.5 * values, values * self.rarity[rows])
        lengths = np.sqrt(np.bincount(blocks, values * values, minlength=len(BLOCKS)))
        return rows, values / np.where(plain, 1.0, lengths[blocks])


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
