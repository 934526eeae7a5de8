"""Training: one call from labelled documents to a model folder; bad input is named by file and line."""

import dataclasses
import json

import pytest

from monitor.config import load, shipped
from monitor.errors import ParseError
from monitor.tag import train
from monitor.tag.labels import labelled, read_labelled, unmarked

ROW = {"id": "1", "kind": "news", "title": "a", "text": "b", "relevance": "core", "sentiment": "neutral", "voice": "other"}


def lines(tmp_path, *rows):
    path = tmp_path / "train.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_labelled_documents_are_read_in_order(tmp_path):
    found = read_labelled(lines(tmp_path, ROW, ROW | {"id": "2", "topics": ["pension"], "places": ["Hà Nội"]}))
    assert [document.id for document in found] == ["1", "2"]
    assert (found[1].topics, found[1].places) == (("pension",), ("Hà Nội",))


@pytest.mark.parametrize(
    "bad",
    ["{", "[]", "12", json.dumps({**ROW, "voice": "loud"}), json.dumps({"id": "1"}), json.dumps({**ROW, "topics": "pension"}),
     json.dumps({**ROW, "relevance": ["core"]}), '{"title": ' + "[" * 5000],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path, bad):
    with pytest.raises(ParseError, match="line 2"):
        read_labelled(lines(tmp_path, ROW, bad))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ParseError, match="nowhere"):
        read_labelled(tmp_path / "nowhere.jsonl")


def test_our_own_texts_belong_to_training_and_never_to_evaluation(tmp_path):
    config = load()
    lines(tmp_path, ROW).rename(tmp_path / "dev.jsonl")
    config.keys["folders"]["training"] = str(tmp_path)
    own = [document for path in shipped("models").glob("text/*.jsonl") for document in read_labelled(path)]
    assert len(labelled(config, "train")) == len(own) > 0
    assert [document.id for document in labelled(config, "dev")] == ["1"]


def test_unmarked_copies_keep_their_labels():
    document = read_labelled(next(shipped("models").glob("text/*.jsonl")))[0]
    bare = unmarked(document)
    assert bare.title.isascii() or not bare.title.isalpha()
    assert dataclasses.replace(bare, title="", text="", context="") == dataclasses.replace(
        document, title="", text="", context=""
    )


def test_training_on_nothing_is_an_error():
    with pytest.raises(ParseError, match="no labelled documents"):
        train.fit([], topics=["pension"], lexicon=None)
