"""Our trainer on public sets of others: the same reading, features, phrases and fitting, only the labels are theirs.

Why: our own documents cannot be given away, so that nobody can repeat our figures; these sets have official splits and published
results. Settings are chosen on the dev part, or by cross-validation on the train part where a set has none; the test part is tagged
once, by what was chosen. A set is a folder of ``train.jsonl.gz``, ``test.jsonl.gz`` and perhaps ``dev.jsonl.gz``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from monitor.config import Config
from monitor.errors import ParseError
from monitor.measures import Comparison, Trial
from monitor.records import Article, record
from monitor.tag import features, fitting, linear, score
from monitor.tag.features import Vectoriser
from monitor.tag.known import KNOWN, Known
from monitor.tag.labels import readers
from monitor.tag.lexicon import Lexicon
from monitor.tag.score import Sets
from monitor.tag.syllables import read
from monitor.text import clean, fold

FOLDS = 4
MEASURES: Mapping[str, Callable[[Sets, Sets], float]] = {
    "weighted F1": score.weighted,
    "macro F1": score.macro,
    "micro F1": score.micro,
    "accuracy": score.exact,
}


@record
class Settings:
    """What may be chosen: C of the SVM, what copies without marks weigh (0: none), factors of feature blocks, balance, contrast,
    and whether only the likeliest label is given where several may hold."""

    cost: float = 0.3
    own: float = 0.0
    syllables: float = 1.0
    characters: float = 1.0
    phrases: float = 0.6
    balanced: bool = True
    contrast: float = 0.0
    single: bool = False

    def __str__(self) -> str:
        plain, told = Settings(), [f"C {self.cost}"]
        for name, words in (("own", "copies without marks"), ("syllables", "syllables"), ("characters", "characters"),
                            ("phrases", "phrases"), ("contrast", "contrast")):  # fmt: skip
            if getattr(self, name) != getattr(plain, name):
                told.append(f"{words} × {getattr(self, name)}")
        told += [] if self.balanced else ["unbalanced"]
        return ", ".join([*told, "the likeliest alone"] if self.single else told)


@record
class Text:
    """A document of a public set: its named counts with marks and without, and its labels."""

    id: str
    counts: Mapping[str, float]
    bare: Mapping[str, float]
    holds: frozenset[str]


GRID = (
    Settings(),
    Settings(cost=0.1),
    Settings(cost=1.0),
    Settings(phrases=0.0),
    Settings(characters=0.0),
    Settings(characters=1.5),
    Settings(syllables=1.5),
    Settings(balanced=False),
    Settings(cost=1.0, balanced=False),
    Settings(own=0.5),
    Settings(contrast=1.0),
    Settings(cost=1.0, contrast=1.0),
    Settings(own=0.5, contrast=1.0),
    Settings(balanced=False, contrast=0.5),
)


def compare(config: Config, known: Sequence[Known] = KNOWN, grid: Sequence[Settings] = GRID) -> Iterator[Comparison]:
    """What our trainer reaches on the test part of every set that is in ``folders.training``/public, in minutes.

    Raises ParseError where there is none of them, or where a file is not what it should be.
    """
    sets, lexicon = readers(config) / "public", Lexicon.load(config)
    there = [one for one in known if (sets / one.set / "test.jsonl.gz").is_file()]
    if not there:
        raise ParseError(
            f"{sets}: holds none of the public sets ({', '.join({one.set: 0 for one in known})}); set folders.training"
        )
    for one in there:
        train, dev, test = (_texts(sets / one.set / f"{part}.jsonl.gz", one, lexicon) for part in ("train", "dev", "test"))
        yield compared(one, train, test, dev=dev, grid=grid)


def compared(
    known: Known, train: Sequence[Text], test: Sequence[Text], *, dev: Sequence[Text] = (), grid: Sequence[Settings] = GRID
) -> Comparison:
    """What settings chosen without the test part reach on it; of two that are as good the earlier one of the grid is chosen.

    Where a document may have several labels, whether to give several or the likeliest alone is chosen too.
    """
    measure, splits = MEASURES[known.figure], [(train, dev)] if dev else _folds(train)
    reached: dict[Settings, float] = {}
    for split in (Split(known, here, there) for here, there in splits):
        for one in grid:
            for settings in (one, replace(one, single=True)) if known.many else (one,):
                reached[settings] = reached.get(settings, 0.0) + measure(split.truths, split.said(settings)) / len(splits)
    best = max(reached, key=lambda one: round(reached[one], 6))
    final = Split(known, train, test)
    sides = (final.truths, final.said(best))
    return Comparison(
        set=known.set,
        task=known.task,
        train=len(train),
        test=len(test),
        figures={name: round(how(*sides), 4) for name, how in MEASURES.items()},
        intervals={name: score.interval(how, *sides) for name, how in MEASURES.items()},
        chosen=str(best),
        choice=f"{known.figure} on {'the dev part' if dev else f'{FOLDS} folds of the train part'}",
        trials=tuple(Trial(settings=str(one), value=round(value, 4)) for one, value in reached.items()),
        published=known.published,
    )


class Split:
    """Documents to learn from and others to say labels of; what several settings share is made once."""

    def __init__(self, known: Known, train: Sequence[Text], test: Sequence[Text]):
        self.known, self.train, self.test = known, train, test
        self.labels = tuple(sorted(frozenset[str]().union(*(one.holds for one in train))))
        self.truths: Sets = [one.holds for one in test]
        self._tables: dict[bool, tuple[Vectoriser, fitting.Table, Any]] = {}
        self._last: tuple[Settings, np.ndarray] | None = None

    def said(self, settings: Settings) -> Sets:
        """The labels of the test documents by heads fitted on the others."""
        plain = replace(settings, single=False)
        if not self._last or self._last[0] != plain:
            self._last = plain, self._decisions(plain)
        several = self.known.many and not settings.single
        return [_said(row, self.labels, several) for row in self._last[1]]

    def _decisions(self, settings: Settings) -> np.ndarray:
        vectoriser, table, unseen = self._table(bool(settings.own))
        factors = {"s": settings.syllables, "c": settings.characters, "x": settings.phrases}
        scales = np.array([factors.get(features.block_of(name), 1.0) for name in vectoriser.rows])
        table = replace(
            table, matrix=table.matrix.multiply(scales).tocsr(), scales=scales, weigh=np.where(table.real, 1.0, settings.own)
        )
        fits = fitting.fits(_task(self.known, self.labels, settings), table)
        weights = np.stack([one.weights for one in fits], axis=1)
        return np.asarray(unseen @ weights + np.array([one.intercept for one in fits]))

    def _table(self, copies: bool) -> tuple[Vectoriser, fitting.Table, Any]:
        """The documents to learn from, with copies without marks or not, and the others as vectors."""
        if copies not in self._tables:
            rows = [fitting.Example(id=one.id, real=True, counts=one.counts, holds=one.holds) for one in self.train]
            rows += [fitting.Example(id=one.id, real=False, counts=one.bare, holds=one.holds) for one in self.train if copies]
            vectoriser = features.fit([row.counts for row in rows])
            table = fitting.table(_task(self.known, self.labels, Settings()), rows, vectoriser)
            unseen = linear.matrix([vectoriser(one.counts) for one in self.test], len(vectoriser.rows))
            self._tables[copies] = vectoriser, table, unseen
        return self._tables[copies]


def _task(known: Known, labels: tuple[str, ...], settings: Settings) -> fitting.Task:
    """The head of a task; blocks are scaled by settings, not here."""
    return fitting.Task(name=known.task, labels=labels, cost=settings.cost, own=settings.own, blocks={}, many=known.many,
                        balanced=settings.balanced, contrast=settings.contrast)  # fmt: skip


def _said(decisions: np.ndarray, labels: Sequence[str], several: bool) -> frozenset[str]:
    """The likeliest label, and where several may hold those over the border."""
    over = [label for label, decision in zip(labels, decisions, strict=True) if several and decision > 0]
    return frozenset([labels[int(np.argmax(decisions))], *over])


def _folds(texts: Sequence[Text]) -> list[tuple[Sequence[Text], Sequence[Text]]]:
    """The texts in FOLDS, by what they say, so that copies of a text stand in one fold."""
    folds = [int(one.id, 16) % FOLDS for one in texts]
    return [([one for one, fold in zip(texts, folds, strict=True) if fold != at],
             [one for one, fold in zip(texts, folds, strict=True) if fold == at]) for at in range(FOLDS)]  # fmt: skip


def _texts(path: Path, known: Known, lexicon: Lexicon) -> list[Text]:
    if not path.exists():
        return []
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [_text(json.loads(line), known, lexicon) for line in lines if line.strip()]
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParseError(
            f"{path}: not lines of JSON with text and {known.key} ({str(error)[:60]}); fetch the set again"
        ) from error


def _text(row: dict[str, Any], known: Known, lexicon: Lexicon) -> Text:
    said = clean(str(row["text"]))
    article = Article(url="", outlet="", kind="comment", title="", text=said, fetched=datetime(2026, 1, 1, tzinfo=UTC))
    readings = [read(one) for one in (article, replace(article, text=fold(said)))]
    counts, bare = (features.extract(reading, lexicon.hits(reading)) for reading in readings)
    holds = frozenset(map(str, row[known.key] if known.many else [row[known.key]]))
    return Text(id=hashlib.sha256(said.encode()).hexdigest(), counts=counts, bare=bare, holds=holds)
