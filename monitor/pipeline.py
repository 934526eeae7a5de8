"""A recipe as a checked chain: which steps, in which order, and whether what one gives is what the next takes.

A step is a function in ``STEPS``. Its first parameter, where it has one, is the stream it takes; what it returns is the stream it
gives; its other parameters are named after what the desk offers (``store``, ``config``, ``now``, …) or after an option of the
recipe. The chain is checked from these annotations before anything runs. Beside records a stream carries `Problem` (something that
cost only itself) and `Tally` (so many were done): both leave the stream at once and become part of the run.
"""

from __future__ import annotations

import inspect
import types
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from monitor.config import Config, read_yaml, shipped
from monitor.errors import ConfigError, RecipeError
from monitor.records import Problem, Tally
from monitor.registry import Registry, nearest

T = TypeVar("T")
_WHERE = ("monitor.steps", "monitor.revisit", "monitor.people", "monitor.watch")
STEPS: Registry[Callable[..., Iterator[Any]]] = Registry("step", *_WHERE)
step = STEPS.register
_KEYS = ("help", "steps", "recipes")


@dataclass(frozen=True)
class Step:
    """One step of a recipe: its name, its function and the options that the recipe gives it."""

    name: str
    function: Callable[..., Iterator[Any]]
    options: dict[str, Any]

    @property
    def takes(self) -> set[type]:
        """The kinds of record that it takes; empty for a step that begins a chain."""
        first = next(iter(inspect.signature(self.function).parameters.values()), None)
        if first is None or first.kind is inspect.Parameter.KEYWORD_ONLY:
            return set()
        return _kinds(_annotation(self.function, first.name))

    @property
    def gives(self) -> set[type]:
        """The kinds of record that it gives on; empty for a step that ends a chain."""
        return _kinds(_annotation(self.function, "return")) - {Problem, Tally}

    @property
    def wants(self) -> dict[str, bool]:
        """Its named parameters, and whether each must be given."""
        parameters = inspect.signature(self.function).parameters.values()
        return {one.name: one.default is one.empty for one in parameters if one.kind is one.KEYWORD_ONLY}


@dataclass(frozen=True)
class Recipe:
    """What is done, in which order: chains of steps, each chain by the recipe file it stands in."""

    name: str
    help: str
    chains: tuple[tuple[Step, ...], ...]
    path: Path


@dataclass
class Outcome:
    """What a run did: counts by word, problems, and the records that the last step gave (a digest, scores)."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)


def names(config: Config) -> dict[str, Path]:
    """Every recipe by name, with the file that won: a user's own folder shadows the shipped one."""
    found = {path.stem: path for path in sorted(shipped("pipelines").glob("*.yaml"))}
    return found | {path.stem: path for path in sorted(config.path("pipelines").glob("*.yaml"))}


def load(name: str, config: Config, offered: Iterable[str]) -> Recipe:
    """The recipe of that name, checked. ``offered`` names what a desk gives to steps. Raises RecipeError that names the file."""
    known = names(config)
    if name not in known:
        raise RecipeError(f"{name}: no such recipe{nearest(name, list(known))}")
    chains, help_line = _chains(name, known, (), set(offered))
    return Recipe(name=name, help=help_line, chains=tuple(chains), path=known[name])


def run(recipe: Recipe, desk: Any) -> Outcome:
    """What came of running every chain of a recipe, one after the other, with what ``desk`` offers as attributes."""
    outcome = Outcome()
    for chain in recipe.chains:
        stream: Iterator[Any] = iter(())
        for one in chain:
            given = {name: getattr(desk, name) for name in one.wants if name not in one.options and hasattr(type(desk), name)}
            before = [stream] if one.takes else []
            stream = _watched(one.function(*before, **given, **one.options), one.name, outcome, desk)
        outcome.results = list(stream)
    return outcome


