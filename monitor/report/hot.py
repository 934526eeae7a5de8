"""Hot spots and alerts as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.clock import for_people
from monitor.figures import Figure
from monitor.matters import Alert, Hotspot
from monitor.report.formats import article_text, headline
from monitor.report.spots import STATES, titled


def lines(found: Figure, *, limit: int) -> Iterator[str]:
    """A row as text: its name, state and counts, then the articles that speak for it."""
    yield f"{found.title}: {headline(found)}"
    for story in found.stories[:limit]:
        for line in article_text(story.first, echoes=len(story.others)):
            yield f"  {line}"
    if len(found.stories) > limit:
        yield f"  … và {len(found.stories) - limit} tin nữa"


def named(alert: Alert, titles: Mapping[str, str]) -> str:
    """An alert in one line: what and where, its state, and how many stories of how many publishers."""
    spot = alert.spot
    state = f"{'khủng hoảng, ' if spot.crisis else ''}{STATES[spot.state]}"
    return f"#{alert.number} {titled(spot, titles)}: {state}; {spot.count.stories} tin, {spot.count.publishers} nguồn độc lập"


def as_json(spot: Hotspot, **more: Any) -> dict[str, Any]:
    """A hot spot as JSON has it: what is counted, what is usual, and whatever else is said of it."""
    said = {name: getattr(spot, name) for name in ("topic", "place", "state", "crisis", "since", "usual", "chance")}
    counts = {name: getattr(spot.count, name) for name in ("articles", "stories", "publishers", "positive", "negative")}
    return {**said, **counts, **more}


def alert_json(alert: Alert, **more: Any) -> dict[str, Any]:
    """An alert as JSON has it: its hot spot, when it was told, and whether it was seen."""
    return as_json(
        alert.spot, **{name: getattr(alert, name) for name in ("number", "at", "updated", "risen", "seen", "gravest")}, **more
    )


def told(alert: Alert) -> str:
    """When an alert was told, when it was last hot, and whether somebody has seen it."""
    seen_at = f"đã xem {for_people(alert.seen)}" if alert.seen and not alert.is_new else "chưa xem"
    again = ", nóng thêm từ khi xem" if alert.seen and alert.is_new else ""
    return f"#{alert.number} báo lúc {for_people(alert.at)}, còn nóng lúc {for_people(alert.updated)}; {seen_at}{again}"
