"""Which stories are about one event: words weighted by how rare they are, nearness in time, places and topics.

An event is what happened once and is told for days ("a ward clinic runs out of medicine": the report, the answer, the visit). Copies
are one story already (`syndication`); here stories with words of their own are brought together. Pure arithmetic: the store finds
the few stories that come into question.

Source: topic detection and tracking: J. Allan, R. Papka, V. Lavrenko, "On-line new event detection and tracking" (SIGIR 1998). One
pass in order of time; weights by inverse document frequency from a table, not from what the store holds, so that the same stories
make the same events in every store and after every run. `docs/stories.md` says how the threshold was chosen.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from monitor.records import record
from monitor.syndication import Wording, contradict, shared

SAME = 0.29  # closeness from which two stories are of one event
WITHIN = timedelta(days=10)  # the longest silence within one event
FADES = 10  # days in which closeness falls to 1/e
ELSEWHERE, ASIDE = 0.5, 0.7  # what is left of it where both name places and share none; likewise topics
SERIES, APART = (
    0.45,
    timedelta(hours=15),
)  # an outlet's texts that share so many pairs, so far apart, are one column, not one event
WORDS, HEAD = 120, 40  # words of a story that are looked at, and how many of these (headline and summary) weigh whole
LATER, NAME = 0.6, 2.5  # what is left of the weight of later words, and how much more a name weighs that the table does not know
HEAVIEST, TELLING = 24, 16  # words that are compared, and of these those by which stories are looked up

_TABLE = Path(__file__).parent / "tables" / "common_words.csv"
_LIGHT = 2.0  # a word in more than e⁻² of all documents (14 %) weighs nothing
_UNKNOWN = math.log(250) - _LIGHT  # a word that the table does not know stands in one of 250 documents, or in fewer


@record
class Gist:
    """What a story is about: its words with their weights, when, where, its topics; and its wording, to know columns by."""

    weights: Mapping[str, float]
    seen: datetime
    outlet: str
    wording: Wording | None = None
    places: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


@record
class Event:
    """Stories about one thing that happened: the headline of the loudest, the first and last moment (UTC), and the three counts."""

    id: str
    title: str
    url: str
    outlet: str
    first: datetime
    last: datetime
    stories: int
    articles: int
    publishers: int


def weights(words: str) -> dict[str, float]:
    """The 24 heaviest words of a segmented text, each with how telling it is, so that their squares sum to 1; {} where none is.

    A word weighs more the rarer it is; a name of several syllables most, since it stands for one person, place or house.

    >>> found = weights("Cơ_quan bảo_hiểm_xã_hội ở Mù_Cang_Chải trả lương_hưu")
    >>> max(found, key=found.get)
    'mù_cang_chải'
    """
    found: dict[str, float] = {}
    for at, token in enumerate(islice(words.split(), WORDS)):
        token = token.strip("_")
        weight = _rareness(token) * (1.0 if at < HEAD else LATER)
        if weight > 0 and any(letter.isalnum() for letter in token):
            found[token.lower()] = max(weight, found.get(token.lower(), 0.0))
    heaviest = sorted(found, key=lambda word: (-found[word], word))[:HEAVIEST]
    length = math.sqrt(sum(found[word] ** 2 for word in heaviest))
    return {word: found[word] / length for word in heaviest}


def telling(weights: Mapping[str, float]) -> list[str]:
    """The sixteen words that weigh most, the weightiest first."""
    return sorted(weights, key=lambda word: (-weights[word], word))[:TELLING]


def closeness(one: Gist, other: Gist) -> float:
    """How surely two stories are of one event, 0..1: the cosine of their words, less for days between, other places, other topics.

    0 for two instalments of one column (a result, a bulletin, a notice with other figures), and beyond ten days.
    """
    apart = abs(one.seen - other.seen)
    if apart > WITHIN or _is_series(one, other):
        return 0.0
    found = sum(weight * other.weights.get(word, 0.0) for word, weight in one.weights.items())
    found *= math.exp(-apart / timedelta(days=FADES))
    found *= ELSEWHERE if one.places and other.places and not one.places & other.places else 1.0
    return found * (ASIDE if one.topics and other.topics and not one.topics & other.topics else 1.0)


def _rareness(token: str) -> float:
    share = _shares().get(token.lower())
    syllables = token.split("_")
    if share is None and len(syllables) > 1 and all(one[:1].isupper() for one in syllables):
        return NAME * _UNKNOWN
    return _UNKNOWN if share is None else -math.log(share) - _LIGHT


def _is_series(one: Gist, other: Gist) -> bool:
    if one.outlet != other.outlet or not one.wording or not other.wording or shared(one.wording, other.wording) < SERIES:
        return False
    return contradict(one.wording, other.wording) or abs(one.seen - other.seen) > APART


@cache
def _shares() -> dict[str, float]:
    with _TABLE.open(encoding="utf-8") as file:
        return {row["word"]: float(row["share"]) for row in csv.DictReader(line for line in file if not line.startswith("#"))}
