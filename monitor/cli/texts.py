"""Texts in and out, and the recipes: a look at an address, tags for a text, export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from monitor.cli.door import days, desk_of, settings, verb

TEXT = 1_000_000  # characters of a plain text that are read; the tagger takes the first 100,000 of them
_FOUND = {
    "feed": "nguồn tin",
    "page": "trang",
    "opml": "danh sách nguồn tin (OPML)",
    "": "không phải nguồn tin, không phải trang bài",
}


@verb("try", "monitor try https://paper.example/rss/home.rss")
@click.argument("url")
def try_url(context: click.Context, url: str) -> None:
    """What a feed or a page would give, without storing it."""
    from monitor import show
    from monitor.crawl.discover import look

    with desk_of(context) as desk:
        found = look(desk.web, url, now=desk.now)
    if context.obj["json"]:
        show.document(asdict(found))
    else:
        show.out("\n".join(_found(found)))
    for problem in found.problems:
        show.told(f"{problem.what}: {problem.why}" if problem.what not in problem.why else problem.why)
    sys.exit(0 if found.kind else 1)


@verb("tag", "monitor tag --jsonl documents.jsonl")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@click.option("--jsonl", is_flag=True, help='One document a line: {"id", "kind", "context", "title", "text"}.')
def tag(context: click.Context, file: Any, jsonl: bool) -> None:
    """The tags of a text, or of every line of a JSONL file."""
    from monitor import exchange, query, show, tagging
    from monitor.report.why import KINDS, named

    with desk_of(context) as desk:
        if jsonl or context.obj["json"]:
            lines = exchange.bounded(file) if jsonl else [tagging.as_line(file.read(TEXT))]
            sys.exit(1 if tagging.tag_lines(desk, lines, say=show.line, tell=show.told) else 0)
        tagged = tagging.tag_text(desk, file.read(TEXT))
        titles = query.titles(desk.config)
    rows = [[KINDS.get(one.kind, one.kind), named(one.kind, one.label, titles), one.score, _spoke(one)] for one in tagged.tags]
    show.table(["loại", "nhãn", "điểm", "căn cứ"], rows)


@verb("export", "monitor export --format csv --since 2026-11-01 > november.csv")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="Lines of JSON, or a table.",
)
@click.option("--since", help="First day.")
@click.option("--until", help="Last day, included.")
def export(context: click.Context, *, shape: str, since: str | None, until: str | None) -> None:
    """Every article with its tags, oldest first, as JSON lines or CSV."""
    import json

    from monitor import exchange, query

    with desk_of(context) as desk:
        found = query.everything(desk.store, *days(since, until))
        lines = (
            exchange.as_csv(found)
            if shape == "csv"
            else (json.dumps(exchange.as_json(one), ensure_ascii=False) + "\n" for one in found)
        )
        for line in lines:
            sys.stdout.write(line)


@verb("pipelines", "monitor pipelines")
def pipelines(context: click.Context) -> None:
    """The recipes, what each does, and which file won."""
    from monitor import pipeline, show
    from monitor.desk import Desk

    config = settings(context)
    found = [pipeline.load(name, config, Desk.offers()) for name in pipeline.names(config)]
    if context.obj["json"]:
        return show.document([{"name": one.name, "help": one.help, "file": str(one.path)} for one in found])
    return show.table(["công thức", "việc", "tệp"], [[one.name, one.help, str(one.path)] for one in found])


def _spoke(one: Any) -> str:
    return ", ".join(dict.fromkeys(span.text for span in one.evidence))


def _found(finding: Any) -> Iterator[str]:
    """A look at an address, in lines."""
    from monitor.clock import for_people

    kind = _FOUND.get(finding.kind, f"nguồn tin ({finding.kind})")
    yield f"{finding.url}: {kind}" + (f" “{finding.title}”" if finding.title else "")
    for entry in finding.entries:
        yield f"• {entry.title or entry.summary}" + (f" · {entry.outlet}" if entry.outlet else "")
        yield f"  {for_people(entry.published) if entry.published else 'không rõ ngày'} · {entry.link}"
    if finding.page:
        yield f"ngày đăng: {for_people(finding.page.published) if finding.page.published else 'không rõ'}"
        yield from filter(None, ("", finding.page.lead, finding.page.text))
    for feed in finding.feeds:
        yield f"nguồn tin của trang: {feed}"
    for sitemap in finding.sitemaps:
        yield f"sơ đồ trang (sitemap): {sitemap}"
    if finding.entries:
        yield f"Thêm vào danh sách nguồn: monitor sources add {finding.url}"
