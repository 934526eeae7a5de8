"""Articles as lines of JSON or CSV: what comes in from other programs, and what goes out to them.

A line that cannot be taken is told with its number and costs only itself.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import IO, Any
from unicodedata import normalize

from monitor.clock import parse_moment
from monitor.errors import UsageError
from monitor.records import KINDS, Article, Problem, Tag, TaggedArticle
from monitor.text import TITLE_LIMIT, clean, clean_line
from monitor.url import canonical_url, host_of

LINE_LIMIT = 2_000_000  # characters of one line
MARK = "\ufeff"
COLUMNS = ("url", "outlet", "title", "lead", "text", "published", "kind", "fetched", "source", "story", "tags")


def bounded(file: IO[str]) -> Iterator[str]:
    """The lines of a file, of a longer one than LINE_LIMIT only its beginning: a file without line breaks cannot fill the memory."""
    while line := file.readline(LINE_LIMIT + 2):
        yield line
        while not line.endswith("\n") and (line := file.readline(LINE_LIMIT)):
            pass


def read_articles(lines: Iterable[str], *, now: datetime) -> Iterator[Article | Problem]:
    """An article a line of JSON {"url", "outlet", "title", "lead", "text", "published", "kind"}, or the problem of that line.

    Only the URL and a title or text are needed; an article without an outlet is one of its host.
    ``published`` is ISO 8601 (Vietnamese time where it has no zone); one that cannot be read, or that lies more than an hour after
    ``now``, is left out and told, and the article stays.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield from _article(line, f"line {number}", now)


def read_documents(lines: Iterable[str], *, now: datetime) -> Iterator[tuple[Any, Article] | Problem]:
    """The id and the article of each line {"id", "kind", "context", "title", "text"} to be tagged, or the problem of that line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = _object(line)
        except ValueError as error:
            yield Problem(what=f"line {number}", why=str(error), advice='write {"id": …, "title": …, "text": …} on one line')
            continue
        kind = str(said["kind"]) if said.get("kind") in KINDS else "news"
        given: dict[str, Any] = {name: clean(_text(said, name)) for name in ("context", "lead", "text")}
        title = clean_line(_text(said, "title"), TITLE_LIMIT)
        yield said.get("id", number), Article(url="", outlet="", title=title, kind=kind, fetched=now, **given)


def as_json(item: TaggedArticle) -> dict[str, Any]:
    """An article as other programs get it: times in UTC, tags with evidence."""
    article = item.article
    given = {name: getattr(article, name) for name in COLUMNS[:-1]}
    for name in ("published", "fetched"):
        given[name] = given[name].isoformat() if given[name] else None
    return {**given, "tags": [tag_as_json(tag) for tag in item.tags]}


def tag_as_json(tag: Tag) -> dict[str, Any]:
    """A tag with the spans that caused it."""
    spans = [{"text": one.text, "start": one.start, "end": one.end, "weight": round(one.weight, 4)} for one in tag.evidence]
    return {"kind": tag.kind, "label": tag.label, "score": round(tag.score, 4), "by": tag.by, "evidence": spans}


def as_csv(items: Iterable[TaggedArticle]) -> Iterator[str]:
    """Lines of CSV with a heading, tags as "kind=label"; a cell that a spreadsheet would take for a formula is made inert.

    The first begins with a byte order mark: without it Excel takes UTF-8 for the machine's own charset, and every mark is lost.
    """
    yield MARK + _csv_line(COLUMNS)
    for item in items:
        given = as_json(item)
        tags = " ".join(f"{tag.kind}={tag.label.replace(' ', '_')}" for tag in item.tags)
        yield _csv_line([_inert(given[name]) for name in COLUMNS[:-1]] + [tags])


def _article(line: str, name: str, now: datetime) -> Iterator[Article | Problem]:
    try:
        said = _object(line)
        url = canonical_url(_text(said, "url"))
        if not url:
            raise ValueError("url is missing or not http(s)")
        title = clean_line(_text(said, "title"), TITLE_LIMIT)
        if not title and not _text(said, "text").strip():
            raise ValueError("neither title nor text")
    except ValueError as error:
        yield Problem(what=name, why=str(error), advice="mend the line and import the file again; what is in the store stays")
        return
    published, told = _published(said.get("published"), now)
    if told:
        yield Problem(what=f"{name} ({url})", why=told, advice="kept without a date")
    kind = said.get("kind") or "news"
    if kind not in KINDS:
        yield Problem(what=f"{name} ({url})", why=f"kind {str(kind)[:40]} is not news, post or comment", advice="kept as news")
        kind = "news"
    texts: dict[str, Any] = {field: clean(_text(said, field)) for field in ("lead", "text", "context")}
    outlet = clean_line(_text(said, "outlet"), 200) or host_of(url)
    yield Article(url=url, outlet=outlet, title=title, kind=kind, published=published, fetched=now, source="import", **texts)


def _published(said: Any, now: datetime) -> tuple[datetime | None, str]:
    if said in (None, ""):
        return None, ""
    try:
        moment = parse_moment(str(said))
    except UsageError as error:
        return None, str(error)
    return (None, f"published {said} lies in the future") if moment > now + timedelta(hours=1) else (moment, "")


def _object(line: str) -> dict[str, Any]:
    if len(line.rstrip("\n")) > LINE_LIMIT:
        raise ValueError(f"longer than {LINE_LIMIT:,} characters")
    try:
        said = json.loads(line.removeprefix(MARK))  # as some editors save it
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(said, dict):
        raise ValueError("not a JSON object")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _csv_line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _inert(cell: Any) -> Any:
    """A cell that begins like a formula, in wide letters too, gets an apostrophe, as OWASP advises for CSV."""
    return f"'{cell}" if isinstance(cell, str) and normalize("NFKC", cell[:1]) in tuple("=+-@\t\r") else cell
