"""The page that says how right the tags are: parts made of figures, between marks, in a page whose other words people write.

A part stands between ``<!-- dev: … -->`` and ``<!-- /dev -->``. Only what lies between is written again, so that what somebody
wrote around it stays; a part that the page does not hold yet is put at its end. The same figures give the same page.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from monitor.errors import ConfigError
from monitor.measures import Calibration, Comparison, Confusion, Part, Score, Scores
from monitor.report.compared import compared, comparison
from monitor.report.markdown import between, number, table
from monitor.report.weak import weaknesses

NAMES = {
    "relevance": "Relevance",
    "topic": "Topics (of core documents)",
    "sentiment": "Sentiment",
    "voice": "Voice",
    "place": "Places",
}
FALL = 0.05  # how much text without marks may cost
TITLE = "# How right the tags are\n"
_SHOWN = ("relevance F1", "topics micro F1", "sentiment macro F1", "sentiment macro F1 all", "voice accuracy", "places exact")
# 221 documents were labelled by two readers: the ceiling of every figure.
_AGREEMENT = (
    ("relevance", "99.5 %, κ .99"),
    ("topics", "F1 .95"),
    ("sentiment", "95.9 %, κ .93"),
    ("voice", "84.6 %, κ .82"),
    ("places", "97.7 %"),
)
_ABOUT = {
    "dev": "{n} real documents that readers labelled and that no model was trained on. They belong to their outlets and are not in"
    " this\nrepository; `folders.training` says where they are.",
    "demo": "The {n} distinct items of the demo's invented outlets. We wrote and labelled them ourselves and never train on them; they"
    "\nresemble our training texts, so these figures say less about the press than those on real documents.",
}


def write(path: Path, found: Iterable[Scores | Comparison]) -> None:
    """Nothing; the page at ``path`` holds these figures afterwards, and those on public sets, which ``public.json`` beside it keeps.

    Raises ConfigError where one of the two cannot be read or written.
    """
    found = list(found)
    kept = path.with_name("public.json")
    try:
        comparisons = [one for one in found if isinstance(one, Comparison)]
        if comparisons:
            _replace(kept, json.dumps([asdict(one) for one in comparisons], ensure_ascii=False, indent=1) + "\n")
        elif kept.exists():
            comparisons = [comparison(row) for row in json.loads(kept.read_text(encoding="utf-8"))]
        parts = {one.about: (demo if one.about == "demo" else dev)(one) for one in found if isinstance(one, Scores)}
        parts |= {"public": compared(comparisons)} if comparisons else {}
        _replace(path, filled(path.read_text(encoding="utf-8") if path.exists() else TITLE, parts))
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise ConfigError(
            f"{path}: cannot be written ({error}); mend it or {kept.name}, or give write_accuracy another place"
        ) from error


def filled(page: str, parts: Mapping[str, str]) -> str:
    """The page with these parts in their places, or at its end; all else is as it was.

    >>> filled("# A\\n\\n<!-- dev: made -->\\nold\\n<!-- /dev -->\\n\\nby hand\\n", {"dev": "new"}).count("new")
    1
    """
    for name, text in parts.items():
        made = f"<!-- {name}: made by `monitor run`; what is written here by hand is lost -->\n{text.strip()}\n<!-- /{name} -->\n"
        there = re.search(rf"^<!-- {re.escape(name)}:.*?^<!-- /{re.escape(name)} -->\n?", page, re.M | re.S)
        page = page[: there.start()] + made + page[there.end() :] if there else f"{page.rstrip()}\n\n{made}"
    return page


def dev(scores: Scores) -> str:
    """The part on documents of readers: every figure and table."""
    return "\n\n".join([*_head("## The figures", scores), *_sections(scores)])


def demo(scores: Scores) -> str:
    """The part on the demo's items: the figures, and by label."""
    return "\n\n".join([*_head("## On the demo's own items", scores), *_by_label(scores)])


