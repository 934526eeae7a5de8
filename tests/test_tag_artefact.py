"""A model folder: what is loaded is what was sealed; anything else is refused in one line."""

import json
import shutil
import time

import numpy as np
import pytest

from monitor.config import load, shipped
from monitor.errors import FloorError, ModelError
from monitor.measures import Scores
from monitor.tag import artefact, card, linear, shelf


@pytest.fixture
def folder(tmp_path):
    return artefact.write(
        tmp_path / "toy-2026.1", arrays={"weights": np.ones((2, 1), np.float32)}, model={"a": 1}, texts={"card.md": "c"}
    )


def reseal(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_was_written_is_read(folder):
    found = artefact.read(folder)
    assert (found.name, found.model, found.card) == ("toy-2026.1", {"a": 1}, "c")
    assert found.arrays["weights"].shape == (2, 1)


def test_writing_again_replaces_the_whole_folder_and_leaves_nothing_beside_it(folder):
    before = artefact.read(folder).digest
    artefact.write(folder, arrays={"weights": np.zeros((2, 1), np.float32)}, model={"a": 2}, texts={})
    assert artefact.read(folder).model == {"a": 2}
    assert artefact.read(folder).digest != before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("name", ["manifest.json", "arrays.npz", "model.json", "card.md"])
def test_a_missing_or_altered_file_is_named(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1] + b"?")
    with pytest.raises(ModelError, match=name) as error:
        artefact.read(folder)
    assert "\n" not in str(error.value)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        artefact.read(folder)


def test_a_newer_format_and_a_foreign_folder_are_told_apart(folder):
    reseal(folder, format=99)
    with pytest.raises(ModelError, match="format 99"):
        artefact.read(folder)
    reseal(folder, format=1, maker="somebody")
    with pytest.raises(ModelError, match="not one of our models"):
        artefact.read(folder)


def test_a_manifest_cannot_point_outside_its_folder(folder):
    reseal(folder, files={"../secret": "0" * 64})
    with pytest.raises(ModelError, match="no file of a model"):
        artefact.read(folder)


def test_a_pickle_is_never_opened(folder, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "owned"), "w"))

    np.savez(folder / "arrays.npz", weights=np.array([Evil()], dtype=object))
    files = json.loads((folder / "manifest.json").read_text())["files"]
    import hashlib

    reseal(folder, files=files | {"arrays.npz": hashlib.sha256((folder / "arrays.npz").read_bytes()).hexdigest()})
    with pytest.raises(ModelError, match="not plain arrays"):
        artefact.read(folder)
    assert not (tmp_path / "owned").exists()


def test_parts_that_do_not_fit_together_are_refused(folder):
    with pytest.raises(ModelError, match="missing"):
        linear.unpack(artefact.read(folder))


def office(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return load()


def test_an_offices_own_model_shadows_ours_of_the_same_name(tmp_path, monkeypatch):
    config = office(tmp_path, monkeypatch)
    ours = shelf.newest(config, "linear")
    assert ours.parent == shipped("models")
    shutil.copytree(ours, tmp_path / "models" / ours.name)
    assert shelf.newest(config, "linear").parent == tmp_path / "models"
    assert shelf.in_use(config)[0] == ours.name


def test_the_newest_model_is_that_of_the_latest_month(tmp_path, monkeypatch):
    config = office(tmp_path, monkeypatch)
    for name in ("linear-2098.9", "linear-2098.11"):
        artefact.write(tmp_path / "models" / name, arrays={}, model={}, texts={})
    assert shelf.newest(config, "linear").name == "linear-2098.11"


def test_no_model_at_all_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    with pytest.raises(ModelError, match="run train"):
        shelf.newest(office(tmp_path, monkeypatch), "nothing")


def test_the_shipped_model_is_small_quick_and_states_its_floors():
    folder = shelf.newest(load(), "linear")
    started = time.process_time()
    found = artefact.read(folder)
    linear.unpack(found)
    assert time.process_time() - started < 5  # 0.1 s on a quiet machine
    assert sum(path.stat().st_size for path in folder.iterdir()) < 10 * 2**20
    assert card.floors(found.card)["relevance F1"] > 0.9


def test_a_figure_below_its_floor_is_named():
    with pytest.raises(FloorError, match="voice accuracy"):
        card.check(
            Scores(documents=1, figures={"voice accuracy": 0.5, "places exact": 1.0}),
            {"voice accuracy": 0.6, "places exact": 0.9},
        )
    card.check(Scores(documents=1, figures={"voice accuracy": 0.7}), {"voice accuracy": 0.6, "places exact": 0.9})


def test_a_card_without_floors_is_an_error():
    with pytest.raises(ModelError, match="floors"):
        card.floors("# a card")
