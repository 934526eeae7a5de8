"""Campaigns: which there are, how far their goals are, and what they changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.door import days, desk_of, verb

if TYPE_CHECKING:
    from monitor.effect import Effect, Goal, Period
    from monitor.lift import Lift

STATES = {"upcoming": "chưa bắt đầu", "running": "đang diễn ra", "ended": "đã kết thúc"}
REACHED = {"met": "đạt", "missed": "không đạt", "pace": "kịp tiến độ", "behind": "chậm tiến độ", "waiting": "chưa bắt đầu"}
NOW = {"pace": "đang đạt", "behind": "chưa đạt"}  # of a level, which has no pace
GOAL_NAMES = {
    "items": "bài",
    "stories": "tin",
    "publishers": "nguồn độc lập",
    "outlets": "báo",
    "places": "tỉnh, thành (của 63)",
    "tone": "sắc thái, ít nhất",
    "benefits": "phần thông điệp về quyền lợi",
}
LIFTS = {"articles": "bài mỗi ngày", "stories": "tin mỗi ngày", "relative": "tin, so với mọi tin khác về BHXH, BHYT, BHTN"}
BY = {"outlet": "báo", "place": "nơi", "cluster": "cụm"}
SHOWN, FEW = 10, 10  # rows of outlets and places; articles of both periods below which a row is not compared


@verb("campaign", 'monitor campaign "Ke hoach 4963" --day 2026-11-20')
@click.argument("name", default="")
@click.option("--day", help="As of this day, included; today where it is not given.")
def campaign(context: click.Context, name: str, *, day: str | None) -> None:
    """The campaigns of the settings; with a name what came of one: goals, during against before, lift."""
    from monitor import show
    from monitor.campaigns import named
    from monitor.query import campaigns as asked

    with desk_of(context) as desk:
        today = days(day, None)[0] or desk.day
        found = asked.campaigns(desk.config)
        chosen = [named(found, name)] if name else found
        told = [asked.measured(desk.store, desk.config, one, today=today) for one in chosen]
    if context.obj["json"]:
        listed = [asdict(one) for one in told]
        return show.document(listed[0] if name else {"day": today, "campaigns": listed})
    return _told(told[0]) if name else _listed(told)


def _listed(told: Sequence[Effect]) -> None:
    from monitor import show

    rows = []
    for one in told:
        reached = sum(goal.state in ("met", "pace") for goal in one.goals)
        so_far = f"{reached} trong {len(one.goals)}" if one.during else "–"
        articles = one.during.articles if one.during else None
        rows.append([one.campaign.name, _day(one.campaign.first), _day(one.campaign.last), STATES[one.state], articles, so_far])
    show.table(["chiến dịch", "từ", "đến", "tình trạng", "bài", "mục tiêu đạt, kịp"], rows, empty="chưa có chiến dịch nào")


def _told(one: Effect) -> None:
    from monitor import show

    show.out(f"{one.campaign.name}: {_day(one.campaign.first)} – {_day(one.campaign.last)}, {_state(one)}\n")
    show.table(["mục tiêu", "năm", "cần", "có", "tình trạng"], [_goal(goal) for goal in one.goals])
    if not one.during or not one.before:
        return
    show.out("")
    heads = ["", *(f"{_day(span.first)} – {_day(span.last)}" for span in (one.during, one.before))]
    show.table(heads, [[name, cell(one.during), cell(one.before)] for name, cell in _ROWS])
    show.out("")
    if one.why_not:
        return show.out(f"Chưa so được với thời gian trước: {one.why_not}.")
    show.table(["mức tăng", "trong", "trước", "gấp (lần)", "khoảng 95%"], [[LIFTS[lift.key], *_lift(lift)] for lift in one.lifts])
    for line in _notes(one):
        show.out(line)
    for kind, lifts in one.by.items():
        if lifts:
            show.out("")
            shown = [[lift.key or "không rõ", *_lift(lift)] for lift in lifts[:SHOWN]]
            show.table([BY[kind], "bài trong", "bài trước", "gấp (lần)", "khoảng 95%"], shown)
    return None


def _state(one: Effect) -> str:
    whole = (one.campaign.last - one.campaign.first).days + 1
    if one.state == "upcoming":
        return f"còn {(one.campaign.first - one.today).days} ngày nữa bắt đầu"
    return (
        STATES[one.state] if one.state == "ended" else f"ngày {(one.today - one.campaign.first).days + 1} trong {_plain(whole)}"
    )


def _goal(goal: Goal) -> list[Any]:
    return [GOAL_NAMES[goal.name], goal.part or "–", _plain(goal.goal), _plain(goal.value), _reached(goal)]


def _reached(goal: Goal) -> str:
    from monitor.campaigns import LEVELS

    return NOW.get(goal.state, REACHED[goal.state]) if goal.name in LEVELS else REACHED[goal.state]


def _lift(lift: Lift) -> list[Any]:
    from monitor.report.formats import decimal

    if lift.during + lift.before < FEW:
        return [lift.during, lift.before, "quá ít để so", "–"]
    ratio, low, high = ("∞" if value is None else decimal(value, 2) for value in (lift.ratio, lift.low, lift.high))
    return [lift.during, lift.before, "trước không có" if lift.ratio is None else ratio, f"{low}–{high}"]


def _plain(value: float | None) -> str:
    """A number, with two decimals where it is no whole one."""
    from monitor.report.formats import decimal

    if value is None:
        return "–"
    return decimal(value, 0 if float(value).is_integer() else 2)


def _per_thousand(span: Period) -> str:
    from monitor.report.trends import rate

    return rate(1000 * span.articles / span.read if span.read else None)


def _within(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None or interval is None:
        return "–" if value is None else f"{_plain(value)} (ít bài, chưa nói được khoảng)"
    return f"{_plain(value)} ({_plain(interval[0])} đến {_plain(interval[1])})"


def _notes(one: Effect) -> Iterator[str]:
    """What an officer should know of the lifts before she tells them."""
    from monitor.report.trends import BY_TET, differ_by_tet

    left = f"; không tính {', '.join(one.left_out)}, vì chỉ đọc được ở một kỳ" if one.left_out else ""
    yield f"Mức tăng tính trên {one.sources} nguồn đọc được ở cả hai kỳ{left}."
    if _plain(one.spread) != "1":
        yield f"Số bài từng ngày lên xuống gấp {_plain(one.spread)} lần mức ngẫu nhiên; khoảng 95% đã tính đến điều đó."
    if one.state == "running":
        yield "Hôm nay chưa hết nên chưa tính vào mức tăng."
    if one.during and one.before and differ_by_tet(*((span.first, span.last) for span in (one.during, one.before))):
        yield BY_TET


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_ROWS: list[tuple[str, Callable[[Period], Any]]] = [
    ("số ngày (số ngày đọc được nguồn)", lambda span: f"{span.days} ({span.heard})"),
    ("bài", lambda span: _plain(span.articles)),
    ("tin", lambda span: _plain(span.stories)),
    ("nguồn độc lập", lambda span: _plain(span.publishers)),
    ("bài đã đọc, về mọi chuyện", lambda span: _plain(span.read)),
    ("nguồn độc lập đã đọc", lambda span: _plain(span.read_publishers)),
    ("trên 1.000 bài đã đọc", lambda span: _per_thousand(span)),
    ("báo", lambda span: _plain(span.outlets)),
    ("nơi", lambda span: _plain(span.places)),
    ("sắc thái (khoảng 95%)", lambda span: _within(span.tone, span.tone_interval)),
    ("phần thông điệp về quyền lợi (khoảng 95%)", lambda span: _within(span.benefits, span.benefits_interval)),
    ("đọc được nguồn", lambda span: "–" if span.health is None else f"{span.health:.0%}"),
    ("trên kênh của ngành (không tính ở trên)", lambda span: _plain(span.owned)),
]
