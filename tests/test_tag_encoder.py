"""The encoder: what ships says what its sample expects, alone as in company, and a damaged file is an error in one line."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load
from monitor.errors import ModelError
from monitor.records import Article
from monitor.tag import artefact, blend, shelf
from monitor.tag.encoder import Encoder, numbers, parts
from monitor.tag.labels import article_of, read_labelled, unmarked
from monitor.tag.pieces import END, START, UNKNOWN, Vocabulary

pytest.importorskip("onnxruntime", reason="the encoder runs with the extra `encoder`")
if not any(path.name.startswith("encoder-") for path in shelf.found(load())):
    pytest.skip("no encoder is in the models folder yet", allow_module_level=True)
FOLDER = shelf.newest(load(), "encoder")
SAMPLE = read_labelled(FOLDER / "sample.jsonl")
TOY = Vocabulary(
    ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁lương", "▁lư", "ơng", "▁hưu", "h", "ư", "u"], [0.0] * 4 + [-5.0] * 8, -9.0
)


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load(FOLDER)


def article(title="", **fields):
    return Article(url="https://example.vn/a", outlet="", title=title, fetched=datetime(2026, 11, 1, tzinfo=UTC), **fields)


def best(encoder, scores, task, row):
    return encoder.labels[task][int(scores[task][row].argmax())]


@pytest.mark.parametrize("document", SAMPLE, ids=lambda document: document.id)
def test_the_shipped_encoder_still_scores_its_sample_right(encoder, document):
    scores = encoder.score([article_of(document)])
    assert best(encoder, scores, "relevance", 0) == document.relevance
    assert best(encoder, scores, "sentiment", 0) == document.sentiment
    assert best(encoder, scores, "voice", 0) == document.voice
    if document.topics:
        assert best(encoder, scores, "topic", 0) in document.topics


def test_without_marks_the_sample_is_still_found_relevant(encoder):
    scores = encoder.score([article_of(unmarked(document)) for document in SAMPLE])
    right = [best(encoder, scores, "relevance", row) == document.relevance for row, document in enumerate(SAMPLE)]
    assert sum(right) >= len(SAMPLE) - 1


def test_a_document_scores_the_same_alone_and_among_sixteen(encoder):
    documents = [article_of(document) for document in (SAMPLE * 16)[:16]]
    together = encoder.score(documents)
    for row, document in enumerate(documents):
        alone = encoder.score([document])
        assert all(np.abs(alone[task][0] - together[task][row]).max() <= 1e-4 for task in together)


def test_no_documents_have_no_scores(encoder):
    assert {task: scores.shape for task, scores in encoder.score([]).items()} == {
        task: (0, len(names)) for task, names in encoder.labels.items()
    }


def test_a_very_long_document_is_read_to_its_bound(encoder):
    assert (
        len(numbers(article("BHXH " * 200, text="lương hưu " * 50_000), encoder.vocabulary, encoder.longest)) == encoder.longest
    )


@given(st.text(max_size=200), st.text(max_size=400), st.text(max_size=100), st.sampled_from(["news", "comment", "post"]))
def test_any_text_gets_chances(encoder, title, text, context, kind):
    scores = encoder.score([article(title, text=text, context=context, kind=kind)])
    for task, rows in scores.items():
        assert ((rows >= 0) & (rows <= 1)).all()
        assert task == "topic" or abs(rows.sum() - 1) < 1e-6


@pytest.mark.parametrize("name", ["arrays.npz", "model.json", "manifest.json"])
def test_a_damaged_file_is_an_error_in_one_line(tmp_path, name):
    folder = shutil.copytree(FOLDER, tmp_path / FOLDER.name)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match=name) as error:
        Encoder.load(folder)
    assert "\n" not in str(error.value)


def rewritten(folder, **changes):
    found = artefact.read(FOLDER)
    arrays = dict(found.arrays) | {name: changes[name] for name in changes if name in found.arrays}
    model = found.model | {name: changes[name] for name in changes if name in found.model}
    return artefact.write(folder, arrays=arrays, model=model, texts={})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "linear"}, "not an encoder"),
        ({"labels": {"relevance": ["core"]}}, "do not fit together"),
        ({"pieces": ["one"]}, "wrong"),
        ({"graph": np.zeros(100, np.uint8)}, "cannot be run"),
        ({"heat": {}}, "missing"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, changes, said):
    with pytest.raises(ModelError, match=said) as error:
        Encoder.load(rewritten(tmp_path / "encoder-2026.99", **changes))
    assert "\n" not in str(error.value)


def test_the_model_ships_as_files_below_forty_megabytes():
    assert all(path.stat().st_size < 40e6 for path in FOLDER.iterdir())
    assert json.loads((FOLDER / "manifest.json").read_text())["files"].keys() >= {"card.md", "sample.jsonl"}


def test_a_word_is_divided_into_its_likeliest_pieces():
    assert [TOY.pieces[number] for number in TOY.numbers("lương hưu", 9)] == ["▁lương", "▁hưu"]
    assert TOY.numbers("", 9) == TOY.numbers(" \n ", 9) == []
    assert TOY.numbers("lương lương lương", 2) == [5, 5]
    assert UNKNOWN in TOY.numbers("漢", 9)


@given(st.text(alphabet="lươngh \n", max_size=80))
def test_known_letters_are_never_lost(text):
    joined = "".join(TOY.pieces[number] for number in TOY.numbers(text, 500) if number != UNKNOWN)
    assert set(joined) <= set("▁lươngh u")


def test_the_headline_above_a_comment_stands_before_it():
    assert parts(article("", text="Hay quá", context="Tăng lương hưu", kind="comment")) == (
        "bình luận",
        "Tăng lương hưu",
        "Hay quá",
    )
    assert parts(article("Tăng lương hưu", text="Hay quá", kind="comment")) == ("bình luận", "Tăng lương hưu", "Hay quá")
    assert parts(article("Tăng lương hưu", lead="Từ tháng 7", text="Chi tiết")) == (
        "tin",
        "Tăng lương hưu",
        "Từ tháng 7\nChi tiết",
    )
    pieces = numbers(article("lương", text="hưu"), TOY, 128)
    assert (pieces[0], pieces.count(END), pieces[-1]) == (START, 2, END)


def test_chances_are_drawn_together_by_weight_and_a_label_that_only_one_knows_keeps_its_chance():
    one, other = np.array([1.0, 0.0, 0.3]), np.array([1.0, 0.0])
    for weight in (0.0, 0.25, 1.0):
        found = blend.blend(one, other, labels=["a", "b", "own"], known=["b", "a"], weight=weight)
        assert found.tolist() == [1 - weight, weight, 0.3]


def test_only_what_may_concern_us_and_has_marks_pays_the_encoder():
    chances = np.array([[0.9, 0.05, 0.05], [0.001, 0.002, 0.997], [0.05, 0.1, 0.85]])
    assert [blend.doubtful(row, marked=True) for row in chances] == [True, False, True]
    assert not blend.doubtful(chances[0], marked=False)


def test_running_it_leaves_nothing_in_the_users_home_and_tells_nobody(tmp_path):
    code = f"from pathlib import Path; from monitor.tag.encoder import Encoder; Encoder.load(Path({str(FOLDER)!r}))"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert list(tmp_path.rglob("*")) == []
