"""Queries on SQLite: what is text becomes one MATCH of FTS5, the rest sets of ids, window by window.

Why windows: ids are given in order of time, so that the newest articles stand at the end of every list of the index, and what is
asked of a few thousand ids costs the same however many stand before them. Why sets: a query may join text and tags in any way, and
two sorted lists are joined faster here than by any plan that SQLite makes of a row-by-row question to the full-text index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, column, func, select, text

from monitor.clock import moment_of
from monitor.expression import All, Days, Near, Not, Phrase, Some, Tagged, Tree, every, phrases, some
from monitor.store.index import EVERY, token
from monitor.store.schema import articles, tags

FEW = 2_000  # hits up to which a part of a query is called small
EACH = {True: 200, False: 4}  # what one id costs that is asked for by itself, in hits of a range: of text, of a tag
HELD = 8  # hits of text for each of the ids that they are held against, from which SQLite does that and not we
BEGUN = 12_000  # hits of a begun word that are remembered: whenever one is asked for, all words that begin so are merged
PROBED = 5_000  # the newest ids, by which it is guessed how much a part of a query finds that is not small
_FIXED = ("outlet", "kind")  # labels that stand in the full-text index
_MATCH = text("SELECT json_group_array(rowid) FROM search WHERE search MATCH :match AND rowid BETWEEN :low AND :high")
_HELD = text(f"{_MATCH.text} AND +rowid IN (SELECT value FROM json_each(:ids))")
_NEWEST = text(
    "SELECT json_group_array(rowid) FROM (SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT :limit)"
)
_AMONG = text(
    "SELECT json_group_array(search.rowid) FROM json_each(:ids) AS one CROSS JOIN search"
    " WHERE search.search MATCH :match AND search.rowid = one.value"
)
_COUNT = text("SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH :match LIMIT :limit)")
_LABELS = (tags.c.kind == bindparam("of")) & tags.c.label.in_(bindparam("labels", expanding=True))
_TAGGED = select(func.json_group_array(tags.c.article)).where(
    _LABELS, tags.c.article.between(bindparam("low"), bindparam("high"))
)
_TAGGED_AMONG = select(func.json_group_array(tags.c.article)).where(
    _LABELS, tags.c.article.in_(select(column("value")).select_from(func.json_each(bindparam("ids"))))
)
_TAGGED_NEWEST = select(func.json_group_array(column("article"))).select_from(
    select(tags.c.article).where(_LABELS).order_by(tags.c.article.desc()).limit(bindparam("limit")).subquery()
)
_TAGGED_COUNT = select(func.count()).select_from(select(tags.c.article).where(_LABELS).limit(bindparam("limit")).subquery())


class Finder:
    """The ids that a query finds, range by range; sizes of its parts are looked up once."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self._sizes: dict[Tree, int] = {}
        self._newest: dict[Tree, list[int]] = {}

    @cached_property
    def last(self) -> int:
        """The largest id, 0 where there is no article."""
        return self.connection.scalar(select(func.max(articles.c.id))) or 0

    def hits(self, tree: Tree, low: int, high: int) -> set[int]:
        """The ids from ``low`` to ``high``, both included, that the tree finds."""
        if low > high:
            return set()
        if is_text(tree) or isinstance(tree, Tagged | Days):
            return set(self._in_range(tree, low, high))
        if isinstance(tree, Some):
            return set().union(*(self.hits(part, low, high) for part in _joined(tree.parts, some)))
        if isinstance(tree, All):
            return self._all(tree.parts, low, high)
        assert isinstance(tree, Not), tree
        return self.hits(All(), low, high) - self.hits(tree.part, low, high)

    def _all(self, parts: Sequence[Tree], low: int, high: int) -> set[int]:
        """What each part finds, the smallest first, so that the others are asked of what is left alone."""
        denied = [part.part for part in parts if isinstance(part, Not) and not is_text(part)]
        wanted = _joined([part for part in parts if not isinstance(part, Not) or is_text(part)], every)
        first, *others = sorted(wanted, key=self._size) or [All()]
        found = self.hits(first, low, high)
        for part in others:
            found = self.among(part, found)
        for part in denied:
            found -= self.among(part, found)
        return found

    def among(self, part: Tree, found: set[int]) -> set[int]:
        """Those of these ids that a part finds: asked for one by one where that costs less than all that it finds between them."""
        if not found:
            return found
        if is_text(part) or isinstance(part, Tagged | Days):
            low, high, many = min(found), max(found), len(found)
            between = 0 if isinstance(part, Days) else self._size(part) * (high - low) / (self.last or 1)
            if many * EACH[is_text(part)] < between:
                return set(self._one_by_one(part, found))
            if many * HELD < between and is_text(part):
                return set(self._ids(_HELD, {"match": match(part), "low": low, "high": high, "ids": json.dumps(sorted(found))}))
            return found.intersection(self._in_range(part, low, high))
        if isinstance(part, Not):
            return found - self.among(part.part, found)
        if isinstance(part, Some):
            return set().union(*(self.among(one, found) for one in _joined(part.parts, some)))
        assert isinstance(part, All), part
        for one in _joined(part.parts, every):
            found = self.among(one, found)
        return found

    def size(self, part: Tree, up_to: int = FEW) -> int | None:
        """How much a part finds, up to a bound; None where that is not known without looking."""
        if is_text(part):
            if up_to <= BEGUN and any(one.prefix for one in phrases(part)):
                return min(len(self._begun(part)), up_to)
            return self.connection.scalar(_COUNT, {"match": match(part), "limit": up_to})
        if isinstance(part, Tagged):
            return self.connection.scalar(_TAGGED_COUNT, {"of": part.kind, "labels": list(part.labels), "limit": up_to})
        return None

    def latest(self, tree: Tree, limit: int) -> list[int]:
        """The largest ids that text or a tag finds, at most ``limit``; of anything else none."""
        if is_text(tree):
            known = self._newest.get(tree)
            return known[:limit] if known is not None else self._ids(_NEWEST, {"match": match(tree), "limit": limit})
        if isinstance(tree, Tagged):
            return self._ids(_TAGGED_NEWEST, {"of": tree.kind, "labels": list(tree.labels), "limit": limit})
        return []

    def bound(self, tree: Tree, up_to: int) -> int | None:
        """A number that is no less than what a tree finds, at most one more than ``up_to``; None where none is known cheaply."""
        if isinstance(tree, All) and not is_text(tree):
            known = [self.bound(part, up_to) for part in _joined(tree.parts, every) if not isinstance(part, Not)]
            return min((one for one in known if one is not None), default=None)
        if isinstance(tree, Some) and not is_text(tree):
            sizes = [self.bound(part, up_to) for part in _joined(tree.parts, some)]
            return None if None in sizes else min(sum(one or 0 for one in sizes), up_to + 1)
        return self.size(tree, up_to + 1)

    def _size(self, part: Tree) -> int:
        """About how much a part finds, by what it finds of the newest where it is not small."""
        if part not in self._sizes:
            size = self.size(part)
            if size is None or size >= FEW:
                low = max(1, self.last - PROBED + 1)
                size = max(FEW, len(self.hits(part, low, self.last)) * self.last // (self.last - low + 1))
            self._sizes[part] = size
        return self._sizes[part]

    def _in_range(self, leaf: Tree, low: int, high: int) -> list[int]:
        """What text, a tag or days find from one id to another."""
        if is_text(leaf):
            known = self._newest.get(leaf)
            if known is not None and (len(known) < BEGUN or low >= known[-1]):
                return [one for one in known if low <= one <= high]
            return self._ids(_MATCH, {"match": match(leaf), "low": low, "high": high})
        if isinstance(leaf, Tagged):
            return self._ids(_TAGGED, {"of": leaf.kind, "labels": list(leaf.labels), "low": low, "high": high})
        assert isinstance(leaf, Days), leaf
        since, until = moments(leaf)
        query = select(func.json_group_array(articles.c.id)).where(articles.c.id.between(low, high))
        query = query.where(articles.c.seen >= since) if since else query
        return self._ids(query.where(articles.c.seen < until) if until else query, {})

    def _one_by_one(self, leaf: Tree, found: set[int]) -> list[int]:
        ids = json.dumps(sorted(found))
        if is_text(leaf):
            return self._ids(_AMONG, {"match": match(leaf), "ids": ids})
        assert isinstance(leaf, Tagged), leaf
        return self._ids(_TAGGED_AMONG, {"of": leaf.kind, "labels": list(leaf.labels), "ids": ids})

    def _begun(self, part: Tree) -> list[int]:
        """The newest that text with a begun word finds, the newest first, remembered."""
        if part not in self._newest:
            self._newest[part] = self._ids(_NEWEST, {"match": match(part), "limit": BEGUN})
        return self._newest[part]

    def _ids(self, query: Any, given: dict[str, object]) -> list[int]:
        found: list[int] = json.loads(
            self.connection.scalar(query, given) or "[]"
        )  # one value: a row each takes ten times as long
        return found


def moments(days: Days) -> tuple[datetime | None, datetime | None]:
    """The moments (UTC) at which the first day begins and the last one ends."""
    return (
        moment_of(days.first) if days.first else None,
        moment_of(days.last + timedelta(days=1)) if days.last else None,
    )


def is_text(tree: Tree) -> bool:
    """Whether the full-text index alone can answer."""
    if isinstance(tree, All | Some):
        return all(map(is_text, tree.parts))
    if isinstance(tree, Not):
        return is_text(tree.part)
    return isinstance(tree, Phrase | Near) or (isinstance(tree, Tagged) and tree.kind in _FIXED)


def is_fixed(leaf: Tree) -> bool:
    """Whether a leaf asks for what never changes of an article: its days, its outlet, its kind."""
    return isinstance(leaf, Days) or (isinstance(leaf, Tagged) and leaf.kind in _FIXED)


def match(tree: Tree) -> str:
    """A tree of text as FTS5 reads it. Of letters and digits alone nothing is an operator."""
    if isinstance(tree, All):
        denied = [match(part.part) for part in tree.parts if isinstance(part, Not)]
        wanted = [match(part) for part in tree.parts if not isinstance(part, Not)] or [f'labels : "{EVERY}"']
        told = f"({' AND '.join(wanted)})"
        return f"({told} NOT ({' OR '.join(denied)}))" if denied else told
    if isinstance(tree, Some):
        return f"({' OR '.join(map(match, tree.parts))})"
    if isinstance(tree, Not):
        return match(All(parts=(tree,)))
    if isinstance(tree, Near):
        return f"{_columns(tree.left)} : NEAR({_quoted(tree.left)} {_quoted(tree.right)}, {tree.within})"
    if isinstance(tree, Phrase):
        return f"{_columns(tree)} : {_quoted(tree)}"
    assert isinstance(tree, Tagged), tree
    return "(" + " OR ".join(f'labels : "{token(tree.kind, label)}"' for label in tree.labels) + ")"


def rank(connection: Connection, phrases: Iterable[Phrase], *, low: int, high: int) -> list[int]:
    """The ids from ``low`` to ``high`` that hold one of the phrases, the best first by BM25; headlines weigh four times."""
    query = text(
        "SELECT rowid FROM search WHERE search MATCH :match AND rowid BETWEEN :low AND :high"
        " ORDER BY bm25(search, 4, 4, 1, 1, 0), rowid DESC"
    )
    return list(connection.scalars(query, {"match": match(some(phrases)), "low": low, "high": high}))


def _columns(one: Phrase) -> str:
    return ("title" if one.title else "{title marked}") if one.exact else "title_folded" if one.title else "{title_folded folded}"


def _quoted(one: Phrase) -> str:
    return f'"{" ".join(one.syllables)}"{" *" * one.prefix}'


def _joined(parts: Iterable[Tree], join: Any) -> list[Tree]:
    """The parts, those that are text as one."""
    texts: list[Tree] = []
    others: list[Tree] = []
    for part in parts:
        (texts if is_text(part) else others).append(part)
    return [join(texts), *others] if texts else others
