"""A query as a tree of frozen records: what `grammar.parse` gives, what the store compiles, and what is written back by ``written``.

Marks: an *exact* phrase is compared as typed, any other in every spelling of its bare letters. Old and new tone marks (hòa, hoà) are
one throughout, and so are capitals and small letters. Days are days in Việt Nam.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from datetime import date
from typing import TypeAlias

from monitor.records import record
from monitor.text import fold, is_marked, lower

FAR = 50  # syllables that near/… may span
LONGEST = 500  # characters of a syllable that are compared: PostgreSQL takes 2 KB
_SYLLABLE = re.compile(r"[^\W_]+")


@record
class Phrase:
    """Syllables that stand side by side, the last one perhaps only begun (``prefix``); ``title``: in the headline alone."""

    syllables: tuple[str, ...]
    exact: bool = False
    prefix: bool = False
    title: bool = False


@record
class Near:
    """Two phrases, equally exact, in either order and at most ``within`` syllables apart; one that lies in the other is near it."""

    left: Phrase
    right: Phrase
    within: int


@record
class Label:
    """A tag by the name that was typed; ``at`` is the column where it stands, from 1."""

    kind: str
    name: str
    at: int = field(default=1, compare=False)


@record
class Tagged:
    """A tag of a kind, one of several in the words of the store: what a Label becomes when it is looked up."""

    kind: str
    labels: tuple[str, ...]


@record
class Days:
    """The days from ``first`` to ``last``, both included; None is open."""

    first: date | None = None
    last: date | None = None


@record
class All:
    """Everything that each of the parts finds; without parts, everything."""

    parts: tuple[Tree, ...] = ()


@record
class Some:
    """Whatever one of the parts finds."""

    parts: tuple[Tree, ...]


@record
class Not:
    """Everything that the part does not find."""

    part: Tree


Tree: TypeAlias = "Phrase | Near | Label | Tagged | Days | All | Some | Not"
EVERYTHING = All()


def syllables(text: str) -> tuple[str, ...]:
    """What is compared: runs of letters and digits, in small letters, tone marks where the new spelling puts them.

    >>> syllables("Nợ BHXH/BHYT: Hòa Bình, 1,5 tỷ!")
    ('nợ', 'bhxh', 'bhyt', 'hoà', 'bình', '1', '5', 'tỷ')
    """
    return tuple(one[:LONGEST] for one in _SYLLABLE.findall(lower(text)))


def phrase(text: str, *, exact: bool = False, prefix: bool = False, title: bool = False) -> Phrase:
    """The phrase of a text: as typed where it carries a mark or ``exact`` says so, in every spelling otherwise."""
    found = syllables(text)
    exact = exact or any(map(is_marked, found))
    return Phrase(syllables=found if exact else tuple(map(fold, found)), exact=exact, prefix=prefix, title=title)


def near(left: Phrase, right: Phrase, within: int) -> Tree:
    """Two phrases near each other. Where one is exact and one is not, both stand near in any spelling, and the exact one as typed."""
    if left.exact == right.exact:
        return Near(left=left, right=right, within=within)
    told, bare = (left, right) if left.exact else (right, left)
    if not any(
        letter in "aeiouyd" for syllable in bare.syllables for letter in syllable
    ):  # BHXH, 2026: no mark could stand on it
        pair = [_as(one, exact=True) for one in (left, right)]
        return Near(left=pair[0], right=pair[1], within=within)
    pair = [_as(one, exact=False) for one in (left, right)]
    return every([Near(left=pair[0], right=pair[1], within=within), told])


def every(parts: Iterable[Tree]) -> Tree:
    """All of the parts: a single one is itself, what is All already is opened."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(parts=tuple(flat))


def some(parts: Iterable[Tree]) -> Tree:
    """One of the parts: a single one is itself, what is Some already is opened."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Some) else (part,))]
    return flat[0] if len(flat) == 1 else Some(parts=tuple(flat))


def negated(part: Tree) -> Tree:
    """What the part does not find; twice is nothing done."""
    return part.part if isinstance(part, Not) else Not(part=part)


def leaves(tree: Tree, *, denied: bool = True) -> list[Tree]:
    """The leaves of a tree, in order; without those under a NOT where ``denied`` is False."""
    if isinstance(tree, All | Some):
        return [leaf for part in tree.parts for leaf in leaves(part, denied=denied)]
    if isinstance(tree, Not):
        return leaves(tree.part, denied=denied) if denied else []
    return [tree]


def sought(tree: Tree) -> list[Phrase | Near]:
    """The phrases and pairs that an article is sought by (none under NOT), each once: what is marked in the text."""
    return list(dict.fromkeys(leaf for leaf in leaves(tree, denied=False) if isinstance(leaf, Phrase | Near)))


def phrases(tree: Tree) -> list[Phrase]:
    """The phrases that an article is sought by, those of pairs too, each once: what is ranked by."""
    pairs = ([leaf.left, leaf.right] if isinstance(leaf, Near) else [leaf] for leaf in sought(tree))
    return list(dict.fromkeys(one for pair in pairs for one in pair))


def bare(tree: Tree) -> Tree:
    """The tree as if it had been typed without marks.

    >>> written(bare(some([phrase("bào hiểm"), Not(part=phrase("thu", exact=True))])))
    '"bao hiem" OR NOT "thu"'
    """
    if isinstance(tree, All | Some):
        return (every if isinstance(tree, All) else some)(map(bare, tree.parts))
    if isinstance(tree, Not):
        return negated(bare(tree.part))
    if isinstance(tree, Near):
        return Near(left=_as(tree.left, exact=False), right=_as(tree.right, exact=False), within=tree.within)
    return _as(tree, exact=False) if isinstance(tree, Phrase) else tree


def written(tree: Tree) -> str:
    """The tree as a query that is read as the same tree.

    >>> written(every([phrase("lương hưu", title=True), Not(part=Label(kind="topic", name="pension"))]))
    'title:"lương hưu" AND NOT topic:"pension"'
    """
    if isinstance(tree, All | Some):
        return (" AND " if isinstance(tree, All) else " OR ").join(map(_enclosed, tree.parts))
    if isinstance(tree, Not):
        return f"NOT {_enclosed(tree.part)}"
    if isinstance(tree, Near):
        return f"{written(tree.left)} near/{tree.within} {written(tree.right)}"
    if isinstance(tree, Phrase):
        told = " ".join(tree.syllables)
        as_typed = "=" if tree.exact and not is_marked(told) else ""
        return f'{"title:" * tree.title}{as_typed}"{told}"{"*" * tree.prefix}'
    if isinstance(tree, Days):
        ends = [day.isoformat() if day else "" for day in (tree.first, tree.last)]
        return f"date:{ends[0] if ends[0] == ends[1] else '..'.join(ends)}"
    names = [tree.name] if isinstance(tree, Label) else tree.labels
    return _enclosed(some(Label(kind=tree.kind, name=name) for name in names)) if len(names) > 1 else f'{tree.kind}:"{names[0]}"'


def _enclosed(tree: Tree) -> str:
    return f"({written(tree)})" if isinstance(tree, All | Some | Near) else written(tree)


def _as(one: Phrase, *, exact: bool) -> Phrase:
    told = one.syllables if exact else tuple(map(fold, one.syllables))
    return Phrase(syllables=told, exact=exact, prefix=one.prefix, title=one.title)
