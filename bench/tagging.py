"""How fast and how large tagging is: beside ``underthesea.word_tokenize`` on the same articles, in turns, in one process.

::

    python bench/tagging.py [articles]

Articles are those of ``../shared`` where it is present, else the demo's. What shares a block of articles is timed in turns, in time of
the processor; each figure is the median over blocks, with the quarter marks in brackets. Rates of two processes are of the wall. Goals
stand beside what they are for; a figure that misses its goal is marked.
"""

from __future__ import annotations

import gzip
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import segmentation
from segmentation import BLOCK, memory, seconds, spread

from monitor import runner, segment, text
from monitor.config import Config, load
from monitor.desk import Desk
from monitor.records import Article, TaggedArticle
from monitor.store import articles as kept
from monitor.store import tags
from monitor.tag.tagger import Tagger

Work = Callable[[Article], object]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
STREAM = segmentation.REAL.parent / "stream-2025-08_2026-02.jsonl.gz"
ITEMS = (1_500, 4_500)  # articles retagged: the difference of two runs leaves out what starting costs
DAY = 1_000_000 / 300  # items a second that tag a million in five minutes


def say(what: str, found: str, goal: str = "", *, met: bool = True) -> None:
    """Print a line of the table."""
    print(f"| {what} | {found} | {goal}{'' if met else ' **missed**'} |", flush=True)


def found_articles(limit: int) -> tuple[str, list[Article]]:
    """Where the articles come from, and the articles."""
    source, found = segmentation.texts(limit)
    return source, [
        Article(url=f"https://bench.example/{at}", outlet="Bench", title=title, text=body, fetched=NOW)
        for at, (title, body) in enumerate(found)
    ]


