"""Whose word a text holds: an agency's, an authority's deed, or the words of somebody who asks. Phrases come from the settings.

A word is an agency and a verb of saying close after it ("BHXH tỉnh … cho biết"), or what is so "according to" an agency; "không",
"đề nghị" or "giả danh" between or before undoes it, and a question gives no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from monitor.records import record
from monitor.text import clean_line, lower, sentences

NEAR, BEFORE = 45, 25  # characters between an agency and its verb, and before it, in which a "không" or "đề nghị" undoes the word
_NOT = ("chưa", "không", "chẳng", "đề nghị", "mong", "yêu cầu", "kiến nghị", "xin", "nhờ", "hy vọng", "giả danh", "mạo danh", "giả mạo",
        "giả", "tự xưng", "tự nhận", "gửi", "tôi", "anh", "chị", "người", "nguyên", "nhưng", "doanh nghiệp")  # fmt: skip
_ACCORDING = r"(?<!\w)theo (?:(?:một|ông|bà|cán bộ|đại diện|lãnh đạo|(?:phó )?giám đốc|lý giải|giải thích|thông tin|của|từ) )*"


@record
class Rules:
    """How an answer is known: within which time it comes, whose word is one (``agencies``) by which verbs (``says``), which deeds are.

    ``asks`` are words by which a comment or post asks. Phrases are with marks, in any case.
    """

    window: timedelta = timedelta(days=60)
    agencies: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


class Heard:
    """Whose word, and which asking words, a text holds."""

    def __init__(self, rules: Rules):
        self._not, self._acts, self._asks = (_any(phrases) for phrases in (_NOT, rules.acts, rules.asks))
        gap = rf"(?P<gap>[^“”\"?!;]{{0,{NEAR}}}?)"
        agency = _any(rules.agencies).pattern
        self._says = re.compile(rf"{agency}{gap}{_any(rules.says).pattern}")
        self._according = re.compile(_ACCORDING + agency)

    def word(self, text: str) -> str:
        """The sentence in which an agency speaks or an authority acts, "" where there is none."""
        for sentence in sentences(text):
            low = lower(sentence)
            if low.endswith("?"):
                continue
            said = any(self._is_said(low, one) for one in self._says.finditer(low))
            if said or self._according.search(low) or self._acts.search(low):
                return clean_line(sentence, 160)
        return ""

    def asks(self, text: str) -> bool:
        """Whether a comment or post asks something."""
        return "?" in text or bool(self._asks.search(lower(text)))

    def _is_said(self, low: str, one: re.Match[str]) -> bool:
        """Whether nothing undoes it: no "không" or "đề nghị" before or between."""
        return not self._not.search(low[max(0, one.start() - BEFORE) : one.start()]) and not self._not.search(one["gap"])


def _any(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern of any of some phrases, the longest first, as whole words; of none, what never stands anywhere."""
    words = sorted({lower(phrase) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)" if words else r"(?!)")
