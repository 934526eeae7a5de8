"""Training: one call from labelled documents to a model folder; bad input is named by file and line."""

import dataclasses
import gzip
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


def test_what_readers_said_of_further_documents_is_joined_to_their_texts_where_those_are_at_hand(tmp_path):
    said = json.loads(next(shipped("models").glob("labels/further.jsonl")).read_text(encoding="utf-8").splitlines()[0])
    config = load()
    config.keys["folders"]["training"] = str(tmp_path)
    before = labelled(config, "train")
    path = tmp_path / "unlabelled.jsonl.gz"
    given = [{"id": said["id"], "title": "Một tựa đề", "lead": "Một câu.", "body": ""}, {"id": "unread", "title": "Tựa khác"}]
    path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in given).encode()))
    joined = [document for document in labelled(config, "train") if document not in before]
    assert [(document.title, document.text, document.relevance) for document in joined] == [
        ("Một tựa đề", "Một câu.", said["relevance"])
    ]
    path.write_bytes(b"no gzip")
    with pytest.raises(ParseError, match="unlabelled"):
        labelled(config, "train")


def test_further_labels_hold_no_text():
    for path in shipped("models").glob("labels/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not {"title", "text", "context"} & set(json.loads(line))


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
