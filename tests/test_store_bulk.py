"""Many values and many rows in one go: what goes in comes back, on both databases, and nothing is scanned to find it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOON, article, keep, tag
from sqlalchemy import select, text

from monitor.errors import StoreError
from monitor.records import TaggedArticle
from monitor.store import Store, articles, events, stories, tags
from monitor.store import schema as tables
from monitor.store.bulk import among, insert_all

ASKED = [
    stories._STANDING, stories._WITHDRAWN, stories._SHARING, stories._NEAREST, *stories._TAKEN_BY.values(),
    events._SIGNPOSTS, events._WITHDRAWN, events._SHARING, events._NEAREST, tags._WITHDRAWN, *articles._AT.values(), articles._WHOLE,
]  # fmt: skip


@pytest.mark.parametrize("statement", ASKED, ids=lambda one: " ".join(str(one).split())[:60])
def test_what_is_asked_for_every_article_is_looked_up_and_never_scanned(tmp_path, statement):
    with Store.open(f"sqlite:///{tmp_path}/monitor.db") as store, store.read() as connection:
        told = str(statement.compile(dialect=store.engine.dialect))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {told}", ("1",) * told.count("?")).all()
    assert not [row for row in plan if row[3].startswith("SCAN") and "json_each" not in row[3]], plan


@pytest.mark.parametrize("many", [0, 1, 2_000])
def test_many_values_are_one_parameter(store, many):
    keep(store, *map(article, range(12)))
    numbers = list(range(1, many + 1))
    urls = [f"https://bao.example/{number}" for number in range(many)]
    found = articles.articles.c
    with store.read() as connection:
        by_id = connection.scalars(select(found.id).where(among(found.id, "these")), {"these": numbers}).all()
        by_url = connection.scalars(select(found.url).where(among(found.url, "these")), {"these": urls}).all()
    assert len(by_id) == len(by_url) == min(many, 12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=9))
def test_rows_come_back_as_they_went_in(store, words):
    spans = [[at, at + 1, word, 0.5] for at, word in enumerate(words)]
    rows = [{"article": 1, "kind": "topic", "label": f"{at}{word}", "score": at / 7, "by": word, "evidence": spans}
            for at, word in enumerate(words)]  # fmt: skip
    runs = [{"mark": f"{at}{word}", "at": NOON} for at, word in enumerate(words)]
    keep(store, article(1))
    with store.write() as connection:
        for table in ("tags", "erased"):
            connection.execute(text(f"DELETE FROM {table}"))
        insert_all(connection, tables.tags, rows)
        insert_all(connection, tables.erased, runs)
        insert_all(connection, tables.erased, [])
        kept = [dict(row._mapping) for row in connection.execute(select(tables.tags))]
        marks = [dict(row._mapping) for row in connection.execute(select(tables.erased))]
    assert sorted(kept, key=lambda row: row["label"]) == sorted(rows, key=lambda row: row["label"])
    assert sorted(marks, key=lambda row: row["mark"]) == sorted(runs, key=lambda row: row["mark"])


def test_a_key_that_stands_is_refused_in_one_line_and_all_of_its_transaction_with_it(store):
    item = keep(store, article(1))[0]
    twice = TaggedArticle(article=item.article, words="a", tags=(tag("topic", "pension"), tag("topic", "pension")))
    with pytest.raises(StoreError) as raised:
        tags.keep(store, [twice], "v2")
    assert "\n" not in str(raised.value)
    assert tags.one(store, "https://bao.example/1").labels("topic") == item.labels("topic")
    assert [one.words for one in articles.again(store, item.article.id)] == [item.words]


def test_a_value_that_cannot_be_stored_is_refused_in_one_line(store):
    item = keep(store, article(1))[0]
    odd = TaggedArticle(article=item.article, words="a", tags=(tag("topic", "\ud800"),))
    with pytest.raises(StoreError):
        tags.keep(store, [odd], "v2")
    assert [one.words for one in articles.again(store, item.article.id)] == [item.words]


def test_two_addresses_of_one_article_are_one_article_whichever_came_first(store):
    one = article(1, url="https://vnexpress.net/luong-huu-tang-4965123.html")
    other = article(1, url="https://vnexpress.net/luong-huu-tang-tu-thang-bay-4965123.html", title="Lương hưu tăng")
    assert articles.keep_articles(store, [one, other]) == (1, 0)
    assert articles.keep_articles(store, [other, one])[0] == 0
    assert articles.total(store) == 1
