"""A plain reading of the query language, slow and short: what the indexes must agree with."""

from __future__ import annotations

import re

from monitor.clock import day_of
from monitor.expression import All, Days, Near, Not, Phrase, Some, Tagged, Tree
from monitor.records import TaggedArticle
from monitor.text import fold, lower


def finds(tree: Tree, item: TaggedArticle) -> bool:
    """Whether a tree finds an article."""
    article = item.article
    if isinstance(tree, All):
        return all(finds(part, item) for part in tree.parts)
    if isinstance(tree, Some):
        return any(finds(part, item) for part in tree.parts)
    if isinstance(tree, Not):
        return not finds(tree.part, item)
    if isinstance(tree, Days):
        day = day_of(article.published or article.fetched)
        return (not tree.first or tree.first <= day) and (not tree.last or day <= tree.last)
    if isinstance(tree, Tagged):
        own = {"outlet": {article.outlet, article.publisher}, "kind": {article.kind}}
        return bool(set(tree.labels) & own.get(tree.kind, set(item.labels(tree.kind))))
    if isinstance(tree, Phrase):
        return any(places(tree, words) for words in texts(item, tree.title))
    assert isinstance(tree, Near)
    return any(together(tree, words) for words in texts(item, tree.left.title))


def texts(item: TaggedArticle, title: bool) -> list[list[str]]:
    """The words of the headline and of the text, or of the headline alone."""
    article = item.article
    told = [article.title] if title else [article.title, f"{article.lead}\n{article.text}"]
    return [re.findall(r"[^\W_]+", lower(one)) for one in told]


def places(phrase: Phrase, words: list[str]) -> list[tuple[int, int]]:
    """Where a phrase stands: its first and its last word."""
    words = words if phrase.exact else [fold(word) for word in words]
    size, found = len(phrase.syllables), []
    for at in range(len(words) - size + 1):
        here = words[at : at + size]
        if phrase.prefix:
            here[-1] = here[-1][: len(phrase.syllables[-1])]
        found += [(at, at + size - 1)] if tuple(here) == phrase.syllables else []
    return found


def together(pair: Near, words: list[str]) -> bool:
    """Whether two phrases stand near each other, or one in the other."""
    return any(
        max(one[0], other[0]) - min(one[1], other[1]) - 1 <= pair.within
        for one in places(pair.left, words)
        for other in places(pair.right, words)
    )
