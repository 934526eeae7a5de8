"""Small drawings in SVG, made here so that a page needs no script and a mail no attachment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape

from monitor.clock import moment_of, vietnam
from monitor.figures import Coverage

WIDTH, HEIGHT, FOOT = 640, 150, 30  # units of the drawing
_BAR, _NEGATIVE, _LINE = "#9db8d2", "#b3402a", "#5b6670"


def days(counts: Sequence[Coverage], until: datetime | None = None) -> str:
    """Bars of articles a day as SVG, the negative share dark, days on which sources were not heard hatched and said so.

    "" for no days. A last day that ends after ``until`` says up to when it was read. The drawing has a title and a description for
    those who do not see it.
    """
    if not counts:
        return ""
    step, top = WIDTH / len(counts), max(1, *(one.articles for one in counts))
    hour = _up_to(counts[-1], until)
    bars = "".join(_bar(one, at * step, step=step, top=top) for at, one in enumerate(counts))
    told = "; ".join(f"{_short(one.key)}: {one.articles} bài, {one.negative} tiêu cực{_health(one)}" for one in counts)
    return (
        f'<svg font-size="15" viewBox="0 0 {WIDTH} {HEIGHT + FOOT + (FOOT if hour else 0)}" role="img"'
        ' aria-labelledby="days-title days-told">'
        f'<title id="days-title">Số bài mỗi ngày</title><desc id="days-told">{escape(told)}</desc>'
        '<defs><pattern id="unheard" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
        '<rect width="6" height="6" fill="#f3ead7"/><path d="M0 0v6" stroke="#c9a75c" stroke-width="2"/></pattern></defs>'
        f"{bars}{hour}</svg>"
    )


def _bar(one: Coverage, x: float, *, step: float, top: int) -> str:
    width, left = step * 0.72, x + step * 0.14
    room = HEIGHT - 22
    tall, bad = room * one.articles / top, room * one.negative / top
    parts = []
    if one.health is None or one.health < 0.9:
        parts.append(f'<rect x="{x + 2:.1f}" y="4" width="{step - 4:.1f}" height="{HEIGHT - 4}" fill="url(#unheard)"/>')
    parts.append(f'<rect x="{left:.1f}" y="{HEIGHT - tall:.1f}" width="{width:.1f}" height="{tall:.1f}" fill="{_BAR}"/>')
    parts.append(f'<rect x="{left:.1f}" y="{HEIGHT - bad:.1f}" width="{width:.1f}" height="{bad:.1f}" fill="{_NEGATIVE}"/>')
    middle = x + step / 2
    text = f'text-anchor="middle" fill="{_LINE}"'
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT - tall - 5:.1f}" {text}>{one.articles}</text>')
    name = _short(one.key) if x == 0 or one.key.endswith("-01") else str(int(one.key[-2:]))
    parts.append(f'<text x="{middle:.1f}" y="{HEIGHT + 22}" {text}>{name}</text>')
    return "".join(parts)


def _up_to(last: Coverage, until: datetime | None) -> str:
    if until is None or until >= moment_of(date.fromisoformat(last.key) + timedelta(days=1)):
        return ""
    return (
        f'<text x="{WIDTH - 4}" y="{HEIGHT + 2 * FOOT - 12}" text-anchor="end" fill="{_LINE}">đến {vietnam(until):%H:%M}</text>'
    )


def _short(key: str) -> str:
    return f"{date.fromisoformat(key):%d/%m}"


def _health(one: Coverage) -> str:
    return " (không đọc được nguồn)" if one.health is None else f" (đọc được {one.health:.0%} lượt)" if one.health < 0.9 else ""
