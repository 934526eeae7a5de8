"""What is due: a recipe's ``every`` counts from its last start, its ``at`` names hours of a Vietnamese day.

Why no scheduler library: the last start of every recipe stands in the store's runs, so that a restart, a sleep of the laptop or a
jump of the clock asks the same question again and gets the right answer. A missed hour is made up for once, the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.clock import day_of, moment_of, parse_hour, parse_span
from monitor.errors import ConfigError, UsageError
from monitor.registry import nearest

SET_BACK = timedelta(hours=2)  # by which a clock is put right; more is another day's clock, and a missed digest the worse error


@dataclass(frozen=True)
class Entry:
    """One line of the schedule: a recipe, and either a wait between starts or hours of the day ("06:30")."""

    recipe: str
    every: timedelta | None = None
    at: tuple[str, ...] = ()


def entries(said: Iterable[Any]) -> tuple[Entry, ...]:
    """The schedule of a config. Raises ConfigError that names the line."""
    return tuple(_entry(line, number) for number, line in enumerate(said, 1))


def due(schedule: Iterable[Entry], last: Mapping[str, datetime], now: datetime) -> list[Entry]:
    """The entries to run now, in the schedule's order; ``last`` holds the last start of each recipe, UTC.

    >>> from datetime import UTC
    >>> morning = datetime(2026, 11, 21, 23, 45, tzinfo=UTC)  # 06:45 in Việt Nam
    >>> [entry.recipe for entry in due([Entry("digest", at=("06:30",))], {"digest": morning - timedelta(days=1)}, morning)]
    ['digest']
    """
    return [entry for entry in schedule if next_time(entry, last.get(entry.recipe), now) <= now + early(entry)]


def early(entry: Entry) -> timedelta:
    """How much too soon an entry may run: a cron job of its own pace comes some seconds sooner or later, and must not skip rounds."""
    return min(entry.every / 10, timedelta(minutes=1)) if entry.every else timedelta(0)


def next_time(entry: Entry, last: datetime | None, now: datetime) -> datetime:
    """When an entry is next due, UTC; in the past or present when it is due already.

    A last start in the future (a clock that was set back) counts as none; but one of up to SET_BACK ahead still stands for its
    hour, which then comes twice.
    """
    if entry.every is not None:
        return now if last is None or last > now else last + entry.every
    if last is not None and last > now + SET_BACK:
        last = None
    today = day_of(now)
    hours = sorted(moment_of(today + timedelta(days=shift), hour) for shift in (0, 1) for hour in entry.at)
    missed = [hour for hour in hours if hour <= now and (last is None or last < hour)]
    return missed[-1] if missed else next(hour for hour in hours if hour > now)


def _entry(line: Any, number: int) -> Entry:
    name = f"config: schedule: line {number}"
    known = ("recipe", "every", "at")
    if not isinstance(line, dict) or not isinstance(line.get("recipe"), str):
        raise ConfigError(f'{name}: write it like {{recipe: digest, at: "06:30"}}')
    for key in line:
        if key not in known:
            raise ConfigError(f"{name}: unknown key {key}{nearest(str(key), known)}")
    if ("every" in line) == ("at" in line):
        raise ConfigError(f"{name}: give either every or at")
    try:
        if "every" in line:
            return Entry(line["recipe"], every=parse_span(line["every"]))
        hours = line["at"] if isinstance(line["at"], list) else [line["at"]]
        if not hours:
            raise ConfigError(f'{name}: at names no hour; write at: "06:30"')
        return Entry(line["recipe"], at=tuple(parse_hour(hour) for hour in hours))
    except UsageError as error:
        raise ConfigError(f"{name}: {error}") from error
