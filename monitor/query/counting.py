"""Counts of days: looked up where they are kept, else counted; both ways give the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.clock import moment_of
from monitor.coverage import coverage, each_day, publicity
from monitor.figures import Coverage
from monitor.store import Store, counts, rollup

KEPT = ("topic", "outlet", "place")  # the kinds by whose labels the counts of a day are kept
Narrow = Mapping[str, str | list[str] | None]


def rows(
    store: Store,
    first: date,
    last: date,
    *,
    by: str,
    narrow: Narrow,
    health: Mapping[date, float],
    clusters: Mapping[str, Sequence[str]],
) -> list[Coverage]:
    """How much was published from first to last, both included, without what the agency itself publishes, by one of `coverage.BY`.

    Days are looked up where nothing, or one topic, outlet or place is asked for. Everything else is counted article by article.
    """
    asked = {kind: label for kind, label in narrow.items() if label}
    topic = asked.get("topic")
    topic = topic if isinstance(topic, str) else ""
    kind, label = next(iter(asked.items()), ("", ""))
    if by == "day" and len(asked) < 2 and isinstance(label, str) and kind in ("", *KEPT):
        kept = {row.key: row for row in rollup.by_day(store, first, last, kind=kind, label=label).get(label, ())}
        none = Coverage(key="", articles=0, stories=0, publishers=0, topic=topic)
        days = {day: day.isoformat() for day in each_day(first, last)}
        return [replace(kept.get(key, none), key=key, health=health.get(day)) for day, key in days.items()]
    found = counts.counted(store, moment_of(first), moment_of(last + timedelta(days=1)), **narrow)
    return coverage(publicity(found), by=by, days=(first, last), health=health, topic=topic, clusters=clusters)
