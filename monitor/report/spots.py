"""Hot spots as rows that officers read: a name, a state, the counts, and the stories that speak for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from monitor.figures import Figure
from monitor.matters import Hotspot, Matter
from monitor.records import TaggedArticle
from monitor.report.stories import seen, stories_of

STATES = {"emerging": "mới nổi", "growing": "đang tăng", "peak": "đỉnh", "cooling": "hạ nhiệt"}


def titled(spot: Hotspot, titles: Mapping[str, str]) -> str:
    """The name of a hot spot: its topic and where it is."""
    return " · ".join(filter(None, (titles.get(spot.topic, spot.topic), spot.place)))


def figure(matter: Matter, articles: Sequence[TaggedArticle], titles: Mapping[str, str]) -> Figure:
    """The row of a matter: its first hot spot, with the stories of ``articles`` that speak for it, newest first."""
    spot, also = matter.lead, ", ".join(titled(one, titles) for one in matter.also)
    items = sorted((item for item in articles if item.article.id in set(spot.articles)), key=seen)
    stories = stories_of(items, seen(items[0]), seen(items[-1]) + timedelta(seconds=1)) if items else []
    return Figure(
        label=spot.label,
        title=titled(spot, titles),
        count=spot.count,
        usual=spot.usual,
        remark="; ".join(filter(None, (_remark(spot), also and f"cùng lúc: {also}"))),
        stories=tuple(sorted(stories, key=lambda story: seen(story.first), reverse=True)),
    )


def _remark(spot: Hotspot) -> str:
    return f"{'khủng hoảng, ' if spot.crisis else ''}{STATES[spot.state]}, từ {spot.since:%d/%m}"
