"""What the desk is like now: runs, sizes, models, and every source looked at this minute."""

from __future__ import annotations

from typing import Any

from monitor.config import Config
from monitor.desk import Desk
from monitor.figures import Condition
from monitor.health import conditions
from monitor.store import again, articles, runs


def status(desk: Desk) -> dict[str, Any]:
    """The store's address, size and number of articles, the models in use, the last runs, newest first, and
    the inputs that are set aside."""
    return {
        "store": desk.store.name,
        "bytes": desk.store.size(),
        "articles": articles.total(desk.store),
        "models": [row["name"] for row in models(desk.config) if row["in_use"]],
        "runs": runs.last(desk.store),
        "aside": again.set_aside(desk.store),
    }


def models(config: Config) -> list[dict[str, Any]]:
    """Every model folder: name, whether it is in use, size in bytes, the path that won."""
    from monitor.tag.shelf import found, in_use

    used = in_use(config)
    return [
        {
            "name": path.name,
            "in_use": path.name in used,
            "bytes": sum(file.stat().st_size for file in path.iterdir()),
            "path": str(path),
        }
        for path in found(config)
    ]


def use(config: Config, name: str) -> str:
    """One line that says what serves now. Raises UsageError where there is no model of that name."""
    from monitor.tag import shelf

    shelf.use(config, name)
    return f"{name}: đang dùng; lượt gán nhãn tới sẽ gán lại các bài đã có"


def rollback(config: Config, task: str) -> str:
    """One line that says what serves again. Raises UsageError where there was none before."""
    from monitor.tag import shelf

    left, now = shelf.rollback(config, task)
    return f"{now}: dùng lại thay cho {left}; lượt gán nhãn tới sẽ gán lại các bài đã có"


def checked(desk: Desk) -> list[Condition]:
    """The condition of every source by a visit made now; nothing is stored."""
    from monitor.crawl.visit import visit_all
    from monitor.store import visits

    settings = {"threads": desk.config["web.threads"], "backoff": desk.config.span("crawl.backoff")}
    found = dict(visits.latest(desk.store))
    for reading in visit_all(desk.web, list(desk.config.sources), {}, now=desk.now, **settings):
        found[reading.source.id] = reading.visit
    return conditions(desk.config.sources, found, now=desk.now, per_day=visits.per_day(desk.store, desk.day))
