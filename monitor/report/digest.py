"""The digest of a day: which stories, in which sections, in which order. Pure: nothing is read and no clock is looked at.

Why this order: what must be answered comes first, then what moves, then the rest by topic; what the agency says about itself stands
apart and is never counted as publicity; and the sources that were silent because they were broken are named under the figures that
they make too small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from monitor.clock import day_of, for_people, moment_of
from monitor.coverage import count, coverage, publicity
from monitor.figures import Condition, Counted, Coverage, Digest, Figure, Section, Story
from monitor.heard import Rules
from monitor.hearing import heard_days, made_whole, totals, with_read
from monitor.matters import Matter
from monitor.movement import Volume
from monitor.records import TaggedArticle
from monitor.replies import ASKING, Answers
from monitor.report.spots import figure
from monitor.report.stories import counted, inside, is_owned, publishers, seen, stories_of

OPEN_FOR = timedelta(days=7)  # how long a question without an answer is shown
ENOUGH = 3  # earlier windows below which nothing is called usual
HEARD = 0.5  # share of good visits from which a day can be compared with


@dataclass(frozen=True)
class Material:
    """What a digest is made of: the core articles of the last two weeks, and how the store was fed.

    ``health`` holds the share of good visits a day, ``titles`` the Vietnamese titles of topics, ``conditions`` every source's state,
    ``hot`` what is hot (see `monitor.hotspots`), ``rules`` how an answer is known. ``volumes`` are what was read on any subject, by
    source and day; ``read`` how many articles of how many independent publishers in the window itself.
    """

    articles: Sequence[TaggedArticle]
    health: Mapping[date, float]
    conditions: Sequence[Condition]
    titles: Mapping[str, str]
    headlines: int = 5
    usual: int = 7
    models: tuple[str, ...] = ()
    hot: Sequence[Matter] = ()
    volumes: Sequence[Volume] = ()
    read: tuple[int, int] | None = None
    rules: Rules = field(default_factory=Rules)

    @cached_property
    def printed(self) -> Sequence[TaggedArticle]:
        """The articles without what readers write under them: that is asked, and is no story of the press."""
        return [item for item in self.articles if item.article.kind != "comment"]

    @cached_property
    def answers(self) -> Answers:
        """What could answer a question, among all the articles."""
        times = [seen(item) for item in self.articles]
        found = stories_of(self.articles, min(times), max(times) + timedelta(seconds=1)) if times else []
        return Answers(found, self.rules)


def window(day: date, now: datetime, hour: str) -> tuple[datetime, datetime]:
    """From when to when (UTC) the digest of a day reads: since ``hour`` of the day before, up to ``now`` or the day's end."""
    end = min(now, moment_of(day + timedelta(days=1)))
    return moment_of(day - timedelta(days=1), hour), max(end, moment_of(day - timedelta(days=1), hour))


def compose(material: Material, *, day: date, since: datetime, until: datetime) -> Digest:
    """The digest of ``day`` from everything seen between ``since`` and ``until``; sections without content are left out."""
    stories = stories_of(material.printed, since, until)
    outside = [story for story in stories if not is_owned(story)]
    windows = _earlier(material, since, until)
    items = [item for story in outside for item in inside(story, since, until)]
    topics = _by_topic(material, outside, windows=windows, span=(since, until))
    attention = _attention(material, outside)
    burning = [figure(matter, material.articles, material.titles) for matter in material.hot[: material.headlines]]
    sections = (
        attention,
        Section(id="hot", title="Điểm nóng", note=_HOT_NOTE, figures=tuple(burning)),
        _new(material, [story for story in outside if story not in attention.stories], since),
        _open(material, since, until),
        Section(id="topics", title="Theo chủ đề", note=_TOPICS_NOTE, figures=tuple(topics)),
        Section(id="owned", title="Trên trang của ngành", note=_OWNED_NOTE, stories=_first(stories, material, is_owned)),
        _silent(material.conditions),
    )
    total = _figure("", "Tất cả", items, windows=windows, stories=outside)
    if material.read:
        total = replace(total, count=replace(total.count, read=material.read[0], read_publishers=material.read[1]))
    return Digest(
        title=f"Điểm báo bảo hiểm xã hội ngày {day:%d/%m/%Y}",
        day=day,
        since=since,
        until=until,
        total=total,
        days=_days(material, day),
        sections=tuple(section for section in sections if section.stories or section.figures or section.sources),
        models=material.models,
        headlines=material.headlines,
    )


def _first(stories: Iterable[Story], material: Material, wanted: Callable[[Story], bool]) -> tuple[Story, ...]:
    return tuple(story for story in stories if wanted(story))[: material.headlines]


