"""The digest of a day: which stories, in which sections, in which order. Pure: nothing is read and no clock is looked at.

Why this order: what must be answered comes first, then what moves, then the rest by topic; what the agency says about itself stands
apart and is never counted as publicity; and the sources that were silent because they were broken are named under the figures that
they make too small.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.clock import for_people, moment_of
from monitor.coverage import count, coverage, each_day
from monitor.figures import Condition, Counted, Coverage, Digest, Figure, Section, Story
from monitor.records import NOT_PUBLISHERS, TaggedArticle

OPEN_FOR = timedelta(days=7)  # how long a question without an answer is shown
HOT_SPAN, CALM_SPAN = timedelta(days=3), timedelta(days=9)  # what is hot now, against how calm it was before
RARE = 0.01  # a count is called hot where calm days would bring it by chance this seldom
ENOUGH = 3  # stories below which nothing is called hot; and earlier windows below which nothing is called usual
ASKING = ("citizen_voice", "problem_report")


@dataclass(frozen=True)
class Material:
    """What a digest is made of: the core articles of the last ten days, and how the store was fed.

    ``health`` holds the share of good visits a day, ``titles`` the Vietnamese titles of topics, ``conditions`` every source's state.
    """

    articles: Sequence[TaggedArticle]
    health: Mapping[date, float]
    conditions: Sequence[Condition]
    titles: Mapping[str, str]
    mentions: int = 0
    headlines: int = 5
    usual: int = 7
    models: tuple[str, ...] = ()


def window(day: date, now: datetime, hour: str) -> tuple[datetime, datetime]:
    """From when to when (UTC) the digest of a day reads: since ``hour`` of the day before, up to ``now`` or the day's end."""
    end = min(now, moment_of(day + timedelta(days=1)))
    return moment_of(day - timedelta(days=1), hour), max(end, moment_of(day - timedelta(days=1), hour))


def compose(material: Material, *, day: date, since: datetime, until: datetime) -> Digest:
    """The digest of ``day`` from everything seen between ``since`` and ``until``; sections without content are left out."""
    stories = _stories(material.articles, since, until)
    outside = [story for story in stories if not _is_owned(story)]
    windows = _earlier(material, since, until)
    total = _figure("", "Tất cả", [item for story in outside for item in _inside(story, since, until)], windows, stories=())
    topics = _by_topic(material, outside, windows, (since, until))
    sections = (
        _attention(material, outside),
        _hot(material, until),
        _new(material, outside, since),
        _open(material, since, until),
        Section(id="topics", title="Theo chủ đề", note=_TOPICS_NOTE, figures=tuple(topics)),
        Section(id="owned", title="Trên trang của ngành", note=_OWNED_NOTE, stories=_first(stories, material, _is_owned)),
        _silent(material.conditions),
    )
    return Digest(
        title=f"Điểm báo bảo hiểm xã hội ngày {day:%d/%m/%Y}",
        day=day,
        since=since,
        until=until,
        total=total,
        days=_days(material, day),
        sections=tuple(section for section in sections if section.stories or section.figures or section.sources),
        models=material.models,
    )


def publishers(story: Story) -> int:
    """How many independent publishers carry a story."""
    return len({item.article.publisher for item in story.members if item.article.category not in NOT_PUBLISHERS})


def answered(story: Story, articles: Iterable[TaggedArticle]) -> TaggedArticle | None:
    """The first official reply after a story on one of its topics and, where both name places, one of its places; else None."""
    topics, places = set(story.first.labels("topic")), set(story.first.labels("place"))
    for item in sorted(articles, key=_seen):
        theirs = set(item.labels("place"))
        near = not places or not theirs or bool(places & theirs)
        later = _seen(item) > _seen(story.first) and item.label("voice") == "official_reply"
        if later and near and topics & set(item.labels("topic")):
            return item
    return None


def rarity(stories: int, usual: float) -> float:
    """The chance of ``stories`` or more in a window that usually brings ``usual`` (Poisson), 0..1.

    >>> round(rarity(8, 2.0), 4)
    0.0011
    """
    mean = max(usual, 0.5)  # a topic that was never seen is not proof by its first story
    return max(0.0, 1.0 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(stories)))


