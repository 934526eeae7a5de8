"""What was told: alerts with the articles that spoke for them, written once and changed in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from monitor.errors import UsageError
from monitor.figures import Coverage
from monitor.matters import Alert, Hotspot
from monitor.store.database import Store
from monitor.store.schema import alert_articles, alerts, articles

_LATEST = (alerts.c.risen.desc(), alerts.c.number.desc())
_COUNTS = ("articles", "stories", "publishers", "positive", "negative")


def keep(store: Store, found: Iterable[Alert]) -> list[Alert]:
    """The alerts as they now stand, numbered: those without a number are new, the others are changed; all in one transaction."""
    kept = []
    with store.write() as connection:
        for alert in found:
            number = _written(connection, alert)
            known = set(connection.scalars(select(articles.c.id).where(articles.c.id.in_(alert.spot.articles))))
            connection.execute(delete(alert_articles).where(alert_articles.c.alert == number))
            if known:
                connection.execute(insert(alert_articles), [{"alert": number, "article": one} for one in sorted(known)])
            kept.append(number)
        return _read(connection, select(alerts).where(alerts.c.number.in_(kept)).order_by(alerts.c.number))


def since(store: Store, moment: datetime) -> list[Alert]:
    """The alerts that were hot at or after a moment, the latest first."""
    with store.read() as connection:
        return _read(connection, select(alerts).where(alerts.c.updated >= moment).order_by(*_LATEST))


def latest(store: Store, *, limit: int, new: bool = False) -> list[Alert]:
    """The latest alerts, newest first; only those that nobody acknowledged, or that became graver since, with ``new``."""
    query = select(alerts).order_by(*_LATEST).limit(limit)
    query = query.where(alerts.c.seen.is_(None) | (alerts.c.seen < alerts.c.risen)) if new else query
    with store.read() as connection:
        return _read(connection, query)


def acknowledge(store: Store, numbers: Collection[int], now: datetime) -> None:
    """Nothing; these alerts are acknowledged. Raises UsageError for a number that no alert has, and then changes nothing."""
    with store.write() as connection:
        known = set(connection.scalars(select(alerts.c.number).where(alerts.c.number.in_(numbers))))
        if missing := sorted(set(numbers) - known):
            last = connection.scalar(select(func.max(alerts.c.number))) or 0
            raise UsageError(f"alert {missing[0]}: there is none of that number, they end at {last}; see `monitor alerts --all`")
        connection.execute(update(alerts).where(alerts.c.number.in_(known)).values(seen=now))


def _written(connection: Connection, alert: Alert) -> int:
    spot, row = alert.spot, {name: getattr(alert, name) for name in ("at", "updated", "risen", "gravest", "seen")}
    row |= {name: getattr(spot, name) for name in ("topic", "place", "crisis", "state", "since", "usual", "chance")}
    row["counts"] = {name: getattr(spot.count, name) for name in _COUNTS}
    if alert.number is None:
        return int(connection.execute(insert(alerts).values(**row).returning(alerts.c.number)).scalar_one())
    connection.execute(update(alerts).where(alerts.c.number == alert.number).values(**row))
    return alert.number


def _read(connection: Connection, query: Select[Any]) -> list[Alert]:
    rows = connection.execute(query).all()
    evidence: dict[int, list[Any]] = defaultdict(list)
    chosen = select(alert_articles.c.alert, articles.c.id, articles.c.story).join(
        articles, articles.c.id == alert_articles.c.article
    )
    chosen = chosen.where(alert_articles.c.alert.in_([row.number for row in rows]))
    for row in connection.execute(chosen.order_by(articles.c.seen.desc(), articles.c.id.desc())):
        evidence[row.alert].append(row)
    return [_alert(row, evidence[row.number]) for row in rows]


def _alert(row: Any, evidence: list[Any]) -> Alert:
    given = row._mapping
    spot = Hotspot(
        **{name: given[name] for name in ("topic", "place", "crisis", "state", "since", "usual", "chance")},
        count=Coverage(key="", topic=row.topic, **row.counts),
        stories=frozenset(one.story or f"a{one.id}" for one in evidence),
        articles=tuple(one.id for one in evidence),
    )
    return Alert(spot=spot, **{name: given[name] for name in ("number", "at", "updated", "risen", "gravest", "seen")})
