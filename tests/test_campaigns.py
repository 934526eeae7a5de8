"""Campaigns: what the settings may say of one, which articles belong to it, how far its goals are, and what it changed."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import makers
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import NOON, article, visit
from numpy.random import default_rng

from monitor import cli, config
from monitor.campaigns import Campaign, Phrases, named
from monitor.effect import Effect, effect, spans
from monitor.errors import ConfigError, UsageError
from monitor.figures import Counted
from monitor.lift import Piece
from monitor.movement import Volume
from monitor.query import campaigns as asked
from monitor.store import visits

FIRST, LAST = date(2026, 11, 8), date(2026, 11, 21)
AFTER = LAST + timedelta(days=1)
ENTRY = "{from: 2026-11-08, to: 2026-11-21, goals: {items: 10}}"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_CONFIG", "MONITOR_STORE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def load(text: str) -> list[Campaign]:
    Path("mine.yaml").write_text(text, encoding="utf-8")
    return asked.campaigns(config.load("mine.yaml"))


def spring(**said: object) -> Campaign:
    """A campaign of two weeks."""
    return Campaign(**{"name": "Mùa xuân", "first": FIRST, "last": LAST, "goals": {"items": 10.0}, **said})


def piece(number: int, day: date, **said: object) -> Piece:
    """A counted article of a day."""
    marks = {name: said.pop(name) for name in ("ours", "benefits", "rules") if name in said}
    given = {
        "id": number, "day": day, "seen": NOON, "outlet": "Báo A", "publisher": "A", "category": "national", "story": f"s{number}",
        "sentiment": "neutral", "voice": "other",
    }  # fmt: skip
    return Piece(item=Counted(**{**given, **said}), **marks)


def spread(each: int, first: date, days: int, *, begin: int = 0, **said: object) -> list[Piece]:
    """So many articles on each of some days."""
    return [
        piece(begin + day * each + number, first + timedelta(days=day), **said) for day in range(days) for number in range(each)
    ]


def read(
    source: str = "Báo A", first: int = -80, until: int = 40, *, down: Collection[int] = (), articles: int = 20
) -> list[Volume]:
    """What was read of a source from so many days after the campaign began to so many, but on those on which it was down."""
    days = [(number, FIRST + timedelta(days=number)) for number in range(first, until)]
    return [
        Volume(
            source=source, day=day, publisher=source, articles=0 if at in down else articles, looks=4, good=4 * (at not in down)
        )
        for at, day in days
    ]


def came(found: list[Piece], campaign: Campaign | None = None, *, today: date = AFTER, **said: object) -> Effect:
    given = {"health": {}, "volumes": read(), **said}
    return effect(campaign or spring(), found, today=today, **given)


def test_the_shipped_campaigns_are_read_and_those_of_years_have_goals_for_each_year(here):
    found = asked.campaigns(config.load())
    assert [one.name for one in found] == ["Kế hoạch 4963, giai đoạn 2026-2030", "Tháng vận động BHXH toàn dân, 5/2027"]
    assert [part for part, _ in found[0].parts()] == ["2026", "2027", "2028", "2029", "2030"]
    assert found[1].parts() == [("", (date(2027, 5, 1), date(2027, 5, 31)))]


def test_an_entry_of_the_users_replaces_ours_whole_adds_its_own_and_switches_ours_off(here):
    found = load(f'campaigns:\n  "Kế hoạch 4963, giai đoạn 2026-2030":\n  "Của ta": {ENTRY}\n')
    assert [one.name for one in found] == ["Của ta", "Tháng vận động BHXH toàn dân, 5/2027"]
    (one, _, _) = load(f'campaigns: {{"Kế hoạch 4963, giai đoạn 2026-2030": {ENTRY}, mới: {ENTRY}}}')
    assert (one.first, one.goals, one.yearly) == (FIRST, {"items": 10.0}, False)


def test_topics_go_by_key_or_title_and_a_cluster_stands_for_its_provinces(here):
    query = "{topics: [pension, BHXH tự nguyện], places: [ĐBSCL, ha noi], words: [tờ khai], outlets: [Báo A]}"
    one, *_ = load(f"campaigns: {{mới: {{from: '1/11/2024', to: 2026-11-21, query: {query}, goals: {{tone: -0.5}}}}}}")
    assert (one.first, one.topics, len(one.places), one.places[-1]) == (
        date(2024, 11, 1),
        ("pension", "voluntary_si"),
        14,
        "Hà Nội",
    )
    assert (one.words, one.outlets) == (("tờ khai",), ("Báo A",))
    assert "được hưởng" in one.benefits


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{from: 2026-11-21, to: 2026-11-08, goals: {items: 1}}", "to: 2026-11-08 comes before from, 2026-11-21; swap them"),
        ("{to: 2026-11-08, goals: {items: 1}}", "from is missing"),
        ("{from: hôm qua, to: 2026-11-08, goals: {items: 1}}", "from: hôm qua: not a day"),
        ("{from: 1926-11-21, to: 2126-11-08, goals: {items: 1}}", "more than a hundred years"),
        ("{from: 2026-11-08, to: 2026-11-21}", "goals: there are none; give one or more of items"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: [items]}", "goals: a mapping of keys is wanted here"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {itens: 1}}", "itens is no goal; did you mean items?"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {tone: 3}}", "tone: 3 is not a number from -1 to 1"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: true}}", "items: True is not a number"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: .nan}}", "items: nan is not a number"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: 1}, query: {topics: [pensions]}}", "no pensions; did you mean pension?"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: 1}, query: {places: [Cà Mao]}}", "no Cà Mao; did you mean Cà Mau?"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: 1}, query: {topic: [pension]}}", "unknown key topic; did you mean topics?"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: 1}, query: {words: thẻ}}", "words: a list of texts is wanted"),
        ("{from: 2026-11-08, to: 2026-11-21, gaols: {items: 1}}", "unknown key gaols; did you mean goals?"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: 1}, per: month}", "per: month is none of campaign, year"),
        ("{from: 2026-11-08, to: 2026-11-21, goals: {items: 1}, baseline: {from: 2026-11-01, to: 2026-11-09}}", "end it before"),
        ("mỗi tháng", "a mapping of keys is wanted here, not mỗi tháng"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_meant_is_told_in_one_line_with_its_key(here, entry, words):
    with pytest.raises(ConfigError) as raised:
        load(f"campaigns: {{mới: {entry}}}")
    assert str(raised.value).startswith("config: campaigns.mới: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["from", "to", "goals", "query", "items", "x"]), inner),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=200)
@given(PLAIN)
def test_whatever_stands_in_the_settings_is_read_or_refused_by_our_own_error(said):
    ours = config.load("config.yaml")
    with suppress(ConfigError):  # anything else is a fault
        (one,) = asked.campaigns(config.Config({**ours.keys, "campaigns": {"mới": said}}, ours.folder)) or [spring()]
        assert one.goals
        assert one.first <= one.last


def test_a_name_is_found_without_marks_and_by_a_part_that_only_one_has():
    found = [spring(name="Tháng vận động BHXH, 5/2027"), spring(name="Kế hoạch 4963"), spring(name="Kế hoạch 5000")]
    assert named(found, "ke hoach 4963").name == "Kế hoạch 4963"
    assert named(found, "VẬN ĐỘNG").name == "Tháng vận động BHXH, 5/2027"
    twins = [spring(name="Hè"), spring(name="He")]
    assert [named(twins, name).name for name in ("Hè", "He")] == ["Hè", "He"]
    with pytest.raises(UsageError, match="several are called so: Kế hoạch 4963; Kế hoạch 5000"):
        named(found, "ke hoach")
    with pytest.raises(UsageError, match="did you mean Kế hoạch 4963"):
        named(found, "ke hoac 4963")
    with pytest.raises(UsageError, match="there is none of that name"):
        named([], "gì cũng được")


def test_a_phrase_with_marks_is_found_as_written_and_one_without_in_any_spelling():
    assert Phrases(["quyền lợi"]).stand_in("Thêm QUYỀN LỢI cho người đóng")
    assert not Phrases(["quyền lợi"]).stand_in("quyen loi")
    assert Phrases(["quyen loi"]).stand_in("thêm quyền  lợi")
    assert not Phrases(["lợi"]).stand_in("lợn và lợi-ích-giả".replace("lợi", "lợiz"))
    assert not Phrases([]).stand_in("gì cũng được")
    assert not Phrases([" "]).stand_in("gì cũng được")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.integers(-10, 1000))
def test_as_many_days_before_as_the_campaign_has_had_met_by_weekday_and_none_of_them_shared(first, length, later):
    campaign, today = spring(first=first, last=first + timedelta(days=length)), first + timedelta(days=later)
    both = spans(campaign, today)
    assert (both is None) == (later < 0)
    if both:
        during, before = both
        assert during[1] - during[0] == before[1] - before[0]
        assert (during[0], before[0].weekday()) == (first, first.weekday())
        assert timedelta(days=1) <= during[0] - before[1] <= timedelta(days=7)
        assert during[1] <= min(today, campaign.last)


def test_twice_as_many_a_day_is_a_lift_of_two_with_an_interval_around_it():
    found = spread(4, FIRST, 14) + spread(2, FIRST - timedelta(weeks=8), 56, begin=1000)
    articles, stories = came(found).lifts
    assert (articles.ratio, articles.during, articles.before) == (2.0, 56, 28)
    assert articles.low < 2 < articles.high
    assert articles.low > 1
    assert stories.ratio == 2.0


def test_a_copy_is_an_article_and_no_story_and_the_agencys_own_media_are_no_publicity():
    found = [
        *spread(2, FIRST, 14, story="một"),
        *spread(1, FIRST, 14, begin=500, category="owned", outlet="Trang ngành"),
        *spread(1, date(2026, 10, 25), 14, begin=900),
    ]
    one = came(found)
    assert (one.during.articles, one.during.stories, one.during.owned, one.during.outlets) == (28, 1, 14, 1)
    assert [lift.during for lift in one.lifts] == [28, 1]


def test_an_outage_makes_no_lift_and_no_fall_and_too_long_a_one_forbids_the_comparison():
    found = spread(2, FIRST, 14) + spread(2, date(2026, 10, 25), 14, begin=1000)
    found += spread(3, FIRST, 14, begin=2000, source="b") + spread(3, date(2026, 10, 25), 14, begin=3000, source="b")
    down = {0, 1, 2, 3}
    quiet = [one for one in found if one.item.source != "b" or (one.item.day - FIRST).days not in down]
    one = came(quiet, volumes=[*read(), *read("b", down=down)])
    assert [lift.ratio for lift in one.lifts] == pytest.approx([1.0, 1.0], rel=0.07)
    assert (one.sources, one.during.articles) == (2, 58)
    alone = [one for one in found if one.item.source != "b" and (one.item.day - FIRST).days >= 0]
    worse = came(alone, volumes=read(down=range(-30, 0)))
    assert worse.lifts == ()
    assert "không nguồn nào đọc được" in worse.why_not


@pytest.mark.parametrize(("begun", "ended", "share"), [(0, 40, 5), (-80, 0, 5)])
def test_a_source_that_is_new_or_gone_makes_no_lift_and_no_fall_and_is_named(begun, ended, share):
    found = spread(2, FIRST, 14) + spread(2, date(2026, 10, 25), 14, begin=1000)
    found += spread(share, FIRST + timedelta(days=max(begun, -14)), 14, begin=2000, source="khác/home", outlet="Báo Khác")
    one = came(found, volumes=[*read(), *read("khác/home", begun, ended)])
    assert (one.lifts[0].ratio, one.left_out, one.sources) == (1.0, ("khác/home",), 1)
    assert [row.key for row in one.by["outlet"]] == ["Báo A"]


def test_what_a_campaign_brought_stands_beside_what_was_read():
    found = [*spread(2, FIRST, 14), piece(900, FIRST, kind="comment"), piece(901, FIRST, category="owned")]
    one = came(found, volumes=[*read(), *read("b", articles=5)])
    assert (one.during.articles, one.during.owned, one.during.read, one.during.read_publishers) == (28, 1, 14 * 25, 2)
    assert one.before.read == 14 * 25


def test_a_tone_of_few_or_of_one_text_copied_has_no_interval():
    good = [piece(number, FIRST, sentiment="positive", benefits=True) for number in range(9)]
    copies = [piece(number, FIRST, sentiment="positive", benefits=True, story="một") for number in range(40)]
    for found in (good, copies):
        one = came(found).during
        assert (one.tone, one.tone_interval, one.benefits, one.benefits_interval) == (1.0, None, 1.0, None)
    more = came([*good, piece(99, FIRST, sentiment="positive", benefits=True)]).during
    assert more.tone_interval[0] < more.tone == more.tone_interval[1]
    assert more.benefits_interval[0] < 0.8


def test_a_campaign_of_one_day_is_met_by_its_weekday_and_judged_by_how_days_vary():
    campaign, month = spring(first=FIRST, last=FIRST), FIRST - timedelta(days=28)
    even = came(spread(8, FIRST, 1) + spread(4, FIRST - timedelta(weeks=8), 56, begin=1000), campaign)
    assert (even.before.first, even.before.last) == (FIRST - timedelta(days=7),) * 2
    assert even.lifts[0].ratio == 2.0
    loud = [one for at in (2, 11, 15, 24) for one in spread(28, month + timedelta(days=at), 1, begin=5000 + 100 * at)]
    burst = came([*spread(8, FIRST, 1), *spread(4, FIRST - timedelta(days=7), 1, begin=900), *loud], campaign)
    assert burst.lifts[0].ratio == 2.0
    assert burst.lifts[0].low < even.lifts[0].low < even.lifts[0].high < (burst.lifts[0].high or math.inf)


@pytest.mark.parametrize(("true", "low", "high"), [(1.0, 0.0, 0.07), (1.5, 0.9, 1.0)])
def test_no_effect_is_seldom_told_for_one_and_half_as_much_again_is_found(true, low, high):
    chance = default_rng(20261122)
    campaign, told, rounds = spring(last=FIRST + timedelta(days=30)), 0, 120
    for _ in range(rounds):
        days = [(at, FIRST + timedelta(days=at)) for at in range(-63, 31)]
        mean = [(4.0 if day.weekday() >= 5 else 12.0) * (true if at >= 0 else 1.0) for at, day in days]
        many = chance.negative_binomial([2 * one for one in mean], 2 / 3)  # half as much variance again as by chance
        found = [
            one for (at, day), count in zip(days, many, strict=True) for one in spread(int(count), day, 1, begin=1000 * (at + 70))
        ]
        lift = came(found, campaign, today=FIRST + timedelta(days=40)).lifts[0]
        told += lift.low > 1 or (true == 1 and lift.high < 1)
    assert low <= told / rounds <= high


def test_against_everything_else_a_loud_month_lifts_nothing():
    before = date(2026, 10, 25)
    found = spread(4, FIRST, 14) + spread(2, before, 14, begin=1000)
    found += spread(10, FIRST, 14, begin=3000, ours=False) + spread(5, before, 14, begin=5000, ours=False)
    lifts = {lift.key: lift.ratio for lift in came(found).lifts}
    assert lifts == {"articles": 2.0, "stories": 2.0, "relative": 1.0}


def test_news_that_come_in_bursts_make_the_interval_wider():
    before = spread(2, FIRST - timedelta(weeks=8), 56, begin=1000)
    even, burst = came(spread(4, FIRST, 14) + before), came(spread(56, FIRST, 1) + before)
    assert (even.lifts[0].ratio, burst.lifts[0].ratio) == (2.0, 2.0)
    assert burst.spread > even.spread == 1.0
    assert burst.lifts[0].low < even.lifts[0].low < even.lifts[0].high < burst.lifts[0].high


def test_nothing_before_has_no_ratio_and_its_interval_no_end():
    (first, *_) = came([*spread(2, FIRST, 14), *spread(1, date(2026, 10, 25), 14, begin=900, ours=False)]).lifts
    assert (first.ratio, first.high) == (None, None)
    assert math.isfinite(first.low)
    assert came(spread(2, FIRST, 14)).why_not == "chưa có tin nào của thời gian trước chiến dịch"


@pytest.mark.parametrize(
    ("each", "today", "state"),
    [
        (1, AFTER, "met"),
        (1, FIRST + timedelta(days=12), "met"),
        (1, FIRST + timedelta(days=6), "pace"),
        (0, FIRST + timedelta(days=6), "behind"),
        (0, AFTER, "missed"),
        (1, FIRST - timedelta(days=1), "waiting"),
    ],
)
def test_a_goal_is_met_missed_on_pace_behind_or_waiting(each, today, state):
    found = [one for one in spread(each, FIRST, 14) if one.item.day <= today]
    (goal,) = came(found, today=today).goals
    assert goal.state == state


def test_a_level_is_judged_as_it_stands_now_and_nothing_is_no_level():
    campaign = spring(goals={"tone": 0.2, "benefits": 0.6})
    good = [piece(1, FIRST, sentiment="positive", benefits=True), piece(2, FIRST, rules=True), piece(3, FIRST, benefits=True)]
    states = {goal.name: (goal.value, goal.state) for goal in came(good, campaign, today=FIRST).goals}
    assert states == {"tone": (pytest.approx(1 / 3), "pace"), "benefits": (pytest.approx(2 / 3), "pace")}
    none = {goal.name: (goal.value, goal.state) for goal in came([], campaign, today=AFTER).goals}
    assert none == {"tone": (None, "missed"), "benefits": (None, "missed")}


def test_yearly_goals_are_judged_year_by_year_and_a_year_to_come_is_left_out():
    campaign = spring(first=date(2025, 7, 1), last=date(2030, 12, 31), yearly=True)
    found = spread(1, date(2025, 8, 1), 12) + spread(1, date(2026, 8, 1), 3, begin=500)
    told = [(goal.part, goal.value, goal.state) for goal in came(found, campaign).goals]
    assert told == [("2025", 12, "met"), ("2026", 3, "behind")]


@given(
    st.lists(st.tuples(st.integers(-20, 13), st.booleans(), st.sampled_from(["positive", "neutral", "negative"])), max_size=30)
)
def test_whatever_was_published_the_figures_stay_in_their_ranges(told):
    found = [
        piece(number, FIRST + timedelta(days=day), ours=ours, sentiment=tone, benefits=ours)
        for number, (day, ours, tone) in enumerate(told)
    ]
    one = came(found)
    assert one.during.articles + one.before.articles <= sum(ours for _, ours, _ in told)
    assert one.during.tone is None or -1 <= one.during.tone <= 1
    assert all(lift.low <= (lift.ratio or lift.low) for lift in one.lifts)
    assert sum(row.during for row in one.by.get("outlet", ())) in (0, one.during.articles)


@pytest.fixture
def office(store, store_url, tmp_path, monkeypatch):
    """A store with two weeks before a campaign and two weeks in it, and a function that runs a command line on it."""
    for day in range(-14, 14):
        for number in range(2 if day < 0 else 4):
            moment = NOON - timedelta(days=12) + timedelta(days=day)
            said = {"published": moment, "fetched": moment, "source": "bao/home", "kind": "news"}
            text = "Người tham gia được hưởng thêm." if number else "Phải đóng đúng hạn."
            made = article(f"{day}-{number}", title=f"Tờ khai {day} {number}", text=text, **said)
            makers.keep(store, made, topic="pension", sentiment="positive")
    comment = article("c", kind="comment", text="tờ khai", published=NOON, context="Tờ khai")
    makers.keep(store, comment, topic="pension")
    text = 'campaigns:\n  "Tờ khai tháng 11": {from: 2026-11-08, to: 2026-11-21, query: {topics: [pension], words: [to khai]}, '
    text += "goals: {items: 50, tone: 0.5, benefits: 0.9}}\n"
    (tmp_path / "office.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("MONITOR_STORE", store_url)
    return lambda *words: CliRunner().invoke(cli.main, [*words, "--config", str(tmp_path / "office.yaml")])


def test_the_verb_lists_campaigns_and_shows_what_came_of_one(office):
    listed = office("campaign", "--day", "2026-11-22").stdout
    assert "Tờ khai tháng 11" in listed
    assert "đã kết thúc" in listed
    assert "chưa bắt đầu" in listed
    told = office("campaign", "to khai", "--day", "2026-11-22")
    assert told.exit_code == 0
    for words in ("56", "đạt", "không đạt", "2,00", "25/10/2026 – 07/11/2026", "Báo Thử"):
        assert words in told.stdout
    one = json.loads(office("campaign", "to khai", "--day", "2026-11-22", "--json").stdout)
    assert (one["during"]["articles"], one["before"]["articles"], one["during"]["benefits"]) == (56, 28, 0.75)
    assert {goal["name"]: goal["state"] for goal in one["goals"]} == {"items": "met", "tone": "met", "benefits": "missed"}
    assert "còn 2 ngày nữa bắt đầu" in office("campaign", "to khai", "--day", "2026-11-06").stdout
    running = office("campaign", "to khai", "--day", "2026-11-14").stdout
    assert "ngày 7 trong 14" in running
    assert "Hôm nay chưa hết" in running
    assert "Mức tăng tính trên 1 nguồn đọc được ở cả hai kỳ." in running
    assert "Tết" not in running
    for words in ("bài đã đọc, về mọi chuyện", "đang đạt", "chưa đạt"):
        assert words in running


def test_an_unknown_campaign_is_one_line_with_the_nearest(office):
    refused = office("campaign", "to khaj")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "did you mean Tờ khai tháng 11" in refused.stderr


def test_a_source_first_read_during_a_campaign_is_left_out_of_its_lift(store):
    for source, first in (("bao/home", -20), ("moi/home", 2)):
        for day in range(first, 15):
            moment = NOON - timedelta(days=12) + timedelta(days=day)
            with store.write() as connection:
                visits.keep(store, connection, visit(source, at=moment), articles=1)
            made = article(f"{source}-{day}", title=f"Bài {source} {day}", source=source, published=moment, fetched=moment)
            makers.keep(store, made)
    entry = {"id": "bao/home", "url": "https://bao.example/rss", "outlet": "Báo Thử"}
    ours = config.load("config.yaml")
    settings = config.Config({**ours.keys, "sources": [entry, {**entry, "id": "moi/home"}]}, ours.folder)
    one = asked.measured(store, settings, spring(), today=LAST)
    assert (one.left_out, one.lifts[0].ratio, one.during.articles) == (("moi/home",), 1.0, 26)
    assert (one.during.health, one.sources) == (1.0, 1)
