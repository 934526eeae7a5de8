"""Whether a source's silence means that nothing was published: a verdict from its last visit and its own rhythm.

Why it matters: in an audit of Vietnamese feeds 8 of 21 were dead, and others answered 200 with content frozen for months. A count
over such input lies unless the dead are named beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.figures import Condition
from monitor.records import Source, Visit
from monitor.url import site_of

STATES = ("failed", "blocked", "refused", "gone", "wrong", "mixed", "crashed", "frozen", "empty", "new", "good")  # worst first
QUIET = timedelta(hours=12)  # a busy paper sleeps at night; shorter silences say nothing
RARE = timedelta(days=7)  # the silence that is allowed where the rhythm is not known
PATIENCE = 8  # times the usual gap between two articles
SERIOUS = 1.0  # strikes from which a failure is more than a passing one
SAME, ENOUGH = 0.75, 8  # of a sample of links of ENOUGH or more, the share by which two sources have the same items
_OWN = ("feed", "sitemap", "listing")  # kinds whose links lead to the source's own site
_ELSEWHERE = ("aggregator", "social", "forum")
_ADVICE = {
    "new": "chưa đọc lần nào; chạy `monitor run crawl`",
    "failed": "máy chủ không trả lời đã nhiều lần; vẫn tự thử lại, kiểm tra địa chỉ bằng `monitor try`",
    "blocked": "trang chặn máy đọc; liên hệ tòa soạn xin cho phép, không tìm cách vượt",
    "refused": "địa chỉ không công khai; nếu là máy của cơ quan thì thêm vào web.allow",
    "gone": "nguồn đã đóng; tìm địa chỉ mới bằng `monitor try`",
    "wrong": "không còn là nguồn tin RSS; kiểm tra địa chỉ bằng `monitor try`",
    "mixed": "không phải tin của riêng nguồn này; tìm đúng địa chỉ bằng `monitor try`",
    "crashed": "nội dung làm hỏng bộ đọc nên đã cách ly; tự đọc lại khi nội dung đổi hoặc sau khi nâng cấp monitor, nên báo lỗi",
    "empty": "nguồn trả về danh sách rỗng; kiểm tra trên trang của báo",
    "frozen": "vẫn trả lời nhưng không có tin mới đã lâu; kiểm tra trên trang của báo",
    "good": "",
}
NAMES = {
    "good": "tốt",
    "new": "chưa đọc",
    "failed": "lỗi",
    "blocked": "bị chặn",
    "refused": "bị từ chối",
    "gone": "đã đóng",
    "wrong": "sai nội dung",
    "mixed": "lẫn nguồn khác",
    "crashed": "cách ly",
    "empty": "rỗng",
    "frozen": "đứng yên",
}


def condition(source: Source, visit: Visit | None, *, now: datetime, per_day: float | None = None, mixed: str = "") -> Condition:
    """The state of one source at ``now``; ``per_day`` is how many articles it usually brings a day, None where unknown.

    ``mixed`` says, in Vietnamese, whose items it brings where they are not its own (see `mixtures`).
    """
    state = _state(visit, now, per_day)
    state = "mixed" if mixed and state in ("good", "frozen") else state
    seen = visit or Visit(source=source.id, at=now, outcome="")
    return Condition(
        source=source.id,
        outlet=source.outlet,
        state=state,
        newest=seen.newest,
        good_at=seen.good_at,
        failures=seen.failures,
        strikes=seen.strikes,
        per_day=per_day,
        silence=(now - seen.newest) / silence_allowed(per_day or _pace(seen)) if seen.newest else None,
        problem=seen.problem if state not in ("good", "frozen", "mixed") else "",
        advice="; ".join(filter(None, (mixed if state == "mixed" else "", _advice(state, seen)))),
    )


def conditions(
    sources: Iterable[Source], visits: Mapping[str, Visit], *, now: datetime, per_day: Mapping[str, float]
) -> list[Condition]:
    """The state of every source, worst first: what somebody must see to, then what passes by itself, then what is well; by weight."""
    known = list(sources)
    mixed = mixtures(known, visits)
    found = [
        condition(one, visits.get(one.id), now=now, per_day=per_day.get(one.id), mixed=mixed.get(one.id, "")) for one in known
    ]
    return sorted(found, key=lambda one: (_rank(one), -one.strikes, one.source))


def mixtures(sources: Sequence[Source], visits: Mapping[str, Visit]) -> dict[str, str]:
    """The sources that bring what is not theirs, by id, and in Vietnamese what it is.

    Most of the links lead to the site of another publisher's source, or no longer to where they led at first; or the items are
    those of another source, which stands before it in the list. Aggregators, networks and searches lead elsewhere by their nature.
    """
    owners: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        owners[site_of(source.url)].add(source.publisher)
    found = _doubles([source for source in sources if source.id in visits and visits[source.id].good], visits)
    for source in sources:
        seen = visits.get(source.id)
        if not seen or not seen.site or source.kind not in _OWN or source.category in _ELSEWHERE:
            continue
        if seen.site != site_of(source.url) and seen.site in owners and source.publisher not in owners[seen.site]:
            found[source.id] = f"phần lớn bài dẫn tới {seen.site}, trang của nguồn khác"
        elif seen.site != seen.home:
            found[source.id] = f"phần lớn bài dẫn tới {seen.site}, trước đây là {seen.home}"
    return found


def _doubles(sources: Sequence[Source], visits: Mapping[str, Visit]) -> dict[str, str]:
    """The sources of which most items are those of a source before them."""
    holders: dict[str, list[int]] = defaultdict(list)
    found: dict[str, str] = {}
    for number, source in enumerate(sources):
        marks = visits[source.id].sketch.split()
        shared = Counter(other for mark in marks for other in holders[mark])
        for mark in marks:
            holders[mark].append(number)
        other, count = shared.most_common(1)[0] if shared else (0, 0)
        if len(marks) >= ENOUGH and count >= SAME * len(marks):
            found[source.id] = f"phần lớn tin trùng với nguồn {sources[other].id}"
    return found


def _rank(one: Condition) -> int:
    """The place of a state among the worst; a failure that may pass by itself stands behind what somebody must see to."""
    passing = one.state == "failed" and one.strikes < SERIOUS
    return 2 * STATES.index("new") - 1 if passing else 2 * STATES.index(one.state)


def _advice(state: str, visit: Visit) -> str:
    if state == "failed" and visit.strikes < SERIOUS:
        return "máy chủ không trả lời; tự thử lại, chưa cần làm gì"
    return _ADVICE[state]


def silence_allowed(per_day: float | None) -> timedelta:
    """How long a source may stay without a new article before it counts as frozen.

    >>> silence_allowed(200.0), silence_allowed(4.0), silence_allowed(None)
    (datetime.timedelta(seconds=43200), datetime.timedelta(days=2), datetime.timedelta(days=7))
    """
    if not per_day:
        return RARE
    return max(QUIET, min(timedelta(days=PATIENCE / max(per_day, 0.01)), 4 * RARE))


def is_frozen(visit: Visit, now: datetime, per_day: float | None = None) -> bool:
    """Whether the newest item of a source is older than its rhythm allows: that of its days, or else that of its last items."""
    return visit.newest is not None and now - visit.newest > silence_allowed(per_day or _pace(visit))


def _pace(visit: Visit) -> float | None:
    return 86_400.0 / max(visit.gap, 1.0) if visit.gap is not None else None


def _state(visit: Visit | None, now: datetime, per_day: float | None) -> str:
    if visit is None:
        return "new"
    if not visit.good:
        return visit.outcome if visit.outcome in STATES else "failed"
    return "frozen" if is_frozen(visit, now, per_day) else "good"
