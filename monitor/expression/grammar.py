"""The query language, read: `parse` gives the tree of a query, or one error that points at the column.

    bảo hiểm thất nghiệp       words of a run must all stand in an article; Vietnamese words stay whole (bảo hiểm, thất nghiệp)
    "trợ cấp thất nghiệp"      a phrase: its syllables side by side
    a b · a AND b · a OR b · NOT a · (…)     NOT binds closest, then near, then AND, then OR
    "nợ BHXH" near/5 "khởi kiện"             in either order, at most five syllables between
    viện* · "bảo hi"*          a wildcard, at the end
    =thu · ="thu"              as typed, also without marks
    title:… topic:… outlet:… sentiment:… voice:… place:… law:… kind:… relevance:… date:2026-11-01..2026-11-20

Why capitals for AND, OR and NOT, and no VÀ, HOẶC, KHÔNG: officers paste headlines, many in capitals, and "KHÔNG ĐÓNG BHXH" must
find what does not pay, not leave it out. Why a run typed with marks is exact to the last syllable: thu, tai nạn and tham gia
are written without marks, and thú, thư and thứ are other words. A run in which marks are plainly missing (bảo hiem) is
taken syllable by syllable: those with marks as typed, the others in every spelling; beside near, all of it in every spelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NoReturn

from monitor.clock import parse_day
from monitor.errors import UsageError
from monitor.expression import (
    EVERYTHING,
    Days,
    Label,
    Phrase,
    Some,
    Tree,
    every,
    leaves,
    near,
    negated,
    phrase,
    some,
    syllables,
)
from monitor.expression.tokens import QUOTES, Token, tokens, wrong
from monitor.expression.words import is_half, words
from monitor.text import clean_line, fold, visible

LONGEST, DEEPEST, MOST, SHORTEST = 2_000, 20, 100, 3  # characters; parentheses in one another; words and tags; letters before a *
_SPACED = re.compile(r"\S*?(?:\s+\.\.|\.\.\s+[0-9])")  # else its end would be sought in the text


def parse(text: str) -> Tree:
    """The tree of a query; everything for an empty one.

    Raises UsageError in one line that names the column, counted from 1.
    """
    if len(text) > LONGEST:
        raise UsageError(f"{clean_line(text[:40])}…: a query may have {LONGEST:,} characters; this one has {len(text):,}")
    text = visible(text).translate(QUOTES)
    reader = _Reader(text)
    if not reader.tokens:
        if text.strip():
            reader.wrong(0, "there is no word in it; type a word, or nothing for everything")
        return EVERYTHING
    tree = reader.either()
    if reader.next:
        reader.wrong(reader.next.at, "this parenthesis closes none; take it out, or put one in quotes")
    if len(leaves(tree)) > MOST:
        raise UsageError(f"{clean_line(text[:40])}…: a query may have {MOST} words and tags; this one has {len(leaves(tree)):,}")
    return tree


class _Reader:
    """The tokens of a query, taken from left to right."""

    def __init__(self, text: str):
        self.text, self.depth, self.place = text, 0, 0
        self.tokens = tokens(text)

    @property
    def next(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def is_next(self, *kinds: str) -> bool:
        return self.next is not None and self.next.kind in kinds

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def wrong(self, at: int, why: str) -> NoReturn:
        wrong(self.text, at, why)

    def either(self, *, title: bool = False) -> Tree:
        parts = [self.both(title=title)]
        while self.is_next("or"):
            self.take()
            parts.append(self.both(title=title))
        return some(parts)

    def both(self, *, title: bool) -> Tree:
        parts: list[Tree] = []
        while self.next and not self.is_next("or", ")"):
            if self.is_next("and") and parts:
                self.take()
            parts.append(self.inverse(title=title))
        if not parts:
            self._missing()
        return every(parts)

    def inverse(self, *, title: bool) -> Tree:
        odd = False
        while self.is_next("not"):
            self.take()
            odd = not odd
        part = self.beside(title=title)
        return negated(part) if odd else part

    def beside(self, *, title: bool) -> Tree:
        tree, phrases = self.atom(title=title)
        pairs: list[Tree] = []
        while self.is_next("near"):
            sign = self.take()
            _, others = self.atom(title=title)
            if not phrases or not others or len({one.title for one in (*phrases, *others)}) > 1:
                self.wrong(sign.at, "near joins two words or phrases of the same field; put longer ones in quotes")
            pairs.append(some(near(one, other, int(sign.text)) for one in phrases for other in others))
            phrases = others
        return every(pairs) if pairs else tree

    def atom(self, *, title: bool) -> tuple[Tree, Sequence[Phrase]]:
        """The next operand, and the phrases that near would take it for."""
        if self.is_next("("):
            return self._group(title=title)
        if self.is_next("field"):
            return self._field(title=title)
        if self.is_next("quote"):
            return self._alone(self.take(), title=title)
        if self.is_next("word"):
            return self._run(title=title)
        self._missing()

    def _group(self, *, title: bool) -> tuple[Tree, Sequence[Phrase]]:
        opened, self.depth = self.take(), self.depth + 1
        if self.depth > DEEPEST:
            self.wrong(opened.at, f"parentheses may stand {DEEPEST} deep; take some out")
        tree = self.either(title=title)
        if not self.is_next(")"):
            self.wrong(opened.at, "a parenthesis is opened and not closed; close it")
        self.take()
        self.depth -= 1
        parts = tree.parts if isinstance(tree, Some) else (tree,)
        phrases = [part for part in parts if isinstance(part, Phrase)]
        return tree, phrases if len(phrases) == len(parts) else ()

    def _field(self, *, title: bool) -> tuple[Tree, Sequence[Phrase]]:
        field = self.take()
        if title:
            self.wrong(field.at, "a field stands within title:(…); close the parenthesis first")
        if field.text == "title":
            if not self.is_next("(", "word", "quote"):
                self.wrong(field.at, 'title: needs a word, a phrase or parentheses after it, as in title:"lương hưu"')
            return self.atom(title=True)
        if field.text == "date":
            return self._days(field), ()
        return (self._names(field) if self.is_next("(") else self._name(field)), ()

    def _names(self, field: Token) -> Tree:
        opened, names = self.take(), list[Tree]()
        while not names or not self.is_next(")"):
            if names and self.is_next("or"):
                self.take()
            if not self.next:
                self.wrong(opened.at, "a parenthesis is opened and not closed; close it")
            names.append(self._name(field))
        self.take()
        return some(names)

    def _name(self, field: Token) -> Tree:
        if not self.is_next("word", "quote"):
            at = self.next.at if self.next else field.at
            self.wrong(
                at, f'{field.text}: needs a name here, in quotes where it has blanks: {field.text}:"…"; OR between several'
            )
        token = self.take()
        name = clean_line(token.text + "*" * (token.star and token.kind == "word"))
        if not name:
            self.wrong(token.at, f"{field.text}: the name is empty; put one between the quotes")
        return Label(kind=field.text, name=name, at=token.at + 1)

    def _days(self, field: Token) -> Tree:
        token = self.take() if self.is_next("word", "quote") else field
        if _SPACED.match(self.text, token.at):
            self.wrong(token.at, "a range is written without blanks, as in date:2026-11-01..2026-11-20")
        first, dots, last = token.text.partition("..")
        try:
            if token is field or not (first or last):
                raise UsageError("a day is missing")
            begin, end = _span(first)[0] if first else None, _span(last if dots else first)[1] if last or not dots else None
        except UsageError:
            self.wrong(
                token.at, "not a day; write date:2026-11-20, date:2026-11, date:2026-11-01..2026-11-20 or date:2026-11-01.."
            )
        if begin and end and end < begin:
            self.wrong(token.at, "the range runs backwards; swap its ends")
        return Days(first=begin, last=end)

    def _run(self, *, title: bool) -> tuple[Tree, Sequence[Phrase]]:
        """The bare words up to the next sign, cut into Vietnamese words; a wildcard ends them."""
        taken = [self.take()]
        if taken[0].exact:
            return self._alone(taken[0], title=title)
        while self.is_next("word") and not taken[-1].star and not self.tokens[self.place].exact:
            taken.append(self.take())
        run, star = " ".join(token.text for token in taken), taken[-1].star
        half = is_half(run)
        whole = phrase(fold(run) if half else run, prefix=star, title=title)
        found = [phrase(word, exact=whole.exact, title=title) for word in words(run)]
        if star:
            self._long_enough(taken[-1])
            found[-1] = replace(found[-1], prefix=True)
        return every(found), (whole,)

    def _alone(self, token: Token, *, title: bool) -> tuple[Tree, Sequence[Phrase]]:
        found = phrase(token.text, exact=token.exact, prefix=token.star, title=title)
        if not found.syllables:
            self.wrong(token.at, "no word stands between the quotes; put one there, or take them out")
        if token.star:
            self._long_enough(token)
        return found, (found,)

    def _long_enough(self, token: Token) -> None:
        said = syllables(token.text)
        if len(said) < 2 and len(said[-1]) < SHORTEST:
            self.wrong(token.at, f"a wildcard stands after {SHORTEST} letters or more, as in viện*; type some more")

    def _missing(self) -> NoReturn:
        token = self.next or self.tokens[-1]
        sign = f"near/{token.text}" if token.kind == "near" else token.text
        self.wrong(token.at, f"a word is missing {'before' if self.next else 'after'} {sign}; add it, or put {sign} in quotes")


def _span(text: str) -> tuple[date, date]:
    """The first and the last day of a day, a month or a year. Raises UsageError."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?", text.strip())
    if not found:
        return (parse_day(text),) * 2
    first = parse_day(f"{found[1]}-{int(found[2] or 1):02}-01")
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1) if found[2] else first.replace(year=first.year + 1)
    return first, following - timedelta(days=1)
