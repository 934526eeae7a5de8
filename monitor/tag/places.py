"""Where a story is located: every place that a text names, and what around it says whether the story is there.

A name is not yet a location: people are called Hòa Bình, streets Thanh Hóa, experts sit in Hà Nội, and a letter is signed "(Hải
Phòng)". Rules drop what is no place; a head of the linear model weighs the rest by the words around it, where it stands, and what
else is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from monitor import places
from monitor.places import Mention
from monitor.records import Article, Evidence, record
from monitor.tag.syllables import READ
from monitor.text import lower

LEAD = 250  # characters after the title that count as the lead
_NAMES = frozenset(re.findall(r"\w+", """nguyễn trần lê phạm phan vũ võ đặng bùi đỗ hồ ngô dương lý trương đinh đoàn mai tô trịnh đào
    cao lưu lương thị văn đức hữu tạ chu hà hoàng huỳnh lâm thanh minh ngọc quang xuân đình bá ông bà anh chị"""))  # fmt: skip
_TITLES = {"ông", "bà", "anh", "chị", "cô"}
_THINGS = {"đường", "phố", "cầu", "bia", "báo", "thép", "hoa", "chợ", "ngõ", "phở"}
_PERSON = re.compile(r"(?:ông|bà|anh|chị|cô|bạn|em|đại biểu|luật sư|thạc sĩ|ths|đbqh|đb|gs|pgs|ts)\b[^()\n.!?]{1,60}\($", re.I)
_VENUE = re.compile(r"tổ chức|diễn ra|khai mạc|hội nghị|hội thảo|tọa đàm|ký kết|phiên họp|buổi làm việc|họp báo|lễ ")
_WHOLE = {
    "asks": re.compile(r"hỏi[:.]|có hỏi|xin hỏi|hỏi tôi|trả lời[:.]|hỏi, "),
    "roundup": re.compile(r"^(?:điểm tin|tin tức|tin sáng|tin nóng)|một số tin tức"),
    "nation": re.compile(r"cả nước|toàn quốc|quốc hội|chính phủ|bhxh việt nam|bảo hiểm xã hội việt nam|cử tri|đại biểu"),
    "abroad": re.compile(r"trung quốc|hàn quốc|nhật bản|tổng thống|ở mỹ"),
}


@record
class Candidate:
    """A province that a text may be about: where it is named, and what speaks for and against it as named counts."""

    province: str
    spans: tuple[tuple[int, int], ...]
    counts: Mapping[str, float]

    def evidence(self, document: str) -> tuple[Evidence, ...]:
        """The places that name it, five at most, sharing the weight."""
        shown = self.spans[:5]
        return tuple(Evidence(start=a, end=b, text=document[a:b], weight=round(1 / len(shown), 4)) for a, b in shown)


def candidates(article: Article, *, home: str = "") -> list[Candidate]:
    """Every province that the read part of an article names, in order of first mention, with its features (block ``p``).

    A name that several provinces have is that of ``home``, the outlet's own province, where it is one of them.
    """
    document = article.document[: len(article.title) + READ]
    found = _resolved(document, places.mentions(document, small=article.kind != "news"), home)
    by_province: dict[str, list[Mention]] = {}
    for mention in found:
        by_province.setdefault(mention.options[0], []).append(mention)
    return [
        Candidate(
            province=name,
            spans=tuple((mention.start, mention.end) for mention in theirs),
            counts=_counts(article, theirs, len(by_province)),
        )
        for name, theirs in by_province.items()
    ]


def _resolved(document: str, found: Sequence[Mention], home: str) -> list[Mention]:
    """The mentions that are places, each with one province: a district by the province named after it or elsewhere, or by ``home``."""
    kept: list[Mention] = []
    named = {mention.options[0] for mention in found if mention.form == "province"}
    for at, mention in enumerate(found):
        after = found[at + 1] if at + 1 < len(found) else None
        if _is_no_place(document, mention):
            continue
        if after and after.form == "province" and mention.form != "province" and _next_to(document, mention, after):
            continue  # "huyện Củ Chi, TP.HCM": the province that follows says it
        options = [name for name in mention.options if name in named]
        options = options or [name for name in mention.options if name == home] or list(mention.options)
        if len(options) == 1:
            kept.append(Mention(options=(options[0],), start=mention.start, end=mention.end, form=mention.form))
    return kept


def _next_to(document: str, mention: Mention, after: Mention) -> bool:
    between = document[mention.end : after.start]
    return len(between) <= 12 and bool(re.fullmatch(r"[\s,(–-]*(?:thuộc )?(?:tỉnh|TP\.?|thành phố)?\s*", between, re.I))


def _is_no_place(document: str, mention: Mention) -> bool:
    """Whether the word before makes it a person's name or a thing's."""
    if mention.form not in ("province", "city", "bare", "landmark") or document[mention.start : mention.end].isupper():
        return False
    before = re.search(r"([^\W\d_]+) $", document[max(0, mention.start - 12) : mention.start])
    if not before:
        return False
    word = lower(before[1])
    return word in _THINGS or word in _TITLES or (word in _NAMES and before[1][0].isupper())


def _counts(article: Article, mentions: Sequence[Mention], others: int) -> dict[str, float]:
    """What speaks for and against a province."""
    found: Counter[str] = Counter({"pone": 1, f"pnamed={min(len(mentions), 3)}": 1, f"pothers={min(others, 6)}": 1})
    found[f"pkind={article.kind}"] = 1
    document, title = article.document, len(article.title)
    first = mentions[0].start
    field = "title" if first < title else "lead" if first < title + LEAD else "rest"
    found[f"pfirst={field}"] = 1
    found[f"pfirst={field},{min(others, 3)}"] = 1
    read = lower(document[: title + READ])
    found.update(f"p{name}={field}" for name, pattern in _WHOLE.items() if pattern.search(read))
    for mention in mentions:
        for name in _around(document, mention, "t" if mention.start < title else ""):
            found[name] = 1
    return dict(found)


def _around(document: str, mention: Mention, field: str) -> list[str]:
    """The features of one mention: its form, the words and signs about it, the sentence it stands in."""
    line = document.rfind("\n", 0, mention.start) + 1
    before = lower(document[max(line, mention.start - 60) : mention.start])
    after = document[mention.end : mention.end + 40]
    words = re.findall(r"[^\W_]+|[^\w\s]", before)[-4:]
    names = [f"pform={mention.form}{field}"]
    names += [f"pbefore={word}" for word in words[:-1]]
    names += [f"pright={field}{words[-1] if words else '^'}", f"pright2={' '.join(words[-2:])}"]
    names.append(f"pafter={field}{after.lstrip(' ')[:1] if not after[:2].strip().isalnum() else 'w'}")
    names += [f"pnext={word}" for word in re.findall(r"[^\W_]+", lower(after))[:2]]
    if _PERSON.search(document[max(line, mention.start - 90) : mention.start]):
        names.append("pperson")
    if _VENUE.search(lower(document[max(line, mention.start - 120) : mention.end + 80])):
        names.append("pvenue")
    return names
