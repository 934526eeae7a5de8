"""What models are taught and measured with: labelled documents, and the records of what was got right on them."""

from __future__ import annotations

from dataclasses import field

from monitor.records import record


@record
class Labelled:
    """A document with the labels a reader gave it: training and evaluation. ``kinds`` are those that were judged, () for all."""

    id: str
    kind: str
    title: str
    text: str
    relevance: str
    sentiment: str
    voice: str
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    context: str = ""
    origin: str = ""
    date: str = ""
    sure: bool = True
    kinds: tuple[str, ...] = ()


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
