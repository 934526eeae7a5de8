"""A new model on trial: taught, measured beside the one in use on documents that neither has seen, and used only if it is no worse.

With real labelled documents (``folders.training``) a model is fitted from the start, corrections among them; without, the model in
use learns the corrections alone (`adapt`), since our own texts would not make one as good. Both write a folder of their own, named by
the moment, so that nothing that serves is ever overwritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from monitor.clock import vietnam
from monitor.config import Config
from monitor.errors import ParseError
from monitor.measures import Labelled, Scores, Succession
from monitor.tag import artefact, card, linear, shelf, train
from monitor.tag.adapt import adapt
from monitor.tag.labels import article_of, frozen, unmarked
from monitor.tag.lexicon import Lexicon
from monitor.tag.tagger import Tagger

HEADLINE = ("relevance F1", "topics micro F1", "topics macro F1", "sentiment macro F1", "voice accuracy", "places exact")
FALL, MEAN = 0.02, 0.002  # how far a single figure, and the mean of all, may lie below the model in use: what chance alone moves
LEAST = 20  # corrections that name a topic, from which on it is learnt and no longer told by its phrases


def trial(
    config: Config, documents: Sequence[Labelled], lessons: Sequence[Labelled], *, now: datetime, name: str = ""
) -> Succession:
    """A model taught with the documents and the lessons, measured, and put to use if it is no worse.

    Raises ParseError where there is nothing to learn from: neither real labelled documents nor a lesson.
    """
    standing = Tagger.load(config)
    seen = {_key(lesson) for lesson in lessons}
    unseen, where = frozen(config)
    unseen = [document for document in unseen if _key(document) not in seen]
    name = name or f"linear-{vietnam(now):%Y.%m.%d.%H%M}"
    model = _taught(standing, config, documents, lessons, name=name)
    candidate = standing.with_model(model)
    before, after = train.evaluate(standing, unseen), train.evaluate(candidate, unseen)
    arrays, described = linear.pack(model)
    texts = {"card.md": card.write(name, [*documents, *lessons], after, unseen=True), **train.sample(config)}
    shelf.use(config, standing.model.name)  # what served is named before a newer folder stands beside it
    artefact.write(config.path("models") / name, arrays=arrays, model=described, texts=texts)
    reason = worse(before, after)
    if not reason:
        shelf.use(config, name)
    right = tuple(sum(_right(one, lesson) for lesson in lessons) for one in (standing, candidate))
    return Succession(
        name=name, instead_of=standing.model.name, used=not reason, reason=reason, before=before, after=after, where=where,
        lessons=len(lessons), right_before=right[0], right_after=right[1],
    )  # fmt: skip


def worse(before: Scores, after: Scores) -> str:
    """In what the second is worse than the first, "" where it is not: in a headline figure by over FALL, or in their mean."""
    shared = [figure for figure in HEADLINE if figure in before.figures and figure in after.figures]
    falls = {figure: before.figures[figure] - after.figures[figure] for figure in shared}
    told = [f"{figure} {before.figures[figure]:.3f} → {after.figures[figure]:.3f}" for figure in shared if falls[figure] > FALL]
    mean = sum(falls.values()) / max(len(falls), 1)
    if not told and mean > MEAN:
        told = [f"the mean of {len(shared)} figures falls by {mean:.3f}"]
    return "; ".join(told)


def _taught(
    standing: Tagger, config: Config, documents: Sequence[Labelled], lessons: Sequence[Labelled], *, name: str
) -> linear.Linear:
    named = Counter(topic for lesson in lessons for topic in lesson.topics)
    shipped = standing.model.heads["topic"].labels
    topics = [topic for topic in config["topics"] if topic in shipped or named[topic] >= LEAST]
    lexicon = Lexicon.load(config)
    if any(document.origin for document in documents):
        return train.fit([*documents, *lessons], topics=topics, lexicon=lexicon, name=name)
    if not lessons:
        raise ParseError("training: no labelled documents and no corrections; correct some articles, or set folders.training")
    kept = [*documents, *map(unmarked, documents)]
    return adapt(standing.model, lessons, kept, tasks=train.tasks(topics), lexicon=lexicon, name=name)


def _right(tagger: Tagger, lesson: Labelled) -> bool:
    """Whether a tagger says of a lesson what the officer said, in every kind that was judged."""
    tagged = tagger.tag(article_of(lesson), words="")
    wanted = {"topic": set(lesson.topics), "place": set(lesson.places)}
    wanted |= {kind: {getattr(lesson, kind)} for kind in ("relevance", "sentiment", "voice")}
    return all(set(tagged.labels(kind)) == wanted[kind] for kind in lesson.kinds)


def _key(document: Labelled) -> tuple[str, str]:
    return document.title, document.text[:200]
