"""How fast a store answers: p50, p95 and p99 of every kind of question, and what the index takes.

    python bench/search.py sqlite:///store.db                                       measure a store
    python bench/search.py sqlite:///large.db --grow small.db --count 1000000   first make it: the articles of a small SQLite
                                                    store with their tags, repeated under other addresses, with a word of their own
                                                    in every copy, spread over two years in order of time

Words are taken from the store by how many articles hold them, so that "rare" and "common" mean the same in every store. Each
question is asked once unmeasured and then --times times, kinds interleaved, so that a busy minute falls on all of them alike. Where
other programs work on the machine, time of the processor is firm and time on the clock an upper bound.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select, text

from monitor import config, query
from monitor.clock import day_of
from monitor.expression import Tagged
from monitor.query.search import meant
from monitor.query.words import words as keywords_of
from monitor.store import Store, fts, index, search
from monitor.store.schema import articles, metadata
from monitor.text import fold

CONFIG = config.load()
COPIED = [table.name for table in (articles, metadata.tables["tags"])]


def main() -> None:
    """Print the tables."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("store")
    ask.add_argument("--grow", metavar="FILE")
    ask.add_argument("--count", type=int, default=100_000)
    ask.add_argument("--times", type=int, default=10)
    said = ask.parse_args()
    with Store.open(said.store) as store:
        if said.grow:
            grow(store, said.grow, said.count)
        measure(store, said.times)


