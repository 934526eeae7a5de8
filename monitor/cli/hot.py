"""What is hot, since when the level is another, and what was alerted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.door import days, desk_of, verb

if TYPE_CHECKING:
    from monitor.figures import Figure

SHOWN = 5  # stories under a row


@verb("hot", "monitor hot --since 2026-08-01 --topic pension")
@click.option("--at", help="As it stood at that time, 2026-11-22T06:30; now where it is not given.")
@click.option("--since", help="Instead: from which days on, since this one, the level of a topic is another.")
@click.option("--topic", help="With --since: one topic of config.yaml, by key or title.")
@click.option("--place", help="With --since: in one of the 63 provinces or a cluster of config.yaml.")
def hot(context: click.Context, *, at: str | None, since: str | None, topic: str | None, place: str | None) -> None:
    """What is hot: topics and places with far more new stories than is usual there, with state, counts and evidence."""
    from monitor import query, show
    from monitor.query import hot as spots
    from monitor.report.hot import as_json, lines

    with desk_of(context, at=at) as desk:
        titles = query.titles(desk.config)
        if since:
            first, _ = days(since, None)
            changed = spots.shifts(desk.store, desk.config, since=first or desk.day, until=desk.day, topic=topic, place=place)
            return _shifts(changed, titles, context.obj["json"])
        if topic or place:
            raise click.UsageError("--topic and --place go with --since")
        matters = spots.matters(desk.store, desk.config, desk.now)
        rows = spots.figures(desk.store, desk.config, matters)
    if context.obj["json"]:
        found = [
            as_json(one.lead, also=[spot.label for spot in one.also], urls=_urls(row))
            for one, row in zip(matters, rows, strict=True)
        ]
        return show.document({"hot": found})
    for row in rows:
        show.out("\n".join(lines(row, limit=SHOWN)) + "\n")
    return show.told(f"{show.number(len(rows))} điểm nóng" if rows else "không có điểm nóng nào")


@verb("alerts", "monitor alerts --all")
@click.option("--all", "every", is_flag=True, help="Those that were acknowledged too.")
@click.option("--seen", type=int, multiple=True, help="Acknowledge the alert of this number; may be given several times.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Alerts at most.")
def alerts(context: click.Context, *, every: bool, seen: tuple[int, ...], limit: int) -> None:
    """What `monitor run alerts` told: each matter once, with its state, counts and evidence; newest first."""
    from monitor import show
    from monitor.query import hot as spots
    from monitor.report.hot import alert_json, lines, told
    from monitor.store import alerts as kept

    with desk_of(context) as desk:
        if seen:
            kept.acknowledge(desk.store, seen, desk.now)
        found = spots.alerts(desk.store, desk.config, limit=limit, new=not every)
    if context.obj["json"]:
        return show.document({"alerts": [alert_json(alert, urls=_urls(row)) for alert, row in found]})
    for alert, row in found:
        show.out("\n".join([told(alert), *lines(row, limit=SHOWN)]) + "\n")
    nothing = "chưa có cảnh báo nào" if every else "không có cảnh báo nào chưa xem"
    return show.told(f"{show.number(len(found))} cảnh báo" if found else nothing)


def _shifts(found: Any, titles: Any, as_json: bool) -> None:
    from monitor import show

    if as_json:
        return show.document({"shifts": [asdict(one) for one in found]})
    rows = [[titles[one.topic], one.place, f"{one.day:%d/%m/%Y}", one.rate, one.before, one.rate / one.before if one.before else None]
            for one in found]  # fmt: skip
    columns = ["chủ đề", "nơi", "từ ngày", "tin/ngày", "trước đó", "gấp"]
    return show.table(columns, rows, empty="mức không đổi ở chủ đề nào")


def _urls(row: Figure) -> list[str]:
    return [story.first.article.url for story in row.stories]
