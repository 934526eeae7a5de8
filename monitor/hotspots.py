"""What is hot: a topic, or a topic in one place, that brings far more new stories than its calm days do; and what is a crisis at once.

The one definition of a hot spot in this house. Every topic, and every topic in every province and cluster of provinces, is held
against its own baseline (`monitor.baseline`). Copies are one story; owned media, aggregators and sources that were not heard long
enough are left out, and so is what readers write under articles. So many series are looked at all the time that each has only its
share of the false alerts which an office allows itself a year (`monitor.baseline.tolerated`; for the thought see the recurrence
intervals of Kleinman, Lazarus and Platt, American Journal of Epidemiology 159, 2004).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from monitor import places
from monitor.baseline import Baseline, Begun, Heard, Usual, a_year, days_since, known, tolerated
from monitor.coverage import count
from monitor.figures import Counted
from monitor.matters import Hotspot, Matter
from monitor.records import NOT_PUBLISHERS, record

STATES = ("cooling", "emerging", "growing", "peak")  # the later the graver
LOOK_BACK = 14  # days over which the beginning of a hot spot is looked for
SAME = 0.5  # share of the stories of a hot spot from which on it is the same matter as another
DAY = timedelta(days=1)

Label = tuple[str, str]  # a topic, and a province, a cluster or ""


@record
class Rule:
    """What makes a hot spot and a crisis: the keys of ``alerts`` in config.yaml; window and history in days.

    ``crisis_late`` is how long after it began to be quiet again a crisis is found, for what came to be known late.
    ``general`` are topics that say how and not what, as that of reforms does: they make one hot spot of unlike matters, so that an
    article counts for them only where it has no other.
    """

    window: int = 3
    history: int = 56
    stories: int = 3
    publishers: int = 2
    chance: int = 24
    general: tuple[str, ...] = ()
    crisis_publishers: int = 3
    crisis_within: timedelta = timedelta(minutes=180)
    crisis_late: timedelta = DAY

    @property
    def reach(self) -> timedelta:
        """How far back must be known what was published."""
        return (LOOK_BACK + self.history + 2 * self.window + 1) * DAY


class Watch:
    """What was published, ready to be asked what is hot at a moment; it looks at nothing that came after it.

    ``found`` are core articles of all media, in any order, from `Rule.reach` before the first moment on; ``heard`` is on which days
    each source was heard.
    """

    def __init__(self, found: Iterable[Counted], *, heard: Heard, rule: Rule, topics: Sequence[str],
                 clusters: Mapping[str, Sequence[str]]):  # fmt: skip
        self.heard, self.rule, self.topics, self.clusters = heard, rule, topics, clusters
        groups: dict[str, list[Counted]] = defaultdict(list)
        for item in sorted(found, key=lambda item: (item.seen, item.id)):
            if item.category not in NOT_PUBLISHERS and item.is_article:
                groups[item.story or f"a{item.id}"].append(item)
        self.stories = list(groups.values())
        self.at = {item.id: days_since(item.seen) for members in self.stories for item in members}
        self._labels: dict[int, list[Label]] = {}

    def hotspots(self, now: datetime) -> list[Matter]:
        """What is hot at ``now``, or was until lately, the gravest matter first; nothing while history is too short to say."""
        days = _Days(self, now)
        last: dict[Label, int] = {}
        for back in range(self.rule.window + 1):
            for label in days[back].hot:
                last.setdefault(label, back)
        return merged([days.spot(label, back) for label, back in last.items()])

    def labels(self, item: Counted) -> list[Label]:
        """The series that an article belongs to."""
        if item.id not in self._labels:
            groups = [name for name, members in self.clusters.items() if set(members) & set(item.places)]
            topics = [topic for topic in item.topics if topic not in self.rule.general] or item.topics
            self._labels[item.id] = [(topic, place) for topic in topics for place in dict.fromkeys(("", *item.places, *groups))]
        return self._labels[item.id]


class Moment:
    """The series as they stood at a moment: the stories of known sources, and which series were hot."""

    def __init__(self, watch: Watch, moment: datetime):
        self.watch, self.moment, self.now = watch, moment, days_since(moment)
        window, days = watch.rule.window, watch.rule.history
        sources = known(watch.heard, self.now, window=window, days=days)
        self.heard = {source: watch.heard[source] for source in sources}
        self.times: dict[Label, list[float]] = defaultdict(list)
        self.members: dict[Label, list[list[Counted]]] = defaultdict(list)
        self.begun: list[Begun] = []
        for at, _, first, members in sorted(self._stories()):
            self.begun.append(Begun(at=at, source=first.source))
            for label in watch.labels(first):
                self.times[label].append(at)
                self.members[label].append(members)

    def _stories(self) -> Iterator[tuple[float, int, Counted, list[Counted]]]:
        """Every story of a known source: when that brought it, and the first that it brought, with its id. What came before the
        window on a day on which its source was not heard is left out, since that day is left out of what is usual."""
        rule, known_at = self.watch.rule, self.watch.at
        oldest = self.now - 2 * rule.window - rule.history
        for members in self.watch.stories:
            if known_at[members[0].id] > self.now or known_at[members[-1].id] < oldest:
                continue
            first = next((item for item in members if item.source in self.heard), None)
            at = known_at[first.id] if first else oldest
            in_window = self.now - rule.window < at <= self.now and self._awake(first.source if first else "")
            if first and (in_window or (oldest < at <= self.now and int(at) in self.heard[first.source])):
                yield at, first.id, first, members

    def _awake(self, source: str) -> bool:
        """Whether a source was heard in the window; what bears a date of its silence was not known then."""
        days = range(int(self.now - self.watch.rule.window), int(self.now) + 1)
        return any(day in self.heard.get(source, ()) for day in days)

    @cached_property
    def hot(self) -> dict[Label, float]:
        """The hot series, and how often a year chance alone would bring as much to each."""
        rule = self.watch.rule
        busy = [label for label in self.times if self.count(label) >= rule.stories and self.publishers(label) >= rule.publishers]
        if not busy or not self._baseline.enough:
            return {}
        found = {label: a_year(self.count(label), self.usual(label), window=rule.window) for label in busy}
        return {label: chance for label, chance in found.items() if chance <= rule.chance and chance <= self.allowed}

    @cached_property
    def allowed(self) -> float:
        """How often a year chance may make one series hot, so that it makes all of them so no more often than the rule allows."""
        rule = self.watch.rule
        return tolerated(map(self.usual, self.times), chance=rule.chance, least=rule.stories, window=rule.window)

    def stories(self, label: Label) -> list[list[Counted]]:
        """The stories of a series that began in the window, oldest first, with their copies up to the moment."""
        begun = self.members.get(label, [])
        return [[item for item in members if item.seen <= self.moment] for members in begun[len(begun) - self.count(label) :]]

    def count(self, label: Label) -> int:
        """How many stories of a series began in the window."""
        times = self.times.get(label, [])
        return len(times) - bisect_left(times, self.now - self.watch.rule.window)

    def publishers(self, label: Label) -> int:
        """How many independent publishers carry the stories of the window."""
        return len({item.publisher for story in self.stories(label) for item in story})

    def usual(self, label: Label) -> Usual:
        """What the window usually holds of a series."""
        topic, place = label
        share = 1 / len(self.watch.topics)
        if place:
            named, all_ = self._earlier
            share = (named[topic, ""] + 0.5) / (all_ + 0.5 * len(self.watch.topics))
            share *= (named["", place] + 0.5) / (all_ + 0.5 * len(places.provinces()))
        return self._baseline.usual(self.times.get(label, []), share)

    @cached_property
    def _earlier(self) -> tuple[Counter[Label], int]:
        """How many stories before the window are on each topic, and how many name each place, by topic or place alone; and all."""
        found, end = Counter[Label](), self.now - 2 * self.watch.rule.window
        for (topic, place), times in self.times.items():
            found[("", place) if place else (topic, "")] += bisect_left(times, end)
        return found, sum(one.at < end for one in self.begun)

    @cached_property
    def _baseline(self) -> Baseline:
        rule = self.watch.rule
        return Baseline(self.begun, self.heard, self.now, window=rule.window, days=rule.history)


class _Days:
    """The moments of the days before now, by how many days back, made when they are asked for."""

    def __init__(self, watch: Watch, now: datetime):
        self._watch, self._now, self._made = watch, now, dict[int, Moment]()

    def __getitem__(self, back: int) -> Moment:
        if back not in self._made:
            self._made[back] = Moment(self._watch, self._now - back * DAY)
        return self._made[back]

    def spot(self, label: Label, last: int) -> Hotspot:
        """The hot spot of a series that was hot ``last`` days ago and not later."""
        run, back = [last], last
        while back < LOOK_BACK and back - run[-1] < self._watch.rule.window:  # a day below the mark does not end it
            back += 1
            if label in self[back].hot:
                run.append(back)
        now, then = self[0], self[last]
        stories = now.stories(label) or then.stories(label)
        items = [item for story in stories for item in story]
        return Hotspot(
            topic=label[0],
            place=label[1],
            state=self._state(label, run),
            since=min(item.day for item in self[run[-1]].stories(label)[0]),
            count=count("", items, topic=label[0]),
            usual=then.usual(label).mean,
            chance=then.hot[label],
            stories=frozenset(story[0].story or f"a{story[0].id}" for story in stories),
            articles=tuple(item.id for item in sorted(items, key=lambda item: (item.seen, item.id), reverse=True)),
        )

    def _state(self, label: Label, run: Sequence[int]) -> str:
        """Emerging in its first day; then growing while above yesterday, at its peak while nowhere below, else cooling."""
        if run[0] > 0:
            return "cooling"
        if len(run) == 1:
            return "emerging"
        counts = [self[back].count(label) for back in range(run[-1] + 1)]
        return "growing" if counts[0] > counts[1] else "peak" if counts[0] >= max(counts) else "cooling"


def merged(found: Iterable[Hotspot]) -> list[Matter]:
    """The hot spots by matter, the gravest first: what shares half of its stories with a rarer one stands under that one."""
    matters: list[list[Hotspot]] = []
    for spot in sorted(
        found, key=lambda spot: (-spot.count.publishers if spot.crisis else 0, spot.chance, not spot.place, spot.label)
    ):
        same = next((matter for matter in matters if is_same(spot, matter[0])), None)
        if same is None:
            matters.append([spot])
        else:
            same.append(spot)
    matters.sort(key=lambda matter: (-STATES.index(matter[0].state), matter[0].chance, matter[0].label))
    return [Matter(lead=lead, also=tuple(also)) for lead, *also in matters]


def is_same(one: Hotspot, other: Hotspot) -> bool:
    """Whether two hot spots share half of the stories of the smaller one."""
    return len(one.stories & other.stories) >= SAME * min(len(one.stories), len(other.stories)) > 0


def is_about(matter: Matter, spot: Hotspot) -> bool:
    """Whether a matter is that of a hot spot: by a label of it, or by its stories."""
    return is_same(spot, matter.lead) or any(spot.label == one.label for one in (matter.lead, *matter.also))


def crises(bad: Iterable[Counted], now: datetime, rule: Rule) -> list[Matter]:
    """Matters on which enough independent publishers were strongly negative within the time that the rule gives; no baseline is asked.

    ``bad`` are the strongly negative articles; on a topic that one of them praises it counts for nothing. Copies count here: a dispatch
    that three houses carry is heard three times. The last such time counts, also where it is over: what was published at night may
    come to be known in the morning.
    """
    groups: dict[Label, list[Counted]] = defaultdict(list)
    oldest = now - rule.crisis_late - rule.crisis_within
    for item in sorted(bad, key=lambda item: (item.seen, item.id)):
        if oldest <= item.seen <= now and item.category not in NOT_PUBLISHERS and item.is_article:
            for topic in item.topics:
                for place in ("", *item.places) if item.tone_of(topic) == "negative" else ():
                    groups[topic, place].append(item)
    return merged(spot for label, items in groups.items() for spot in _crisis(label, items, rule))


def _crisis(label: Label, items: Sequence[Counted], rule: Rule) -> Iterator[Hotspot]:
    """The last stretch in which enough publishers were negative, where there is one; ``items`` are in order of time."""
    topic, place = label
    for last in reversed(items):
        found = [item for item in items if last.seen - rule.crisis_within <= item.seen <= last.seen]
        row = count("", found, topic=topic)
        if row.publishers >= rule.crisis_publishers:
            yield Hotspot(
                topic=topic,
                place=place,
                state="growing" if row.publishers > rule.crisis_publishers else "emerging",
                since=found[0].day,
                count=row,
                usual=None,
                chance=0.0,
                stories=frozenset(item.story or f"a{item.id}" for item in found),
                articles=tuple(item.id for item in reversed(found)),
                crisis=True,
            )
            return
