"""Sentences cut into tokens as underthesea's regular expression cuts them, and the tokens as codes: ``Reader``.

The expression never looks across white space but in the places named below, so what stands between blanks (a chunk) is cut
once and remembered. Lower case, titles and digits are asked of underthesea's own templates: its Unicode is not Python's.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.segment.tagger import Tagger

REMEMBERED = 32_768  # chunks, 9 MB; when it is full all are forgotten but the words that the model knows
_LETTERS, _TOKENS = 48, 4  # the longest chunk that is remembered, and the most tokens in one

# Where the expression looks across white space. "Th.S" and "Th.s" stand in it with a bare dot.
_ACROSS = re.compile(r"Th[^\S\n][Ss]")  # the one token that can hold a blank
_AT_END = re.compile(r"[A-ZĐ]\.$")  # an abbreviation keeps its dot, but not where the text ends
# What it always cuts into letters and the marks around them: most of a text, told without asking it.
_PLAIN = re.compile(r'(["“(]?)((?!Th.[Ss])[A-Za-zÀ-ÖØ-öø-ƿẠ-ỹ]+)([,;:!?)"”]?)|([a-z][A-Za-zÀ-ÖØ-öø-ƿẠ-ỹ]*)([.])')


class Reader(dict[str, list[Any]]):
    """What stands between blanks → its tokens and their codes in turn, learned when it is first asked for."""

    def __init__(self, tagger: Tagger):
        super().__init__()
        from underthesea.pipeline.text_normalize import token_normalize
        from underthesea.pipeline.text_normalize.character_normalize import normalize_characters_in_text
        from underthesea.pipeline.word_tokenize.regex_tokenize import tokenize
        from underthesea_core import CRFFeaturizer

        self._normalize, self._normalize_token, self._tokenize = normalize_characters_in_text, token_normalize, tokenize
        self._templates, self._code = CRFFeaturizer(["T[0].lower", "T[0].isdigit", "T[0].istitle"], set()), tagger.code
        self._codes: dict[str, int] = {}
        self._codes = dict(zip(tagger.numbers, self._encode(list(tagger.numbers)), strict=True))
        self._known = {token: self._learn(token, " ") for token in tagger.numbers if _PLAIN.fullmatch(token)}
        self.forget()

    def read(self, sentence: str) -> tuple[list[str] | None, list[int]]:
        """The tokens of a sentence and their codes; None and no codes where a token holds a blank."""
        text = self._normalize(sentence)
        if _ACROSS.search(text):
            return None, []
        chunks = text.split()
        last = self._learn(chunks.pop(), "") if _AT_END.search(text[-3:]) else []
        both = list(chain.from_iterable(map(self.__getitem__, chunks))) + last
        return both[::2], both[1::2]

    def __missing__(self, chunk: str) -> list[Any]:
        learned = self._learn(chunk, " ")
        if len(chunk) <= _LETTERS and len(learned) <= 2 * _TOKENS:
            if len(self) >= REMEMBERED:
                self.forget()
            self[chunk] = learned
        return learned

    def forget(self) -> None:
        """Keep only the words that the model knows."""
        self.clear()
        self.update(self._known)

    def _learn(self, chunk: str, behind: str) -> list[Any]:
        """The tokens of a chunk and their codes in turn."""
        plain = _PLAIN.fullmatch(chunk)
        tokens = [self._normalize_token(token) for token in plain.groups() if token] if plain else self._tokenize(chunk + behind)
        return [part for pair in zip(tokens, self._encode(tokens), strict=True) for part in pair]

    def _encode(self, tokens: list[str]) -> list[int]:
        """The codes of tokens, in their order."""
        if all(map(self._codes.__contains__, tokens)):
            return [self._codes[token] for token in tokens]
        found = self._templates.process([[[token]] for token in tokens])
        return [
            self._code(token, lower[len("T[0].lower=") :], digit=digit.endswith("=True"), title=title.endswith("=True"))
            for token, ((lower, digit, title),) in zip(tokens, found, strict=True)
        ]
