"""How much, where, in which tone: arithmetic on counted articles, without a store and without a clock.

Three counts stand side by side, since each alone misleads: articles count echoes, stories count a copied text once, publishers
count independent voices (a group once; the agency's own media and aggregators are nobody's voice).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from monitor import places
from monitor.clock import period_of
from monitor.errors import UsageError
from monitor.figures import Counted, Coverage
from monitor.records import NOT_PUBLISHERS
from monitor.registry import nearest

TIMES = ("day", "week", "month")
BY = (*TIMES, "outlet", "publisher", "class", "place", "province", "cluster", "topic", "law")


def coverage(
    found: Iterable[Counted],
    *,
    by: str = "day",
    days: tuple[date, date] | None = None,
    health: Mapping[date, float] | None = None,
    topic: str = "",
    clusters: Mapping[str, Sequence[str]] | None = None,
) -> list[Coverage]:
    """One row a day, week, month, outlet, publisher, class, place, province, cluster, topic or law; time in order, all else by
    stories, most first.

    A place is one of the 63, a province one of the 34 that it belongs to since 1/7/2025. ``clusters`` are provinces by name. The tone
    of a row by topic, or of all rows where ``topic`` is given, is that toward the topic.

    With ``days`` (first, last) a day, week or month without articles has its row of zeros too, and the health of a row is that of all
    its days, quiet ones too; without them, of those that have articles. An article on two topics counts in both rows, so that rows by
    topic and place do not add up to the total. Raises UsageError for another ``by``.
    """
    if by not in BY:
        raise UsageError(f"--by {by}: cannot count by that{nearest(by, BY)}")
    groups: dict[str, list[Counted]] = defaultdict(list)
    spans: dict[str, list[date]] = defaultdict(list)
    every = each_day(*days) if days else []
    if by in TIMES:
        for day in every:
            spans[period_of(day, by)].append(day)
        groups |= {key: [] for key in spans}
    for item in found:
        if not item.is_article:
            continue
        for key in keys(item, by, clusters or {}):
            groups[key].append(item)
    rows = [
        count(key, items, health=health, days=spans.get(key, every), topic=key if by == "topic" else topic)
        for key, items in groups.items()
    ]
    if by in TIMES:
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (-row.stories, -row.articles, row.key))


def count(
    key: str,
    items: Sequence[Counted],
    *,
    health: Mapping[date, float] | None = None,
    days: Iterable[date] = (),
    topic: str = "",
) -> Coverage:
    """The row of some articles; its health is the mean over ``days``, or else over their own; its tone is that toward ``topic``.

    Comments among them are left out.
    """
    items = [item for item in items if item.is_article]
    wanted = list(days) or sorted({item.day for item in items})
    known = [health[day] for day in wanted if health and day in health]
    tones = Counter(item.tone_of(topic) for item in items)
    return Coverage(
        key=key,
        articles=len(items),
        stories=len({item.story or item.id for item in items}),
        publishers=len({item.publisher for item in items if item.category not in NOT_PUBLISHERS}),
        positive=tones["positive"],
        negative=tones["negative"],
        topic=topic,
        health=sum(known) / len(known) if known else None,
    )


def publicity(found: Iterable[Counted]) -> list[Counted]:
    """What others published: neither the agency's own, which is counted apart, nor comments, which are counted nowhere."""
    return [item for item in found if item.category != "owned" and item.is_article]


def each_day(first: date, last: date) -> list[date]:
    """Every day from first to last, both included; none when last comes before first."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def keys(item: Counted, by: str, clusters: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The rows that an article stands in, by one of BY: "" for a place or topic that is not known, none for a law or cluster."""
    if by in TIMES:
        return (period_of(item.day, by),)
    if by == "cluster":
        return tuple(name for name, members in clusters.items() if not set(members).isdisjoint(item.places))
    return _KEYS[by](item)


_KEYS: Mapping[str, Callable[[Counted], tuple[str, ...]]] = {
    "outlet": lambda item: (item.outlet,),
    "publisher": lambda item: (item.publisher,),
    "class": lambda item: (item.category,),
    "place": lambda item: item.places or ("",),
    "province": lambda item: tuple(dict.fromkeys(map(places.now, item.places))) or ("",),
    "topic": lambda item: item.topics or ("",),
    "law": lambda item: item.laws,
}