def _head(title: str, scores: Scores) -> Iterator[str]:
    """What was measured, with what, and the figures with and without marks."""
    models = {one.name: f" ({one.digest})" for one in scores.made}
    yield title
    yield _ABOUT[scores.about].format(n=scores.documents)
    yield "Models: " + ", ".join(f"`{name}`{models.get(name, '')}" for name in scores.models) + ". Intervals are bootstrap, 95 %."
    rows = [
        (name, number(value), between(scores.intervals.get(name)), *_bare(scores, name)) for name, value in scores.figures.items()
    ]
    yield table(("figure", "value", "95 % interval", "without marks", "drop"), rows)


def _sections(scores: Scores) -> Iterator[str]:
    over = [name for name, value in scores.bare.items() if scores.figures[name] - value > FALL]
    yield "## Text without marks"
    yield f"The same documents with all marks stripped ({number(FALL)} is what they may cost). " + (
        f"More than that: {', '.join(over)}." if over else "No figure falls by more."
    )
    yield from _by_label(scores)
    yield "## What is taken for what"
    yield "A row is what readers said, a column what was tagged."
    for task, pairs in scores.confusion.items():
        yield f"### {NAMES[task]}\n\n{_crossed(pairs)}"
    yield from _calibrations(scores.calibration)
    for by in ("kind", "years"):
        yield {"kind": "## By kind of document", "years": "## By year"}[by]
        yield _parts([part for part in scores.parts if part.by == by])
    yield from _origins(scores)
    yield "## Known weaknesses"
    yield weaknesses(scores)


def _by_label(scores: Scores) -> Iterator[str]:
    yield "## Label by label" if scores.about == "dev" else "Label by label:"
    for task, labels in scores.labels.items():
        yield f"**{NAMES[task]}**\n\n{table(('label', 'precision', 'recall', 'F1', '95 % interval', 'documents'), map(_label, labels))}"


def _label(one: Score) -> tuple[str, ...]:
    return one.label, number(one.precision), number(one.recall), number(one.f1), between(one.interval), str(one.support)


def _crossed(pairs: Sequence[Confusion]) -> str:
    names = sorted({one.truth for one in pairs} | {one.said for one in pairs})
    counts = {(one.truth, one.said): one.count for one in pairs}
    return table(("", *names), [(truth, *(str(counts.get((truth, said), "")) for said in names)) for truth in names])


def _calibrations(found: Mapping[str, Calibration]) -> Iterator[str]:
    yield "## Whether scores mean what they say"
    yield "Of tags with a score of .8 some eight in ten should be right. The expected error is the mean distance of the two, by tag."
    yield table(("", "tags", "expected error"), [(NAMES[task], str(sum(one.count for one in how.bins)), number(how.error))
                                                 for task, how in found.items()])  # fmt: skip
    rows = [(NAMES[task], f"{one.low:.1f} to {one.high:.1f}", str(one.count), number(one.score), number(one.right))
            for task, how in found.items() for one in how.bins]  # fmt: skip
    yield table(("", "score", "tags", "mean score", "right"), rows)


def _parts(parts: Sequence[Part]) -> str:
    names = [name for name in _SHOWN if any(name in part.figures for part in parts)]
    rows = [(part.name, str(part.documents), *(_spread(part, name) for name in names)) for part in parts]
    return table(("", "documents", *names), rows)


def _spread(part: Part, name: str) -> str:
    return f"{number(part.figures[name])} ({between(part.intervals.get(name))})" if name in part.figures else ""


def _origins(scores: Scores) -> Iterator[str]:
    yield "## What the models were trained on"
    for trained in dict.fromkeys(one.trained for one in scores.made):
        names = ", ".join(f"`{one.name}`" for one in scores.made if one.trained == trained)
        yield f"{names}:\n\n" + "\n".join(f"- {line}" for line in trained or ("its card does not say",))
    yield "## How far readers agree"
    yield "221 documents were labelled twice, by two readers. No model can be measured to be better than that."
    yield table(("", "agreement"), _AGREEMENT)


def _bare(scores: Scores, name: str) -> tuple[str, str]:
    if name not in scores.bare:
        return "", ""
    return number(scores.bare[name]), number(scores.figures[name] - scores.bare[name])


def _replace(path: Path, text: str) -> None:
    """The file holds the text: whole, or as it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(name, 0o644)
    os.replace(name, path)
