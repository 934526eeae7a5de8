"""An article in, the same article tagged: relevance, topics, sentiment, voice and places, each with its score and evidence.

The order is a cascade: a document is read once into syllables, phrases and features; one gather scores every head; topics are
given to core articles only, and only what is about social security is segmented. No model reads the segmentation, so an
irrelevant article loses nothing by going without; it serves search and whoever wants words later.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from monitor import text
from monitor.config import Config
from monitor.figures import Scores
from monitor.records import Article, Evidence, Tag, TaggedArticle
from monitor.tag import artefact, card, features, laws, linear, places
from monitor.tag.lexicon import Hit, Lexicon
from monitor.tag.syllables import Reading, read

CODE = "2"  # goes up when the code of this room changes what is tagged
SPANS = 5  # pieces of evidence a tag
# Of 443 labelled news items without a phrase of the group "screen" 3 were core or a mention. Of a stream of 103,014 items the head
# alone called 111 such items core, nearly all wrongly, and none of them with a score above 0.95.
SCREEN, SURE, BARE = "screen", 0.97, 0.993


class Tagger:
    """Tags articles with the newest linear model, the lexicon of the config and the rules for places.

    ``version`` changes with any of them (and with CODE): what was tagged by another version is tagged again. ``models`` names them.
    """

    def __init__(self, model: linear.Linear, lexicon: Lexicon, *, about: str = ""):
        self.model, self.lexicon, self.about = model, lexicon, about
        self.models = (model.name,)
        self.version = f"{model.name}-{model.digest[:8]}-{lexicon.version}-{CODE}"

    @classmethod
    def load(cls, config: Config) -> Tagger:
        """The tagger of a config. Raises ModelError where the model cannot be used, ConfigError for unusable phrases."""
        found = artefact.read(artefact.newest(config, "linear"))
        return cls(linear.unpack(found), Lexicon.load(config), about=found.card)

    def tag(self, article: Article, words: str | None = None) -> TaggedArticle:
        """The article with its tags; ``words`` is its segmentation where it is known, else made for what is core or a mention."""
        document = Document(self, article)
        relevance = document.relevance()
        tags = [relevance, document.one("sentiment"), document.one("voice")]
        if relevance.label == "core":
            tags[1:1] = document.topics()
        tags += document.places()
        if relevance.label != "none":
            tags += laws.laws(article.document)
        if words is None:
            words = "" if relevance.label == "none" else text.segment(article.document)
        return TaggedArticle(article=article, words=words, tags=tuple(tags))

    def check_floors(self, scores: Scores) -> None:
        """Nothing. Raises FloorError that names every figure below the floor of the model's card."""
        card.check(scores, card.floors(self.about))


class Document:
    """One article on its way through the heads: read, scored, and ready to say what spoke for a label."""

    def __init__(self, tagger: Tagger, article: Article):
        self.model, self.article, self.lexicon = tagger.model, article, tagger.lexicon.version
        self.reading = read(article)
        self.hits = tagger.lexicon.hits(self.reading)
        self.rows, self.values = self.model.vectoriser(features.extract(self.reading, self.hits))
        self.decisions = self.model.decide(self.rows, self.values)

    def one(self, task: str) -> Tag:
        """The tag of a head with one label to choose."""
        place = self.model.choose(self.decisions, task)
        return self._tag(task, task, place)

    def relevance(self) -> Tag:
        """The relevance: that of its head, unless a news item has no phrase of the screen and the head is not all but certain."""
        tag = self.one("relevance")
        if (
            tag.label == "none"
            or tag.score >= SURE
            or self.article.kind != "news"
            or any(hit.group == SCREEN for hit in self.hits)
        ):
            return tag
        return Tag(kind="relevance", label="none", score=BARE, by=f"lexicon-{self.lexicon}")

    def topics(self) -> list[Tag]:
        """The topics that hold, likeliest first."""
        return [self._tag("topic", "topic", place) for place in self.model.holding(self.decisions, "topic")]

    def places(self) -> list[Tag]:
        """The provinces where the story is located, likeliest first."""
        found: list[Tag] = []
        for candidate in places.candidates(self.article):
            decisions = self.model.decide(*self.model.vectoriser(candidate.counts))
            if self.model.holding(decisions, "place", least=0):
                score = round(float(self.model.calibrated(decisions, "place")[0]), 4)
                evidence = candidate.evidence(self.article.document)
                found.append(Tag(kind="place", label=candidate.province, score=score, by=self.model.name, evidence=evidence))
        return sorted(found, key=lambda tag: -tag.score)

    def _tag(self, kind: str, task: str, place: int) -> Tag:
        head = self.model.heads[task]
        score = float(self.model.calibrated(self.decisions, task)[place])
        evidence = self._evidence(head.first + place)
        return Tag(kind=kind, label=head.labels[place], score=round(score, 4), by=self.model.name, evidence=evidence)

    def _evidence(self, column: int) -> tuple[Evidence, ...]:
        """The spans that spoke loudest for a column, at most SPANS, in order of place; ``weight`` is a share of all that spoke."""
        shares = self.values * self.model.weights[self.rows, column]
        total = float(shares[shares > 0].sum())
        found: list[Evidence] = []
        for at in np.argsort(-shares)[:60]:
            if shares[at] <= 0.001 * total or len(found) == SPANS:
                break
            start, end = next(spans_of(self.model.names[self.rows[at]].lstrip("~"), self.reading, self.hits), (0, 0))
            if end and not any(start < piece.end and piece.start < end for piece in found):
                weight = round(float(shares[at]) / total, 4)
                found.append(Evidence(start=start, end=end, text=self.article.document[start:end], weight=weight))
        return tuple(sorted(found, key=lambda piece: piece.start))


def spans_of(name: str, reading: Reading, hits: list[Hit]) -> Iterator[tuple[int, int]]:
    """Where a feature stands in the document: syllables and phrases do, characters, context and kind do not."""
    if name[0] in "st":
        grams = name[1:].split(" ")
        tokens = [features.masked(token) for token in reading.tokens[: reading.title if name[0] == "t" else None]]
        for at in range(len(tokens) - len(grams) + 1):
            if tokens[at : at + len(grams)] == grams:
                yield reading.spans[at][0], reading.spans[at + len(grams) - 1][1]
    elif name[0] == "x":
        group = name[1:].partition("@")[0]
        for hit in hits:
            if hit.group == group and name[1:] in features.fields_of(hit, reading):
                yield reading.spans[hit.start][0], reading.spans[hit.end - 1][1]
