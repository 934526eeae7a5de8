"""What was asked and what was answered: the stories of the store, matched by `monitor.replies`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from monitor import query
from monitor.clock import moment_of
from monitor.config import Config
from monitor.replies import Answers, Question
from monitor.report.stories import stories_of
from monitor.store import Store, tags


def questions(
    store: Store, config: Config, *, since: date, until: date, now: datetime, topic: str | None = None, place: str | None = None
) -> list[Question]:
    """The questions and complaints that were first seen from day to day (both included), the first first, each with its answer.

    An answer may come after ``until``, up to ``now``. ``topic`` and ``place`` narrow as for `monitor.query.ask`. What was published
    before is read as far back as an answer may come later: by it is known which words are rare, so that a question is answered or
    open whichever days are asked for. Raises UsageError.
    """
    narrow = query.labels(store, config, {"topic": topic, "place": place})
    query.check_range(since, until)
    first, last = moment_of(since), min(moment_of(until + timedelta(days=1)), now)
    how = query.rules(config)
    begin, end = first - how.window, min(now, last + how.window)
    found = Answers(stories_of(tags.relevant(store, begin, end), begin, end), how)
    wanted = _wanted(narrow)
    return [one for one in found.questions(first, last) if wanted(one)]


def _wanted(narrow: dict[str, str | list[str] | None]) -> Callable[[Question], bool]:
    kept = {kind: {label} if isinstance(label, str) else set(label) for kind, label in narrow.items() if label}
    return lambda one: all(labels & set(one.story.first.labels(kind)) for kind, labels in kept.items())
