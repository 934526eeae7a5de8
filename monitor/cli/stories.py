"""What an officer asks of stories: who was first and what the copies changed, and what has been told about for days."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from monitor.cli.door import days, desk_of, verb


@verb("story", "monitor story https://paper.example/1.html")
@click.argument("url")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="Copies at most.")
def story(context: click.Context, url: str, *, limit: int) -> None:
    """The story of an article: who was first, who copied it, and what each copy left out, added or put in other words."""
    from monitor import exchange, show
    from monitor.query import stories
    from monitor.report import retold
    from monitor.store import tags

    with desk_of(context) as desk:
        told = stories.story(desk.store, url, limit=limit)
        copies = tags.count_story(desk.store, told.id) - 1
    if context.obj["json"]:
        echoes = [{**asdict(one), "item": exchange.as_json(one.item)} for one in told.echoes]
        first: dict[str, Any] = {"first": exchange.as_json(told.first), "echoes": echoes, "copies": copies}
        event = asdict(told.event) if told.event else None
        return show.document({"id": told.id, "publishers": told.publishers, "credit": told.credit, "event": event, **first})
    return show.out("\n".join(retold.lines(told, copies=copies)))


@verb("events", "monitor events --since 2026-11-01 --until 2026-11-20")
@click.option("--since", help="First day, 2026-11-01.")
@click.option("--until", help="Last day, included.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Events at most.")
def events(context: click.Context, *, since: str | None, until: str | None, limit: int) -> None:
    """What happened and was told of for days, the loudest first: stories, articles and independent publishers of each event."""
    from monitor import show
    from monitor.clock import day_of
    from monitor.query import stories

    with desk_of(context) as desk:
        total, found = stories.events(desk.store, *days(since, until), limit=limit)
    if context.obj["json"]:
        return show.document({"events": [asdict(one) for one in found], "total": total})
    rows = [
        [
            one.title,
            *(f"{day_of(at):%d/%m/%Y}" for at in (one.first, one.last)),
            one.stories,
            one.articles,
            one.publishers,
            one.url,
        ]
        for one in found
    ]
    columns = ["sự kiện", "từ", "đến", "tin", "bài", "nguồn độc lập", "bài đầu"]
    show.table(columns, rows, empty="không có sự kiện nào")
    return show.told(f"{show.number(len(found))} trong {show.number(total)} sự kiện") if found else None
