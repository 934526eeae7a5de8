"""What is hot in a store: levels that changed by what could be heard, and crises wherever hot spots are shown."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from makers import NOON, article, keep, visit

from monitor import config, query
from monitor.cli import main
from monitor.clock import day_of
from monitor.query import hot
from monitor.store import Store, visits

TODAY = day_of(NOON)
SETTINGS = config.load("config.yaml")


def story(day: int, number: int = 0, **said: object):
    """A story of a paper of its own, so many days before noon of 20/11/2026."""
    given = {"outlet": f"Báo {number}", "source": f"b{number}", "published": NOON - timedelta(days=day), **said}
    return article(f"{day}-{number}-{len(said)}", title=f"Tin {day} {number} {len(said)}", **given)


def look(store: Store, source: str, *days: int) -> None:
    """Good looks at a source so many days ago."""
    with store.write() as connection:
        for day in days:
            seen = NOON - timedelta(days=day)
            visits.keep(store, connection, visit(source, at=seen, newest=seen), articles=1)


def shifts(store: Store, **wanted: str) -> list:
    return hot.shifts(store, SETTINGS, since=TODAY - timedelta(days=99), until=TODAY, **wanted)


def test_what_was_published_before_its_source_was_ever_read_is_no_level(store):
    """An archive of months is read in; the source itself is looked at since twenty days."""
    keep(store, *(story(day, day % 3) for day in range(100)), topic="pension")
    for number in range(3):
        look(store, f"b{number}", *range(20))
    assert shifts(store, topic="pension") == []


def test_a_level_that_doubled_is_told_with_the_name_of_its_place_as_it_is_written(store):
    of = {"outlet": "Báo 0", "source": "b0"}
    keep(
        store, *(story(day, n, **of) for day in range(100) for n in range(1 if day > 40 else 4)), topic="pension", place="Cần Thơ"
    )
    for wanted, named in (("can tho", "Cần Thơ"), ("dbscl", "ĐBSCL")):
        (found,) = shifts(store, topic="pension", place=wanted)
        assert (found.place, found.rate > 2 * found.before) == (named, True)
        assert abs((TODAY - found.day).days - 40) <= 2


def test_what_readers_write_changes_no_level(store):
    keep(store, *(story(day) for day in range(100)), topic="pension")
    keep(store, *(story(day, n, kind="comment") for day in range(30) for n in range(3)), topic="pension")
    assert shifts(store, topic="pension") == []


@pytest.fixture
def burning(store):
    """Three papers within three hours of last evening, strongly negative; nothing is known of what is usual."""
    papers = [story(0, n, published=NOON - timedelta(hours=12, minutes=50 * n)) for n in range(3)]
    keep(store, *papers, topic="fraud", sentiment="negative", place="Cà Mau")
    return store


@pytest.fixture
def monitor(burning, tmp_path):
    """What one command line says on that store, at noon of the next day."""
    settings = {"store": {"url": burning.engine.url.render_as_string(hide_password=False)}}
    (tmp_path / "m.yaml").write_text(json.dumps(settings))
    words = ["--config", str(tmp_path / "m.yaml")]
    return lambda *said: CliRunner().invoke(main, [*words, *said, "--at", "2026-11-20T12:00"]).stdout


def test_a_crisis_that_came_to_be_known_late_is_told_once_by_the_names_that_officers_know(monitor):
    assert monitor("run", "alerts") == "#1 Trục lợi, gian lận · Cà Mau: khủng hoảng, mới nổi; 3 tin, 3 nguồn độc lập\n"
    assert monitor("run", "alerts") == ""


def test_a_crisis_stands_first_in_what_is_hot_and_in_the_digest(monitor, burning):
    said = monitor("hot")
    assert said.startswith("Trục lợi, gian lận · Cà Mau: khủng hoảng, mới nổi, từ 19/11")
    assert "3 tin (3 bài, 3 nguồn độc lập); 3 bài tiêu cực" in said
    digest = query.digest(burning, SETTINGS, day=TODAY, now=NOON)
    (spot,) = next(section for section in digest.sections if section.id == "hot").figures
    assert (spot.label, spot.count.publishers) == ("fraud@Cà Mau", 3)
