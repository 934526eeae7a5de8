"""The card of a model: what it is, what it was trained on, how good it is, and the floors below which it must not fall.

A card is Markdown for people; its floors are one fenced block of JSON, which ``floors`` reads back.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence

from monitor.errors import FloorError, ModelError
from monitor.measures import Labelled, Scores

SLACK = 0.02  # how far below the measured figure a floor lies
_BLOCK = re.compile(r"^```json floors\n(.*?)\n```$", re.M | re.S)


def write(name: str, documents: Sequence[Labelled], scores: Scores, *, unseen: bool) -> str:
    """The text of a card. Floors are stated only for figures on documents that the model has not seen."""
    origins = Counter(document.origin or "written for this project" for document in documents)
    trained = "\n".join(f"- {number} × {origin}" for origin, number in origins.most_common())
    floors = {figure: round(value - SLACK, 3) for figure, value in scores.figures.items()} if unseen else {}
    rows = "\n".join(f"| {figure} | {value:.3f} | {_between(scores, figure)} |" for figure, value in scores.figures.items())
    return f"""# {name}

Linear models (one-vs-rest linear SVMs with Platt calibration) for relevance, 17 topics, sentiment, voice, and whether a named place
is where a story is located. One vectoriser: n-grams of syllables and characters, the headline and the headline above a comment as
fields of their own, the phrases of `config.yaml`, the words around a place. Numbers and a vocabulary; nothing here is executed.

## Trained on

{trained}

Each document also in a copy without marks. The vocabulary holds runs of at most three syllables or five characters.

## Figures

On {scores.documents} documents {"that it has not seen" if unseen else "that it was trained on (no others were there): no measure"}.

| figure | value | 95 % interval |
|---|---|---|
{rows}

## Floors

`monitor run evaluate` fails below these.

```json floors
{json.dumps(floors, indent=1)}
```

## Licence and limits

Apache-2.0, as the project. For Vietnamese press and comments on social security; calibrated on press documents of 2016-2026. Irony, and
comments whose subject stands only in the headline above them, are its weakest side. Read the evidence before relying on a single tag.
"""


def floors(text: str) -> dict[str, float]:
    """The floors in the text of a card. Raises ModelError where there is no such block."""
    block = _BLOCK.search(text)
    try:
        return {str(figure): float(value) for figure, value in json.loads(block[1] if block else "").items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ModelError("card.md: no block of floors; restore the model's folder, or train again") from error


def check(scores: Scores, least: dict[str, float]) -> None:
    """Nothing. Raises FloorError that names every figure below its floor."""
    low = [f"{figure} {scores.figures[figure]:.3f} < {floor:.3f}" for figure, floor in least.items()
           if figure in scores.figures and scores.figures[figure] < floor]  # fmt: skip
    if low:
        raise FloorError(f"evaluation: below the floor of the model's card: {', '.join(low)}; keep the earlier model")


def _between(scores: Scores, figure: str) -> str:
    low, high = scores.intervals.get(figure, (0.0, 0.0))
    return f"{low:.3f} to {high:.3f}"
