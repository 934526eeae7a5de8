"""How much more often something came than before: a ratio of two rates a day, and between which it lies.

Days on which most sources were not heard count in neither period. The interval is the exact conditional one of two Poisson counts,
with the counts divided by their dispersion by day (or by week, where both periods have four): news comes in bursts, and an interval
that took each item for independent would promise too much (`monitor.chance` names the sources). Beside the lift by day stands the
one against everything else about social security, which a month that is loud for all does not raise.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from monitor.campaigns import Days
from monitor.chance import dispersion, rate_ratio
from monitor.coverage import each_day
from monitor.figures import Counted
from monitor.records import record

HEARD = 0.5  # share of good visits from which a day counts
ENOUGH = 0.5  # share of a period's days that must have been heard for a comparison
WEEKS = 4  # weeks of each period from which their dispersion is asked too


@record
class Piece:
    """A counted article, its source, and what it holds: whether it belongs to the campaign, speaks of benefits, of rules."""

    item: Counted
    source: str = ""
    ours: bool = True
    benefits: bool = False
    rules: bool = False

    @property
    def public(self) -> bool:
        """Whether it is publicity: not what the agency says on its own channels."""
        return self.item.category != "owned"


@record
class Lift:
    """How many times as many a heard day as before, ``low``..``high`` (95 %).

    ``ratio`` is None where there was nothing before, ``high`` where the interval has no end.
    """

    key: str
    during: int
    before: int
    ratio: float | None
    low: float
    high: float | None


class Compared:
    """The public pieces of the heard days of two spans, and what their rates are to each other."""

    def __init__(self, found: Sequence[Piece], both: tuple[Days, Days], health: Mapping[date, float]):
        self.days = [heard_days(span, health) for span in both]
        self.spans = both
        self.found = [[piece for piece in found if piece.item.day in set(days)] for days in self.days]
        self.ours = [[piece for piece in pieces if piece.ours] for pieces in self.found]
        self.spread = self._spread(self.ours)

    def why_not(self) -> str:
        """Why the two cannot be compared, "" where they can."""
        for name, days, span in zip(("trong chiến dịch", "trước chiến dịch"), self.days, self.spans, strict=True):
            every = (span[1] - span[0]).days + 1
            if len(days) < ENOUGH * every:
                return f"chỉ nghe được {len(days)} trong {every} ngày {name}"
        return "" if self.found[1] else "chưa có tin nào của thời gian trước chiến dịch"

    def lifts(self) -> tuple[Lift, ...]:
        """The lift of articles and of stories a day, and of stories against all others."""
        articles, stories = (
            [len(pieces) for pieces in self.ours],
            [len({story_of(one) for one in pieces}) for pieces in self.ours],
        )
        others = [len({story_of(piece) for piece in pieces if not piece.ours}) for pieces in self.found]
        days = [len(days) for days in self.days]
        found = [
            ("articles", articles, days),
            ("stories", stories, days),
            *([("relative", stories, others)] if all(others) else []),
        ]
        return tuple(_lift(key, many, of, self.spread) for key, many, of in found)

    def by(self, keys: Callable[[Counted], Iterable[str]]) -> tuple[Lift, ...]:
        """The lift of the articles of every key, by its own dispersion; the most articles during the campaign first."""
        groups: dict[str, tuple[list[Piece], list[Piece]]] = defaultdict(lambda: ([], []))
        for span, pieces in enumerate(self.ours):
            for piece in pieces:
                for key in keys(piece.item):
                    groups[key][span].append(piece)
        days = [len(days) for days in self.days]
        rows = [_lift(key, [len(span) for span in pair], days, self._spread(pair)) for key, pair in groups.items()]
        return tuple(sorted(rows, key=lambda row: (-row.during, -row.before, row.key)))

    def _spread(self, both: Sequence[Sequence[Piece]]) -> float:
        """The dispersion of the articles by day, or by week where that is more and both spans have enough weeks."""
        counted = [Counter(piece.item.day for piece in pieces) for pieces in both]
        each = [[count[day] for day in days] for count, days in zip(counted, self.days, strict=True)]
        weeks = [[sum(days[at : at + 7]) for at in range(0, len(days) - 6, 7)] for days in each]
        return max(dispersion(*each), dispersion(*weeks) if all(len(span) >= WEEKS for span in weeks) else 1.0)


def _lift(key: str, many: Sequence[int], of: Sequence[float], spread: float) -> Lift:
    ratio, low, high = rate_ratio((many[0], of[0]), (many[1], of[1]), spread)
    return Lift(key=key, during=many[0], before=many[1], ratio=ratio, low=low, high=high if math.isfinite(high) else None)


def heard_days(span: Days, health: Mapping[date, float]) -> list[date]:
    """The days of a span on which most sources were heard; all, where nothing was ever visited (``health`` is empty)."""
    return [day for day in each_day(*span) if not health or health.get(day, 0.0) >= HEARD]


def story_of(piece: Piece) -> str:
    """The story of an article, or the article itself where it has none."""
    return piece.item.story or f"a{piece.item.id}"
