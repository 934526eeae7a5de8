"""Machines that share a store take turns at a host, though none of them sees the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from monitor.config import load
from monitor.crawl.pace import Closed, Pace
from monitor.crawl.turns import slot_of
from monitor.desk import Desk
from monitor.store import Store
from monitor.store.turns import SharedTurns

HOST = "bao.example"
pytestmark = pytest.mark.postgresql


@pytest.fixture
def stores(request: pytest.FixtureRequest) -> Iterator[tuple[Store, Store]]:
    """The same store as two machines have it open."""
    url = request.getfixturevalue("shared")
    with Store.open(url) as one, Store.open(url) as other:
        yield one, other


def test_two_machines_never_ask_a_host_at_once_and_keep_the_pause_between_them(stores: tuple[Store, Store]) -> None:
    spans: list[tuple[float, float]] = []

    def ask(store: Store) -> None:
        pace = Pace(0.2, SharedTurns(store))
        for _ in range(4):
            with pace.turn(HOST):
                begun = time.monotonic()
                time.sleep(0.05)
                spans.append((begun, time.monotonic()))

    threads = [threading.Thread(target=ask, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spans.sort()
    assert len(spans) == 8
    assert all(later[0] - earlier[1] >= 0.19 for earlier, later in pairwise(spans))


def test_without_the_shared_store_the_same_two_would_not_wait_for_each_other() -> None:
    first, second = Pace(0.2), Pace(0.2)
    with first.turn(HOST), second.turn(HOST):  # the control: each is alone in its world
        pass


def test_a_host_that_closed_for_one_machine_is_closed_for_the_other(stores: tuple[Store, Store]) -> None:
    one, other = (Pace(0.0, SharedTurns(store)) for store in stores)
    with one.turn("dong.example"):
        one.refused("dong.example", "https://dong.example/1", status=429, seconds=60.0)
    with pytest.raises(Closed) as raised, other.turn("dong.example"):
        pass
    assert 55 < raised.value.seconds <= 67
    with other.turn("khac.example"):
        pass


def test_what_a_machine_had_taken_that_died_is_free_again(stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.turns.LEASE", 0.5)
    dead, living = (SharedTurns(store) for store in stores)
    assert dead._take(slot_of("chet.example"))
    assert not living._take(slot_of("chet.example"))
    with Pace(0.0, living).turn("chet.example"):
        pass


def test_an_office_with_such_a_store_shares_its_turns_also_when_it_only_tries_an_address(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_STORE", request.getfixturevalue("shared"))
    with Desk(load()) as desk:
        assert isinstance(desk.web._pace._turns, SharedTurns)
