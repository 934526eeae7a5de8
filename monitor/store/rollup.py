"""Counts kept beside what they count, in the same transaction: what a page and a digest ask for all day is looked up, not counted.

Three tables. ``counted`` holds one lean row an article that is about social security, as arithmetic wants it. ``daily`` holds the
counts of a day, for all and by topic, outlet and place. ``published`` holds how much of everything each source brought that day: what
shares are a share of.

Why a day is made anew and not added to: copies of one story and papers of one house count once, so that a number cannot be carried on
by one more or one less. A day is some dozen lean rows; reading them costs less than any book-keeping that would spare it, and what
comes out is right by the same arithmetic that counts without a rollup (`monitor.coverage.count`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text

from monitor.coverage import count
from monitor.figures import Counted, Coverage
from monitor.store.database import Store
from monitor.store.schema import articles, counted, daily, published, tags

BATCH = 500
BASELINE = "baseline"  # in articles.version: undated, and there at the first look at its source; nobody knows of which day it is
LISTS = {"topics": "topic", "places": "place", "laws": "law", "tones": "tone"}  # fields of Counted that hold several labels
_OF = ("day", "source", "outlet", "publisher", "category")  # what ``published`` is counted by
_ARTICLE = [articles.c[name] for name in ("id", "seen", *_OF, "story", "kind")]
_COUNTS = ("articles", "stories", "publishers", "positive", "negative")

Days = tuple[date, date]  # the first and the last, both included


def by_day(
    store: Store, first: date, last: date, *, kind: str = "", label: str | None = None, owned: bool = False
) -> dict[str, list[Coverage]]:
    """The counts of the days from first to last (both included), by label of a kind: topic, outlet (or publisher), place, "" for all.

    A day on which there was nothing is absent. ``label`` asks for one label only, ``owned`` for what the agency's own media published,
    which is counted apart.
    """
    columns = [daily.c[name] for name in ("label", "day", *_COUNTS)]
    wanted = (daily.c.kind == kind) & (daily.c.owned == int(owned)) & daily.c.day.between(first, last)
    query = select(*columns).where(wanted if label is None else wanted & (daily.c.label == label))
    found: dict[str, list[Coverage]] = defaultdict(list)
    with store.read() as connection:
        for name, day, *counts in connection.execute(query.order_by(daily.c.label, daily.c.day)):
            topic = name if kind == "topic" else ""
            found[name].append(Coverage(key=day.isoformat(), topic=topic, **dict(zip(_COUNTS, counts, strict=True))))
    return found


def follow(connection: Connection, ids: Iterable[int]) -> None:
    """Bring the counts up to date with these articles, whatever became of them; the last thing a transaction does."""
    wanted, touched = sorted(set(ids)), set[date]()
    for at in range(0, len(wanted), BATCH):
        chunk = wanted[at : at + BATCH]
        stood = {row.article: row for row in connection.execute(select(counted).where(counted.c.article.in_(chunk)))}
        now = {row["article"]: row for row in derived(connection, articles.c.id.in_(chunk))}
        gone = [number for number, row in stood.items() if now.get(number) != row._mapping]
        new = [row for number, row in now.items() if number not in stood or number in set(gone)]
        if gone:
            connection.execute(delete(counted).where(counted.c.article.in_(gone)))
        if new:
            connection.execute(insert(counted), new)
        touched |= {stood[number].day for number in gone} | {row["day"] for row in new}
    if touched:
        renew(connection, touched)


def publish(store: Store, connection: Connection, rows: Iterable[Mapping[str, Any]], *, by: int = 1) -> None:
    """Add rows of articles to what their sources brought, or take them away (``by=-1``), in the caller's transaction."""
    known = [row for row in rows if row.get("version", "") != BASELINE and row["kind"] != "comment"]
    sums = Counter(tuple(row[name] for name in _OF) for row in known)
    if sums:
        made = [dict(zip(_OF, key, strict=True), articles=by * count) for key, count in sorted(sums.items())]
        connection.execute(store.upsert(published, add=["articles"]), made)


