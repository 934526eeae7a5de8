"""Tags and officers: why a tag stands, what is said instead, what is worth a look, and which models serve."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Any

import click

from monitor.cli.door import desk_of, settings, verb
from monitor.errors import UsageError


@verb("why", "monitor why https://paper.example/a.html")
@click.argument("url")
def why(context: click.Context, url: str) -> None:
    """An article with the spans that caused its tags marked, which model and which phrase, and what officers corrected."""
    from monitor import exchange, query, show
    from monitor.report import why as report

    with desk_of(context) as desk:
        item, history = query.one(desk.store, url)
        titles = query.titles(desk.config)
    if context.obj["json"]:
        return show.document({**exchange.as_json(item), "corrections": [asdict(one) for one in history]})
    show.out(report.marked(item) + "\n")
    show.table(["loại", "nhãn", "điểm", "do", "căn cứ (phần đóng góp)"], report.rows(item, titles))
    for line in report.told(history, titles):
        show.out(line)
    return None


@verb("correct", "monitor correct https://paper.example/a.html --topic pension --sentiment negative")
@click.argument("url")
@click.option("--relevance", help="core, mention or none.")
@click.option("--topic", multiple=True, help="A topic by key or title; again for a second one. All that stood are replaced.")
@click.option("--no-topic", is_flag=True, help="It has no topic.")
@click.option("--sentiment", help="negative, neutral or positive.")
@click.option("--voice", help="Who speaks: citizen_voice, problem_report, official_reply …")
@click.option("--place", multiple=True, help="A province; again for a second one. All that stood are replaced.")
@click.option("--no-place", is_flag=True, help="It is about no province.")
@click.option("--who", help="Who says so; the name of the login where it is not given.")
def correct(context: click.Context, url: str, *, who: str | None, **said: Any) -> None:
    """Say what an article's tags should be. What is said stands whatever a model says, and teaches the next model."""
    from monitor import learning, query, show
    from monitor.report.why import KINDS, named

    wanted = _wanted(said)
    with desk_of(context) as desk:
        labels = {
            kind: [query.label_of(desk.store, desk.config, kind=kind, label=label) for label in given]
            for kind, given in wanted.items()
        }
        key = query.key(url)
        told = learning.correct(desk.store, desk.tagger, key, said=labels, who=who or getpass.getuser(), at=desk.now)
        titles = query.titles(desk.config)
    if context.obj["json"]:
        return show.document({"url": key, "changes": {kind: {"before": a, "after": b} for kind, (a, b) in told.items()}})
    for kind, sides in told.items():
        before, after = (", ".join(named(kind, label, titles) for label in side) or "–" for side in sides)
        show.out(f"{KINDS[kind]}: {before} → {after}")
    return None


@verb("review", "monitor review --limit 10")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Articles at most.")
def review(context: click.Context, limit: int) -> None:
    """The articles of the last thirty days that are most worth an officer's minute, and why."""
    from monitor import exchange, learning, query, show

    with desk_of(context) as desk:
        found = learning.review(desk.store, desk.tagger, now=desk.now, titles=query.titles(desk.config), limit=limit)
    if context.obj["json"]:
        return show.document(
            [{"worth": one.worth, "reasons": one.reasons, "article": exchange.as_json(one.item)} for one in found]
        )
    rows = [[one.worth, one.item.article.title or one.item.article.text[:80], "; ".join(one.reasons), one.item.article.url]
            for one in found]  # fmt: skip
    return show.table(["đáng xem", "bài", "vì sao", "địa chỉ"], rows, empty="không có bài nào cần xem lại")


@verb("models", "monitor models use linear-2026.11")
@click.argument("what", type=click.Choice(["list", "use", "rollback"]), default="list")
@click.argument("name", default="")
def models(context: click.Context, what: str, name: str) -> None:
    """The models that are there and which serve; `use NAME` puts one to use, `rollback` goes back to the one before."""
    from monitor import show, state

    config = settings(context)
    if what == "use":
        show.told(state.use(config, name))
    elif what == "rollback":
        show.told(state.rollback(config, name or "linear"))
    rows = state.models(config)
    if context.obj["json"]:
        return show.document(rows)
    return show.table(
        ["mô hình", "đang dùng", "MB", "tệp"],
        [[r["name"], "✓" if r["in_use"] else "", r["bytes"] / 1e6, r["path"]] for r in rows],
    )


def _wanted(said: dict[str, Any]) -> dict[str, list[str]]:
    """What was said, by kind: a list of labels, empty where there shall be none."""
    found: dict[str, list[str]] = {}
    for kind in ("relevance", "sentiment", "voice"):
        if said[kind]:
            found[kind] = [said[kind]]
    for kind in ("topic", "place"):
        if said[kind] and said[f"no_{kind}"]:
            raise UsageError(f"--{kind} and --no-{kind}: say one of them")
        if said[kind] or said[f"no_{kind}"]:
            found[kind] = list(said[kind])
    return found
