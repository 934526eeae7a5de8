"""How fast monitor.segment is beside ``underthesea.word_tokenize``, on the same sentences, in turns, in one process.

::

    python bench/segmentation.py [articles]

Articles are those of ``../shared`` where it is present, else the demo's. Times are of the processor, not of the wall, but for
two processes; each figure is the median over blocks of articles, with the quarter and three-quarter marks in brackets.
"""

from __future__ import annotations

import gzip
import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

from underthesea import word_tokenize

from monitor import segment, text
from monitor.segment.reader import Reader

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "real" / "fulltext.jsonl.gz"
BLOCK = 10  # articles timed at once

Article = list[str]  # its sentences
Way = Callable[[Article], list[str]]


def texts(limit: int) -> tuple[str, list[tuple[str, str]]]:
    """Where the articles come from, and title and text of each, at most ``limit`` of them spread over the file."""
    if REAL.is_file():
        with gzip.open(REAL, "rt", encoding="utf-8") as lines:
            source, found = "real articles", [json.loads(line) for line in lines]
    else:
        files = sorted((ROOT / "monitor" / "demo" / "outlets").glob("*.jsonl"))
        source, found = "articles of the demo", [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    found = [one for one in found if one.get("title") and one.get("body")]
    chosen = found[:: max(1, len(found) // limit)][:limit]
    bodies = [[one["body"]] if isinstance(one["body"], str) else one["body"] for one in chosen]
    rest = ["\n".join([one.get("lead") or "", *body]) for one, body in zip(chosen, bodies, strict=True)]
    return source, [(text.clean_line(one["title"]), text.clean(body)) for one, body in zip(chosen, rest, strict=True)]


def articles(limit: int) -> tuple[str, list[Article]]:
    """Where the articles come from, and the sentences of each."""
    source, found = texts(limit)
    return source, [text.sentences(f"{title}\n{body}") for title, body in found]


def plain(article: Article) -> list[str]:
    """The sentences of an article segmented by underthesea."""
    return [word_tokenize(sentence, format="text") for sentence in article]


def one_by_one(article: Article) -> list[str]:
    """The same by monitor.segment, a call for each sentence."""
    return [segment.segmented(sentence) for sentence in article]


def seconds(function: Way, block: list[Article]) -> tuple[float, list[list[str]]]:
    """Processor seconds for a block, and what came out."""
    start = time.process_time()
    found = [function(article) for article in block]
    return time.process_time() - start, found


def memory() -> Reader:
    """What the segmenter remembers."""
    segmenter = segment._load()
    assert segmenter is not None, "underthesea works by itself: there is nothing to compare"
    return segmenter._reader


def empty_first(article: Article) -> list[str]:
    """An article by monitor.segment with nothing remembered but what the model itself knows."""
    memory().forget()
    return segment.lines(article)


def spread(values: list[float]) -> str:
    """The median and, in brackets, the quarter marks."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:7.2f} ({low:.2f} - {high:.2f})"


def one_core(found: list[Article]) -> None:
    """Print milliseconds an article and how many times faster, for each way of asking."""
    ways: dict[str, Way] = {
        "unseen text": segment.lines,
        "seen text": segment.lines,
        "one by one": one_by_one,
        "empty caches": empty_first,
    }
    times: dict[str, list[float]] = {name: [] for name in ("word_tokenize", *ways)}
    differences = 0
    memory().forget()
    for at in range(0, len(found) - BLOCK + 1, BLOCK):
        block = found[at : at + BLOCK]
        spent, expected = seconds(plain, block)
        times["word_tokenize"].append(spent)
        for name, way in ways.items():
            kept = dict(memory())
            spent, mine = seconds(way, block)
            times[name].append(spent)
            differences += sum(one != other for one, other in zip(mine, expected, strict=True))
        memory().update(kept)  # what was forgotten last: the next block meets the memory of a long run
    for name, taken in times.items():
        faster = [slow / fast for slow, fast in zip(times["word_tokenize"], taken, strict=True)]
        print(f"  {name:14} {spread([1000 * one / BLOCK for one in taken])} ms an article {spread(faster)} x")
    print(f"  {differences} articles come out differently")


def work(job: tuple[bool, list[Article]]) -> int:
    """How many sentences a worker segmented, by underthesea or by monitor.segment."""
    original, found = job
    return sum(len((plain if original else segment.lines)(article)) for article in found)


def two_processes(found: list[Article]) -> None:
    """Print articles a second by the wall with one process and with two, in turns."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        rates: dict[tuple[bool, int], list[float]] = {(original, count): [] for original in (True, False) for count in (1, 2)}
        list(pool.map(work, [(True, found[:5]), (False, found[:5])] * 4))  # both load everything
        for start in range(5):
            for (original, count), rate in rates.items():
                part = found[start::5] if original else found
                begin = time.perf_counter()
                list(pool.map(work, [(original, part[at::count]) for at in range(count)]))
                rate.append(len(part) / (time.perf_counter() - begin))
    for (original, count), rate in rates.items():
        print(
            f"  {'word_tokenize' if original else 'segment':14} {count} process{'es' * (count > 1):2} {spread(rate)} articles/s"
        )


def main(limit: int = 1000) -> None:
    """Print all figures."""
    source, found = articles(limit)
    words = sum(len(sentence.split()) for article in found for sentence in article)
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("underthesea", "underthesea-core", "numpy"))
    print(f"{len(found)} {source}, {words // len(found)} syllables each; Python {platform.python_version()}, {versions}")
    word_tokenize("nóng máy")
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    segment._load()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"loading beyond the import of underthesea: {time.process_time() - start:.2f} s, {grown:.0f} MB at most")
    one_core(found)
    two_processes(found)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
