"""How it goes: series, shares of voice, and what they are compared with."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from monitor.cli.door import days, desk_of, narrowing, verb


@verb("trends", "monitor trends --by week --topic pension --svg pension.svg")
@click.option("--by", default="day", show_default=True, help="day, week or month.")
@click.option(
    "--of", default="", help="Shares of voice by topic, outlet, publisher, class, place, province, cluster or law; else a series."
)
@narrowing()
@click.option("--since", help="First day; the whole range is then compared with the one before.")
@click.option("--until", help="Last day, included; yesterday where it is not given, since today is not over.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="A file to draw the series into.")
def trends(
    context: click.Context, by: str, of: str, *, since: str | None, until: str | None, svg: Path | None, **wanted: str | None
) -> None:
    """How much by day, week or month, or whose share; tone, what is usual, and the change since before and a year ago."""
    from monitor import query, show
    from monitor.query.trends import trends as asked
    from monitor.report import trends as report

    with desk_of(context) as desk:
        first, last = days(since, until)
        last = last or max(desk.day - timedelta(days=1), first or desk.day - timedelta(days=1))
        found = asked(desk.store, desk.config, by=by, of=of, since=first, until=last, **wanted)
        titles = query.titles(desk.config)
    if svg:
        _draw(found, svg, told=", ".join(titles.get(label, label) for label in wanted.values() if label))
    if context.obj["json"]:
        return show.document(asdict(found))
    if of:
        show.out(report.heading(found))
    columns, rows = report.voices_table(found, titles) if of else report.points_table(found)
    show.table(columns, rows, empty="không có bài nào")
    for line in report.sentences(found):
        show.out(line)
    return show.told(f"{svg}: đã ghi") if svg else None


def _draw(found: Any, path: Path, *, told: str) -> None:
    """Write the series as SVG. Raises UsageError for shares, which are no series, and MonitorError where it cannot be written."""
    from monitor.errors import MonitorError, UsageError
    from monitor.report import charts
    from monitor.report import trends as report

    if found.of:
        raise UsageError(f"--svg {path}: shares are not drawn; leave out --of, or take --json")
    try:
        path.write_text(charts.course(found.points, title=report.chart_title(found, told), by=found.by) + "\n", encoding="utf-8")
    except OSError as error:
        raise MonitorError(f"{path}: cannot be written ({error.strerror}); choose another place with --svg") from error
