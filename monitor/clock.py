"""Time: aware everywhere, UTC inside, Asia/Ho_Chi_Minh only here and at the doors.

Why: a naive time from a Vietnamese feed read as UTC is seven hours wrong and moves a quarter of all articles to another day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.errors import UsageError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_YEARS = range(1900, 2200)  # outside them arithmetic on days ends, and no press review begins
_SPAN = re.compile(r"(\d+)\s*(s|m|h|d|w)")
_LONGEST = 10 * 365 * 86400  # seconds: what is longer is a slip, and would run past the end of the calendar
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def now() -> datetime:
    """The present moment, UTC. Called only at the doors; whatever decides takes ``now`` as a parameter."""
    return datetime.now(UTC)


def vietnam(moment: datetime) -> datetime:
    """The same moment on a Vietnamese clock."""
    return moment.astimezone(VIETNAM)


def day_of(moment: datetime) -> date:
    """The date in Việt Nam at that moment.

    >>> day_of(datetime(2026, 11, 21, 18, 0, tzinfo=UTC)).isoformat()
    '2026-11-22'
    """
    return moment.astimezone(VIETNAM).date()


def moment_of(day: date, at: str = "00:00") -> datetime:
    """The UTC moment of a clock time ("06:30") on a day in Việt Nam.

    >>> moment_of(date(2026, 11, 22), "06:30").isoformat()
    '2026-11-21T23:30:00+00:00'
    """
    return datetime.combine(day, time.fromisoformat(at), VIETNAM).astimezone(UTC)


def period_of(day: date, by: str) -> str:
    """The name of the day, week or month that a day lies in, which sorts as time goes.

    >>> [period_of(date(2027, 1, 1), by) for by in ("day", "week", "month")]
    ['2027-01-01', '2026-W53', '2027-01']
    """
    if by == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()[:7] if by == "month" else day.isoformat()


def weeks_before(first: date, last: date) -> tuple[date, date]:
    """As many days before a span, counted back in whole weeks, so that each day is met by one of its own weekday.

    >>> [day.isoformat() for day in weeks_before(date(2026, 11, 16), date(2026, 11, 18))]
    ['2026-11-09', '2026-11-11']
    """
    back = timedelta(weeks=-(-((last - first).days + 1) // 7))
    return first - back, last - back


def parse_moment(text: str) -> datetime:
    """A moment from ISO 8601, UTC; a time without a zone is Vietnamese time, as a person there would mean it.

    >>> parse_moment("2025-11-20T06:00").isoformat()
    '2025-11-19T23:00:00+00:00'

    Raises UsageError for anything else.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.year not in _YEARS:
            raise ValueError(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text[:60]}: not a time; write it like 2025-11-20T06:00") from error


def parse_day(text: str) -> date:
    """A day from 2026-11-22 or 22/11/2026. Raises UsageError for anything else.

    >>> parse_day("22/11/2026") == parse_day("2026-11-22")
    True
    """
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
        if day.year not in _YEARS:
            raise ValueError(text)
        return day
    except ValueError as error:
        raise UsageError(f"{text[:60]}: not a day; write it like 2026-11-22 or 22/11/2026") from error


def parse_span(text: str, *, zero: bool = False) -> timedelta:
    """A length of time from "90s", "15m", "6h", "1d" or "1w"; nought only where ``zero`` allows. Raises UsageError for the rest.

    >>> parse_span("15m")
    datetime.timedelta(seconds=900)
    """
    found = _SPAN.fullmatch(str(text).strip())
    if not found or len(found[1]) > 6 or not (zero or int(found[1])):
        raise UsageError(f"{str(text)[:60]}: not a length of time; write it like 15m, 6h or 1d")
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds > _LONGEST:
        raise UsageError(f"{text}: longer than ten years; write it like 15m, 6h or 1d")
    return timedelta(seconds=seconds)


def parse_hour(said: object) -> str:
    """An hour of the day as "06:30". Raises UsageError for the rest, numbers too: YAML reads 17:00 without quotes as 1020.

    >>> parse_hour("6:30")
    '06:30'
    """
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", said.strip()) if isinstance(said, str) else None
    if not found:
        raise UsageError(f'{str(said)[:40]}: not an hour of the day; write it in quotes, like "06:30"')
    return f"{int(found[1]):02}:{found[2]}"


def for_people(moment: datetime) -> str:
    """A moment as officers read it: 22/11/2026 06:30, Vietnamese time."""
    return f"{vietnam(moment):%d/%m/%Y %H:%M}"
