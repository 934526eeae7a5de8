"""The provinces of Việt Nam, as they were until 30/6/2025 (63) and as they are since (34), and where a text names one.

The tables are files of this package, each with its source and date: ``provinces.csv``, ``districts.csv`` (the district level was
abolished on 1/7/2025, but people and papers go on naming it) and ``landmarks.csv``. Labels are the 63 names, because texts of all
years use them; ``now`` gives today's. Communes of 2025 stand in a table of their own, read when a text names one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from monitor.records import record
from monitor.text import fold, is_marked, lower

TABLES = Path(__file__).parent / "tables"
_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[ .\-–]{0,3}")
_UNIT = {"quận", "q", "huyện", "h", "thị xã", "tx", "thành phố", "tp"}
_UNIT_WORDS = {"thành", "phố", "tp", "thanh", "pho"}
_WARD = {"phường", "p", "xã", "x", "thị trấn", "tt", "đặc khu"}
_HOSPITAL = {"bệnh viện", "bv", "bệnh viện đa khoa", "bvđk", "viện"}
_COMMON = {
    "huế",
    "hoà bình",
    "thái bình",
    "an giang",
    "yên bái",
    "hà nam",
    "phú thọ",
    "hưng yên",
    "bắc ninh",
    "vĩnh long",
    "sơn la",
}


@record
class Mention:
    """A place that a text names at ``start``..``end``: its province may be one of several (``options``).

    ``form`` is province, district (with its unit before it), city or bare (a town or another district by its name alone), ward,
    landmark, or lower (a province in small letters).
    """

    options: tuple[str, ...]
    start: int
    end: int
    form: str


@cache
def provinces() -> tuple[str, ...]:
    """The 63 names until 30/6/2025, in order of the alphabet of the table."""
    return tuple(row["name"] for row in _rows("provinces.csv"))


def now(name: str) -> str:
    """The province that one of the 63 belongs to since 1/7/2025; any other name as it is.

    >>> now("Bình Dương"), now("Huế")
    ('TP. Hồ Chí Minh', 'Huế')
    """
    return _today().get(name, name)


def mentions(text: str, *, small: bool = False) -> list[Mention]:
    """Every place that a cleaned text names, in order, the longest name at each point.

    ``small`` lets a province in small letters pass, as comments write it. In text without marks names are looked for without
    marks and in small letters too, for who leaves out the one leaves out the other.
    """
    marked = is_marked(text)
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(lower(text) if marked else fold(text))]
    table = _names(marked)
    found: list[Mention] = []
    at = 0
    searched = Text(text, table, small or not marked)
    while at < len(words):
        if text[words[at][1]].islower() and not searched.small and words[at][0] not in _UNIT_WORDS:
            at += 1  # names are written with capitals
            continue
        size, mention = _at(words, at, searched)
        if mention:
            found.append(mention)
        at += size
    return found


class Text:
    """A text that is searched: as written, the names to look for, and whether small letters will do."""

    def __init__(self, written: str, table: _Table, small: bool):
        self.written, self.table, self.small = written, table, small


_Word = tuple[str, int, int]
_Names = dict[tuple[str, ...], dict[str, tuple[str, ...]]]
_Table = dict[str, list[tuple[int, _Names]]]


def _at(words: Sequence[_Word], at: int, text: Text) -> tuple[int, Mention | None]:
    """How many words to go on, and the place that starts at a word, if any."""
    for size, names in text.table.get(words[at][0], ()):
        piece = words[at : at + size]
        kinds = names.get(tuple(word for word, _, _ in piece))
        if kinds and _together(piece, text.written):
            capital = all(not text.written[start].islower() or word in _UNIT_WORDS for word, start, _ in piece)
            form, options = _chosen(kinds, _before(words, at, text.written), (capital, text.small and "province" in kinds))
            if options:
                return size, Mention(options=options, start=piece[0][1], end=piece[-1][2], form=form)
    return 1, None


def _chosen(kinds: dict[str, tuple[str, ...]], before: set[str], allowed: tuple[bool, bool]) -> tuple[str, tuple[str, ...]]:
    """The form and the provinces that fit a name with these words before it; no provinces where none fits."""
    capital, small = allowed
    if not capital:
        return ("lower", kinds["province"]) if small and "common" not in kinds else ("", ())
    if before & _HOSPITAL and "hospital" in kinds:
        return "landmark", kinds["hospital"]
    if before & _WARD:
        return "ward", kinds.get("ward") or kinds.get("district") or kinds.get("province", ())
    if before & _UNIT and "district" in kinds and not ("tp" in before | {"thành phố"} & before and "province" in kinds):
        return "district", kinds["district"]
    for form in ("province", "landmark", "city", "bare"):
        if form in kinds:
            return form, kinds[form]
    return "", ()


def _before(words: Sequence[_Word], at: int, text: str) -> set[str]:
    """The one, two and three words that stand right before a word."""
    found: set[str] = set()
    for size in (1, 2, 3):
        first = at - size
        if first < 0 or not all(_JOINT.fullmatch(text, words[k][2], words[k + 1][1]) for k in range(first, at)):
            break
        found.add(" ".join(word for word, _, _ in words[first:at]))
    return found


def _together(piece: Sequence[_Word], text: str) -> bool:
    return all(_JOINT.fullmatch(text, one[2], two[1]) for one, two in pairwise(piece))


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def _today() -> dict[str, str]:
    return {row["name"]: row["now"] for row in _rows("provinces.csv")}


@cache
def _names(marked: bool) -> _Table:
    """Names by first word and length, with what they may be."""
    table: dict[str, dict[int, _Names]] = {}
    for kind, name, province in _entries():
        words = tuple(_WORD.findall(lower(name) if marked else fold(name)))
        kinds = table.setdefault(words[0], {}).setdefault(len(words), {}).setdefault(words, {})
        kinds[kind] = tuple(dict.fromkeys((*kinds.get(kind, ()), province)))
    return {first: sorted(sizes.items(), reverse=True) for first, sizes in table.items()}


def _entries() -> Iterable[tuple[str, str, str]]:
    """Every name as (kind, name, province)."""
    for row in _rows("provinces.csv"):
        for name in filter(None, (row["name"], *row["spellings"].split(";"))):
            yield "province", name, row["name"]
            if lower(name) in _COMMON:
                yield "common", name, row["name"]
    for row in _rows("districts.csv"):
        yield "district", row["name"], row["province"]
        if " " in row["name"] or row["name"] == "Pleiku":
            yield "city" if row["kind"] in ("thành phố", "thị xã") else "bare", row["name"], row["province"]
    for row in _rows("landmarks.csv"):
        yield "hospital" if row["kind"] == "bệnh viện" else "landmark", row["name"], row["province"]
    yield from _wards()


def _wards() -> Iterable[tuple[str, str, str]]:
    """The communes of 2025 whose name stands once, with the province of today under its old name."""
    for row in _rows("communes.csv"):
        yield "ward", row["name"], row["province"]
