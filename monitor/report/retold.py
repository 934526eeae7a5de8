"""A story told whole, for officers: who was first, who echoed it, how alike, and what each of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from monitor import clock
from monitor.difference import Echo, Retold, Rewording
from monitor.events import Event
from monitor.records import TaggedArticle
from monitor.report.formats import decimal, head_of
from monitor.report.stories import seen

SHOWN, CHANGES = 30, 8  # words of one change, and changes of one text, that are shown; --json has all of them


def lines(told: Retold, *, copies: int) -> Iterator[str]:
    """The story, line by line; ``copies`` is how many there are beside the first, shown or not."""
    yield head_of(told.first.article)
    voices = f"{told.publishers} nguồn độc lập"
    yield f"  một tin: {decimal(1 + copies, 0)} bài, {voices}" if copies else f"  chưa báo nào đăng lại; {voices}"
    if told.event:
        yield f"  sự kiện: {told.event.title} ({counts(told.event)})"
    yield ""
    yield f"1. {_who(told.first, told.credit)} · đăng đầu tiên"
    yield f"   {told.first.article.url}"
    for number, echo in enumerate(told.echoes, 2):
        yield ""
        later = max(timedelta(0), seen(echo.item) - seen(told.first))  # of one minute, who credits an agency was not first
        yield f"{number}. {_who(echo.item, echo.credit)} · sau {span(later)} · giống {echo.alike:.0%}"
        yield f"   {echo.item.article.url}"
        yield from (f"   {line}" for line in _changes(echo))
    if copies > len(told.echoes):
        yield f"\n… và {decimal(copies - len(told.echoes), 0)} bài nữa; xem tiếp bằng --limit"


def counts(event: Event) -> str:
    """The days and the three counts of an event: "20/11/2026 – 24/11/2026; 3 tin, 12 bài, 7 nguồn độc lập"."""
    first, last = clock.day_of(event.first), clock.day_of(event.last)
    days = f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
    return f"{days}; {event.stories} tin, {event.articles} bài, {event.publishers} nguồn độc lập"


def span(length: timedelta) -> str:
    """A length of time as people say it.

    >>> span(timedelta(minutes=5)), span(timedelta(hours=3, minutes=20)), span(timedelta(days=2, minutes=4))
    ('5 phút', '3 giờ 20 phút', '2 ngày')
    """
    minutes = int(length.total_seconds()) // 60
    parts = [(minutes // 1440, "ngày"), (minutes // 60 % 24, "giờ"), (minutes % 60, "phút")]
    first = next((at for at, (number, _) in enumerate(parts) if number), 0)
    told = [f"{number} {unit}" for number, unit in parts[first : first + 2] if number]
    return " ".join(told) or "chưa đầy 1 phút"


def _who(item: TaggedArticle, credit: str) -> str:
    origin = f" (ghi theo {credit})" if credit else ""
    return f"{item.article.outlet}{origin} · {clock.for_people(seen(item))}"


def _changes(echo: Echo) -> Iterator[str]:
    """What a copy changed, the headline first."""
    if echo.title:
        yield f"tít: {head_of(echo.item.article)}"
    if not echo.title and not echo.text:
        yield "nguyên văn"
    elif not echo.text:
        yield "bài giữ nguyên văn"
    yield from (_told(one) for one in _longest(echo.text))
    if len(echo.text) > CHANGES:
        yield f"… và {len(echo.text) - CHANGES} chỗ nữa"
    if not echo.whole:
        yield "(bài dài: chỉ so phần đầu)"


def _longest(changes: Sequence[Rewording]) -> list[Rewording]:
    """The longest changes, in their order: what they say matters more than where a comma's neighbour went."""
    weights = sorted(changes, key=lambda one: -max(len(one.before), len(one.after)))[:CHANGES]
    return [one for one in changes if one in weights][:CHANGES]


def _told(change: Rewording) -> str:
    if not change.after:
        return f"bỏ: {_cut(change.before)}"
    if not change.before:
        return f"thêm: {_cut(change.after)}"
    return f"đổi: {_cut(change.before)} → {_cut(change.after)}"


def _cut(words: str) -> str:
    """The words, or their beginning and how many there are."""
    parts = words.split()
    return f"“{words}”" if len(parts) <= SHOWN else f"“{' '.join(parts[:SHOWN])} …” ({decimal(len(parts), 0)} chữ)"
