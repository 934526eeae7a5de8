"""Campaigns and what came of them: the settings' campaigns, measured on what the store holds."""

from __future__ import annotations

from datetime import date, timedelta

from monitor import places, query
from monitor.campaigns import Campaign, Days, Known, Phrases, read
from monitor.clock import moment_of
from monitor.config import Config
from monitor.effect import Effect, effect, spans
from monitor.figures import Counted
from monitor.lift import Piece
from monitor.store import Store, counts, visits, wording


def campaigns(config: Config) -> list[Campaign]:
    """Every campaign of the settings, the first to begin first. Raises ConfigError that names the key."""
    titles = query.titles(config)
    topics = {title.lower(): name for name, title in titles.items()} | {name.lower(): name for name in titles}
    known = Known(topics=topics, places={name: name for name in places.provinces()}, clusters=query.clusters(config))
    return read(config["campaigns"], known, config["messages"])


def measured(store: Store, config: Config, campaign: Campaign, *, today: date) -> Effect:
    """What came of a campaign by ``today``."""
    both = spans(campaign, today)
    if not both:
        return effect(campaign, [], today=today, health={})
    found = {item.id: item for span in both for item in _counted(store, span)}
    first, last = min(both[1][0], both[0][0]), both[0][1]
    return effect(
        campaign,
        _pieces(store, campaign, list(found.values())),
        today=today,
        health=visits.health(store, first, last, sources=query.public(config)),
        young=_young(store, both[1][0]),
        clusters=query.clusters(config),
    )


def _counted(store: Store, span: Days) -> list[Counted]:
    return counts.counted(store, moment_of(span[0]), moment_of(span[1] + timedelta(days=1)))


def _pieces(store: Store, campaign: Campaign, found: list[Counted]) -> list[Piece]:
    """The articles and posts with their sources, and which messages those carry that the campaign is about; no reader comments."""
    origins = wording.origins(store, [item.id for item in found])
    near = {item.id for item in found if _is_near(campaign, item)}
    words, benefits, rules = (Phrases(phrases) for phrases in (campaign.words, campaign.benefits, campaign.rules))
    marks = {
        number: (not campaign.words or words.stand_in(text), benefits.stand_in(text), rules.stand_in(text))
        for number, text in wording.documents(store, sorted(near))
    }
    pieces = []
    for item in found:
        source, kind = origins.get(item.id, ("", ""))
        if kind != "comment":
            ours, gains, duties = marks.get(item.id, (False, False, False))
            pieces.append(Piece(item=item, source=source, ours=ours, benefits=gains, rules=duties))
    return pieces


def _is_near(campaign: Campaign, item: Counted) -> bool:
    """Whether an article is on the campaign's topics, from its places and in its outlets, where it names such."""
    return (
        (not campaign.topics or bool(set(campaign.topics) & set(item.topics)))
        and (not campaign.places or bool(set(campaign.places) & set(item.places)))
        and (not campaign.outlets or item.outlet in campaign.outlets or item.publisher in campaign.outlets)
    )


def _young(store: Store, first: date) -> set[str]:
    """The sources that began to be read after ``first``, where others were read before them."""
    begun = visits.first_days(store)
    start = min(begun.values(), default=first)
    return {source for source, day in begun.items() if day > max(start, first)}
