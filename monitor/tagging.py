"""Texts from outside through the tagger: a document, lines of JSON, articles that are taken in and kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from monitor import exchange, pipeline, places, runner
from monitor.desk import Desk
from monitor.records import Article, Problem, Source, TaggedArticle
from monitor.store import articles
from monitor.text import TITLE_LIMIT, clean


def tag_text(desk: Desk, text: str) -> TaggedArticle:
    """The tags of a plain text; its first line is the title where more lines follow and it is short enough for one."""
    title, _, rest = clean(text).partition("\n")
    if not rest or len(title) > TITLE_LIMIT:
        title, rest = "", clean(text)
    return desk.tagger.tag(Article(url="", outlet="", title=title, text=rest, fetched=desk.now))


def as_line(text: str) -> str:
    """A plain text as a line that `tag_lines` takes."""
    title, _, rest = clean(text).partition("\n")
    return json.dumps({"id": 1, "title": title if rest else "", "text": rest or title}, ensure_ascii=False)


def tag_lines(desk: Desk, lines: Iterable[str], *, say: Callable[[str], Any], tell: Callable[[str], Any]) -> int:
    """How many lines could not be read: each is told; for each other a line of JSON with its tags is said."""
    missed = 0
    for found in exchange.read_documents(lines, now=desk.now):
        if isinstance(found, Problem):
            missed += 1
            tell(f"{found.what}: {found.why}; {found.advice}")
        else:
            name, article = found
            say(json.dumps(as_object(name, desk.tagger.tag(article)), ensure_ascii=False))
    return missed


def as_object(name: Any, tagged: TaggedArticle) -> dict[str, Any]:
    """The tags of a document by kind, as `monitor tag --jsonl` gives them."""
    by_kind: dict[str, list[dict[str, Any]]] = {kind: [] for kind in ("relevance", "topic", "sentiment", "voice", "place")}
    for tag in tagged.tags:
        given = exchange.tag_as_json(tag)
        by_kind.setdefault(given.pop("kind"), []).append(given)
    for place in by_kind["place"]:
        place["now"] = places.now(place["label"])
    single = {kind: next(iter(by_kind[kind]), None) for kind in ("relevance", "sentiment", "voice")}
    return {"id": name, **single, "topics": by_kind["topic"], "places": by_kind["place"]}


def take_in(desk: Desk, lines: Iterable[str]) -> tuple[dict[str, int], list[Problem]]:
    """What taking articles in came to: counts (new, changed, tagged, …) and the problems of single lines.

    An outlet that is one of the sources keeps its publisher and class, so that what the agency publishes itself stays apart.
    """
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    desk.store.check_room()
    sources = {source.outlet: source for source in desk.config.sources}

    def sound() -> Iterator[Article]:
        for found in exchange.read_articles(lines, now=desk.now):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                yield _published_by(found, sources.get(found.outlet))

    for batch in pipeline.batches(sound(), articles.BATCH):
        new, changed = articles.keep_articles(desk.store, batch)
        counts.update({"lines": len(batch), "new articles": new, "changed articles": changed})
        desk.tick("import", "lines", counts["lines"])
    counts.update(runner.run("tag", desk).counts)
    return dict(counts), problems


def _published_by(article: Article, source: Source | None) -> Article:
    return replace(article, publisher=source.publisher, category=source.category) if source else article
