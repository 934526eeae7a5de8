"""How right a tagger is: everything that `monitor run evaluate` says, from documents that readers labelled.

Topics are measured on core documents as they are tagged (a core document not found has none), sentiment on documents that are core
or a mention, comments apart. Whatever is drawn or counted here is the same every time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.measures import Calibration, Confusion, Labelled, Made, Part, Scores
from monitor.records import TaggedArticle
from monitor.tag import artefact, score, shelf
from monitor.tag.labels import article_of, unmarked
from monitor.tag.score import Sets, sets

if TYPE_CHECKING:
    from monitor.tag.tagger import Tagger

Pairs = Sequence[tuple[Labelled, TaggedArticle]]
Measures = Mapping[str, tuple[Callable[[Sets, Sets], float], tuple[Sets, Sets]]]

ONE = ("relevance", "sentiment", "voice")  # tasks with one label to choose
MANY = ("topic", "place")
_KINDS = {"news": "news", "post": "forum post", "comment": "comment"}
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_TRAINED = re.compile(r"^## Trained on\n(.*?)(?=^## |\Z)", re.M | re.S)


def evaluate(tagger: Tagger, documents: Sequence[Labelled]) -> Scores:
    """The figures of a tagger on documents that readers labelled, and those of every label, with 95 % bootstrap intervals."""
    return _scores(tagger.models, _tagged(tagger, documents))


def examine(tagger: Tagger, documents: Sequence[Labelled], *, about: str = "dev", made: Sequence[Made] = ()) -> Scores:
    """The same and all else there is to say: text without marks, confusion, calibration, parts; at twice the cost and more.

    ``about`` says whose documents they are (dev, demo), ``made`` tells of the models.
    """
    pairs = _tagged(tagger, documents)
    return replace(
        _scores(tagger.models, pairs),
        about=about,
        bare=figures(measures(_tagged(tagger, [unmarked(document) for document in documents]))),
        confusion={task: _confusion(pairs, task) for task in ONE},
        calibration={task: _calibration(pairs, task) for task in (*ONE, *MANY)},
        parts=tuple(_parts(pairs)),
        made=tuple(made),
    )


def made(config: Config, names: Sequence[str]) -> tuple[Made, ...]:
    """The models of these names: their digests, and what their cards say they were trained on."""
    folders = {folder.name: folder for folder in shelf.found(config)}
    found = [artefact.read(folders[name]) for name in names if name in folders]
    return tuple(Made(name=one.name, digest=one.digest, trained=_trained(one.card)) for one in found)


def measures(pairs: Pairs) -> Measures:
    """What is measured on these documents: every measure by name with the two sides it compares; none without documents."""
    core = [pair for pair in pairs if pair[0].relevance == "core"]
    relevant = [pair for pair in pairs if pair[0].relevance != "none"]
    comments = [pair for pair in pairs if pair[0].kind == "comment"]
    found: Measures = {
        "relevance F1": (_core_f1, both(pairs, "relevance")),
        "relevance F1 feed": (_core_f1, both([p for p in pairs if p[0].origin.startswith("feed")], "relevance")),
        "relevant F1": (_some_f1, both(pairs, "relevance")),
        "topics micro F1": (score.micro, both(core, "topic")),
        "topics macro F1": (score.macro, both(core, "topic")),
        "sentiment macro F1": (score.macro, both(relevant, "sentiment")),
        "sentiment macro F1 all": (score.macro, both(pairs, "sentiment")),
        "sentiment macro F1 comments": (score.macro, both(comments, "sentiment")),
        "voice accuracy": (score.exact, both(pairs, "voice")),
        "places exact": (score.exact, both(pairs, "place")),
    }
    return {name: (measure, sides) for name, (measure, sides) in found.items() if sides[0]}


def figures(found: Measures) -> dict[str, float]:
    """The value of every measure, four digits."""
    return {name: round(measure(*sides), 4) for name, (measure, sides) in found.items()}


def both(pairs: Pairs, task: str) -> tuple[Sets, Sets]:
    """What readers said and what the tagger said, as sets."""
    return sets(_truth(document, task) for document, _ in pairs), sets(tagged.labels(task) for _, tagged in pairs)


def kind_of(document: Labelled) -> str:
    """What kind of document it is: as its origin says before a comma ("feed item, 2026"), else by its ``kind``."""
    origin, _, years = document.origin.partition(",")
    return origin if years else _KINDS.get(document.kind, document.kind)


def years_of(documents: Sequence[Labelled]) -> list[str]:
    """The years that each document is from, by its date or its origin: "2026", "2016-2019" where spans overlap, else "unknown"."""
    spans = [_span(document) for document in documents]
    joined: list[tuple[int, int]] = []
    for first, last in sorted({span for span in spans if span}):
        if joined and first <= joined[-1][1]:
            first, last = joined[-1][0], max(last, joined.pop()[1])
        joined.append((first, last))
    names = {span: f"{first}-{last}" if first < last else str(first)
             for first, last in joined for span in spans if span and first <= span[0] <= last}  # fmt: skip
    return [names[span] if span else "unknown" for span in spans]


def _scores(models: tuple[str, ...], pairs: Pairs) -> Scores:
    found = measures(pairs)
    core = [pair for pair in pairs if pair[0].relevance == "core"]
    by_task = {task: both(core if task == "topic" else pairs, task) for task in ("relevance", "topic", "sentiment", "voice")}
    return Scores(
        documents=len(pairs),
        figures=figures(found),
        intervals=_intervals(found),
        labels={task: score.per_label(*sides, within=score.intervals(*sides)) for task, sides in by_task.items()},
        models=models,
    )


def _tagged(tagger: Tagger, documents: Sequence[Labelled]) -> Pairs:
    return [(document, tagger.tag(article_of(document), words="")) for document in documents]


def _truth(document: Labelled, task: str) -> tuple[str, ...]:
    said = getattr(document, {"topic": "topics", "place": "places"}.get(task, task))
    return (said,) if isinstance(said, str) else tuple(said)


def _intervals(found: Measures) -> dict[str, tuple[float, float]]:
    return {name: score.interval(measure, *sides) for name, (measure, sides) in found.items()}


def _confusion(pairs: Pairs, task: str) -> tuple[Confusion, ...]:
    return score.confusion([_truth(document, task)[0] for document, _ in pairs], [tagged.label(task) for _, tagged in pairs])


def _calibration(pairs: Pairs, task: str) -> Calibration:
    """Over every tag of a task that was given."""
    tags = [(tag, document) for document, tagged in pairs for tag in tagged.tags if tag.kind == task]
    return score.calibration([(tag.score, tag.label in _truth(document, task)) for tag, document in tags])


def _parts(pairs: Pairs) -> list[Part]:
    """The same figures by kind of document and by years; relevance only where there is something to find."""
    years = years_of([document for document, _ in pairs])
    names = [*(("kind", kind_of(document)) for document, _ in pairs), *(("years", name) for name in years)]
    found = []
    for by, name in sorted(set(names)):
        some = [pair for at, pair in enumerate(pairs) if (by, name) in (names[at], names[len(pairs) + at])]
        here = measures(some)
        if not any(document.relevance == "core" for document, _ in some):
            here = {figure: one for figure, one in here.items() if not figure.startswith("releva")}
        found.append(Part(by=by, name=name, documents=len(some), figures=figures(here), intervals=_intervals(here)))
    return found


def _span(document: Labelled) -> tuple[int, int] | None:
    years = _YEARS.search(document.date or document.origin)
    if not years:
        return None
    first = int(years[1])
    return first, int(years[2]) if years[2] and not document.date else first


def _trained(card: str) -> tuple[str, ...]:
    section = _TRAINED.search(card)
    return tuple(re.findall(r"^- (.+)$", section[1], re.M)) if section else ()


def _core_f1(truths: Sets, said: Sets) -> float:
    return score.of_label(truths, said, "core").f1


def _some_f1(truths: Sets, said: Sets) -> float:
    """F1 of what is core or a mention, taken together."""
    some = [[frozenset(["none" if "none" in one else "some"]) for one in side] for side in (truths, said)]
    return score.of_label(some[0], some[1], "some").f1
