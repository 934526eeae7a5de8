"""Hot spots and crises: what is calm stays calm, however often somebody looks, and copies, outages and new sources make nothing hot."""

import math
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config, places
from monitor.baseline import Usual, a_year, days_since, ordinals, tolerated
from monitor.clock import day_of, moment_of, parse_day, parse_moment
from monitor.coverage import each_day
from monitor.figures import Counted
from monitor.hotspots import STATES, Moment, Rule, Watch, crises

NOW = parse_moment("2026-11-22T06:30")
LAST = day_of(NOW)
DAYS = each_day(LAST - timedelta(days=70), LAST)
TOPICS = ["pension", "hi_care", "fraud", "evasion"]
CLUSTERS = {"ĐBSCL": ["Cần Thơ", "Cà Mau", "An Giang"]}
PAPERS = ("Báo Một", "Báo Hai", "Báo Ba")


def item(number: int, back: float, topic: str = "hi_care", **said: object) -> Counted:
    """A core article of so many days before NOW, of the papers in turn."""
    seen = NOW - timedelta(days=back)
    outlet = str(said.pop("outlet", PAPERS[number % len(PAPERS)]))
    given = {"category": "national", "story": f"s{number}", "sentiment": "neutral", "voice": "other", "publisher": outlet}
    given |= {"source": f"{outlet}/home", "topics": (topic,), **said}
    return Counted(id=number, day=day_of(seen), seen=seen, outlet=outlet, **given)


def calm(every: float = 4.0, *, start: int = 1000) -> list[Counted]:
    """A story on each topic every few days, for ten weeks."""
    times = int(70 / every)
    return [item(start + 10 * at + n, at * every + n / 4, topic) for at in range(times) for n, topic in enumerate(TOPICS)]


def burst(stories: int = 8, *, first: float = 2.5, place: str = "Cần Thơ", **said: object) -> list[Counted]:
    """So many stories on one topic in one place, spread over the last days."""
    return [item(n, first - first * n / stories, places=(place,), **said) for n in range(stories)]


def heard(found: list[Counted], **said: list) -> dict[str, frozenset[int]]:
    return ordinals({**{one.source: DAYS for one in found}, **{f"Báo {name}/home": days for name, days in said.items()}})


def watch(found: list[Counted], *, ears: dict | None = None, **rule: object) -> Watch:
    return Watch(found, heard=ears or heard(found), rule=Rule(**rule), topics=TOPICS, clusters=CLUSTERS)


def labels(found: list[Counted], now=NOW, **more: object) -> list[str]:
    return [matter.lead.label for matter in watch(found, **more).hotspots(now)]


def test_a_burst_is_hot_with_its_place_its_counts_and_what_is_usual():
    (matter,) = watch([*calm(), *burst()]).hotspots(NOW)
    spot = matter.lead
    assert (spot.label, spot.state) == ("hi_care@Cần Thơ", "growing")
    assert (spot.count.stories, spot.count.publishers) == (8, 3)
    assert 0 < spot.usual < 0.5
    assert {one.label for one in matter.also} >= {"hi_care@ĐBSCL", "hi_care"}
    assert spot.articles == tuple(range(7, -1, -1))


def test_calm_days_and_a_store_without_history_are_not_hot():
    assert labels(calm()) == []
    assert labels(burst()) == []
    young = [one for one in [*calm(), *burst()] if one.seen > NOW - timedelta(days=9)]
    assert labels(young, ears=ordinals({one.source: each_day(LAST - timedelta(days=9), LAST) for one in young})) == []


def test_copies_of_one_dispatch_in_forty_outlets_are_one_story_and_make_nothing_hot():
    copies = [item(n, 1 - n / 50, story="a", outlet=f"Báo {n}") for n in range(40)]
    assert labels([*calm(), *copies]) == []


def test_what_the_agency_says_and_what_aggregators_repeat_is_not_hot():
    for category in ("owned", "aggregator"):
        assert labels([*calm(), *burst(category=category)]) == []


def test_what_readers_write_under_articles_is_not_hot():
    assert labels([*calm(), *burst(kind="comment")]) == []


