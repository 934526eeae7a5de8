"""What came of a campaign: its days against those before, and how far each goal is. Arithmetic on counted articles, without a store."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta

from monitor.campaigns import LEVELS, Campaign, Days
from monitor.chance import Interval, mean_interval
from monitor.coverage import each_day
from monitor.figures import Counted
from monitor.intervals import wilson
from monitor.lift import Compared, Lift, Piece, heard_days, story_of
from monitor.records import NOT_PUBLISHERS, record

TONES = {"positive": 1, "negative": -1}


@record
class Period:
    """What stood in some days: the three counts, where, in which tone (−1..1), and the share of messages on benefits (0..1).

    ``owned`` are articles on the agency's own channels, in no other count. ``heard`` days are those on which most sources were heard,
    ``health`` the mean share of good visits, None where nothing was visited.
    """

    first: date
    last: date
    heard: int
    articles: int
    stories: int
    publishers: int
    outlets: int
    places: int
    owned: int
    tone: float | None = None
    tone_interval: Interval | None = None
    benefits: float | None = None
    benefits_interval: Interval | None = None
    health: float | None = None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@record
class Goal:
    """How far a goal is: ``state`` is met, missed, or of a running one met, pace (on pace) or behind, or of one to come, waiting.

    ``part`` is the year it holds for, "" for the whole campaign; ``value`` is None where there is nothing to measure.
    """

    name: str
    goal: float
    value: float | None
    state: str
    part: str = ""


@record
class Effect:
    """What came of a campaign by ``today``: its days so far, those before, its goals and lifts; ``by`` outlet, place and cluster.

    ``lifts`` are of articles and stories, then "relative": of stories against all others about social security. They are empty
    where ``why_not`` says in Vietnamese why nothing can be compared. ``spread`` is the dispersion they allow for, ``young`` the
    sources they leave out.
    """

    campaign: Campaign
    today: date
    state: str
    goals: tuple[Goal, ...] = ()
    during: Period | None = None
    before: Period | None = None
    lifts: tuple[Lift, ...] = ()
    by: Mapping[str, Sequence[Lift]] = field(default_factory=dict, hash=False)
    spread: float = 1.0
    young: tuple[str, ...] = ()
    why_not: str = ""


def spans(campaign: Campaign, today: date) -> tuple[Days, Days] | None:
    """The days of a campaign so far and those it is compared with, as many where it names none; None before it begins.

    >>> spring = Campaign(name="a", first=date(2027, 5, 1), last=date(2027, 5, 31), goals={})
    >>> [day.isoformat() for span in spans(spring, date(2027, 5, 10)) for day in span]
    ['2027-05-01', '2027-05-10', '2027-04-21', '2027-04-30']
    """
    if today < campaign.first:
        return None
    last = min(campaign.last, today)
    before = campaign.first - timedelta(days=(last - campaign.first).days + 1), campaign.first - timedelta(days=1)
    return (campaign.first, last), campaign.baseline or before


def effect(
    campaign: Campaign,
    found: Sequence[Piece],
    *,
    today: date,
    health: Mapping[date, float],
    young: Collection[str] = (),
    clusters: Mapping[str, Sequence[str]] | None = None,
) -> Effect:
    """What came of a campaign by ``today``. ``found`` is everything about social security of the days of `spans`.

    ``health`` is the share of good visits a day; where it is empty (nothing was ever visited) every day counts as heard. ``young`` are
    the sources, by id, that were not read from the first day before.
    """
    both = spans(campaign, today)
    if not both:
        waiting = [Goal(name=name, goal=goal, value=None, state="waiting") for name, goal in campaign.goals.items()]
        return Effect(campaign=campaign, today=today, state="upcoming", goals=tuple(waiting))
    ours = [piece for piece in found if piece.ours]
    during, before = (period(campaign, ours, span, health=health) for span in both)
    state = campaign.state(today)
    whole = spans(campaign, today - timedelta(days=state == "running"))  # a day that still runs has no rate
    compared = Compared([piece for piece in found if piece.public and piece.source not in young], whole or both, health)
    why_not = compared.why_not() if whole else "chiến dịch mới bắt đầu hôm nay"
    return Effect(
        campaign=campaign,
        today=today,
        state=state,
        goals=tuple(goals(campaign, ours, today)),
        during=during,
        before=before,
        lifts=() if why_not else compared.lifts(),
        by={} if why_not else {name: compared.by(keys) for name, keys in _keys(clusters or {}).items()},
        spread=compared.spread,
        young=tuple(sorted({piece.source for piece in ours if piece.source in young})),
        why_not=why_not,
    )


def period(campaign: Campaign, found: Iterable[Piece], span: Days, *, health: Mapping[date, float]) -> Period:
    """What stood in the days of a span; owned media are counted apart."""
    here = [piece for piece in found if span[0] <= piece.item.day <= span[1]]
    public = [piece for piece in here if piece.public]
    topic = campaign.topics[0] if len(campaign.topics) == 1 else ""
    tones = [TONES.get(piece.item.tone_of(topic), 0) for piece in public]
    benefits, spoken = sum(piece.benefits for piece in public), sum(piece.benefits or piece.rules for piece in public)
    known = [health[day] for day in each_day(*span) if day in health]
    return Period(
        first=span[0],
        last=span[1],
        heard=len(heard_days(span, health)),
        articles=len(public),
        stories=len({story_of(piece) for piece in public}),
        publishers=len({piece.item.publisher for piece in public if piece.item.category not in NOT_PUBLISHERS}),
        outlets=len({piece.item.outlet for piece in public}),
        places=len({place for piece in public for place in piece.item.places}),
        owned=len(here) - len(public),
        tone=sum(tones) / len(tones) if tones else None,
        tone_interval=mean_interval(tones),
        benefits=benefits / spoken if spoken else None,
        benefits_interval=wilson(benefits, spoken) if spoken else None,
        health=math.fsum(known) / len(known) if known else None,
    )


def goals(campaign: Campaign, found: Sequence[Piece], today: date) -> list[Goal]:
    """Every goal of every part of a campaign that has begun."""
    told = []
    for part, (first, last) in campaign.parts():
        if first > today:
            continue
        now = period(campaign, found, (first, min(last, today)), health={})
        for name, goal in campaign.goals.items():
            value = getattr(now, "articles" if name == "items" else name)
            passed = ((min(last, today) - first).days + 1) / ((last - first).days + 1)
            state = _state(value, goal, level=name in LEVELS, passed=passed, over=today > last)
            told.append(Goal(name=name, goal=goal, value=value, state=state, part=part))
    return told


def _state(value: float | None, goal: float, *, level: bool, passed: float, over: bool) -> str:
    """While it runs, a count is on pace where its rate so far reaches the goal; a level where it reaches the goal now."""
    enough = value is not None and value >= goal
    if over:
        return "met" if enough else "missed"
    if level:
        return "pace" if enough else "behind"
    return "met" if enough else "pace" if (value or 0) >= goal * passed else "behind"


def _keys(clusters: Mapping[str, Sequence[str]]) -> dict[str, Callable[[Counted], Iterable[str]]]:
    return {
        "outlet": lambda item: (item.outlet,),
        "place": lambda item: item.places,
        "cluster": lambda item: [name for name, members in clusters.items() if set(members) & set(item.places)],
    }