def _seen(item: TaggedArticle) -> datetime:
    return item.article.published or item.article.fetched


def _is_owned(story: Story) -> bool:
    return all(item.article.category == "owned" for item in story.members)


def _inside(story: Story, since: datetime, until: datetime) -> list[TaggedArticle]:
    return [item for item in story.members if since <= _seen(item) < until]


def _stories(articles: Iterable[TaggedArticle], since: datetime, until: datetime) -> list[Story]:
    """The stories with a member in the window, the loudest first: by publishers, then copies, then the newest."""
    groups: dict[str, list[TaggedArticle]] = defaultdict(list)
    for item in sorted(articles, key=lambda item: (_seen(item), item.article.id or 0)):
        groups[item.article.story or item.article.url].append(item)
    found = [Story(first=members[0], others=tuple(members[1:])) for members in groups.values()]
    found = [story for story in found if _inside(story, since, until)]
    return sorted(found, key=lambda story: (-publishers(story), -len(story.members), -_seen(story.first).timestamp()))


def _first(stories: Iterable[Story], material: Material, wanted: Callable[[Story], bool]) -> tuple[Story, ...]:
    return tuple(story for story in stories if wanted(story))[: material.headlines]


def _counted(item: TaggedArticle) -> Counted:
    from monitor.clock import day_of

    article = item.article
    return Counted(
        id=article.id or 0,
        day=day_of(_seen(item)),
        seen=_seen(item),
        outlet=article.outlet,
        publisher=article.publisher or article.outlet,
        category=article.category,
        story=article.story or article.url,
        sentiment=item.label("sentiment"),
        voice=item.label("voice"),
        topics=item.labels("topic"),
        places=item.labels("place"),
    )


def _earlier(material: Material, since: datetime, until: datetime) -> list[list[TaggedArticle]]:
    """What the same hours of the days before brought, for those days on which most sources were heard."""
    found = []
    for back in range(1, material.usual + 1):
        shift = timedelta(days=back)
        day = (until - shift - timedelta(seconds=1)).date()
        if material.health.get(day, 0.0) >= 0.5:
            begin, end = since - shift, until - shift
            found.append([item for item in material.articles if begin <= _seen(item) < end and item.article.category != "owned"])
    return found


def _figure(
    label: str,
    title: str,
    items: Sequence[TaggedArticle],
    windows: Sequence[Sequence[TaggedArticle]],
    *,
    stories: tuple[Story, ...],
) -> Figure:
    counted = count(label, [_counted(item) for item in items])
    if len(windows) < ENOUGH:
        return Figure(label=label, title=title, count=counted, stories=stories)
    each = [len({item.article.story for item in window if not label or label in item.labels("topic")}) for window in windows]
    usual = sum(each) / len(each)
    return Figure(label=label, title=title, count=counted, usual=usual, rare=rarity(counted.stories, usual), stories=stories)


def _by_topic(
    material: Material, stories: Sequence[Story], windows: Sequence[Sequence[TaggedArticle]], span: tuple[datetime, datetime]
) -> list[Figure]:
    """One figure a topic that the window holds, the most stories first, with its loudest stories."""
    found = []
    for topic, title in material.titles.items():
        here = [story for story in stories if topic in story.first.labels("topic")]
        items = [item for story in here for item in _inside(story, *span)]
        if items:
            found.append(_figure(topic, title, items, windows, stories=tuple(here[: material.headlines])))
    return sorted(found, key=lambda figure: (-figure.count.stories, -figure.count.articles, figure.label))


def _attention(material: Material, stories: Sequence[Story]) -> Section:
    """What is negative and has no answer yet."""
    bad = [story for story in stories if story.first.label("sentiment") == "negative" and not answered(story, material.articles)]
    bad.sort(key=lambda story: (-publishers(story), story.first.label("voice") not in ASKING, -_seen(story.first).timestamp()))
    note = "Tin tiêu cực chưa thấy cơ quan trả lời cùng chủ đề; nhiều báo đăng xếp trước."
    return Section(id="attention", title="Cần chú ý", note=note, stories=tuple(bad[: 2 * material.headlines]))


