"""An article in, the same article tagged: relevance, topics, sentiment, voice, places and laws, each with score and evidence.

The order is a cascade: a document is read once into syllables, phrases and features; one gather scores every head; what is not
firmly irrelevant is heard by the encoder too, where there is one; topics are given to core articles only, and only what is about
social security is segmented. No model reads the segmentation, so an irrelevant article loses nothing by going without; it serves
search and whoever wants words later.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from monitor import text
from monitor.config import Config
from monitor.measures import Scores
from monitor.records import Article, Tag, TaggedArticle
from monitor.tag import artefact, card, laws, linear, marks, shelf, tone
from monitor.tag.document import Document
from monitor.tag.encoder import Encoder
from monitor.tag.lexicon import Lexicon
from monitor.tag.marks import Marks

CODE = "4"  # goes up when the code of this room changes what is tagged


class Tagger:
    """Tags articles with the linear model in use, the encoder where there is one, the lexicon of the config and the rules for places.

    ``version`` changes with any of them (and with CODE): what was tagged by another version is tagged again. ``models`` names them.
    ``homes`` gives the province of a local outlet: where its articles name a district that several provinces have, it is that one's.
    """

    def __init__(self, model: linear.Linear, lexicon: Lexicon, *, encoder: Encoder | None = None,
                 marks: Marks | None = None, about: str = "", topics: Sequence[str] | None = None,
                 homes: Mapping[str, str] | None = None):  # fmt: skip
        self.model, self.lexicon, self.encoder, self.marks, self.about = model, lexicon, encoder, marks, about
        self.homes = dict(homes or {})
        self.topics = tuple(topics if topics is not None else model.heads["topic"].labels)
        self.models = (model.name, *([encoder.name] if encoder else []))
        self.version = _version(model.name, [one.digest for one in (model, encoder, marks) if one], lexicon)

    @classmethod
    def load(cls, config: Config) -> Tagger:
        """The tagger of a config. Raises ModelError where a model cannot be used, ConfigError for unusable phrases."""
        chosen = models_of(config)
        found = artefact.read(chosen["linear"])
        homes = {source.outlet: source.place for source in config.sources if source.place}
        given: dict[str, Any] = {
            "encoder": Encoder.load(chosen["encoder"]) if "encoder" in chosen else None,
            "marks": marks.unpack(artefact.read(chosen["marks"])) if "marks" in chosen else None,
            "topics": list(config["topics"]),
            "homes": homes,
        }
        return cls(linear.unpack(found), Lexicon.load(config), about=found.card, **given)

    def with_model(self, model: linear.Linear) -> Tagger:
        """The same tagger with another linear model."""
        same: dict[str, Any] = {"encoder": self.encoder, "marks": self.marks, "topics": self.topics, "homes": self.homes}
        return Tagger(model, self.lexicon, **same)

    def tag(self, article: Article, words: str | None = None, *, said: Sequence[Tag] = ()) -> TaggedArticle:
        """The article with its tags; ``words`` is its segmentation where it is known, else made for what is core or a mention.

        ``said`` are tags that an officer gave: they stand in place of ours of their kind, and a relevance among them decides whether
        topics are given.
        """
        document = Document(self, article)
        judged = {tag.kind for tag in said}
        relevance = next((tag for tag in said if tag.kind == "relevance"), None) or document.relevance()
        tags = [relevance, document.one("sentiment"), document.one("voice")]
        if relevance.label == "core":
            topics = [tag for tag in said if tag.kind == "topic"] if "topic" in judged else document.topics()
            tags[1:1] = topics
            tags += tone.tones(document, topics) if "sentiment" not in judged else []
        tags += document.places()
        if relevance.label != "none":
            tags += laws.laws(article.document)
        if words is None:
            words = "" if relevance.label == "none" else text.segment(article.document)
        kept = [tag for tag in tags if tag.kind not in judged or tag in said]
        return TaggedArticle(article=article, words=words, tags=(*kept, *(tag for tag in said if tag not in kept)))

    def check_floors(self, scores: Scores) -> None:
        """Nothing. Raises FloorError that names every figure below the floor of the model's card."""
        card.check(scores, card.floors(self.about))


def models_of(config: Config) -> dict[str, Path]:
    """The folders of the models that the tagger of a config loads, by task, "linear" first.

    Where there is no encoder, or it cannot be run here, the linear model speaks alone. Raises ModelError.
    """
    there = {path.name.partition("-")[0] for path in shelf.found(config)}
    if "encoder" in there and find_spec("onnxruntime") is None:
        logging.getLogger(__name__).info("onnxruntime is not installed: tagging with the linear model alone")
        there.remove("encoder")
    return {task: shelf.chosen(config, task) for task in shelf.TASKS if task in there | {"linear"}}


def version_of(config: Config) -> str:
    """The ``version`` of the tagger of a config, without loading a model. Raises ModelError, ConfigError as `Tagger.load` does."""
    chosen = models_of(config)
    return _version(chosen["linear"].name, [artefact.digest_of(path) for path in chosen.values()], Lexicon.load(config))


def _version(name: str, digests: Sequence[str], lexicon: Lexicon) -> str:
    return "-".join([name, *(digest[:8] for digest in digests), lexicon.version, CODE])
