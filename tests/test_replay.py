"""A week of real feeds, 17-23/11/2025, hour by hour, with five kinds of failure: the replay server of ``../shared`` stands in for the
outlets, everything else is the product."""

import importlib.util
import threading
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor import config, query, runner
from monitor.clock import parse_moment
from monitor.desk import Desk
from monitor.store import visits
from monitor.url import canonical_url

REAL = Path(__file__).parents[2] / "shared" / "real"
OUTLETS = {"tuoitre": "Tuổi Trẻ", "thanhnien": "Thanh Niên", "vnexpress": "VnExpress"}
FIRST, HOURS = parse_moment("2025-11-17T00:00"), 7 * 24
# outlet, how it fails, from which hour up to which, and what `monitor sources` must call it at the end of it
FAILURES = [
    ("tuoitre", "503", 20, 23, "failed"),
    ("thanhnien", "hang", 40, 42, "failed"),
    ("vnexpress", "html", 60, 63, "blocked"),
    ("tuoitre", "empty", 80, 83, "empty"),
    ("thanhnien", "frozen", 100, 118, "frozen"),
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (REAL / "replay.py").is_file(), reason="needs ../shared/real, the replay of real feeds"),
]


class Replay:
    """The replay server in this process, its clock and its failures moved by the test."""

    def __init__(self):
        spec = importlib.util.spec_from_file_location("replay", REAL / "replay.py")
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.stream = self.module.Stream(next(REAL.glob("stream-*.jsonl.gz")))
        self.clock = self.module.Clock("2025-11-17T00:00", 0)
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self.module.handler(self.stream, self.clock))
        self.root = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def fail(self, outlet, how):
        urllib.request.urlopen(f"{self.root}/fail?outlet={outlet}&as={how}").read()

    def shown(self, outlet):
        """The items that the outlet's feed shows now: canonical URL and true time."""
        items = self.stream.newest(outlet, self.clock.now())
        return {canonical_url(self.root + item["path"]): item["moment"].astimezone(UTC) for item in items}


def week(folder):
    """The week crawled into a store: the desk, the server, and what every healthy feed showed at every hour."""
    server = Replay()
    lines = "\n".join(
        f'  - {{id: {outlet}/home, url: "{server.root}/{outlet}/rss/home.rss", outlet: {name}}}'
        for outlet, name in OUTLETS.items()
    )
    settings = folder / "office.yaml"
    settings.write_text(
        f'store: {{url: "sqlite:///{folder}/monitor.db"}}\nweb: {{allow: ["127.0.0.1"], delay: 0s, feed_time: 1s, page_time: 2s}}\n'
        f'crawl: {{pages: none, backoff: 1h}}\nfolders: {{evidence: "{folder}/evidence"}}\n'
        f"sources:\n{lines}\n"
    )
    desk, shown, named, counts = Desk(config.load(settings)), {}, {}, Counter()
    for hour in range(HOURS):
        desk.at = FIRST + timedelta(hours=hour)
        server.clock.set(desk.at.isoformat())
        failing = {outlet: how for outlet, how, first, end, _ in FAILURES if first <= hour < end}
        for outlet in OUTLETS:
            server.fail(outlet, failing.get(outlet, "none"))
        counts.update(runner.run("crawl", desk).counts)
        for outlet in OUTLETS:
            if outlet not in failing:
                shown |= server.shown(outlet)
        for outlet, how, _, end, _ in FAILURES:
            if hour == end - 1:
                found = {one.source: one.state for one in query.health(desk.store, desk.config, now=desk.now)}
                named[outlet, how] = found
    return desk, server, shown, named, counts


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    desk, server, *rest = week(tmp_path_factory.mktemp("replay"))
    with desk:
        yield desk, server, *rest
    server.http.shutdown()
    server.http.server_close()


def stored(desk):
    return list(query.everything(desk.store, None, None))


def test_every_item_that_the_feeds_showed_is_stored_once_with_its_true_time(replayed):
    desk, _, shown, _, counts = replayed
    found = stored(desk)
    times = {item.article.url: item.article.published for item in found}
    assert len(found) == len(times) == counts["new articles"]
    assert len(shown) > 3_000
    assert {url: times.get(url) for url in shown} == shown


def test_titles_that_were_encoded_twice_are_readable(replayed):
    desk, server, _, _, _ = replayed
    true = {canonical_url(server.root + item["path"]): item["title"] for item in server.stream.items["thanhnien"]}
    found = [item.article for item in stored(desk) if item.article.outlet == "Thanh Niên"]
    assert found
    assert [article.title for article in found if "&" in article.title and "&" not in true[article.url]] == []


def test_a_feed_that_did_not_change_is_not_read_again(replayed):
    desk, _, _, _, _ = replayed
    unchanged = sum(day[3] for outlet in OUTLETS for day in visits.days(desk.store, f"{outlet}/home"))
    assert unchanged > 0


@pytest.mark.parametrize(("outlet", "how", "first", "end", "state"), FAILURES)
def test_a_failing_outlet_is_named_and_costs_only_its_own(replayed, outlet, how, first, end, state):
    _, _, _, named, _ = replayed
    assert named[outlet, how] == {f"{other}/home": state if other == outlet else "good" for other in OUTLETS}


def test_running_again_at_the_same_hour_changes_nothing(replayed):
    desk, _, _, _, _ = replayed
    before = stored(desk)
    counts = runner.run("crawl", desk).counts
    assert counts["new articles"] == 0
    assert stored(desk) == before


def test_the_outage_is_in_the_health_of_its_day(replayed):
    desk, _, _, _, _ = replayed
    first = datetime(2025, 11, 17, tzinfo=UTC).date()
    health = visits.health(desk.store, first, first + timedelta(days=6))
    assert len(health) == 7
    assert health[first] < 1.0
    assert health[first + timedelta(days=6)] == 1.0