def test_a_cluster_that_has_the_name_of_a_province_is_counted_once():
    found = [*calm(), *burst()]
    look = Watch(found, heard=heard(found), rule=Rule(), topics=TOPICS, clusters={"Cần Thơ": ["Cần Thơ", "Hậu Giang"]})
    (matter,) = look.hotspots(NOW)
    assert (matter.lead.label, matter.lead.count.articles, len(matter.lead.articles)) == ("hi_care@Cần Thơ", 8, 8)


def test_where_nothing_was_awaited_there_is_an_answer_and_nothing_is_hot():
    """The one source that ever brought something is silent, and others that were heard all the time bring what they never did."""
    found = [*(replace(one, source="Báo Một/home") for one in calm()), *burst(outlet="Báo Hai"), *burst(outlet="Báo Ba")]
    assert labels(found, ears=heard(found, Một=DAYS[:-8]), chance=400) == []


def test_one_house_alone_makes_no_hot_spot():
    assert labels([*calm(), *burst(outlet="Báo Một", topic="lump_sum")]) == []


def test_what_a_source_that_has_just_joined_brings_is_not_hot():
    joined = [replace(one, source="mới/home") for one in burst()]
    ears = heard([*calm(), *joined])
    assert labels([*calm(), *joined], ears=ears) == ["hi_care@Cần Thơ"]
    assert labels([*calm(), *joined], ears={**ears, "mới/home": ordinals({"": DAYS[-9:]})[""]}) == []


@settings(deadline=None, max_examples=25)
@given(st.integers(4, 14), st.booleans(), st.sets(st.sampled_from(PAPERS), min_size=1), st.randoms(use_true_random=False))
def test_an_outage_of_some_or_all_sources_makes_nothing_hot_when_it_ends(length, dated, dead, draw):
    """Whether what was published meanwhile comes with its own dates, or all as of the first day after."""
    found = []
    for one in calm(every=1.0):
        away = length + 1 >= (NOW - one.seen).days >= 1 and one.outlet in dead
        late = replace(one, seen=NOW - timedelta(hours=draw.randint(1, 20)), day=LAST) if away and not dated else one
        found.append(late)
    silent = [day for day in DAYS if not length + 1 >= (LAST - day).days >= 1]
    assert labels(found, ears=ordinals({one.source: silent if one.outlet in dead else DAYS for one in found})) == []


def test_after_the_quiet_days_of_tet_what_is_usual_is_not_hot():
    """The papers were heard all the time, and had other things to tell."""
    found = [one for one in calm(every=1.0) if not 15 >= (NOW - one.seen) / timedelta(days=1) >= 6]
    assert [labels(found, NOW - timedelta(days=back)) for back in range(7)] == [[]] * 7


def test_a_source_that_was_away_for_weeks_is_no_rise_when_it_is_back():
    away = [day for day in DAYS if not 40 >= (LAST - day).days >= 4]
    found = [one for one in calm(every=1.0) if one.outlet != "Báo Ba" or one.day in away]
    assert labels(found, ears=heard(found, Ba=away)) == []


def test_a_burst_is_still_seen_after_an_outage_of_the_weeks_before():
    away = [day for day in DAYS if not 30 >= (LAST - day).days >= 10]
    found = [one for one in calm() if one.day in away]
    assert labels([*found, *burst()], ears=ordinals({one.source: away for one in [*found, *burst()]})) == ["hi_care@Cần Thơ"]


@settings(deadline=None, max_examples=20)
@given(st.permutations([*calm(), *burst(), *burst(5, topic="fraud", place="Hà Nội")]))
def test_the_order_of_articles_does_not_matter(found):
    assert watch(found).hotspots(NOW) == watch(sorted(found, key=lambda one: one.id)).hotspots(NOW)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(-20, -0.01), max_size=20))
def test_nothing_that_comes_later_changes_what_is_hot_now(ahead):
    found = [*calm(), *burst()]
    later = [item(5000 + n, back, places=("Cần Thơ",)) for n, back in enumerate(ahead)]
    ears = heard([*found, *later])
    assert watch([*found, *later], ears=ears).hotspots(NOW) == watch(found, ears=ears).hotspots(NOW)


