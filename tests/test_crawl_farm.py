"""More than six hundred hostile inputs at once, behind real sockets, with good papers among them: nobody but they themselves pays."""

from __future__ import annotations

import gzip
import socket
import time

import hostile_farm
import pytest
from fakeweb import item, rss
from hostile_farm import crawl, farm, plain, wires
from test_crawl_hostile import INPUTS

from monitor.crawl import address, answer, feeds, fetch, wire
from monitor.crawl.fetch import Web
from monitor.errors import AddressRefused, FetchError, TooLarge, TooSlow

GOOD = rss(item("Tin lành", "https://bao.example/lanh")).encode()
EVERY = 12  # so many hostile ones to a good one
OUTCOMES = {"ok", "empty", "wrong", "failed", "blocked", "refused", "crashed"}
MAIN = 300 << 20  # bytes of the main process


@pytest.fixture(scope="module")
def harvest():
    """What came of the farm: the names by source, and the report of the crawl."""
    answers = [
        (name, plain(gzip.compress(body, 1), encoding="gzip") if number % 2 else plain(body))
        for number, (name, body) in enumerate(INPUTS)
    ]
    answers += list(wires())
    answers += [(f"a flood of redirects {number}", hostile_farm.loop(f"/{len(answers)}")) for number in range(2)]
    mixed: list[tuple[str, hostile_farm.Serve]] = [("good", plain(GOOD))]
    for number, one in enumerate(answers):
        mixed += [one] if number % EVERY else [one, ("good", plain(GOOD))]
    with farm([serve for _, serve in mixed]) as urls:
        report = crawl(urls, good=0)
    return {f"farm/{number}": name for number, (name, _) in enumerate(mixed)}, report


def test_there_are_more_than_six_hundred_hostile_inputs(harvest):
    names, _ = harvest
    assert sum(name != "good" for name in names.values()) >= 600


def test_every_input_has_an_outcome_and_no_neighbour_is_lost(harvest):
    names, report = harvest
    assert set(report["found"]) == set(names)
    assert {outcome for outcome, *_ in report["found"].values()} <= OUTCOMES
    lost = [name for name, said in report["found"].items() if names[name] == "good" and said[2] != ["Tin lành"]]
    assert lost == []


def test_every_failure_is_one_line_that_says_why(harvest):
    names, report = harvest
    for source, (outcome, problem, _, count) in report["found"].items():
        assert outcome == "ok" or problem, names[source]
        assert "\n" not in problem
        assert len(problem) < 600
        assert count <= feeds.LIMIT


def test_the_whole_farm_costs_little_memory_and_no_input_a_child(harvest):
    _, report = harvest
    # So many at once may hold a body each, and that body again on its way to a child.
    assert report["grown"] <= 2 * hostile_farm.THREADS * hostile_farm.FEED_SIZE
    assert report["peak"] <= MAIN
    assert report["aside"] == []  # what a reader bears it reads; the children are for what nobody has thought of


def test_bombs_one_after_the_other_cost_less_than_64_mebibytes():
    bombs = [serve for name, serve in wires() if name.startswith("a bomb")]
    with farm([plain(GOOD), *bombs]) as urls:
        report = crawl(urls, good=0, threads=1)
    assert len(bombs) >= 4
    assert report["grown"] <= 64 << 20


def test_bombs_and_streams_are_refused_for_what_they_are(harvest):
    names, report = harvest
    kinds = ("a bomb", "an endless body", "endless chunks", "a trickle")
    outcomes = {name: report["found"][source][0] for source, name in names.items() if name.startswith(kinds)}
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "failed"} == {}
    refused = [
        report["found"][source][0]
        for source, name in names.items()
        if any(where in name for where in ("10.0.0.1", "169.254", "//[::1]"))
    ]
    assert refused == ["refused"] * 15


def canary(serve: hostile_farm.Serve, seconds: float = 1.0, **settings: object) -> bytes:
    with farm([serve]) as urls, Web(allow=("127.0.0.0/8",), delay=0, robots=False, children=0, **settings) as web:
        return web.get(urls[0], limit=100_000, seconds=seconds).body


def test_without_the_deadline_a_trickle_goes_on(monkeypatch):
    trickle = hostile_farm.raw(hostile_farm.HEAD + b"Content-Length: 40\r\n\r\n", ever=b"x", pause=0.05)
    with pytest.raises(TooSlow):
        canary(trickle, 0.5)
    monkeypatch.setattr(wire.Errand, "left", lambda self: 30.0)
    begun = time.monotonic()
    assert len(canary(trickle, 0.5)) == 40
    assert time.monotonic() - begun > 1.5


def test_without_the_budget_interim_answers_go_on_until_the_deadline(monkeypatch):
    hints = hostile_farm.raw(ever=b"HTTP/1.1 100 Continue\r\n\r\n" * 500)
    with pytest.raises(TooLarge):
        canary(hints, 5.0)
    monkeypatch.setattr(wire.Errand, "take", lambda self, count: None)
    with pytest.raises(TooSlow):
        canary(hints, 1.0)


def test_without_the_address_check_a_private_address_is_reached(monkeypatch):
    with farm([plain(b"secret")]) as urls, Web(delay=0, robots=False, children=0) as web:
        with pytest.raises(AddressRefused):
            web.get(urls[0], limit=100, seconds=2)
        monkeypatch.setattr(wire, "checked", lambda host, port, *, allow, **said: address.resolve(host, port, **said))
        assert web.get(urls[0], limit=100, seconds=2).body == b"secret"


def test_without_the_limit_a_flood_of_redirects_goes_on(monkeypatch):
    asked = []

    def flood(connection: socket.socket) -> None:
        asked.append(1)
        hostile_farm.loop("/0")(connection)

    with pytest.raises(FetchError, match="redirects"):
        canary(flood, 5.0)
    assert len(asked) == fetch.REDIRECTS + 1
    monkeypatch.setattr(fetch, "REDIRECTS", 40)
    with pytest.raises(FetchError):
        canary(flood, 5.0)
    assert len(asked) == 6 + 41


def test_without_the_check_of_schemes_a_redirect_may_lead_down_to_plain_http(monkeypatch):
    with pytest.raises(FetchError, match="plain http"):
        answer.check_url("http://bao.example/", before="https://bao.example/")
    from fakeweb import FakeWeb

    fake = FakeWeb()
    fake.redirect("https://bao.example/rss", "http://bao.example/rss")
    fake.put("http://bao.example/rss", "x")
    with fake.open(robots=False) as web:
        with pytest.raises(FetchError):
            web.get("https://bao.example/rss", limit=10, seconds=1)
        monkeypatch.setattr(fetch, "check_url", lambda url, *, before: None)
        assert web.get("https://bao.example/rss", limit=10, seconds=1).body == b"x"


def test_without_the_limit_of_items_a_feed_of_five_thousand_is_read_whole(monkeypatch):
    body = rss(*[item(f"Tin {number}", f"https://bao.example/{number}") for number in range(5_000)]).encode()
    read = {"source_id": "bao/home", "base": "https://bao.example/", "fetched": hostile_farm.AT}
    assert len(feeds.read_feed(body, **read).entries) == feeds.LIMIT == 2_000
    monkeypatch.setattr(feeds, "LIMIT", 10**6)
    assert len(feeds.read_feed(body, **read).entries) > 2_000
