"""Words that go: forgotten in time with every count kept, or erased so that no byte of them is left."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from makers import NOON, article, gathering, keep, tag
from sqlalchemy import text

from monitor.cli import main
from monitor.errors import StoreError, UsageError
from monitor.expression import phrase
from monitor.people import erasable
from monitor.records import Capture, Evidence, Problem, TaggedArticle
from monitor.store import Store, articles, corrections, counts, evidence, retention, runs, search, tags, warc

SECRET = "ngườikểchuyện"
LATER = NOON + timedelta(days=200)


@pytest.fixture
def on_sqlite(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/monitor.db") as opened:
        yield opened


def bytes_of(store: Store, words: str) -> int:
    """How often the words stand in the files of the store, in any spelling of the index."""
    file = Path(str(store.engine.url.database))
    whole = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    return whole.count(words.encode()) + whole.count(words.encode().upper())


def comment(number: int = 1, **said):
    given = {"kind": "comment", "title": "", "text": f"{SECRET} {number} nói rằng lương hưu thấp", "context": f"Tin {SECRET}"}
    return article(f"bai-1.html#comment-{number}", **{**given, **said})


def kept(store: Store, *found):
    """Comments as they stand after they were tagged twice, corrected and shown as evidence."""
    made = keep(store, *found, topic="pension", sentiment="negative")
    again = []
    for item in made:
        spans = (Evidence(start=0, end=5, text=item.article.text[:20]),)
        marks = (*item.tags, tag("place", "Hà Nội", evidence=spans))
        again.append(TaggedArticle(article=item.article, words=item.article.text.replace(" ", "_"), tags=marks))
    tags.keep(store, again, "v2")
    return again


def test_a_comment_whose_time_is_over_loses_its_words_and_counts_as_before(store):
    kept(store, comment(1), comment(2), article(3, title="Tin báo"))
    before = counts.counted(store, NOON - timedelta(days=1), LATER)
    assert retention.forget(store, {"comment": LATER}) == 2
    assert counts.counted(store, NOON - timedelta(days=1), LATER) == before
    assert search.find(store, phrase(SECRET))[1] == 0
    assert search.find(store, phrase("Tin báo"))[1] == 1
    found = {item.article.url: item for item in tags.everything(store, None, None)}
    forgotten = found["https://bao.example/bai-1.html#comment-1"]
    assert (forgotten.article.title, forgotten.article.text, forgotten.article.context) == ("", "", "")
    assert not any(one.evidence for one in forgotten.tags)
    assert forgotten.label("sentiment") == "negative"


def test_only_what_is_older_than_its_time_is_forgotten_each_kind_by_its_own(store):
    keep(store, comment(1), article(2, kind="post", title=SECRET), article(3, title="Tin báo"))
    assert retention.forget(store, {"comment": NOON, "post": NOON}) == 0
    assert retention.forget(store, {"post": LATER}) == 1
    assert retention.forget(store, {"post": LATER}) == 0
    assert [item.article.text for item in search.find(store, phrase(SECRET))[0]] == [comment(1).text]


def test_what_is_forgotten_is_not_tagged_again_and_does_not_come_back(store):
    keep(store, comment(1), article(2, kind="post", title=f"Bài {SECRET}", source="dien-dan/home"))
    retention.forget(store, {"comment": LATER, "post": LATER})
    assert list(articles.untagged(store, "v9")) == []
    assert articles.keep_articles(store, [comment(1, text="Lời khác")]) == (0, 0)
    assert articles.known(store, [comment(1).url]) == {comment(1).url}
    articles.keep_gathering(store, gathering(article(2, kind="post", title=f"Bài {SECRET}")))
    assert search.find(store, phrase(SECRET))[1] == 0


def test_no_byte_of_what_was_forgotten_is_left_in_the_file(on_sqlite):
    kept(on_sqlite, *[comment(number) for number in range(200)], article("x", title="Tin báo"))
    assert bytes_of(on_sqlite, SECRET) > 200
    assert retention.forget(on_sqlite, {"comment": LATER}) == 200
    assert bytes_of(on_sqlite, SECRET) == 0
    assert bytes_of(on_sqlite, "Tin báo") > 0


def test_no_byte_of_what_was_erased_is_left_in_the_file(on_sqlite):
    kept(on_sqlite, *[comment(number) for number in range(100)])
    other = kept(on_sqlite, article("khac", title="Lương hưu tăng", text="Chuyện khác"))[0]
    url = comment(7).url
    corrections.correct(on_sqlite, url, {"topic": ["evasion"]}, who="cán bộ", at=NOON)
    begun = runs.begin(on_sqlite, "crawl", NOON)
    runs.end(on_sqlite, begun, counts={}, problems=[Problem(what=url, why=f"{url}: status 500"), Problem(what="x", why="y")])
    assert retention.erase(on_sqlite, retention.matching(on_sqlite, SECRET), at=NOON) == 100
    assert bytes_of(on_sqlite, SECRET) == 0
    assert bytes_of(on_sqlite, "#comment-7") == 0
    assert [problem.what for problem in runs.last(on_sqlite)[0].problems] == ["x"]
    assert [item.article.url for item in tags.everything(on_sqlite, None, None)] == [other.article.url]
    assert search.find(on_sqlite, phrase("lương hưu"))[1] == 1


def test_without_the_sweep_the_words_would_still_stand_in_the_file(on_sqlite, monkeypatch):
    monkeypatch.setattr(retention, "sweep", lambda store: None)
    kept(on_sqlite, *[comment(number) for number in range(50)])
    retention.erase(on_sqlite, retention.matching(on_sqlite, SECRET), at=NOON)
    assert bytes_of(on_sqlite, SECRET) > 0


def test_an_article_is_erased_with_its_comments_its_earlier_words_and_its_evidence(on_sqlite, tmp_path):
    archive = evidence.Archive(tmp_path / "evidence")
    one, other = article("bai-1.html", title=f"Tin {SECRET}", source="bao/home"), article("bai-2.html", title="Tin khác")
    bodies = [
        Capture(url=found.url, kind="page", address=found.url, at=NOON, body=f"<p>{found.title}</p>".encode() * 3_000)
        for found in (one, other)
    ]
    brought = gathering(one, other)
    articles.keep_gathering(
        on_sqlite,
        type(brought)(source=brought.source, visit=brought.visit, articles=brought.articles, captures=tuple(bodies)),
        archive,
    )
    keep(on_sqlite, comment(1), comment(2))
    articles.keep_articles(on_sqlite, [article("bai-1.html", title="Tin đã đổi", source="bao/home")])
    (standing,) = evidence.of(on_sqlite, other.url)
    (file,) = archive.folder.glob("*.warc.gz")
    assert SECRET.encode() in gzip.decompress(file.read_bytes())
    urls = erasable(on_sqlite, url=one.url)
    assert len(urls) == 3
    assert retention.erase(on_sqlite, urls, at=NOON, archive=archive.folder) == 3
    assert bytes_of(on_sqlite, SECRET) == 0
    assert SECRET.encode() not in gzip.decompress(file.read_bytes())
    assert evidence.read(archive.folder, standing) == bodies[1].body


@pytest.mark.parametrize("length", [5, 21, 22, 23, 43, 44, 45, 1_000, 65_557, 65_558, 65_579, 65_600, 200_000])
def test_a_record_is_written_over_to_the_byte(tmp_path, length):
    file = tmp_path / "a.warc.gz"
    tail = gzip.compress(b"behind")
    file.write_bytes(b"x" * length + tail)
    warc.blank(file, 0, length)
    assert file.stat().st_size == length + len(tail)
    assert b"xx" not in file.read_bytes()
    assert gzip.decompress(file.read_bytes()[length:]) == b"behind"
    if length >= 22:
        assert gzip.decompress(file.read_bytes()) == b"behind"


def test_what_was_erased_does_not_come_back_from_a_feed_that_still_shows_it(store):
    shown = gathering(article(1, title=SECRET), article(2))
    articles.keep_gathering(store, shown)
    retention.erase(store, [article(1).url], at=NOON)
    assert articles.known(store, [article(1).url, article(2).url, article(3).url]) == {article(1).url, article(2).url}
    articles.keep_gathering(store, shown)
    articles.keep_articles(store, [article(1, title=SECRET)])
    assert articles.total(store) == 1


def test_the_mark_of_an_erased_article_holds_for_a_changed_address_too():
    assert retention.mark_of("https://vnexpress.net/a-4965123.html") == retention.mark_of("https://vnexpress.net/b-4965123.html")
    assert retention.mark_of("https://vnexpress.net/a-4965123.html#comment-1") != retention.mark_of(
        "https://vnexpress.net/a-4965123.html"
    )


def test_on_either_database_no_row_holds_what_was_erased(store):
    kept(store, comment(1), comment(2), article("khac"))
    assert retention.erase(store, retention.matching(store, SECRET), at=NOON) == 2
    with store.read() as connection:
        rows = [row for name in ("articles", "tags", "runs") for row in connection.execute(text(f"SELECT * FROM {name}"))]
    assert rows
    assert SECRET not in repr(rows)


def test_what_is_looked_for_is_found_as_written_and_nothing_else(store):
    keep(store, comment(1, text="100% lương_hưu"), comment(2, text="100 lương hưu"), article(3, title="Tin"))
    assert retention.matching(store, "100%") == [comment(1).url]
    assert retention.matching(store, "lương_hưu") == [comment(1).url]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "not both"),
        ({"url": "https://a.example", "words": "abcd"}, "not both"),
        ({"words": "ab"}, "too short"),
        ({"url": "https://la.example/1"}, "no such article"),
    ],
)
def test_what_cannot_be_erased_says_why(store, asked, words):
    with pytest.raises(UsageError, match=words):
        erasable(store, **asked)


def test_erase_shows_first_and_erases_when_told_and_names_the_digests_that_still_hold_it(tmp_path):
    settings = tmp_path / "monitor.yaml"
    folders = f"{{digests: '{tmp_path}/digests', evidence: '{tmp_path}/evidence'}}"
    settings.write_text(f"store: {{url: 'sqlite:///{tmp_path}/monitor.db'}}\nfolders: {folders}\n", encoding="utf-8")
    page = tmp_path / "digests" / "2026-11-20.html"
    page.parent.mkdir()
    page.write_text(f'<a href="{comment(1).url}">x</a>', encoding="utf-8")
    with Store.open(f"sqlite:///{tmp_path}/monitor.db") as store:
        keep(store, comment(1), article(2))
    ask = ["erase", "--matching", SECRET, "--config", str(settings)]
    shown = CliRunner().invoke(main, ask)
    assert (shown.exit_code, shown.stdout.strip()) == (0, comment(1).url)
    assert "thêm --yes" in shown.stderr
    done = json.loads(CliRunner().invoke(main, [*ask, "--yes", "--json"]).stdout)
    assert done == {"erased": 1, "urls": [comment(1).url], "still_in": [str(page)]}
    again = CliRunner().invoke(main, [*ask, "--yes"])
    assert (again.exit_code, again.stdout) == (0, "")
    with Store.open(f"sqlite:///{tmp_path}/monitor.db") as store:
        assert bytes_of(store, SECRET) == 0
        assert articles.total(store) == 1


def test_while_another_program_reads_the_store_erasing_says_that_the_words_still_stand_there(on_sqlite, monkeypatch):
    monkeypatch.setattr(retention, "PATIENCE", 50)
    keep(on_sqlite, comment(1))
    with Store.open(str(on_sqlite.engine.url)) as other, other.read() as reading:
        reading.execute(text("SELECT count(*) FROM articles")).all()
        with pytest.raises(StoreError, match="run it again"):
            retention.erase(on_sqlite, [comment(1).url], at=NOON)
    assert bytes_of(on_sqlite, SECRET) > 0
    assert erasable(on_sqlite, url=comment(1).url) == []
    assert retention.erase(on_sqlite, [], at=NOON) == 0
    assert bytes_of(on_sqlite, SECRET) == 0


def test_two_comments_of_one_reader_are_one_voice_in_the_counts(store):
    keep(store, comment(1, speaker="a1"), comment(2, speaker="a1"), comment(3, speaker="b2"), comment(4), comment(5))
    stories = {item.article.story for item in tags.everything(store, None, None)}
    assert len(stories) == 4
