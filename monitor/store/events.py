"""The event of every story: that of the stories told near it in time with the same telling words, or one of its own.

Only one article a story stands in the index of words, so that a dispatch in forty papers does not crowd out the others; when it goes,
``mend`` puts another of its story there. As with copies, words are bound to ten days and a word that CROWD stories share is passed
over, so that a story costs the same however many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, exists, func, select

from monitor import events, syndication
from monitor.events import Event, Gist
from monitor.records import NOT_PUBLISHERS, TaggedArticle
from monitor.store.bulk import among, insert_all
from monitor.store.database import Store
from monitor.store.schema import articles, event_words, tags

CROWD = 64  # stories that one word of one period leads to
MOST = 30  # stories that are compared with a new one
ENOUGH = 0.05  # of the square of the weights that shared telling words have: a single one is seldom enough
COLUMN = 1_000  # characters of a text by which instalments of one column are known
_COLUMNS = [articles.c[name] for name in ("id", "event", "words", "seen", "outlet", "title", "lead")]
_STANDS = exists().where(event_words.c.article == articles.c.id)
_SIGNPOSTS = select(articles.c.story).where(among(articles.c.id, "ids"), articles.c.story != "", _STANDS)
_WITHDRAWN = delete(event_words).where(among(event_words.c.article, "ids"))
_SHARING = select(event_words).where(among(event_words.c.word, "keys"), event_words.c.article != bindparam("own"))
_NEAREST = select(*_COLUMNS, func.substr(articles.c.text, 1, COLUMN).label("text"))
_NEAREST = _NEAREST.where(among(articles.c.id, "ids"), articles.c.event != "")
_SAID = select(tags.c.article, tags.c.kind, tags.c.label)
_SAID = _SAID.where(among(tags.c.article, "ids"), tags.c.kind.in_(("place", "topic")))


def found(connection: Connection, item: TaggedArticle, standing: str) -> str:
    """The event of the closest story, one of the ``standing`` event first; "" where none is close enough. The words are kept."""
    article, weights = item.article, events.weights(item.words)
    seen = article.published or article.fetched
    candidates = _candidates(connection, article.id or 0, weights, seen)
    if not candidates:
        return ""
    gist = _gist(article, weights, seen, {kind: item.labels(kind) for kind in ("place", "topic")})
    said = _said(connection, [row.id for row in candidates])
    best: tuple[tuple[bool, float], str] = ((False, 0.0), "")
    for row in candidates:
        other = _gist(row, events.weights(row.words), row.seen, said.get(row.id, {}), compared=row.outlet == article.outlet)
        close = events.closeness(gist, other)
        if close >= events.SAME and (row.event == standing, close) > best[0]:
            best = ((row.event == standing, close), row.event)
    return best[1]


def signposts(connection: Connection, ids: list[int]) -> set[str]:
    """The stories that are found by the words of one of these articles."""
    return set(connection.scalars(_SIGNPOSTS, {"ids": ids}))


def withdraw(connection: Connection, ids: list[int]) -> None:
    """Nothing; afterwards no story is found by the words of these articles."""
    connection.execute(_WITHDRAWN, {"ids": ids})


def mend(connection: Connection, stories: Iterable[str]) -> None:
    """Nothing; afterwards each of the stories that still has articles is found by the words of one."""
    for story in sorted(stories):
        members = (articles.c.story == story) & (articles.c.event != "")
        if not connection.execute(select(articles.c.id).where(members, _STANDS).limit(1)).first():
            query = select(articles.c.id, articles.c.words, articles.c.seen).where(members)
            for row in connection.execute(query.order_by(articles.c.seen, articles.c.id).limit(1)).all():
                _index(connection, row.id, events.weights(row.words), row.seen)


def of(store: Store, article: int) -> Event | None:
    """The event of the story of an article, whole; None where it is part of none."""
    with store.read() as connection:
        event = connection.scalar(select(articles.c.event).where(articles.c.id == article))
    return next(iter(listed(store, None, None, only=event)[1]), None) if event else None


def listed(
    store: Store, since: datetime | None, until: datetime | None, *, only: str = "", limit: int = 20
) -> tuple[int, list[Event]]:
    """How many events were told of from ``since`` up to ``until`` (UTC, None is open), and the ``limit`` loudest, whole.

    Loudest first: by publishers, then articles, then the latest. ``only`` names one event.
    """
    inside = select(articles.c.event).where(articles.c.event == only if only else articles.c.event != "")
    inside = inside.where(articles.c.seen >= since) if since else inside
    inside = inside.where(articles.c.seen < until) if until else inside
    voices = func.count(case((articles.c.category.not_in(NOT_PUBLISHERS), articles.c.publisher)).distinct()).label("voices")
    counted = (
        func.count().label("articles"),
        voices,
        func.min(articles.c.seen).label("first"),
        func.max(articles.c.seen).label("last"),
    )
    members = articles.c.event.in_(inside)
    with store.read() as connection:
        whole = connection.execute(select(articles.c.event, *counted).where(members).group_by(articles.c.event)).all()
        loud = sorted(whole, key=lambda row: (-row.voices, -row.articles, -row.last.timestamp(), row.event))[:limit]
        return len(whole), [_event(connection, row, counted) for row in loud]


def _event(connection: Connection, row: Row[Any], counted: tuple[Any, ...]) -> Event:
    """An event with the headline of its loudest story, by publishers, then copies, then the earliest."""
    query = select(articles.c.story, *counted).where(articles.c.event == row.event).group_by(articles.c.story)
    stories = sorted(connection.execute(query).all(), key=lambda one: (-one.voices, -one.articles, one.first, one.story))
    head = select(articles.c.title, articles.c.url, articles.c.outlet).where(
        articles.c.event == row.event, articles.c.story == stories[0].story
    )
    first = connection.execute(head.order_by(articles.c.seen, articles.c.id).limit(1)).one()
    return Event(
        id=row.event,
        title=first.title,
        url=first.url,
        outlet=first.outlet,
        first=row.first,
        last=row.last,
        stories=len(stories),
        articles=row.articles,
        publishers=row.voices,
    )


def _candidates(connection: Connection, article: int, weights: Mapping[str, float], seen: datetime) -> list[Row[Any]]:
    """The articles of other stories that share most of these telling words, or heavy ones; whose words are kept meanwhile."""
    words, periods = events.telling(weights), syndication.periods(seen)
    keys = {period: dict(zip(syndication.keyed(_numbers(words), period), words, strict=True)) for period in periods}
    word_of = {key: word for some in keys.values() for key, word in some.items()}
    crowd: Counter[int] = Counter()
    scores: dict[int, float] = defaultdict(float)
    for key, other in connection.execute(_SHARING, {"keys": word_of, "own": article}):
        crowd[key] += 1
        scores[other] += weights[word_of[key]] ** 2
    _keep(connection, article, [key for key in keys[periods[0]] if crowd[key] < CROWD])
    nearest = sorted((one for one in scores if scores[one] >= ENOUGH), key=lambda one: (-scores[one], one))[:MOST]
    if not nearest:
        return []
    return list(connection.execute(_NEAREST, {"ids": nearest}))


def _keep(connection: Connection, article: int, keys: Iterable[int]) -> None:
    insert_all(connection, event_words, [{"word": key, "article": article} for key in sorted(keys)])


def _index(connection: Connection, article: int, weights: Mapping[str, float], seen: datetime) -> None:
    """Let a story be found by the telling words of this article, but for those that a crowd is found by."""
    keys = syndication.keyed(_numbers(events.telling(weights)), syndication.periods(seen)[0])
    crowded = select(event_words.c.word).where(event_words.c.word.in_(keys)).group_by(event_words.c.word)
    _keep(connection, article, set(keys) - set(connection.scalars(crowded.having(func.count() >= CROWD))))


def _said(connection: Connection, ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """The places and topics of articles."""
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for article, kind, label in connection.execute(_SAID, {"ids": ids}):
        found[article][kind].append(label)
    return found


def _gist(
    article: Any, weights: Mapping[str, float], seen: datetime, said: Mapping[str, Iterable[str]], *, compared: bool = True
) -> Gist:
    rest = "\n".join(part for part in (article.lead, article.text[:COLUMN]) if part)
    return Gist(
        weights=weights,
        seen=seen,
        outlet=article.outlet,
        wording=syndication.wording(article.title, rest) if compared else None,
        places=frozenset(said.get("place", ())),
        topics=frozenset(said.get("topic", ())),
    )


def _numbers(words: Iterable[str]) -> list[int]:
    return [int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big", signed=True) for word in words]
