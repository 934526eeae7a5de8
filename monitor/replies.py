"""Two-way information: which questions and complaints were answered, by what, and why that is taken for the answer. Pure arithmetic.

A question is a story of a citizen's voice or of a reported problem that does not praise; a comment or post counts only where it asks,
and the comments under one headline are one question. It is answered

- inside, where its own text gives an agency's word ("BHXH Việt Nam cho biết …") or an authority's deed ("khởi tố"), or
- later, by a story that came after it within the window, is an official reply or gives an agency's word, names no other place, and
  shares enough with it: rare words, proper names, legal instruments, places, topics. One answer may close several questions.

Why words and not topics alone: seventeen topics are broad, and a minister's word on hospital fees is no answer to a card that could
not be read. What the agency says on its own channels answers as well as what a paper prints, though it is never publicity.
docs/accuracy.md says how often "answered" and "open" are right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from monitor import places
from monitor.chance import median_wait
from monitor.errors import UsageError
from monitor.figures import Story
from monitor.heard import Heard, Rules
from monitor.intervals import wilson
from monitor.likeness import Likeness
from monitor.records import TaggedArticle, record
from monitor.registry import nearest

BY = ("topic", "place", "province", "cluster")
ASKING = ("citizen_voice", "problem_report")
ENOUGH = 0.35  # the score from which a later story answers; docs/accuracy.md says how it was chosen
WORDS, NAME, LAW, PLACE, TOPIC = 0.5, 0.3, 0.2, 0.1, 0.1  # what each kind of likeness is worth at most
ALIKE = 0.3  # the cosine of two articles from which their words are as like as those of a question and its answer get
LATE = 0.3  # the part of its score that an answer loses by coming on the last day of the window
SHOWN = 4  # shared words that are given as evidence


@record
class Reply:
    """What answers a question: the article, from which score 0..1, and why; ``inside``: the question's own text does.

    ``why`` holds what both have in common by kind (name, law, place, topic, words), or what is ``said`` inside.
    """

    item: TaggedArticle
    score: float
    why: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    inside: bool = False


@record
class Question:
    """A question or complaint and its answer, None where there is none yet; ``voices`` is how many asked it (comments: readers)."""

    story: Story
    reply: Reply | None = None
    voices: int = 1

    @property
    def asked(self) -> datetime:
        """When it was first asked, UTC."""
        return self.story.first.article.seen

    def waits(self, now: datetime) -> timedelta:
        """How long it waited for its answer, or has waited until ``now``; nothing where the answer stood beside it."""
        if self.reply and self.reply.inside:
            return timedelta(0)
        return max(timedelta(0), (self.reply.item.article.seen if self.reply else now) - self.asked)


@record
class Dialogue:
    """How much of what was asked was answered: ``key`` is the topic, place or cluster, "" where none is known.

    ``inside`` of the ``answered`` ones had their answer beside them. ``days`` is the time by which half were answered (Kaplan and
    Meier: one still open counts for as long as it waited), None where half are not.
    """

    key: str
    asked: int
    answered: int
    inside: int
    days: float | None = None

    @property
    def open(self) -> int:
        """How many have no answer yet."""
        return self.asked - self.answered

    @property
    def share(self) -> tuple[float, float] | None:
        """Between which shares the true share of answered ones lies, 95 % (Wilson); None of nothing."""
        return wilson(self.answered, self.asked) if self.asked else None


class Answers:
    """What could answer among some stories: ``to(story)`` is what answers one, ``questions()`` all that is asked among them."""

    def __init__(self, stories: Iterable[Story], rules: Rules):
        self.stories, self.rules = sorted(stories, key=_order), rules
        self._heard = Heard(rules)
        self._like = Likeness(story.first.article for story in self.stories)
        self._replies = [story for story in self.stories if self._may_answer(story)]
        self._times = [story.first.article.seen for story in self._replies]

    def questions(self, since: datetime | None = None, until: datetime | None = None) -> list[Question]:
        """Every question and complaint first asked from ``since`` up to ``until`` (UTC), the first asked first, with its answer."""
        threads: dict[str, list[Story]] = defaultdict(list)
        for story in self.stories:
            if self.is_question(story):
                threads[_thread(story)].append(story)
        asked = [thread for thread in threads.values() if _is_within(thread[0], since, until)]
        return [Question(story=thread[0], voices=len(thread), reply=self._to_any(thread)) for thread in asked]

    def is_question(self, story: Story) -> bool:
        """Whether a story asks or complains and is not the agency's own."""
        item = story.first
        if item.label("voice") not in ASKING or item.label("sentiment") == "positive" or item.article.category == "owned":
            return False
        return item.article.kind == "news" or self._heard.asks(item.article.document)

    def to(self, story: Story, *, inside: bool = True) -> Reply | None:
        """What answers a story: its own text (where ``inside``), or the first later one that scores enough; None where nothing does."""
        return (self._inside(story) if inside else None) or self._later(story)

    def _to_any(self, thread: Sequence[Story]) -> Reply | None:
        """What answers the first of a thread; a later voice in it asks the same again."""
        found = (self.to(story) for story in thread[:3])
        return next((reply for reply in found if reply), None)

    def _inside(self, story: Story) -> Reply | None:
        for item in story.members:
            said = self._heard.word(item.article.document) if item.article.kind == "news" else ""
            if said:
                return Reply(item=item, score=1.0, why={"said": [said]}, inside=True)
        return None

    def _later(self, story: Story) -> Reply | None:
        asked, key = story.first.article.seen, _thread(story)
        begin, end = bisect_right(self._times, asked), bisect_right(self._times, asked + self.rules.window)
        found = (self._scored(story.first, other.first) for other in self._replies[begin:end] if _thread(other) != key)
        return next((reply for reply in found if reply), None)

    def _may_answer(self, story: Story) -> bool:
        """Whether it is an official reply, a word of the agency's own channels, or gives an agency's word."""
        item = story.first
        if item.label("voice") == "citizen_voice" or item.article.kind == "comment":
            return False
        owned = item.article.category == "owned" and item.label("voice") != "sector_activity"
        return owned or item.label("voice") == "official_reply" or bool(self._heard.word(item.article.document))

    def _scored(self, item: TaggedArticle, other: TaggedArticle) -> Reply | None:
        """The other article as a reply where it shares enough; with neither a topic nor a name in common it shares nothing."""
        topics, laws, near = (_labels(item, kind) & _labels(other, kind) for kind in ("topic", "law", "place"))
        if _labels(item, "place") and _labels(other, "place") and not near:
            return None
        names = self._like.names(item.article, other.article)
        if not topics and not names:
            return None
        score = WORDS * min(1.0, self._like.alike(item.article, other.article) / ALIKE) + NAME * bool(names) + LAW * bool(laws)
        score += PLACE * bool(near) + TOPIC * bool(topics)
        score *= 1 - LATE * ((other.article.seen - item.article.seen) / self.rules.window)
        if score < ENOUGH:
            return None
        words = [word for word in self._like.words(item.article, other.article) if word not in map(str.lower, names)]
        shared = {"name": names, "law": sorted(laws), "place": sorted(near), "topic": sorted(topics), "words": words[:SHOWN]}
        return Reply(item=other, score=min(1.0, score), why={kind: found for kind, found in shared.items() if found})