def found_items(limit: int) -> list[Article]:
    """Feed items of the stream, spread over it; none where it is not beside the checkout."""
    if not STREAM.is_file():
        return []
    with gzip.open(STREAM, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Article(url=f"https://bench.example/{at}", outlet="Bench", fetched=NOW, title=text.clean_line(row["title"]),
                lead=text.plain(row.get("description") or row.get("summary") or ""))
        for at, row in enumerate(rows[:: max(1, len(rows) // limit)][:limit])
    ]  # fmt: skip


def alone(tagger: Tagger) -> Tagger:
    """The same tagger without its encoder."""
    return Tagger(tagger.model, tagger.lexicon, topics=tagger.topics, homes=tagger.homes)


def tokenized(article: Article) -> object:
    """The article segmented by underthesea, nothing else."""
    return segmentation.plain(text.sentences(article.document))


def segmented(article: Article) -> object:
    """The article segmented by monitor.segment."""
    return segment.lines(text.sentences(article.document))


def afresh(article: Article) -> object:
    """The same with nothing remembered but what the model itself knows."""
    memory().forget()
    return segmented(article)


def both(tagger: Tagger) -> Work:
    """Segmentation and all tagging of an article, whatever it is about."""
    return lambda article: tagger.tag(article, text.segment(article.document))


def bare(tagger: Tagger) -> Work:
    """All tagging of an article whose words are known."""
    return lambda article: tagger.tag(article, "-")


def timed(found: list[Article], ways: dict[str, Work]) -> dict[str, list[float]]:
    """Processor milliseconds an article by way, a figure a block, in turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for at in range(0, len(found) - BLOCK + 1, BLOCK):
        for name, way in ways.items():
            remembered = dict(memory())
            times[name].append(1000 * seconds(way, found[at : at + BLOCK])[0] / BLOCK)  # type: ignore[arg-type]
            if way is afresh:
                memory().update(remembered)
    return times


def told(name: str, found: list[Article], ways: dict[str, tuple[Work, float]]) -> None:
    """Print each way as a share of ``word_tokenize`` (how many times it where the goal is over 1), beside its goal."""
    if len(found) < 2 * BLOCK:
        return say(f"{name}: only {len(found)} articles", "not measured")
    times = timed(found, {"word_tokenize": tokenized, **{one: way for one, (way, _) in ways.items()}})
    say(f"{name}: word_tokenize alone", f"{spread(times['word_tokenize'])} ms an article")
    for one, (_, goal) in ways.items():
        faster = goal > 1
        pairs = zip(times["word_tokenize"], times[one], strict=True)
        shares = [slow / fast if faster else fast / slow for slow, fast in pairs]
        middle = statistics.median(shares)
        met = not goal or (middle >= goal if faster else middle <= goal)
        aim = (f">= {goal:g} x" if faster else f"<= {goal:g} x") if goal else ""
        say(f"{name}: {one}", f"{spread(shares)} x, {spread(times[one])} ms", aim, met=met)
    return None


def loading() -> tuple[float, float, float, float]:
    """Processor seconds for loading all models after imports, then peak megabytes of this process: bare, loaded, and after tagging."""
    import underthesea  # noqa: F401  # a worker that segments has it

    peaks = [peak()]
    begin = time.process_time()
    tagger = Tagger.load(load())
    took = time.process_time() - begin
    peaks.append(peak())
    for article in found_articles(400)[1]:
        tagger.tag(article)
    return took, peaks[0], peaks[1], peak()


def without_encoder() -> float:
    """Peak megabytes of a process that tags without the encoder."""
    tagger = alone_loaded(load())
    for article in found_articles(400)[1]:
        tagger.tag(article)
    return peak()


def alone_loaded(config: Config) -> Tagger:
    """The tagger without an encoder, and without one ever having been loaded."""
    from monitor.tag import tagger

    tagger._encoder = lambda _: None  # type: ignore[assignment]
    return tagger.Tagger.load(config)


def peak() -> float:
    """The most memory that this process ever took, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rate(job: tuple[str, list[Article]]) -> int:
    """How many articles a worker did, in the way that is named."""
    name, found = job
    if name not in _READY:
        tagger = Tagger.load(load())
        _READY.update({"word_tokenize": tokenized, "segmentation and tagging": both(tagger), "tagging alone": bare(tagger)})
    for article in found:
        _READY[name](article)
    return len(found)


_READY: dict[str, Work] = {}  # of a worker


def two_processes(found: list[Article]) -> None:
    """Print articles a second by the wall with one process and with two, in turns."""
    names = ("word_tokenize", "segmentation and tagging", "tagging alone")
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(rate, [(name, found[:5]) for name in names] * 4))  # both load everything
        rates: dict[tuple[str, int], list[float]] = {(name, count): [] for name in names for count in (1, 2)}
        for start in range(3):
            for (name, count), taken in rates.items():
                part = found[start :: 3 if name == names[0] else 1]
                begin = time.perf_counter()
                list(pool.map(rate, [(name, part[at::count]) for at in range(count)]))
                taken.append(len(part) / (time.perf_counter() - begin))
    for (name, count), taken in rates.items():
        say(f"{name}, {count} process{'es' if count > 1 else ''}", f"{statistics.median(taken):.0f} articles a second")


def retag(name: str, found: list[Article]) -> None:
    """Print how fast `monitor run retag` goes through a store, on every core, from the stored words."""
    if not found:
        return say(f"retag, {name}", "not measured")
    took = []
    for count in ITEMS:
        items = [replace(found[at % len(found)], url=f"https://bench.example/{at}") for at in range(count)]
        with tempfile.TemporaryDirectory() as folder, Desk(_office(Path(folder))) as desk:
            for at in range(0, count, 500):
                kept.keep_articles(desk.store, items[at : at + 500])
            old = [TaggedArticle(article=item.article, words="-", tags=()) for item in kept.untagged(desk.store, "new")]
            tags.keep(desk.store, old, "old")
            begin = time.perf_counter()
            runner.run("retag", desk)
            took.append(time.perf_counter() - begin)
    pace = (ITEMS[1] - ITEMS[0]) / (took[1] - took[0])
    return say(f"retag, {name}", f"{pace:.0f} items a second, 1 M in {1e6 / pace / 60:.1f} min", "1 M in < 5 min", met=pace > DAY)


def _office(folder: Path) -> Config:
    (folder / "office.yaml").write_text(f'store: {{url: "sqlite:///{folder}/monitor.db"}}', encoding="utf-8")
    return load(folder / "office.yaml")


def main(limit: int = 1000) -> None:
    """Print the whole table."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        took, imported, loaded, most = pool.submit(loading).result()
        plain = pool.submit(without_encoder).result()
    source, everything = found_articles(100_000)
    found = everything[:: max(1, len(everything) // limit)][:limit]
    tagger = Tagger.load(load())
    print(
        f"{len(found)} of {len(everything)} {source}, models {', '.join(tagger.models)}\n\n| what | measured | goal |\n|---|---|---|"
    )
    say("loading all models", f"{took:.2f} s of processor", "< 1 s", met=took < 1)
    most_allowed = 600 if tagger.encoder else 400
    say("peak memory of a worker", f"{most:.0f} MB ({imported:.0f} before loading, {loaded:.0f} after)", f"< {most_allowed} MB",
        met=most < most_allowed)  # fmt: skip
    say("the same without an encoder", f"{plain:.0f} MB", "< 400 MB", met=plain < 400)
    linear = alone(tagger)
    label = {article.url: linear.tag(article, "-").label("relevance") for article in everything}
    off = [article for article in found if label[article.url] == "none"]
    on = [article for article in everything if label[article.url] != "none"][:limit]
    heard = sum(any("+" in tag.by for tag in tagger.tag(article, "-").tags) for article in off[:100])
    say("irrelevant articles that the encoder hears too", f"{heard} of {len(off[:100])}")
    memory().forget()
    told("any", found, {"segmentation": (segmented, 10), "segmentation, empty caches": (afresh, 7)})
    told(
        "irrelevant",
        off,
        {"segmentation and all tagging": (both(tagger), 0.35), "the same without encoder": (both(linear), 0.35)},
    )
    told("relevant", on, {"segmentation and tagging without encoder": (both(linear), 1), "with encoder": (both(tagger), 0)})
    two_processes(found[:300])
    retag("articles of full length", found)
    retag("feed items", found_items(2_000))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
