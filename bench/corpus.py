"""A big store of real text: the texts of ``../shared`` repeated with other ids, words, outlets and days.

::

    python bench/corpus.py 100000 sqlite:///bench-100k.db [--core 0.03] [--base FILE]

Every text is real and was tagged once by the shipped models (``--base`` is the file that holds them, made where it is absent). A
repetition has one word in five drawn from all the words of the texts and every number drawn anew, so that it is nobody's copy and
the index holds as many words as it would; it keeps the tags of the text it was made of. One article in three is a feed item, the
others are of full length. ``--core`` is the share about social security; three in ten of those are copies of an earlier one within
two days. Time runs evenly over two years, over 40 outlets of 30 publishers; sources are visited once a day,
one visit in fifty fails, and for a week half of them do. What is written goes through `articles.keep_articles` and `tags.keep`.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import pickle
import random
import re
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import segmentation

from monitor.config import load
from monitor.records import Article, Source, Tag, TaggedArticle, Visit
from monitor.store import Store, articles, tags, visits
from monitor.tag.crew import Crew
from monitor.text import clean, clean_line, fold, segment
from monitor.url import canonical_url

FIRST, DAYS = datetime(2024, 11, 22, tzinfo=UTC), 730
STREAM = segmentation.REAL.parent / "stream-2025-08_2026-02.jsonl.gz"
FULL = segmentation.REAL
ITEMS = 6_000  # feed items that are repeated, beside all that are about social security
CHUNK = 2_000  # articles written before they are tagged, as a run of crawl and tag does
OUTAGE = range(400, 407)  # the days on which half of the sources fail
_CLASSES = ["national"] * 24 + ["local"] * 9 + ["ministry"] * 3 + ["owned"] * 2 + ["aggregator", "forum"]
_NUMBER = re.compile(r"\d+(?:[.,/-]\d+)*")


@dataclass(frozen=True)
class Text:
    """A real text in words, title, lead and body apart, with its tags."""

    parts: tuple[list[str], list[str], list[str]]
    tags: tuple[Tag, ...]

    def of(self, kind: str) -> str:
        """The first label of a kind."""
        return next((tag.label for tag in self.tags if tag.kind == kind), "")


SOURCES = [
    Source(
        id=f"bao{number:02}/{section}",
        url=f"https://bao{number:02}.example/{section}.rss",
        outlet=f"Báo {number:02}",
        group="" if number < 25 else f"Nhóm {number % 5}",  # 25 papers by themselves, five houses of three
        category=_CLASSES[number],
    )
    for number in range(40)
    for section in ("home", "xa-hoi")
]
_WEIGHTS = [1 / (2 + at // 2) for at in range(len(SOURCES))]  # the largest outlet brings twenty times what the smallest does


def real() -> Iterator[Article]:
    """The real texts as articles: those of full length, then feed items. SystemExit where ../shared is not beside the checkout."""
    if not STREAM.is_file():
        raise SystemExit(f"{STREAM}: not there; this benchmark repeats the real texts of ../shared")
    with gzip.open(FULL, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield Article(url=f"https://bench.example/tin-{row['id']}.html", outlet="Bench", title=clean_line(row["title"]),
                          lead=clean(row.get("lead") or ""), text=clean(row["body"]), fetched=FIRST)  # fmt: skip
    with gzip.open(STREAM, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            at = datetime.fromisoformat(row["published"])
            yield Article(url=canonical_url(row["url"]) or row["url"], outlet=row["outlet"], title=clean_line(row["title"] or ""),
                          lead=clean(row["summary"] or ""), fetched=at, published=at)  # fmt: skip


def texts(base: Path) -> list[Text]:
    """The texts that are repeated, from the file that holds them tagged; tagged and written there where it is absent."""
    if base.is_file():
        return [Text(parts=parts, tags=marks) for parts, marks in pickle.loads(base.read_bytes())]
    waiting = (TaggedArticle(article=article, words="", tags=()) for article in real())
    with closing(Crew(load())) as crew:
        made = list(crew.tag(waiting, workers=0))
    full = [item for item in made if item.article.text]
    items = [item for item in made if not item.article.text]
    core = [item for item in items if item.label("relevance") == "core"]
    rest = [item for item in items if item.label("relevance") != "core"]
    found = [_text(item) for item in full + core + rest[:: max(1, len(rest) // ITEMS)]]
    base.write_bytes(pickle.dumps([(text.parts, text.tags) for text in found]))
    return found


def _text(item: TaggedArticle) -> Text:
    article = item.article
    title, lead, body = (segment(part).replace("\n", " \n ").split(" ") for part in (article.title, article.lead, article.text))
    return Text(parts=(title, lead, body), tags=item.tags)


class Press:
    """Forty outlets that publish the texts over and over: ``publish`` gives the articles of two years in order of time."""

    def __init__(self, found: Sequence[Text], *, core: float, seed: int = 20261122):
        self.chance = random.Random(seed)
        self.core = core
        about = [text for text in found if text.of("relevance") == "core"]
        rest = [text for text in found if text.of("relevance") != "core"]
        self.about = self._shelves(about)
        self.rest = self._shelves(rest)
        self.words = [word for text in found for part in text.parts for word in part if word.isalpha() or "_" in word]
        self.recent: deque[tuple[datetime, Text]] = deque(maxlen=400)

    @staticmethod
    def _shelves(found: Sequence[Text]) -> tuple[list[Text], list[Text]]:
        return [text for text in found if len(text.parts[2]) < 2], [text for text in found if len(text.parts[2]) > 1]

    def publish(self, count: int) -> Iterator[tuple[Article, str, tuple[Tag, ...]]]:
        """So many articles, each with its segmentation and its tags."""
        for number in range(count):
            at = FIRST + timedelta(days=DAYS) * ((number + self.chance.random()) / count)
            source = self.chance.choices(SOURCES, _WEIGHTS)[0]
            text = self._written(at)
            words = [" ".join(part).replace(" \n ", "\n") for part in text.parts]
            title, lead, body = map(_read, words)
            slug = "-".join(re.findall(r"[a-z]+", fold(title))[:8])
            article = Article(
                url=f"https://{source.id.partition('/')[0]}.example/{slug}-{100_000_000 + number}.html", outlet=source.outlet,
                title=title, lead=lead, text=body, source=source.id, publisher=source.publisher, category=source.category,
                published=at, fetched=at + timedelta(minutes=7))  # fmt: skip
            yield article, "\n".join(filter(None, words)), text.tags

    def _written(self, at: datetime) -> Text:
        about = self.chance.random() < self.core
        while self.recent and self.recent[0][0] < at - timedelta(days=2):
            self.recent.popleft()
        if about and self.recent and self.chance.random() < 0.3:
            first = self.chance.choice(self.recent)[1]
            cut = first.parts[2][: max(1, int(len(first.parts[2]) * self.chance.choice((1, 1, 0.9))))]
            return self._other(replace(first, parts=(first.parts[0], first.parts[1], cut)), 0.01)
        items, full = self.about if about else self.rest
        short = self.chance.random() < 1 / 3
        text = self.chance.choice(items if short or about else full)
        if about and not short:  # few long ones are about social security: the headline and tags of an item over another's body
            text = replace(text, parts=(*text.parts[:2], self.chance.choice(self.rest[1]).parts[2]))
        text = self._other(text, 0.2)
        if about:
            self.recent.append((at, text))
        return text

    def _other(self, text: Text, share: float) -> Text:
        title, lead, body = (self._changed(part, share) for part in text.parts)
        return replace(text, parts=(title, lead, body))

    def _changed(self, part: list[str], share: float) -> list[str]:
        made, chance, words, size = list(part), self.chance.random, self.words, len(self.words)
        for _ in range(int(len(made) * share + chance())):
            at = int(chance() * len(made))
            if made[at].isalpha() or "_" in made[at]:
                made[at] = words[int(chance() * size)]
        if share > 0.1:
            made = [_NUMBER.sub(self._drawn, word) if word[:1].isdigit() else word for word in made]
        return made

    def _drawn(self, found: re.Match[str]) -> str:
        return "".join(self.chance.choice("123456789") if letter.isdigit() else letter for letter in found[0])


def _read(words: str) -> str:
    """Words as they are written in a paper."""
    written = words.replace("_", " ")
    for mark in ",.;:!?)”":
        written = written.replace(f" {mark}", mark)
    return written.replace("“ ", "“").replace("( ", "(")


def visit_all(store: Store, chance: random.Random) -> None:
    """Write a visit a day to every source, as two years would have left them."""
    for day in range(DAYS):
        at = FIRST + timedelta(days=day, hours=6)
        with store.write() as connection:
            for number, source in enumerate(SOURCES):
                failed = chance.random() < 0.02 or (day in OUTAGE and number % 2)
                visit = Visit(source=source.id, at=at, outcome="failed" if failed else "ok", newest=at, good_at=at)
                visits.keep(store, connection, visit, articles=0)


def build(store: Store, press: Press, count: int, *, told: Callable[[str], None] = print) -> dict[str, float]:
    """What it took to write so many tagged articles: seconds for ``articles`` and ``tags``, of the ``processor`` for both, and the
    bytes of ``text`` and of the ``store``. What reading takes between them, as a run of the tagger does, is left out."""
    took = dict.fromkeys(("articles", "tags", "processor", "text"), 0.0)
    gc.collect()
    gc.freeze()  # the texts that are repeated are no part of what is measured: the collector shall not walk through them
    begun, made = time.perf_counter(), press.publish(count)
    for number in range(0, count, CHUNK):
        chunk = list(islice(made, CHUNK))
        took["text"] += sum(len(article.document.encode()) for article, _, _ in chunk)
        with _timed(took, "articles"):
            articles.keep_articles(store, [article for article, _, _ in chunk])
        said = {article.url: (words, marks) for article, words, marks in chunk}
        waiting = [item for item in articles.untagged(store, "bench") if item.article.url in said]
        ready = [replace(item, words=said[item.article.url][0], tags=said[item.article.url][1]) for item in waiting]
        with _timed(took, "tags"):
            for at in range(0, len(ready), articles.BATCH):
                tags.keep(store, ready[at : at + articles.BATCH], "bench")
        if number % 50_000 == 0:
            told(f"{number + len(chunk):,} of {count:,}, {time.perf_counter() - begun:.0f} s")
    took["store"] = store.size()
    return took


@contextmanager
def _timed(took: dict[str, float], what: str) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    took[what] += time.perf_counter() - wall
    took["processor"] += time.process_time() - processor


def main() -> None:
    """Build a store, and print what writing it took."""
    taken = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    taken.add_argument("count", type=int)
    taken.add_argument("url")
    taken.add_argument("--core", type=float, default=0.03)
    taken.add_argument("--base", type=Path, default=Path(tempfile.gettempdir()) / "monitor-bench-texts.pickle")
    given = taken.parse_args()
    press = Press(texts(given.base), core=given.core)
    with Store.open(given.url) as store:
        visit_all(store, random.Random(1))
        took = build(store, press, given.count)
    spent = took["articles"] + took["tags"]
    print(f"articles {took['articles']:.1f} s, tags {took['tags']:.1f} s: {given.count / spent:,.0f} tagged articles a second")
    print(f"processor {took['processor']:.1f} s: {given.count / took['processor']:,.0f} a second")
    print(f"text {took['text'] / 1e6:,.0f} MB, store {took['store'] / 1e6:,.0f} MB: {took['store'] / took['text']:.2f} times")


if __name__ == "__main__":
    main()
