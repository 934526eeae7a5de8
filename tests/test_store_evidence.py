"""What was read is kept as it was sent, byte for byte; what changed after it was published is told; and both go after their time."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOON, PAPER, article, gathering, keep, visit

from monitor.errors import StoreError
from monitor.records import Article, Capture, FeedEntry, Gathering
from monitor.store import Store, articles, evidence, tags, warc
from monitor.store.evidence import Archive

PAGE = "<html><h1>Tăng lương hưu</h1>".encode() * 100
DAY = "2026-11-20.warc.gz"


def capture(number: int | str = 1, body: bytes = PAGE, **said: object) -> Capture:
    url = f"https://bao.example/{number}"
    given = {"url": url, "kind": "page", "address": url, "at": NOON, "status": 200, "headers": {"content-type": "text/html"}}
    return Capture(**{**given, "body": body, **said})


def brought(*captures: Capture, **said: object) -> Gathering:
    """A reading of the paper that brought an article for each capture, with what was read of it."""
    found = dict.fromkeys(one.url.rpartition("/")[2] for one in captures)
    return replace(gathering(*(article(number, source=PAPER.id, **said) for number in found)), captures=captures)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "evidence")


def bodies(store: Store, archive: Archive, number: int | str = 1) -> list[bytes]:
    return [evidence.read(archive.folder, kept) for kept in evidence.of(store, f"https://bao.example/{number}")]


def test_a_page_is_kept_byte_for_byte_with_time_address_status_and_hash(store: Store, archive: Archive) -> None:
    articles.keep_gathering(store, brought(capture(address="https://www.bao.example/1.html")), archive)
    (kept,) = evidence.of(store, "https://bao.example/1")
    assert (kept.kind, kept.address, kept.at, kept.status) == ("page", "https://www.bao.example/1.html", NOON, 200)
    assert evidence.read(archive.folder, kept) == PAGE
    assert kept.length < len(PAGE) / 2
    assert kept.file == DAY


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(min_size=1, max_size=3_000), kind=st.sampled_from(["page", "item"]))
def test_any_bytes_come_back(archive: Archive, body: bytes, kind: str) -> None:
    ((start, length),) = warc.append(archive.folder / DAY, [capture(body=body, kind=kind)], end=0)
    assert warc.read(archive.folder / DAY, start, length)[1] == body


def test_any_tool_for_web_archives_can_read_the_files_and_finds_their_digests_right(store: Store, archive: Archive) -> None:
    from warcio.archiveiterator import ArchiveIterator

    item = capture(2, b"<item><title>Tin</title></item>", kind="item", status=0, headers={}, address="https://bao.example/rss")
    articles.keep_gathering(store, brought(capture(headers={"set-cookie": "secret=1", "etag": '"a"'}), item), archive)
    with (archive.folder / DAY).open("rb") as stream:
        records = [
            (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
            for one in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "resource"]
    assert records[1][1:] == ("https://bao.example/1", PAGE)
    assert records[2][1] == "https://bao.example/rss"
    content = gzip.decompress((archive.folder / DAY).read_bytes())
    assert b'Etag: "a"' in content
    assert b"secret" not in content  # what a server wants to know us by is nobody's evidence


def test_the_same_bytes_of_the_same_address_are_written_once(store: Store, archive: Archive) -> None:
    both = [capture(1, address="https://bao.example/x"), capture(2, address="https://bao.example/x")]
    articles.keep_gathering(store, brought(*both), archive)
    size = (archive.folder / DAY).stat().st_size
    again = [capture(3, address="https://bao.example/x")]
    articles.keep_gathering(store, brought(*again), archive)
    assert (archive.folder / DAY).stat().st_size == size
    assert bodies(store, archive, 1) == bodies(store, archive, 2) == bodies(store, archive, 3) == [PAGE]


def test_reading_again_what_is_known_keeps_no_more(store: Store, archive: Archive) -> None:
    for _ in range(2):
        articles.keep_gathering(store, brought(capture()), archive)
    assert len(evidence.of(store, "https://bao.example/1")) == 1


@pytest.mark.parametrize(("which", "count"), [("all", 2), ("pages", 1), ("none", 0)])
def test_an_office_chooses_what_is_kept(store: Store, archive: Archive, which: str, count: int) -> None:
    chosen = Archive(archive.folder, evidence.WHICH[which])
    articles.keep_gathering(store, brought(capture(1), capture(2, kind="item")), chosen)
    assert len(bodies(store, archive, 1)) + len(bodies(store, archive, 2)) == count
    assert (archive.folder / DAY).exists() == bool(count)


def test_every_day_in_viet_nam_has_its_file(store: Store, archive: Archive) -> None:
    late = NOON.replace(hour=17)  # midnight in Việt Nam
    articles.keep_gathering(store, brought(capture(1), capture(2, at=late)), archive)
    assert sorted(path.name for path in archive.folder.iterdir()) == [DAY, "2026-11-21.warc.gz"]


@pytest.mark.parametrize("torn", [b"\x1f\x8b", b"\x1f\x8b\x08\x00half a header", b"nonsense", bytes(5_000)])
def test_what_a_crash_left_half_written_is_cut_and_everything_else_stays(store: Store, archive: Archive, torn: bytes) -> None:
    articles.keep_gathering(store, brought(capture(1)), archive)
    with (archive.folder / DAY).open("ab") as stream:
        stream.write(torn)
    articles.keep_gathering(store, brought(capture(2, PAGE + b"2")), archive)
    assert bodies(store, archive, 1) + bodies(store, archive, 2) == [PAGE, PAGE + b"2"]
    assert gzip.decompress((archive.folder / DAY).read_bytes()).count(b"WARC-Record-ID") == 3


def test_a_record_cut_at_any_byte_is_cut_away_and_whole_ones_that_no_row_names_stay(archive: Archive) -> None:
    file = archive.folder / DAY
    (first,) = warc.append(file, [capture(1)], end=0)
    whole = file.read_bytes()
    (second,) = warc.append(file, [capture(2, os.urandom(2_000))], end=sum(first))
    both = file.read_bytes()
    for cut in range(len(whole), len(both), 97):
        file.write_bytes(both[:cut])
        ((start, length),) = warc.append(file, [capture(3, b"after")], end=0)
        assert start == len(whole)
        assert warc.read(file, *first)[1] == PAGE
        assert warc.read(file, start, length)[1] == b"after"
    file.write_bytes(both)
    ((start, _),) = warc.append(file, [capture(3, b"after")], end=sum(first))
    assert start == sum(second)


KILLED = """
import sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from monitor.store import Store, articles
from monitor.store.evidence import Archive
from test_store_evidence import brought, capture
store, archive = Store.open(sys.argv[1]), Archive(Path(sys.argv[2]))
for number in range(10_000):
    articles.keep_gathering(store, brought(capture(number, b"%d " % number * 500)), archive)
    print(number, flush=True)
