"""Campaigns as the settings name them: when, about what, and which goals. Pure: the settings' mappings come in, records go out.

Several may overlap; one of years may set its goals for each year (``per: year``). ``monitor.effect`` says what came of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from monitor.clock import parse_day
from monitor.errors import ConfigError, UsageError
from monitor.records import record
from monitor.registry import nearest
from monitor.text import fold, is_marked, lower

GOALS = {  # what may be a goal, and between which numbers: how many, or at least how much
    "items": (1, 1e9),
    "stories": (1, 1e9),
    "publishers": (1, 1e9),
    "outlets": (1, 1e9),
    "places": (1, 63),
    "tone": (-1, 1),
    "benefits": (0, 1),
}
LEVELS = ("tone", "benefits")  # goals that do not add up with the days
KEYS = ("from", "to", "query", "goals", "baseline", "per", "messages")
FIELDS = ("topics", "places", "outlets", "words")
MESSAGES = ("benefits", "rules")
LONGEST = timedelta(days=36_525)
Days = tuple[date, date]


@record
class Campaign:
    """A named period, ``first`` to ``last`` day (both included), what is counted in it, and its goals by name.

    What is counted is on one of ``topics``, from one of ``places``, in one of ``outlets`` and with one of ``words``, where such are
    given. ``baseline`` is what it is compared with, None for as many days before it; ``yearly`` goals hold for each calendar year.
    """

    name: str
    first: date
    last: date
    goals: Mapping[str, float] = field(hash=False)
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    baseline: Days | None = None
    yearly: bool = False
    benefits: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def state(self, today: date) -> str:
        """upcoming, running or ended."""
        return "upcoming" if today < self.first else "ended" if today > self.last else "running"

    def parts(self) -> list[tuple[str, Days]]:
        """The periods that its goals hold for: each calendar year by its name, or all of it, whose name is ""."""
        if not self.yearly:
            return [("", (self.first, self.last))]
        years = range(self.first.year, self.last.year + 1)
        return [(str(year), (max(self.first, date(year, 1, 1)), min(self.last, date(year, 12, 31)))) for year in years]


@record
class Known:
    """What a campaign may name: topics by key and by title in small letters, provinces, and clusters with their provinces."""

    topics: Mapping[str, str] = field(hash=False)
    places: Mapping[str, str] = field(hash=False)
    clusters: Mapping[str, Sequence[str]] = field(hash=False)


def read(entries: Any, known: Known, messages: Mapping[str, Sequence[str]]) -> list[Campaign]:
    """The campaigns of the settings, the first to begin first; one whose entry is empty is switched off.

    ``messages`` are the phrases of benefits and of rules where a campaign has none of its own. Raises ConfigError in one line that
    names the key and the nearest known.
    """
    if not isinstance(entries, Mapping):
        raise ConfigError(f"config: campaigns: a mapping of names is wanted here, not {str(entries)[:40]}")
    found = [_campaign(str(name), entry, known, messages) for name, entry in entries.items() if entry is not None]
    return sorted(found, key=lambda one: (one.first, one.last, one.name))


def named(found: Sequence[Campaign], name: str) -> Campaign:
    """The campaign of a name: marks and case may be left out, and a part will do that only one has. Raises UsageError."""
    for one in found:
        if one.name == name:  # two may differ in their marks alone
            return one
    wanted = " ".join(fold(name).split())
    folded = {fold(one.name): one for one in found}
    if wanted in folded:
        return folded[wanted]
    part = [one for key, one in folded.items() if wanted and re.search(rf"(?<!\w){re.escape(wanted)}", key)]
    if len(part) == 1:
        return part[0]
    if part:
        raise UsageError(f"campaign {name[:60]}: several are called so: {'; '.join(one.name for one in part)}")
    begun = {key[: len(wanted)]: one for key, one in folded.items()} | folded
    close = get_close_matches(wanted, begun, n=1)
    hint = f"did you mean {begun[close[0]].name}?" if close else "`monitor campaign` lists them"
    raise UsageError(f"campaign {name[:60]}: there is none of that name; {hint}")


class Phrases:
    """Whether a text holds one of some phrases: with marks as written, without marks in any spelling; case never matters."""

    def __init__(self, phrases: Sequence[str]):
        self._marked = _pattern([lower(phrase) for phrase in phrases if is_marked(phrase)])
        self._bare = _pattern([fold(phrase) for phrase in phrases if not is_marked(phrase)])

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in the text, as whole words."""
        return bool(
            (self._marked and self._marked.search(lower(text))) or (self._bare and self._bare.search(fold(text))),
        )


