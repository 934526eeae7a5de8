"""How fast the store answers what officers ask all day, and how large it is: on big stores of real text.

::

    python bench/corpus.py 100000 sqlite:///bench-100k.db
    python bench/corpus.py 1000000 sqlite:///bench-1m.db
    python bench/store.py sqlite:///bench-100k.db sqlite:///bench-1m.db [--write 20000] [--base FILE]

Each question is asked for other days, topics and places in turn, in one process that has read the store before; a cell holds the
median and the 95th percentile in ms. With several stores the last column is how much the median grows from the first to the last.
``--write`` also measures writing so many tagged articles, index and counts included, into a fresh store of the same kind as the first
(an SQLite file beside it; of PostgreSQL a database that has to be given with ``--into``). Wall and processor are told apart.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import corpus
from sqlalchemy import func, select, text

from monitor import query
from monitor.config import Config, load
from monitor.store import Store, proof, rollup
from monitor.store.schema import articles, counted

YEAR = timedelta(days=364)
TOPICS = ("pension", "hi_care", "household_hi", "fraud", "policy_reform", "admin_digital", "evasion")
PLACES = ("TP. Hồ Chí Minh", "Hà Nội", "Đà Nẵng", "Cần Thơ", "Đồng Nai", "Khánh Hòa", "Lâm Đồng")
GOALS = {"coverage of a year by day, one topic": 20, "counts of a year by day, every topic": 20, "digest of a day": 2000}

Question = Callable[[Store, Config, int], object]


def config() -> Config:
    """The settings of an office that reads the sources of the big stores."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as office:
        rows = [f'{{id: {one.id}, url: "{one.url}", outlet: {one.outlet}, class: {one.category}}}' for one in corpus.SOURCES]
        office.write("more_sources:\n" + "\n".join(f"  - {row}" for row in rows))
        office.flush()
        return load(Path(office.name))


def _last(number: int) -> date:
    return (corpus.FIRST + timedelta(days=corpus.DAYS - 2 - 7 * (number % 40))).date()


def _covered(by: str, **kinds: tuple[str, ...]) -> Question:
    def ask(store: Store, settings: Config, number: int) -> object:
        narrow = {kind: labels[number % len(labels)] for kind, labels in kinds.items()}
        last = _last(number)
        return query.coverage(store, settings, by=by, since=last - YEAR, until=last, **narrow)

    return ask


def _every_topic(store: Store, settings: Config, number: int) -> object:
    return rollup.by_day(store, _last(number) - YEAR, _last(number), kind="topic")


def _digest(store: Store, settings: Config, number: int) -> object:
    day = _last(number)
    return query.digest(store, settings, day=day, now=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


QUESTIONS: dict[str, tuple[Question, int]] = {
    "coverage of a year by day": (_covered("day"), 40),
    "coverage of a year by day, one topic": (_covered("day", topic=TOPICS), 40),
    "coverage of a year by day, one place": (_covered("day", place=PLACES), 40),
    "counts of a year by day, every topic": (_every_topic, 40),
    "coverage of a year by day, one voice (counted)": (_covered("day", voice=("problem_report", "explainer")), 15),
    "coverage of a year by topic (counted)": (_covered("topic"), 15),
    "coverage of a year by outlet (counted)": (_covered("outlet"), 15),
    "coverage of a year by place (counted)": (_covered("place"), 15),
    "coverage of a year by month (counted)": (_covered("month"), 15),
    "digest of a day": (_digest, 15),
}


def asked(store: Store, settings: Config, question: Question, times: int) -> list[float]:
    """The seconds that each asking took, after two that do not count."""
    took = []
    for number in range(times + 2):
        start = time.perf_counter()
        question(store, settings, number)
        took.append(time.perf_counter() - start)
    return sorted(took[2:])


def table(stores: list[Store]) -> Iterator[str]:
    """The lines of the table of questions."""
    settings = config()
    yield "| ms: median, 95th percentile | " + " | ".join(f"{size(store):,} articles" for store in stores) + " | growth | goal |"
    yield "|---|" + "---|" * (len(stores) + 2)
    for name, (question, times) in QUESTIONS.items():
        took = [asked(store, settings, question, times) for store in stores]
        cells = [f"{statistics.median(one) * 1e3:,.1f}, {one[int(len(one) * 0.95)] * 1e3:,.1f}" for one in took]
        growth = statistics.median(took[-1]) / statistics.median(took[0])
        goal = f"< {GOALS[name]:,}" if name in GOALS else ""
        yield f"| {name} | {' | '.join(cells)} | {growth:.1f} | {goal} |"


def size(store: Store) -> int:
    """How many articles the store holds."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(articles)).scalar_one())


def weight(store: Store) -> str:
    """How large the store is, beside the text that it holds."""
    long = "octet_length" if not store.is_sqlite else "length"
    cast = "{}" if not store.is_sqlite else "CAST({} AS BLOB)"
    each = " + ".join(f"{long}({cast.format(name)})" for name in ("title", "lead", "text"))
    with store.read() as connection:
        held = int(connection.execute(text(f"SELECT sum({each}) FROM articles")).scalar_one())
        core = int(connection.execute(select(func.count()).select_from(counted)).scalar_one())
    whole = store.size()
    return f"{core:,} about social security; text {held / 1e6:,.0f} MB, store {whole / 1e6:,.0f} MB, {whole / held:.2f} times"


def proven(store: Store) -> str:
    """What counting everything anew takes, and what it finds."""
    start = time.perf_counter()
    found = sum(1 for _ in proof.check(store))
    return f"`monitor check`: {time.perf_counter() - start:.1f} s, {found} differences"


def written(url: str, count: int, base: Path) -> str:
    """What writing so many tagged articles takes."""
    press = corpus.Press(corpus.texts(base), core=0.03)
    with Store.open(url) as store:
        took = corpus.build(store, press, count, told=lambda _: None)
    wall, processor = took["articles"] + took["tags"], took["processor"]
    share = f"articles and index {took['articles']:.1f} s, tags, stories and counts {took['tags']:.1f} s"
    return f"writing {count:,}: {count / wall:,.0f} a second of the wall, {count / processor:,.0f} of the processor ({share})"


def main() -> None:
    """Print what it was measured on, and the tables."""
    taken = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    taken.add_argument("stores", nargs="*")
    taken.add_argument("--write", type=int, default=0)
    taken.add_argument("--into", default="")
    taken.add_argument("--base", type=Path, default=Path(tempfile.gettempdir()) / "monitor-bench-texts.pickle")
    given = taken.parse_args()
    loaded = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, load {loaded}\n", flush=True)
    stores = [Store.open(url) for url in given.stores]
    for store in stores:
        print(f"- {size(store):,} articles on {store.engine.dialect.name}, {weight(store)}; {proven(store)}", flush=True)
    if given.write:
        folder = tempfile.mkdtemp(prefix="monitor-bench-")
        print(f"- {written(given.into or f'sqlite:///{folder}/monitor.db', given.write, given.base)}", flush=True)
    if stores:
        print()
        for line in table(stores):
            print(line, flush=True)


if __name__ == "__main__":
    main()
