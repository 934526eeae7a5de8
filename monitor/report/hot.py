"""What is hot: topics, and topics in one place, that bring far more new stories in three days than calm days do.

Why the middle one of three earlier spans is what is usual: a story that runs for a week must not become its own measure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from monitor.clock import day_of
from monitor.coverage import count, each_day
from monitor.figures import Figure, Story
from monitor.records import TaggedArticle
from monitor.report.stories import counted, is_owned, seen, stories_of

SPAN, CALM = timedelta(days=3), 3  # what is hot now, against the middle one of so many spans before it
RARE = 0.01  # a count is hot where calm days would bring it by chance this seldom
ENOUGH = 3  # stories below which nothing is hot
HEARD = 0.5  # share of good visits from which a span can be compared with

Spans = list[list[Story]]


def hot(
    articles: Sequence[TaggedArticle],
    until: datetime,
    *,
    health: Mapping[date, float],
    titles: Mapping[str, str],
    young: Collection[str] = (),
) -> list[Figure]:
    """The hot topics at ``until``, the rarest first, each with its new stories, newest first; none without earlier days to compare.

    ``usual`` of a figure is a span's usual number of stories. A topic that is hot by one place stands there with that place only.
    The stories of ``young`` sources (by id) are left out: they were not read in the calm days, and what they bring would look new.
    """
    calm = [back for back in range(1, CALM + 1) if _heard(articles, health, until - back * SPAN)]
    if not calm:
        return []
    found, articles = [], [item for item in articles if item.article.source not in young]
    for (topic, place), spans in _begun(articles, until).items():
        usual = float(median(len(spans[back]) for back in calm))
        if len(spans[0]) >= ENOUGH and rarity(len(spans[0]), usual) <= RARE:
            title = " · ".join(filter(None, (titles.get(topic, topic), place)))
            found.append(_figure("@".join(filter(None, (topic, place))), title, spans[0], usual=usual))
    return sorted((one for one in found if not _is_of_a_place(one, found)), key=lambda figure: (figure.rare, figure.label))


def rarity(stories: int, usual: float) -> float:
    """The chance of ``stories`` or more in a span that usually brings ``usual`` (Poisson), 0..1.

    >>> round(rarity(8, 2.0), 4), rarity(2_000, 1_000.0) < 1e-9
    (0.0011, True)
    """
    mean = max(usual, 0.5)  # a topic that was never seen is not proof by its first story
    fewer = math.fsum(math.exp(number * math.log(mean) - mean - math.lgamma(number + 1)) for number in range(stories))
    return min(1.0, max(0.0, 1.0 - fewer))


def _begun(articles: Sequence[TaggedArticle], until: datetime) -> dict[tuple[str, str], Spans]:
    """The stories that began in each span, the latest span first, by topic and place ("" for any)."""
    found: dict[tuple[str, str], Spans] = defaultdict(lambda: [[] for _ in range(CALM + 1)])
    for story in stories_of(articles, until - (CALM + 1) * SPAN, until):
        back = (until - seen(story.first)) // SPAN
        if back <= CALM and not is_owned(story):
            for topic in story.first.labels("topic"):
                for place in ("", *story.first.labels("place")):
                    found[topic, place][back].append(story)
    return found


def _heard(articles: Sequence[TaggedArticle], health: Mapping[date, float], end: datetime) -> bool:
    """Whether the span up to ``end`` can be compared with: sources were heard in it, or, where none was ever visited, articles came."""
    if not health:
        return any(end - SPAN <= seen(item) < end for item in articles)
    known = [health.get(day, 0.0) for day in each_day(day_of(end - SPAN), day_of(end - timedelta(seconds=1)))]
    return sum(known) / len(known) >= HEARD


def _figure(label: str, title: str, stories: Sequence[Story], *, usual: float) -> Figure:
    items = [counted(item) for story in stories for item in story.members]
    latest = tuple(sorted(stories, key=lambda story: -seen(story.first).timestamp()))
    rare = rarity(len(stories), usual)
    return Figure(label=label, title=title, count=count("", items), usual=usual, rare=rare, stories=latest)


def _is_of_a_place(figure: Figure, found: Sequence[Figure]) -> bool:
    """Whether half of a hot topic's stories are those of one place that is hot itself."""
    inside = [one for one in found if one.label.startswith(f"{figure.label}@")]
    return any(2 * one.count.stories >= figure.count.stories for one in inside)
