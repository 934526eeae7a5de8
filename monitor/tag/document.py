"""One article on its way through the models: read, scored, and ready to say what spoke for a label."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.records import Article, Evidence, Tag
from monitor.tag import blend, features, places
from monitor.tag.lexicon import Hit, evidence
from monitor.tag.marks import Marks
from monitor.tag.syllables import Reading, read
from monitor.text import fold

if TYPE_CHECKING:
    from monitor.tag.tagger import Tagger

TEXTS = ("title", "lead", "text", "context")
SPANS, MOST = 5, 30  # pieces of evidence a tag, and features that are looked through for them
PLACED = np.array([block in "stx" for block in features.BLOCKS])  # the blocks whose features stand somewhere in the document
# Of 443 labelled news items without a phrase of the group "screen" 3 were core or a mention. Of a stream of 103,014 items the head
# alone called 111 such items core, nearly all wrongly, and none of them with a score above 0.95.
SCREEN, SURE, BARE = "screen", 0.97, 0.993
NAMED = 0.75  # the score of a topic that stands by its phrases alone: nothing was measured of it


class Document:
    """One article: ``chances`` by task in the order of the linear model's labels, from the linear model or from both.

    ``seen_as`` is the article with the marks that it lacks.
    """

    def __init__(self, tagger: Tagger, article: Article):
        self.tagger, self.model, self.article = tagger, tagger.model, article
        self.reading, self.seen_as = _read(article, tagger.marks)
        self.hits = tagger.lexicon.hits(self.reading)
        self.rows, self.values = self.model.vectoriser.read(self.reading, self.hits)
        self.weights = self.model.weights[self.rows]
        self.decisions = self.model.weigh(self.weights, self.values)
        plain = {task: self.model.calibrated(self.decisions, task) for task in blend.WEIGHTS}
        self.heard = (
            tagger.encoder is not None and self.screened and blend.doubtful(plain["relevance"], marked=self.reading.marked)
        )
        self.chances = self._drawn_together(plain) if self.heard else plain

    @cached_property
    def by(self) -> str:
        """The models that spoke: what `Tag.by` says."""
        return "+".join(self.tagger.models if self.heard else self.tagger.models[:1])

    @cached_property
    def screened(self) -> bool:
        """Whether it may concern us: a news item does only with a phrase of the group "screen"."""
        return self.article.kind != "news" or any(hit.group == SCREEN for hit in self.hits)

    def one(self, task: str) -> Tag:
        """The tag of a task with one label to choose."""
        return self._tag(task, int(np.argmax(self.chances[task])) if self.heard else self.model.choose(self.decisions, task))

    def relevance(self) -> Tag:
        """The relevance, unless a news item has no phrase of the screen and the models are not all but certain."""
        tag = self.one("relevance")
        if tag.label == "none" or tag.score >= SURE or self.screened:
            return tag
        return Tag(kind="relevance", label="none", score=BARE, by=self._by_phrases)

    def topics(self) -> list[Tag]:
        """The topics that hold, likeliest first; then those of the office's own that no model knows yet, by their phrases."""
        found = blend.holding(self.chances["topic"]) if self.heard else self.model.holding(self.decisions, "topic")
        tags = [self._tag("topic", place) for place in found]
        return [tag for tag in tags if tag.label in self.tagger.topics] + self._own()

    def named(self) -> tuple[str, ...]:
        """The topics whose phrases the document holds, in the order of the config; a phrase inside a longer one does not count."""
        hits = [hit for hit in self.hits if hit.group.startswith("topic.")]
        there = {hit.group for hit in hits if not any(_inside(hit, other) for other in hits)}
        return tuple(topic for topic in self.tagger.topics if f"topic.{topic}" in there)

    def places(self) -> list[Tag]:
        """The provinces where the story is located, likeliest first."""
        found: list[Tag] = []
        for candidate in places.candidates(self.placed, home=self.tagger.homes.get(self.article.outlet, "")):
            decisions = self.model.decide(*self.model.vectoriser(candidate.counts))
            if self.model.holding(decisions, "place", least=0):
                score = round(float(self.model.calibrated(decisions, "place")[0]), 4)
                spans = candidate.evidence(self.article.document)
                found.append(Tag(kind="place", label=candidate.province, score=score, by=self.model.name, evidence=spans))
        return sorted(found, key=lambda tag: -tag.score)

    def _drawn_together(self, plain: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        encoder = self.tagger.encoder
        assert encoder is not None
        theirs = encoder.score([self.seen_as])
        return {
            task: blend.blend(plain[task], theirs[task][0], labels=self.model.heads[task].labels, known=encoder.labels[task],
                              weight=weight) for task, weight in blend.WEIGHTS.items()
        }  # fmt: skip

    @property
    def _by_phrases(self) -> str:
        return f"lexicon-{self.tagger.lexicon.version}"

    def _own(self) -> list[Tag]:
        """Topics that stand in the config and that the model was not taught, where their phrases stand in the document."""
        known, found = self.model.heads["topic"].labels, []
        for topic in (name for name in self.tagger.topics if name not in known):
            hits = [hit for hit in self.hits if hit.group == f"topic.{topic}"]
            if hits:
                spans = evidence(hits[:SPANS], self.reading, self.article.document)
                found.append(Tag(kind="topic", label=topic, score=NAMED, by=self._by_phrases, evidence=spans))
        return found

    def _tag(self, task: str, place: int) -> Tag:
        head = self.model.heads[task]
        score = round(float(self.chances[task][place]), 4)
        return Tag(kind=task, label=head.labels[place], score=score, by=self.by, evidence=self._evidence(head.first + place))

    @cached_property
    def placed(self) -> Article:
        """The article as places are looked for in it: where marks are missing without any, since a name may have half of its own."""
        if self.seen_as == self.article:
            return self.article
        bare: dict[str, Any] = {name: fold(getattr(self.article, name)) for name in TEXTS}
        return replace(self.article, **bare)

    @cached_property
    def _placed(self) -> np.ndarray:
        """The places among the rows of what stands somewhere in the document."""
        return np.flatnonzero(PLACED[self.model.vectoriser.blocks[self.rows]])

    @cached_property
    def _spots(self) -> Spots:
        return Spots(self.reading, self.hits)

    def _evidence(self, column: int) -> tuple[Evidence, ...]:
        """The spans that spoke loudest for a column, at most SPANS, in order of place; ``weight`` is a share of all that spoke."""
        shares = self.values * self.weights[:, column]
        total = float(shares[shares > 0].sum())
        found: list[Evidence] = []
        for at in self._placed[np.argsort(-shares[self._placed])[:MOST]]:
            if shares[at] <= 0.001 * total or len(found) == SPANS:
                break
            start, end = self._spots.first(self.model.names[self.rows[at]].lstrip("~"))
            if end and not any(start < piece.end and piece.start < end for piece in found):
                weight = round(float(shares[at]) / total, 4)
                found.append(Evidence(start=start, end=end, text=self.article.document[start:end], weight=weight))
        return tuple(sorted(found, key=lambda piece: piece.start))


def _read(article: Article, marks: Marks | None) -> tuple[Reading, Article]:
    """The article as models read it, and as they see it: with its marks given back where they are missing; spans hold in both."""
    if marks is None:
        return read(article), article
    given: dict[str, Any] = {name: marks.restore(getattr(article, name)) for name in TEXTS}
    restored = replace(article, **given)
    return read(restored), restored


def _inside(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.end <= other.end and hit.end - hit.start < other.end - other.start


class Spots:
    """Where features stand in a document: syllables and phrases do somewhere, characters, context and kind do not."""

    def __init__(self, reading: Reading, hits: Iterable[Hit]):
        tokens = [features.masked(token) for token in reading.tokens]
        self.reading, self.text = reading, f" {' '.join(tokens)} "
        self.starts = list(accumulate((len(token) + 1 for token in tokens), initial=0))
        self.phrases: dict[str, tuple[int, int]] = {}
        for hit in hits:
            for name in features.fields_of(hit, reading):
                self.phrases.setdefault(name, self._span(hit.start, hit.end))

    def first(self, name: str) -> tuple[int, int]:
        """The span of the first place where the feature of that name stands; (0, 0) where it stands nowhere."""
        if name[0] == "x":
            return self.phrases.get(name[1:], (0, 0))
        at = bisect_left(self.starts, self.text.find(f" {name[1:]} "))
        end = at + name.count(" ") + 1
        there = name[0] in "st" and self.text.startswith(f" {name[1:]} ", self.starts[at]) if at < len(self.starts) else False
        return self._span(at, end) if there and (name[0] == "s" or end <= self.reading.title) else (0, 0)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        return self.reading.spans[start][0], self.reading.spans[end - 1][1]
