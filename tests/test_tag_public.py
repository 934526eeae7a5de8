"""Public sets: settings are chosen without the test part, and a damaged set is told."""

import gzip
import json

import pytest

from monitor.config import load
from monitor.errors import ParseError
from monitor.measures import Published
from monitor.tag import public
from monitor.tag.labels import readers

KNOWN = public.Known(set="Toy", task="tone", key="label", figure="macro F1", published=(
    Published(by="somebody", figure="macro F1", value=0.5),))  # fmt: skip
GRID = (public.Settings(), public.Settings(cost=1.0, own=0.5, contrast=0.5, balanced=False))
GOOD = ["phục vụ tốt, rất hài lòng", "cô chú nhiệt tình, hài lòng", "thủ tục nhanh, tốt", "nhân viên tốt bụng, nhanh nhẹn"]
BAD = ["chờ quá lâu, thất vọng", "thái độ kém, bực mình", "hỏng hoài, quá kém", "lâu lắc, bực mình, thất vọng"]


def rows(good, bad):
    return [{"text": text, "label": "good"} for text in good] + [{"text": text, "label": "bad"} for text in bad]


def written(folder, **parts):
    (folder / "public" / "Toy").mkdir(parents=True)
    for name, found in parts.items():
        with gzip.open(folder / "public" / "Toy" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in found)
    config = load()
    config.keys["folders"]["training"] = str(folder)
    return config


def test_a_set_is_learnt_from_its_train_part_and_measured_on_its_test_part(tmp_path):
    train = rows([f"{one} {number}" for one in GOOD for number in "abc"], [f"{one} {number}" for one in BAD for number in "abc"])
    config = written(tmp_path, train=train, test=rows(["rất tốt, hài lòng"], ["kém, thất vọng"]))
    (found,) = public.compare(config, [KNOWN], GRID)
    assert (found.train, found.test) == (24, 2)
    assert found.figures["accuracy"] == 1
    assert found.choice == "macro F1 on 4 folds of the train part"
    assert [trial.settings for trial in found.trials] == [
        "C 0.3",
        "C 1.0, copies without marks × 0.5, contrast × 0.5, unbalanced",
    ]
    assert found.chosen in {trial.settings for trial in found.trials}
    assert found.published[0].by == "somebody"


def test_the_test_part_does_not_choose(tmp_path):
    train = rows([f"{one} {number}" for one in GOOD for number in "abc"], [f"{one} {number}" for one in BAD for number in "abc"])
    turned = [{**row, "label": {"good": "bad", "bad": "good"}[row["label"]]} for row in train]
    chosen = []
    for name, test in (("as it is", train), ("turned", turned)):
        (found,) = public.compare(written(tmp_path / name, train=train, dev=rows(GOOD, BAD), test=test), [KNOWN], GRID)
        chosen.append((found.chosen, found.trials, found.choice))
        assert found.choice == "macro F1 on the dev part"
    assert chosen[0] == chosen[1]


def test_several_labels_may_hold():
    assert public._said([0.5, -1, 0.1], ("a", "b", "c"), True) == {"a", "c"}
    assert public._said([-0.5, -1, -2], ("a", "b", "c"), True) == {"a"}
    assert public._said([0.5, 1, 0.1], ("a", "b", "c"), False) == {"b"}


def test_an_office_without_public_sets_is_told_which_there_are(tmp_path):
    config = load()
    config.keys["folders"]["training"] = str(tmp_path)
    with pytest.raises(ParseError, match="UIT-VSFC, UTS2017-Bank, VLSP2016-SA"):
        list(public.compare(config))


@pytest.mark.parametrize("line", ["{", "[1]", "1", '{"text": "a"}', '{"label": "good"}'])
def test_a_damaged_set_is_told(tmp_path, line):
    config = written(tmp_path, train=[*rows(GOOD, BAD), line], test=rows(GOOD, BAD))
    with pytest.raises(ParseError, match=r"train\.jsonl\.gz"):
        list(public.compare(config, [KNOWN], GRID))


def test_a_file_that_is_not_gzip_is_told(tmp_path):
    config = written(tmp_path, train=rows(GOOD, BAD), test=rows(GOOD, BAD))
    (tmp_path / "public" / "Toy" / "train.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(ParseError, match=r"train\.jsonl\.gz"):
        list(public.compare(config, [KNOWN], GRID))


@pytest.mark.skipif(not (readers(load()) / "public").is_dir(), reason="the public sets are not beside the checkout")
@pytest.mark.parametrize("known", public.KNOWN, ids=lambda one: f"{one.set} {one.task}")
def test_the_public_sets_are_there_with_the_labels_that_are_looked_for(known):
    with gzip.open(readers(load()) / "public" / known.set / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        first = json.loads(next(lines))
    assert first["text"]
    assert isinstance(first[known.key], list if known.many else str)
