"""Which model serves: the newest until one is chosen, then the chosen one, and the one before it again on demand."""

import shutil

import pytest

from monitor.config import load, shipped
from monitor.errors import ModelError, UsageError
from monitor.tag import shelf


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("linear-2099.1", "linear-2099.2"):
        shutil.copytree(shelf.newest(load(), "linear"), tmp_path / "models" / name)
    return load()


def test_the_newest_serves_by_the_numbers_of_its_name(config, tmp_path):
    (tmp_path / "models" / "linear-2099.2").rename(tmp_path / "models" / "linear-2099.10")
    assert shelf.chosen(config, "linear").name == "linear-2099.10"


def test_what_is_chosen_serves_and_the_one_before_it_can_be_had_back(config):
    ours = next(path.name for path in shipped("models").glob("linear-*"))
    shelf.use(config, "linear-2099.1")
    assert shelf.chosen(config, "linear").name == "linear-2099.1"
    shelf.use(config, ours)
    assert ours in shelf.in_use(config)
    assert shelf.rollback(config, "linear") == (ours, "linear-2099.1")
    assert shelf.rollback(config, "linear") == ("linear-2099.1", "linear-2099.2")
    with pytest.raises(UsageError, match="no earlier model"):
        shelf.rollback(config, "linear")


def test_choosing_the_same_twice_is_one_step_back(config):
    for name in ("linear-2099.1", "linear-2099.1"):
        shelf.use(config, name)
    assert shelf.rollback(config, "linear") == ("linear-2099.1", "linear-2099.2")


def test_a_name_that_is_none_is_told_with_the_nearest(config):
    with pytest.raises(UsageError, match=r"did you mean linear-2099\.1"):
        shelf.use(config, "linear-2099.11")


def test_a_chosen_model_that_is_gone_is_an_error_and_a_rollback_mends_it(config, tmp_path):
    shelf.use(config, "linear-2099.1")
    shutil.rmtree(tmp_path / "models" / "linear-2099.1")
    with pytest.raises(ModelError, match=r"linear-2099\.1: in use, and not there"):
        shelf.chosen(config, "linear")
    shelf.rollback(config, "linear")
    assert shelf.chosen(config, "linear").name == "linear-2099.2"


@pytest.mark.parametrize("content", ["{", "[]", "12"])
def test_a_note_that_was_spoilt_is_told(config, tmp_path, content):
    (tmp_path / "models" / shelf.NOTE).write_text(content)
    with pytest.raises(ModelError, match=shelf.NOTE):
        shelf.chosen(config, "linear")


def test_a_folder_without_a_model_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="run train"):
        shelf.newest(load(), "nothing")
