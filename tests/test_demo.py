"""The demo, end to end in a process of its own, and the sample that it is made of."""

import json
import re
import socket
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import demo_run
import pytest

from monitor import config, demo, places, query
from monitor.clock import day_of, moment_of, parse_moment
from monitor.demo.server import SampleServer, sample
from monitor.errors import MonitorError
from monitor.records import RELEVANCE, SENTIMENT, VOICES
from monitor.report.formats import as_text
from monitor.store import Store
from monitor.text import clean

SHARED = Path(__file__).parents[2] / "shared" / "data"
SAMPLE = sample()
DISTINCT = [item for items in SAMPLE.values() for item in items if not item["copy_of"]]


def contents(folder: Path) -> list[tuple[object, ...]]:
    """What the demo's store says of every article."""
    with Store.open(f"sqlite:///{folder}/monitor.db") as store:
        found = list(query.everything(store, None, None))
    return [(one.article, sorted((tag.kind, tag.label, tag.score) for tag in one.tags)) for one in found]


@pytest.fixture(scope="module")
def shown():
    """The folder of the demo's store, what the demo printed, and the seconds of CPU that it took."""
    ran = demo_run.demo()
    return ran.folder / "demo", ran.printed, ran.seconds


@pytest.fixture(scope="module")
def digest(shown):
    """The last digest of that demo, as JSON."""
    return json.loads((shown[0] / "digests" / "2026-11-21.json").read_text(encoding="utf-8"))


def sections(digest: dict) -> dict[str, dict]:
    return {one["id"]: one for one in digest["sections"]}


