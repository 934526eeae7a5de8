"""What an officer asks of stories and events: who was first, what the copies changed, what has been told about for days."""

from __future__ import annotations

from datetime import date

from monitor import syndication
from monitor.difference import Echo, Retold, credit, difference, is_whole
from monitor.errors import UsageError
from monitor.events import Event
from monitor.figures import Story
from monitor.query import check_range, key
from monitor.records import Article, TaggedArticle
from monitor.report.stories import publishers, seen
from monitor.store import Store, articles, tags
from monitor.store import events as told

ECHOES = 50  # copies that are compared with the first one


def story(store: Store, url: str, *, limit: int = ECHOES) -> Retold:
    """The story of an article: what came first, and what each of the next ``limit`` copies changed.

    First is what was published first; of two that state the same minute, the one that names no other as its origin.
    Raises UsageError where the store has no such article, or where it is part of no story.
    """
    address = articles.address(store, url) or key(url)
    item = tags.one(store, address)
    if not item.label("relevance"):
        raise UsageError(f"{address}: not tagged yet; `monitor run tag` tags what waits")
    if not item.article.story:
        raise UsageError(f"{address}: it is part of no story, since it does not concern us; `monitor why` says why")
    members = sorted(tags.of_story(store, item.article.story), key=_order)
    first, *others = members
    return Retold(
        id=item.article.story,
        first=first,
        credit=credit(_rest(first.article)),
        echoes=tuple(_echo(first.article, one) for one in others[:limit]),
        publishers=publishers(Story(first=first, others=tuple(others))),
        event=told.of(store, item.article.id or 0),
    )


def events(store: Store, since: date | None, until: date | None, *, limit: int = 20) -> tuple[int, list[Event]]:
    """How many events were told of from the first to the last day (both included), and the ``limit`` loudest of them, whole."""
    return told.listed(store, *check_range(since, until), limit=limit)


def _order(item: TaggedArticle) -> tuple[object, ...]:
    minute = seen(item).replace(second=0, microsecond=0)
    return minute, bool(credit(_rest(item.article))), seen(item), item.article.id or 0


def _echo(first: Article, item: TaggedArticle) -> Echo:
    one, other = (syndication.wording(article.title, _rest(article)) for article in (first, item.article))
    return Echo(
        item=item,
        alike=syndication.likeness(one, other),
        credit=credit(_rest(item.article)),
        title=difference(first.title, item.article.title),
        text=difference(_rest(first), _rest(item.article)),
        whole=is_whole(_rest(first), _rest(item.article)),
    )


def _rest(article: Article) -> str:
    return "\n".join(part for part in (article.lead, article.text) if part)
