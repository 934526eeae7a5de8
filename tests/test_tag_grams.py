"""Runs found by number: exactly those that are found by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load, shipped
from monitor.tag import features, syllables
from monitor.tag.grams import Grams
from monitor.tag.labels import article_of, read_labelled, unmarked
from monitor.tag.tagger import Tagger

SYLLABLES = st.lists(st.sampled_from(["bảo", "hiểm", "xã", "hội", "0", "一", "😀"]), max_size=8)


def named(tokens, longest):
    return [" ".join(tokens[at : at + size]) for size in range(1, longest + 1) for at in range(len(tokens) - size + 1)]


@given(SYLLABLES, SYLLABLES, st.sets(st.integers(0, 40)))
def test_runs_of_syllables_are_found_as_often_as_they_stand(known, tokens, left_out):
    runs = {run: row for row, run in enumerate(dict.fromkeys(named(known, 3))) if row not in left_out}
    found = Grams({"s": runs}, characters=()).find({"s": tokens, "t": tokens})
    assert sorted(found) == sorted(runs[run] for run in named(tokens, 3) if run in runs)


@given(st.text(max_size=30), st.text(max_size=60))
def test_runs_of_characters_are_found_as_often_as_they_stand(known, text):
    runs = {run: row for row, run in enumerate(dict.fromkeys(known[at : at + 4] for at in range(len(known) - 3)))}
    found = Grams({"c": runs}, characters="c").find({"c": text + known})
    whole = text + known
    assert sorted(found) == sorted(runs[whole[at : at + 4]] for at in range(len(whole) - 3) if whole[at : at + 4] in runs)


def test_blocks_do_not_see_each_other():
    grams = Grams({"s": {"bảo": 1}, "t": {"bảo": 2}}, characters=())
    assert list(grams.find({"s": ["bảo"]})) == [1]
    assert sorted(grams.find({"s": ["bảo"], "t": ["bảo", "bảo"]})) == [1, 2, 2]


def test_nothing_known_finds_nothing():
    assert list(Grams({}, characters=()).find({"s": ["bảo"]})) == []
    assert list(Grams({"s": {}}, characters=()).find({"s": ["bảo"]})) == []
    assert list(Grams({"s": {"bảo": 1}}, characters=()).find({"s": []})) == []


@pytest.mark.parametrize("run", ["a b c d", "a b c d e f"])
def test_a_run_that_is_too_long_is_an_error(run):
    with pytest.raises(ValueError, match="too long"):
        Grams({"s": {run: 0}}, characters=())


@pytest.mark.parametrize("turn", [lambda one: one, unmarked], ids=["marked", "unmarked"])
def test_a_document_read_by_number_has_the_values_that_it_has_by_name(turn):
    tagger = Tagger.load(load())
    vectoriser = tagger.model.vectoriser
    documents = [one for path in shipped("models").glob("text/*.jsonl") for one in read_labelled(path)[:40]]
    for document in documents:
        reading = syllables.read(article_of(turn(document)))
        hits = tagger.lexicon.hits(reading)
        (rows, values), (same, exactly) = vectoriser.read(reading, hits), vectoriser(features.extract(reading, hits))
        assert np.array_equal(rows, same)
        assert np.array_equal(values, exactly)
