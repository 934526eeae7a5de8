"""What is counted and reported: records made from articles, for people to read.

Like those of ``records.py`` they are plain, frozen, and hold no behaviour beyond what can be read off their own fields.
"""

from __future__ import annotations

from datetime import date, datetime

from monitor.records import TaggedArticle, record


@record
class Counted:
    """What counting needs of one article that is about social security; ``day`` is the day in Việt Nam it was seen.

    ``kind`` is news, post or comment; a comment is heard, and counted as no article of the paper it stands in.
    """

    id: int
    day: date
    seen: datetime
    outlet: str
    publisher: str
    category: str
    story: str
    sentiment: str
    voice: str
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()
    source: str = ""
    kind: str = "news"

    @property
    def is_article(self) -> bool:
        """Whether it is publicity: what readers write under an article is no further article of its paper."""
        return self.kind != "comment"

    def tone_of(self, topic: str) -> str:
        """The sentiment toward a topic, where the article's topics differ ("topic:sentiment" in ``tones``); else the article's."""
        if not topic or not self.tones:
            return self.sentiment
        return next((tone.rpartition(":")[2] for tone in self.tones if tone.startswith(f"{topic}:")), self.sentiment)


@record
class Coverage:
    """How much was published: ``key`` is the day, month, outlet, place, topic, law … counted; ``topic`` whose tone it is, "" for all.

    ``articles`` counts items, ``stories`` counts copies once, ``publishers`` counts independent publisher groups (owned media and
    aggregators left out). ``tone`` is (positive − negative) / articles, −1..1, None for nothing. ``health`` is the share of
    visits that found a living feed, 0..1, None where nothing was visited.

    ``read`` is how many articles on any subject were read where these were found, ``read_publishers`` of how many independent
    publishers; None where nobody asked. ``heard`` is the part of the usual articles whose sources could be heard, 0..1, and
    ``estimate`` how many articles there were, had all been heard (see `monitor.hearing`): None where too few were.
    """

    key: str
    articles: int
    stories: int
    publishers: int
    positive: int = 0
    negative: int = 0
    topic: str = ""
    health: float | None = None
    read: int | None = None
    read_publishers: int | None = None
    heard: float | None = None
    estimate: float | None = None

    @property
    def per_thousand(self) -> float | None:
        """How many of a thousand articles that were read are these, or None where none was read."""
        return 1000 * self.articles / self.read if self.read else None

    @property
    def tone(self) -> float | None:
        """(positive − negative) / articles, or None where there is nothing to count."""
        return (self.positive - self.negative) / self.articles if self.articles else None


@record
class Story:
    """The copies of one text: ``first`` is the earliest, ``others`` the later ones in order of time."""

    first: TaggedArticle
    others: tuple[TaggedArticle, ...] = ()

    @property
    def members(self) -> tuple[TaggedArticle, ...]:
        """All copies, earliest first."""
        return (self.first, *self.others)


@record
class Condition:
    """Whether a source's silence means that nothing was published.

    ``state`` is good, new (never visited), failed, blocked, wrong, mixed (another source's items), crashed, empty, frozen, gone or
    refused; ``newest`` is the latest date that its items stated, ``good_at`` the last look that went well, ``advice`` what to do, in
    Vietnamese. ``failures`` counts looks in a row that gave nothing, ``strikes`` weighs them (hard 1, soft 1/2, passing 1/4).
    ``per_day`` is how many articles it usually brings, ``silence`` the age of the newest as a share of what that allows.
    """

    source: str
    outlet: str
    state: str
    newest: datetime | None = None
    good_at: datetime | None = None
    failures: int = 0
    strikes: float = 0.0
    per_day: float | None = None
    silence: float | None = None
    problem: str = ""
    advice: str = ""


@record
class SetAside:
    """An input that crashed or hung its reader twice: the hash of its bytes, where it came from, and how it ended."""

    digest: str
    url: str
    source: str = ""
    reason: str = ""
    version: str = ""
    at: datetime | None = None


@record
class Figure:
    """One row of numbers: what was counted in the window, and what is usual there.

    ``usual`` is the mean number of stories in earlier windows of the same hours, None where history is too short to say;
    ``stories`` are shown under the row, the loudest first. ``remark`` says more of it: of a hot spot its state and since when.
    """

    label: str
    title: str
    count: Coverage
    usual: float | None = None
    remark: str = ""
    stories: tuple[Story, ...] = ()


@record
class Section:
    """One part of a digest: a heading, a sentence that says how it was chosen, and stories, figures or sources."""

    id: str
    title: str
    note: str = ""
    stories: tuple[Story, ...] = ()
    figures: tuple[Figure, ...] = ()
    sources: tuple[Condition, ...] = ()


@record
class Digest:
    """The press review of ``day``: everything published from ``since`` up to ``until`` (UTC), in sections.

    ``total`` counts it all, with every story; ``days`` holds the same counts for each of the days before, oldest first, with their
    health. ``headlines`` is how many stories of a figure are shown at once.
    """

    title: str
    day: date
    since: datetime
    until: datetime
    total: Figure
    days: tuple[Coverage, ...]
    sections: tuple[Section, ...]
    models: tuple[str, ...] = ()
    headlines: int = 5


@record
class Doubt:
    """An article that is worth an officer's look: how much (0..1, more is more), and why, in Vietnamese."""

    item: TaggedArticle
    worth: float
    reasons: tuple[str, ...]


@record
class Kept:
    """A capture as it lies in the archive: ``length`` bytes of ``file`` from ``start``, whose content has this SHA-256."""

    kind: str
    address: str
    at: datetime
    status: int
    sha256: str
    file: str
    start: int
    length: int


@record
class Difference:
    """A count that is kept and does not follow from what it counts: the table, the day and what is counted there.

    ``kept`` is what stands there, ``found`` what counting anew gives; "" where there is nothing.
    """

    table: str
    day: date
    what: str
    kept: str
    found: str


@record
class Change:
    """Other words that an article was seen with: ``before`` stood in ``field`` (title, lead, text) until it was read ``at``."""

    field: str
    at: datetime
    before: str
    after: str


@record
class Hit:
    """An article that answers a question: ``title_marks`` and ``marks`` are spans (start, end) in its headline and in ``snippet``."""

    item: TaggedArticle
    title_marks: tuple[tuple[int, int], ...] = ()
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@record
class Answer:
    """What was found: the hits that are shown, and how many there are; with ``more``, more than ``total``, uncounted.

    ``bare`` is how many there would be if the question were typed without marks, where there is none.
    """

    hits: tuple[Hit, ...]
    total: int
    more: bool = False
    bare: int = 0

    @property
    def articles(self) -> tuple[TaggedArticle, ...]:
        """The articles of the hits."""
        return tuple(hit.item for hit in self.hits)