"""


def test_after_a_kill_every_article_that_was_acknowledged_has_its_evidence(tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path}/m.db", tmp_path / "evidence"
    for waited in (1, 7, 20):
        command = [sys.executable, "-c", KILLED, url, str(folder), str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            for line in child.stdout:
                if int(line) >= waited:
                    child.kill()
                    break
    with Store.open(url) as store:
        held = [item.article.url for item in tags.everything(store, None, None)]
        assert len(held) > 20
        for one in held:
            assert bodies(store, Archive(folder), one.rpartition("/")[2]) == [one.rpartition("/")[2].encode() + b" " + b"".join(
                [one.rpartition("/")[2].encode() + b" "] * 499)]  # fmt: skip


def test_an_altered_and_a_missing_file_are_told_and_never_shown_as_evidence(store: Store, archive: Archive) -> None:
    articles.keep_gathering(store, brought(capture(1, os.urandom(3_000)), capture(2)), archive)
    (kept,), (other,) = (evidence.of(store, f"https://bao.example/{number}") for number in (1, 2))
    file = archive.folder / DAY
    content = bytearray(file.read_bytes())
    content[kept.start + kept.length // 2] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(StoreError, match="restore the file from a backup"):
        evidence.read(archive.folder, kept)
    assert evidence.read(archive.folder, other) == PAGE
    with pytest.raises(StoreError, match="SHA-256"):
        evidence.read(archive.folder, replace(other, sha256="0" * 64))
    file.unlink()
    with pytest.raises(StoreError, match="No such file"):
        evidence.read(archive.folder, other)


def test_evidence_that_cannot_be_written_stops_the_run_and_the_article_comes_again(store: Store, archive: Archive) -> None:
    archive.folder.parent.mkdir(exist_ok=True)
    archive.folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"evidence cannot be written .*folders\.evidence"):
        articles.keep_gathering(store, brought(capture()), archive)
    assert articles.total(store) == 0
    archive.folder.unlink()
    assert articles.keep_gathering(store, brought(capture()), archive) == (1, 0)
    assert bodies(store, archive) == [PAGE]


def test_a_full_disk_leaves_the_file_as_it_was(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    file = archive.folder / DAY
    (first,) = warc.append(file, [capture()], end=0)
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        warc.append(file, [capture(2, os.urandom(9_000))], end=sum(first))
    assert file.read_bytes() == before


def test_evidence_goes_after_its_time_a_day_at_once_and_the_article_stays(store: Store, archive: Archive) -> None:
    for number, days in ((1, 0), (2, 1), (3, 9)):
        articles.keep_gathering(store, brought(capture(number, at=NOON + timedelta(days=days))), archive)
    (archive.folder / "2026-11-01.warc.gz").write_bytes(b"left by a crash")
    (archive.folder / "notes.txt").write_text("not ours")
    assert evidence.forget(store, archive.folder, NOON + timedelta(days=1)) == 2
    assert sorted(path.name for path in archive.folder.iterdir()) == ["2026-11-21.warc.gz", "2026-11-29.warc.gz", "notes.txt"]
    assert [len(bodies(store, archive, number)) for number in (1, 2, 3)] == [0, 1, 1]
    assert articles.total(store) == 3
    assert evidence.forget(store, archive.folder / "nowhere", NOON) == 0


# --- changes ---


def entry(number: int | str, title: str, source: str = PAPER.id) -> FeedEntry:
    return FeedEntry(source=source, guid="", link=f"https://bao.example/{number}", title=title)


def read_again(title: str, at: datetime = NOON + timedelta(hours=1), number: int | str = 1, **said: object) -> Gathering:
    return Gathering(source=PAPER, visit=visit(), articles=(article(number, source=PAPER.id, title=title, fetched=at, **said),))


def held(store: Store, number: int | str = 1) -> Article:
    url = f"https://bao.example/{number}"
    return next(one.article for one in tags.everything(store, None, None) if one.article.url == url)


def test_a_changed_headline_is_noticed_and_one_that_only_moved_a_comma_is_not(store: Store) -> None:
    articles.keep_gathering(store, gathering(article(1, source=PAPER.id, title="Quỹ hụt 5 tỷ: ai chịu?")))
    link = "https://bao.example/1"
    assert articles.unchanged(store, [entry(1, "Quỹ hụt 5 tỷ – ai chịu"), entry(2, "Tin khác")]) == {link}
    assert articles.unchanged(store, [entry(1, "Quỹ hụt 50 tỷ: ai chịu?")]) == set()
    assert articles.unchanged(store, [entry(1, "")]) == {link}  # a sitemap states no headline


def test_another_source_of_the_same_paper_does_not_change_a_headline(store: Store) -> None:
    articles.keep_gathering(store, gathering(article(1, source=PAPER.id, title="Đủ chữ")))
    assert articles.unchanged(store, [entry(1, "Ngắn", source="bao/khac")]) == {"https://bao.example/1"}
    other = replace(read_again("Ngắn"), articles=(article(1, source="bao/khac", title="Ngắn"),))
    assert articles.keep_gathering(store, other) == (0, 0)
    assert held(store).title == "Đủ chữ"


def test_a_change_after_publishing_is_recorded_word_for_word_and_tagged_again(store: Store, archive: Archive) -> None:
    keep(store, article(1, source=PAPER.id, title="Nợ 5 tỷ", lead="Sa pô cũ", text="Thân bài cũ.", published=NOON))
    later = NOON + timedelta(hours=1)
    again = replace(
        read_again("Nợ 500 triệu", later, lead="Sa pô mới", text="Thân bài mới.", published=later),
        captures=(capture(1, PAGE + b"new", at=later),),
    )
    assert articles.keep_gathering(store, again, archive) == (0, 1)
    found = held(store)
    assert (found.title, found.lead, found.text) == ("Nợ 500 triệu", "Sa pô mới", "Thân bài mới.")
    assert (found.published, found.fetched) == (NOON, NOON)  # a correction does not move an article to another day
    told = [(one.field, one.before, one.after, one.at) for one in evidence.history(store, found.url)]
    assert told == [
        ("title", "Nợ 5 tỷ", "Nợ 500 triệu", later),
        ("lead", "Sa pô cũ", "Sa pô mới", later),
        ("text", "Thân bài cũ.", "Thân bài mới.", later),
    ]
    assert bodies(store, archive) == [PAGE + b"new"]
    assert [one.article.url for one in articles.untagged(store, "v1")] == [found.url]


def test_a_page_that_cannot_be_read_again_takes_no_text_away(store: Store) -> None:
    articles.keep_gathering(store, gathering(article(1, source=PAPER.id, title="Cũ", lead="Sa pô của trang", text="Thân bài.")))
    articles.keep_gathering(store, read_again("Mới", lead="Tóm tắt của nguồn tin"))
    found = held(store)
    assert (found.title, found.lead, found.text) == ("Mới", "Sa pô của trang", "Thân bài.")
    assert [one.field for one in evidence.history(store, found.url)] == ["title"]


def test_a_chain_of_headlines_is_told_in_order(store: Store) -> None:
    articles.keep_gathering(store, gathering(article(1, source=PAPER.id, title="Một")))
    for hour, title in enumerate(("Hai", "Ba"), 1):
        articles.keep_gathering(store, read_again(title, NOON + timedelta(hours=hour)))
    assert [(one.before, one.after) for one in evidence.history(store, "https://bao.example/1")] == [
        ("Một", "Hai"),
        ("Hai", "Ba"),
    ]
    assert evidence.history(store, "https://bao.example/none") == ()


def test_an_outlet_that_swaps_two_headlines_all_day_is_followed_ten_times(store: Store) -> None:
    articles.keep_gathering(store, gathering(article(1, source=PAPER.id, title="A")))
    for hour in range(articles.MOST):
        assert articles.unchanged(store, [entry(1, "AB"[1 - hour % 2])]) == set()
        articles.keep_gathering(store, read_again("AB"[1 - hour % 2], NOON + timedelta(hours=hour)))
    assert articles.unchanged(store, [entry(1, "B")]) == {"https://bao.example/1"}


def test_old_wordings_go_with_the_evidence(store: Store, archive: Archive) -> None:
    articles.keep_gathering(store, gathering(article(1, source=PAPER.id, title="Cũ")))
    articles.keep_gathering(store, read_again("Mới"))
    evidence.forget(store, archive.folder, NOON)
    assert len(evidence.history(store, "https://bao.example/1")) == 1
    evidence.forget(store, archive.folder, NOON + timedelta(days=2))
    assert evidence.history(store, "https://bao.example/1") == ()


# --- one article under a changed address ---

OLD, NEW = "https://vnexpress.net/luong-huu-tang-4965123.html", "https://vnexpress.net/luong-huu-tang-manh-4965123.html"


def test_an_article_whose_address_changed_its_words_is_the_same_article(store: Store) -> None:
    first = article("x", url=OLD, source=PAPER.id, title="Lương hưu tăng")
    articles.keep_gathering(store, gathering(first))
    assert articles.known(store, [NEW]) == {NEW}
    assert articles.keep_gathering(store, gathering(replace(first, url=NEW))) == (0, 0)
    assert articles.keep_gathering(store, gathering(replace(first, url=NEW, title="Lương hưu tăng mạnh"))) == (0, 1)
    assert articles.keep_articles(store, [replace(first, url=NEW, title="Lương hưu tăng mạnh")]) == (0, 0)
    assert articles.total(store) == 1
    (found,) = tags.everything(store, None, None)
    assert (found.article.url, found.article.title) == (OLD, "Lương hưu tăng mạnh")


def test_two_forms_of_one_address_in_one_reading_are_one_article(store: Store) -> None:
    both = [article("x", url=url, source=PAPER.id) for url in (OLD, NEW)]
    assert articles.keep_gathering(store, gathering(*both)) == (1, 0)


def test_sizes_are_what_the_documents_say(archive: Archive) -> None:
    ((_, length),) = warc.append(
        archive.folder / DAY, [capture(body=b"<item>" + os.urandom(300).hex().encode(), kind="item")], end=0
    )
    assert length < 1_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.warc\.gz", DAY)
