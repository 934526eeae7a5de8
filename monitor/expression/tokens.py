"""The tokens of a query: quotes, words, fields, signs, each with the column where it stands."""

from __future__ import annotations

import re
from typing import NoReturn

from monitor.errors import UsageError
from monitor.expression import FAR, syllables
from monitor.records import record
from monitor.registry import nearest
from monitor.text import clean_line

LABELS = ("outlet", "topic", "sentiment", "voice", "place", "law", "kind", "relevance")
FIELDS = ("title", "date", *LABELS)
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))

_TOKEN = re.compile(
    r'(?P<exact>=?)"(?P<quote>[^"]*)(?P<shut>"?)(?P<star>\*?)|(?P<sign>[()])|(?P<field>[A-Za-z_]+):'
    r'|(?P<word>[^\s()"\x00-\x1f]+)'
)
_SIGNS = {"AND": "and", "OR": "or", "NOT": "not"}


@record
class Token:
    """A piece of a query: ``kind`` is quote, word, field, near, and, or, not, ( or ); ``at`` counts from 0."""

    kind: str
    text: str
    at: int
    star: bool = False
    exact: bool = False


def wrong(text: str, at: int, why: str) -> NoReturn:
    """Nothing; raises UsageError that points at the column."""
    shown = clean_line(text[at : at + 30]) or "query"
    raise UsageError(f"{shown} (column {at + 1}): {why}")


def tokens(text: str) -> list[Token]:
    """The tokens of a query, without signs that are no words. Raises UsageError that points at the column."""
    made: list[Token] = []
    for found in _TOKEN.finditer(text):
        due = bool(made) and made[-1].kind == "field" and made[-1].text != "title"  # a name, which may hold any sign
        token = _token(text, found, due=due)
        made += [token] if token else []
    return made


def _token(text: str, found: re.Match[str], *, due: bool) -> Token | None:
    """The token that stands here; None for signs that are no words."""
    at = found.start()
    if found["quote"] is not None:
        if not found["shut"]:
            wrong(text, at, "a quote is opened and not closed; close it")
        return Token(kind="quote", text=found["quote"], at=at, star=bool(found["star"]), exact=bool(found["exact"]))
    if found["sign"]:
        return Token(kind=found["sign"], text=found["sign"], at=at)
    if found["field"]:
        return _field(text, found)
    return _word(text, found["word"], at=at, due=due)


def _field(text: str, found: re.Match[str]) -> Token | None:
    name, rest = found["field"].lower(), text[found.end() : found.end() + 1]
    if name in FIELDS:
        return Token(kind="field", text=name, at=found.start())
    if rest.strip():
        wrong(text, found.start(), f"there is no field {name}{nearest(name, FIELDS)} (a colon of the text goes in quotes)")
    return Token(kind="word", text=name, at=found.start())


def _word(text: str, word: str, *, at: int, due: bool) -> Token | None:
    if word in _SIGNS:
        return Token(kind=_SIGNS[word], text=word, at=at)
    if word.lower().startswith("near/"):
        if not re.fullmatch(r"[0-9]{1,2}", word[5:]) or int(word[5:]) > FAR:
            wrong(text, at, f"near/ takes a number of syllables from 0 to {FAR}; write near/5")
        return Token(kind="near", text=word[5:], at=at)
    bare, exact = word.removeprefix("="), word.startswith("=")
    stem = bare.removesuffix("*")
    if not syllables(stem) and not due:
        return wrong(text, at, "a wildcard stands after letters, as in viện*; type some") if stem != bare else None
    if "*" in stem and not due:
        wrong(text, at + word.index("*"), "a wildcard may stand only at the end of a word; end the word there")
    return Token(kind="word", text=stem, at=at, star=stem != bare, exact=exact)
