"""Legal references: "nghị định số 158/2025", "NĐ 158/2025/NĐ-CP" and "Nghị định 158/2025/NĐ-CP" are one instrument, counted as one.

The form is that of the Law on promulgation of legal documents (number/year/type-issuer; before 1997 and for the Party and offices
number-type/issuer or number/type-issuer). Names of laws in this field are resolved by year with a table of what was in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.records import Evidence, Tag

NAME = "laws-2026.11"
TYPES = {
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
    "CT": "Chỉ thị",
    "KL": "Kết luận",
    "KH": "Kế hoạch",
    "HD": "Hướng dẫn",
    "TB": "Thông báo",
    "CĐ": "Công điện",
    "PL": "Pháp lệnh",
    "L": "Luật",
}
# What an instrument's number ends in where the text leaves it out; only where the type has one usual issuer.
_USUAL = {"Nghị định": "NĐ-CP", "Thông tư": "", "Luật": "", "Bộ luật": ""}
_LAWS = {
    "bảo hiểm xã hội": {2006: "71/2006/QH11", 2014: "58/2014/QH13", 2024: "41/2024/QH15"},
    "bhxh": {2006: "71/2006/QH11", 2014: "58/2014/QH13", 2024: "41/2024/QH15"},
    "bảo hiểm y tế": {2008: "25/2008/QH12", 2014: "46/2014/QH13", 2024: "51/2024/QH15"},
    "bhyt": {2008: "25/2008/QH12", 2014: "46/2014/QH13", 2024: "51/2024/QH15"},
    "việc làm": {2013: "38/2013/QH13", 2025: "74/2025/QH15"},
    "lao động": {2012: "10/2012/QH13", 2019: "45/2019/QH14"},
    "an toàn, vệ sinh lao động": {2015: "84/2015/QH13"},
    "khám bệnh, chữa bệnh": {2009: "40/2009/QH12", 2023: "15/2023/QH15"},
    "người cao tuổi": {2009: "39/2009/QH12"},
}
_WORD = (
    "Bộ luật|Luật|Pháp lệnh|Nghị định|Thông tư liên tịch|Thông tư|Quyết định|Nghị quyết|Công văn|Chỉ thị|Kết luận|Kế hoạch|Hướng dẫn|"
    "Thông báo|Công điện"
)
_SUFFIX = r"[A-ZĐ]{1,6}\d{0,2}(?:\s?[-–&]\s?[A-ZĐ]{1,8}(?:[a-z]{1,3}[A-ZĐ]?)?){0,4}"
_NUMBERED = re.compile(
    rf"(?:(?P<word>{_WORD}|NĐ|TT|QĐ|NQ|CV)\s+(?:số\s*:?\s*)?)?"
    rf"(?<![\d/.,])(?P<number>\d{{1,5}})\s?(?:/\s?(?P<year>(?:19|20)\d\d))?(?:\s?[/-]\s?(?P<suffix>{_SUFFIX}(?:/[A-ZĐ]{{2,8}})?))?(?![\d/]|\.\d)",
    re.I,
)
_NAMED = re.compile(
    rf"(?:Bộ\s+)?luật\s+(?P<name>{'|'.join(map(re.escape, _LAWS))})(?:\s+\(?sửa đổi(?:, bổ sung)?\)?)?"
    r"(?:\s*,)?\s+(?:năm\s+)?(?P<year>20\d\d)(?!\d|/)",
    re.I,
)
_SHORT = {"nđ": "Nghị định", "tt": "Thông tư", "qđ": "Quyết định", "nq": "Nghị quyết", "cv": "Công văn"}


def laws(document: str) -> list[Tag]:
    """The legal instruments that a document names, each once, with the places where it does; in order of the first.

    >>> [tag.label for tag in laws("Theo nghị định số 158/2025 và Luật BHXH năm 2024 (Luật số 41/2024/QH15)")]
    ['Nghị định 158/2025/NĐ-CP', 'Luật 41/2024/QH15']
    """
    found: dict[str, list[Evidence]] = {}
    text = document.replace("Ð", "Đ")  # the Icelandic letter, which many Vietnamese keyboards gave
    for label, start, end in sorted((*_numbered(text), *_named(text)), key=lambda one: one[1]):
        found.setdefault(label, []).append(Evidence(start=start, end=end, text=document[start:end]))
    return [Tag(kind="law", label=label, score=1.0, by=NAME, evidence=tuple(spans[:5])) for label, spans in found.items()]


def _numbered(text: str) -> Iterator[tuple[str, int, int]]:
    for one in _NUMBERED.finditer(text):
        word, number, year, suffix = one["word"], one["number"], one["year"], re.sub(r"\s", "", one["suffix"] or "")
        suffix = suffix.replace("–", "-")
        if (
            not suffix.isupper()
            and suffix.upper() != suffix
            and not re.fullmatch(r"[A-ZĐ\d/&-]*(?:TTg|CTr|TTr)?[A-ZĐ\d/&-]*", suffix)
        ):
            suffix = ""
        kind = _kind(word, suffix)
        if kind and (suffix or (year and word)):
            end = one.end() if suffix or not one["suffix"] else one.start("suffix") - 1
            yield f"{kind} {_number(kind, number, year=year, suffix=suffix)}", one.start(), end


def _kind(word: str | None, suffix: str) -> str:
    """The type that the word before the number names, else the one that the number itself carries, else ""."""
    if word:
        low = " ".join(word.lower().split())
        return _SHORT.get(low, low.capitalize())
    head = re.split(r"[-/]", suffix)[0]
    if re.fullmatch(r"QH\d+", head):
        return "Luật"
    return TYPES.get(head, "") if "-" in suffix or "/" in suffix else ""


def _number(kind: str, number: str, *, year: str | None, suffix: str) -> str:
    suffix = suffix or _USUAL.get(kind, "")
    if not year:  # the Party and offices: 72-NQ/TW, 4644/BHXH-CSXH
        return f"{number}-{suffix}" if "/" in suffix else f"{number}/{suffix}"
    return f"{number}/{year}/{suffix}" if suffix else f"{number}/{year}"


def _named(text: str) -> Iterator[tuple[str, int, int]]:
    for one in _NAMED.finditer(text):
        number = _LAWS[one["name"].lower()].get(int(one["year"]))
        if number:
            kind = "Bộ luật" if one[0].lower().startswith("bộ") else "Luật"
            yield f"{kind} {number}", one.start(), one.end()
