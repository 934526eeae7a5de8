"""What steps are given: the settings, the clock, the store, the web, who tags, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from monitor import clock
from monitor.config import Config
from monitor.records import Past

if TYPE_CHECKING:
    from monitor.crawl.fetch import Web
    from monitor.store import Store
    from monitor.tag.crew import Crew
    from monitor.tag.tagger import Tagger

Ticker = Callable[..., None]


class Desk:
    """One officer's desk for one command. Use as a context manager: it closes what it opened.

    ``at`` moves the clock of a run (what is due, what "today" is), not the times that sources state. ``ticker`` is told what each
    step has done so far: (step, what, how many, of=how many, 0 where nobody knows).
    """

    past: Past | None = None  # what `monitor backfill` asks for

    def __init__(self, config: Config, *, at: datetime | None = None, day: date | None = None, since: date | None = None,
                 ticker: Ticker | None = None):  # fmt: skip
        self._config, self.at, self._day, self._since, self._ticker = config, at, day, since, ticker

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("web", "crew", "store"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()

    @staticmethod
    def offers() -> list[str]:
        """The names that a step may take as parameters."""
        return ["config", "now", "day", "since", "store", "web", "crew", "tagger", "past"]

    @property
    def config(self) -> Config:
        """The settings."""
        return self._config

    @property
    def now(self) -> datetime:
        """The run's clock, UTC."""
        return self.at or clock.now()

    @property
    def day(self) -> date:
        """The day that a digest is about: the day of the clock unless one was asked for."""
        return self._day or clock.day_of(self.now)

    @property
    def since(self) -> date | None:
        """The first day that a run goes back to, where one was asked for."""
        return self._since

    @cached_property
    def store(self) -> Store:
        """The open store."""
        from monitor.store import Store

        return Store.open(self.config.store_url)

    @cached_property
    def web(self) -> Web:
        """The one door to the web."""
        from monitor.crawl.fetch import Web

        if "store" not in self.__dict__ and self.config.store_url.startswith("sqlite"):  # to look at an address makes no store
            return Web(self.config)
        from monitor.store import again
        from monitor.store.rules import Rules
        from monitor.store.turns import SharedTurns

        shared = None if self.store.is_sqlite or not self.config.span("web.delay") else SharedTurns(self.store)
        web = Web(self.config, memory=Rules(self.store), turns=shared)
        web.children.put_aside(one.digest for one in again.set_aside(self.store))
        return web

    @cached_property
    def crew(self) -> Crew:
        """The children that tag what was fetched."""
        from monitor.tag.crew import Crew

        return Crew(self.config)

    @cached_property
    def tagger(self) -> Tagger:
        """The tagger with the models in use, in this process: for what an officer asks of single articles."""
        from monitor.tag.tagger import Tagger

        return Tagger.load(self.config)

    def tick(self, step: str, what: str, count: int, *, of: int = 0) -> None:
        """Tell whoever watches how far a step has come."""
        if self._ticker:
            self._ticker(step, what, count, of=of)