def _pattern(phrases: Sequence[str]) -> re.Pattern[str] | None:
    words = [r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases if phrase.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None


def _campaign(name: str, entry: Any, known: Known, messages: Mapping[str, Sequence[str]]) -> Campaign:
    where = f"config: campaigns.{name}"
    entry = _mapping(entry, where, KEYS)
    query = _mapping(entry.get("query", {}), f"{where}: query", FIELDS)
    said = _mapping(entry.get("messages", {}), f"{where}: messages", MESSAGES)
    first, last = _days(entry, where)
    return Campaign(
        name=name,
        first=first,
        last=last,
        goals=_goals(entry.get("goals"), where),
        topics=tuple(_label(one, known.topics, f"{where}: query: topics") for one in _texts(query, "topics", where)),
        places=tuple(dict.fromkeys(place for one in _texts(query, "places", where) for place in _places(one, known, where))),
        outlets=_texts(query, "outlets", where),
        words=_texts(query, "words", where),
        baseline=_baseline(entry.get("baseline"), where, first),
        yearly=_yearly(entry.get("per"), where),
        benefits=_texts(said, "benefits", where) or tuple(messages["benefits"]),
        rules=_texts(said, "rules", where) or tuple(messages["rules"]),
    )


def _mapping(said: Any, where: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise ConfigError(f"{where}: a mapping of keys is wanted here, not {str(said)[:40]}")
    for key in said:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {str(key)[:40]}{nearest(str(key), list(known))}")
    return said


def _days(entry: Mapping[str, Any], where: str) -> Days:
    """The first and the last day of an entry that has from and to."""
    found = []
    for key in ("from", "to"):
        if key not in entry:
            raise ConfigError(f"{where}: {key} is missing; write it like 2027-05-01")
        said = entry[key]
        try:
            found.append(parse_day(said.isoformat()[:10] if isinstance(said, date | datetime) else str(said)))
        except UsageError as error:
            raise ConfigError(f"{where}: {key}: {error}") from error
    if found[1] < found[0]:
        raise ConfigError(f"{where}: to: {found[1]} comes before from, {found[0]}; swap them")
    if found[1] - found[0] > LONGEST:
        raise ConfigError(f"{where}: to: {found[1]} is more than a hundred years after from; check the years")
    return found[0], found[1]


def _baseline(said: Any, where: str, first: date) -> Days | None:
    if said is None:
        return None
    found = _days(_mapping(said, f"{where}: baseline", ("from", "to")), f"{where}: baseline")
    if found[1] >= first:
        raise ConfigError(f"{where}: baseline: to: {found[1]} lies in the campaign, which begins on {first}; end it before")
    return found


def _goals(said: Any, where: str) -> dict[str, float]:
    goals = _mapping(said or {}, f"{where}: goals", ()) if said and not isinstance(said, Mapping) else said or {}
    if not goals:
        raise ConfigError(f"{where}: goals: there are none; give one or more of {', '.join(GOALS)}")
    for name, value in goals.items():
        if name not in GOALS:
            raise ConfigError(f"{where}: goals: {str(name)[:40]} is no goal{nearest(str(name), list(GOALS))}")
        low, high = GOALS[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ConfigError(f"{where}: goals: {name}: {value!r:.40} is not a number from {low:g} to {high:g}")
    return {name: float(value) for name, value in goals.items()}


def _yearly(said: Any, where: str) -> bool:
    if said not in (None, "campaign", "year"):
        raise ConfigError(f"{where}: per: {str(said)[:40]} is none of campaign, year")
    return bool(said == "year")


def _texts(said: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    found = said.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise ConfigError(f"{where}: {key}: a list of texts is wanted here, not {str(found)[:40]}; write it like [một, hai]")
    return tuple(found)


def _label(said: str, known: Mapping[str, str], where: str) -> str:
    if said.lower() not in known:
        raise ConfigError(f"{where}: there is no {said[:60]}{nearest(said.lower(), list(known))}")
    return known[said.lower()]


def _places(said: str, known: Known, where: str) -> Sequence[str]:
    groups = {fold(name): members for name, members in known.clusters.items()}
    named = {fold(name): name for name in known.places.values()}
    if fold(said) in groups:
        return groups[fold(said)]
    if fold(said) not in named:
        raise ConfigError(f"{where}: query: places: there is no {said[:60]}{nearest(said, [*named.values(), *known.clusters])}")
    return (named[fold(said)],)
