"""What came of a campaign: its days against those before, and how far each goal is. Arithmetic on counted articles, without a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta

from monitor.campaigns import LEVELS, Campaign, Days
from monitor.clock import weeks_before
from monitor.coverage import count, each_day, publicity
from monitor.figures import Counted
from monitor.hearing import heard_days, totals
from monitor.intervals import Interval, effective, wilson
from monitor.lift import Compared, Lift, Piece
from monitor.movement import Volume
from monitor.panel import Panel
from monitor.records import record
from monitor.trends import FEW, tone_of

HEARD = 0.5  # share of good visits from which most sources were heard on a day


@record
class Period:
    """What stood in some days: the three counts, where, in which tone (−1..1), and the share of messages on benefits (0..1).

    ``read`` articles on any subject of ``read_publishers`` independent publishers are what they are of. ``owned`` are articles on the
    agency's own channels, in no other count. ``heard`` days are those on which most sources were heard, ``health`` the mean share of
    good visits, None where nothing was visited. Intervals take copies for one and are None where fewer than ten are left.
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
    read: int = 0
    read_publishers: int = 0
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
    where ``why_not`` says in Vietnamese why nothing can be compared. They are of so many ``sources``; ``spread`` is the dispersion they
    allow for, ``left_out`` the sources that brought something of the campaign and were not heard in both periods.
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
    sources: int = 0
    left_out: tuple[str, ...] = ()
    why_not: str = ""


def spans(campaign: Campaign, today: date) -> tuple[Days, Days] | None:
    """The days of a campaign so far and those it is compared with; None before it begins.

    Where it names none it is compared with as many, counted back in whole weeks so that weekdays meet.

    >>> spring = Campaign(name="a", first=date(2027, 5, 1), last=date(2027, 5, 31), goals={})
    >>> [day.isoformat() for span in spans(spring, date(2027, 5, 10)) for day in span]
    ['2027-05-01', '2027-05-10', '2027-04-17', '2027-04-26']
    """
    if today < campaign.first:
        return None
    during = campaign.first, min(campaign.last, today)
    return during, campaign.baseline or weeks_before(*during)


def effect(
    campaign: Campaign,
    found: Sequence[Piece],
    *,
    today: date,
    health: Mapping[date, float],
    volumes: Sequence[Volume] = (),
    clusters: Mapping[str, Sequence[str]] | None = None,
) -> Effect:
    """What came of a campaign by ``today``. ``found`` is everything about social security of the days of `spans`, and of
    `monitor.panel.calm` before; ``volumes`` is what was read of them, on any subject.

    ``health`` is the share of good visits a day; where it is empty (nothing was ever visited) every day counts as heard.
    """
    both = spans(campaign, today)
    if not both:
        waiting = [Goal(name=name, goal=goal, value=None, state="waiting") for name, goal in campaign.goals.items()]
        return Effect(campaign=campaign, today=today, state="upcoming", goals=tuple(waiting))
    ours = [piece for piece in found if piece.ours]
    during, before = (period(campaign, ours, span, health=health, volumes=volumes) for span in both)
    state = campaign.state(today)
    whole = spans(campaign, today - timedelta(days=state == "running"))  # a day that still runs has no rate
    panel = Panel(heard_days(volumes, last=(whole or both)[0][1]), whole or both)
    compared = Compared([piece for piece in found if publicity([piece.item])], panel)
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
        sources=len(panel.sources),
        left_out=tuple(sorted({piece.item.source for piece in ours} & panel.left_out)),
        why_not=why_not,
    )


def period(
    campaign: Campaign, found: Iterable[Piece], span: Days, *, health: Mapping[date, float], volumes: Iterable[Volume] = ()
) -> Period:
    """What stood in the days of a span; owned media are counted apart."""
    here = [piece for piece in found if span[0] <= piece.item.day <= span[1] and piece.item.is_article]
    public = [piece for piece in here if piece.item.category != "owned"]
    items = [piece.item for piece in public]
    row = count("", items, topic=campaign.topics[0] if len(campaign.topics) == 1 else "", health=health, days=each_day(*span))
    read = totals((one for one in volumes if span[0] <= one.day <= span[1]), by="topic").get("", (0, 0))
    share, interval = _benefits(public)
    return Period(
        first=span[0],
        last=span[1],
        heard=sum(not health or health.get(day, 0.0) >= HEARD for day in each_day(*span)),
        articles=row.articles,
        stories=row.stories,
        publishers=row.publishers,
        outlets=len({item.outlet for item in items}),
        places=len({place for item in items for place in item.places}),
        owned=len(here) - len(public),
        read=read[0],
        read_publishers=read[1],
        tone=row.tone,
        tone_interval=tone_of(row, items),
        benefits=share,
        benefits_interval=interval,
        health=row.health,
    )


def _benefits(public: Sequence[Piece]) -> tuple[float | None, Interval | None]:
    """The share of those that speak of benefits among those that speak of benefits or rules, and its interval."""
    spoken = [piece for piece in public if piece.benefits or piece.rules]
    if not spoken:
        return None, None
    share = sum(piece.benefits for piece in spoken) / len(spoken)
    worth = effective(Counter(piece.item.story or piece.item.id for piece in spoken).values())
    return share, wilson(share * worth, worth) if worth >= FEW else None


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
