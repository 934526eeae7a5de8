"""Which texts are copies of one another: MinHash signatures, compared only where a band agrees.

Source: A. Broder, "On the resemblance and containment of documents" (1997); bands after Leskovec, Rajaraman, Ullman, *Mining of
Massive Datasets*, 3.4. Shingles are three syllables long, marks kept. Pure arithmetic: the store keeps the bands.
"""

from __future__ import annotations

import re
from array import array

PERMUTATIONS, BANDS, SEED = 128, 32, 20261122
COPY = 0.6  # estimated Jaccard from which two texts are copies; docs/accuracy.md says how it was chosen
LONGEST = 4_000  # characters that are compared: an agency's text is cut from the end, seldom from the start

_SYLLABLE = re.compile(r"[^\W_]+")


def signature(text: str) -> bytes:
    """The 128 minima of a text as 512 bytes; b"" for a text of fewer than six syllables, which is nobody's copy."""
    from rensa import RMinHash

    syllables = _SYLLABLE.findall(text[:LONGEST].lower())
    if len(syllables) < 6:
        return b""
    sketch = RMinHash(PERMUTATIONS, SEED)
    sketch.update([" ".join(syllables[at : at + 3]) for at in range(len(syllables) - 2)])
    return array("I", sketch.digest()).tobytes()


def resemblance(one: bytes, other: bytes) -> float:
    """The estimated Jaccard resemblance of two signatures, 0..1; 0 where either is empty.

    >>> text = "Người lao động nghỉ việc được hưởng trợ cấp thất nghiệp từ tháng sau"
    >>> resemblance(signature(text), signature(text))
    1.0
    """
    if not one or not other:
        return 0.0
    left, right = array("I", one), array("I", other)
    return sum(a == b for a, b in zip(left, right, strict=True)) / PERMUTATIONS


def bands(one: bytes) -> list[int]:
    """32 signed 64-bit numbers; two texts that resemble each other share at least one of them nearly always."""
    rows = PERMUTATIONS // BANDS
    values = array("I", one)
    found = []
    for band in range(BANDS if one else 0):
        mixed = band + 1
        for value in values[band * rows : (band + 1) * rows]:
            mixed = (mixed * 0x9E3779B97F4A7C15 + value) % 2**64
        found.append(mixed - 2**63)
    return found