def recognise(store: Store, connection: Connection, ids: Sequence[int]) -> None:
    """Count articles of an unknown day that are tagged all the same, since an officer spoke of them, or lose their words: after
    that nothing tells them from others."""
    unknown = articles.c.id.in_(ids) & (articles.c.version == BASELINE)
    rows = connection.execute(select(*[articles.c[name] for name in (*_OF, "kind")]).where(unknown)).all()
    publish(store, connection, [row._asdict() for row in rows])


def derived(connection: Connection, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """The rows of ``counted`` as they follow from the articles and tags themselves."""
    core = (tags.c.kind == "relevance") & (tags.c.label == "core")
    query = select(*_ARTICLE).join(tags, tags.c.article == articles.c.id).where(core, which)
    rows = {row.id: dict(row._mapping) for row in connection.execute(query)}
    labels: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    ids = sorted(rows)
    for at in range(0, len(ids), BATCH):
        given = select(tags.c.article, tags.c.kind, tags.c.label).where(tags.c.article.in_(ids[at : at + BATCH]))
        for article, kind, label in connection.execute(given.order_by(tags.c.score.desc(), tags.c.label)):
            labels[article][kind].append(label)
    return [_row(rows[number], labels[number]) for number in ids]


def renew(connection: Connection, days: Iterable[date]) -> None:
    """Count days anew from ``counted``. One transaction at a time does: on PostgreSQL two might else not see each other's articles."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("LOCK TABLE daily IN SHARE ROW EXCLUSIVE MODE"))
    wanted = sorted(set(days))
    for at in range(0, len(wanted), BATCH):
        chunk = wanted[at : at + BATCH]
        items = map(record_of, connection.execute(select(counted).where(counted.c.day.in_(chunk))))
        connection.execute(delete(daily).where(daily.c.day.in_(chunk)))
        if rows := tallies(items):
            connection.execute(insert(daily), rows)


def tallies(items: Iterable[Counted]) -> list[dict[str, Any]]:
    """The rows of ``daily`` that these articles make."""
    groups: dict[tuple[str, str, date, int], list[Counted]] = defaultdict(list)
    for item in items:
        if not item.is_article:
            continue
        keys = [("", ""), *(("topic", topic) for topic in item.topics), *(("place", place) for place in item.places)]
        keys += [("outlet", name) for name in {item.outlet, item.publisher}]  # a house is asked for by its name as an outlet is
        for kind, label in keys:
            groups[kind, label, item.day, int(item.category == "owned")].append(item)
    made = []
    for (kind, label, day, owned), group in groups.items():
        row = count("", group, topic=label if kind == "topic" else "")
        made.append({"kind": kind, "label": label, "day": day, "owned": owned} | {name: getattr(row, name) for name in _COUNTS})
    return made


def sums(connection: Connection, days: Days) -> list[dict[str, Any]]:
    """The rows of ``published`` as they follow from the articles themselves."""
    columns = [articles.c[name] for name in _OF]
    known = articles.c.day.between(*days) & (articles.c.version != BASELINE) & (articles.c.kind != "comment")
    query = select(*columns, func.count().label("articles")).where(known).group_by(*columns)
    return [dict(row._mapping) for row in connection.execute(query)]


def record_of(row: Iterable[Any]) -> Counted:
    """A row of ``counted``, its values in the order of the table, as a record."""
    number, seen, day, source, outlet, publisher, category, story, sentiment, voice, *lists, kind = row
    topics, places, laws, tones = [tuple(labels.split("\n")) if labels else () for labels in lists]
    return Counted(
        id=number, seen=seen, day=day, source=source, outlet=outlet, publisher=publisher, category=category, story=story,
        sentiment=sentiment, voice=voice, topics=topics, places=places, laws=laws, tones=tones, kind=kind)  # fmt: skip


def _row(found: dict[str, Any], labels: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    row = {"article": found.pop("id"), **found}
    row |= {name: next(iter(labels.get(name, ())), "") for name in ("sentiment", "voice")}
    return row | {name: "\n".join(labels.get(kind, ())) for name, kind in LISTS.items()}
