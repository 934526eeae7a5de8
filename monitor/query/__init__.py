"""One ask() for the command line and the page: what a question means, and what the store says to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from monitor import places
from monitor.clock import day_of, moment_of
from monitor.config import Config
from monitor.errors import ConfigError, UsageError
from monitor.figures import Condition, Coverage, Digest
from monitor.health import conditions
from monitor.heard import Rules
from monitor.hearing import with_read
from monitor.query import counting, saved
from monitor.query.search import ask as ask
from monitor.records import KINDS, RELEVANCE, SENTIMENT, VOICES, Correction, Source, TaggedArticle
from monitor.registry import nearest
from monitor.report.digest import Material, compose, window
from monitor.store import Store, corrections, counts, tags, visits, volumes
from monitor.store import search as found
from monitor.text import clean_line, fold
from monitor.url import canonical_url

_ADVICE = {
    "place": "; name a province, a town or a cluster: Cần Thơ, Biên Hòa, ĐBSCL",
    "outlet": "; `monitor sources` lists them",
    "law": "; give its number: 158/2025/NĐ-CP",
}
OWN_HEALTH: dict[str, Callable[[Source], str]] = {
    "outlet": lambda source: source.outlet,
    "publisher": lambda source: source.publisher,
    "class": lambda source: source.category,
}  # of these rows it is told whether they themselves were heard, not whether everybody was
BACK = timedelta(days=14)  # how far a digest looks back for copies, usual windows, hot spots and open questions


def one(store: Store, url: str) -> tuple[TaggedArticle, list[Correction]]:
    """The article of an address with its tags, and what officers corrected of it. Raises UsageError where the store has none."""
    found = tags.one(store, key(url))
    return found, corrections.history(store, found.article.id or 0)


def key(url: str) -> str:
    """The canonical form of an address. Raises UsageError for what is none."""
    found = canonical_url(url)
    if not found:
        raise UsageError(f"{url[:80]}: not an address; give one that begins with http:// or https://")
    return found


def coverage(
    store: Store,
    config: Config,
    *,
    by: str,
    since: date,
    until: date,
    **wanted: str | None,
) -> list[Coverage]:
    """How much was published about social security from day to day (both included), by one of `coverage.BY`."""
    narrow = labels(store, config, wanted)
    check_range(since, until)
    health = visits.health(store, since, until, sources=public(config))
    rows = counting.rows(store, since, until, by=by, narrow=narrow, health=health, clusters=clusters(config))
    outlet = narrow.get("outlet")
    read = volumes.totals(store, since, until, by=by, outlet=outlet if isinstance(outlet, str) else "")
    rows = with_read(rows, read, by=by)
    return _own_health(store, config, rows, span=(since, until), by=by) if by in OWN_HEALTH else rows


def _own_health(store: Store, config: Config, rows: Sequence[Coverage], *, span: tuple[date, date], by: str) -> list[Coverage]:
    """The rows, whose keys are outlets, publishers or classes, with the share of the looks at their own sources that were good."""
    looks = visits.looks(store, *span)
    sums: dict[str, tuple[int, int]] = {}
    for source in config.sources:
        good, many = looks.get(source.id, (0, 0))
        so_far = sums.get(OWN_HEALTH[by](source), (0, 0))
        sums[OWN_HEALTH[by](source)] = so_far[0] + good, so_far[1] + many
    shares = {key: good / many for key, (good, many) in sums.items() if many}
    return [replace(row, health=shares.get(row.key)) for row in rows]


def digest(store: Store, config: Config, *, day: date, now: datetime) -> Digest:
    """The digest of a day as it stands at ``now``."""
    from monitor.query.hot import matters

    since, until = window(day, now, config["digest.since"])
    usual = int(config["digest.usual"])
    first = since - max(BACK, timedelta(days=usual + 1))
    material = Material(
        articles=tags.relevant(store, first, until),
        health=visits.health(store, day_of(first), day, sources=public(config)),
        conditions=health(store, config, now=min(until, last_heard(store, now))),
        titles=titles(config),
        headlines=int(config["digest.headlines"]),
        usual=usual,
        models=tags.models(store, since, until),
        volumes=volumes.volumes(store, day_of(first), day, sources=public(config)),
        read=volumes.read(store, since, until),
        rules=rules(config),
        hot=matters(store, config, until),
    )
    return saved.with_searches(compose(material, day=day, since=since, until=until), store, config)


def rules(config: Config) -> Rules:
    """How an answer to a question is known, by the settings."""
    said = {name: tuple(config[f"replies.{name}"]) for name in ("agencies", "says", "acts", "asks")}
    return Rules(window=timedelta(seconds=config.span("replies.window")), **said)


def health(store: Store, config: Config, *, now: datetime) -> list[Condition]:
    """The condition of every source, worst first."""
    rhythm = visits.per_day(store, now.date())
    return conditions(config.sources, visits.latest(store), now=now, per_day=rhythm)


def public(config: Config) -> set[str]:
    """The sources whose health says whether public opinion was heard: all but owned media and aggregators."""
    return {source.id for source in config.sources if source.category not in ("owned", "aggregator")}


def labels(store: Store, config: Config, wanted: Mapping[str, str | None]) -> dict[str, str | list[str] | None]:
    """What is asked for, in the words of the store: a topic may be named by its title, a province in any spelling, a law by its
    number or a part of it, all of them without marks, and a cluster stands for its provinces.

    Raises UsageError that names the nearest for a label that does not exist.
    """
    groups = {fold(name): members for name, members in clusters(config).items()}
    found: dict[str, str | list[str] | None] = {}
    for kind, said in wanted.items():
        label = None if said is None else clean_line(said)
        if label == "":
            raise UsageError(f"{kind}: the name is empty; give one, or leave it out")
        if kind == "place" and label and fold(label) in groups:
            found[kind] = groups[fold(label)]
        elif kind == "law" and label:
            found[kind] = _laws(store, label)
        else:
            found[kind] = label_of(store, config, kind=kind, label=label) if label else None
    return found


def label_of(store: Store, config: Config, *, kind: str, label: str) -> str:
    """One label in the words of the store. Raises UsageError that names the nearest where there is none of that name."""
    if kind == "outlet":
        return _outlet(store, config, label)
    return _label(known_labels(store, config, kind), kind, label)


def clusters(config: Config) -> dict[str, list[str]]:
    """The provinces of every cluster. Raises ConfigError for a province that is none of the 63."""
    known = set(places.provinces())
    for name, members in config["clusters"].items():
        for member in members:
            if member not in known:
                raise ConfigError(f"config: clusters.{name}: {member} is no province{nearest(member, list(known))}")
    return dict(config["clusters"])


def titles(config: Config) -> dict[str, str]:
    """The Vietnamese title of every topic."""
    return {name: topic["title"] for name, topic in config["topics"].items()}


def known_labels(store: Store, config: Config, kind: str) -> dict[str, str]:
    """The labels of a kind, by every name they go by in small letters, and without marks where that names but one."""
    plain = {"sentiment": SENTIMENT, "voice": VOICES, "relevance": RELEVANCE, "place": places.provinces(), "kind": KINDS}
    if kind == "topic":
        found = {title.lower(): name for name, title in titles(config).items()} | {name.lower(): name for name in titles(config)}
    else:
        found = {name.lower(): name for name in (plain[kind] if kind in plain else counts.outlets(store))}
    alike = Counter(map(fold, found))
    return {fold(name): label for name, label in found.items() if alike[fold(name)] == 1} | found


def _outlet(store: Store, config: Config, label: str) -> str:
    """An outlet or a publisher of the sources, in any capitals, or else one of which there is an article."""
    listed = {name.lower(): name for source in config.sources for name in (source.publisher, source.outlet)}
    if label.lower() in listed:
        return listed[label.lower()]
    return label if found.has(store, "outlet", label) else _label(known_labels(store, config, "outlet"), "outlet", label)


def _laws(store: Store, label: str) -> str | list[str]:
    """The instrument that a text names, or else those of the store in whose number or name it stands: 158/2025, nd-cp."""
    from monitor.tag.laws import laws

    named = laws(label) or laws(label.upper())
    if named:
        return named[0].label
    kept = tags.labels(store, "law")
    piece = re.compile(rf"(?<!\w){re.escape(fold(label))}(?!\w)")
    found = [one for one in kept if piece.search(fold(one))]
    if not found and not any(map(str.isdigit, label)):  # a number may be named by an article tomorrow
        raise UsageError(f"law {label[:60]}: there is none of that name{nearest(label, kept) or _ADVICE['law']}")
    return found if len(found) > 1 else (found or [label])[0]


def _label(known: Mapping[str, str], kind: str, label: str) -> str:
    if label.lower() in known:
        return known[label.lower()]
    if kind == "place" and (place := _place(label)):
        return place
    alike = {fold(name): (name, meant) for name, meant in known.items()}
    hint = nearest(label, list(dict.fromkeys(known.values())))
    for name, meant in (alike[close] for close in get_close_matches(fold(label), alike, n=1)):
        hint = f"; did you mean {meant}{f' ({name})' if fold(meant) != fold(name) else ''}?"
    raise UsageError(f"{kind} {label[:60]}: there is none of that name{hint or _ADVICE.get(kind, '')}")


def _place(label: str) -> str:
    """The province of a town or a short name; "" for none. In a text small letters are no place, nor is "HCM" alone: here they are."""
    for said in (label, label.title()):
        if len(named := {option for mention in places.mentions(said) for option in mention.options}) == 1:
            return named.pop()
    for city in (f"TP {label}", f"TP {label.title()}"):
        for mention in places.mentions(city):
            if len(mention.options) == 1 and (mention.start, mention.end) == (0, len(city)):
                return mention.options[0]
    return ""


def check_range(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments (UTC) at which the first day begins and the last one ends. Raises UsageError where they run backwards."""
    if since and until and until < since:
        raise UsageError(f"--since {since} --until {until}: the range runs backwards; swap them")
    return (moment_of(since) if since else None), (moment_of(until + timedelta(days=1)) if until else None)


def as_of(now: datetime, last: date) -> datetime:
    """The moment as of which days up to ``last`` are judged: ``now``, or the end of that day where it is yet to come."""
    return now if moment_of(last) <= now else moment_of(last + timedelta(days=1))


def last_heard(store: Store, now: datetime) -> datetime:
    """The clock of the last visit to any source, or ``now`` where there was none: health is judged as of then."""
    return max((visit.at for visit in visits.latest(store).values()), default=now)


def everything(store: Store, since: date | None, until: date | None) -> Iterator[TaggedArticle]:
    """Every article seen from the first to the last day (both included), oldest first, with its tags."""
    first, last = check_range(since, until)
    yield from tags.everything(store, first, last)
