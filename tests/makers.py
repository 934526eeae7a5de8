"""Records for tests, made in one line: what a test does not name is plain and unremarkable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.records import Article, Gathering, Source, Tag, TaggedArticle, Visit
from monitor.store import Store, articles, tags

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # midday in Việt Nam
PAPER = Source(id="bao/home", url="https://bao.example/rss", outlet="Báo Thử", group="nhóm thử", category="local")


def article(number: int | str = 1, **said: Any) -> Article:
    """An article at https://bao.example/<number>."""
    given = {"url": f"https://bao.example/{number}", "outlet": "Báo Thử", "title": f"Tin số {number}", "fetched": NOON}
    return Article(**{**given, **said})


def visit(source: str = PAPER.id, at: datetime = NOON, outcome: str = "ok", **said: Any) -> Visit:
    """A look at a source that went well."""
    return Visit(
        **{"source": source, "at": at, "outcome": outcome, "status": 200, "again_at": at + timedelta(minutes=15), **said}
    )


def gathering(*found: Article, source: Source = PAPER, **said: Any) -> Gathering:
    """A reading of the paper that brought these articles."""
    return Gathering(source=source, visit=visit(source.id, **said), articles=found)


def tag(kind: str, label: str, score: float = 0.9, **said: Any) -> Tag:
    """A tag by a model of the tests."""
    return Tag(**{"kind": kind, "label": label, "score": score, "by": "test-1", **said})


def keep(store: Store, *found: Article, version: str = "v1", **labels: str) -> list[TaggedArticle]:
    """The articles as the store now holds them: core, with these labels (``topic="pension"``)."""
    articles.keep_articles(store, found)
    marks = tuple(tag(kind, label) for kind, label in {"relevance": "core", **labels}.items())
    wanted = {one.url for one in found}
    waiting = [item for item in articles.untagged(store, version) if item.article.url in wanted]
    made = [TaggedArticle(article=item.article, words=item.words, tags=marks) for item in waiting]
    tags.keep(store, made, version)
    return made
