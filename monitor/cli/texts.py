"""Texts in and out, and what is shipped: a look at an address, tags for a text, export, recipes, models."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from monitor.cli.door import days, desk_of, settings, verb


@verb("try", "monitor try https://paper.example/rss/home.rss")
@click.argument("url")
def try_url(context: click.Context, url: str) -> None:
    """What a feed or a page would give, without storing it."""
    from monitor import show
    from monitor.crawl.discover import look
    from monitor.report.results import shown

    with desk_of(context) as desk:
        found = look(desk.web, url, now=desk.now)
    show.document(asdict(found)) if context.obj["json"] else show.out(shown(found, "text"))


@verb("tag", "monitor tag --jsonl documents.jsonl")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@click.option("--jsonl", is_flag=True, help='One document a line: {"id", "kind", "context", "title", "text"}.')
def tag(context: click.Context, file: Any, jsonl: bool) -> None:
    """The tags of a text, or of every line of a JSONL file."""
    from monitor import show, tagging

    with desk_of(context) as desk:
        if jsonl or context.obj["json"]:
            missed = tagging.tag_lines(desk, file if jsonl else [tagging.as_line(file.read())], say=show.line, tell=show.told)
            sys.exit(1 if missed else 0)
        tagged = tagging.tag_text(desk, file.read())
    rows = [[one.kind, one.label, one.score, ", ".join(span.text for span in one.evidence)] for one in tagged.tags]
    show.table(["loại", "nhãn", "điểm", "căn cứ"], rows)


@verb("export", "monitor export --format csv --since 2026-11-01 > november.csv")
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--since", help="First day.")
@click.option("--until", help="Last day, included.")
def export(context: click.Context, shape: str, since: str | None, until: str | None) -> None:
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


@verb("models", "monitor models")
def models(context: click.Context) -> None:
    """The models that are there, which is in use, and which file won."""
    from monitor import show, state

    rows = state.models(settings(context))
    if context.obj["json"]:
        return show.document(rows)
    return show.table(
        ["mô hình", "đang dùng", "MB", "tệp"],
        [[r["name"], "✓" if r["in_use"] else "", r["bytes"] / 1e6, r["path"]] for r in rows],
    )