def grow(store: Store, source: str, count: int) -> None:
    """Fill an empty SQLite store with the articles of another, repeated."""
    began = time.perf_counter()
    base = sqlite3.connect(f"file:{source}?mode=ro", uri=True).execute("SELECT max(id) FROM articles").fetchone()[0]
    columns = [column.name for column in articles.columns]
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-2000000;")
        driver.execute(f"ATTACH 'file:{Path(source).absolute()}?mode=ro' AS small")
        for copy in range((count + base - 1) // base):
            moment = f"'2024-11-22', '+' || ((id + {copy * base}) * {730 * 86400 / count}) || ' seconds'"
            told = {
                "id": f"id + {copy * base}",
                "url": f"url || '#{copy}'",
                "key": f"CASE key WHEN '' THEN '' ELSE key || '#{copy}' END",
                "lead": f"lead || ' bản{copy}'",
                "story": f"CASE story WHEN '' THEN '' ELSE story || '#{copy}' END",
                **dict.fromkeys(("published", "fetched", "seen"), f"strftime('%Y-%m-%d %H:%M:%f', {moment}) || '000'"),
                "day": f"date({moment}, '+7 hours')",
            }
            driver.execute("BEGIN")
            values = ", ".join(told.get(name, name) for name in columns)
            limit = f"WHERE id + {copy * base} <= {count}"
            driver.execute(f"INSERT INTO articles ({', '.join(columns)}) SELECT {values} FROM small.articles {limit} ORDER BY id")
            driver.execute(
                f"INSERT INTO tags SELECT article + {copy * base}, kind, label, score, by, evidence FROM small.tags"
                f" WHERE article + {copy * base} <= {count}"
            )
            driver.execute("COMMIT")
            print(f"{(copy + 1) * base:,} articles after {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    began = time.perf_counter()
    with store.write() as connection:
        index.fill(connection)
    print(f"index filled in {time.perf_counter() - began:.0f} s: {count / (time.perf_counter() - began):,.0f} articles a second")


def measure(store: Store, times: int) -> None:
    """Ask everything and print what it took."""
    sizes(store)
    asked = list(questions(store))
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, one in asked:
        one()
    for _ in range(times):
        for kind, one in random.Random(1).sample(asked, len(asked)):
            began, worked = time.perf_counter(), time.process_time()
            one()
            taken[kind].append(((time.process_time() - worked) * 1000, (time.perf_counter() - began) * 1000))
    print("\n| question | asked | ms of processor p50 | p95 | p99 | ms on the clock p50 | p95 |\n|---|---|---|---|---|---|---|")
    taken["**any ask**"] = [one for kind, found in taken.items() if kind.startswith("ask") for one in found]
    for kind, found in taken.items():
        worked, clock = (statistics.quantiles(column, n=100, method="inclusive") for column in zip(*found, strict=True))
        cells = [*(worked[at] for at in (49, 94, 98)), clock[49], clock[94]]
        print(f"| {kind} | {len(found)} | {' | '.join(f'{cell:.1f}' for cell in cells)} |")


def sizes(store: Store) -> None:
    """Print what the store and its index take against the text."""
    with store.read() as connection:
        lengths = func.sum(func.octet_length(articles.c.title + articles.c.lead + articles.c.text))
        if store.is_sqlite:
            whole = "length(CAST(title || lead || text AS BLOB))"
            lengths = text(f"SELECT sum({whole}) FROM articles")  # type: ignore[assignment]
            took = connection.scalar(text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'")) or 0
        else:
            took = connection.scalar(text("SELECT pg_total_relation_size('search')")) or 0
        count = connection.scalar(select(func.count()).select_from(articles)) or 0
        said = connection.scalar(lengths if store.is_sqlite else select(lengths)) or 0
    print(
        f"{count:,} articles, {said / 1e6:,.0f} MB of text, index {took / 1e6:,.0f} MB ({took / said:.2f} of the text),", end=" "
    )
    print(f"store {store.size() / 1e6:,.0f} MB")


def questions(store: Store) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every question: its kind, and how it is asked."""
    rare, common = vocabulary(store)
    with store.read() as connection:
        last = day_of(connection.scalar(select(func.max(articles.c.seen))))
        outlet = connection.scalar(select(articles.c.outlet).order_by(articles.c.id.desc()).limit(1))
    kinds = {
        "ask: one rare word": [f'"{word}"' for word in rare],
        "ask: one common word": [f'"{word}"' for word in common],
        "ask: typed without marks": [*(fold(word) for word in common[:4]), "bao hiem y te", "benh vien", "nguoi lao dong", "da nang"],
        "ask: phrase": ['"bảo hiểm y tế"', '"bệnh viện"', '"người lao động"', '"trợ cấp thất nghiệp"', '"thành phố Hồ Chí Minh"'],
        "ask: words": ["bệnh viện thuốc", "người lao động nghỉ việc", "lương hưu tăng", "học sinh bảo hiểm", "người dân không biết"],
        "ask: OR": [f'"{one}" OR "{other}"' for one, other in zip(common, rare, strict=False)],
        "ask: NOT": [*(f'"{one}" NOT "{other}"' for one, other in pairwise(common)), f'NOT "{common[0]}"'],
        "ask: near": ['"bảo hiểm" near/5 "người dân"', '"bệnh viện" near/10 thuốc', f'"{common[0]}" near/3 "{common[1]}"'],
        "ask: title": ['title:"bệnh viện"', f'title:"{common[0]}"', 'title:"lương hưu"'],
        "ask: wildcard": ["viện*", "bảo*", "thuốc*", "nghi*", "doanh*"],
        "ask: tags": ["topic:pension", "sentiment:negative", "relevance:core", 'place:"Hà Nội"', f'outlet:"{outlet}"',
                      "voice:citizen_voice"],
        "ask: words and tags": [
            f'"{common[0]}" sentiment:negative', f'"{common[1]}" relevance:core', "thuốc topic:hi_care",
            f'"{common[0]}" sentiment:negative relevance:core', f'"{common[2]}" OR topic:pension',
            f'"{common[0]}" place:"Đà Nẵng" NOT sentiment:positive', f'"{rare[0]}" sentiment:negative',
            "sentiment:negative sentiment:positive",
        ],
        "ask: words and days": [f'"{common[0]}" date:{last - timedelta(days=30)}..', f'"{rare[0]}" date:{last - timedelta(days=365)}..',
                                f"bệnh viện date:..{last - timedelta(days=300)}", f"lương hưu date:{last.year}"],
        "ask: everything": [""],
    }  # fmt: skip
    for kind, said in kinds.items():
        for one in said:
            yield kind, lambda one=one: query.ask(store, CONFIG, one)
    for one in (*common, *rare, "bệnh viện"):
        tree = meant(store, CONFIG, f'"{one}"')
        yield "newest 20 ids, one word", lambda tree=tree: page(store, tree)
        yield (
            "ranked, a week",
            lambda one=one: query.ask(store, CONFIG, f'"{one}"', since=last - timedelta(days=6), ranked=True),
        )
        yield (
            "ranked, a month",
            lambda one=one: query.ask(store, CONFIG, f'"{one}"', since=last - timedelta(days=29), ranked=True),
        )
    yield "newest 20 ids, a tag", lambda: page(store, Tagged(kind="relevance", labels=("core",)))
    yield "keywords of a common word", lambda: keywords_of(store, CONFIG, f'"{common[0]}"')


def page(store: Store, tree: object) -> object:
    """The ids of the newest 20, uncounted."""
    with store.read() as connection:
        return search.newest(store, connection, tree, limit=20, count_to=fts.FEW)  # type: ignore[arg-type]


def vocabulary(store: Store) -> tuple[list[str], list[str]]:
    """Eight words that one article in some two thousand holds, and eight that most hold, from a sample of articles."""
    seen: Counter[str] = Counter()
    with store.read() as connection:
        step = max(1, (connection.scalar(select(func.count()).select_from(articles)) or 0) // 4000)
        for row in connection.execute(select(articles.c.title, articles.c.lead).where(articles.c.id % step == 0)):
            seen.update({word for word in index.words(f"{row.title} {row.lead}").split() if word.isalpha() and len(word) > 1})
    ordered = [word for word, count in seen.most_common() if word not in ("bản0",)]
    rare = [word for word, count in seen.items() if count == 2][:8]
    return rare, ordered[:8]


if __name__ == "__main__":
    main()
