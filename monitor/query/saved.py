"""Searches that an office keeps under a name in ``searches`` of its config: asked by name, and counted in every digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.config import Config
from monitor.coverage import count
from monitor.errors import ConfigError, UsageError
from monitor.expression import Tree
from monitor.figures import Digest, Figure, Section
from monitor.query.search import meant
from monitor.registry import nearest
from monitor.report.stories import counted, inside, is_owned, stories_of
from monitor.store import Store, search
from monitor.text import clean_line

_BEFORE = "owned"  # the section of a digest before which searches stand
_NOTE = "Bài trong khung giờ này khớp với từng tìm kiếm đã lưu, kể cả bài không thuộc lĩnh vực; trang của ngành không kể."


def saved(store: Store, config: Config, name: str) -> Tree:
    """The tree of a saved search. Raises UsageError for a name that is none, ConfigError for one whose query cannot be read."""
    known = {clean_line(one): asked for one, asked in config["searches"].items()}
    name = clean_line(name)
    if name not in known:
        hint = nearest(name, list(known)) or "; add it under searches in your config"
        raise UsageError(f"{name[:60]}: there is no saved search of that name{hint}")
    try:
        return meant(store, config, known[name])
    except UsageError as error:
        raise ConfigError(f"config: searches.{name}: {error}") from error


def counted_in(store: Store, config: Config, name: str, *, since: datetime, until: datetime) -> Figure:
    """What a saved search finds from ``since`` up to ``until`` (UTC): articles, stories, publishers, and the stories, loudest first.

    Owned media are left out. Raises as ``saved`` does.
    """
    found, _, _ = search.find(store, saved(store, config, name), window=(since, until), limit=search.COUNTED)
    stories = [story for story in stories_of(found, since, until) if not is_owned(story)]
    items = [item for story in stories for item in inside(story, since, until)]
    stories.sort(key=lambda story: max(item.article.published or item.article.fetched for item in story.members), reverse=True)
    return Figure(label=name, title=name, count=count(name, [counted(item) for item in items]), stories=tuple(stories))


def with_searches(digest: Digest, store: Store, config: Config) -> Digest:
    """The digest with a section of the saved searches; one that cannot be read is told there, and costs nothing else."""
    figures, problems = [], []
    for name in config["searches"]:
        try:
            figures.append(counted_in(store, config, name, since=digest.since, until=digest.until))
        except ConfigError as error:
            problems.append(f"Không đọc được: {error}.")
    if not config["searches"]:
        return digest
    section = Section(id="searches", title="Tìm kiếm đã lưu", note=" ".join([_NOTE, *problems]), figures=tuple(figures))
    at = next((at for at, one in enumerate(digest.sections) if one.id in (_BEFORE, "silent")), len(digest.sections))
    return replace(digest, sections=(*digest.sections[:at], section, *digest.sections[at:]))