def _hot(material: Material, until: datetime) -> Section:
    """Topics, and topics in one place, that bring far more new stories in three days than calm days do, the rarest first."""
    begun: dict[tuple[str, str], list[Story]] = defaultdict(list)
    calm: dict[tuple[str, str], int] = defaultdict(int)
    for story in _stories(material.articles, until - HOT_SPAN - CALM_SPAN, until):
        if _is_owned(story):
            continue
        hot = _seen(story.first) >= until - HOT_SPAN
        for key in ((topic, place) for topic in story.first.labels("topic") for place in ("", *story.first.labels("place"))):
            if hot:
                begun[key].append(story)
            else:
                calm[key] += 1
    if not calm:  # no history, nothing to compare with
        return Section(id="hot", title="Điểm nóng")
    found = [_hot_figure(material, key, stories, calm[key] * (HOT_SPAN / CALM_SPAN)) for key, stories in begun.items()]
    found = [one for one in found if one.count.stories >= ENOUGH and (one.rare or 0.0) <= RARE]
    found.sort(key=lambda figure: (figure.rare, figure.label))
    note = "Trong ba ngày có nhiều tin mới hơn hẳn chín ngày trước đó (bài đăng lại chỉ tính một); thường lệ tính cho ba ngày."
    return Section(id="hot", title="Điểm nóng", note=note, figures=tuple(found[: material.headlines]))


def _hot_figure(material: Material, key: tuple[str, str], stories: Sequence[Story], usual: float) -> Figure:
    topic, place = key
    title = " · ".join(filter(None, (material.titles.get(topic, topic), place)))
    counted = count("", [_counted(item) for story in stories for item in story.members])
    shown = tuple(sorted(stories, key=lambda story: -_seen(story.first).timestamp())[:3])
    rare = rarity(counted.stories, usual)
    return Figure(label="@".join(filter(None, key)), title=title, count=counted, usual=usual, rare=rare, stories=shown)


def _new(material: Material, stories: Sequence[Story], since: datetime) -> Section:
    """The loudest stories that were not there before the window."""
    note = "Xuất hiện lần đầu trong khung giờ này; nhiều báo đăng xếp trước."
    found = _first(stories, material, lambda story: _seen(story.first) >= since)
    return Section(id="new", title="Tin mới", note=note, stories=found)


def _open(material: Material, since: datetime, until: datetime) -> Section:
    """Questions and complaints of the days before this window that nobody answered."""
    earlier = _stories(material.articles, until - OPEN_FOR, since)
    asked = [story for story in earlier if story.first.label("voice") in ASKING and not _is_owned(story)]
    asked = [story for story in asked if _seen(story.first) < since and story.first.label("sentiment") != "positive"]
    still = [story for story in asked if not answered(story, material.articles)]
    note = "Câu hỏi, phản ánh trong 7 ngày qua mà chưa thấy bài trả lời cùng chủ đề."
    return Section(id="open", title="Còn bỏ ngỏ", note=note, stories=tuple(still[: material.headlines]))


def _silent(found: Sequence[Condition]) -> Section:
    """The sources that gave nothing because something is wrong."""
    note = "Các nguồn này im lặng vì có lỗi, không phải vì không đăng gì: con số ở trên có thể thấp hơn thực tế."
    return Section(
        id="silent", title="Nguồn có vấn đề", note=note, sources=tuple(one for one in found if one.state not in ("good", "new"))
    )


def _days(material: Material, day: date) -> tuple[Coverage, ...]:
    """The counts of the last ten days, the day itself included; owned media left out."""
    span = (day - timedelta(days=9), day)
    items = [_counted(item) for item in material.articles if item.article.category != "owned"]
    kept = [item for item in items if item.day in set(each_day(*span))]
    return tuple(coverage(kept, by="day", days=span, health=material.health))


def span_text(digest: Digest) -> str:
    """From when to when, as officers read it."""
    return f"từ {for_people(digest.since)} đến {for_people(digest.until)}"


_TOPICS_NOTE = "Một tin có thể thuộc nhiều chủ đề. Thường lệ: trung bình số tin cùng khung giờ của những ngày trước."
_OWNED_NOTE = "Không tính vào số liệu truyền thông ở trên."
