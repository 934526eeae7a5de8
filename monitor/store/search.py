"""Articles that a query finds, newest first. Text from a user reaches the database only as bound parameters.

Newest is by the time at which an article counts as seen, not by id: ids follow time but for what is read late (a walk into the past, a
new source's backlog), and what is late stands where its time is. Windows are therefore cut along the index of times; of each the
ids are asked, in their few unbroken rows. The total is exact up to COUNTED; beyond it is said to be more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import nlargest
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Select, case, column, func, literal, select, text, tuple_

from monitor.expression import All, Days, Tagged, Tree, every, leaves, phrases
from monitor.records import TaggedArticle
from monitor.store import bulk, fts, tsquery
from monitor.store.database import Store
from monitor.store.schema import Moment, articles
from monitor.store.tags import tagged_of

COUNTED = 10_000
FIRST, MOST, GROWTH = 1_000, 64_000, 4  # articles of the first window, of the largest, and how much each is larger than the last
THIN, WALK = 1_000, 40  # hits up to which the time of each is looked up; articles walked past in the time that takes for one
ROWS, BREAK = 64, 512  # unbroken rows of ids in a window; ids missing from one that do not break it
Window = tuple[datetime | None, datetime | None]


def find(store: Store, tree: Tree, *, window: Window = (None, None), limit: int = 20) -> tuple[list[TaggedArticle], int, bool]:
    """The newest ``limit`` articles that a tree finds in a window (UTC), how many there are, and whether there are more than that.

    The count is exact where it is not said to be more.
    """
    with store.read() as connection:
        ids, total, more = newest(store, connection, tree, window=window, limit=limit)
    return in_order(store, ids), total, more


def newest(
    store: Store, connection: Connection, tree: Tree, *, window: Window = (None, None), limit: int = 20, count_to: int = COUNTED
) -> tuple[list[int], int, bool]:
    """The ids of the newest ``limit``, the count and whether there are more, as ``find`` gives them."""
    tree, window = narrowed(tree, window)
    if not store.is_sqlite:
        return _asked(connection, tree, window, limit=limit, count_to=count_to)
    finder = fts.Finder(connection)
    if window != (None, None):
        return _walked(finder, tree, window, limit=limit, count_to=count_to)
    total, everything = _counted(finder, tree, count_to)
    if everything is not None:
        return _newest_of(connection, everything, limit), total, False
    page = _page(finder, tree, limit)
    return page, min(total, count_to), total > count_to


def ranked(store: Store, tree: Tree, *, window: Window, limit: int = 20) -> tuple[list[TaggedArticle], int, bool]:
    """Of the newest COUNTED of a window the ``limit`` that hold the words of a tree best, and the count as ``find`` gives it."""
    tree, window = narrowed(tree, window)
    asked = phrases(tree)
    with store.read() as connection:
        ids, total, more = newest(store, connection, tree, window=window, limit=COUNTED)
        if not asked or not ids:
            return in_order(store, ids[:limit]), total, more
        if store.is_sqlite:
            given = set(ids)
            best = [one for one in fts.rank(connection, asked, low=min(ids), high=max(ids)) if one in given]
            held = set(best)
            return in_order(store, [*best, *(one for one in ids if one not in held)][:limit]), total, more
        query = _query(All(), (None, None), articles.c.id).where(bulk.among(articles.c.id, "ids"))
        best = list(connection.scalars(query.order_by(tsquery.rank(asked).desc(), *_NEWEST).limit(limit), {"ids": ids}))
    return in_order(store, best), total, more


def has(store: Store, kind: str, name: str) -> bool:
    """Whether there is an article of an outlet (or publisher), or of a kind."""
    with store.read() as connection:
        return bool(newest(store, connection, Tagged(kind=kind, labels=(name,)), limit=1, count_to=1)[0])


def among(store: Store, tree: Tree, ids: list[int]) -> set[int]:
    """Those of the ids that a tree finds."""
    with store.read() as connection:
        if store.is_sqlite:
            return set(ids) & fts.Finder(connection).among(tree, set(ids))
        return set(connection.scalars(_query(tree, (None, None), articles.c.id).where(articles.c.id.in_(ids))))


def in_order(store: Store, ids: list[int]) -> list[TaggedArticle]:
    """The tagged articles of these ids, in their order."""
    found: dict[int, TaggedArticle] = {}
    for at in range(0, len(ids), 500):
        some = tagged_of(store, select(articles.c.id).where(articles.c.id.in_(ids[at : at + 500])))
        found |= {item.article.id or 0: item for item in some}
    return [found[one] for one in ids if one in found]


def narrowed(tree: Tree, window: Window) -> tuple[Tree, Window]:
    """The tree without the days that all of it is limited to, and the window that they and the given one leave."""
    parts = tree.parts if isinstance(tree, All) else (tree,)
    since, until = window
    for part in parts:
        if isinstance(part, Days):
            first, last = fts.moments(part)
            since = max(filter(None, (since, first)), default=None)
            until = min(filter(None, (until, last)), default=None)
    return every(part for part in parts if not isinstance(part, Days)), (since, until)


_NEWEST = (articles.c.seen.desc(), articles.c.id.desc())


def _counted(finder: fts.Finder, tree: Tree, count_to: int) -> tuple[int, set[int] | None]:
    """How many a tree finds, at most one more than ``count_to``, and which, where they are few."""
    size = finder.size(tree, count_to + 1)
    if size is not None and size > fts.FEW:
        return size, None
    found: set[int] = set()
    high, step = finder.last, 2 * count_to
    while high > 0:
        found |= finder.hits(tree, max(1, high - step + 1), high)
        if len(found) > count_to:
            return count_to + 1, None
        high, step = high - step, step * GROWTH
        if found:  # no further than there are enough, as thick as they have been until here
            step = min(step, (count_to + 1 - len(found)) * (finder.last - high) * 11 // (len(found) * 10) + 1)
    return len(found), found if len(found) <= fts.FEW else None


def _newest_of(connection: Connection, found: set[int], limit: int) -> list[int]:
    """The newest of a few ids."""
    late = set(nlargest(limit, found))
    page = _in_time(connection, late, found.intersection, walk=WALK * len(found)) if len(found) > THIN else None
    return page[:limit] if page is not None else _sorted(connection, found)[:limit]


def _page(finder: fts.Finder, tree: Tree, limit: int) -> list[int]:
    """The newest that a tree finds, as many as are wanted."""
    late = set(finder.latest(tree, limit))
    page = _in_time(finder.connection, late, lambda ids: finder.among(tree, set(ids)), walk=MOST) if len(late) == limit else None
    if page is not None:
        return page[:limit]
    found: list[int] = []
    for ids in _windows(finder.connection, (None, None)):
        found += _hits_of(finder, tree, ids)
        if len(found) >= limit:
            break
    return found[:limit]


def _in_time(connection: Connection, late: set[int], among: Callable[[list[int]], set[int]], *, walk: int) -> list[int] | None:
    """The largest ids that were found and all that are as new but have smaller ones, the newest first.

    Ids mostly follow time, so that those are few. None where more than ``walk`` articles are as new: they must be told by their times.
    """
    order = _sorted(connection, late)
    since = select(articles.c.seen).where(articles.c.id == order[-1]).scalar_subquery()
    near = select(articles.c.id).where(articles.c.seen >= since).order_by(*_NEWEST).limit(walk).subquery()
    before = func.json_group_array(near.c.id).filter(near.c.id < min(late))
    ids, count = connection.execute(select(before, func.count()).select_from(near)).one()
    out_of_order = among(json.loads(ids))
    return None if count == walk else _sorted(connection, late | out_of_order) if out_of_order else order


def _walked(finder: fts.Finder, tree: Tree, window: Window, *, limit: int, count_to: int) -> tuple[list[int], int, bool]:
    found: list[int] = []
    most = finder.bound(tree, count_to)
    if most is not None and most <= count_to:  # few at any time: those of this time are told apart afterwards
        found = _sorted(finder.connection, finder.hits(tree, 1, finder.last), window)
        return found[:limit], len(found), False
    for rows in _windows(finder.connection, window):
        found += _hits_of(finder, tree, rows)
        if len(found) > max(count_to, limit):
            return found[:limit], count_to, True
    return found[:limit], min(len(found), count_to), len(found) > count_to


def _windows(connection: Connection, window: Window) -> Iterator[list[int]]:
    """The ids of a window of time, the newest first, in lists that grow."""
    since, until = window
    size, last = FIRST, None  # how many, and the one before them
    while True:
        query = select(articles.c.id).order_by(*_NEWEST).limit(size)
        query = query.where(articles.c.seen >= since) if since else query
        if last is not None:
            query = query.where(tuple_(articles.c.seen, articles.c.id) < tuple_(literal(last.seen, Moment), literal(last.id)))
        elif until:
            query = query.where(articles.c.seen < until)
        ids = _ids(connection, query)
        if not ids:
            return
        yield ids
        if len(ids) < size:
            return
        last = connection.execute(select(articles.c.seen, articles.c.id).where(articles.c.id == ids[-1])).one()
        size = min(MOST, size * GROWTH)


def _hits_of(finder: fts.Finder, tree: Tree, ids: list[int]) -> list[int]:
    """Those of the ids that the tree finds, in their order; each unbroken row of ids is asked for at once."""
    order = sorted(ids)
    breaks = [at for at, (one, other) in enumerate(pairwise(order), 1) if other - one > BREAK]
    if len(breaks) >= ROWS:
        breaks = []  # ids in no order at all: asked for in one
    hits: set[int] = set()
    for start, end in pairwise([0, *breaks, len(order)]):
        hits |= finder.hits(tree, order[start], order[end - 1])
    return [one for one in ids if one in hits]


def _sorted(connection: Connection, ids: set[int], window: Window = (None, None)) -> list[int]:
    """Those of the ids that lie in the window, the newest first."""
    wanted: Select[Any] = select(column("value")).select_from(func.json_each(json.dumps(sorted(ids))))
    return _ids(connection, _within(select(articles.c.id).where(articles.c.id.in_(wanted)), window).order_by(*_NEWEST))


def _ids(connection: Connection, query: Select[Any]) -> list[int]:
    """The ids that a query gives, in its order, as one value: a row each takes ten times as long."""
    rows = query.subquery()
    return list(json.loads(connection.scalar(select(func.json_group_array(rows.c.id))) or "[]"))


def _within(query: Select[Any], window: Window) -> Select[Any]:
    since, until = window
    query = query.where(articles.c.seen >= since) if since else query
    return query.where(articles.c.seen < until) if until else query


def _query(tree: Tree, window: Window, *columns: Any) -> Select[Any]:
    """The columns of the articles that a tree finds in a window, on PostgreSQL."""
    query = select(*columns).select_from(articles).join(tsquery.search, tsquery.search.c.article == articles.c.id)
    return _within(query.where(tsquery.condition(tree)), window)


def _asked(connection: Connection, tree: Tree, window: Window, *, limit: int, count_to: int) -> tuple[list[int], int, bool]:
    """The newest on PostgreSQL. Few are all found and then sorted: asked for the newest, it walks back through time to find them.

    The planner knows of no price of reading a text, and would rather read all than ask the index of words: other ways are barred.
    """
    query = _query(tree, window, articles.c.id)
    alone = window == (None, None) and not any(map(fts.is_fixed, leaves(tree)))
    found = select(tsquery.search.c.article.label("id")).where(tsquery.condition(tree)) if alone else query
    if phrases(tree):
        connection.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off"))
        found = found if window == (None, None) else _among_ids(connection, found, window, awaited=count_to)
    few = found.limit(count_to + 1).cte("few").prefix_with("MATERIALIZED", dialect="postgresql")
    many = select(func.count()).select_from(few).scalar_subquery()
    page = select(articles.c.id).join(few, few.c.id == articles.c.id).order_by(*_NEWEST).limit(limit).scalar_subquery()
    total, ids = connection.execute(select(many, case((many <= count_to, func.array(page))))).one()
    connection.execute(text("SET LOCAL enable_indexscan = on"))
    if total <= count_to:
        return list(ids), total, False
    return list(connection.scalars(query.order_by(*_NEWEST).limit(limit))), count_to, True


def _among_ids(connection: Connection, query: Select[Any], window: Window, *, awaited: int) -> Select[Any]:
    """The query, held to the ids of a window that is not large where the planner awaits no more than so many: the index of words is
    then asked of these alone. Of what most articles hold the newest are read one by one, which ends sooner."""
    plan = query.compile(connection, compile_kwargs={"render_postcompile": True})
    told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {plan}", plan.params).scalar_one()
    if told[0]["Plan"]["Plan Rows"] > awaited:
        return query
    ids = _within(select(articles.c.id), window).limit(MOST + 1).subquery()
    low, high, many = connection.execute(select(func.min(ids.c.id), func.max(ids.c.id), func.count()).select_from(ids)).one()
    return query.where(tsquery.search.c.article.between(low, high)) if 0 < many <= MOST else query
