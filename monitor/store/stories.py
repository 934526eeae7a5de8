"""The story of every article: that of the text it copies, or one of its own; and the event that the story is part of.

Giving a story costs the same on the first day and with millions of articles: bands are bound to ten days, no more than CROWD articles
stand in one, and no more than MOST texts are compared. A name is given once and stays: the story of a first article that is erased
keeps its name in the copies, and an article that is tagged again stays in its story while it is a copy of anything in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, bindparam, delete, exists, func, select, update

from monitor import syndication
from monitor.records import Article, TaggedArticle
from monitor.store import events
from monitor.store.bulk import among, insert_all
from monitor.store.schema import articles, bands
from monitor.syndication import LONGEST, SOON, WITHIN, Wording

CONCERNS = ("core", "mention")  # the relevance from which an article has a story
CROWD = 48  # articles in one band of one period: what more of them share tells nothing
MOST = 40  # texts that are compared with a new one

_TEXT = func.substr(articles.c.text, 1, LONGEST).label("text")
_COLUMNS = [articles.c[name] for name in ("id", "story", "event", "outlet", "title", "lead", "seen", "published")]
_STANDING: Select[Any] = select(articles.c.id, articles.c.story, articles.c.event).where(among(articles.c.id, "ids"))
_WITHDRAWN = delete(bands).where(among(bands.c.article, "ids"))
_SHARING = select(bands.c.band, bands.c.article).where(among(bands.c.band, "keys"), bands.c.article != bindparam("own"))
_NEAREST: Select[Any] = select(*_COLUMNS, _TEXT).where(among(articles.c.id, "ids"), articles.c.story != "")
_PLACED = update(articles).where(articles.c.id == bindparam("of"))
_PLACED = _PLACED.values(story=bindparam("its_story"), event=bindparam("its_event"))
_TAKEN = select(articles.c.id).where(articles.c.id != bindparam("own"), exists().where(bands.c.article == articles.c.id))
_TAKEN_BY = {of: _TAKEN.where(of == bindparam("name")).limit(1) for of in (articles.c.story, articles.c.event)}


def withdraw(connection: Connection, ids: list[int]) -> set[str]:
    """The stories that are no longer found by any of their articles: the bands and words of these were taken out, to be given anew."""
    touched = events.signposts(connection, ids)
    connection.execute(_WITHDRAWN, {"ids": ids})
    events.withdraw(connection, ids)
    return touched


def give(connection: Connection, items: Sequence[TaggedArticle]) -> None:
    """Put each article that concerns us into the story of the text it copies, or into one of its own; and that into an event.

    In order of time, so that what comes first founds the story, whatever the order of the items.
    """
    ids = [item.article.id for item in items]
    standing = {row.id: row for row in connection.execute(_STANDING, {"ids": ids})}
    for item in sorted(items, key=lambda item: (_seen(item.article), item.article.id or 0)):
        before, story, event = standing.get(item.article.id or 0), "", ""
        if before is None:
            continue  # erased meanwhile
        if item.label("relevance") in CONCERNS:
            story, event = _placed(connection, item, before)
        if (story, event) != (before.story, before.event):
            connection.execute(_PLACED, {"of": before.id, "its_story": story, "its_event": event})


def _placed(connection: Connection, item: TaggedArticle, before: Row[Any]) -> tuple[str, str]:
    """The story and the event of an article that concerns us; a comment is part of no event."""
    article, story, event = item.article, "", ""
    if article.kind == "news":
        story, event = _copied(connection, article, before.story)
    elif article.speaker:
        story = f"s{article.speaker}"  # what one reader wrote is one voice
    story = story or _free(connection, articles.c.story, before)
    if not event and article.kind != "comment":
        event = events.found(connection, item, before.event) or _free(connection, articles.c.event, before)
    return story, event


def _free(connection: Connection, column: Column[str], before: Row[Any]) -> str:
    """A name of its own for a story or an event, with a number where another article has it still, from when it was a copy.

    One that has no bands yet is to be given its story anew as well, and will find this one.
    """
    name = f"{'e' if column is articles.c.event else 'a'}{before.id}"
    wanted, number = name, 1
    while connection.execute(_TAKEN_BY[column], {"own": before.id, "name": wanted}).first():
        number += 1
        wanted = f"{name}.{number}"
    return wanted


def _copied(connection: Connection, article: Article, standing: str) -> tuple[str, str]:
    """The story, and its event, of the most alike text within WITHIN, one of the ``standing`` story first; "" where none is a copy."""
    wording = _wording(article)
    best: tuple[tuple[bool, float, float], str, str] = ((False, 0.0, 0.0), "", "")
    for row in _candidates(connection, article, wording):
        own = row.outlet == article.outlet
        dated = row.published and article.published
        again = bool(own and dated and abs(row.published - article.published) <= SOON)
        alike = syndication.copied(wording, _wording(row), own=own, again=again)
        key = (row.story == standing, alike, -row.seen.timestamp())
        if alike and key > best[0]:
            best = (key, row.story, row.event)
    return best[1:] if best[1] else ("", "")


def _candidates(connection: Connection, article: Article, wording: Wording) -> list[Row[Any]]:
    """The articles with a story, seen near in time, that share most bands with this one; whose own bands are kept meanwhile."""
    numbers, periods = syndication.bands(wording), syndication.periods(_seen(article))
    if not numbers:
        return []
    keys = {period: syndication.keyed(numbers, period) for period in periods}
    wanted = [key for some in keys.values() for key in some]
    rows = connection.execute(_SHARING, {"keys": wanted, "own": article.id}).all()
    standing, shared = Counter(row.band for row in rows), Counter(row.article for row in rows)
    own = {key for key in keys[periods[0]] if standing[key] < CROWD}
    insert_all(connection, bands, [{"band": key, "article": article.id} for key in sorted(own)])
    nearest = sorted(shared, key=lambda one: (-shared[one], one))[:MOST]
    found = connection.execute(_NEAREST, {"ids": nearest}) if nearest else ()
    return [row for row in found if abs(row.seen - _seen(article)) <= WITHIN]


def _seen(article: Article) -> Any:
    return article.published or article.fetched


def _wording(found: Any) -> Wording:
    return syndication.wording(found.title, "\n".join(part for part in (found.lead, found.text) if part))
