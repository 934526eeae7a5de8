"""Small drawings in SVG, made here so that a page needs no script and a mail no attachment.

An outage never looks like a quiet day: what the silent sources usually bring stands hatched upon the bar, and a day of which too little
was heard to say so is a hatched gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape

from monitor.clock import moment_of, vietnam
from monitor.figures import Coverage
from monitor.movement import Point
from monitor.records import record

WIDTH, HEIGHT, FOOT = 640, 150, 30  # units of the drawing
MANY = 14  # bars above which letters shrink and only some are named
NEW, GONE = "▲", "▼"  # from here on more sources were read, or fewer
_BAR, _NEGATIVE, _LINE, _MIDDLE = "#9db8d2", "#b3402a", "#5b6670", "#1f5a8a"
_PATTERNS = (
    '<defs><pattern id="unheard" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#f3ead7"/><path d="M0 0v6" stroke="#c9a75c" stroke-width="2"/></pattern>'
    '<pattern id="estimated" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
    f'<rect width="6" height="6" fill="#fff"/><path d="M0 0v6" stroke="{_BAR}" stroke-width="4"/></pattern></defs>'
)


@record
class Bar:
    """A bar: its name, how tall, how much of it is negative, how tall had all been heard, and whether too few were heard to say."""

    name: str
    tall: float
    negative: float = 0.0
    whole: float | None = None
    gap: bool = False
    middle: float | None = None
    digits: int = 0  # of its number
    mark: str = ""  # why it may be low or high: Tết, another holiday, NEW, GONE

    @property
    def top(self) -> float:
        """The highest of it."""
        return max(self.tall, self.whole or 0.0, self.middle or 0.0)


def days(counts: Sequence[Coverage], until: datetime | None = None) -> str:
    """Bars of articles a day as SVG, the negative share dark, made whole by hatching where sources were not heard.

    "" for no days. A last day that ends after ``until`` says up to when it was read. The drawing has a title and a description for
    those who do not see it.
    """
    if not counts:
        return ""
    hour = _up_to(counts[-1], until)
    bars = [Bar(name=_short(one.key, at == 0), tall=one.articles, negative=one.negative, whole=one.estimate, gap=_is_gap(one))
            for at, one in enumerate(counts)]  # fmt: skip
    told = "; ".join(f"{_short(one.key, True)}: {_told(one)}" for one in counts)
    return _drawing(bars, title="Số bài mỗi ngày", told=told, size=(HEIGHT + FOOT + (FOOT if hour else 0)), inside=hour)


def line(counts: Sequence[Coverage]) -> str:
    """The same days in a line of text, "20/11: ≈12 (đọc được 11)" where some sources were not heard; "" for no days.

    >>> line([Coverage(key="2026-11-20", articles=11, stories=9, publishers=7, heard=0.9, estimate=12.2)])
    'Số bài mỗi ngày: 20/11 ≈12 (đọc được 11)'
    """
    said = []
    for at, one in enumerate(counts):
        number = _number(Bar(name="", tall=one.articles, whole=one.estimate, gap=_is_gap(one)))
        short = _short(one.key, at == 0)
        said.append(f"{short} {number}" + (f" (đọc được {one.articles})" if number != str(one.articles) else ""))
    return f"Số bài mỗi ngày: {' · '.join(said)}" if said else ""


def course(points: Sequence[Point], *, title: str, by: str) -> str:
    """A series as SVG that stands alone, with its legend: articles a day, by day, week or month; "" for no points."""
    if not points:
        return ""
    bars = [_bar_of(one, by) for one in points]
    told = "; ".join(f"{bar.name}: {_told(one.count)}" for bar, one in zip(bars, points, strict=True))
    return _drawing(bars, title=title, told=told, size=HEIGHT + 2 * FOOT, inside=_legend(bars), head=True)


def _bar_of(one: Point, by: str) -> Bar:
    row, length = one.count, (one.last - one.first).days + 1
    return Bar(
        name=f"{one.first:%m/%y}" if by == "month" else f"{one.first:%d/%m}",
        tall=row.articles / length,
        negative=row.negative / length,
        whole=one.per_day,
        gap=_is_gap(row),
        middle=one.middle,
        digits=0 if by == "day" else 1,
        mark=_mark(one, by),
    )


def _mark(one: Point, by: str) -> str:
    if any("Nguyên Đán" in name for name in one.holidays):
        return "Tết"
    return "lễ" if by == "day" and one.holidays else NEW if one.joined else GONE if one.parted else ""


def _drawing(bars: Sequence[Bar], *, title: str, told: str, size: int, inside: str = "", head: bool = False) -> str:
    top, step = max(1.0, *(one.top for one in bars)), WIDTH / len(bars)
    drawn = "".join(_bar(one, at, step=step, top=top) for at, one in enumerate(bars))
    lift = FOOT if head else 0
    heading = f'<text x="4" y="-10" font-size="15" font-weight="bold" fill="{_LINE}">{escape(title)}</text>' if head else ""
    space = ' xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"' if head else ""
    return (
        f'<svg{space} font-size="15" viewBox="0 {-lift} {WIDTH} {size + lift}" role="img" aria-labelledby="days-title days-told">'
        f'<title id="days-title">{escape(title)}</title><desc id="days-told">{escape(told)}</desc>'
        f"{_PATTERNS}{heading}{drawn}{_line(bars, step=step, top=top)}{inside}</svg>"
    )


def _bar(one: Bar, at: int, *, step: float, top: float) -> str:
    x, width, left = at * step, step * 0.72, at * step + step * 0.14
    room = HEIGHT - 22
    tall, bad, whole = (room * value / top for value in (one.tall, one.negative, max(one.whole or 0.0, one.tall)))
    parts = []
    if one.gap:
        parts.append(f'<rect x="{x + 2:.1f}" y="4" width="{step - 4:.1f}" height="{HEIGHT - 4}" fill="url(#unheard)"/>')
    for height, paint in ((whole, "url(#estimated)"), (tall, _BAR), (bad, _NEGATIVE)):
        if height > 0 and not (paint.startswith("url") and whole - tall < 1):
            edge = f' stroke="{_BAR}"' if paint.startswith("url") else ""
            parts.append(
                f'<rect x="{left:.1f}" y="{HEIGHT - height:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{paint}"{edge}/>'
            )
    every = 1 if step > WIDTH / MANY else math.ceil(36 / step)  # of narrow bars only some are named
    text = f'text-anchor="middle" fill="{_LINE}"' + (' font-size="11"' if step < WIDTH / MANY else "")
    if step >= 18:
        parts.append(f'<text x="{x + step / 2:.1f}" y="{HEIGHT - whole - 5:.1f}" {text}>{_number(one)}</text>')
    if one.mark:
        parts.append(
            f'<text x="{x + step / 2:.1f}" y="10" font-size="10" text-anchor="middle" fill="{_NEGATIVE}">{one.mark}</text>'
        )
    if at % every == 0:
        parts.append(f'<text x="{max(x + step / 2, 3.5 * len(one.name)):.1f}" y="{HEIGHT + 22}" {text}>{one.name}</text>')
    return "".join(parts)


def _number(one: Bar) -> str:
    """What stands over a bar: the count; "≈" and how many there were with all sources where that is more; "?" where nobody knows."""
    if one.gap:
        return "?"
    whole = one.whole if one.whole is not None else one.tall
    more = "≈" if round(whole, one.digits) > round(one.tall, one.digits) else ""
    return more + f"{whole:.{one.digits}f}".replace(".", ",")


def _line(bars: Sequence[Bar], *, step: float, top: float) -> str:
    """The medians as a line, broken where there are none."""
    found = "".join(
        f"{'M' if at == 0 or bars[at - 1].middle is None else 'L'}{(at + 0.5) * step:.1f}"
        f" {HEIGHT - (HEIGHT - 22) * one.middle / top:.1f}"
        for at, one in enumerate(bars)
        if one.middle is not None
    )
    return f'<path d="{found}" fill="none" stroke="{_MIDDLE}" stroke-width="2"/>' if found else ""


def _legend(bars: Sequence[Bar]) -> str:
    """What the paints mean, in a line under the drawing; only those that are in it."""
    shown = [(_BAR, "bài đã đọc"), (_NEGATIVE, "tiêu cực")]
    if any(_number(one).startswith("≈") for one in bars):
        shown.append(("url(#estimated)", "ước cho nguồn không đọc được"))
    if any(one.gap for one in bars):
        shown.append(("url(#unheard)", "đọc thiếu quá, không ước"))
    if any(one.middle is not None for one in bars):
        shown.append((_MIDDLE, "mức giữa 7 ngày"))
    parts, x, y = [], 4, HEIGHT + 2 * FOOT - 14
    marks = {one.mark for one in bars}
    shown += [("none", words) for mark, words in ((NEW, f"{NEW} thêm nguồn"), (GONE, f"{GONE} bớt nguồn")) if mark in marks]
    for paint, words in shown:
        parts.append(f'<rect x="{x}" y="{y - 9}" width="12" height="10" fill="{paint}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}" font-size="11" fill="{_LINE}">{words}</text>')
        x += 34 + 6 * len(words)
    return "".join(parts)


def _is_gap(one: Coverage) -> bool:
    """Whether too little was heard to say how much there was; where nobody reckoned it, by the share of good visits."""
    if one.estimate is not None:
        return False
    return one.heard is not None or one.health is None or one.health < 0.9


def _up_to(last: Coverage, until: datetime | None) -> str:
    if until is None or until >= moment_of(date.fromisoformat(last.key) + timedelta(days=1)):
        return ""
    return (
        f'<text x="{WIDTH - 4}" y="{HEIGHT + 2 * FOOT - 12}" text-anchor="end" fill="{_LINE}">đến {vietnam(until):%H:%M}</text>'
    )


def _short(key: str, whole: bool) -> str:
    return f"{date.fromisoformat(key):%d/%m}" if whole or key.endswith("-01") else str(int(key[-2:]))


def _told(one: Coverage) -> str:
    """A row in words, for those who do not see the drawing."""
    words = f"{one.articles} bài, {one.negative} tiêu cực"
    if one.estimate is not None and round(one.estimate) > one.articles:
        return f"{words} (ước {one.estimate:.0f} bài nếu đọc đủ nguồn)"
    if one.estimate is None and one.heard is not None:
        return f"{words} (đọc thiếu quá, không ước)"
    if one.health is None:
        return words if one.estimate is not None else f"{words} (không đọc được nguồn)"
    return f"{words} (đọc được {one.health:.0%} lượt)" if one.health < 0.9 and one.estimate is None else words
