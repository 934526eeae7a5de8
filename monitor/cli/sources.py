"""The list of sources: a tested one added, lists of feeds in and out, and the past of a source."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from monitor.cli.door import days, desk_of, settings, verb
from monitor.cli.read import sources
from monitor.errors import UsageError
from monitor.records import CLASSES, Past


@verb("add", "monitor sources add https://paper.example/rss/home.rss --outlet Báo --class local --place Huế", under=sources)
@click.argument("url")
@click.option("--outlet", help="Its outlet; that of a known source of the same site where it is not given.")
@click.option("--class", "category", type=click.Choice(CLASSES), help="What kind of publisher it is.")
@click.option("--place", help="Its province, where it is local.")
@click.option("--group", help="Its publisher group: outlets of one group count as one.")
def add(context: click.Context, url: str, *, category: str | None, **said: str | None) -> None:
    """Look at an address, and write it into your settings file if it gives something."""
    from monitor import config, recruit, show, sourcelist

    stated = {name: value for name, value in {**said, "class": category}.items() if value}
    with desk_of(context) as desk:
        source = recruit.tried(desk, url, stated)
    file = config.file_of(context.obj["config"])
    sourcelist.append(file, [source])
    if context.obj["json"]:
        return show.document({"file": str(file), "source": sourcelist.entry_of(source)})
    return show.out(f"{file}: đã thêm\n{sourcelist.as_line(sourcelist.entry_of(source))}")


@verb("import", "monitor sources import feeds.opml --write", under=sources)
@click.argument("file", type=click.File("rb"))
@click.option("--write", is_flag=True, help="Write the entries into your settings file instead of printing them.")
def import_opml(context: click.Context, file: Any, write: bool) -> None:
    """Try every feed of an OPML file, and print the entries of those that answer."""
    from monitor import config, recruit, show, sourcelist
    from monitor.crawl.opml import SIZE, read_opml

    clues = read_opml(file.read(SIZE + 1), what=file.name)
    with show.progress() as tick, desk_of(context, ticker=tick) as desk:
        good, problems = recruit.tried_all(desk, {clue.url: clue.title for clue in clues})
    for problem in problems:
        show.told(problem.why)
    if write and good:
        sourcelist.append(config.file_of(context.obj["config"]), good)
    entries = [sourcelist.entry_of(source) for source in good]
    if context.obj["json"]:
        return show.document({"sources": entries, "problems": [asdict(problem) for problem in problems]})
    if entries:
        show.out("\n".join([f"{sourcelist.KEY}:", *map(sourcelist.as_line, entries)]))
    return show.told(f"{show.number(len(good))} trong {show.number(len(clues))} nguồn đọc được" + (", đã ghi" if write else ""))


@verb("export", "monitor sources export --opml > feeds.opml", under=sources)
@click.option("--opml", is_flag=True, help="As OPML, which every feed reader takes; without it as entries of the settings.")
def export_sources(context: click.Context, opml: bool) -> None:
    """The sources of your settings, as OPML (feeds only) or as entries of the settings."""
    from monitor import show, sourcelist
    from monitor.crawl.opml import as_opml

    found = settings(context).sources
    if context.obj["json"]:
        return show.document({"sources": [sourcelist.entry_of(source) for source in found]})
    if opml:
        return show.out(as_opml(found, title="monitor").rstrip("\n"))
    return show.out("\n".join(["sources:", *(sourcelist.as_line(sourcelist.entry_of(source)) for source in found)]))


@verb("backfill", "monitor backfill --source tuoitre/home --since 2026-01-01 --until 2026-03-31")
@click.option("--source", required=True, help="The id of a source, enabled or not.")
@click.option("--since", required=True, help="First day.")
@click.option("--until", help="Last day, included; today where it is not given.")
def backfill(context: click.Context, *, source: str, since: str, until: str | None) -> None:
    """What a source published in the past, by sitemap, list pages or search. Started again, it goes on where it stopped."""
    from monitor import recruit, runner, show
    from monitor.clock import moment_of

    first, last = days(since, until)
    with show.progress() as tick, desk_of(context, ticker=tick) as desk:
        assert first
        if (last or desk.day) < first:
            raise UsageError(f"{since}: lies after the last day, {last or desk.day}; turn them round")
        until_when = min(desk.now, moment_of((last or desk.day) + timedelta(days=1)))
        desk.past = Past(source=recruit.source_named(desk.config, source), since=moment_of(first), until=until_when)
        outcome = runner.run("backfill", desk)
    problems = [asdict(problem) for problem in outcome.problems]
    if context.obj["json"]:
        return show.document({"source": source, "counts": outcome.counts, "problems": problems})
    for problem in outcome.problems:
        show.told(f"{problem.what}: {problem.why}" if problem.what not in problem.why else problem.why)
    return show.out(show.counts(outcome.counts))
