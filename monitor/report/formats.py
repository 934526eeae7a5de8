"""The shapes a digest comes in: text for a terminal, Markdown, JSON for programs, and one self-contained page."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor import clock
from monitor.errors import MonitorError
from monitor.figures import Coverage, Digest, Figure, Section, Story
from monitor.health import NAMES
from monitor.records import Article, TaggedArticle
from monitor.registry import Registry
from monitor.report import charts
from monitor.report.digest import span_text
from monitor.report.stories import publishers, seen

FORMATS: Registry[Callable[[Digest], str]] = Registry("report format")
TONES = {"negative": "tiêu cực", "neutral": "trung tính", "positive": "tích cực", "": "chưa rõ"}
VOICE_NAMES = {
    "policy_notice": "thông báo chính sách",
    "sector_activity": "hoạt động của ngành",
    "problem_report": "phản ánh vướng mắc",
    "citizen_voice": "tiếng nói người dân",
    "official_reply": "cơ quan trả lời",
    "explainer": "hướng dẫn, phân tích",
    "other": "khác",
    "": "",
}


def write(digest: Digest, name: str, path: Path) -> Path:
    """The file that now holds the digest in a format; written beside and renamed, so that no half file ever stands there.

    Raises MonitorError where it cannot be written.
    """
    content = FORMATS[name](digest).encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o644)
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise MonitorError(f"{path}: cannot be written ({error.strerror}); choose another place with --out") from error
    return path


@FORMATS.register("json")
def as_json(digest: Digest) -> str:
    """One JSON document: the records' own fields less the texts of articles, times in UTC, what is derived beside them."""
    return json.dumps(_plain(digest), ensure_ascii=False) + "\n"


@FORMATS.register("text")
def as_text(digest: Digest) -> str:
    """Lines for a terminal, without colour."""
    lines = [digest.title.upper(), span_text(digest), "", f"  {headline(digest.total)}", f"  {charts.line(digest.days)}", ""]
    for section in digest.sections:
        lines += [section.title.upper(), f"  ({section.note})", *_text_section(section, digest.headlines), ""]
    return "\n".join(lines)


@FORMATS.register("md")
def as_markdown(digest: Digest) -> str:
    """Markdown, every headline a link."""
    lines = [
        f"# {_escaped(digest.title)}",
        "",
        f"{span_text(digest)}. {headline(digest.total)}",
        "",
        charts.line(digest.days),
        "",
    ]
    for section in digest.sections:
        lines += [f"## {section.title}", "", f"*{section.note}*", ""]
        lines += [f"- {_markdown_story(story)}" for story in section.stories]
        for figure in section.figures:
            lines += [f"- **{_escaped(figure.title)}**: {headline(figure)}"]
            lines += [f"  - {_markdown_story(story)}" for story in figure.stories[: digest.headlines]]
            lines += [f"  - {more}" for more in _more(figure, digest.headlines)]
        lines += [f"- {_escaped(one.outlet)} ({one.source}): **{NAMES[one.state]}**. {one.advice}" for one in section.sources]
        lines.append("")
    return "\n".join(lines)


@FORMATS.register("html")
def as_html(digest: Digest) -> str:
    """One self-contained page: no script, nothing loaded from elsewhere, everything escaped, readable on a phone and on paper."""
    titles = {figure.label: figure.title for section in digest.sections if section.id == "topics" for figure in section.figures}
    return _template().render(
        digest=digest,
        tones=TONES,
        voices=VOICE_NAMES,
        states=NAMES,
        headline=headline,
        publishers=publishers,
        people=clock.for_people,
        span=span_text(digest),
        chart=charts.days(digest.days, digest.until),
        seen=seen,
        safe_link=safe_link,
        decimal=decimal,
        by_tone={tone: [story for story in digest.total.stories if story.first.label("sentiment") == tone] for tone in TONES},
        why=lambda item: _why(item, titles),
    )


def headline(figure: Figure) -> str:
    """A row of numbers as a sentence: stories, articles, publishers, what was read of, tone, and what is usual where that is known.

    >>> headline(Figure(label="", title="", count=Coverage(key="", articles=9, stories=5, publishers=4, negative=3)))
    '5 tin (9 bài, 4 nguồn độc lập); 3 bài tiêu cực, 0 tích cực'
    """
    one = figure.count
    words = f"{one.stories} tin ({one.articles} bài, {one.publishers} nguồn độc lập)"
    if one.read is not None:
        words += f" trong {decimal(one.read, 0)} bài đã đọc của {one.read_publishers} nguồn độc lập"
    words += f"; {one.negative} bài tiêu cực, {one.positive} tích cực"
    words = f"{figure.remark}; {words}" if figure.remark else words
    if figure.usual is None:
        return words
    return f"{words}; thường lệ {decimal(figure.usual)} tin" if figure.usual >= 0.05 else f"{words}; thường lệ không có tin nào"


