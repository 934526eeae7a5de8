"""Searching: articles that answer a question, the words that set them apart, and the questions that an office keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from monitor.cli.door import days, desk_of, narrowing, verb

_DAYS = [click.option("--since", help="First day, 2026-11-01."), click.option("--until", help="Last day, included.")]
_MORE = [
    click.option("--relevance", help="core, mention or none."),
    click.option("--kind", help="news, post or comment."),
    click.option("--saved", metavar="NAME", help="A search of `searches` in the config; all else must hold too."),
]


def _narrowing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that narrow a search, on a verb."""
    options: list[Callable[..., Any]] = [*_DAYS, narrowing(), *_MORE]
    for option in reversed(options):
        function = option(function)
    return function


@verb("ask", 'monitor ask \'"nợ BHXH" near/10 (công nhân OR "khởi kiện")\' --since 2026-11-01 --sentiment negative')
@click.argument("words", nargs=-1)
@_narrowing
@click.option("--ranked", is_flag=True, help="The best first instead of the newest; needs --since.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Articles at most.")
def ask(
    context: click.Context,
    words: tuple[str, ...],
    *,
    since: str | None,
    until: str | None,
    ranked: bool,
    limit: int,
    **wanted: str | None,
) -> None:
    """The newest articles that answer: words, "phrases", AND OR NOT, near/5, title: topic: date: …, viện*."""
    from monitor import exchange, query, show
    from monitor.report.found import hit_text, total_text

    with desk_of(context) as desk:
        first, last = days(since, until)
        answer = query.ask(
            desk.store, desk.config, " ".join(words), since=first, until=last, limit=limit, ranked=ranked, **wanted
        )
        titles = query.titles(desk.config)
    if context.obj["json"]:
        marks = [{"title": hit.title_marks, "snippet": hit.snippet, "marks": hit.marks} for hit in answer.hits]
        found = [exchange.as_json(item) for item in answer.articles]
        return show.document({"articles": found, "marks": marks, "total": answer.total, "more": answer.more})
    for hit in answer.hits:
        show.lit("\n".join(hit_text(hit, titles=titles)) + "\n")
    return show.told(total_text(answer))


@verb("words", 'monitor words "lương hưu" --since 2026-11-01')
@click.argument("words", nargs=-1)
@_narrowing
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Words at most, and as many phrases.")
def words(
    context: click.Context, words: tuple[str, ...], *, since: str | None, until: str | None, limit: int, **wanted: str | None
) -> None:
    """The words and phrases that set what a query finds apart from everything else of the same days."""
    from monitor import show
    from monitor.query.words import words as keywords_of

    with desk_of(context) as desk:
        first, last = days(since, until)
        found = keywords_of(desk.store, desk.config, " ".join(words), since=first, until=last, limit=limit, **wanted)
    if context.obj["json"]:
        return show.document(asdict(found))
    for title, rows in (("từ", found.words), ("cụm từ", found.phrases)):
        sizes = [(show.share(one.held / found.articles), show.share(one.others / max(found.others, 1))) for one in rows]
        cells = [[one.words, one.held, *size, one.g2, one.ratio] for one, size in zip(rows, sizes, strict=True)]
        show.table([title, "tin có", "trong tin tìm được", "trong tin khác", "G²", "log ratio"], cells)
    newest = " mới nhất" * found.more
    return show.told(f"{show.number(found.articles)} tin{newest} so với {show.number(found.others)} tin khác cùng thời gian")


@verb("searches", "monitor searches")
@click.option("--since", help="First day that is counted; seven days before today where it is not given.")
def searches(context: click.Context, *, since: str | None) -> None:
    """The saved searches of the config: what each asks, what it found lately, or why it cannot be read."""
    from monitor import show
    from monitor.clock import moment_of
    from monitor.errors import ConfigError
    from monitor.query.saved import counted_in

    rows: list[list[Any]] = []
    with desk_of(context) as desk:
        first = days(since, None)[0] or desk.day - timedelta(days=6)
        for name, asked in desk.config["searches"].items():
            try:
                one = counted_in(desk.store, desk.config, name, since=moment_of(first), until=desk.now).count
                rows.append([name, asked, one.articles, one.stories, one.publishers, ""])
            except ConfigError as error:
                rows.append([name, asked, None, None, None, str(error)])
    names = ("name", "query", "articles", "stories", "publishers", "problem")
    if context.obj["json"]:
        return show.document({"since": first, "searches": [dict(zip(names, row, strict=True)) for row in rows]})
    return show.table(["tìm kiếm", "câu hỏi", "bài", "tin", "nguồn độc lập", "lỗi"], rows, empty="chưa lưu tìm kiếm nào")
