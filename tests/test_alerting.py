"""Alerts: a matter is told once, changes as an update, is told again only after it was calm, and no restart tells it twice."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import NOON, article, keep

from monitor import config
from monitor.alerting import alerts
from monitor.desk import Desk
from monitor.errors import UsageError
from monitor.figures import Coverage
from monitor.hotspots import STATES, merged
from monitor.matters import Alert, Hotspot
from monitor.query import hot
from monitor.runner import run
from monitor.store import Store
from monitor.store import alerts as kept
from monitor.store import articles as stored

COOLDOWN = timedelta(days=7)


def spot(state: str = "emerging", *, topic: str = "fraud", stories: str = "abc", **said: object) -> Hotspot:
    """A hot spot whose stories are these letters."""
    counts = Coverage(key="", topic=topic, articles=len(stories), stories=len(stories), publishers=2)
    given = {"place": "Cà Mau", "since": NOON.date(), "count": counts, "usual": 0.1, "chance": 0.01}
    ids = tuple(ord(letter) for letter in stories)
    return Hotspot(**{**given, "topic": topic, "state": state, "stories": frozenset(stories), "articles": ids, **said})


def told(*days: tuple[float, list[Hotspot]]) -> list[Alert]:
    """Every alert after these looks, each at so many days."""
    standing: list[Alert] = []
    for day, spots in days:
        found = [*merged(one for one in spots if one.crisis), *merged(one for one in spots if not one.crisis)]
        for one in alerts(standing, found, NOON + timedelta(days=day), cooldown=COOLDOWN):
            if one.number is None:
                standing.append(replace(one, number=len(standing)))
            else:
                standing[one.number] = one
    return standing


def test_a_matter_is_one_alert_that_becomes_graver_and_keeps_all_its_evidence():
    (one,) = told((0, [spot()]), (1, [spot("growing", stories="abcd")]), (2, [spot("peak", stories="cde")]))
    assert (one.at, one.updated, one.risen) == (NOON, NOON + timedelta(days=2), NOON + timedelta(days=2))
    assert (one.spot.state, one.gravest, sorted(one.spot.stories)) == ("peak", "peak", [*"abcde"])
    assert sorted(one.spot.articles) == [ord(letter) for letter in "abcde"]


def test_what_cools_changes_its_state_and_is_no_news():
    (one,) = told((0, [spot("growing")]), (1, [spot("cooling")]))
    assert (one.spot.state, one.gravest, one.risen, one.updated) == ("cooling", "growing", NOON, NOON)
    assert told((0, [spot("cooling")])) == []


def test_a_look_back_changes_nothing_that_was_found_later():
    assert told((2, [spot("peak")]), (1, [spot("growing")])) == told((2, [spot("peak")]))


def test_the_same_stories_under_another_topic_are_the_same_matter():
    assert len(told((0, [spot()]), (1, [spot("growing", topic="hi_fund", stories="bcd")]))) == 1
    assert len(told((0, [spot()]), (1, [spot("growing", topic="hi_fund", stories="cxyz")]))) == 2


def test_a_matter_is_told_again_after_it_was_calm_for_the_cooldown():
    assert len(told((0, [spot()]), (6, [spot(stories="xyz")]))) == 1
    assert len(told((0, [spot()]), (8, [spot(stories="xyz")]))) == 2


def test_a_matter_that_stays_hot_for_weeks_is_one_alert():
    assert len(told(*((day, [spot("peak", stories="abc")]) for day in range(40)))) == 1


def test_a_crisis_on_what_is_known_makes_that_graver():
    (one,) = told((0, [spot("peak")]), (0.1, [spot("emerging", crisis=True, usual=None)]))
    assert one.spot.crisis
    assert one.risen > one.at
    assert (one.is_new, replace(one, seen=one.risen).is_new, replace(one, seen=one.at).is_new) == (True, False, True)


def test_a_crisis_that_brings_nothing_new_leaves_its_alert_to_what_is_hot():
    burning = spot(crisis=True, usual=None)
    (one,) = told((0, [burning]), (0.5, [burning]))
    assert one.updated == NOON
    standing, moment = [one], NOON + timedelta(days=0.6)
    (hot,) = alerts(standing, [*merged([burning]), *merged([spot("growing", stories="abcd")])], moment, cooldown=COOLDOWN)
    assert (hot.spot.state, hot.spot.crisis, hot.updated, hot.risen) == ("growing", True, moment, moment)
    graver = replace(burning, state="growing", articles=(*burning.articles, 1), stories=burning.stories | {"a1"})
    assert alerts(standing, merged([graver]), moment, cooldown=COOLDOWN)[0].risen == moment


def test_each_of_two_matters_that_once_shared_stories_keeps_its_own_alert():
    days = [(0, [spot(stories="abcd"), spot(topic="pension", stories="xyz")])]
    days += [(day, [spot("peak", stories="abef"), spot("peak", topic="pension", stories="cdx")]) for day in range(1, 20)]
    fraud, pension = told(*days)
    assert fraud.updated == pension.updated == NOON + timedelta(days=19)


SPOTS = st.lists(
    st.builds(
        spot,
        st.sampled_from(STATES),
        topic=st.sampled_from(["fraud", "pension"]),
        stories=st.sampled_from(["abc", "xyz"]),
        crisis=st.booleans(),
    ).filter(lambda found: not (found.crisis and found.state in ("cooling", "peak"))),
    max_size=4,
    unique_by=lambda found: (found.label, found.crisis),
).filter(lambda found: len({(one.label, one.stories) for one in found}) == len({one.label for one in found}))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 3), SPOTS), max_size=6))
def test_asked_again_at_the_same_moment_nothing_is_told_twice(days):
    at = 0.0
    looks = []
    for step, spots in days:
        at += step
        looks.append((at, spots))
    twice, once = told(*(look for look in looks for _ in range(2))), told(*looks)
    assert [(one.spot.label, one.at, one.risen) for one in twice] == [(one.spot.label, one.at, one.risen) for one in once]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 5), SPOTS), max_size=12))
def test_what_is_told_again_under_its_name_was_calm_for_the_cooldown(days):
    at, looks = 0.0, []
    for step, spots in days:
        at += step
        looks.append((at, spots))
    by_label: dict[str, list[Alert]] = defaultdict(list)
    for one in told(*looks):
        by_label[one.spot.label].append(one)
    assert all(later.at - one.updated > COOLDOWN for found in by_label.values() for one, later in pairwise(found))


@pytest.fixture
def desk_on(store_url, tmp_path, monkeypatch):
    """A desk on the store of a kind, at a moment."""
    monkeypatch.setenv("MONITOR_STORE", store_url)
    monkeypatch.chdir(tmp_path)
    settings = config.load()
    return lambda at: Desk(settings, at=at)


def fill(store: Store) -> None:
    """Ten calm weeks of three papers, then six stories in three days on one topic in one place."""
    papers = [{"outlet": f"Báo {n}", "source": f"b{n}"} for n in range(3)]
    calm = [
        article(f"c{day}-{n}", title=f"Tin {day} {n}", published=NOON - timedelta(days=day, hours=n), **papers[n])
        for day in range(70)
        for n in range(3)
    ]
    keep(store, *calm, topic="pension")
    loud = [article(f"h{n}", title=f"Nóng {n}", published=NOON - timedelta(hours=10 * n + 1), **papers[n % 3]) for n in range(6)]
    keep(store, *loud, topic="hi_care", place="Cần Thơ", sentiment="negative")


def test_a_run_tells_a_hot_spot_once_and_a_second_run_nothing(desk_on):
    with desk_on(NOON) as desk:
        fill(desk.store)
        first, second = run("alerts", desk), run("alerts", desk)
        ((alert, row),) = hot.alerts(desk.store, desk.config, limit=9, new=True)
    assert first.counts["new alerts"] == 1
    assert [one.spot.label for one in first.results] == ["hi_care@Cần Thơ"]
    assert (dict(second.counts), second.results) == ({}, [])
    assert (alert.at, alert.spot.count.stories, row.count.negative) == (NOON, 6, 6)
    assert {story.first.article.url for story in row.stories} == {f"https://bao.example/h{n}" for n in range(6)}


def test_a_process_that_died_and_begins_again_tells_nothing_twice(desk_on):
    for _ in range(3):
        with desk_on(NOON) as desk:
            if not stored.total(desk.store):
                fill(desk.store)
            found = run("alerts", desk).results
    assert found == []
    with desk_on(NOON) as desk:
        assert len(kept.latest(desk.store, limit=9)) == 1


def test_a_crisis_is_told_without_any_history(desk_on):
    with desk_on(NOON) as desk:
        three = [article(n, outlet=f"Báo {n}", published=NOON - timedelta(minutes=50 * n)) for n in range(3)]
        keep(desk.store, *three, topic="fraud", sentiment="negative")
        (alert,) = run("alerts", desk).results
    assert (alert.spot.label, alert.spot.crisis, alert.spot.usual) == ("fraud", True, None)


def test_what_is_hot_and_a_crisis_is_shown_and_told_once(desk_on):
    with desk_on(NOON) as desk:
        fill(desk.store)
        loud = [article(f"k{n}", title=f"Cháy {n}", outlet=f"Báo {n}", source=f"b{n}", published=NOON - timedelta(minutes=5 * n))
                for n in range(3)]  # fmt: skip
        keep(desk.store, *loud, topic="hi_care", place="Cần Thơ", sentiment="negative")
        assert [one.lead.crisis for one in hot.matters(desk.store, desk.config, NOON)] == [True]
        assert len(hot.hotspots(desk.store, desk.config, NOON)) == 1
        assert [one.spot.label for one in run("alerts", desk).results] == ["hi_care@Cần Thơ"]
        assert run("alerts", desk).results == []


def stand(store: Store, found: Hotspot) -> Alert:
    """The alert of a hot spot, as the store now holds it."""
    keep(store, article(1))
    made = Alert(spot=found, at=NOON, updated=NOON, risen=NOON, gravest="emerging")
    (one,) = kept.keep(store, lambda _: [made], since=NOON)
    assert one.number
    return one


def test_an_alert_that_was_seen_is_listed_again_only_when_it_has_become_graver(store):
    keep(store, article(1))
    one = stand(store, replace(spot(), articles=(1,)))
    kept.acknowledge(store, [one.number], NOON + timedelta(hours=1))
    assert kept.latest(store, limit=9, new=True) == []
    (seen,) = kept.latest(store, limit=9)
    kept.keep(store, lambda _: [replace(seen, risen=NOON + timedelta(hours=2), gravest="growing")], since=NOON)
    (graver,) = kept.latest(store, limit=9, new=True)
    assert (graver.number, graver.gravest, graver.seen) == (one.number, "growing", NOON + timedelta(hours=1))
    assert len(kept.latest(store, limit=9)) == 1


def test_an_alert_comes_back_from_the_store_as_it_was_kept(store):
    number = keep(store, article(1))[0].article.id
    given = replace(spot(since=date(2026, 11, 2)), articles=(number,), stories=frozenset({f"a{number}"}))
    one = stand(store, given)
    assert one.spot == given
    told: list[list[Alert]] = []
    for moment in (NOON, NOON + timedelta(seconds=1)):
        assert kept.keep(store, lambda standing: told.append(standing) or [], since=moment) == []
    assert told == [[one], []]


def test_of_two_machines_that_find_the_same_at_once_one_tells_it(store_url):
    """Each has a store of its own on one database, and the second begins while the first one decides."""
    found, meeting = merged([replace(spot(), articles=())]), Barrier(2, timeout=30)

    def look(now: datetime) -> list[Alert]:
        def decide(standing: list[Alert]) -> list[Alert]:
            with suppress(BrokenBarrierError):
                meeting.wait(0.5)  # both would stand here at once if nothing kept them apart
            return alerts(standing, found, now, cooldown=COOLDOWN)

        with Store.open(store_url) as own:
            return [one for one in kept.keep(own, decide, since=NOON - COOLDOWN) if one.risen == now]

    with ThreadPoolExecutor(2) as machines:
        told = [one for found in machines.map(look, (NOON, NOON + timedelta(seconds=1))) for one in found]
    with Store.open(store_url) as own:
        assert len(told) == len(kept.latest(own, limit=9)) == 1


def test_what_an_officer_acknowledges_while_alerts_are_made_stays_acknowledged(store):
    one, later = stand(store, replace(spot(), articles=())), NOON + timedelta(minutes=1)

    def decide(standing: list[Alert]) -> list[Alert]:
        officer.start()
        officer.join(0.5)
        return [replace(alert, updated=later) for alert in standing]

    officer = Thread(target=kept.acknowledge, args=(store, [one.number], later))
    kept.keep(store, decide, since=NOON)
    officer.join()
    assert [alert.seen for alert in kept.latest(store, limit=9)] == [later]


def test_a_number_that_no_alert_has_is_said_in_one_line(store):
    with pytest.raises(UsageError, match="alert 7: there is none of that number, they end at 0"):
        kept.acknowledge(store, [7], NOON)
