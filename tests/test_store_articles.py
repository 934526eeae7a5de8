"""What was read is kept once, as it was, and given back as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOON, PAPER, article, gathering, keep
from sqlalchemy import select

from monitor.clock import VIETNAM
from monitor.errors import StoreError
from monitor.store import articles, tags, visits
from monitor.store.schema import articles as table
from monitor.text import clean, clean_line

EVERY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIRST, LAST = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2099-12-30")
HOURS = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))


def held(store, url=None):
    """Every article that stands in the store, or the one at an URL."""
    found = [item.article for item in tags.everything(store, None, None)]
    return next(one for one in found if one.url == url) if url else found


@EVERY
@given(st.text(), st.text(), st.text(max_size=50))
def test_any_text_comes_back_as_it_was_cleaned(store, title, text, context):
    told = {"title": clean_line(title), "text": clean(text), "context": clean(context)}
    kept = article("text", publisher="Báo Thử", category="national", **told)
    articles.keep_articles(store, [kept])
    assert replace(held(store, kept.url), id=None) == kept


@pytest.mark.parametrize("text", ["'; DROP TABLE articles; --", "\"'`\\%_:x", "ba\u0309o hiê\u0309m", "🏥" * 50, "x" * 100_000])
def test_quotes_decomposed_marks_and_length_do_no_harm(store, text):
    articles.keep_articles(store, [article(title="Tin", text=clean(text))])
    assert held(store)[0].text == clean(text)


def test_gathering_twice_changes_nothing(store):
    brought = gathering(article(1, published=NOON), article(2))
    assert articles.keep_gathering(store, brought) == (2, 0)
    before = held(store)
    assert articles.keep_gathering(store, gathering(article(1, title="Khác"), article(2))) == (0, 0)
    assert held(store) == before
    assert articles.total(store) == 2


def test_an_article_twice_in_one_gathering_is_kept_once_and_the_first_stays(store):
    articles.keep_gathering(store, gathering(article(1, title="Trước"), article(1, title="Sau")))
    assert [one.title for one in held(store)] == ["Trước"]


def test_a_source_says_who_publishes(store):
    articles.keep_gathering(store, gathering(article()))
    assert (held(store)[0].publisher, held(store)[0].category) == (PAPER.group, PAPER.category)


def test_more_articles_than_a_transaction_holds_are_all_kept_and_counted_for_the_day(store):
    brought = gathering(*(article(number) for number in range(articles.BATCH * 2 + 7)))
    assert articles.keep_gathering(store, brought) == (articles.BATCH * 2 + 7, 0)
    assert visits.days(store, PAPER.id) == [(date(2026, 11, 20), 1, 1, 0, articles.BATCH * 2 + 7)]


def test_known_says_which_urls_stand_there(store):
    articles.keep_articles(store, [article(number) for number in range(3)])
    asked = [f"https://bao.example/{number}" for number in range(1200)]
    assert articles.known(store, asked) == set(asked[:3])
    assert articles.known(store, []) == set()


@EVERY
@given(st.datetimes(FIRST, LAST, timezones=HOURS))
def test_a_time_comes_back_as_the_same_moment_in_utc(store, moment):
    articles.keep_articles(store, [article("time", published=moment)])
    found = held(store, "https://bao.example/time").published
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize("field", ["published", "fetched"])
def test_a_time_without_a_zone_is_refused_and_nothing_is_kept(store, field):
    with pytest.raises(StoreError, match="without a zone"):
        articles.keep_articles(store, [article(1), article(2, **{field: datetime(2026, 11, 20, 5)})])  # noqa: DTZ001
    assert articles.total(store) == 0


@pytest.mark.parametrize(
    ("hour", "day"), [("23:59:59.999999", date(2026, 11, 20)), ("00:00:00", date(2026, 11, 21)), ("00:00:01", date(2026, 11, 21))]
)
def test_the_day_turns_at_midnight_in_viet_nam(store, hour, day):
    moment = datetime.fromisoformat(f"2026-11-{20 if hour.startswith('23') else 21}T{hour}").replace(tzinfo=VIETNAM)
    articles.keep_articles(store, [article(published=moment)])
    with store.read() as connection:
        assert connection.scalar(select(table.c.day)) == day


def test_an_article_without_a_date_counts_on_the_day_on_which_it_was_read(store):
    articles.keep_articles(store, [article(fetched=NOON)])
    with store.read() as connection:
        assert connection.execute(select(table.c.day, table.c.seen)).one() == (date(2026, 11, 20), NOON)


def test_a_changed_text_is_told_and_tagged_again(store):
    keep(store, article(text="cũ", published=NOON))
    assert articles.keep_articles(store, [article(text="cũ", published=NOON)]) == (0, 0)
    assert list(articles.untagged(store, "v1")) == []
    assert articles.keep_articles(store, [article(text="mới", published=NOON)]) == (0, 1)
    assert [item.article.text for item in articles.untagged(store, "v1")] == ["mới"]


def test_a_change_keeps_who_publishes_when_it_was_read_and_the_known_date(store):
    articles.keep_gathering(store, gathering(article(text="cũ", source=PAPER.id, published=NOON)))
    later = article(text="mới", source="import", fetched=NOON + timedelta(days=9))
    assert articles.keep_articles(store, [later]) == (0, 1)
    found = held(store)[0]
    assert (found.text, found.source, found.publisher, found.category) == ("mới", PAPER.id, PAPER.group, PAPER.category)
    assert (found.published, found.fetched) == (NOON, NOON)


def test_a_change_without_any_date_does_not_move_the_article_to_today(store):
    articles.keep_articles(store, [article(text="cũ")])
    articles.keep_articles(store, [article(text="mới", fetched=NOON + timedelta(days=9))])
    assert [one.text for one in held(store) if one.fetched == NOON] == ["mới"]
    assert len(list(tags.everything(store, NOON, NOON + timedelta(days=1)))) == 1


def test_untagged_gives_new_articles_first_then_other_versions_each_newest_first(store):
    keep(store, article("old", published=NOON), version="v1")
    keep(store, article("older", published=NOON - timedelta(days=1)), version="v2")
    articles.keep_articles(store, [article(number, published=NOON + timedelta(hours=number)) for number in (1, 2)])
    given = [item.article.url.rpartition("/")[2] for item in articles.untagged(store, "v3")]
    assert given == ["2", "1", "old", "older"]
    assert [item.article.url.rpartition("/")[2] for item in articles.untagged(store, "v1")] == ["2", "1", "older"]


def test_untagged_gives_each_article_once_though_they_are_tagged_meanwhile(store, monkeypatch):
    monkeypatch.setattr(articles, "BATCH", 10)
    articles.keep_articles(store, [article(number) for number in range(35)])
    given = []
    for item in articles.untagged(store, "v1"):
        given.append(item.article.id)
        tags.keep(store, [item], "v1")
    assert len(given) == len(set(given)) == 35
    assert list(articles.untagged(store, "v1")) == []


def test_everything_gives_each_article_once_oldest_first_within_the_range(store):
    moments = [NOON + timedelta(minutes=number // 3) for number in range(1203)]
    articles.keep_articles(store, [article(number, published=moment) for number, moment in enumerate(moments)])
    found = [item.article.published for item in tags.everything(store, None, None)]
    assert found == moments
    assert len(list(tags.everything(store, moments[300], moments[600]))) == 300


def test_what_has_no_date_at_the_first_look_is_a_silent_baseline_and_later_it_counts(store):
    old = [article(number) for number in range(300)]
    dated = article("co-ngay", published=NOON)
    articles.keep_gathering(store, gathering(*old, dated, good_at=NOON))
    assert [item.article.url for item in articles.untagged(store, "v1")] == [dated.url]
    assert articles.known(store, [one.url for one in old]) == {one.url for one in old}
    articles.keep_gathering(store, gathering(*old, article("moi"), good_at=NOON))
    assert {item.article.url for item in articles.untagged(store, "v1")} == {dated.url, "https://bao.example/moi"}