def decimal(number: float, places: int = 1) -> str:
    """A number as Vietnamese write it.

    >>> decimal(1234.56), decimal(-0.75, 2)
    ('1.234,6', '-0,75')
    """
    return f"{number:,.{places}f}".translate({ord(","): ".", ord("."): ","})


def safe_link(url: str) -> str:
    """The address where it is http or https, else "#": nothing else is ever put behind a link."""
    return url if url.startswith(("http://", "https://")) else "#"


def head_of(article: Article) -> str:
    """The headline of an article; of a comment, which has none, its beginning; of one that was forgotten, that it was."""
    return article.title or article.lead[:120] or article.text[:120] or "(lời đã hết thời hạn lưu)"


def article_text(item: TaggedArticle, *, titles: Mapping[str, str] | None = None, echoes: int = 0) -> list[str]:
    """An article in three lines (four with ``titles`` of topics): headline; outlet, time, tone, voice, places; topics; address."""
    article = item.article
    lines = [f"• {head_of(article)}" + (f" (+{echoes} bài đăng lại)" if echoes else "")]
    lines.append(f"  {_about(item)}")
    topics = [titles.get(topic, topic) for topic in item.labels("topic")] if titles else []
    return [*lines, *([f"  {'; '.join(topics)}"] if topics else []), f"  {article.url}"]


def _text_section(section: Section, headlines: int) -> Iterator[str]:
    for story in section.stories:
        for line in article_text(story.first, echoes=len(story.others)):
            yield f"  {line}"
    for figure in section.figures:
        yield f"  {figure.title}: {headline(figure)}"
        for story in figure.stories[:headlines]:
            yield f"    • {head_of(story.first.article)} ({story.first.article.outlet})"
        for more in _more(figure, headlines):
            yield f"    {more}"
    for one in section.sources:
        since = f", tốt lần cuối {clock.for_people(one.good_at)}" if one.good_at else ""
        yield f"  {one.outlet} ({one.source}): {NAMES[one.state]}{since}; {one.advice}"


def _more(figure: Figure, headlines: int) -> list[str]:
    left = len(figure.stories) - headlines
    return [f"… và {left} tin nữa"] if left > 0 else []


def _about(item: TaggedArticle) -> str:
    moment = clock.for_people(seen(item))
    parts = [item.article.outlet, moment, TONES[item.label("sentiment")], VOICE_NAMES.get(item.label("voice"), "")]
    return " · ".join(part for part in (*parts, *item.labels("place")) if part)


def _why(item: TaggedArticle, titles: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """The topics, tone, voice and places of an article, each with the phrases that spoke loudest for it."""
    names = {"topic": titles, "sentiment": TONES, "voice": VOICE_NAMES}
    told = []
    for tag in sorted(item.tags, key=lambda tag: (*names, "place", tag.kind).index(tag.kind)):
        name = tag.label if tag.kind == "place" else names.get(tag.kind, {}).get(tag.label, "")
        phrases = list(dict.fromkeys(one.text for one in sorted(tag.evidence, key=lambda one: -one.weight)))
        if name and phrases:
            told.append((name, phrases[:4]))
    return told


def _markdown_story(story: Story) -> str:
    article = story.first.article
    echoes = f" (+{len(story.others)})" if story.others else ""
    link = quote(safe_link(article.url), safe="%:/?#[]@!$&'()*+,;=~")  # nothing in it can close the link
    return f"[{_escaped(head_of(article))}](<{link}>){echoes}: {_escaped(_about(story.first))}"


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+!|&" else letter for letter in " ".join(text.split()))


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent / "templates")
    rooms = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return rooms.get_template("digest.html")


def _plain(value: Any) -> Any:
    """Records, times and tuples as JSON has them; what a record derives (tone) is given too."""
    if isinstance(value, Coverage):
        return {**asdict(value), "tone": value.tone}
    if is_dataclass(value) and not isinstance(value, type):
        left_out = ("text", "words") if isinstance(value, Article | TaggedArticle) else ()  # a story stands in several sections
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__ if name not in left_out}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
