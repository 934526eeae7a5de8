"""How much more often something came than before: a ratio of two rates a day, and between which it lies.

Only what the same sources say is compared (`monitor.panel`), and the days before are counted back in whole weeks. The interval is that
of two Poisson counts divided by their dispersion. Beside the lift by day stands the one against everything else about social security,
which a month that is loud for all does not raise.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from monitor.figures import Counted
from monitor.intervals import Interval, odds, ratio
from monitor.panel import Panel, inside
from monitor.records import record


@record
class Piece:
    """A counted article and what it holds: whether it belongs to the campaign, speaks of benefits, of rules."""

    item: Counted
    ours: bool = True
    benefits: bool = False
    rules: bool = False


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
    """What the sources of a panel published in its two spans, and what the rates are to each other."""

    def __init__(self, found: Sequence[Piece], panel: Panel):
        self.panel = panel
        self.ours = panel.kept(piece.item for piece in found if piece.ours)
        self.others = panel.kept(piece.item for piece in found if not piece.ours)
        self.spread = panel.spread(self.ours)

    def why_not(self) -> str:
        """Why the two cannot be compared, "" where they can."""
        if not self.panel.sources:
            return "không nguồn nào đọc được từ nửa số ngày trở lên ở cả hai kỳ"
        return "" if inside([*self.ours, *self.others], self.panel.spans[1]) else "chưa có tin nào của thời gian trước chiến dịch"

    def lifts(self) -> tuple[Lift, ...]:
        """The lift of articles and of stories a day, and of stories against all others."""
        articles = [len(inside(self.ours, span)) for span in self.panel.spans]
        stories, others = (
            [len({item.story or item.id for item in inside(items, span)}) for span in self.panel.spans]
            for items in (self.ours, self.others)
        )
        longer = self.panel.exposure(self.ours)
        found = (_lift("articles", articles, longer, self.spread), _lift("stories", stories, longer, self.spread))
        if not all(others):
            return found
        few = [count / self.spread for count in (*stories, *others)]
        return (*found, _told("relative", stories, others[0] / others[1], odds(few[0], few[1], (few[2], few[3]))))

    def by(self, keys: Callable[[Counted], Iterable[str]]) -> tuple[Lift, ...]:
        """The lift of the articles of every key, by its own dispersion; the most articles during the campaign first."""
        groups: dict[str, list[Counted]] = defaultdict(list)
        for item in self.ours:
            for key in keys(item):
                groups[key].append(item)
        rows = []
        for key, items in groups.items():
            many = [len(inside(items, span)) for span in self.panel.spans]
            rows += [_lift(key, many, self.panel.exposure(items), self.panel.spread(items))] if any(many) else []
        return tuple(sorted(rows, key=lambda row: (-row.during, -row.before, row.key)))


def _lift(key: str, many: Sequence[int], longer: float, spread: float) -> Lift:
    return _told(key, many, longer, ratio(many[0] / spread, many[1] / spread, exposure=longer))


def _told(key: str, many: Sequence[int], longer: float, interval: Interval) -> Lift:
    low, high = interval
    value = many[0] / many[1] / longer if many[1] else None
    return Lift(key=key, during=many[0], before=many[1], ratio=value, low=low, high=high if math.isfinite(high) else None)
