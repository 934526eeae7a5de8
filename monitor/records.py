"""What flows: plain frozen records, made in one room and read in the next.

Every time is an aware datetime in UTC; a *day* is a date in Việt Nam. Records print, compare, pickle and test for free; they
hold no behaviour beyond what can be read off their own fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(kind: type[T]) -> type[T]:
    """The class as a frozen dataclass with slots, whose fields are given by name."""
    return dataclass(frozen=True, slots=True, kw_only=True)(kind)


KINDS = ("news", "post", "comment")
RELEVANCE = ("core", "mention", "none")
SENTIMENT = ("negative", "neutral", "positive")
VOICES = (
    "policy_notice",
    "sector_activity",
    "problem_report",
    "citizen_voice",
    "official_reply",
    "explainer",
    "other",
)
CLASSES = ("national", "local", "ministry", "owned", "aggregator", "forum", "social", "foreign")
NOT_PUBLISHERS = ("owned", "aggregator")  # never counted as independent publishers or in share of voice


@record
class Source:
    """One address that is read: ``id`` is "outlet/section", ``category`` one of CLASSES, ``every`` the least wait between visits.

    ``options`` are the settings of its kind (selectors, a query), by the names of `monitor.config.OPTIONS`.
    """

    id: str
    url: str
    outlet: str
    kind: str = "feed"
    group: str = ""
    category: str = "national"
    place: str = ""
    every: timedelta = timedelta(minutes=5)
    options: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def publisher(self) -> str:
        """The publisher group, or the outlet itself where it belongs to none."""
        return self.group or self.outlet


@record
class Past:
    """What of a source is asked for afterwards: everything that was published between two moments."""

    source: Source
    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        """How many days lie between the two, begun ones counted."""
        return max(-((self.since - self.until) // timedelta(days=1)), 0)


@record
class Visit:
    """How the last look at a source went, and what the next look needs.

    ``outcome`` is ok (items came), same (304, or the same bytes), empty (a feed without items), wrong (not a feed), crashed (set
    aside, since it broke its reader), blocked, failed (5xx, time-out, no connection), gone (410) or refused (an address that is not
    public). ``failures`` counts looks in a row that gave nothing, ``strikes`` weighs them: 1 what will not mend itself, 1/2 a
    fault of the site, 1/4 what passes. ``newest`` is the latest date an item stated, or where none states any the
    last look that found other items; ``good_at`` the last look that went well.

    ``gap`` is the usual time between two items and ``asks`` for how long the feed asks to be left alone, in seconds; ``skip`` are the
    hours (GMT) in which it asks not to be read. ``site`` is the site of most of its links, ``home`` that of the first good look,
    ``sketch`` a sample of its links by which two sources with the same items are known. ``url`` is the address that was asked.
    """

    source: str
    at: datetime
    outcome: str
    status: int | None = None
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    failures: int = 0
    again_at: datetime | None = None
    good_at: datetime | None = None
    newest: datetime | None = None
    items: int = 0
    problem: str = ""
    url: str = ""
    strikes: float = 0.0
    gap: float | None = None
    asks: float = 0.0
    skip: str = ""
    site: str = ""
    home: str = ""
    sketch: str = ""

    @property
    def good(self) -> bool:
        """Whether the source answered as a living feed does."""
        return self.outcome in ("ok", "same")


@record
class FeedEntry:
    """One item as a feed states it: plain text, NFC; ``published`` is None where the feed gives no date that can be trusted.

    A title is "" only where a sitemap states none; ``summary`` then holds the words of the address.
    """

    source: str
    guid: str
    link: str
    title: str
    summary: str = ""
    published: datetime | None = None
    kind: str = "news"
    outlet: str = ""  # where the item names another one than its source, as a search's do
    stated: str = ""  # the item as it stood in the feed, word for word: evidence


@record
class Reading:
    """One look at one source: its visit and the entries it gave (none after a 304)."""

    source: Source
    visit: Visit
    entries: tuple[FeedEntry, ...] = ()


@record
class Article:
    """One published text; ``url`` is canonical and is the key.

    ``kind`` is news, post or comment. ``context`` is the headline a comment stands under. ``published`` is None where nothing
    trustworthy states it; it then counts on the day on which it was first read. ``publisher`` (the group, or the outlet) and
    ``category`` (one of CLASSES) come from its source; ``story`` and ``id`` are given by the store.
    """

    url: str
    outlet: str
    title: str
    fetched: datetime
    source: str = ""
    publisher: str = ""
    category: str = ""
    kind: str = "news"
    lead: str = ""
    text: str = ""
    context: str = ""
    published: datetime | None = None
    story: str = ""
    speaker: str = ""  # of a comment: a mark shared by those that one reader wrote under the same article, "" where none is kept
    id: int | None = None

    @property
    def seen(self) -> datetime:
        """When it counts as seen: when it was published, or else first read, UTC."""
        return self.published or self.fetched

    @property
    def document(self) -> str:
        """Title, lead and text, a line each: what taggers read and what evidence spans count in."""
        return "\n".join(part for part in (self.title, self.lead, self.text) if part)


@record
class Capture:
    """What was read of an article, as it was sent: ``url`` is the article's key, ``address`` where the bytes came from.

    ``kind`` is page, or item for what a feed said of an article whose page was not read (``status`` 0, no ``headers``).
    """

    url: str
    kind: str
    address: str
    at: datetime
    body: bytes
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


@record
class Gathering:
    """What one reading brings to the store: the visit, the articles that are new or have changed, and what was read of them.

    ``again`` are the URLs of those whose page gave nothing this time and may the next.
    """

    source: Source
    visit: Visit
    articles: tuple[Article, ...] = ()
    captures: tuple[Capture, ...] = ()
    again: tuple[str, ...] = ()


@record
class Evidence:
    """A span ``start``..``end`` (characters of the document) that speaks for a tag; ``weight`` is its share of the score."""

    start: int
    end: int
    text: str
    weight: float = 1.0


@record
class Tag:
    """A label of a kind: relevance, topic, sentiment, tone ("topic:sentiment", where an article's topics differ), voice, place, law.

    ``score`` is calibrated, 0..1; ``by`` names the exact model or rule, so that every figure can be traced to a card.
    """

    kind: str
    label: str
    score: float
    by: str
    evidence: tuple[Evidence, ...] = ()


@record
class TaggedArticle:
    """An article, its segmentation (words joined by ``_``, sentences by newlines) and its tags."""

    article: Article
    words: str
    tags: tuple[Tag, ...]

    def label(self, kind: str) -> str:
        """The best label of a kind, or "" where there is none."""
        found = [tag for tag in self.tags if tag.kind == kind]
        return max(found, key=lambda tag: tag.score).label if found else ""

    def labels(self, kind: str) -> tuple[str, ...]:
        """All labels of a kind, best first."""
        found = sorted((tag for tag in self.tags if tag.kind == kind), key=lambda tag: -tag.score)
        return tuple(tag.label for tag in found)


@record
class Tally:
    """So many of something were done by a step: it is added to the counts of the run. ``of`` is how many there are to do, 0 unknown."""

    what: str
    count: int = 1
    of: int = 0


@record
class Problem:
    """Something that went wrong and cost only itself: ``what`` (a source or URL), ``why``, and what to do about it."""

    what: str
    why: str
    advice: str = ""


@record
class Run:
    """One run of a recipe: ``at`` is its clock, ``started`` and ``ended`` are real time; ``ended`` is None until it ends well."""

    id: int | None = None
    recipe: str
    at: datetime
    started: datetime
    ended: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@record
class Correction:
    """What an officer said of a kind of tag of one article, ``who`` and when, and what had stood ``before``."""

    kind: str
    labels: tuple[str, ...]
    before: tuple[str, ...]
    who: str
    at: datetime
