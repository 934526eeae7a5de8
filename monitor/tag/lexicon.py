"""The phrases of the config, found in a text: what an officer can read and change, and what every model sees as features.

Groups are "topic.pension" (``topics.*.phrases``) and the keys of ``lexicon`` ("core", "other_insurance", "negative" …). A phrase is
found on the borders of syllables, whatever its case and wherever its tone marks stand; in text without marks, without marks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from monitor.config import Config
from monitor.errors import ConfigError
from monitor.records import Evidence, record
from monitor.tag.syllables import Reading, tokens_of


@record
class Hit:
    """A phrase of ``group`` at the tokens ``start`` up to ``end`` of a reading."""

    group: str
    start: int
    end: int


class Lexicon:
    """Phrases by group, compiled once; ``version`` changes with any of them."""

    def __init__(self, groups: Mapping[str, Iterable[str]]):
        self.groups = {name: tuple(phrases) for name, phrases in groups.items()}
        written = "\n".join(f"{name}\t{phrase}" for name in sorted(self.groups) for phrase in sorted(self.groups[name]))
        self.version = hashlib.sha256(written.encode()).hexdigest()[:8]
        self._tables = {marked: self._compile(marked) for marked in (True, False)}

    @classmethod
    def load(cls, config: Config) -> Lexicon:
        """The lexicon of a config. Raises ConfigError that names the key whose value is not a list of phrases."""
        groups = {f"topic.{name}": _phrases(topic.get("phrases", []), f"topics.{name}.phrases")
                  for name, topic in config["topics"].items()}  # fmt: skip
        for name, phrases in config["lexicon"].items():
            groups[str(name)] = _phrases(phrases, f"lexicon.{name}")
        return cls(groups)

    def hits(self, reading: Reading) -> list[Hit]:
        """Every phrase found, in order of place; of two overlapping ones of a group the first, and of those the longest."""
        return self.find(reading.tokens, marked=reading.marked)

    def find(self, tokens: Sequence[str], *, marked: bool = True) -> list[Hit]:
        """Every phrase found in bare tokens, as ``hits`` does."""
        table = self._tables[marked]
        taken: dict[str, int] = {}
        found: list[Hit] = []
        for at, token in enumerate(tokens):
            for size, phrases in table.get(token, ()):
                for group in phrases.get(tuple(tokens[at : at + size]), ()):
                    if taken.get(group, 0) <= at:
                        taken[group] = at + size
                        found.append(Hit(group=group, start=at, end=at + size))
        return found

    def _compile(self, marked: bool) -> dict[str, list[tuple[int, dict[tuple[str, ...], tuple[str, ...]]]]]:
        sizes: dict[str, dict[int, dict[tuple[str, ...], tuple[str, ...]]]] = {}
        for group, phrases in self.groups.items():
            for phrase in phrases:
                words = tuple(tokens_of(phrase, marked=marked)[0])
                if words:
                    known = sizes.setdefault(words[0], {}).setdefault(len(words), {})
                    known[words] = (*known.get(words, ()), *(() if group in known.get(words, ()) else (group,)))
        return {first: sorted(by_size.items(), reverse=True) for first, by_size in sizes.items()}


def evidence(hits: Iterable[Hit], reading: Reading, document: str) -> tuple[Evidence, ...]:
    """The hits as spans of the document, sharing the weight equally."""
    spans = [(reading.spans[hit.start][0], reading.spans[hit.end - 1][1]) for hit in hits]
    return tuple(Evidence(start=a, end=b, text=document[a:b], weight=round(1 / len(spans), 4)) for a, b in spans)


def _phrases(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(phrase, str) for phrase in value):
        raise ConfigError(f"config: {key}: not a list of phrases; write it like [lương hưu, hưu trí] and quote numbers")
    return tuple(value)
