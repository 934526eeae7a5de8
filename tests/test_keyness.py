"""What sets articles apart: the figures are those of the literature, and copies and hollow words do not count."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON, article, keep
from scipy.stats import chi2_contingency

from monitor import config
from monitor.errors import UsageError
from monitor.keyness import SURE, keywords, likelihood, log_ratio, terms
from monitor.query.words import words
from monitor.store import articles
from monitor.store.sample import sample, texts

CONFIG = config.load()
COUNTS = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(COUNTS, COUNTS)
def test_the_likelihood_is_that_of_the_textbook(one, other):
    (held, of), (others, others_of) = one, other
    found = likelihood(held, others, of=of, others_of=others_of)
    assert found >= 0
    if 0 < held + others < of + others_of:
        table = [[held, others], [of - held, others_of - others]]
        assert found == pytest.approx(chi2_contingency(table, correction=False, lambda_="log-likelihood")[0], abs=1e-9)
    else:
        assert found == pytest.approx(0, abs=1e-9)


@given(COUNTS, COUNTS)
def test_the_ratio_turns_its_sign_with_the_sides(one, other):
    (held, of), (others, others_of) = one, other
    ratio = log_ratio(held, others, of=of, others_of=others_of)
    assert ratio == pytest.approx(-log_ratio(others, held, of=others_of, others_of=of))
    if held and others:
        assert ratio == pytest.approx(log2(held / of) - log2(others / others_of))


def test_words_and_phrases_that_set_texts_apart_come_out_and_no_hollow_ones():
    found = ["Doanh_nghiệp nợ bảo_hiểm của người lao_động"] * 40
    rest = ["Bão đổ bộ vào miền Trung của cả nước", "Doanh_nghiệp thưởng Tết"] * 100
    told = keywords(found, rest)
    assert {one.words for one in told.words} == {"nợ", "bảo hiểm", "lao động", "doanh nghiệp"}
    assert "doanh nghiệp nợ bảo hiểm" in {one.words for one in told.phrases}
    assert "nợ" not in {one.words for one in told.phrases}
    assert all(one.g2 >= SURE and one.ratio > 0 for one in told.words)
    assert (told.articles, told.others) == (40, 200)


@given(st.lists(st.text(alphabet="ab_ \n.,đ1", max_size=30), max_size=5), st.lists(st.text(max_size=30), max_size=5))
def test_any_texts_give_keywords(found, rest):
    told = keywords(found, rest)
    assert all(one.held >= 3 for one in told.words)
    assert all("\n" not in term for text in found for term in terms(text))


def test_keywords_of_a_query_are_held_against_what_else_was_seen_on_its_days(store):
    kept = [article(f"n{n}", title=f"Doanh nghiệp nợ bảo hiểm lần {n}", published=NOON) for n in range(12)]
    kept += [article(f"b{n}", title=f"Bão vào miền Trung đợt {n}", published=NOON - timedelta(minutes=n)) for n in range(40)]
    kept += [article(f"x{n}", title=f"Nợ bảo hiểm năm cũ {n}", published=NOON - timedelta(days=30)) for n in range(20)]
    articles.keep_articles(store, kept)
    told = words(store, CONFIG, '"nợ bảo hiểm"', since=date(2026, 11, 19))
    assert (told.articles, told.others, told.more) == (12, 40, False)
    assert {"nợ", "bảo hiểm", "doanh nghiệp"} <= {one.words for one in told.words}
    assert "cũ" not in {one.words for one in told.words}
    assert words(store, CONFIG, '"không có gì"').words == ()
    with pytest.raises(UsageError, match="column 1"):
        words(store, CONFIG, '"')


def test_copies_of_one_story_are_one_voice(store):
    kept = [
        article(n, title="Trả sổ chậm", lead="Cơ quan bảo hiểm trả lời người dân về chuyện chậm trả sổ ở tỉnh", outlet=f"Báo {n}")
        for n in range(5)
    ]
    keep(store, *kept, article(9, lead="Chuyện khác hẳn"))
    assert len(texts(store, sample(store, (None, None), size=10))) == 2


@pytest.mark.parametrize("size", [7, 30, 51, 66, 99])
def test_a_sample_reaches_from_the_first_to_the_last_day_whatever_its_size(store, size):
    articles.keep_articles(store, [article(n, published=NOON + timedelta(hours=n)) for n in range(100)])
    found = sample(store, (None, None), size=size)
    assert size - 3 <= len(found) <= size
    assert max(b - a for a, b in pairwise([0, *found, 101])) <= 3 * 100 / size
    assert sample(store, (None, None), size=100) == list(range(1, 101))


def test_what_is_found_too_often_to_be_read_is_held_against_its_own_days(store, monkeypatch):
    old = [article(f"o{n}", title=f"Nợ bảo hiểm, năm lũ lụt {n}", published=NOON - timedelta(days=60)) for n in range(30)]
    other = [article(f"x{n}", title=f"Lũ lụt miền Trung {n}", published=NOON - timedelta(days=60)) for n in range(30)]
    new = [article(f"n{n}", title=f"Nợ bảo hiểm, năm thế vận hội {n}", published=NOON) for n in range(20)]
    also = [article(f"y{n}", title=f"Thế vận hội ngày {n}", published=NOON) for n in range(20)]
    articles.keep_articles(store, [*old, *other, *new, *also])
    monkeypatch.setattr("monitor.query.words.FOUND", 20)
    told = words(store, CONFIG, '"nợ bảo hiểm"')
    assert (told.articles, told.others, told.more) == (20, 20, True)
    assert {one.words for one in told.words} == {"nợ", "bảo hiểm"}


def test_a_sample_is_spread_evenly_and_the_same_each_time(store):
    articles.keep_articles(store, [article(n, published=NOON + timedelta(hours=n)) for n in range(100)])
    found = sample(store, (None, None), size=10)
    assert found == sample(store, (None, None), size=10)
    assert len(found) == 10
    assert max(found) - min(found) >= 80
    assert sample(store, (NOON + timedelta(days=90), None), size=10) == []
