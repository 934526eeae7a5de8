"""What is hot and what was told of it: records made by `monitor.hotspots`, kept as alerts and shown to officers."""

from __future__ import annotations

from datetime import date, datetime

from monitor.figures import Coverage
from monitor.records import record


@record
class Hotspot:
    """A topic, or a topic in one place (a province or a cluster), that brings far more than its calm days, or is a crisis.

    ``state`` is emerging, growing, peak or cooling, ``since`` the day of its first story. ``count`` is what began in the window,
    ``usual`` how many stories its calm days bring there (None for a crisis, which asks for no baseline), ``chance`` how often a
    year they would by chance bring as many as stood out. ``articles`` are the ids of the evidence, newest first.
    """

    topic: str
    place: str
    state: str
    since: date
    count: Coverage
    usual: float | None
    chance: float
    stories: frozenset[str]
    articles: tuple[int, ...]
    crisis: bool = False

    @property
    def label(self) -> str:
        """Its name in the store: the topic, and where it has one "@" and the place."""
        return f"{self.topic}@{self.place}" if self.place else self.topic


@record
class Matter:
    """What one stir is about: the series that stands out most, and the others that are hot by mostly the same stories."""

    lead: Hotspot
    also: tuple[Hotspot, ...] = ()


@record
class Alert:
    """A matter that was told once: its hot spot or crisis as it was last found, and everything that spoke for it.

    ``at`` is when it was told, ``updated`` when it was last found hot, ``risen`` when it was last new or reached a graver state than
    ever before (``gravest``), ``seen`` when an officer acknowledged it, None where nobody did. ``number`` is given by the store.
    """

    spot: Hotspot
    at: datetime
    updated: datetime
    risen: datetime
    gravest: str
    seen: datetime | None = None
    number: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether it was not acknowledged, or has become graver since."""
        return self.seen is None or self.seen < self.risen


@record
class Shift:
    """A day from which a topic (in a place, or everywhere) has another level: stories a day since then, and before it."""

    topic: str
    place: str
    day: date
    rate: float
    before: float
