"""How near the estimate of a day comes to the truth where sources are silenced in a store that heard them all.

::

    python bench/outages.py sqlite:///data/monitor.db --first 2025-08-01 --last 2026-02-10

Up to half of the sources, drawn by lot, are silenced for one, three or seven days in a row, 200 times each: their articles are left
out and their looks said to have failed. Printed are the articles that there were, those that were left, and those that the estimate
says (`monitor.hearing`), summed; the error of both summed, and the root of their mean squared error a span. Spans of which too little
is heard for an estimate are only counted. The store is read and not written to.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.clock import moment_of, parse_day
from monitor.coverage import coverage, each_day
from monitor.figures import Counted
from monitor.hearing import heard_days, made_whole
from monitor.movement import Volume
from monitor.store import Store, counts
from monitor.store.volumes import volumes

SEED, TRIALS, MARGIN = 20261122, 200, 30
Outcome = tuple[int, int, float | None]


def main() -> None:
    """Read the store and print a line for each length of silence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    for name in ("--first", "--last"):
        parser.add_argument(name, type=parse_day, required=True)
    said = parser.parse_args()
    with Store.open(said.store) as store:
        found = counts.counted(store, moment_of(said.first), moment_of(said.last + timedelta(days=1)))
        read = volumes(store, said.first, said.last)
    items = [item for item in found if item.category != "owned"]
    lots = random.Random(SEED)
    for length in (1, 3, 7):
        _told(length, [_tried(items, read, lots=lots, length=length, span=(said.first, said.last)) for _ in range(TRIALS)])


def _tried(
    items: Sequence[Counted], read: Sequence[Volume], *, lots: random.Random, length: int, span: tuple[date, date]
) -> Outcome:
    """How many articles a span had, how many were left, and how many the estimate says."""
    days = each_day(*span)
    sources = sorted({one.source for one in read})
    down = set(lots.sample(sources, lots.randint(1, max(1, len(sources) // 2))))
    start = lots.randrange(MARGIN, len(days) - MARGIN - length)
    silent = {(source, day) for source in down for day in days[start : start + length]}
    kept = [item for item in items if (item.source or item.outlet, item.day) not in silent]
    heard = heard_days(
        [
            *(replace(one, looks=0, good=0) for one in read if (one.source, one.day) not in silent),
            *(Volume(source=one, day=day, looks=9, good=9 * ((one, day) not in silent)) for one in sources for day in days),
        ]
    )
    inside = {day.isoformat() for day in days[start : start + length]}
    rows = made_whole([row for row in coverage(kept, days=span) if row.key in inside], kept, heard)
    estimates = [row.estimate for row in rows if row.estimate is not None]
    true = Counter(item.day.isoformat() in inside for item in items)[True]
    return true, sum(row.articles for row in rows), sum(estimates) if len(estimates) == len(rows) else None


def _told(length: int, outcomes: Sequence[Outcome]) -> None:
    known = [(true, left, said) for true, left, said in outcomes if said is not None]
    true, left, said = (sum(column) for column in zip(*known, strict=True))
    missed = [math.sqrt(sum((one[at] - one[0]) ** 2 for one in known) / len(known)) for at in (1, 2)]
    print(
        f"{length} days: {len(known)} spans, {len(outcomes) - len(known)} with too little heard; {true} articles, left {left}"
        f" ({left / true - 1:+.1%}), estimated {said:.0f} ({said / true - 1:+.1%}); error a span {missed[0]:.2f}, {missed[1]:.2f}"
    )


if __name__ == "__main__":
    main()