def batches(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """The stream in lists of ``size``, the last one shorter.

    >>> [len(batch) for batch in batches(range(5), 2)]
    [2, 2, 1]
    """
    rest = iter(stream)
    while batch := list(islice(rest, size)):
        yield batch


def _watched(stream: Iterator[Any], name: str, outcome: Outcome, desk: Any) -> Iterator[Any]:
    """The stream without its problems and tallies, which go to the outcome."""
    for item in stream:
        if isinstance(item, Problem):
            outcome.problems.append(item)
        elif isinstance(item, Tally):
            outcome.counts[item.what] += item.count
            desk.tick(name, item.what, outcome.counts[item.what], of=item.of)
        else:
            yield item


def _chains(name: str, known: dict[str, Path], above: tuple[str, ...], offered: set[str]) -> tuple[list[tuple[Step, ...]], str]:
    path = known[name]
    if name in above:
        raise RecipeError(f"{path}: {' → '.join((*above, name))} goes in a circle; take one of them out")
    try:
        said = read_yaml(path)
    except ConfigError as error:
        raise RecipeError(str(error)) from error
    if not isinstance(said, dict):
        raise RecipeError(f"{path}: not a mapping; write help: and steps:")
    for key in said:
        if key not in _KEYS:
            raise RecipeError(f"{path}: unknown key {key}{nearest(str(key), _KEYS)}")
    chains: list[tuple[Step, ...]] = []
    for other in _listed(path, said, "recipes"):
        if not isinstance(other, str) or other not in known:
            raise RecipeError(f"{path}: no such recipe {other}{nearest(str(other), list(known))}")
        chains += _chains(other, known, (*above, name), offered)[0]
    if steps := _listed(path, said, "steps"):
        chains.append(_checked([_step(path, entry) for entry in steps], path, offered))
    if not chains:
        raise RecipeError(f"{path}: neither steps nor recipes; a recipe needs one of them")
    return chains, str(said.get("help", ""))


def _listed(path: Path, said: dict[str, Any], key: str) -> list[Any]:
    found = said.get(key) or []
    if not isinstance(found, list):
        raise RecipeError(f"{path}: {key}: not a list; write one name a line, each after a dash")
    return found


def _step(path: Path, entry: Any) -> Step:
    """A step from "name" or {name: {option: value}}."""
    name, options = next(iter(entry.items())) if isinstance(entry, dict) and len(entry) == 1 else (entry, {})
    if not isinstance(name, str) or not isinstance(options or {}, dict):
        raise RecipeError(f"{path}: {entry!r:.60}: a step is a name, or a name with its options")
    try:
        return Step(name, STEPS[name], dict(options or {}))
    except ConfigError as error:
        raise RecipeError(f"{path}: {error}") from error


def _checked(chain: list[Step], path: Path, offered: set[str]) -> tuple[Step, ...]:
    given: set[type] = set()
    for number, one in enumerate(chain):
        _check_options(one, path, offered)
        if number == 0 and one.takes:
            raise RecipeError(f"{path}: {one.name} cannot begin a recipe; it takes {_named(one.takes)}")
        if number and not (given and given <= one.takes):
            before = chain[number - 1].name
            raise RecipeError(f"{path}: {one.name} cannot follow {before}: it takes {_named(one.takes)}, not {_named(given)}")
        given = one.gives
    return tuple(chain)


def _check_options(one: Step, path: Path, offered: set[str]) -> None:
    options = [name for name in one.wants if name not in offered]
    for option, value in one.options.items():
        if option not in options:
            raise RecipeError(f"{path}: {one.name}: unknown option {option}{nearest(str(option), options)}")
        hint = _annotation(one.function, option)
        kind = get_origin(hint) or hint
        if isinstance(kind, type) and not isinstance(value, (int, float) if kind is float else kind):
            raise RecipeError(f"{path}: {one.name}: option {option}: {value!r:.40} is not a {kind.__name__}")
    for name in options:
        if one.wants[name] and name not in one.options:
            raise RecipeError(f"{path}: {one.name}: option {name} is missing")


def _annotation(function: Callable[..., Any], name: str) -> Any:
    """One annotation; those that are written as text are resolved, but only where it must be, since that imports what they name."""
    written = function.__annotations__.get(name)
    return get_type_hints(function)[name] if isinstance(written, str) else written


def _kinds(hint: Any) -> set[type]:
    """The element kinds of Iterable[A | B]."""
    inner = get_args(hint)[0] if get_args(hint) else hint
    if get_origin(inner) in (Union, types.UnionType):
        return set(get_args(inner))
    return {inner} if isinstance(inner, type) else set()


def _named(kinds: set[type]) -> str:
    return " or ".join(sorted(kind.__name__ for kind in kinds)) or "nothing"
