"""The weights of a CRF keyed by the numbers of tokens, once, so that a text needs no strings: ``Weights``, ``Level``.

An attribute such as ``T[-1,0].lower=xã hội`` says what one template sees from where it stands: here, that the token before
and its own are these two in lower case. A *window* is one, two or three tokens side by side, the *column* is where a template
has its window start. Windows are numbered by what they begin with and the token behind that, as in a trie.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from monitor.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int32]

REACH = 2  # the templates see two tokens to the left and two to the right
COLUMNS = {1: 5, 2: 4, 3: 3}  # width of a window: the places where it can start
BITS = 14  # what the number of a token takes; a window of two and a third token fit in 31

_SHAPE = len(COLUMNS), max(COLUMNS.values())
_FLAGS = ("isdigit", "istitle", "is_in_dict")
_TEMPLATE = re.compile(r"T\[(-?\d)(?:,(-?\d))?\](?:\.(\w+))?")


class Level:
    """Windows of one width, by the window one shorter and the token behind it; 0 for a window that has no weights."""

    def __init__(self, windows: dict[int, int]):
        keys = sorted(windows)
        self._keys = np.array([*keys, np.iinfo(np.int32).max], np.int32)
        self._windows = np.array([*(windows[key] for key in keys), 0], np.int32)

    def of(self, shorter: Codes, tokens: Codes) -> Codes:
        """The numbers of the windows that these make."""
        keys = shorter << BITS | tokens
        at = self._keys.searchsorted(keys)
        return self._windows.take(at) * (self._keys.take(at) == keys)


class Weights:
    """Weights by attribute, re-keyed by what their templates look at: windows of tokens, flags, or an end.

    A flag counts from False: what False weighs is added ``everywhere``, and True only adds the difference.
    """

    def __init__(self, gains: dict[str, float], dictionary: Iterable[str]):
        self.numbers: dict[str, int] = defaultdict(count(1).__next__)
        self._windows: list[dict[int, int]] = [defaultdict(count(1).__next__) for _ in range(len(COLUMNS) - 1)]
        seen: dict[tuple[str, int], tuple[list[str], list[int], list[float]]] = defaultdict(lambda: ([], [], []))
        self._constants = {value: np.zeros(_SHAPE) for value in ("BOS", "EOS", "False")}
        self._flags = {function: np.zeros(_SHAPE) for function in _FLAGS}
        place = cache(_place)
        for attribute, gain in gains.items():
            template, _, value = attribute.partition("=")
            width, column, function = place(template)
            if value in ("BOS", "EOS") or (value == "False" and function in _FLAGS):
                self._constants[value][width - 1, column] += gain
            if function in _FLAGS:
                self._flags[function][width - 1, column] += {"True": gain, "False": -gain}.get(value, 0)
            elif len(tokens := value.split(" ")) == width and "" not in tokens:  # a token may be called BOS, too
                everything, columns, sums = seen[function, width]  # flat lists: a list a window would keep the collector busy
                everything += tokens
                columns.append(column)
                sums.append(gain)
        entries: dict[int, list[str]] = defaultdict(list)
        for entry in dictionary:
            if "" not in (tokens := entry.split(" ")):
                entries[len(tokens)] += tokens
        self._entries = {width: self._number(entries[width], width) for width in COLUMNS}
        self._sums = {(function, width): (self._number(tokens, width), columns, sums)
                      for (function, width), (tokens, columns, sums) in seen.items()}  # fmt: skip
        if len(self.numbers) >> BITS or len(self._windows[0]) >> (31 - BITS):
            raise ModelError("CRF model: more tokens than a code holds; widen BITS")

    def _number(self, tokens: list[str], width: int) -> list[int]:
        """The numbers of windows that stand in a row, new ones where they have none."""
        numbers = list(map(self.numbers.__getitem__, tokens))
        found = numbers[::width]
        for level, start in zip(self._windows, range(1, width), strict=False):
            found = [level[window << BITS | number] for window, number in zip(found, numbers[start::width], strict=True)]
        return found

    def levels(self) -> dict[int, Level]:
        """For each width but the first how its windows are found."""
        return {width: Level(windows) for width, windows in enumerate(self._windows, 2)}

    def tables(self) -> dict[int, tuple[Floats, Floats]]:
        """For each width the weights of its windows as written and in lower case, and those of flags."""
        found = {}
        sizes = [len(self.numbers), *map(len, self._windows)]
        for (width, columns), size in zip(COLUMNS.items(), sizes, strict=True):
            weights = np.zeros((2, size + 1, columns))
            for half, function in zip(weights, ("", "lower"), strict=True):
                places, starts, gains = self._sums.get((function, width), ([], [], []))
                half[places, starts] = gains
            digit, title, known = (self._flags[function][width - 1, :columns] for function in _FLAGS)
            weights[1, self._entries[width]] += known
            digit = digit * (width == 1)  # two numbers and the blank between them are no number
            found[width] = weights, np.stack([0 * digit, digit, title, digit + title])
        return found

    def everywhere(self) -> float:
        """What every token weighs whatever it is."""
        return float(self._constants["False"].sum())

    def ends(self) -> Floats:
        """What is added with so many tokens before and so many after: a window across an end sees nothing but that end."""
        found = np.zeros((REACH + 1, REACH + 1))
        for width, columns in COLUMNS.items():
            for before, after, column in np.ndindex(REACH + 1, REACH + 1, columns):
                start = column - REACH
                end = "BOS" if before + start < 0 else "EOS" if start + width - 1 > after else "False"
                found[before, after] += self._constants[end][width - 1, column] - self._constants["False"][width - 1, column]
        return found


def _place(template: str) -> tuple[int, int, str]:
    """The width of a template, the column of its start, and its function ("" for none)."""
    parts = _TEMPLATE.fullmatch(template)
    if parts is None or (parts[3] or "") not in ("", "lower", *_FLAGS):
        raise ModelError(f"CRF model: {template} is no template known here; use the library that ships it")
    start, stop = int(parts[1]), int(parts[2] or parts[1])
    return stop - start + 1, start + REACH, parts[3] or ""
