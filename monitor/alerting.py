"""Which hot spots are told, and which only change what was told before: one matter is one alert until it was calm for a while.

Pure: what stands and what is found come in, what is new or has changed goes out; asked again, it gives nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.hotspots import STATES, is_about
from monitor.matters import Alert, Hotspot, Matter


def alerts(standing: Iterable[Alert], matters: Iterable[Matter], now: datetime, *, cooldown: timedelta) -> list[Alert]:
    """The alerts that are new (without a number) or have changed, for what is hot ``now`` by matter.

    A matter goes on where it has the label of a standing alert that was hot within ``cooldown``, or half of its stories. It becomes
    graver as an update: from emerging to growing to its peak, or to a crisis. What already cools when it is first seen is not told.
    A look back changes nothing that was found later, nor does a crisis that is known and brings nothing new. An alert keeps the name
    under which it was told; of two matters that could be its next step the one of that name is, yet a crisis and what is hot may both.
    """
    stood = sorted((one for one in standing if abs(now - one.updated) <= cooldown), key=lambda one: one.updated, reverse=True)
    found, taken = list(stood), defaultdict[int, set[bool]](set)
    given = list(matters)
    names = {one.spot.label for one in stood} | {matter.lead.label for matter in given if matter.lead.crisis}
    for matter in sorted(given, key=lambda one: (not one.lead.crisis, not names & _labels(one), -STATES.index(one.lead.state))):
        lead = matter.lead
        same = [at for at, one in enumerate(stood) if is_about(matter, one.spot)]
        if any(_is_known(stood[at].spot, lead) for at in same):
            continue
        free = [at for at in same if lead.crisis not in taken[at] and now >= stood[at].updated]
        if not same and lead.state != "cooling":
            taken[len(stood)].add(lead.crisis)
            stood.append(Alert(spot=lead, at=now, updated=now, risen=now, gravest=lead.state))
            found.append(stood[-1])
        elif free:
            place = min(free, key=lambda at: stood[at].spot.label not in _labels(matter))
            taken[place].add(lead.crisis)
            found[place] = _updated(found[place], matter, now)
    return [one for one, before in zip(found, stood, strict=True) if one.number is None or one != before]


def _is_known(told: Hotspot, spot: Hotspot) -> bool:
    """Whether a crisis says nothing that was not told: it is found for a while after its last article."""
    return spot.crisis and told.crisis and set(spot.articles) <= set(told.articles)


def _labels(matter: Matter) -> set[str]:
    return {spot.label for spot in (matter.lead, *matter.also)}


def _updated(told: Alert, matter: Matter, now: datetime) -> Alert:
    spot = next((one for one in (matter.lead, *matter.also) if one.label == told.spot.label), matter.lead)
    if spot.state == "cooling":
        return told if told.updated == now else replace(told, spot=replace(told.spot, state="cooling"))
    articles = (*(number for number in spot.articles if number not in told.spot.articles), *told.spot.articles)
    crisis = spot.crisis or told.spot.crisis
    since, stories = min(told.spot.since, spot.since), told.spot.stories | spot.stories
    gathered = replace(
        spot, topic=told.spot.topic, place=told.spot.place, since=since, stories=stories, articles=articles, crisis=crisis
    )
    graver = STATES.index(spot.state) > STATES.index(told.gravest) or crisis > told.spot.crisis
    gravest = max(told.gravest, spot.state, key=STATES.index)
    return replace(told, spot=gathered, updated=now, risen=now if graver else told.risen, gravest=gravest)
