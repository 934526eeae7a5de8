"""The settings of an office: the shipped ``config.yaml`` holds every key, a user's file changes the keys that it names.

Why the shipped file is the schema: a key that is not in it cannot be meant, so a misspelt one is told at once with the nearest
known. Lists (sources, schedule) replace ours whole; ``more_sources`` adds sources, or changes one of the list by its id; topics and
clusters may be added. YAML is read here and nowhere else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from monitor.clock import parse_hour, parse_span
from monitor.errors import ConfigError, UsageError
from monitor.records import CLASSES, Source
from monitor.registry import nearest

OPEN: dict[str, Any] = {
    "topics": {"title": "", "phrases": []},
    "lexicon": [],
    "clusters": [],
    "searches": "",
}  # a user may add such entries
WHOLE = ("campaigns",)  # mappings whose entries are taken as they stand, and checked where they are used: monitor.campaigns
OWN = "monitor.yaml"  # the user's file where nothing else is named
CHOICES = {"crawl.pages": ("doubtful", "all", "none"), "crawl.evidence": ("all", "pages", "none")}
OPTIONS: dict[str, tuple[str, ...]] = {  # what a source of a kind may have under ``options``; all kinds: those of ""
    "": ("archive",),
    "feed": (),
    "sitemap": ("match",),
    "listing": ("item", "link", "title", "date", "summary", "next", "pages", "match"),
    "search": ("query",),
    **dict.fromkeys(("youtube", "mastodon", "bluesky", "telegram", "xenforo"), ()),
}
_OF_MAPPINGS = ("sources", "more_sources", "schedule")  # every other list holds text
_SOURCE_KEYS = ("id", "kind", "url", "outlet", "group", "class", "place", "every", "options", "enabled")


@dataclass(frozen=True)
class Config:
    """All settings; ``keys`` is the merged mapping, ``folder`` is where relative paths of the user's file start."""

    keys: dict[str, Any]
    folder: Path

    def __getitem__(self, path: str) -> Any:
        """The value at a dotted path, "web.delay"."""
        value: Any = self.keys
        for key in path.split("."):
            value = value[key]
        return value

    def span(self, path: str) -> float:
        """A length of time in seconds."""
        try:
            return parse_span(self[path], zero=True).total_seconds()
        except UsageError as error:
            raise ConfigError(f"config: {path}: {error}") from error

    def path(self, name: str) -> Path:
        """A folder or file of ``folders``, absolute."""
        return (self.folder / str(self[f"folders.{name}"])).absolute()

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every enabled source, checked: those of ``sources``, changed and joined by those of ``more_sources``."""
        return tuple(source for source, off in self.every_source if not off)

    @cached_property
    def every_source(self) -> tuple[tuple[Source, bool], ...]:
        """Every source, and whether it is switched off."""
        merged: dict[str, tuple[str, dict[str, Any]]] = {}
        for key in ("sources", "more_sources"):
            seen: set[str] = set()
            for number, entry in enumerate(self.keys[key], 1):
                name = f"config: {key}: entry {number}"
                _check_entry(entry, name)
                own = str(entry.get("id", number))
                if own in seen:
                    raise ConfigError(f"config: {key}: {own} stands twice; give one of them another id")
                seen.add(own)
                merged[own] = (name, {**merged.get(own, (name, {}))[1], **entry})
        return tuple((source_of(entry, name), entry.get("enabled") is False) for name, entry in merged.values())

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL of the store: MONITOR_STORE where set."""
        return os.environ.get("MONITOR_STORE") or str(self["store.url"])


def load(path: str | Path | None = None) -> Config:
    """The settings: ours, changed by the file at ``path``, at MONITOR_CONFIG, or by ``./monitor.yaml`` where there is one.

    Raises ConfigError that names the file, the key and the nearest known key.
    """
    ours = read_yaml(shipped("config.yaml"))
    chosen = file_of(path)
    if chosen == Path(OWN) and not chosen.is_file():
        return Config(ours, Path.cwd())
    theirs = read_yaml(chosen)
    if theirs is not None and not isinstance(theirs, dict):
        raise ConfigError(f"{chosen}: not a mapping of keys; start from the shipped config.yaml")
    return Config(_merge(ours, theirs or {}, file=str(chosen)), Path.cwd())


def file_of(path: str | Path | None = None) -> Path:
    """The user's file: at ``path``, at MONITOR_CONFIG, or ``./monitor.yaml``, which need not be there."""
    return Path(path or os.environ.get("MONITOR_CONFIG") or OWN)


