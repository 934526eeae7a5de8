"""Campaigns and what came of them: the settings' campaigns, measured on what the store holds."""

from __future__ import annotations

from datetime import date, timedelta

from monitor import places, query
from monitor.campaigns import Campaign, Days, Known, Phrases, read
from monitor.clock import moment_of
from monitor.config import Config
from monitor.effect import Effect, effect, spans
from monitor.figures import Counted
from monitor.hearing import REACH
from monitor.lift import Piece
from monitor.movement import Volume
from monitor.panel import calm
from monitor.store import Store, counts, visits, wording
from monitor.store.volumes import volumes


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
    start = calm(both[1])[0] - timedelta(weeks=1)  # a week more: without the day that still runs the days before are others
    windows = [both[0], (start, both[1][1])] if campaign.baseline else [(start, both[0][1])]
    found = {item.id: item for span in windows for item in _counted(store, span)}
    return effect(
        campaign,
        _pieces(store, campaign, list(found.values())),
        today=today,
        health=visits.health(store, start, both[0][1], sources=query.public(config)),
        volumes=list({one for span in windows for one in _read(store, config, span)}),
        clusters=query.clusters(config),
    )


def _counted(store: Store, span: Days) -> list[Counted]:
    return counts.counted(store, moment_of(span[0]), moment_of(span[1] + timedelta(days=1)))


def _read(store: Store, config: Config, span: Days) -> list[Volume]:
    """What was read in a span, in the weeks before and on the day after, by which it is known who was heard in it."""
    return volumes(store, span[0] - timedelta(days=REACH), span[1] + timedelta(days=1), sources=query.public(config))


def _pieces(store: Store, campaign: Campaign, found: list[Counted]) -> list[Piece]:
    """The articles and posts, and which messages those carry that the campaign is about; no reader comments."""
    near = {item.id for item in found if item.is_article and _is_near(campaign, item)}
    words, benefits, rules = (Phrases(phrases) for phrases in (campaign.words, campaign.benefits, campaign.rules))
    marks = {
        number: (not campaign.words or words.stand_in(text), benefits.stand_in(text), rules.stand_in(text))
        for number, text in wording.documents(store, sorted(near))
    }
    none = (False, False, False)
    made = [(item, *marks.get(item.id, none)) for item in found if item.is_article]
    return [Piece(item=item, ours=ours, benefits=gains, rules=duties) for item, ours, gains, duties in made]


def _is_near(campaign: Campaign, item: Counted) -> bool:
    """Whether an article is on the campaign's topics, from its places and in its outlets, where it names such."""
    return (
        (not campaign.topics or bool(set(campaign.topics) & set(item.topics)))
        and (not campaign.places or bool(set(campaign.places) & set(item.places)))
        and (not campaign.outlets or item.outlet in campaign.outlets or item.publisher in campaign.outlets)
    )