def test_a_hot_spot_emerges_grows_stands_at_its_peak_and_cools():
    """Two stories a day for some days, then none."""
    story = [item(n, 8 - n / 2, places=("Cần Thơ",)) for n in range(14)]
    seen = []
    for back in range(9, -4, -1):
        moment = NOW - timedelta(days=back) + timedelta(hours=1)
        found = watch([*calm(), *story]).hotspots(moment)
        seen.append(found[0].lead.state if found else "")
    named = [state for at, state in enumerate(seen) if state != ([None, *seen])[at]]
    assert named[:1] == [""]
    assert [state for state in named if state] == ["emerging", "growing", "peak", "cooling"]


def test_a_hot_spot_names_the_day_on_which_it_began():
    (matter,) = watch([*calm(), *burst(14, first=5.0)]).hotspots(NOW)
    assert matter.lead.since == day_of(NOW - timedelta(days=5))


def test_a_topic_that_was_loud_before_does_not_hide_what_comes_now():
    earlier = [item(3000 + n, 30 - n / 10, places=("Cần Thơ",)) for n in range(25)]
    assert labels([*calm(), *earlier, *burst()]) == ["hi_care@Cần Thơ"]


def test_the_usual_follows_the_weekday():
    """What comes every Saturday is usual on a Sunday morning, and hot in the middle of the week."""
    saturdays = [day for day in DAYS if day.weekday() == 5]
    weekly = [
        replace(item(4000 + 10 * at + n, 0), seen=moment_of(day, f"1{n}:00"), day=day)
        for at, day in enumerate(saturdays)
        for n in range(6)
    ]
    found = [*calm(every=1.0), *weekly]
    on_sunday, on_thursday = (Moment(watch(found), NOW - timedelta(days=back)).usual(("hi_care", "")).mean for back in (0, 3))
    assert on_sunday > 1.25 * on_thursday


def simulated(seed: int, *, rate: float, days: int) -> list[Counted]:
    """Stories that come evenly by chance: so many a day in all, on seventeen topics, four in ten in a province."""
    draw, found, at = random.Random(seed), [], 0.0
    topics, provinces = list(config.load()["topics"]), places.provinces()
    while at < days:
        at += draw.expovariate(rate)
        where = (draw.choice(provinces[:20]),) if draw.random() < 0.4 else ()
        outlet = draw.choice(PAPERS)
        found.append(item(len(found), days - at, draw.choice(topics[: draw.choice((4, 17))]), places=where, outlet=outlet))
    return found


@pytest.mark.parametrize("rate", [2.0, 5.0])
def test_a_constant_rate_gives_no_more_false_alerts_than_the_rule_allows(rate):
    """Days in which nothing happens, twice over: hot spots that begin, against `chance` a year."""
    began = years = 0.0
    for seed in range(2):
        found = simulated(seed, rate=rate, days=120)
        every = each_day(LAST - timedelta(days=121), LAST)
        look = Watch(found, heard=ordinals({one.source: every for one in found}), rule=Rule(), topics=list(config.load()["topics"]),
                     clusters=config.load()["clusters"])  # fmt: skip
        before: set = set()
        for step in range(4 * 50):
            hot = set(Moment(look, NOW - timedelta(days=50) + timedelta(hours=6 * step)).hot)
            began += bool(hot - before)
            before = hot
        years += 50 / 365
    assert began / years <= Rule().chance + 2 * math.sqrt(Rule().chance / years)


def test_a_sliding_count_climbs_as_often_as_the_formula_says():
    """A Poisson process of two a week over a thousand years: how often three days hold three or more, from fewer."""
    draw, times, at = random.Random(7), [], 0.0
    while at < 365.25 * 1000:
        at += draw.expovariate(2 / 7)
        times.append(at)
    climbs = sum(times[n] - times[n - 2] <= 3 < times[n] - times[n - 3] for n in range(3, len(times)))
    assert climbs / 1000 == pytest.approx(a_year(3, Usual(mean=6 / 7, size=1e9), window=3), rel=0.03)


