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

from monitor import clock
from monitor.errors import MonitorError
from monitor.figures import Coverage, Digest, Figure, Section, Story
from monitor.health import NAMES
from monitor.records import TaggedArticle
from monitor.registry import Registry
from monitor.report import charts
from monitor.report.digest import publishers, span_text

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
    """One JSON document: the record's own fields, times in UTC, what is derived beside them."""
    return json.dumps(_plain(digest), ensure_ascii=False, indent=1) + "\n"


@FORMATS.register("text")
def as_text(digest: Digest) -> str:
    """Lines for a terminal, without colour."""
    lines = [digest.title.upper(), span_text(digest), "", f"  {headline(digest.total)}", ""]
    for section in digest.sections:
        lines += [section.title.upper(), f"  ({section.note})", *_text_section(section), ""]
    return "\n".join(lines)


@FORMATS.register("md")
def as_markdown(digest: Digest) -> str:
    """Markdown, every headline a link."""
    lines = [f"# {_escaped(digest.title)}", "", f"{span_text(digest)}. {headline(digest.total)}", ""]
    for section in digest.sections:
        lines += [f"## {section.title}", "", f"*{section.note}*", ""]
        lines += [f"- {_markdown_story(story)}" for story in section.stories]
        for figure in section.figures:
            lines += [f"- **{_escaped(figure.title)}**: {headline(figure)}"]
            lines += [f"  - {_markdown_story(story)}" for story in figure.stories]
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
        chart=charts.days(digest.days),
        seen=lambda item: item.article.published or item.article.fetched,
        safe_link=safe_link,
        why=lambda item: _why(item, titles),
    )


def headline(figure: Figure) -> str:
    """A row of numbers as a sentence: stories, articles, publishers, tone, and what is usual where that is known.

    >>> headline(Figure(label="", title="", count=Coverage(key="", articles=9, stories=5, publishers=4, negative=3)))
    '5 tin (9 bài, 4 nguồn độc lập); 3 bài tiêu cực, 0 tích cực'
    """
    one = figure.count
    words = f"{one.stories} tin ({one.articles} bài, {one.publishers} nguồn độc lập)"
    words += f"; {one.negative} bài tiêu cực, {one.positive} tích cực"
    return words if figure.usual is None else f"{words}; thường lệ {figure.usual:.1f} tin".replace(".", ",")


def safe_link(url: str) -> str:
    """The address where it is http or https, else "#": nothing else is ever put behind a link."""
    return url if url.startswith(("http://", "https://")) else "#"


def _text_section(section: Section) -> Iterator[str]:
    for story in section.stories:
        yield from _text_story(story, "  ")
    for figure in section.figures:
        yield f"  {figure.title}: {headline(figure)}"
        for story in figure.stories:
            yield f"    • {story.first.article.title} ({story.first.article.outlet})"
    for one in section.sources:
        since = f", tốt lần cuối {clock.for_people(one.good_at)}" if one.good_at else ""
        yield f"  {one.outlet} ({one.source}): {NAMES[one.state]}{since}; {one.advice}"


def _text_story(story: Story, indent: str) -> Iterator[str]:
    first = story.first
    echoes = f" (+{len(story.others)} bài đăng lại)" if story.others else ""
    yield f"{indent}• {first.article.title}{echoes}"
    yield f"{indent}  {_about(story)}"
    yield f"{indent}  {first.article.url}"


def _about(story: Story) -> str:
    first = story.first
    parts = [
        first.article.outlet,
        TONES[first.label("sentiment")],
        VOICE_NAMES.get(first.label("voice"), ""),
        *first.labels("place"),
    ]
    moment = clock.for_people(first.article.published or first.article.fetched)
    return " · ".join(part for part in (*parts[:1], moment, *parts[1:]) if part)


def _why(item: TaggedArticle, titles: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """The topics and the tone of an article, each with the phrases that spoke for it."""
    told = []
    for tag in item.tags:
        name = titles.get(tag.label, "") if tag.kind == "topic" else TONES[tag.label] if tag.kind == "sentiment" else ""
        phrases = list(dict.fromkeys(one.text for one in sorted(tag.evidence, key=lambda one: -one.weight)))
        if name and phrases:
            told.append((name, phrases[:4]))
    return told


def _markdown_story(story: Story) -> str:
    article = story.first.article
    echoes = f" (+{len(story.others)})" if story.others else ""
    return f"[{_escaped(article.title)}](<{safe_link(article.url)}>){echoes}: {_escaped(_about(story))}"


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+!|&" else letter for letter in text)


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
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
