"""What is said of the course of time: records of how much was read, of series, and of one span against another.

Like those of ``figures.py`` they are plain, frozen, and hold no behaviour beyond what can be read off their own fields.
"""

from __future__ import annotations

from datetime import date

from monitor.figures import Coverage
from monitor.records import record


@record
class Volume:
    """What one source brought of one outlet on one day, on any subject; owned media are left out.

    ``looks`` at the source were made that day, ``good`` of them found a living feed; both are 0 where it was not visited.
    """

    source: str
    day: date
    outlet: str = ""
    publisher: str = ""
    category: str = ""
    articles: int = 0
    looks: int = 0
    good: int = 0


@record
class Point:
    """A day, week or month of a series, from ``first`` to ``last`` day, as far as it was asked for.

    ``tone`` is the interval of the tone, None where there are too few articles to say. ``middle`` is the median of the last seven days
    that could be heard, ``usual`` that of the same weekday. ``joined`` are the sources first heard here, ``silent`` those that were not
    heard on every day though they usually are, ``parted`` those of which nothing is expected from here on; ``holidays`` what was kept.
    """

    count: Coverage
    first: date
    last: date
    tone: tuple[float, float] | None = None
    middle: float | None = None
    usual: float | None = None
    holidays: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    parted: tuple[str, ...] = ()

    @property
    def per_day(self) -> float | None:
        """Articles a day, had all sources been heard; None where too few were."""
        return None if self.count.estimate is None else self.count.estimate / ((self.last - self.first).days + 1)


@record
class Against:
    """A span of days against an earlier one, by the ``sources`` that were heard in both; ``left_out`` is how many were not.

    ``kind`` is before, year or lunar. ``now`` and ``then`` are articles a day of those sources on the days on which they were heard.
    ``change`` is now / then − 1 with its interval, None where ``why`` says, in Vietnamese, that nothing can be said.
    """

    kind: str
    first: date
    last: date
    sources: int = 0
    left_out: int = 0
    now: float | None = None
    then: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""


@record
class Voice:
    """One row of the share of voice: its counts, its share 0..1 with its interval, the interval of its tone, and what it was before."""

    count: Coverage
    share: float
    interval: tuple[float, float]
    tone: tuple[float, float] | None = None
    before: Against | None = None


@record
class Trend:
    """How something went: points in order of time, or rows by share; and the span ``now`` against those before it.

    ``slope`` is how many articles a day more there are a week later, with its interval, by the sources heard all the way; ``owned`` how
    many articles of the agency's own media are counted nowhere else.
    """

    by: str
    of: str
    first: date
    last: date
    now: tuple[date, date]
    points: tuple[Point, ...] = ()
    voices: tuple[Voice, ...] = ()
    against: tuple[Against, ...] = ()
    slope: tuple[float, float, float] | None = None
    owned: int = 0
