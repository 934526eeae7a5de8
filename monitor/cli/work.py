"""What changes the store or the models: runs, the schedule, the demo, articles taken in."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from monitor.cli.door import desk_of, settings, verb
from monitor.errors import UsageError

TOLD = 20  # problems of an import that are told one by one


@verb("demo", "monitor demo --out demo")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), help="Where the demo keeps its store."
)
def demo(context: click.Context, out: Path) -> None:
    """Thirty days of the bundled sample outlets, and the digest of the last."""
    from monitor import show
    from monitor.demo import run
    from monitor.report.formats import as_text

    with show.progress() as tick:
        digest, page = run(out, ticker=tick)
    show.out(as_text(digest))
    show.out(f"digest.html: {page}")


@verb("run", "monitor run daily --at 2025-11-20T06:00")
@click.argument("recipe")
@click.option("--at", help="The run's clock: what is due, what today is. Vietnamese time where it has no zone.")
@click.option("--since", help="How far a recipe goes back that does: retag.")
def run(context: click.Context, recipe: str, *, at: str | None, since: str | None) -> None:
    """Run a recipe of pipelines/: crawl, tag, digest, daily, retag, train, evaluate."""
    from monitor import query, runner, show
    from monitor.clock import parse_day
    from monitor.report.results import shown

    with show.progress() as tick, desk_of(context, at=at, since=parse_day(since) if since else None, ticker=tick) as desk:
        outcome = runner.run(recipe, desk)
    if context.obj["json"]:
        problems = [asdict(problem) for problem in outcome.problems]
        results = [shown(result, "json") for result in outcome.results]
        return show.document({"recipe": recipe, "counts": outcome.counts, "problems": problems, "results": results})
    for problem in outcome.problems:
        show.told(f"{problem.what}: {problem.why}" + (f"; {problem.advice}" if problem.advice else ""))
    for result in outcome.results:
        show.out(shown(result, "text", titles=query.titles(desk.config)))
    show.told(f"{recipe}: {show.counts(outcome.counts)}")
    return None


@verb("schedule", "monitor schedule --once")
@click.option("--once", is_flag=True, help="Run what is due now and stop: for cron and systemd timers.")
def schedule(context: click.Context, once: bool) -> None:
    """Run recipes when they are due, one at a time, until stopped."""
    from monitor import runner, show

    runner.keep_schedule(settings(context), once=once, tell=show.told)


@verb("import", "monitor import articles.jsonl")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
def import_articles(context: click.Context, file: Any) -> None:
    """Take in articles, a line of JSON each, and tag them."""
    from monitor import exchange, show, tagging

    with show.progress() as tick, desk_of(context, ticker=tick) as desk:
        counts, problems = tagging.take_in(desk, exchange.bounded(file))
    for problem in problems[:TOLD]:
        show.told(f"{problem.what}: {problem.why}; {problem.advice}")
    if len(problems) > TOLD:
        show.told(f"… and {len(problems) - TOLD:,} more problems; --json lists them all")
    if context.obj["json"]:
        show.document({"counts": counts, "problems": [asdict(problem) for problem in problems]})
    else:
        show.out(show.counts(counts))
    if problems and not counts.get("lines"):
        raise UsageError(f"{file.name}: holds no article; write one JSON object a line, with url and title")


@verb("erase", 'monitor erase --matching "0912 345 678" --yes')
@click.argument("url", default="")
@click.option("--matching", default="", help="Whatever holds this text, as it is written, instead of an address.")
@click.option("--yes", is_flag=True, help="Erase; without it what would be erased is only shown.")
def erase(context: click.Context, *, url: str, matching: str, yes: bool) -> None:
    """Erase an article with its comments, or all that holds a text, so that no byte of it is left in the store."""
    from monitor import people, show
    from monitor.runner import LOCK
    from monitor.store import runs

    with desk_of(context) as desk:
        urls = people.erasable(desk.store, url=url, words=matching)
        count, files = 0, ()  # type: int, tuple[Path, ...]
        if yes:
            with runs.lock(desk.store, LOCK):
                count, files = people.erase(desk.store, desk.config, urls, now=desk.now)
    if context.obj["json"]:
        return show.document({"erased": count, "urls": urls, "still_in": [str(path) for path in files]})
    for found in urls:
        show.out(found)
    for path in files:
        show.told(f"{path}: vẫn còn địa chỉ này; hãy xóa tệp hoặc ghi lại bản điểm tin")
    return show.told(f"đã xóa {show.number(count)} bài" if yes else f"{show.number(len(urls))} bài sẽ bị xóa; thêm --yes để xóa")
