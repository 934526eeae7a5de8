"""How sources answered is added up by the day, and says how much a silence means."""

from __future__ import annotations

from datetime import date, timedelta

from makers import NOON, PAPER, article, gathering, visit

from monitor.store import articles, counts, visits

TODAY = date(2026, 11, 20)


def look(store, days: float = 0, *, outcome: str = "ok", new: int = 0, source=PAPER) -> None:
    at = NOON + timedelta(days=days)
    found = (article(f"{source.id}-{days}-{number}", fetched=at) for number in range(new))
    articles.keep_gathering(store, gathering(*found, source=source, at=at, outcome=outcome))


def test_the_last_visit_comes_back_whole(store):
    late = visit(at=NOON + timedelta(hours=1), outcome="failed", status=503, failures=3, good_at=NOON, newest=NOON, problem="503")
    for one in (visit(etag='"a"', modified="Fri", body_hash="ff", items=25), late):
        with store.write() as connection:
            visits.keep(store, connection, one, articles=0)
    assert visits.latest(store) == {PAPER.id: late}


def test_a_day_adds_up_what_its_visits_brought(store):
    look(store, 0, new=3)
    look(store, 0.01, outcome="same")
    look(store, 0.02, outcome="failed")
    look(store, 0.5, new=1)  # midnight in Việt Nam has passed
    assert visits.days(store, PAPER.id) == [(TODAY, 3, 2, 1, 3), (TODAY + timedelta(days=1), 1, 1, 0, 1)]


def test_health_is_the_share_of_visits_that_found_a_living_feed(store):
    other = PAPER.__class__(id="khác/home", url="https://khac.example/rss", outlet="Khác")
    look(store, 0)
    look(store, 0.01, outcome="blocked")
    look(store, 0, outcome="failed", source=other)
    assert visits.health(store, TODAY, TODAY) == {TODAY: 1 / 3}
    assert visits.health(store, TODAY, TODAY, sources={PAPER.id}) == {TODAY: 0.5}
    assert visits.health(store, TODAY, TODAY, sources=set()) == {}
    assert visits.health(store, TODAY + timedelta(days=1), TODAY) == {}


def test_the_rhythm_leaves_out_the_backlog_of_the_first_day_and_days_of_outage(store):
    for day, (new, outcome) in enumerate([(40, "ok"), (4, "ok"), (0, "failed"), (6, "ok"), (9, "ok")]):
        look(store, day, new=new, outcome=outcome)
    assert visits.per_day(store, TODAY + timedelta(days=4)) == {PAPER.id: 5.0}  # 4 and 6; the day itself is not over
    assert visits.per_day(store, TODAY + timedelta(days=3)) == {}
    assert visits.latest(store)[PAPER.id].outcome == "ok"


def test_the_looks_of_a_span_are_told_by_source_with_those_that_were_good(store):
    for day, outcome in enumerate(["failed", "ok", "same", "ok"]):
        look(store, day, outcome=outcome)
    assert visits.looks(store, TODAY, TODAY + timedelta(days=2)) == {PAPER.id: (2, 3)}
    assert visits.looks(store, TODAY - timedelta(days=2), TODAY - timedelta(days=1)) == {}


def test_a_source_is_heard_on_the_days_on_which_it_lived_and_one_that_nobody_visited_is_not_named(store):
    for days, outcome in ((0, "ok"), (1, "failed"), (2, "same")):
        articles.keep_gathering(store, gathering(at=NOON + timedelta(days=days), outcome=outcome))
    day = NOON.date()
    first, last = day - timedelta(days=9), day + timedelta(days=9)
    assert visits.heard(store, [PAPER.id, "x/y"], first=first, last=last) == {PAPER.id: {day, day + timedelta(days=2)}}
    assert visits.heard(store, [PAPER.id], first=first, last=first) == {PAPER.id: set()}


def test_an_outlet_is_lively_on_days_on_which_it_publishes_a_quarter_of_what_it_usually_does(store):
    found = [
        article(f"{day}-{n}", published=NOON + timedelta(days=day)) for day, many in ((0, 8), (1, 9), (2, 1)) for n in range(many)
    ]
    articles.keep_articles(store, found)
    day = NOON.date()
    assert counts.lively(store, day, day + timedelta(days=5)) == {"Báo Thử": {day, day + timedelta(days=1)}}
