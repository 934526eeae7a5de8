"""Figures and tables as the pages of ``docs/`` write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def number(value: float) -> str:
    """A share, three digits.

    >>> number(0.9444), number(1), number(-0.0321), number(-0.0001)
    ('.944', '1.000', '−.032', '.000')
    """
    text = f"{abs(value):.3f}"
    return ("−" if value < 0 and float(text) else "") + (text if value >= 1 else text.removeprefix("0"))


def between(interval: tuple[float, float] | None) -> str:
    """An interval of shares; nothing where there is none.

    >>> between((0.5, 0.625))
    '.500 to .625'
    """
    return f"{number(interval[0])} to {number(interval[1])}" if interval else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: a row of heads, then the rows.

    >>> print(table(("a", "b"), [("1", "2")]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = [f"| {' | '.join(line)} |" for line in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])
