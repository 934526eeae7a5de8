"""Names that point at functions: how a recipe finds a step and a source finds its reader.

Ours register with a decorator; a stranger's package registers by entry point in the group ``monitor.<noun>s``. The function is
the interface; there are no base classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from monitor.errors import ConfigError


def nearest(word: str, known: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """A hint for an unknown word: the nearest known one, or all of them when few, or nothing.

    >>> nearest("topicz", ["topics", "sources"])
    '; did you mean topics?'
    """
    names = [str(name) for name in known]
    close = get_close_matches(str(word), names, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known: {', '.join(sorted(names))}" if 0 < len(names) <= 20 else ""


F = TypeVar("F", bound=Callable)


class Registry(Generic[F]):
    """Functions by name; ``modules`` are imported at the first look-up, so that a registry costs nothing until it is used."""

    def __init__(self, noun: str, *modules: str):
        self.noun, self._modules, self._loaded = noun, modules, False
        self._known: dict[str, F] = {}

    def register(self, name: str) -> Callable[[F], F]:
        """A decorator that files a function under ``name``; a second one of that name is an error."""

        def file(function: F) -> F:
            if name in self._known:
                raise ConfigError(f"{name}: two functions want to be this {self.noun}; rename one")
            self._known[name] = function
            return function

        return file

    def __getitem__(self, name: str) -> F:
        self._load()
        if name not in self._known:
            raise ConfigError(f"{name}: no such {self.noun}{nearest(name, list(self._known))}")
        return self._known[name]

    def names(self) -> list[str]:
        """All known names, sorted."""
        self._load()
        return sorted(self._known)

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            for module in self._modules:
                import_module(module)
            for point in entry_points(group=f"monitor.{self.noun.replace(' ', '_')}s"):
                if point.name not in self._known:
                    self._known[point.name] = self._stranger(point)

    def _stranger(self, point: EntryPoint) -> F:
        try:
            return point.load()
        except Exception as error:  # somebody else's package: whatever it raises, it is told by name
            what = f"{self.noun} {point.name} of {point.dist.name if point.dist else point.value}"
            raise ConfigError(f"{what}: cannot be loaded ({error}); mend or uninstall that package") from error
