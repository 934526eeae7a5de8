"""Officers and models: what an officer says instead of a tag, what models learn from it, and which articles are worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.errors import UsageError
from monitor.figures import Doubt
from monitor.measures import Labelled
from monitor.records import RELEVANCE, SENTIMENT, VOICES, TaggedArticle
from monitor.report.formats import decimal
from monitor.report.why import named
from monitor.store import Store, articles, corrections, tags
from monitor.text import is_marked, lower

if TYPE_CHECKING:
    from monitor.tag.tagger import Tagger

SINGLE = {"relevance": RELEVANCE, "sentiment": SENTIMENT, "voice": VOICES}
KINDS = (*SINGLE, "topic", "place")
SURE = 0.8  # a calibrated score from which a tag is taken as sure
LOOK_BACK = timedelta(days=30)
WEIGH = {"voice": 1.5}  # readers themselves agree on a voice in 85 of 100: a low score there says less
NAMES = {"relevance": "mức liên quan", "sentiment": "sắc thái", "voice": "tiếng nói"}

Said = Mapping[str, Sequence[str]]


def correct(
    store: Store, tagger: Tagger, url: str, *, said: Said, who: str, at: datetime
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """What stood and what stands now, by kind, after the article of a canonical URL was corrected and tagged again.

    Topics make an article core unless its relevance is said too. Raises UsageError where there is nothing to correct, where several
    labels are given of a kind that has one, or where the store has no such article.
    """
    if not said:
        raise UsageError(f"{url}: nothing to correct; say --relevance, --topic, --sentiment, --voice or --place")
    for kind, labels in said.items():
        if kind in SINGLE and len(labels) != 1:
            raise UsageError(f"{kind}: an article has one; {len(labels)} were given")
    item = tags.one(store, url)
    if said.get("topic") and "relevance" not in said and item.label("relevance") != "core":
        said = {"relevance": ["core"], **said}
    told = corrections.correct(store, url, said, who=who, at=at)
    (again,) = articles.again(store, item.article.id or 0)
    tags.keep(store, [tagger.tag(again.article, again.words or None, said=again.tags)], tagger.version)
    return told


def lessons(store: Store) -> list[Labelled]:
    """The corrected articles as labelled documents, oldest first; only what officers said of each is judged (``kinds``)."""
    return [_lesson(item, said) for item, said in tags.corrected(store)]


def review(
    store: Store, tagger: Tagger, *, now: datetime, titles: Mapping[str, str] | None = None, limit: int = 20
) -> list[Doubt]:
    """The articles of the last thirty days that are most worth an officer's minute, one a story, the worthiest first.

    ``titles`` are those of topics, for the reasons.
    """
    since = now - LOOK_BACK
    items = tags.relevant(store, since, now, labels=("core", "mention"))
    known = {item.article.id for item in items}
    items += [item for item in tags.unsure(store, since, now, below=SURE) if item.article.id not in known]
    seen = Counter(word for item in items for word in _words(item))
    found: dict[str, Doubt] = {}
    for item in items:
        doubt = _doubt(tagger, item, seen, titles or {})
        story = item.article.story or item.article.url
        if doubt.worth > 0 and (story not in found or doubt.worth > found[story].worth):
            found[story] = doubt
    return sorted(found.values(), key=lambda one: (-one.worth, one.item.article.url))[:limit]


def _lesson(item: TaggedArticle, said: Said) -> Labelled:
    article = item.article
    single: dict[str, Any] = {kind: item.label(kind) or known[-1] for kind, known in SINGLE.items()}
    return Labelled(
        id=article.url,
        kind=article.kind,
        title=article.title,
        text="\n".join(part for part in (article.lead, article.text) if part),
        context=article.context,
        topics=item.labels("topic"),
        places=item.labels("place"),
        origin=corrections.BY,
        date=article.fetched.date().isoformat(),
        kinds=tuple(said),
        **single,
    )


def _doubt(tagger: Tagger, item: TaggedArticle, seen: Counter[str], titles: Mapping[str, str]) -> Doubt:
    """Three reasons, each 0..1: the models are unsure, the phrases of the config say another topic, most words are new."""
    open_tags = [tag for tag in item.tags if tag.by != corrections.BY and tag.kind in (*SINGLE, "topic")]
    scores = {tag.kind: tag.score for tag in open_tags if tag.kind in SINGLE}
    worst = min(scores, key=lambda kind: scores[kind] * WEIGH.get(kind, 1.0), default="")
    unsure = 1 - min(1.0, scores[worst] * WEIGH.get(worst, 1.0)) if worst else 0.0
    other = _unsaid(tagger, item) if any(tag.kind == "topic" for tag in open_tags) else ()
    words = _words(item)
    new = sum(seen[word] == 1 for word in words) / max(len(words), 1)
    reasons = []
    if unsure > 1 - SURE:
        reasons.append(f"máy chưa chắc về {NAMES[worst]}: {named(worst, item.label(worst), titles)}, {decimal(scores[worst], 2)}")
    if other:
        reasons.append(f"tít có cụm từ của {', '.join(named('topic', one, titles) for one in other)}, máy không gán")
    if new > 0.5:
        reasons.append("nhiều từ chưa gặp")
    worth = 0.6 * unsure + (0.3 if other else 0.0) + 0.1 * new if reasons and open_tags else 0.0
    return Doubt(item=item, worth=round(worth, 4), reasons=tuple(reasons))


def _unsaid(tagger: Tagger, item: TaggedArticle) -> tuple[str, ...]:
    """The topics that the headline names by a phrase of the config and that the article was not given."""
    from monitor.tag.document import Document

    document = Document(tagger, item.article)
    title = {hit.group for hit in document.hits if hit.end <= document.reading.title}
    return tuple(topic for topic in tagger.topics if f"topic.{topic}" in title and topic not in item.labels("topic"))


def _words(item: TaggedArticle) -> set[str]:
    return {word for word in lower(item.article.document).split() if is_marked(word) and word.isalpha()}
