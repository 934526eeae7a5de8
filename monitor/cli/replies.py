"""What people asked and what the agency answered: how many, how fast, and what still waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.door import days, desk_of, narrowing, verb

if TYPE_CHECKING:
    from monitor.replies import Dialogue, Question, Reply

FEW = 10  # questions below which a share is not said: one more would change it by a tenth
_HEADS = {"topic": "chủ đề", "place": "nơi", "province": "tỉnh từ 1/7/2025", "cluster": "cụm"}

_WHY = {"said": "trong bài có lời", "name": "cùng tên", "law": "cùng văn bản", "place": "cùng nơi", "topic": "cùng chủ đề",
        "words": "cùng từ"}  # fmt: skip


@verb("replies", "monitor replies --since 2026-11-01 --open")
@click.option("--since", help="First day of the questions; 30 days before the last where it is not given.")
@click.option("--until", help="Last day, included; today where it is not given.")
@narrowing("topic", "place")
@click.option("--by", default="topic", show_default=True, help="topic, place, province (of today) or cluster.")
@click.option("--open", "waiting", is_flag=True, help="The questions without an answer, the longest waiting first.")
@click.option("--answered", is_flag=True, help="The questions with their answers, and why each is taken for one.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Questions at most.")
def replies(
    context: click.Context,
    *,
    since: str | None,
    until: str | None,
    by: str,
    waiting: bool,
    answered: bool,
    limit: int,
    **wanted: Any,
) -> None:
    """How many questions and complaints were answered, how fast, and which still wait."""
    from monitor import query, show
    from monitor.query import replies as asked
    from monitor.replies import dialogue, dialogues

    with desk_of(context) as desk:
        first, last = days(since, until)
        last = last or max(desk.day, first or desk.day)
        first = first or last - timedelta(days=29)
        now = query.as_of(desk.now, last)
        found = asked.questions(desk.store, desk.config, since=first, until=last, now=now, **wanted)
        how, titles, clusters = query.rules(desk.config), query.titles(desk.config), query.clusters(desk.config)
    rows = dialogues(found, by=by, now=now, window=how.window, clusters=clusters)
    total = dialogue("", found, now=now, window=how.window)
    if waiting or answered:
        chosen = [one for one in found if (one.reply is None) == waiting or (waiting and answered)]
        if not context.obj["json"]:
            return _told(chosen, now=now, limit=limit, titles=titles)
        listed = [_as_json(one, now) for one in chosen[:limit]]
        return show.document({"since": first, "until": last, "as_of": now, "total": len(chosen), "questions": listed})
    if context.obj["json"]:
        listed = [_row_json(row) for row in rows]
        return show.document({"by": by, "since": first, "until": last, "as_of": now, "total": _row_json(total), "rows": listed})
    return _table(rows, total, head=_HEADS[by], titles=titles)


def _table(rows: Sequence[Dialogue], total: Dialogue, *, head: str, titles: Mapping[str, str]) -> None:
    from monitor import show

    columns = [
        head,
        "câu hỏi, phản ánh",
        "đã trả lời",
        "ngay trong bài",
        "còn ngỏ",
        "tỷ lệ",
        "khoảng 95%",
        "nửa số có lời đáp sau (ngày)",
    ]
    names = [titles.get(row.key, row.key) or "không rõ" for row in rows]
    everything = [*zip(names, rows, strict=True), *([("tất cả", total)] if rows else [])]
    cells = [[name, row.asked, row.answered, row.inside, row.open, *_shares(row), _half(row)] for name, row in everything]
    show.table(columns, cells, empty="không có câu hỏi, phản ánh nào")


def _shares(row: Dialogue) -> tuple[str, str]:
    from monitor import show

    low, high = row.share or (0.0, 1.0)
    return show.share(row.answered / row.asked if row.asked >= FEW else None), f"{low:.0%}–{high:.0%}"


def _half(row: Dialogue) -> str:
    from monitor import show

    return "chưa tới nửa" if row.days is None else show.number(row.days)


def _told(found: Sequence[Question], *, now: datetime, limit: int, titles: Mapping[str, str]) -> None:
    """The questions, each with how long it waits or waited, who carries it, and its answer."""
    from monitor import show
    from monitor.report.formats import article_text, head_of
    from monitor.report.retold import span
    from monitor.report.stories import publishers

    for one in found[:limit]:
        carried = f"{publishers(one.story)} nguồn độc lập đăng" + (f", {one.voices} người hỏi" if one.voices > 1 else "")
        head, about, link = article_text(one.story.first, echoes=len(one.story.others))
        lines = [head, about, f"  {'trả lời sau' if one.reply else 'đã chờ'} {span(one.waits(now))} · {carried}", link]
        if one.reply and one.reply.inside:
            lines[2] = f"  trả lời ngay trong bài · {carried}"
        if one.reply:
            answer = one.reply.item.article
            lines += [] if one.reply.inside else [f"  → {head_of(answer)} ({answer.outlet})", f"    {answer.url}"]
            lines.append(f"    vì {_why(one.reply, titles)}")
        show.out("\n".join(lines) + "\n")
    show.told(
        f"{min(limit, len(found))} trong {show.number(len(found))} câu hỏi, phản ánh"
        if found
        else "không có câu hỏi, phản ánh nào"
    )


def _why(reply: Reply, titles: Mapping[str, str]) -> str:
    """Why an article is taken for an answer, as officers read it."""
    from monitor.likeness import whole

    told = dict(reply.why)
    told |= {"topic": [titles.get(topic, topic) for topic in told["topic"]]} if "topic" in told else {}
    told |= {"name": whole(told["name"])} if "name" in told else {}
    return "; ".join(f"{_WHY[kind]}: {', '.join(words)}" for kind, words in told.items())


def _as_json(one: Question, now: datetime) -> dict[str, Any]:
    from monitor import exchange
    from monitor.report.stories import publishers

    reply = one.reply and {
        "score": round(one.reply.score, 3),
        "why": one.reply.why,
        "inside": one.reply.inside,
        "article": exchange.as_json(one.reply.item),
    }
    waits = round(one.waits(now) / timedelta(days=1), 2)
    return {
        "asked": one.asked,
        "days": waits,
        "voices": one.voices,
        "articles": len(one.story.members),
        "publishers": publishers(one.story),
        "article": exchange.as_json(one.story.first),
        "reply": reply,
    }


def _row_json(row: Dialogue) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(row), "open": row.open, "share_interval": row.share}
