"""Campaigns: which there are, how far their goals are, and what they changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    show.out(f"{_spread(one)}{_young(one)}")
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
    return [GOAL_NAMES[goal.name], goal.part or "–", _plain(goal.goal), _plain(goal.value), REACHED[goal.state]]


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


def _within(value: float | None, interval: tuple[float, float] | None) -> str:
    return f"{_plain(value)} ({_plain(interval[0])} đến {_plain(interval[1])})" if interval else _plain(value)


def _spread(one: Effect) -> str:
    today = " Hôm nay chưa hết nên chưa tính vào mức tăng." if one.state == "running" else ""
    return f"Số bài từng ngày dao động gấp {_plain(one.spread)} lần mức ngẫu nhiên; khoảng tin cậy đã tính đến.{today}"


def _young(one: Effect) -> str:
    return f" Không tính vào mức tăng, vì mới đọc sau này: {', '.join(one.young)}." if one.young else ""


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_ROWS: list[tuple[str, Callable[[Period], Any]]] = [
    ("ngày (nghe được nguồn)", lambda span: f"{span.days} ({span.heard})"),
    ("bài", lambda span: _plain(span.articles)),
    ("tin", lambda span: _plain(span.stories)),
    ("nguồn độc lập", lambda span: _plain(span.publishers)),
    ("báo", lambda span: _plain(span.outlets)),
    ("nơi", lambda span: _plain(span.places)),
    ("sắc thái (khoảng 95%)", lambda span: _within(span.tone, span.tone_interval)),
    ("phần thông điệp về quyền lợi (khoảng 95%)", lambda span: _within(span.benefits, span.benefits_interval)),
    ("đọc được nguồn", lambda span: "–" if span.health is None else f"{span.health:.0%}"),
    ("trên kênh của ngành (không tính ở trên)", lambda span: _plain(span.owned)),
]