@given(st.integers(1, 60), st.floats(0.001, 40), st.floats(0.05, 1e6))
def test_more_stories_are_never_likelier(count, mean, size):
    usual = Usual(mean=mean, size=size)
    above = max(count, math.ceil(mean) + 1)
    assert 0.0 <= a_year(above + 1, usual, window=3) <= a_year(above, usual, window=3) * 1.0000001 or above < 2 * mean + 2
    assert a_year(count, usual, window=3) <= 365.25 / 3


@given(st.lists(st.tuples(st.floats(0.001, 30), st.floats(0.1, 100)), max_size=30), st.integers(1, 100))
def test_what_is_tolerated_keeps_all_series_within_the_allowance(found, chance):
    series = [Usual(mean=mean, size=size) for mean, size in found]
    limit = tolerated(series, chance=chance, least=3, window=3)
    spent = 0.0
    for usual in series:
        count = max(3, math.floor(usual.mean) + 1)
        while a_year(count, usual, window=3) > limit:
            count += 1
        spent += a_year(count, usual, window=3)
    assert spent <= chance + len(series) * chance / 10_000


def bad(number: int, minutes: float, **said: object) -> Counted:
    return item(number, minutes / 1440, sentiment="negative", **said)


def test_three_houses_strongly_negative_within_three_hours_are_a_crisis_without_any_history():
    (matter,) = crises([bad(0, 170), bad(1, 90), bad(2, 5)], NOW, Rule())
    assert (matter.lead.label, matter.lead.crisis, matter.lead.usual, matter.lead.articles) == ("hi_care", True, None, (2, 1, 0))
    assert matter.lead.state in STATES


def test_a_crisis_counts_what_lies_just_so_far_apart_and_is_told_when_it_comes_to_be_known_later():
    (matter,) = crises([bad(0, 600 + 180), bad(1, 700), bad(2, 600), bad(0, 300)], NOW, Rule())
    assert (matter.lead.articles, matter.lead.count.publishers) == ((2, 1, 0), 3)
    assert crises([bad(n, 700) for n in range(3)], NOW, Rule(crisis_late=timedelta(minutes=500))) == []


def test_a_dispatch_that_three_houses_carry_is_a_crisis_too():
    assert crises([bad(n, 10, story="a") for n in range(3)], NOW, Rule())


NO_CRISIS = {
    "two": [bad(0, 170), bad(1, 90)],
    "a second too far apart": [bad(0, 180 + 5 + 1 / 60), bad(1, 90), bad(2, 5)],
    "not yet out": [bad(0, 170), bad(1, 90), bad(2, -5)],
    "one house twice": [bad(0, 170), bad(1, 90), bad(3, 5)],
    "one group": [bad(0, 170), bad(1, 90), bad(2, 5, outlet="Báo Bốn", publisher="Báo Một")],
    "the agency itself": [bad(0, 170), bad(1, 90), bad(2, 5, category="owned")],
    "a reader": [bad(0, 170), bad(1, 90), bad(2, 5, kind="comment")],
    "another topic": [bad(0, 170), bad(1, 90), bad(2, 5, topic="fraud")],
    "praise for this topic": [bad(0, 170), bad(1, 90), bad(2, 5, tones=("hi_care:positive", "fraud:negative"))],
    "long over": [bad(n, 60 * 24 + 200 + n) for n in range(3)],
}


@pytest.mark.parametrize("found", NO_CRISIS.values(), ids=NO_CRISIS)
def test_less_than_that_is_no_crisis(found):
    assert crises(found, NOW, Rule()) == []


def test_a_crisis_in_one_place_is_named_with_it():
    (matter,) = crises([bad(n, 10, places=("Cà Mau",), outlet=f"Báo {n}") for n in range(4)], NOW, Rule())
    assert (matter.lead.label, matter.lead.state, [one.label for one in matter.also]) == (
        "hi_care@Cà Mau",
        "growing",
        ["hi_care"],
    )


def test_a_moment_is_a_day_and_its_part_on_a_vietnamese_clock():
    assert days_since(moment_of(parse_day("2026-11-22"), "06:00")) == parse_day("2026-11-22").toordinal() + 0.25
