"""How much two articles speak of the same thing: the rare pairs of syllables and the proper names that both hold. Pure arithmetic.

Pairs of neighbouring syllables stand for Vietnamese words, most of which have two: they need no segmenter. Source: cosine of counts
weighted by inverse document frequency, after K. Spärck Jones, "A statistical interpretation of term specificity" (1972).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise

from monitor import places
from monitor.records import Article
from monitor.text import lower

LONGEST = 800  # characters of a text that are compared: what it is about is said first
RARE, ALWAYS_RARE = 0.25, 10  # a proper name tells affairs apart where no more articles hold it: a share of all, or this many
OTHERS = 50  # articles taken to exist beside those given and to hold nothing of them: in a small store nothing is rare else
_CLAUSE = re.compile(r"[.!?:;,\n()|“”\"…]+")
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_OFFICES = frozenset(
    {"bộ trưởng", "thứ trưởng", "giám đốc", "chủ tịch", "thủ tướng", "đại biểu", "luật sư", "phóng viên", "tiến sĩ"}
)
_REACH = 4  # syllables from an office to the name of who holds it
_COMMON = frozenset({"việt nam", "nguyên đán", "quốc khánh", "tổng bí"})


class Likeness:
    """What makes some articles alike; what is rare among them says more than what all hold."""

    def __init__(self, found: Iterable[Article]):
        self._pairs: dict[str, Counter[str]] = {}
        self._names: dict[str, frozenset[str]] = {}
        for one in found:
            self._pairs[one.url], self._names[one.url] = pairs(one), names(one)
        self._holding = Counter(chain.from_iterable(self._pairs.values()))
        named = Counter(chain.from_iterable(self._names.values()))
        self._own = {name for name, count in named.items() if count <= max(ALWAYS_RARE, RARE * len(self._names))}
        self._vectors: dict[str, dict[str, float]] = {}

    def alike(self, one: Article, other: Article) -> float:
        """The cosine of the two, 0..1: the sum of what their shared pairs of syllables say."""
        mine, theirs = self._vector(one), self._vector(other)
        if len(theirs) < len(mine):
            mine, theirs = theirs, mine
        return min(1.0, math.fsum(weight * theirs[pair] for pair, weight in mine.items() if pair in theirs))

    def words(self, one: Article, other: Article) -> list[str]:
        """The pairs of syllables that both hold, those that say most first."""
        mine, theirs = self._vector(one), self._vector(other)
        return sorted(mine.keys() & theirs.keys(), key=lambda pair: (-mine[pair] * theirs[pair], pair))

    def names(self, one: Article, other: Article) -> list[str]:
        """The proper names that both hold and few others do, in order of the alphabet."""
        return sorted(self._names_of(one) & self._names_of(other) & self._own)

    def _names_of(self, one: Article) -> frozenset[str]:
        return self._names[one.url] if one.url in self._names else names(one)

    def _vector(self, one: Article) -> Mapping[str, float]:
        if one.url not in self._vectors:
            held, every = self._pairs.get(one.url) or pairs(one), len(self._pairs)
            weights = {
                pair: (1 + math.log(count)) * math.log((every + OTHERS) / (self._holding[pair] + 0.5))
                for pair, count in held.items()
            }
            length = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
            self._vectors[one.url] = {pair: weight / length for pair, weight in weights.items()}
        return self._vectors[one.url]


def pairs(article: Article) -> Counter[str]:
    """How often an article holds each pair of neighbouring syllables of one clause; those of its headline count twice.

    >>> from datetime import UTC, datetime
    >>> moment = datetime(2026, 11, 22, tzinfo=UTC)
    >>> sorted(pairs(Article(url="u", outlet="o", fetched=moment, title="Mất thẻ, làm sao?", lead="Làm sao")).items())
    [('làm sao', 3), ('mất thẻ', 2)]
    """
    found: Counter[str] = Counter()
    for part, weight in ((article.title, 2), (article.context, 1), (article.lead, 1), (article.text[:LONGEST], 1)):
        for clause in _CLAUSE.split(lower(part)):
            found.update([f"{one} {other}" for one, other in pairwise(_WORD.findall(clause))] * weight)
    return found


def names(article: Article) -> frozenset[str]:
    """The proper names of an article as pairs of syllables with capitals, less those of provinces and of who speaks by office.

    >>> from datetime import UTC, datetime
    >>> moment = datetime(2026, 11, 22, tzinfo=UTC)
    >>> sorted(names(Article(url="u", outlet="o", fetched=moment, title="Phòng khám An Tâm Việt ở Cà Mau: ông Bộ trưởng Lê Tám")))
    ['An Tâm', 'Tâm Việt']
    """
    parts = (article.title, article.context, article.lead, article.text[:LONGEST])
    runs = (
        run for part in parts for run in _LETTERS.findall(part) if not run[1:].islower()
    )  # most have a capital at most at first
    return frozenset(name for run in runs for name in _named(run.split(" ")))


def whole(pairs: Iterable[str]) -> list[str]:
    """Names of two syllables put together where one ends as another begins, for people to read.

    >>> whole(["Hưng Phát", "Phát Thành", "Lê Tám"])
    ['Hưng Phát Thành', 'Lê Tám']
    """
    found: list[str] = []
    left = list(pairs)
    while left:
        name = left.pop(0)
        while after := next((one for one in left if one.split(" ")[0] == name.split(" ")[-1]), ""):
            left.remove(after)
            name = f"{name} {after.split(' ')[1]}"
        while before := next((one for one in left if one.split(" ")[1] == name.split(" ")[0]), ""):
            left.remove(before)
            name = f"{before.split(' ')[0]} {name}"
        found.append(name)
    return found


def _named(syllables: Sequence[str]) -> Iterator[str]:
    """The names of one run of words; not of the run of capitals that follows an office, nor a word before a province ("Tại Cà Mau")."""
    office, speaker, capital = -_REACH - 1, False, list(map(_capital, syllables))
    found = [f"{one} {other}" for one, other in pairwise(syllables)]
    for at, pair in enumerate(found):
        if pair.lower() in _OFFICES:
            office = at + 1
        elif not (capital[at] and capital[at + 1]):
            speaker = False
        else:
            speaker = speaker or at - office <= _REACH
            if not speaker and _everywhere().isdisjoint(near.lower() for near in found[at : at + 2]):
                yield pair


def _capital(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower()


@cache
def _everywhere() -> frozenset[str]:
    """Pairs that name a province or everybody's feast, in small letters."""
    parts = (_WORD.findall(name.lower()) for name in (*places.provinces(), "Hồ Chí Minh"))
    return _COMMON | {f"{one} {other}" for part in parts for one, other in pairwise(part)}
