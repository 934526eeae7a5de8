"""Queries on PostgreSQL: one condition, in which all that is sought in one column is one tsquery.

Why one: the index answers "và" NOT "của" as a whole; asked for what does not hold "của", it would read every text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, column, exists, func, literal, not_, or_, table, true
from sqlalchemy.dialects.postgresql import TSQUERY

from monitor.expression import All, Days, Near, Not, Phrase, Some, Tagged, Tree, every, some
from monitor.store.fts import moments
from monitor.store.schema import articles, tags

search: Any = table("search", column("article"), column("marked"), column("folded"))


def condition(tree: Tree) -> ColumnElement[bool]:
    """The tree as a condition on ``articles`` joined with ``search``."""
    held = _columns(tree)
    if held in ({True}, {False}) and _is_sought(tree):
        return (search.c.marked if held == {True} else search.c.folded).op("@@")(_query(_told(tree)))
    if isinstance(tree, All | Some):
        parts = _grouped(tree.parts, every if isinstance(tree, All) else some)
        found = map(condition, parts if len(parts) > 1 else tree.parts)
        return and_(true(), *found) if isinstance(tree, All) else or_(*found)
    if isinstance(tree, Not):
        return not_(condition(tree.part))
    if isinstance(tree, Days):
        since, until = moments(tree)
        ends = [articles.c.seen >= since] if since else []
        return and_(true(), *ends, *([articles.c.seen < until] if until else []))
    assert isinstance(tree, Tagged), tree
    return tagged(tree)


def tagged(leaf: Tagged) -> ColumnElement[bool]:
    """Whether an article has one of the labels, is of one of the outlets (or publishers), or of one of the kinds."""
    if leaf.kind == "outlet":
        return articles.c.outlet.in_(leaf.labels) | articles.c.publisher.in_(leaf.labels)
    if leaf.kind == "kind":
        return articles.c.kind.in_(leaf.labels)
    return exists().where(tags.c.article == search.c.article, tags.c.kind == leaf.kind, tags.c.label.in_(leaf.labels))


def rank(phrases: Iterable[Phrase]) -> ColumnElement[float]:
    """How well an article holds the phrases, by PostgreSQL's own measure, in which headlines weigh ten times."""
    found: ColumnElement[Any] = literal(0.0)
    for one in phrases:
        found = found + func.ts_rank(search.c.marked if one.exact else search.c.folded, _query(_phrase(one)))
    return found


def _columns(tree: Tree) -> set[bool | None]:
    """The columns by which a tree is answered, by whether texts stand there as typed; None among them for what is no text."""
    if isinstance(tree, All | Some):
        return set[bool | None]().union(*map(_columns, tree.parts))
    if isinstance(tree, Not):
        return _columns(tree.part)
    phrase = tree.left if isinstance(tree, Near) else tree
    return {phrase.exact} if isinstance(phrase, Phrase) else {None}


def _is_sought(tree: Tree) -> bool:
    """Whether the index can tell what a tree of text finds: not what holds none of some words."""
    if isinstance(tree, All | Some):
        return (any if isinstance(tree, All) else all)(map(_is_sought, tree.parts))
    return not isinstance(tree, Not)


def _grouped(parts: Iterable[Tree], join: Callable[[Iterable[Tree]], Tree]) -> list[Tree]:
    """The parts, those that one column answers as one."""
    groups: dict[object, list[Tree]] = defaultdict(list)
    for at, part in enumerate(parts):
        held = _columns(part)
        groups[held.pop() if held in ({True}, {False}) else f"{at}"].append(part)
    return [join(group) if len(group) > 1 else group[0] for group in groups.values()]


def _told(tree: Tree) -> str:
    """A tree of text in one column as PostgreSQL writes a tsquery."""
    if isinstance(tree, All | Some):
        return f"({(' & ' if isinstance(tree, All) else ' | ').join(map(_told, tree.parts))})"
    if isinstance(tree, Not):
        return f"!{_told(tree.part)}"
    if isinstance(tree, Near):
        return f"({_near(tree)})"
    assert isinstance(tree, Phrase), tree
    return _phrase(tree)


def _query(told: str) -> ColumnElement[Any]:
    return cast(literal(told, Text), TSQUERY)


def _phrase(one: Phrase) -> str:
    """The syllables as PostgreSQL writes a tsquery; of letters and digits alone nothing is an operator."""
    signs = ["*" * (one.prefix and at == len(one.syllables)) + "A" * one.title for at in range(1, len(one.syllables) + 1)]
    words = [f"'{word}'" + (f":{sign}" if sign else "") for word, sign in zip(one.syllables, signs, strict=True)]
    return f"({' <-> '.join(words)})"


def _near(pair: Near) -> str:
    """Every distance in either order, and every way in which one phrase may lie in the other."""
    left, right = _phrase(pair.left), _phrase(pair.right)
    apart = [f"{one} <{steps}> {other}" for steps in range(1, pair.within + 2) for one, other in ((left, right), (right, left))]
    return " | ".join(f"({told})" for told in (*apart, *map(_phrase, _overlaid(pair.left, pair.right))))


def _overlaid(left: Phrase, right: Phrase) -> list[Phrase]:
    """The phrases in which both stand, sharing a syllable or more."""
    found = []
    for shift in range(1 - len(right.syllables), len(left.syllables)):
        one, other = (left, right) if shift >= 0 else (right, left)
        made = _laid(one, other, abs(shift))
        found += [made] if made else []
    return found


def _laid(one: Phrase, other: Phrase, shift: int) -> Phrase | None:
    """``other`` laid over ``one`` from its syllable ``shift`` on; None where they differ."""
    slots: dict[int, tuple[str, bool]] = {}
    for phrase, start in ((one, 0), (other, shift)):
        for at, word in enumerate(phrase.syllables, start):
            begun = phrase.prefix and at - start == len(phrase.syllables) - 1
            told, was_begun = slots.get(at, (word, begun))
            longer, shorter = ((word, begun), (told, was_begun)) if len(word) > len(told) else ((told, was_begun), (word, begun))
            if longer[0] != shorter[0] and not (shorter[1] and longer[0].startswith(shorter[0])):
                return None
            slots[at] = (longer[0], longer[1] and (shorter[1] or longer[0] != shorter[0]))
    ends = [at for at, (_, open_) in slots.items() if open_]
    if ends and ends != [len(slots) - 1]:
        return None  # a begun word in the middle: only with a wildcard inside another phrase, which is not worth a query
    return Phrase(syllables=tuple(slots[at][0] for at in sorted(slots)), exact=one.exact, prefix=bool(ends), title=one.title)
