"""The words of a run of bare words, as a query is cut into them.

Few words alone are cut by chance: sức khỏe and hòa bình fall apart, and VIỆN PHÍ where viện phí does not. So a run is read twice, as
typed (capitals tell names) and in small letters within a sentence, and cut only where both readings cut. Of 5,800 pairs of syllables in
pieces of leads the first alone parts 196 that the whole sentence joins; both, 67, and they join 46 that it parts, most of them words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate, pairwise

from monitor.expression import syllables
from monitor.places import mentions
from monitor.text import is_marked, lower, segment

_ABOUT = "người dân nói về"
_NAMES = ("province", "city", "bare", "lower")  # forms of a place that is a name by itself
_APART = re.compile(r"[\s,;!?…]+")  # what parts words whatever stands on both sides; in 158/2025/NĐ-CP and TP.HCM nothing does
_FINAL, _NUCLEUS = r"(?:[aeiouy]{1,3}(?:ch|[cpt]))", r"(?:[iy]e[cmnptu]?(?:g|h)?|i?eu|uo[cimnptu]?(?:g|h)?|uou|uu)"
_UNMARKED = re.compile(rf"(?:ngh|gh|ng|nh|ch|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?(?:{_FINAL}|{_NUCLEUS})")


def is_half(run: str) -> bool:
    """Whether marks are typed, and others that the spelling demands are missing; VAT and BOT among small letters miss none."""
    typed = [one for one in re.findall(r"[^\W_]+", run) if run.isupper() or not one.isupper()]
    return is_marked(run) and any(_UNMARKED.fullmatch(lower(one)) for one in typed)


def words(run: str) -> list[str]:
    """The words of a run, a blank between syllables; without marks one, half marked one for each syllable, and none where none is said.

    Names of places stay whole, and so does what is typed without a blank.

    >>> words("SỨC KHỎE ở cần thơ theo 158/2025/NĐ-CP")
    ['sức khoẻ', 'ở', 'cần thơ', 'theo', '158 2025 nđ cp']
    """
    said = syllables(run)
    if is_half(run):
        return list(said)
    if not is_marked(run) or len(said) < 2:
        return [" ".join(said)] if said else []
    low = run.lower()
    readings = (segment(low if run.isupper() else run).split(), segment(f"{_ABOUT} {low}.").split())
    ends = _ends(_APART.split(run)) & _ends(readings[0]) & {end - _letters(_ABOUT) for end in _ends(readings[1])}
    for place in mentions(run, small=True):
        if place.form in _NAMES:
            ends -= set(range(_letters(run[: place.start]) + 1, _letters(run[: place.end])))
    cuts = [at for at, end in enumerate(accumulate(map(len, said)), 1) if end in ends or at == len(said)]
    return [" ".join(said[start:end]) for start, end in pairwise([0, *cuts])]


def _ends(pieces: Iterable[str]) -> set[int]:
    """How many letters and digits there are up to the end of each piece: what a segmenter leaves as it is."""
    return set(accumulate(map(_letters, pieces)))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
