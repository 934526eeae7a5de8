"""Trends as officers read them: rows of a table, and what is compared in sentences. Vietnamese, and pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from monitor.clock import period_of
from monitor.hearing import KEYED
from monitor.lunar import MINDED, tet_share
from monitor.movement import Against, Point, Trend
from monitor.report.formats import decimal
from monitor.trends import FEW

CLASS_NAMES = {
    "national": "báo trung ương",
    "local": "báo địa phương",
    "ministry": "trang bộ, ngành",
    "owned": "trang của ngành",
    "aggregator": "trang tổng hợp",
    "forum": "diễn đàn",
    "social": "mạng xã hội",
    "foreign": "báo nước ngoài",
}
KEYS = {"outlet": "báo", "publisher": "cơ quan báo", "class": "loại nguồn", "place": "nơi", "province": "tỉnh từ 1/7/2025",
        "cluster": "cụm", "topic": "chủ đề", "law": "văn bản"}  # fmt: skip
BY_TET = "Hai kỳ khác nhau về ngày Tết: đừng kết luận vội."
_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_BLOCKS, _WIDE = ("█", "░"), 16  # what was read, and what the silent sources would have brought
Cell = str | int | float | None


def points_table(trend: Trend) -> tuple[list[str], list[list[Cell]]]:
    """The columns and rows of a series; by week and month articles a day stand where a day has its medians."""
    daily = trend.by == "day"
    head = [
        {"day": "ngày", "week": "tuần", "month": "tháng"}[trend.by],
        "bài",
        "tin",
        "nguồn độc lập",
        "bài đã đọc",
        "trên 1.000 bài",
    ]
    head += [
        "nếu đọc đủ",
        *(("giữa 7 ngày", "thường thứ ấy") if daily else ("bài một ngày",)),
        "sắc thái",
        "đọc được",
        "",
        "ghi chú",
    ]
    top = max((one.per_day or one.count.articles / _length(one) for one in trend.points), default=0.0)
    rows: list[list[Cell]] = []
    for one in trend.points:
        row = one.count
        added = [one.middle, one.usual] if daily else [one.per_day]
        whole = "–" if row.estimate is None else decimal(row.estimate, 0)
        if row.estimate is not None and round(row.estimate) > row.articles:
            whole = f"≈{whole}"
        publishers = f"{row.publishers}/{row.read_publishers}"
        rows.append(
            [period_name(one.first, one.last, trend.by), row.articles, row.stories, publishers, row.read, rate(row.per_thousand),
             whole, *map(rate, added), tone(row.tone, one.tone), _share(row.heard), _blocks(one, top), "; ".join(_notes(one))]
        )  # fmt: skip
    return head, rows


def voices_table(trend: Trend, titles: Mapping[str, str]) -> tuple[list[str], list[list[Cell]]]:
    """The columns and rows of the shares of voice, the largest first."""
    own = trend.of in KEYED
    head = [KEYS[trend.of], "tiếng nói", "từ … đến", "bài", "tin", "nguồn độc lập"]
    head += [*(["bài đã đọc", "trên 1.000 bài"] if own else []), "sắc thái", "so với kỳ trước"]
    rows: list[list[Cell]] = []
    for one in trend.voices:
        row = one.count
        low, high = (decimal(100 * bound, 0) for bound in one.interval)
        publishers = row.publishers if own else f"{row.publishers}/{row.read_publishers}"
        read: list[Cell] = [row.read, rate(row.per_thousand)] if own else []
        before = percent(one.before) if one.before and one.before.sources else "–"  # why is said once, under the table
        name, share = key_name(row.key, trend.of, titles), f"{decimal(100 * one.share, 1)} %"
        told = tone(row.tone, one.tone)
        rows.append([name, share, f"{low}–{high} %", row.articles, row.stories, publishers, *read, told, before])
    return head, rows


def sentences(trend: Trend) -> Iterator[str]:
    """What is compared, how it tends, and what was left out of the counts, a sentence a line."""
    if not trend.of:
        yield f"Kỳ so sánh: {_day(trend.now[0])} – {_day(trend.now[1])}."
    yield from (_compared(one, trend.now) for one in trend.against)
    hidden = [
        one for one in (*trend.against, *(row.before for row in trend.voices)) if one and one.change is None and one.sources
    ]
    if hidden:
        yield f"Dấu – thay phần trăm: kỳ gốc dưới {FEW} bài thì thêm bớt một bài đã làm đổi hơn một phần mười."
    if trend.slope:
        middle, low, high = (f"{value:+.1f}".translate(str.maketrans("-.", "−,")) for value in trend.slope)
        sure = "" if trend.slope[1] > 0 or trend.slope[2] < 0 else ", chưa rõ tăng hay giảm"
        rest = "; trong đoạn có Tết, đừng kết luận vội" if tet_share(trend.points[0].first, trend.last) >= MINDED else ""
        yield f"Xu hướng cả đoạn: qua mỗi tuần, số bài một ngày {middle} ({low} … {high}){sure}{rest}."
    came, went = (any(getattr(one, name) for one in trend.points) for name in ("joined", "parted"))
    if came or went:
        who = " và ".join(words for words, there in (("nguồn mới đọc", came), ("nguồn đã thôi đọc", went)) if there)
        yield f"Đoạn này có {who}: số ở bảng lên xuống có khi chỉ vì thế. Các phép so sánh và xu hướng ở trên đã bỏ nguồn ấy ra."
    yield f"Trang của ngành: {decimal(trend.owned, 0)} bài từ {_day(trend.first)} đến {_day(trend.last)}, không tính vào các số trên."


def heading(trend: Trend) -> str:
    """What a table of shares is of."""
    head = f"Tiếng nói từ {_day(trend.now[0])} đến {_day(trend.now[1])} (mỗi nguồn độc lập kể một tin là một tiếng nói)"
    first = trend.voices[0].count if trend.voices and trend.of not in KEYED else None
    return head + (f", trong {decimal(first.read or 0, 0)} bài đã đọc của {first.read_publishers} nguồn độc lập" if first else "")


def percent(one: Against | None) -> str:
    """A change in per cent with its interval; a dash and the reason where nothing can be said.

    >>> percent(Against(kind="before", first=date(2026, 11, 8), last=date(2026, 11, 14), change=0.25, low=-0.1, high=0.73))
    '+25 % (−10 % … +73 %), chưa rõ'
    """
    if one is None:
        return "–"
    if one.change is None or one.low is None or one.high is None:
        return f"– ({one.why})"
    sure = "" if one.low > 0 or one.high < 0 else ", chưa rõ"
    return f"{_signed(one.change)} ({_signed(one.low)} … {_signed(one.high)}){sure}"


def tone(value: float | None, interval: tuple[float, float] | None) -> str:
    """A tone with its interval, or a dash: no articles, or too few of them.

    >>> tone(-0.25, (-0.5, 0.03)), tone(-1.0, None), tone(None, None)
    ('−0,25 (−0,50 … 0,03)', '– (ít bài)', '–')
    """
    if value is None or interval is None:
        return "–" if value is None else "– (ít bài)"
    middle, low, high = (decimal(one, 2).replace("-", "−") for one in (value, *interval))
    return f"{middle} ({low} … {high})"


def differ_by_tet(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether of two spans one lies in the season of Tết by a tenth of its days more than the other."""
    return abs(tet_share(*one) - tet_share(*other)) >= MINDED


