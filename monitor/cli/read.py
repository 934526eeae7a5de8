"""What an officer asks: articles, counts, the digest, the health of sources, the state of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from monitor.cli.door import days, desk_of, narrowing, verb

_TIMES = {"day": "ngày", "week": "tuần", "month": "tháng"}


@verb("coverage", "monitor coverage --by week --topic pension --since 2026-10-01")
@click.option(
    "--by",
    default="day",
    show_default=True,
    help="day, week, month, outlet, publisher, class, place, province (of today), cluster, topic or law.",
)
@narrowing()
@click.option("--since", help="First day; 30 days before the last where it is not given.")
@click.option("--until", help="Last day, included; today where it is not given.")
def coverage(context: click.Context, by: str, *, since: str | None, until: str | None, **wanted: str | None) -> None:
    """How much was published: articles, stories, publishers, of how much that was read; tone, and the health of the sources."""
    from monitor import query, show
    from monitor.report.trends import KEYS, key_name, rate

    with desk_of(context) as desk:
        first, last = days(since, until)
        last = last or max(desk.day, first or desk.day)
        first = first or last - timedelta(days=29)
        rows = query.coverage(desk.store, desk.config, by=by, since=first, until=last, **wanted)
        titles = query.titles(desk.config)
    if context.obj["json"]:
        found = [{**asdict(row), "tone": row.tone, "per_thousand": row.per_thousand} for row in rows]
        return show.document({"by": by, "since": first, "until": last, "rows": found})
    columns = [(_TIMES | KEYS)[by], "bài", "tin", "nguồn độc lập", "bài đã đọc", "nguồn độc lập đã đọc", "trên 1.000 bài"]
    columns += ["tích cực", "tiêu cực", "sắc thái", "đọc được nguồn"]
    names = _periods(first, last, by) if by in _TIMES else {}
    cells: list[list[Any]] = []
    for r in rows:
        counts = [
            r.articles,
            r.stories,
            r.publishers,
            r.read,
            r.read_publishers,
            rate(r.per_thousand),
            r.positive,
            r.negative,
        ]
        cells.append([names.get(r.key) or key_name(r.key, by, titles), *counts, r.tone, show.share(r.health)])
    return show.table(columns, cells, empty="không có bài nào")


@verb("digest", "monitor digest --day 2026-11-20 --format html --out digest.html")
@click.option("--day", help="The day, 2026-11-20; today where it is not given.")
@click.option("--format", "shape", default="text", show_default=True, help="text, html, md or json.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write instead of stdout.")
def digest(context: click.Context, *, day: str | None, shape: str, out: Path | None) -> None:
    """The press review of a day: what needs an answer, what grows, what is new, topic by topic."""
    from monitor import query, show
    from monitor.clock import parse_day
    from monitor.report import formats

    shape = "json" if context.obj["json"] else shape
    formats.FORMATS[shape]  # an unknown format is told before the work is done
    with desk_of(context, day=parse_day(day) if day else None) as desk:
        found = query.digest(desk.store, desk.config, day=desk.day, now=desk.now)
    if out:
        return show.told(f"{formats.write(found, shape, out)}: đã ghi")
    return show.out(formats.FORMATS[shape](found).rstrip("\n"))


@verb("sources", "monitor sources --check", more=True)
@click.option("--check", is_flag=True, help="Visit every source now; nothing is stored.")
def sources(context: click.Context, check: bool) -> None:
    """The health of every source, worst first: last good, newest item, failures, what to do."""
    if context.invoked_subcommand:
        return None
    from monitor import query, show, state
    from monitor.clock import for_people
    from monitor.health import NAMES

    with desk_of(context) as desk:
        found = (
            state.checked(desk) if check else query.health(desk.store, desk.config, now=query.last_heard(desk.store, desk.now))
        )
    if context.obj["json"]:
        return show.document({"sources": [asdict(one) for one in found]})
    rows = []
    for one in found:
        good, newest = (for_people(moment) if moment else "–" for moment in (one.good_at, one.newest))
        todo = "; ".join(filter(None, (one.problem, one.advice)))
        silence = show.share(one.silence)
        rows.append([one.source, NAMES[one.state], good, newest, one.per_day, silence, one.failures, one.strikes, todo])
    return show.table(
        ["nguồn", "tình trạng", "tốt lần cuối", "tin mới nhất", "tin/ngày", "im lặng", "lỗi liền", "nặng", "việc cần làm"],
        rows,
        empty="chưa có nguồn nào",
    )


@verb("status", "monitor status")
def status(context: click.Context) -> None:
    """The last runs, the store's size, and the models in use."""
    from monitor import show, state
    from monitor.clock import for_people

    with desk_of(context) as desk:
        found = state.status(desk)
    if context.obj["json"]:
        return show.document({**found, **{key: [asdict(one) for one in found[key]] for key in ("runs", "aside")}})
    show.out(f"kho: {found['store']} ({show.number(found['bytes'] / 1e6)} MB, {show.number(found['articles'])} bài)")
    for one in found["aside"]:
        show.out(f"cách ly: {one.url} ({for_people(one.at)}: {one.reason}); tự đọc lại sau khi nâng cấp monitor")
    show.out(f"mô hình: {', '.join(found['models']) or 'chưa có'}")
    rows = [
        [one.recipe, for_people(one.at), for_people(one.started), _took(one), show.counts(one.counts), len(one.problems)]
        for one in found["runs"]
    ]
    return show.table(["công thức", "đồng hồ", "bắt đầu", "mất", "kết quả", "vấn đề"], rows, empty="chưa chạy lần nào")


def _periods(first: date, last: date, by: str) -> Mapping[str, str]:
    """The days, weeks or months from ``first`` to ``last`` as officers read them, by their keys; those that are cut say so."""
    from monitor.clock import period_of
    from monitor.coverage import each_day
    from monitor.report.trends import period_name

    spans: dict[str, list[date]] = {}
    for day in each_day(first, last):
        spans.setdefault(period_of(day, by), []).append(day)
    return {key: period_name(days[0], days[-1], by) for key, days in spans.items()}


def _took(run: Any) -> str:
    return f"{(run.ended - run.started).total_seconds():.1f} s".replace(".", ",") if run.ended else "dở dang"
