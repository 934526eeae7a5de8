"""Stories and what is known of them: the copies of a text, and who carries it. Pure, like the digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from monitor.clock import day_of
from monitor.figures import Counted, Story
from monitor.records import NOT_PUBLISHERS, TaggedArticle


def publishers(story: Story) -> int:
    """How many independent publishers carry a story."""
    return len({item.article.publisher for item in story.members if item.article.category not in NOT_PUBLISHERS})


def seen(item: TaggedArticle) -> datetime:
    """When an article counts as seen: when it was published, or else first read, UTC."""
    return item.article.seen


def is_owned(story: Story) -> bool:
    """Whether only the agency's own media carry a story."""
    return all(item.article.category == "owned" for item in story.members)


def inside(story: Story, since: datetime, until: datetime) -> list[TaggedArticle]:
    """The copies of a story that were seen from ``since`` up to ``until``."""
    return [item for item in story.members if since <= seen(item) < until]


def stories_of(articles: Iterable[TaggedArticle], since: datetime, until: datetime) -> list[Story]:
    """The stories with a member in the window, the loudest first: by publishers, then copies, then the newest."""
    groups: dict[str, list[TaggedArticle]] = defaultdict(list)
    for item in sorted(articles, key=lambda item: (seen(item), item.article.id or 0)):
        groups[item.article.story or item.article.url].append(item)
    found = [Story(first=members[0], others=tuple(members[1:])) for members in groups.values()]
    found = [story for story in found if inside(story, since, until)]
    return sorted(found, key=lambda story: (-publishers(story), -len(story.members), -seen(story.first).timestamp()))


def counted(item: TaggedArticle) -> Counted:
    """What counting needs of an article."""
    article = item.article
    return Counted(
        id=article.id or 0,
        day=day_of(seen(item)),
        seen=seen(item),
        outlet=article.outlet,
        publisher=article.publisher or article.outlet,
        category=article.category,
        story=article.story or article.url,
        sentiment=item.label("sentiment"),
        voice=item.label("voice"),
        topics=item.labels("topic"),
        places=item.labels("place"),
        laws=item.labels("law"),
        tones=item.labels("tone"),
        source=article.source,
        kind=article.kind,
    )