def test_the_demo_takes_well_under_a_minute_and_prints_the_digest_and_its_page(shown):
    folder, printed, seconds = shown
    assert seconds < 40
    assert printed.startswith("ĐIỂM BÁO BẢO HIỂM XÃ HỘI NGÀY 21/11/2026")
    assert printed.rstrip().endswith("digest.html: demo/digest.html")
    assert (folder / "digest.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(list((folder / "digests").iterdir())) == 3 * demo.DAYS


def test_every_item_of_every_outlet_but_those_of_the_outage_is_in_the_store_once(shown):
    found = Counter(article.url.rsplit("/", 2)[-2] for article, _ in contents(shown[0]))
    last = moment_of(demo.LAST, demo.EVENING)
    out = {name: [item for item in items if parse_moment(item["at"]) <= last] for name, items in SAMPLE.items()}
    out["xuthanh"] = [item for item in out["xuthanh"] if item["at"] < "2026-11-18T06:30"]
    assert found == {name: len(items) for name, items in out.items()}


def test_every_article_has_the_time_that_its_outlet_states(shown):
    stated = {f"{name}/{item['slug']}": parse_moment(item["at"]) for name, items in SAMPLE.items() for item in items}
    for article, _ in contents(shown[0]):
        assert article.published == stated["/".join(article.url.removesuffix(".html").split("/")[-2:])], article.url


def test_the_hot_spot_in_can_tho_is_named(digest):
    assert any("Cần Thơ" in figure["title"] for figure in sections(digest)["hot"]["figures"])


def test_the_silent_outlet_is_named_and_no_other(digest):
    (one,) = sections(digest)["silent"]["sources"]
    assert (one["outlet"], one["state"], one["good_at"]) == ("Xứ Thanh Mới", "failed", "2026-11-17T23:30:00+00:00")


def test_copies_of_one_story_are_counted_once(shown):
    story = {article.url.split("/", 3)[3]: article.story for article, _ in contents(shown[0]) if article.story}
    pairs = Counter(
        story[f"{name}/{item['slug']}.html"] == story[f"{other}/{original['slug']}.html"]
        for name, items in SAMPLE.items()
        for item in items
        for other, originals in SAMPLE.items()
        for original in originals
        if item["copy_of"] == original["id"] and {f"{name}/{item['slug']}.html", f"{other}/{original['slug']}.html"} <= set(story)
    )
    assert pairs[True] >= 0.9 * pairs.total() > 15


def test_what_the_agency_publishes_is_not_counted(digest):
    assert {story["first"]["article"]["outlet"] for story in sections(digest)["owned"]["stories"]} == {"Trang tin Ngành Bảo hiểm"}
    assert all(story["first"]["article"]["category"] != "owned" for story in digest["total"]["stories"])


def test_the_office_of_who_runs_the_demo_is_left_alone(shown):
    assert not (shown[0].parent / "office.db").exists()


def test_a_second_run_changes_nothing(shown):
    folder, printed, _ = shown
    before, settings = contents(folder), (folder / "monitor.yaml").read_text(encoding="utf-8")
    digest, _ = demo.run(folder)
    assert printed.startswith(as_text(digest))
    assert contents(folder) == before
    assert (folder / "monitor.yaml").read_text(encoding="utf-8") == settings


def test_a_second_demo_whose_address_is_taken_says_so(tmp_path):
    with SampleServer() as server:
        (tmp_path / "monitor.yaml").write_text(demo._settings(server, tmp_path), encoding="utf-8")
        with pytest.raises(MonitorError, match="end the demo that runs there, or choose another --out"):
            demo.run(tmp_path)


def test_a_folder_with_any_name_can_hold_a_demo(tmp_path):
    folder = tmp_path / "điểm báo 'của' \"tôi\" #1: {x}"
    folder.mkdir()
    with SampleServer() as server:
        (folder / "monitor.yaml").write_text(demo._settings(server, folder), encoding="utf-8")
    assert config.load(folder / "monitor.yaml")["folders.digests"] == f"{folder}/digests"


def test_the_server_gives_its_port_back():
    with SampleServer() as server:
        port = int(server.root.rsplit(":", 1)[1])
    with SampleServer(port), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def test_the_sample_is_as_large_and_as_long_as_promised():
    assert len(SAMPLE) >= 8
    assert len(DISTINCT) >= 150
    days = {day_of(parse_moment(item["at"])) for item in DISTINCT}
    assert max(days) == demo.LAST or max(days) == date(2026, 11, 21)
    assert (max(days) - min(days)).days >= 29
    assert sum(len(items) for items in SAMPLE.values()) - len(DISTINCT) >= 15
    assert {len({item["slug"] for item in items}) == len(items) for items in SAMPLE.values()} == {True}


def test_passing_mentions_and_look_alikes_are_in_the_sample():
    relevance = Counter(item["labels"]["relevance"] for item in DISTINCT)
    assert min(relevance[name] for name in RELEVANCE) >= 20
    text = " ".join(" ".join([item["title"], item["lead"], *item["body"]]).lower() for item in DISTINCT)
    for words in ("bảo hiểm nhân thọ", "mũ bảo hiểm", "vssid", "hưu trí xã hội", "bảo hiểm xã hội một lần", "chậm đóng", "vneid"):
        assert words in text, words


def test_the_labels_of_the_sample_are_those_of_the_product():
    topics, provinces = set(config.load()["topics"]), set(places.provinces())
    for item in DISTINCT:
        labels = item["labels"]
        assert labels["relevance"] in RELEVANCE, item["id"]
        assert labels["sentiment"] in SENTIMENT, item["id"]
        assert labels["voice"] in VOICES, item["id"]
        assert set(labels["topics"]) <= topics, item["id"]
        assert bool(labels["topics"]) == (labels["relevance"] == "core"), item["id"]
        assert set(labels["places"]) <= provinces, item["id"]


def sentences(item: dict) -> list[str]:
    text = " ".join([item["title"], item["lead"], *item["body"]])
    return [one.strip(" ”“\"'").lower() for one in re.split(r"(?<=[.!?…])\s+", text) if len(one.split()) >= 6]


def test_no_two_distinct_items_share_a_sentence():
    seen = Counter(sentence for item in DISTINCT for sentence in set(sentences(item)))
    assert [sentence for sentence, times in seen.items() if times > 1] == []


def test_the_sample_is_clean_text():
    for item in DISTINCT:
        for text in (item["title"], item["lead"], *item["body"]):
            assert clean(text) == text, item["id"]


def test_the_newest_items_come_first_and_none_comes_early():
    with SampleServer() as server:
        server.at = parse_moment("2026-11-10T12:00")
        for name in server.outlets:
            times = [parse_moment(item["at"]) for item in server.out(name)]
            assert all(one >= two for one, two in pairwise(times))
            assert all(at <= server.at for at in times)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared real data is not beside this checkout")
def test_no_text_of_the_sample_is_from_the_shared_data():
    ours = {sentence for items in SAMPLE.values() for item in items for sentence in sentences(item)}
    for path in sorted(SHARED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            theirs = sentences({"title": said.get("title") or "", "lead": "", "body": [said.get("text") or ""]})
            assert not ours & set(theirs), path.name
