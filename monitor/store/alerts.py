"""What was told: alerts with the articles that spoke for them, written once and changed in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, text, update

from monitor.errors import UsageError
from monitor.figures import Coverage
from monitor.matters import Alert, Hotspot
from monitor.store.database import Store
from monitor.store.schema import alert_articles, alerts, articles

_LATEST = (alerts.c.risen.desc(), alerts.c.number.desc())
_COUNTS = ("articles", "stories", "publishers", "positive", "negative")


def keep(store: Store, decide: Callable[[list[Alert]], Iterable[Alert]], *, since: datetime) -> list[Alert]:
    """What ``decide`` makes of the alerts that were hot at or after ``since``, the latest first: those without a number are new, the
    others are changed, and all come back numbered.

    One such transaction at a time: of two machines that find the same, the second finds it told, and nothing that an officer
    acknowledges meanwhile is undone.
    """
    with store.write() as connection:
        if not store.is_sqlite:
            connection.execute(text("LOCK TABLE alerts IN SHARE ROW EXCLUSIVE MODE"))
        standing = _read(connection, select(alerts).where(alerts.c.updated >= since).order_by(*_LATEST))
        kept = [_written(store, connection, alert) for alert in decide(standing)]
        return _read(connection, select(alerts).where(alerts.c.number.in_(kept)).order_by(alerts.c.number))


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


def _written(store: Store, connection: Connection, alert: Alert) -> int:
    """The number under which an alert now stands; its evidence only grows."""
    spot, row = alert.spot, {name: getattr(alert, name) for name in ("at", "updated", "risen", "gravest", "seen")}
    row |= {name: getattr(spot, name) for name in ("topic", "place", "crisis", "state", "since", "usual", "chance")}
    row["counts"] = {name: getattr(spot.count, name) for name in _COUNTS}
    if alert.number is None:
        number = int(connection.execute(insert(alerts).values(**row).returning(alerts.c.number)).scalar_one())
    else:
        number = alert.number
        connection.execute(update(alerts).where(alerts.c.number == number).values(**row))
    known = connection.scalars(select(articles.c.id).where(articles.c.id.in_(spot.articles)).order_by(articles.c.id))
    if evidence := [{"alert": number, "article": one} for one in known]:
        connection.execute(store.upsert(alert_articles), evidence)
    return number


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
