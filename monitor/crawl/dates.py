"""Moments as Vietnamese outlets write them.

Why by hand: feedparser gives no date for six of ten shapes seen, and general readers take GMT+7 for seven hours west or 05/09 for
9 May. Here a time with its zone is found first, then a date in what is left. A time without a zone is Vietnamese. The name of a
weekday is never trusted. Nothing is invented: what is unclear, or lies in the future, is None.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from monitor.clock import VIETNAM, day_of

LENGTH = 120  # characters; the longest shape seen has 60
AHEAD = timedelta(hours=1)  # how far a server's clock may run before ours
FIRST_YEAR = 1990  # what claims to be older than the web is a zero, written out

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_NAMED = rf"({'|'.join(_NAMES)})[a-z]{{0,6}}\.?"
_YEAR = r"(\d{4}|\d{2})(?!\d)"
_TIME = re.compile(
    r"(?<![\d:+-])(\d{1,2})\s?(?:(?::|h|g|giờ)\s?(\d{2})(?:\s?(?::|phút)\s?(\d{2}))?(?:[.,]\d{1,9})?(?!\d)(?:\s?phút)?|(?:h|giờ)(?!\w))"
    r"(?:\s?(am|pm|a\.m\.|p\.m\.|sa|ch|sáng|trưa|chiều|tối)(?!\w))?",
    re.I,
)
_ZONE = re.compile(
    r"[\s,]{0,2}\(?(?:(z|gmt|utc|ut|ict|est|edt|cst|cdt|mst|mdt|pst|pdt)(?![a-z]))?\s?(?:([+-])(\d{1,2}):?(\d{2})?(?![\d/.-]))?",
    re.I,
)
_STRANGE_ZONE = re.compile(r"\s?[A-Z]{3,4}(?![A-Za-z])")
_HOURS = {"ict": 7, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}  # RFC 822, and ours
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)?(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_SLASHED = re.compile(rf"(?<![\d])(\d{{1,2}})([/.-])(\d{{1,2}})\2{_YEAR}")
_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}})[\s,]{{0,2}}tháng\s?(\d{{1,2}})\s?(?:,|năm|-|/)?\s?{_YEAR}", re.I)
_SPELT = {name: number for number, names in enumerate(
    (("giêng", "một"), ("hai",), ("ba",), ("tư", "bốn"), ("năm",), ("sáu",), ("bảy", "bẩy"), ("tám",), ("chín",), ("mười",),
     ("mười một",), ("mười hai", "chạp")), 1) for name in names}  # fmt: skip
_MONTH = rf"tháng\s({'|'.join(sorted(_SPELT, key=len, reverse=True))})"
_DAY_SPELT = re.compile(rf"(?<!\d)(\d{{1,2}})[\s,]{{1,2}}{_MONTH}[\s,]{{1,2}}(?:năm\s)?{_YEAR}", re.I)
_SPELT_DAY = re.compile(rf"{_MONTH}\s(\d{{1,2}}),?\s{_YEAR}", re.I)  # as WordPress translates its English order
_DAY_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s-]{{1,2}}{_NAMED}[\s,-]{{1,2}}{_YEAR}", re.I)
_MONTH_DAY = re.compile(rf"(?<![a-z]){_NAMED}\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}", re.I)
_IN_URL = (
    re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?:\d{6,9})?(?!\d)"),  # …-20251120093000123.htm; a tenth drop noughts at the end
    re.compile(r"(?<!\d)\d{3}(\d\d)(\d\d)(\d\d)\d{7,9}(?!\d)"),  # …-185251120093000123.htm
    re.compile(r"/(20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?!\d)"),
)


def parse_date(text: str, *, fetched: datetime, url: str = "") -> datetime | None:
    """The moment that ``text`` states, UTC, or None where it states none that can be believed.

    Slashed dates are read day first; with AM or PM month first, as the outlets do that write so. A moment more than AHEAD after
    ``fetched`` is not believed. The day that some outlets write into the URL is a witness: where it speaks for the other order of
    day and month, that one is taken.

    >>> at = datetime(2026, 11, 22, tzinfo=UTC)
    >>> parse_date("Thứ 5, 28/05/2026 17:00:00 GMT+7", fetched=at).isoformat()
    '2026-05-28T10:00:00+00:00'
    >>> parse_date("9/14/2026 6:44:00\\u202fPM", fetched=at).isoformat()
    '2026-09-14T11:44:00+00:00'
    """
    try:
        moments = _moments(" ".join(unicodedata.normalize("NFKC", str(text)[:LENGTH]).split()))
    except (ValueError, OverflowError):
        return None
    witness = date_in_url(url)
    if len(moments) == 2 and witness and _apart(moments[1], witness) <= 1 < _apart(moments[0], witness):
        moments.reverse()
    return moments[0] if moments[0].year >= FIRST_YEAR and moments[0] <= fetched + AHEAD else None


def date_in_url(url: str) -> date | None:
    """The day that an outlet wrote into its URL, or None.

    >>> date_in_url("https://bao.example/tang-luong-huu-185251120093000123.htm").isoformat()
    '2025-11-20'
    """
    for pattern in _IN_URL:
        for found in pattern.finditer(url[:2048]):
            try:
                return date(_year(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                continue
    return None


def _moments(words: str) -> list[datetime]:
    """The moments that cleaned words may mean, likeliest first, one or two; raises ValueError."""
    if found := _COMPACT.search(words):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return [datetime(year, month, day, hour, minute, second, tzinfo=_zone(words[found.end() :])[0]).astimezone(UTC)]
    clock, zone, american, rest = time(), VIETNAM, False, words  # type: time, tzinfo, bool, str
    if found := _TIME.search(words):
        half = (found[4] or "").replace(".", "").lower()
        american = half in ("am", "pm") and int(found[1]) <= 12  # "17:00 PM" is a Vietnamese form with an English ending
        clock = _clock(int(found[1]), int(found[2] or 0), int(found[3] or 0), half)
        zone, length = _zone(words[found.end() :])
        rest = f"{words[: found.start()]} {words[found.end() + length :]}"
    days = _days(" ".join(rest.split()), american=american)
    return [datetime.combine(day, clock, zone).astimezone(UTC) for day in days]


def _clock(hour: int, minute: int, second: int, half: str) -> time:
    """A time of day; ``half`` is am or pm, or a part of the day in Vietnamese, or "". A leap second counts as the one before."""
    if (half in ("pm", "ch", "chiều", "tối") and hour < 12) or (half == "trưa" and hour < 3):
        hour += 12
    elif half in ("am", "sa", "sáng") and hour == 12:
        hour = 0
    return time(hour, minute, min(second, 59) if second <= 60 else second)


def _zone(rest: str) -> tuple[tzinfo, int]:
    """The zone that stands right after a time, and how many characters it takes; Việt Nam where there is none."""
    found = _ZONE.match(rest)
    if not found or not (found[1] or found[2]):
        if _STRANGE_ZONE.match(rest):
            raise ValueError(f"unknown zone {rest[:5]}")
        return VIETNAM, 0
    if not found[2]:
        return timezone(timedelta(hours=_HOURS.get(found[1].lower(), 0))), found.end()
    offset = timedelta(hours=int(found[3]), minutes=int(found[4] or 0))
    if offset > timedelta(hours=14) or int(found[4] or 0) > 59:
        raise ValueError(f"unknown zone {found[0]}")
    return timezone(offset if found[2] == "+" else -offset), found.end()


def _days(words: str, *, american: bool) -> list[date]:
    """The days that words without their time may mean, likeliest first; raises ValueError for none."""
    if found := _YEAR_FIRST.search(words):
        return [date(int(found[1]), int(found[2]), int(found[3]))]
    if found := _SLASHED.search(words):
        pairs = [(int(found[3]), int(found[1])), (int(found[1]), int(found[3]))]
        return _possible(_year(found[4]), pairs[::-1] if american else pairs)
    if found := _WORDS.search(words):
        return [date(_year(found[3]), int(found[2]), int(found[1]))]
    if found := _DAY_SPELT.search(words):
        return [date(_year(found[3]), _SPELT[found[2].lower()], int(found[1]))]
    if found := _SPELT_DAY.search(words):
        return [date(_year(found[3]), _SPELT[found[1].lower()], int(found[2]))]
    if found := _DAY_MONTH.search(words):
        return [date(_year(found[3]), _MONTHS[found[2].lower()], int(found[1]))]
    if found := _MONTH_DAY.search(words):
        return [date(_year(found[3]), _MONTHS[found[1].lower()], int(found[2]))]
    raise ValueError("no date")


def _possible(year: int, pairs: list[tuple[int, int]]) -> list[date]:
    """The days of those (month, day) that exist, in order."""
    found = []
    for month, day in pairs:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    if not found:
        raise ValueError("no such day")
    return found


def _year(digits: str) -> int:
    """Two digits are of this century up to 69."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _apart(moment: datetime, day: date) -> int:
    return abs((day_of(moment) - day).days)