def read_yaml(path: Path) -> Any:
    """What a YAML file says. Raises ConfigError with the line where it cannot be read."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), loader)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check --config or MONITOR_CONFIG") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}: not valid YAML{where}; check indents and quotes") from error


def shipped(name: str) -> Path:
    """A file or folder that ships with the product, in a checkout, an editable install and a wheel alike."""
    inside = Path(__file__).parent / "shipped" / name
    return inside if inside.exists() else Path(__file__).parent.parent / name


def source_of(entry: dict[str, Any], name: str) -> Source:
    """A source from its entry in the config, which ``name`` names in errors. Raises ConfigError that names the key."""
    _check_entry(entry, name)
    entry = {key: value for key, value in entry.items() if value is not None}
    for key in ("id", "url", "outlet"):
        if not str(entry.get(key, "")).strip():
            raise ConfigError(f"{name}: {key} is missing")
    texts = {key: entry[key] for key in ("id", "kind", "url", "outlet", "group", "place") if key in entry}
    for key, value in entry.items():
        if key not in ("options", "enabled") and not isinstance(value, str):
            raise ConfigError(f"{name}: {key}: {value!r:.40} is not text; put it in quotes")
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", entry["url"]):
        raise ConfigError(f"{name}: url must be an address with http:// or https://, not {entry['url'][:40]}")
    category = entry.get("class", "national")
    if category not in CLASSES:
        raise ConfigError(f"{name}: class {category} is not known{nearest(str(category), CLASSES)}")
    try:
        every = parse_span(entry.get("every", "5m"))
    except UsageError as error:
        raise ConfigError(f"{name}: every: {error}") from error
    options = _options(entry.get("options", {}), name, kind=entry.get("kind", "feed"))
    return Source(**texts, category=category, every=every, options=options)


def _check_entry(entry: Any, name: str) -> None:
    """Nothing; raises ConfigError for what is no entry of a source, or has keys that none has."""
    if not isinstance(entry, dict):
        raise ConfigError(f"{name}: not a mapping; write it like {{id: paper/home, kind: feed, url: …, outlet: …}}")
    for key in entry:
        if key not in _SOURCE_KEYS:
            raise ConfigError(f"{name}: unknown key {key}{nearest(str(key), _SOURCE_KEYS)}")
    if not isinstance(entry.get("enabled", True), bool):
        raise ConfigError(f"{name}: enabled: {entry['enabled']!r:.40} is neither true nor false")


def _options(said: Any, name: str, *, kind: str) -> dict[str, str]:
    """The options of a source, checked by its kind where that is ours."""
    if not isinstance(said, dict):
        raise ConfigError(f"{name}: options: a mapping of keys is wanted here, not {str(said)[:40]}")
    known = (*OPTIONS.get(kind, ()), *OPTIONS[""])
    for key, value in said.items():
        if kind in OPTIONS and key not in known:
            raise ConfigError(f"{name}: options: unknown key {key} for a {kind}{nearest(str(key), known)}")
        if not isinstance(value, str):
            raise ConfigError(f"{name}: options: {key}: {value!r:.40} is not text; put it in quotes")
    try:
        re.compile(said.get("match", ""))
    except re.error as error:
        raise ConfigError(f"{name}: options: match: {said['match']!r:.40} is not a pattern ({error})") from error
    return dict(said)


def _merge(ours: Any, theirs: Any, *, file: str, path: str = "") -> Any:
    """``ours`` changed by ``theirs``; mappings key by key, everything else whole. An unknown key or another type is an error."""
    if not isinstance(ours, dict):
        try:
            return _checked(ours, theirs, path)
        except (ConfigError, UsageError) as error:
            raise ConfigError(f"{file}: {path}: {error}") from error
    if not isinstance(theirs, dict):
        raise ConfigError(f"{file}: {path}: a mapping of keys is wanted here, not {str(theirs)[:40]}")
    merged = dict(ours)
    for key, value in theirs.items():
        here = f"{path}.{key}" if path else str(key)
        if path in WHOLE:
            merged[key] = value
        elif key in ours:
            merged[key] = _merge(ours[key], value, file=file, path=here)
        elif path in OPEN and isinstance(key, str):
            merged[key] = _merge(OPEN[path], value, file=file, path=here)
            if isinstance(value, dict) and (missing := OPEN[path].keys() - value.keys()):
                raise ConfigError(f"{file}: {here}: {' and '.join(sorted(missing))} missing; a new one needs both")
        else:
            raise ConfigError(f"{file}: unknown key {here}{nearest(str(key), list(ours))}")
    return merged


def _checked(ours: Any, theirs: Any, path: str) -> Any:
    """``theirs`` where it is of the same sort as ``ours``: of its type, in its range, written as it is written."""
    if type(theirs) is not type(ours):
        raise ConfigError(f"{theirs!r:.40} is not a {type(ours).__name__}, as {ours!r:.40} is")
    if isinstance(theirs, list) and path not in _OF_MAPPINGS:
        for one in theirs:
            if not isinstance(one, str):
                raise ConfigError(f"{one!r:.40} is not text; put it in quotes")
    if type(theirs) is int and theirs < 1:
        raise ConfigError(f"{theirs} is too small; it must be 1 or more")
    if path in CHOICES and theirs not in CHOICES[path]:
        raise ConfigError(f"{theirs:.40} is none of {', '.join(CHOICES[path])}")
    for written in (partial(parse_span, zero=True), parse_hour) if isinstance(ours, str) else ():
        if _reads(written, ours):
            written(theirs)
    return theirs


def _reads(written: Callable[[str], object], text: str) -> bool:
    try:
        return bool(written(text)) or True
    except UsageError:
        return False
