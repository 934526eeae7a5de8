"""What is counted and reported: records made from articles, for people to read.

Like those of ``records.py`` they are plain, frozen, and hold no behaviour beyond what can be read off their own fields.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from monitor.records import TaggedArticle, record


@record
class Counted:
    """What counting needs of one article that is about social security; ``day`` is the day in Việt Nam it was seen."""

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

    def tone_of(self, topic: str) -> str:
        """The sentiment toward a topic, where the article's topics differ ("topic:sentiment" in ``tones``); else the article's."""
        return next((tone.rpartition(":")[2] for tone in self.tones if topic and tone.startswith(f"{topic}:")), self.sentiment)


@record
class Coverage:
    """How much was published: ``key`` is the day, month, outlet, place, topic, law … counted; ``topic`` whose tone it is, "" for all.

    ``articles`` counts items, ``stories`` counts copies once, ``publishers`` counts independent publisher groups (owned media and
    aggregators left out). ``tone`` is (positive − negative) / articles, −1..1, None for nothing. ``health`` is the share of
    visits that found a living feed, 0..1, None where nothing was visited.
    """

    key: str
    articles: int
    stories: int
    publishers: int
    positive: int = 0
    negative: int = 0
    topic: str = ""
    health: float | None = None

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

    ``state`` is good, new (never visited), failed, blocked, wrong, empty, frozen, gone or refused; ``newest`` is the latest date
    that its items stated, ``good_at`` the last look that went well, ``advice`` what to do, in Vietnamese.
    """

    source: str
    outlet: str
    state: str
    newest: datetime | None = None
    good_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    advice: str = ""


@record
class Figure:
    """One row of numbers: what was counted in the window, and what is usual there.

    ``usual`` is the mean number of stories in earlier windows of the same hours, None where history is too short to say;
    ``stories`` are shown under the row, the loudest first. ``rare`` is the chance of so many stories in a usual window.
    """

    label: str
    title: str
    count: Coverage
    usual: float | None = None
    rare: float | None = None
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
class Score:
    """Figures of one label: ``support`` is how many documents readers gave it; the interval of F1 is a bootstrap's, 95 %."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    interval: tuple[float, float] | None = None


@record
class Confusion:
    """So many documents that readers gave one label, ``truth``, were given ``said``."""

    truth: str
    said: str
    count: int


@record
class Bin:
    """The tags of one kind whose score lies from ``low`` up to ``high``: how many, their mean score, the share that is right."""

    low: float
    high: float
    count: int
    score: float
    right: float


@record
class Calibration:
    """Whether scores mean what they say: ``error`` is the mean distance of score and share that is right, each bin by its count."""

    bins: tuple[Bin, ...]
    error: float


@record
class Part:
    """The figures on some of the documents: those of one ``name`` (a kind of document, or years); ``by`` is kind or years."""

    by: str
    name: str
    documents: int
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)


@record
class Made:
    """A model in use, and what its card says that it was trained on, a line each."""

    name: str
    digest: str
    trained: tuple[str, ...] = ()


@record
class Scores:
    """What the models in use got right on labelled documents: ``figures`` by name ("topics micro F1"), ``labels`` by task.

    ``about`` says which documents: dev (of readers, unseen in training) or demo (the demo's own). ``bare`` holds the figures on the
    same documents without marks.
    """

    documents: int
    figures: dict[str, float]
    labels: dict[str, tuple[Score, ...]] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    about: str = "dev"
    bare: dict[str, float] = field(default_factory=dict)
    confusion: dict[str, tuple[Confusion, ...]] = field(default_factory=dict)
    calibration: dict[str, Calibration] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    made: tuple[Made, ...] = ()


@record
class Published:
    """A figure that others published on a public set; ``linear`` says whether by a linear model."""

    by: str
    figure: str
    value: float
    linear: bool = True


@record
class Trial:
    """The settings of a fit, and their figure on documents that are not the test's."""

    settings: str
    value: float


@record
class Comparison:
    """What our trainer reaches on the test part of a public set, beside what was published.

    ``chosen`` are the settings, best of ``trials`` by ``choice``: the figure and the documents that they were compared on.
    """

    set: str
    task: str
    train: int
    test: int
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    chosen: str
    choice: str
    trials: tuple[Trial, ...] = ()
    published: tuple[Published, ...] = ()


@record
class Succession:
    """What came of a new model: its figures ``before`` (of the model it would replace) and ``after`` on documents unseen by both.

    ``where`` says which documents ("dev", "demo"); ``used`` whether it serves now, ``reason`` why not; of ``lessons`` (corrected
    articles) the old model tagged ``right_before`` wholly as officers said, the new one ``right_after``.
    """

    name: str
    instead_of: str
    used: bool
    reason: str
    before: Scores
    after: Scores
    where: str
    lessons: int
    right_before: int
    right_after: int


@record
class Doubt:
    """An article that is worth an officer's look: how much (0..1, more is more), and why, in Vietnamese."""

    item: TaggedArticle
    worth: float
    reasons: tuple[str, ...]