def dialogue(key: str, found: Sequence[Question], *, now: datetime, window: timedelta) -> Dialogue:
    """The row of some questions as they stand at ``now``; one that is open was watched for ``window`` at most."""
    waits = [(min(one.waits(now), window) / timedelta(days=1), one.reply is not None) for one in found]
    return Dialogue(
        key=key,
        asked=len(found),
        answered=sum(one.reply is not None for one in found),
        inside=sum(one.reply is not None and one.reply.inside for one in found),
        days=median_wait(waits),
    )


def dialogues(
    found: Iterable[Question], *, by: str, now: datetime, window: timedelta, clusters: Mapping[str, Sequence[str]] | None = None
) -> list[Dialogue]:
    """One row a topic, place, province or cluster, the most open ones first; a question on two topics stands in both rows.

    Raises UsageError for another ``by``.
    """
    if by not in BY:
        raise UsageError(f"--by {by}: cannot count by that{nearest(by, BY)}")
    groups: dict[str, list[Question]] = defaultdict(list)
    for one in found:
        for key in _keys(one.story.first, by, clusters or {}):
            groups[key].append(one)
    rows = [dialogue(key, here, now=now, window=window) for key, here in groups.items()]
    return sorted(rows, key=lambda row: (-row.open, -row.asked, row.key))


def _keys(item: TaggedArticle, by: str, clusters: Mapping[str, Sequence[str]]) -> Iterable[str]:
    places_of = item.labels("place")
    if by == "cluster":
        return [name for name, members in clusters.items() if set(members) & set(places_of)]
    return {"topic": item.labels("topic"), "place": places_of, "province": dict.fromkeys(map(places.now, places_of))}[by] or ("",)


def _labels(item: TaggedArticle, kind: str) -> set[str]:
    """The labels of a kind; places as the provinces they belong to since 1/7/2025."""
    found = item.labels(kind)
    return set(map(places.now, found)) if kind == "place" else set(found)


def _thread(story: Story) -> str:
    """What is one question: a story, or all comments under one headline."""
    article = story.first.article
    return f"under {article.context}" if article.kind == "comment" and article.context else article.story or article.url


def _is_within(story: Story, since: datetime | None, until: datetime | None) -> bool:
    seen = story.first.article.seen
    return (since is None or seen >= since) and (until is None or seen < until)


def _order(story: Story) -> tuple[datetime, int]:
    return story.first.article.seen, story.first.article.id or 0
