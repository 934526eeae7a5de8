"""Which texts are copies of one another: MinHash bands say which may be, comparing their words says which are.

Why two steps: a band is a number that a store can look up, so that a new text costs the same however many there are; but a feed's
item of forty words and the page of eight hundred under it resemble each other little, and two lottery results resemble each other
much. So the bands only name candidates, by the whole text and by its opening, and the words decide: how much of the shorter text
stands in the longer one, how much of its opening stands there in the same order, and whether the figures agree.

Source: A. Broder, "On the resemblance and containment of documents" (1997); bands after Leskovec, Rajaraman, Ullman, *Mining of
Massive Datasets*, 3.4. Pure arithmetic: the store keeps the bands. `docs/stories.md` says how the thresholds were chosen.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import pairwise

from monitor.clock import day_of
from monitor.records import record
from monitor.text import lower

COPY = 0.86  # likeness from which two texts are copies
AGAIN = 0.6  # and where one outlet brings both within SOON: it changed its own text and gave it a new address
WHOLE, LONG = 0.93, 120  # long texts with another opening are copies where so much of the shorter stands in the longer
WITHIN, SOON = timedelta(days=10), timedelta(hours=1)  # a text that comes again later is news again
LONGEST = 4_000  # characters that are compared: an agency's text is cut from the end, seldom from the start
SHORTEST = 6  # syllables below which a text is nobody's copy
SEED = 20261122
WHOLE_TEXT, BEGINNING = (3, 128, 4), (2, 63, 3)  # syllables of a shingle, permutations, and how many of these are a band

_HEAD, _AFTER = 50, 90  # syllables of the shorter text's opening, and of the longer's in which they are looked for
_BEGINNING = 40  # syllables of the opening by which a feed's item finds the page under it
_TOKEN = re.compile(r"\d+(?:[.,/:-]\d+)*|[^\W\d_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_SAME = {"tỉ": "tỷ"}


@record
class Wording:
    """A text made ready to be compared: its syllables, those of its opening (what stands under the headline), its pairs,
    its figures.

    ``figures`` are the numbers it names, dates taken apart: a paper writes 5.8, another 05/8/2026.
    """

    syllables: tuple[str, ...]
    opening: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    figures: frozenset[str]


def wording(title: str, rest: str) -> Wording:
    """The headline and what stands under it, ready to be compared. Case, punctuation and the place of a tone mark do not matter.

    >>> wording("Giá xăng ngày 5.8", "Tăng 1.200 đồng, còn 20,5 nghìn").figures == {"5", "8", "1200", "20"}
    True
    """
    text = f"{title}\n{rest}"
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]  # half a number would be another number
    syllables, headline = tuple(_syllables(text)), len(_syllables(title)) if rest else 0
    opening = syllables[headline : headline + _AFTER]
    opening = opening if len(opening) >= SHORTEST else syllables[:_AFTER]
    figures = frozenset(part for token in syllables if token[0].isdigit() for part in re.split(r"[.,/:-]", token))
    return Wording(syllables=syllables, opening=opening, pairs=frozenset(pairwise(syllables)), figures=figures)


def likeness(one: Wording, other: Wording) -> float:
    """How alike two texts are, 0..1: the mean of two shares of the shorter one; 0 where either has fewer than six syllables.

    The first is that of its pairs of syllables which stand in the longer text too, the second that of its opening which stands in
    the other opening in the same order, in runs of two and more. A text is wholly alike to what begins with it.

    >>> text = "Người lao động nghỉ việc được hưởng trợ cấp thất nghiệp từ tháng sau"
    >>> likeness(wording("", text), wording("Tin mới", f"{text}, theo cơ quan bảo hiểm"))
    1.0
    """
    return (shared(one, other) + _opening(one, other)) / 2 if _comparable(one, other) else 0.0


def shared(one: Wording, other: Wording) -> float:
    """The share of the shorter text's pairs of syllables that stand in the other text too, 0..1."""
    return len(one.pairs & other.pairs) / (min(len(one.pairs), len(other.pairs)) or 1)


def contradict(one: Wording, other: Wording) -> bool:
    """Whether each text names a figure that the other does not: next week's prices, the same notice of another month.

    >>> contradict(wording("", "Giá xăng ngày 5/8 tăng 300 đồng"), wording("", "Giá xăng ngày 12/8 tăng 410 đồng"))
    True
    """
    return bool(one.figures - other.figures and other.figures - one.figures)


def copied(one: Wording, other: Wording, *, again: bool = False, own: bool = False) -> float:
    """How alike two texts are where one is a copy of the other, 0 where it is none.

    ``own``: one outlet brings both, and what stands word for word in all of its texts makes none of them a copy. ``again``: it does
    so within an hour, and corrects its own figures.
    """
    if not _comparable(one, other):
        return 0.0
    contained = shared(one, other)
    least = AGAIN if again else COPY
    if (contained + 1) / 2 < least or (contradict(one, other) and not again):
        return 0.0
    found = (contained + _opening(one, other)) / 2
    if found >= least:
        return found
    return contained if contained >= WHOLE and not own and min(len(one.syllables), len(other.syllables)) >= LONG else 0.0


def bands(one: Wording) -> list[int]:
    """53 numbers of 64 bits, signed; two texts that are copies share at least one of them nearly always. [] for a short text."""
    if len(one.syllables) < SHORTEST:
        return []
    beginning = one.opening[:_BEGINNING]
    return [*_bands(one.syllables, *WHOLE_TEXT), *_bands(beginning, *BEGINNING)]


def periods(at: datetime) -> tuple[int, int, int]:
    """The number of the ten days in which a text was seen, and of those before and after: where its copies are looked for."""
    own = day_of(at).toordinal() // WITHIN.days
    return own, own - 1, own + 1


def keyed(numbers: list[int], period: int) -> list[int]:
    """The numbers bound to a period, so that what is looked up does not grow with the years a store holds."""
    return [_mixed(number % 2**64, period) for number in numbers]


def _syllables(text: str) -> list[str]:
    return [_SAME.get(token, token) if token.isalpha() else _plain(token) for token in _TOKEN.findall(lower(text))]


def _plain(token: str) -> str:
    """A syllable or a figure in one spelling: 05-8 and 5.8 are 5/8, 1.200 is 1200."""
    if not token[0].isdigit():
        return _SAME.get(token, token)
    if _THOUSANDS.fullmatch(token):
        token = token.replace(".", "")
    return "/".join(part.lstrip("0") or "0" for part in re.split(r"[./-]", token))


def _comparable(one: Wording, other: Wording) -> bool:
    return min(len(one.syllables), len(other.syllables)) >= SHORTEST


def _opening(one: Wording, other: Wording) -> float:
    shorter, longer = sorted((one.opening, other.opening), key=lambda part: (len(part), part))
    blocks = SequenceMatcher(None, shorter[:_HEAD], longer[:_AFTER], autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / len(shorter[:_HEAD])


def _bands(syllables: tuple[str, ...], size: int, permutations: int, rows: int) -> list[int]:
    from rensa import RMinHash

    sketch = RMinHash(permutations, SEED)
    sketch.update([" ".join(syllables[at : at + size]) for at in range(max(1, len(syllables) - size + 1))])
    minima = sketch.digest()
    return [_mixed(permutations + at, *minima[at : at + rows]) for at in range(0, permutations, rows)]


def _mixed(*numbers: int) -> int:
    found = 0
    for number in numbers:
        found = ((found ^ number) * 0x9E3779B97F4A7C15 + number) % 2**64
        found ^= found >> 29
    return found - 2**63
