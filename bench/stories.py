"""How right stories and events are on labelled pairs, and what a new article costs in a small store and in a large one.

::

    python bench/stories.py pairs                  what the words of each labelled pair say
    python bench/stories.py stored [others]        the same through a store, among so many other articles (default 15,000)
    python bench/stories.py cost [small large]     milliseconds to give a story and an event (default 10,000 200,000)

Pairs are those of ``models/labels/pairs.jsonl``, ids and labels only; the texts are in ``../shared``. An id is the first 16 digits of
the SHA-256 of a feed item's address, "f:" and the number of a full text, or "d:" or "u:" and that of a labelled or unlabelled document.
"#feed" stands for headline and summary alone, "#cut" for these and the paragraphs of the first third. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import gzip
import json
import math
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from monitor import events, syndication
from monitor.records import Article, Tag, TaggedArticle
from monitor.store import Store, articles, tags
from monitor.store import events as store_events
from monitor.store import stories as store_stories
from monitor.store.schema import articles as table
from monitor.store.schema import metadata
from monitor.text import clean, clean_line, segment

ROOT = Path(__file__).parents[1]
LABELS = ROOT / "models" / "labels" / "pairs.jsonl"
SHARED = ROOT.parent / "shared"
COPIES = ("verbatim", "edited", "shortened")
OTHERS = ("same", "related", "alike", "other")
CLASSES = (*COPIES, *OTHERS)
UNDATED, BEGINNING = datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
ABOUT = (Tag(kind="relevance", label="mention", score=1.0, by="bench"),)

Said = dict[tuple[str, str], bool]
Pair = dict[str, Any]


def labelled() -> list[Pair]:
    """The labelled pairs: one, other, label, sure, part."""
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def texts(wanted: set[str] | None = None) -> dict[str, Article]:
    """The texts of ../shared by id: the ``wanted`` ones, or all feed items. Exits where there are none."""
    if not SHARED.is_dir():
        sys.exit(f"{SHARED}: not there; the labelled texts are no part of this repository")
    found: dict[str, Article] = {}
    for id, outlet, published, parts in _all(feed_only=wanted is None):
        forms = [id] if wanted is None else [one for one in (id, f"{id}#feed", f"{id}#cut") if one in wanted]
        for form in forms:
            found[form] = _article(form, outlet, published, parts)
    return found


def wilson(right: int, of: int) -> str:
    """A share with its interval: ".976 [.94, .99] of 84"."""
    if not of:
        return "– of 0"
    share, z = right / of, 1.96
    middle, reach = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = ((middle + sign * reach) / (1 + z * z / of) for sign in (-1, 1))
    return f"{share:.3f} [{max(0, low):.2f}, {min(1, high):.2f}] of {of}"


def report(title: str, said: Said, positive: Sequence[str], negative: Sequence[str]) -> None:
    """Print precision and recall on each part, of the sure pairs and of all, and how much of each class was said to belong together."""
    known = [pair for pair in labelled() if (pair["one"], pair["other"]) in said]
    print(f"\n## {title}: {' '.join(positive)} against {' '.join(negative)}\n")
    for part in ("tune", "test"):
        for only in (True, False):
            rows = [pair for pair in known if pair["part"] == part and (pair["sure"] or not only)]
            true = [pair["label"] in positive for pair in rows if pair["label"] in (*positive, *negative)]
            told = [said[pair["one"], pair["other"]] for pair in rows if pair["label"] in (*positive, *negative)]
            both = sum(a and b for a, b in zip(true, told, strict=True))
            which = "sure" if only else "all"
            print(f"{part:5} {which:5} precision {wilson(both, sum(told))}   recall {wilson(both, sum(true))}")
    counts: Counter[tuple[str, bool]] = Counter(
        (pair["label"], said[pair["one"], pair["other"]]) for pair in known if pair["sure"]
    )
    for label in CLASSES:
        print(f"      {label:10} said so of {wilson(counts[label, True], counts[label, True] + counts[label, False])}")


def pairs() -> None:
    """Print what the words of each pair say."""
    found = texts({pair[name] for pair in labelled() for name in ("one", "other")})
    said = {(pair["one"], pair["other"]): _copied(found[pair["one"]], found[pair["other"]]) for pair in labelled()}
    report("Copies, by words", said, COPIES, OTHERS)


def stored(others: int) -> None:
    """Print what a store says of the pairs, with so many other articles in it."""
    wanted = {pair[name] for pair in labelled() for name in ("one", "other")}
    found = texts(wanted)
    items = texts()
    for id in random.Random(7).sample(sorted(set(items) - set(found)), others):
        found[id] = items[id]
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/monitor.db") as store:
        names = _keep(store, found)
        story, event = ({id: given[at] for id, given in names.items()} for at in (0, 1))
        sizes = Counter(event.values())
        print(
            f"{len(found)} articles, {len(set(story.values()))} stories, {len(sizes)} events; the largest {sizes.most_common(5)}"
        )
    together = [(pair["one"], pair["other"]) for pair in labelled()]
    report(
        "Stories, in a store",
        {key: story[key[0]] == story[key[1]] for key in together},
        COPIES,
        ("same", "related", "alike", "other"),
    )
    dated = [key for key in together if all(found[id].published for id in key)]
    joined = {key: event[key[0]] == event[key[1]] for key in dated}
    report("Events, in a store (dated pairs)", joined, (*COPIES, "same"), ("alike", "other"))
    report("Events, own reporting alone", joined, ("same",), ("alike", "other"))


def cost(small: int, large: int) -> None:
    """Print what giving a story and an event costs in stores of two sizes: of articles over time, and of all in ten days."""
    base = [article for _, article in sorted(texts().items())[:6_000]]
    cut = [segment(article.document) for article in base]
    known = [(syndication.bands(_worded(article)), store_events._numbers(events.telling(events.weights(words))))
             for article, words in zip(base, cut, strict=True)]  # fmt: skip
    print(
        f"{platform.machine()}, Python {platform.python_version()}; ms of the processor an article, median of ten batches of 100"
    )
    for name, day in (("500 a day", lambda size: 500), ("all in ten days", lambda size: size // 10)):
        for size in (small, large):
            with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/monitor.db") as store:
                _fill(store, base, known, size=size, day=day(size))
                took = [_timed(store, batch) for batch in _many(cut, size, day(size))]
                quarter, middle, third = statistics.quantiles(took, n=4)
                print(f"{name}, {size:,} before: {middle:.2f} [{quarter:.2f}, {third:.2f}]", flush=True)


def _timed(store: Store, batch: Sequence[TaggedArticle]) -> float:
    """Milliseconds an article that tagging a batch takes, of which finding stories and events is by far the most."""
    articles.keep_articles(store, [item.article for item in batch])
    waiting = {item.article.url: item.article for item in articles.untagged(store, "bench")}
    made = [TaggedArticle(article=waiting[item.article.url], words=item.words, tags=ABOUT) for item in batch]
    began = time.process_time()
    tags.keep(store, made, "bench")
    return (time.process_time() - began) * 1_000 / len(batch)


def _fill(store: Store, base: Sequence[Article], known: Sequence[tuple[list[int], list[int]]], *, size: int, day: int) -> None:
    """Put so many articles into the store as ``tags.keep`` would, each a story and an event of its own, without comparing them.

    They are the real ones again and again: each time round half of the words by which they are found are others. One in fifty is an
    instalment of one column, and is found by the same words each time.
    """
    crowd: Counter[tuple[str, int]] = Counter()
    for start in range(0, size, 2_000):
        rows: dict[str, list[dict[str, Any]]] = {"articles": [], "bands": [], "event_words": []}
        for number in range(start, min(start + 2_000, size)):
            at, turn = (0, 0) if number % 50 == 0 else (number % len(base), number // len(base))
            seen = BEGINNING + timedelta(days=number / day)
            article = replace(base[at], url=f"https://bench.example/{number:08}", fetched=seen, published=seen)
            own = {"id": number + 1, "story": f"a{number + 1}", "event": f"e{number + 1}", "version": "bench"}
            rows["articles"].append({**articles.row_of(article), **own, "words": article.document.replace(" ", "_ ", 3)})
            period = syndication.periods(seen)[0]
            kinds = (("bands", "band", store_stories.CROWD), ("event_words", "word", store_events.CROWD))
            for numbers, (kind, name, most) in zip(known[at], kinds, strict=True):
                other = [one + turn if place % 2 else one for place, one in enumerate(numbers)]
                for key in set(syndication.keyed(other, period)):
                    crowd[kind, key] += 1
                    if crowd[kind, key] <= most:
                        rows[kind].append({name: key, "article": number + 1})
        with store.write() as connection:
            for kind, made in rows.items():
                connection.execute(insert(metadata.tables[kind]), made)


def _many(cut: Sequence[str], size: int, day: int) -> Iterator[list[TaggedArticle]]:
    """Ten batches of a hundred real texts that come after ``size`` others, every fourth word another; one in fifty is of one column."""
    drawn, pool = random.Random(1), [word for words in cut for word in words.split()]
    batch: list[TaggedArticle] = []
    for number in range(size, size + 1_000):
        chosen = cut[0 if number % 50 == 0 else drawn.randrange(len(cut))].split()
        words = [drawn.choice(pool) if drawn.random() < 0.25 else word for word in chosen]
        plain = " ".join(words).replace("_", " ")
        seen = BEGINNING + timedelta(days=number / day)
        url = f"https://bench.example/{number:08}"
        article = Article(url=url, outlet=f"Báo {number % 40}", title=plain[:60], lead=plain[60:], fetched=seen, published=seen)
        batch.append(TaggedArticle(article=article, words=" ".join(words), tags=()))
        if len(batch) == 100:
            yield batch
            batch = []


def _worded(article: Article) -> syndication.Wording:
    return syndication.wording(article.title, "\n".join(filter(None, (article.lead, article.text))))


def _keep(store: Store, found: dict[str, Article]) -> dict[str, tuple[str, str]]:
    """The story and the event of each text, by its id, after all were kept in order of time."""
    ordered = sorted(found.items(), key=lambda one: (one[1].published or UNDATED, one[0]))
    for at in range(0, len(ordered), 200):
        articles.keep_articles(store, [article for _, article in ordered[at : at + 200]])
        waiting = list(articles.untagged(store, "bench"))
        made = [TaggedArticle(article=one.article, words=segment(clean(one.article.document)), tags=ABOUT) for one in waiting]
        tags.keep(store, made, "bench")
    with store.read() as connection:
        rows = {row.url: (row.story, row.event) for row in connection.execute(select(table.c.url, table.c.story, table.c.event))}
    return {id: rows[article.url] for id, article in found.items()}


def _copied(one: Article, other: Article) -> bool:
    own = bool(one.outlet) and one.outlet == other.outlet
    again = bool(own and one.published and other.published and abs(one.published - other.published) <= syndication.SOON)
    return syndication.copied(_worded(one), _worded(other), own=own, again=again) > 0


def _article(id: str, outlet: str, published: str, parts: tuple[str, str, str]) -> Article:
    title, lead, text = parts
    seen = datetime.fromisoformat(published).astimezone(UTC) if len(published) > 10 else None
    if id.endswith("#feed"):
        text = ""
    elif id.endswith("#cut"):
        third, half = text.rfind("\n", 0, len(text) // 3), text.rfind(". ", 0, len(text) // 2)
        text = text[:third] if third > 0 else text[: half + 1]
    url = f"https://{sha256(id.encode()).hexdigest()[:16]}.example/"
    outlet = outlet or id  # who brought it is not known: another for each
    return Article(
        url=url,
        outlet=outlet,
        title=clean_line(title),
        lead=clean(lead),
        text=clean(text),
        fetched=seen or UNDATED,
        published=seen,
    )


def _all(*, feed_only: bool) -> Iterator[tuple[str, str, str, tuple[str, str, str]]]:
    """Every text as (id, outlet, time, (title, lead, text))."""
    seen: set[str] = set()
    for row in _rows("real/stream-2025-08_2026-02.jsonl.gz", gzip.open):
        id = sha256(row["url"].encode()).hexdigest()[:16]
        if id not in seen:
            seen.add(id)
            yield id, row["outlet"], row["published"], (row["title"] or "", row["summary"] or "", "")
    if feed_only:
        return
    for row in _rows("real/fulltext.jsonl.gz", gzip.open):
        yield f"f:{row['id']}", "", "", (row["title"] or "", row["lead"] or "", row["body"] or "")
    for name in ("train", "dev"):
        for row in _rows(f"data/{name}.jsonl", open):
            yield f"d:{row['id']}", row.get("outlet") or "", row.get("date") or "", (row["title"] or "", row["text"] or "", "")
    for row in _rows("data/unlabelled.jsonl.gz", gzip.open):
        parts = (row["title"] or "", row["lead"] or "", row["body"] or "")
        yield f"u:{row['id']}", row.get("outlet") or "", row.get("date") or "", parts


def _rows(name: str, opened: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    with opened(SHARED / name, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    what, numbers = (sys.argv[1:2] or ["pairs"])[0], [int(one) for one in sys.argv[2:]]
    if what == "cost":
        cost(*(numbers or [10_000, 200_000]))
    elif what == "stored":
        stored(*(numbers or [15_000]))
    else:
        pairs()
