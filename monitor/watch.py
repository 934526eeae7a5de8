"""The steps of `monitor run alerts`: what is hot, what is a crisis, and which alerts that makes.

Annotations are real here (no postponed ones), as in `monitor.steps`. Whoever sends alerts (by mail, to a chat) is one more step
behind ``raise_alerts``, which gives every alert once when it is new and once when it has become graver.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.matters import Alert, Matter
from monitor.pipeline import step
from monitor.records import Tally

if TYPE_CHECKING:
    from monitor.store import Store


@step("find_hotspots")
def find_hotspots(*, store: "Store", config: Config, now: datetime) -> Iterator[Matter]:
    """The matters that are a crisis, then those that are hot, the gravest first."""
    from monitor.query import hot

    yield from hot.crisis(store, config, now)
    yield from hot.hotspots(store, config, now)


@step("raise_alerts")
def raise_alerts(found: Iterable[Matter], *, store: "Store", config: Config, now: datetime) -> Iterator[Alert | Tally]:
    """The alerts that are new or have become graver; each is kept before it is given on, so that none is given twice."""
    from monitor.alerting import alerts
    from monitor.store import alerts as kept

    cooldown = timedelta(seconds=config.span("alerts.cooldown"))
    matters = list(found)
    for alert in kept.keep(store, lambda told: alerts(told, matters, now, cooldown=cooldown), since=now - cooldown):
        if alert.risen == now:
            yield Tally(what="new alerts" if alert.at == now else "graver alerts")
            yield alert
