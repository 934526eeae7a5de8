"""What is hot in a store at a moment, and which alerts that makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from itertools import pairwise

from monitor.baseline import ordinals
from monitor.changes import levels
from monitor.clock import day_of, moment_of
from monitor.config import Config
from monitor.coverage import each_day
from monitor.errors import ConfigError
from monitor.figures import Counted, Figure
from monitor.hotspots import DAY, Rule, Watch, crises, is_about
from monitor.matters import Alert, Matter, Shift
from monitor.query import check_range, clusters, labels, titles
from monitor.records import NOT_PUBLISHERS, Tag
from monitor.report.spots import figure
from monitor.report.stories import counted
from monitor.store import Store, counts, tags, visits
from monitor.store import alerts as kept
from monitor.text import fold


def rule(config: Config) -> Rule:
    """What makes a hot spot and a crisis, by ``alerts`` of the settings. Raises ConfigError for a share that is none."""
    said = config["alerts"]
    return Rule(
        window=int(config.span("alerts.window") // 86_400) or 1,
        history=int(config.span("alerts.history") // 86_400) or 1,
        stories=said["stories"],
        publishers=said["publishers"],
        chance=said["chance"],
        general=tuple(said["general"]),
        crisis_publishers=said["crisis"]["publishers"],
        crisis_within=timedelta(minutes=said["crisis"]["minutes"]),
        crisis_late=min(DAY, timedelta(seconds=config.span("alerts.cooldown"))),  # what is found is not forgotten yet
    )


def watch(store: Store, config: Config, *, first: datetime, last: datetime) -> Watch:
    """What the store knows that any moment from ``first`` to ``last`` must be held against."""
    asked = rule(config)
    found = counts.counted(store, first - asked.reach, last + timedelta(seconds=1))
    sources = {item.source: item.outlet for item in found}
    heard = heard_days(store, sources, first=day_of(first - asked.reach), last=day_of(last))
    return Watch(found, heard=ordinals(heard), rule=asked, topics=list(titles(config)), clusters=clusters(config))


def heard_days(store: Store, sources: Mapping[str, str], *, first: date, last: date) -> dict[str, Set[date]]:
    """The days on which each source was heard; one that was never visited, when its outlet published as usual."""
    visited = visits.heard(store, set(sources), first=first, last=last)
    published = counts.lively(store, first, last) if sources.keys() - visited.keys() else {}
    return {source: visited.get(source, published.get(outlet, set())) for source, outlet in sources.items()}


def hotspots(store: Store, config: Config, now: datetime) -> list[Matter]:
    """What is hot at a moment, by matter (see `Watch.hotspots`)."""
    return watch(store, config, first=now, last=now).hotspots(now)


def matters(store: Store, config: Config, now: datetime) -> list[Matter]:
    """What an officer is shown: the crises, then what is hot beside them."""
    first = crisis(store, config, now)
    return [*first, *(matter for matter in hotspots(store, config, now) if not any(is_about(matter, one.lead) for one in first))]


def crisis(store: Store, config: Config, now: datetime) -> list[Matter]:
    """The matters that are a crisis at a moment, or were within the last day."""
    asked = rule(config)
    return crises(negative(store, config, first=now - asked.crisis_late - asked.crisis_within, last=now), now, asked)


def negative(store: Store, config: Config, *, first: datetime, last: datetime) -> list[Counted]:
    """The strongly negative articles from ``first`` to ``last``. Raises ConfigError where ``alerts.crisis.sure`` is no share."""
    sure = config["alerts.crisis.sure"]
    if not 0 <= sure <= 1:
        raise ConfigError(f"config: alerts.crisis.sure: {sure} is no share; give one from 0.0 to 1.0")
    found = tags.relevant(store, first, last + timedelta(seconds=1))
    return [counted(item) for item in found if any(_is_negative(tag) and tag.score >= sure for tag in item.tags)]


def _is_negative(tag: Tag) -> bool:
    return tag.kind == "sentiment" and tag.label == "negative"


def figures(store: Store, config: Config, found: Sequence[Matter]) -> list[Figure]:
    """The rows of these matters, each with all stories that speak for it."""
    wanted = {number for matter in found for number in matter.lead.articles}
    items = tags.by_ids(store, wanted)
    return [figure(matter, items, titles(config)) for matter in found]


def alerts(store: Store, config: Config, *, limit: int, new: bool) -> list[tuple[Alert, Figure]]:
    """The latest alerts with their rows, newest first; with ``new`` only those that nobody acknowledged since they were last graver."""
    found = kept.latest(store, limit=limit, new=new)
    return list(zip(found, figures(store, config, [Matter(lead=one.spot) for one in found]), strict=True))


def shifts(store: Store, config: Config, *, since: date, until: date, **wanted: str | None) -> list[Shift]:
    """The days from ``since`` to ``until`` from which topics have another level, by topic and day.

    ``wanted`` may name one topic, and a place or cluster that the stories name.

    A day counts by the share of stories that its heard sources usually bring, and stories of days on which their source was heard:
    neither an outage nor a source that joins is a change, nor an archive that is read in.
    Raises UsageError for a label that does not exist and for a range that runs backwards.
    """
    narrow = labels(store, config, wanted)
    check_range(since, until)
    first, last = moment_of(since), moment_of(until + timedelta(days=1))
    firsts: dict[str, Counted] = {}
    for item in counts.counted(store, first, last, place=narrow.get("place")):
        if item.category not in NOT_PUBLISHERS and item.is_article:
            firsts.setdefault(item.story or f"a{item.id}", item)
    heard = heard_days(store, {item.source: item.outlet for item in firsts.values()}, first=since, last=until)
    stories, days = [item for item in firsts.values() if item.day in heard[item.source]], each_day(since, until)
    full, where = _exposures(stories, heard, days), _named(config, wanted.get("place"), narrow.get("place"))
    found = []
    for name in [narrow["topic"]] if narrow.get("topic") else titles(config):
        counted_on = Counter(item.day for item in stories if name in item.topics)
        for before, after in pairwise(levels([counted_on[day] for day in days], full)):
            day = days[after.first]
            found.append(Shift(topic=str(name), place=where, day=day, rate=after.rate, before=before.rate))
    return found


def _named(config: Config, asked: str | None, label: str | list[str] | None) -> str:
    """The place as the settings write it: a province, or the cluster that was asked for; "" for none."""
    named = (name for name in clusters(config) if fold(name) == fold(asked or ""))
    return label if isinstance(label, str) else next(named, "")


def _exposures(stories: Sequence[Counted], heard: Mapping[str, Set[date]], days: Sequence[date]) -> list[float]:
    """What share of what the sources usually bring could be heard on each day."""
    brought = Counter(item.source for item in stories)
    weight = {source: count / len(heard[source]) for source, count in brought.items()}
    all_ = sum(weight.values()) or 1.0
    return [sum(share for source, share in weight.items() if day in heard[source]) / all_ for day in days]
