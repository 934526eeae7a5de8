"""Why an article has its tags: the text with what spoke for them marked, and every tag with its score, its source and its spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.clock import for_people
from monitor.records import Correction, TaggedArticle
from monitor.report.formats import TONES, VOICE_NAMES, decimal

KINDS = {
    "relevance": "liên quan",
    "topic": "chủ đề",
    "sentiment": "sắc thái",
    "tone": "sắc thái theo chủ đề",
    "voice": "tiếng nói",
    "place": "nơi",
    "law": "văn bản",
}
RELEVANCE = {"core": "về BHXH, BHYT, BHTN", "mention": "chỉ nhắc qua", "none": "không liên quan"}


def named(kind: str, label: str, titles: Mapping[str, str]) -> str:
    """A label as officers read it."""
    if kind == "tone":
        topic, _, tone = label.rpartition(":")
        return f"{titles.get(topic, topic)}: {TONES.get(tone, tone)}"
    names = {"topic": titles, "sentiment": TONES, "voice": VOICE_NAMES, "relevance": RELEVANCE}
    return names.get(kind, {}).get(label, label)


def marked(item: TaggedArticle) -> str:
    """The document with every span that spoke for a tag as [span](label, label); of overlapping ones the first."""
    spoke: dict[tuple[int, int], list[str]] = {}
    for tag in item.tags:
        for span in tag.evidence if tag.kind != "tone" else ():
            spoke.setdefault((span.start, span.end), []).append(tag.label)
    text, at = item.article.document, 0
    parts: list[str] = []
    for (start, end), labels in sorted(spoke.items()):
        if start >= at:
            parts += [text[at:start], "[", text[start:end], f"]({', '.join(dict.fromkeys(labels))})"]
            at = end
    return "".join([*parts, text[at:]])


def rows(item: TaggedArticle, titles: Mapping[str, str]) -> list[list[str | float]]:
    """Every tag as kind, label, score, what gave it, and its spans with their share of what spoke for it, the heaviest first."""
    found: list[list[str | float]] = []
    for tag in sorted(item.tags, key=lambda tag: (list(KINDS).index(tag.kind) if tag.kind in KINDS else 99, -tag.score)):
        spans = sorted(tag.evidence, key=lambda span: -span.weight)
        shares = dict.fromkeys(f"{span.text} {decimal(100 * span.weight, 0)} %" for span in spans)
        found.append([KINDS.get(tag.kind, tag.kind), named(tag.kind, tag.label, titles), tag.score, tag.by, "; ".join(shares)])
    return found


def told(history: Sequence[Correction], titles: Mapping[str, str]) -> Iterator[str]:
    """Every correction in a line: when, who, what stood and what stands now."""
    for one in history:
        before, after = (
            ", ".join(named(one.kind, label, titles) for label in labels) or "–" for labels in (one.before, one.labels)
        )
        yield f"{for_people(one.at)} {one.who}: {KINDS.get(one.kind, one.kind)} {before} → {after}"
