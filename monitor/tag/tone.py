"""The tone of each topic, where one article praises the one and blames the other: its sentences are judged one by one.

An article has one sentiment; a hospital that is praised in a report on an empty fund must not make the fund's coverage kinder. Only
where one topic's sentences lean clearly to one side and another's to the other are tones kept: ``Tag(kind="tone",
label="hi_fund:negative")``. Everywhere else the article's sentiment is every topic's. A sentence on several of the article's topics,
as its headline often is, is left out wherever others speak of one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.records import Evidence, Tag
from monitor.tag.document import Document
from monitor.text import sentences

LEANS = 0.4  # from this lead of one side over the other, −1..1, a topic's sentences count as of that tone
MOST = 12  # sentences that are judged
SHORT = 20  # characters: a shorter sentence says too little


def tones(document: Document, topics: Sequence[Tag]) -> list[Tag]:
    """A tag of kind ``tone`` for every topic whose sentences could be judged, where two topics differ in tone; else none."""
    if len(topics) < 2:
        return []
    given = {tag.label for tag in topics}
    alone: dict[str, list[tuple[float, Evidence]]] = {}
    shared: dict[str, list[tuple[float, Evidence]]] = {}
    for lean, span, named in _judged(document):
        for topic in named & given:
            (alone if len(named & given) == 1 else shared).setdefault(topic, []).append((lean, span))
    about = {topic: alone.get(topic) or shared[topic] for topic in sorted(alone.keys() | shared.keys())}
    means = {topic: sum(lean for lean, _ in judged) / len(judged) for topic, judged in about.items()}
    if not means or max(means.values()) < LEANS or min(means.values()) > -LEANS:
        return []
    return [_tag(topic, means[topic], [span for _, span in about[topic]], document.by) for topic in about]


def _judged(document: Document) -> list[tuple[float, Evidence, set[str]]]:
    """How far each sentence leans (chance of positive less that of negative), where it stands, and the topics that it names."""
    whole, found, at = document.article.document, [], 0
    for sentence in sentences(whole)[:MOST]:
        start = whole.index(sentence, at)
        at = start + len(sentence)
        if len(sentence) < SHORT:
            continue
        part = Document(document.tagger, replace(document.article, title=sentence, lead="", text=""))
        negative, _, positive = part.chances["sentiment"]
        span = Evidence(start=start, end=at, text=sentence, weight=1.0)
        found.append((float(positive - negative), span, set(part.named())))
    return found


def _tag(topic: str, lean: float, spans: Sequence[Evidence], by: str) -> Tag:
    label = "positive" if lean >= LEANS else "negative" if lean <= -LEANS else "neutral"
    shown = tuple(replace(span, weight=round(1 / len(spans[:5]), 4)) for span in spans[:5])
    return Tag(kind="tone", label=f"{topic}:{label}", score=round(abs(lean), 4), by=by, evidence=shown)
