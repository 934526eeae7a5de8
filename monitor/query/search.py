"""What a question in the query language means here, and what the store says to it: one ask() for command line, page and digest."""

from __future__ import annotations

from datetime import date
from functools import partial

from monitor import query
from monitor.config import Config
from monitor.errors import UsageError
from monitor.expression import All, Label, Not, Some, Tagged, Tree, bare, every, negated, some, sought
from monitor.expression.grammar import parse
from monitor.expression.highlight import LOOKED_AT, piece, spans
from monitor.figures import Answer, Hit
from monitor.records import SENTIMENT, TaggedArticle
from monitor.store import Store, search


def ask(
    store: Store,
    config: Config,
    words: str,
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
    ranked: bool = False,
    **wanted: str | None,
) -> Answer:
    """The newest ``limit`` articles that answer (with ``ranked``: those that hold the words best), and how many there are.

    ``words`` are in the language of `expression.grammar`; ``since`` and ``until`` are days in Việt Nam, both included; ``wanted`` may
    name relevance, topic, sentiment, voice, place, law, outlet, kind and a search that is ``saved``, and all of it must hold.
    Raises UsageError for a query that cannot be read, a label that does not exist, a range that runs backwards, or ranking without
    a first day.
    """
    tree, window = meant(store, config, words, **wanted), query.check_range(since, until)
    if ranked:
        if search.narrowed(tree, window)[1][0] is None:
            raise UsageError("--ranked: the best are found among those of some days; name the first one: --since 2026-11-01")
        found, total, more = search.ranked(store, tree, window=window, limit=limit)
    else:
        found, total, more = search.find(store, tree, window=window, limit=limit)
    other = bare(tree)
    forgiven = search.find(store, other, window=window, limit=1)[1] if not total and other != tree else 0
    return Answer(hits=tuple(hit(item, tree) for item in found), total=total, more=more, bare=forgiven)


def meant(store: Store, config: Config, words: str, *, saved: str | None = None, **wanted: str | None) -> Tree:
    """The tree of a query in the words of the store, with every label looked up, and with the search ``saved`` under that name.

    A sentiment beside a topic means the tone of that topic, where the topics of an article differ. Raises UsageError.
    """
    given: list[Tree] = [query.saved.saved(store, config, saved)] if saved else []
    for kind, label in query.labels(store, config, wanted).items():
        if label is not None:
            given.append(Tagged(kind=kind, labels=(label,) if isinstance(label, str) else tuple(label)))
    return _toned(every([_looked_up(parse(words), partial(_tagged, store, config)), *given]))


def hit(item: TaggedArticle, tree: Tree) -> Hit:
    """An article with what a query found in it marked: in its headline, and in the piece of its text where most is."""
    asked, article = sought(tree), item.article
    text = "\n".join(filter(None, (article.lead, article.text)))[:LOOKED_AT]
    snippet, marks = piece(text, spans(asked, text))
    return Hit(item=item, title_marks=spans(asked, article.title, title=True), snippet=snippet, marks=marks)


def _tagged(store: Store, config: Config, label: Label) -> Tagged:
    """A label by its name in the store. Raises UsageError with its column."""
    name = label.name
    try:
        found = query.labels(store, config, {label.kind: name})[label.kind] or name
        return Tagged(kind=label.kind, labels=(found,) if isinstance(found, str) else tuple(found))
    except UsageError as error:
        raise UsageError(f"{label.kind}:{name[:60]} (column {label.at}): {str(error).partition(': ')[2]}") from error


def _looked_up(tree: Tree, tagged: partial[Tagged]) -> Tree:
    if isinstance(tree, All | Some):
        return (every if isinstance(tree, All) else some)(_looked_up(part, tagged) for part in tree.parts)
    if isinstance(tree, Not):
        return negated(_looked_up(tree.part, tagged))
    return tagged(tree) if isinstance(tree, Label) else tree


def _toned(tree: Tree, about: tuple[str, ...] = ()) -> Tree:
    """The tree, where a sentiment beside a topic, or one of several, is that toward the topic, however deep it stands."""
    if isinstance(tree, Not):
        return negated(_toned(tree.part, about))
    if isinstance(tree, All):
        named = [topics for part in tree.parts if (topics := _topics(part))]
        about = named[0] if len(named) == 1 else () if named else about
    if isinstance(tree, All | Some):
        return (every if isinstance(tree, All) else some)([_toned(part, about) for part in tree.parts])
    if not about or not isinstance(tree, Tagged) or tree.kind != "sentiment":
        return tree
    sides = [(Tagged(kind="topic", labels=(one,)), _toward(one, tree)) for one in about]
    return sides[0][1] if len(sides) == 1 else some(every(side) for side in sides)


def _topics(part: Tree) -> tuple[str, ...]:
    """The topics that a part asks for, if it asks for nothing else."""
    if isinstance(part, Some):
        found = [_topics(one) for one in part.parts]
        return tuple(topic for one in found for topic in one) if all(found) else ()
    return part.labels if isinstance(part, Tagged) and part.kind == "topic" else ()


def _toward(topic: str, sentiment: Tagged) -> Tree:
    told = Tagged(kind="tone", labels=tuple(f"{topic}:{one}" for one in sentiment.labels))
    any_tone = Tagged(kind="tone", labels=tuple(f"{topic}:{one}" for one in SENTIMENT))
    return some([told, every([sentiment, negated(any_tone)])])