def _earlier(material: Material, since: datetime, until: datetime) -> list[list[Counted]]:
    """What the same hours of the days before brought, for those days on which most sources were heard."""
    found = []
    for back in range(1, material.usual + 1):
        begin, end = since - timedelta(days=back), until - timedelta(days=back)
        if material.health.get(day_of(begin + (end - begin) / 2), 0.0) >= HEARD:
            found.append(publicity(counted(item) for item in material.articles if begin <= seen(item) < end))
    return found


def _figure(
    label: str,
    title: str,
    items: Sequence[TaggedArticle],
    *,
    windows: Sequence[Sequence[Counted]],
    stories: Sequence[Story],
) -> Figure:
    row = count(label, [counted(item) for item in items], topic=label)
    if len(windows) < ENOUGH:
        return Figure(label=label, title=title, count=row, stories=tuple(stories))
    each = [count("", [item for item in window if not label or label in item.topics]).stories for window in windows]
    usual = sum(each) / len(each)
    return Figure(label=label, title=title, count=row, usual=usual, stories=tuple(stories))


def _by_topic(
    material: Material, stories: Sequence[Story], *, windows: Sequence[Sequence[Counted]], span: tuple[datetime, datetime]
) -> list[Figure]:
    """One figure a topic that the window holds, the most stories first, with its stories, the loudest first."""
    found = []
    for topic, title in material.titles.items():
        here = [story for story in stories if topic in story.first.labels("topic")]
        items = [item for story in here for item in inside(story, *span)]
        if items:
            found.append(_figure(topic, title, items, windows=windows, stories=here))
    return sorted(found, key=lambda figure: (-figure.count.stories, -figure.count.articles, figure.label))


def _attention(material: Material, stories: Sequence[Story]) -> Section:
    """What is negative, is no answer itself, and has none yet."""
    bad = [
        story
        for story in stories
        if story.first.label("sentiment") == "negative" and story.first.label("voice") != "official_reply"
    ]
    bad = [story for story in bad if not material.answers.to(story, inside=False)]
    bad.sort(key=lambda story: (-publishers(story), story.first.label("voice") not in ASKING, -seen(story.first).timestamp()))
    note = "Tin tiêu cực chưa thấy bài nào của cơ quan trả lời; nhiều báo đăng xếp trước."
    return Section(id="attention", title="Cần chú ý", note=note, stories=tuple(bad[: 2 * material.headlines]))


def _new(material: Material, stories: Sequence[Story], since: datetime) -> Section:
    """The loudest stories that were not there before the window, and that no section above has shown in full."""
    note = "Xuất hiện lần đầu trong khung giờ này, ngoài những tin cần chú ý ở trên; nhiều báo đăng xếp trước."
    found = _first(stories, material, lambda story: seen(story.first) >= since)
    return Section(id="new", title="Tin mới", note=note, stories=found)


def _open(material: Material, since: datetime, until: datetime) -> Section:
    """Questions and complaints of the days before this window that nobody answered: most publishers first, then the longest waiting."""
    asked = [one for one in material.answers.questions(until - OPEN_FOR, since) if not one.reply]
    asked.sort(key=lambda one: -publishers(one.story))  # the first asked stays first among equals
    note = "Câu hỏi, phản ánh trong 7 ngày qua mà chưa thấy trả lời, trong bài hay ở bài sau; nhiều báo đăng, rồi chờ lâu, xếp trước."
    return Section(id="open", title="Còn bỏ ngỏ", note=note, stories=tuple(one.story for one in asked[: material.headlines]))


def _silent(found: Sequence[Condition]) -> Section:
    """The sources that gave nothing because something is wrong."""
    note = "Các nguồn này im lặng vì có lỗi, không phải vì không đăng gì: con số ở trên có thể thấp hơn thực tế."
    return Section(
        id="silent", title="Nguồn có vấn đề", note=note, sources=tuple(one for one in found if one.state not in ("good", "new"))
    )


def _days(material: Material, day: date) -> tuple[Coverage, ...]:
    """The counts of the last ten days, the day itself included, made whole where sources were not heard; owned media left out."""
    span = (day - timedelta(days=9), day)
    items = publicity(map(counted, material.articles))
    kept = [item for item in items if span[0] <= item.day <= span[1]]
    rows = coverage(kept, by="day", days=span, health=material.health)
    if not material.volumes:
        return tuple(rows)
    return tuple(made_whole(with_read(rows, totals(material.volumes, by="day"), by="day"), items, heard_days(material.volumes)))


def span_text(digest: Digest) -> str:
    """From when to when, as officers read it."""
    return f"từ {for_people(digest.since)} đến {for_people(digest.until)}"


_TOPICS_NOTE = "Một tin có thể thuộc nhiều chủ đề. Thường lệ: trung bình số tin cùng khung giờ của những ngày trước."
_HOT_NOTE = "Mấy ngày qua có nhiều tin mới hơn hẳn mức thường lệ của chính chủ đề ấy, nơi ấy; bài đăng lại chỉ tính một."
_OWNED_NOTE = "Không tính vào số liệu truyền thông ở trên."