def chart_title(trend: Trend, told: str) -> str:
    """The heading of a drawing of a series."""
    every = {"day": "", "week": ", theo tuần", "month": ", theo tháng"}[trend.by]
    first = trend.points[0].first if trend.points else trend.first
    return f"Số bài mỗi ngày{every}{f' ({told})' if told else ''}, {_day(first)} – {_day(trend.last)}"


def _compared(one: Against, now: tuple[date, date]) -> str:
    base = {
        "before": "kỳ trước",
        "year": "cùng kỳ năm trước",
        "lunar": "cùng kỳ năm trước theo âm lịch, vì một trong hai kỳ chạm Tết",
    }[one.kind]
    words = f"So với {base} ({_day(one.first)} – {_day(one.last)}): "
    if one.now is None or one.then is None:
        return f"{words}{percent(one)}."
    left = f", bỏ ra {one.left_out} nguồn" if one.left_out else ""
    rest = differ_by_tet(now, (one.first, one.last))
    rates = f"{rate(one.now)} bài một ngày, trước là {rate(one.then)}"
    return f"{words}{rates}; {percent(one)}. Tính trên {one.sources} nguồn đọc được ở cả hai kỳ{left}." + (
        f" {BY_TET}" if rest else ""
    )


def period_name(first: date, last: date, by: str) -> str:
    """A day, week or month as officers read it, with its days where they are not all of it.

    >>> period_name(date(2026, 11, 16), date(2026, 11, 22), "week"), period_name(date(2026, 11, 1), date(2026, 11, 20), "month")
    ('tuần 47/2026', '11/2026 (01/11–20/11)')
    """
    if by == "day":
        return f"{_WEEKDAYS[first.weekday()]} {_day(first)}"
    key, day = period_of(first, by), timedelta(days=1)
    whole = period_of(first - day, by) != key != period_of(last + day, by)
    name = f"tuần {key[-2:]}/{key[:4]}" if by == "week" else f"{first:%m/%Y}"
    return name if whole else f"{name} ({first:%d/%m}–{last:%d/%m})"


def _notes(one: Point) -> Iterator[str]:
    if one.count.estimate is None:
        yield "chưa đọc" if one.count.heard is None else "đọc thiếu quá nửa, không ước"
    yield from one.holidays[:1] if len(one.holidays) == 1 else ([f"{one.holidays[0]} …"] if one.holidays else [])
    if one.joined:
        yield f"thêm {len(one.joined)} nguồn"
    if one.parted:
        yield f"từ đây thôi bù {len(one.parted)} nguồn đã im lâu"
    if one.silent:
        yield f"không đọc được {', '.join(one.silent[:2])}" + (f" và {len(one.silent) - 2} nguồn" if len(one.silent) > 2 else "")


def _blocks(one: Point, top: float) -> str:
    """A bar in letters: what was read, then what was estimated for sources that were silent."""
    read = one.count.articles / _length(one)
    whole = max(one.per_day or 0.0, read)
    solid, end = (round(_WIDE * value / top) if top else 0 for value in (read, whole))
    return "?" if one.count.estimate is None else _BLOCKS[0] * solid + _BLOCKS[1] * (end - solid)


def key_name(key: str, of: str, titles: Mapping[str, str]) -> str:
    """The key of a row by outlet, class, place, topic … as officers read it."""
    names = {"topic": titles, "class": CLASS_NAMES}.get(of, {})
    return names.get(key, key) or ("ngoài các cụm" if of == "cluster" else "không rõ")


def _signed(value: float) -> str:
    number = "∞" if value == float("inf") else decimal(abs(100 * value), 0)
    return f"{'−' if round(100 * value) < 0 else '+'}{number} %" if value != float("inf") else "+∞ %"


def rate(value: float | None) -> str:
    """A rate with one decimal, a small one with two; a dash for none."""
    return "–" if value is None else decimal(value, 2 if 0 < value < 1 else 1)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _length(one: Point) -> int:
    return (one.last - one.first).days + 1
