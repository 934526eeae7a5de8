"""Labelled documents: what readers said of real ones, and our own texts that stand in ``models/text``.

Of further real documents, whose texts are their papers' and not ours to hand on, ``models/labels`` holds what readers said, by id.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.config import Config, shipped
from monitor.errors import ParseError
from monitor.measures import Labelled
from monitor.records import RELEVANCE, SENTIMENT, VOICES, Article
from monitor.text import clean, fold

DEMO = Path(__file__).parent.parent / "demo" / "outlets"


def readers(config: Config) -> Path:
    """The folder of what readers labelled: ``folders.training``, else ``shared/data`` beside the checkout."""
    return config.path("training") if config["folders.training"] else shipped("models").parent.parent / "shared" / "data"


def labelled(config: Config, part: str) -> list[Labelled]:
    """The documents of a part ("train" or "dev") in ``folders.training``; to train belong ``further`` ones and our own texts too.

    Without that key they are looked for in ``shared/data`` beside the checkout. Raises ParseError where there is nothing to read.
    """
    folder = readers(config)
    found = read_labelled(folder / f"{part}.jsonl") if (folder / f"{part}.jsonl").exists() or part != "train" else []
    if part == "train":
        found += further(folder)
        for path in sorted(shipped("models").glob("text/*.jsonl")):
            found += read_labelled(path)
    if not found:
        raise ParseError(f"{folder}: no labelled documents ({part}.jsonl); set folders.training")
    return found


def further(folder: Path) -> list[Labelled]:
    """The documents of ``unlabelled.jsonl.gz`` and of the stream of feed items beside it that ``models/labels`` speaks of.

    What is not there is left out. Raises ParseError for a file that cannot be read.
    """
    texts = {row["id"]: row for row in _further(folder)}
    found = []
    for path in sorted(shipped("models").glob("labels/further.jsonl")) if texts else ():
        for line in path.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            if said["id"] in texts:
                found.append(_document({**said, **texts[said["id"]]}))
    return found


def _further(folder: Path) -> Iterator[dict[str, str]]:
    """Id, origin, title and the first part of the text, as they were read and labelled, of every document there is."""
    for row in _rows(folder / "unlabelled.jsonl.gz"):
        text = clean("\n".join(filter(None, (row.get("lead"), row.get("body")))))
        yield {"id": row["id"], "title": row.get("title") or "", "text": text[:1100], "origin": "press, read for this project"}
    for path in sorted((folder.parent / "real").glob("stream-*.jsonl.gz")):
        for row in _rows(path):
            name = f"stream-{hashlib.sha256(row['url'].encode()).hexdigest()[:16]}"
            text = clean(row.get("summary") or "")[:900]
            yield {"id": name, "title": row.get("title") or "", "text": text, "origin": "feed item, read for this project"}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines)
    except (OSError, EOFError, ValueError) as error:
        raise ParseError(f"{path}: cannot be read ({error}); check folders.training") from error


def frozen(config: Config) -> tuple[list[Labelled], str]:
    """The documents that no model is trained on, and where they come from: dev in ``folders.training``, else the demo's own items.

    The demo's were written and labelled for this project, like our training texts, so figures on them flatter.
    """
    if not (readers(config) / "dev.jsonl").exists():
        return demo_items(), "demo"
    return labelled(config, "dev"), "dev"


def demo_items() -> list[Labelled]:
    """The labelled items of the demo's outlets, each text once."""
    found = []
    for path in sorted(DEMO.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not row.get("copy_of"):
                text = "\n".join([row.get("lead") or "", *(row.get("body") or ())])
                found.append(_document({**row, **row["labels"], "text": text, "origin": "demo", "date": row["at"][:10]}))
    return found


def read_labelled(path: Path) -> list[Labelled]:
    """The documents of a JSON Lines file. Raises ParseError that names the file and the line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ParseError(f"{path}: cannot be read ({error}); check folders.training") from error
    return [_labelled(line, f"{path}: line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def article_of(document: Labelled) -> Article:
    """The document as an article, as the tagger reads it."""
    return Article(
        url=f"labelled:{document.id}",
        outlet="",
        kind=document.kind,
        title=document.title,
        text=document.text,
        context=document.context,
        fetched=datetime(2026, 1, 1, tzinfo=UTC),
    )


def unmarked(document: Labelled) -> Labelled:
    """The document as somebody without a Vietnamese keyboard would write it."""
    return replace(document, title=fold(document.title), text=fold(document.text), context=fold(document.context))


def _labelled(line: str, where: str) -> Labelled:
    try:
        document = _document(json.loads(line))
    except KeyError as error:
        raise ParseError(f"{where}: {error} is missing; every document needs relevance, sentiment and voice") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ParseError(f"{where}: not a labelled document ({str(error)[:80]}); write one JSON object a line") from error
    for value, known in ((document.relevance, RELEVANCE), (document.sentiment, SENTIMENT), (document.voice, VOICES)):
        if value not in known:
            raise ParseError(f"{where}: {value!r:.40} is not one of {', '.join(known)}")
    return document


def _document(row: dict[str, Any]) -> Labelled:
    texts: dict[str, Any] = {key: clean(str(row.get(key) or "")) for key in ("title", "text", "context")}
    names: dict[str, Any] = {key: str(row.get(key) or "") for key in ("id", "origin", "date")}
    judged: dict[str, Any] = {key: row[key] for key in ("relevance", "sentiment", "voice")}
    several: dict[str, Any] = {key: _strings(row.get(key, ())) for key in ("topics", "places")}
    return Labelled(**texts, **names, **judged, **several, kind=str(row.get("kind") or "news"), sure=bool(row.get("sure", True)))


def _strings(value: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise TypeError("topics and places are lists of names")
    return tuple(value)
