"""Linear models: scored without scikit-learn, to the same numbers."""

import numpy as np
import pytest
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from monitor.config import load, shipped
from monitor.records import SENTIMENT
from monitor.tag import features, fitting, linear
from monitor.tag.labels import article_of, read_labelled
from monitor.tag.lexicon import Lexicon
from monitor.tag.syllables import read
from monitor.tag.tagger import Tagger


@pytest.fixture(scope="module")
def documents():
    return read_labelled(shipped("models") / "text" / "feed.jsonl")[:150]


@pytest.fixture(scope="module")
def counts(documents):
    lexicon = Lexicon.load(load())
    return [dict(fitting.counts_of(document, lexicon)) for document in documents]


def only(block):
    return FunctionTransformer(
        lambda rows: [{name: n for name, n in row.items() if features.block_of(name) == block} for row in rows]
    )


def halved():
    return FunctionTransformer(lambda table: table._with_data(0.5 * (1 + np.log(table.data))))


def test_the_scores_are_those_of_scikit_learns_own_pipeline(documents, counts):
    vectoriser = features.fit(counts, least=1, least_characters=1)
    table = linear.matrix([vectoriser(row) for row in counts], len(vectoriser.rows))
    columns = []
    blocks = [
        (block, make_pipeline(only(block), DictVectorizer(), halved() if block in "xk" else TfidfTransformer(sublinear_tf=True)))
        for block in ("s", "t", "c", "x", "k")
    ]
    truth = np.array([document.sentiment for document in documents])
    for label in SENTIMENT:
        model = make_pipeline(FeatureUnion(blocks), LinearSVC(C=0.2, class_weight="balanced", random_state=0))
        columns.append(model.fit(counts, truth == label).decision_function(counts))
    fits = [linear.fit_column(table, truth == label, cost=0.2, importance=np.ones(len(truth))) for label in SENTIMENT]
    ours = linear.Linear(
        "test", vectoriser, tuple(vectoriser.rows), {"sentiment": linear.Head(task="sentiment", labels=SENTIMENT, first=0)},
        np.stack([fit.weights for fit in fits], 1), {"intercept": np.array([fit.intercept for fit in fits])},
    )  # fmt: skip
    theirs = np.array(columns).T
    scored = np.array([ours.decide(*vectoriser(row)) for row in counts])
    assert np.abs(scored - theirs).max() < 1e-5
    assert [ours.choose(row, "sentiment") for row in scored] == list(theirs.argmax(1))


def test_every_head_of_the_shipped_model_scores_as_scikit_learn_would_with_its_weights(documents):
    tagger = Tagger.load(load())
    model = tagger.model
    vectors = [model.vectoriser.read(reading, tagger.lexicon.hits(reading)) for reading in map(read, map(article_of, documents))]
    table = linear.matrix(vectors, len(model.names))
    for head in model.heads.values():
        theirs = LinearSVC()
        theirs.classes_ = np.arange(max(len(head.labels), 2))
        theirs.coef_ = model.weights.T[head.columns].astype(np.float64)
        theirs.intercept_ = model.columns["intercept"][head.columns]
        expected = theirs.decision_function(table).reshape(len(documents), -1)
        scored = np.array([model.decide(*vector)[head.columns] for vector in vectors])
        assert np.abs(scored - expected).max() < 1e-5, head.task
    assert set(model.heads) == {"relevance", "topic", "sentiment", "voice", "place"}


def test_contrast_makes_what_tells_both_sides_apart_count_more():
    rows = [(np.array([0, 1]), np.ones(2)), (np.array([0, 2]), np.ones(2))] * 4
    table, holds = linear.matrix(rows, 3), np.array([True, False] * 4)
    factors = linear.contrasts(table, holds, 1.0)
    assert factors[0] < factors[1]
    assert factors[1] == pytest.approx(factors[2])
    assert list(linear.contrasts(table, holds, 0.0)) == [1, 1, 1]
    fit = linear.fit_column(table, holds, cost=1.0, importance=np.ones(8), contrast=1.0)
    assert list((table @ fit.weights + fit.intercept) > 0) == list(holds)


def test_fitting_twice_gives_the_same_weights(documents, counts):
    task = fitting.Task(name="voice", labels=("explainer", "other"), cost=0.2, own=1.0, blocks={"t": 0.5})
    rows = fitting.examples(task, documents, counts)
    vectoriser = features.fit(counts)
    one, two = (fitting.model([(task, rows)], vectoriser, "x") for _ in range(2))
    assert np.array_equal(one.weights, two.weights)
    assert all(np.array_equal(one.columns[name], two.columns[name]) for name in one.columns)


def test_a_document_without_a_known_feature_is_scored_by_the_intercept_alone(counts):
    vectoriser = features.fit(counts)
    rows, values = vectoriser({"snobody knows this": 1})
    assert len(rows) == len(values) == 0


def test_a_label_without_examples_is_never_said():
    table = linear.matrix([(np.array([0]), np.array([1.0])), (np.array([1]), np.array([1.0]))], 2)
    fit = linear.fit_column(table, np.array([False, False]), cost=1.0, importance=np.ones(2))
    assert fit.intercept < 0
    assert not fit.weights.any()


def test_every_text_block_has_length_one(counts):
    vectoriser = features.fit(counts)
    rows, values = vectoriser(counts[0])
    names = list(vectoriser.rows)
    for block in "sc":
        mine = [value for row, value in zip(rows, values, strict=True) if names[row][0] == block]
        assert sum(value**2 for value in mine) == pytest.approx(1)


def test_amounts_and_dates_are_read_as_figures_only():
    assert features.masked("2.340.000") == features.masked("1/7/2026")
    assert features.masked("75") != features.masked("2026")
