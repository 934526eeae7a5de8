"""How long to wait until the next look at a source: by what it brings, by what it asks for, and by the hour of the day.

Why not one interval for all: a national paper's feed of fifty items turns over in three hours, a ministry's in a month; one wait
loses articles of the first or wastes the patience of the second. Of what a feed asks (ttl, sy:updatePeriod, Cache-Control) as much
is granted as loses nothing: some feeds of the press ask for a day and turn over in four hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from monitor.clock import vietnam

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=24)
UNKNOWN = timedelta(minutes=15)  # where items state no dates
NIGHT, NAP = range(0, 5), timedelta(hours=1)  # hours in Việt Nam in which waits are doubled, up to this long
SAMPLE = 10  # newest items whose dates make the rhythm
SHARE = 0.1  # of the usual gap between two items: so long a new one waits to be seen at most

_HEAD = 20_000  # bytes of a feed in which the channel speaks of itself
_TTL = re.compile(rb"<ttl>\s{0,20}(\d{1,6})\s{0,20}</ttl>", re.I)
_PERIOD = re.compile(rb"updatePeriod>\s{0,200}(hourly|daily|weekly|monthly|yearly)\b", re.I)
_TIMES = re.compile(rb"updateFrequency>\s{0,200}(\d{1,4})\b", re.I)
_SKIPPED = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.I | re.S)
_HOUR = re.compile(rb"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour>", re.I)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)
_SECONDS = {b"hourly": 3600.0, b"daily": 86400.0, b"weekly": 604800.0, b"monthly": 2592000.0, b"yearly": 31536000.0}


def asked_pause(headers: Mapping[str, str], body: bytes) -> float:
    """The seconds for which a feed asks to be left alone, the longest of what it says, 0 where it says nothing.

    >>> asked_pause({"cache-control": "public, max-age=600"}, b"<rss><channel><ttl>30</ttl>")
    1800.0
    """
    head = body[:_HEAD]
    ttl, period, times = _TTL.search(head), _PERIOD.search(head), _TIMES.search(head)
    age = _MAX_AGE.search(headers.get("cache-control", "")[:500])
    said = [float(ttl[1]) * 60.0 if ttl else 0.0, float(age[1]) if age else 0.0]
    if period:
        said.append(_SECONDS[period[1].lower()] / max(int(times[1]) if times else 1, 1))
    return min(max(said), LONGEST.total_seconds())


def skipped_hours(body: bytes) -> str:
    """The hours (GMT, RSS 2.0) in which a feed asks not to be read, as "0 1 22", "" for none, or for all of them."""
    found = _SKIPPED.search(body[:_HEAD])
    hours = sorted({int(hour) % 24 for hour in _HOUR.findall(found[1])}) if found else []
    return " ".join(map(str, hours)) if len(hours) < 24 else ""


def usual_gap(moments: Iterable[datetime | None], now: datetime) -> float | None:
    """The seconds between two items of a source, the mean over its SAMPLE newest and the silence since; None without dates."""
    newest = sorted((moment for moment in moments if moment and moment <= now), reverse=True)[:SAMPLE]
    return (now - newest[-1]).total_seconds() / len(newest) if newest else None


def next_look(
    now: datetime, *, every: timedelta, gap: float | None = None, items: int = 0, asks: float = 0.0, skip: str = ""
) -> datetime:
    """When to look again at a source that answered well.

    After a tenth of the usual ``gap`` (seconds) between two of its items, later if it ``asks`` for it, but before half of its ``items``
    have gone by; at night in Việt Nam twice as late, up to an hour; not in the hours of ``skip`` (GMT). Never sooner than ``every``
    and, but for that, between SHORTEST and LONGEST.
    """
    wait = UNKNOWN if gap is None else _bounded(timedelta(seconds=min(gap * SHARE, 1e7)))
    if asks:
        turned = LONGEST if gap is None or not items else _bounded(timedelta(seconds=min(gap * items / 2, 1e7)))
        wait = max(wait, min(timedelta(seconds=asks), turned))
    wait = max(wait, every)
    if vietnam(now).hour in NIGHT:
        wait = max(wait, min(2 * wait, NAP))
    return _awake(now + wait, {int(hour) for hour in skip.split()})


def _bounded(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST), LONGEST)


def _awake(moment: datetime, skip: set[int]) -> datetime:
    """The moment, or the beginning of the first hour after it that is not skipped."""
    found = moment.astimezone(UTC)
    for _ in range(24):
        if found.hour not in skip:
            break
        found = found.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return found
