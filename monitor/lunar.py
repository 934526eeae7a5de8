"""Tết and public holidays of Việt Nam: why a day is quiet, and which days of two years are alike.

Why a library: the Vietnamese calendar is reckoned for UTC+7 and differs from the Chinese one in some years (Tết 1985 came a month
earlier, Tết 2007 and 2030 a day); `holidays` keeps that table. Why only Tết: no other feast moves the news by weeks.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

YEARS = range(1901, 2101)  # what the table of the calendar holds
MINDED = 0.1  # of a span's days, the part in the season of Tết from which it is minded when spans are compared
EVE, AFTER = timedelta(days=8), timedelta(days=9)  # the season: from ông Táo (23 tháng Chạp) to mùng 10 tháng Giêng, in any year


def tet(year: int) -> date:
    """The first day of the Vietnamese lunar year that begins in a year of the common calendar, 1901 to 2100.

    >>> tet(2026).isoformat(), tet(2007).isoformat()
    ('2026-02-17', '2007-02-17')

    Raises ValueError for a year outside the table.
    """
    if year not in YEARS:
        raise ValueError(f"{year}: Tết is known from {YEARS[0]} to {YEARS[-1]}")
    return _calendar(year)[0]


def holiday(day: date) -> str:
    """The public holiday on a day, in Vietnamese; "" for none, or outside the table.

    >>> holiday(date(2026, 9, 2)), holiday(date(2026, 9, 3))
    ('Quốc khánh', '')
    """
    return _calendar(day.year)[1].get(day, "") if day.year in YEARS else ""


def tet_share(first: date, last: date) -> float:
    """The part of the days from first to last that lies in the season of Tết, when papers and offices rest, 0..1.

    >>> tet_share(date(2026, 2, 1), date(2026, 2, 8)), tet_share(date(2026, 2, 8), date(2026, 2, 11))
    (0.0, 0.75)
    """
    seasons = [(tet(year) - EVE, tet(year) + AFTER) for year in range(first.year, last.year + 1) if year in YEARS]
    inside = sum(max(0, (min(last, end) - max(first, start)).days + 1) for start, end in seasons)
    return inside / ((last - first).days + 1)


def year_before(first: date, last: date) -> tuple[date, date]:
    """The days of the lunar year before that stand as far from Tết as these do; the nearest Tết counts.

    >>> [day.isoformat() for day in year_before(date(2026, 2, 17), date(2026, 2, 23))]
    ['2025-01-29', '2025-02-04']
    """
    middle = first + (last - first) / 2
    year = min((middle.year, middle.year + 1), key=lambda one: abs(tet(one) - middle))
    shift = tet(year) - tet(year - 1)
    return first - shift, last - shift


@cache
def _calendar(year: int) -> tuple[date, dict[date, str]]:
    from holidays import Vietnam

    known = Vietnam(years=year, language="vi")
    return known.get_named("Tết Nguyên Đán", lookup="exact")[0], dict(known.items())
