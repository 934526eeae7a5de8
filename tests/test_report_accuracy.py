"""The page on accuracy: figures between marks, what people wrote around them untouched, the same every time."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.measures import Bin, Calibration, Comparison, Confusion, Made, Part, Published, Score, Scores, Trial
from monitor.report import accuracy
from monitor.report.compared import compared, comparison
from monitor.report.results import shown
from monitor.report.weak import weaknesses

SCORES = Scores(
    documents=120,
    figures={"relevance F1": 0.96, "voice accuracy": 0.75},
    intervals={"relevance F1": (0.93, 0.98), "voice accuracy": (0.7, 0.8)},
    bare={"relevance F1": 0.95, "voice accuracy": 0.66},
    labels={
        "voice": (
            Score(label="explainer", precision=0.5, recall=0.25, f1=0.333, support=12, interval=(0.1, 0.6)),
            Score(label="other", precision=0.9, recall=0.9, f1=0.9, support=100),
            Score(label="official_reply", precision=0, recall=0, f1=0, support=3),
        )
    },
    confusion={
        "voice": (
            Confusion(truth="explainer", said="other", count=9),
            Confusion(truth="explainer", said="explainer", count=3),
            Confusion(truth="other", said="explainer", count=2),
        )
    },
    calibration={"voice": Calibration(bins=(Bin(low=0.8, high=0.9, count=40, score=0.85, right=0.8),), error=0.05)},
    parts=(
        Part(by="kind", name="feed item", documents=50, figures={"relevance F1": 0.9}, intervals={"relevance F1": (0.8, 1.0)}),
        Part(by="kind", name="comment", documents=70, figures={"voice accuracy": 0.8}),
        Part(by="years", name="2026", documents=120, figures={"relevance F1": 0.96}),
    ),
    models=("linear-1", "encoder-1"),
    made=(
        Made(name="linear-1", digest="abc123", trained=("10 × feed item",)),
        Made(name="encoder-1", digest="def456", trained=("10 × feed item",)),
    ),
)
PUBLIC = Comparison(
    set="Set", task="tone", train=100, test=50, figures={"weighted F1": 0.9, "accuracy": 0.91},
    intervals={"weighted F1": (0.88, 0.92), "accuracy": (0.89, 0.93)}, chosen="C 0.3", choice="weighted F1 on the dev part",
    trials=(Trial(settings="C 0.3", value=0.91), Trial(settings="C 1.0", value=0.9)),
    published=(
        Published(by="old SVM", figure="weighted F1", value=0.7), Published(by="good SVM", figure="weighted F1", value=0.88),
        Published(by="a transformer", figure="weighted F1", value=0.93, linear=False),
    ),
)  # fmt: skip


def test_what_people_wrote_around_the_figures_stays(tmp_path):
    page = tmp_path / "accuracy.md"
    page.write_text("# Mine\n\nbefore\n\n<!-- dev: x -->\nOLD FIGURES\n<!-- /dev -->\n\nafter\n", encoding="utf-8")
    accuracy.write(page, [SCORES])
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Mine\n\nbefore\n\n<!-- dev: ")
    assert text.endswith("<!-- /dev -->\n\nafter\n")
    assert "OLD FIGURES" not in text
    assert "| relevance F1 | .960 | .930 to .980 | .950 | .010 |" in text


def test_writing_the_same_figures_again_changes_nothing(tmp_path):
    page = tmp_path / "accuracy.md"
    everything = [SCORES, replace(SCORES, about="demo"), PUBLIC]
    accuracy.write(page, everything)
    once = page.read_bytes()
    accuracy.write(page, everything)
    assert page.read_bytes() == once
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accuracy.md", "public.json"]


def test_figures_on_public_sets_are_kept_beside_the_page_and_told_again(tmp_path):
    page = tmp_path / "accuracy.md"
    accuracy.write(page, [PUBLIC])
    page.unlink()
    accuracy.write(page, [SCORES])
    assert "good SVM" in page.read_text(encoding="utf-8")
    assert comparison(json.loads((tmp_path / "public.json").read_text(encoding="utf-8"))[0]) == PUBLIC


@pytest.mark.parametrize("kept", ["[", "[1]", "{}{}", '[{"set": 1}]'])
def test_a_damaged_file_of_public_figures_is_told(tmp_path, kept):
    (tmp_path / "public.json").write_text(kept, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"accuracy\.md"):
        accuracy.write(tmp_path / "accuracy.md", [SCORES])


def test_a_page_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(ConfigError, match="nowhere"):
        accuracy.write(tmp_path / "nowhere" / "accuracy.md", [SCORES])


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=80), st.text("ab\\1\n", max_size=20))
def test_filling_a_page_twice_is_filling_it_once(page, part):
    once = accuracy.filled(page, {"dev": part})
    assert accuracy.filled(once, {"dev": part}) == once
    assert accuracy.filled(once, {"dev": "other"}).count("<!-- /dev -->") == once.count("<!-- /dev -->")


def test_the_part_on_documents_of_readers_says_everything():
    text = accuracy.dev(SCORES)
    for told in ("`linear-1` (abc123)", "More than that: voice accuracy", "| explainer | .500 | .250 | .333 | .100 to .600 | 12 |",
                 "| explainer | 3 | 9 |", "| Voice | 0.8 to 0.9 | 40 | .850 | .800 |", "| feed item | 50 | .900 (.800 to 1.000) |  |",
                 "| 2026 | 120 |", "`linear-1`, `encoder-1`:", "- 10 × feed item", "κ .93"):  # fmt: skip
        assert told in text


def test_weaknesses_name_the_weakest_label_that_was_seen_often_enough():
    text = weaknesses(SCORES)
    assert "The weakest labels: voice *explainer* (F1 .333, .100 to .600), voice *other*" in text
    assert "say little: official_reply." in text
    assert "*explainer* for *other* (9), *other* for *explainer* (2)" in text


def test_the_demo_is_told_apart_from_real_documents():
    text = accuracy.demo(replace(SCORES, about="demo"))
    assert "wrote and labelled them ourselves" in text
    assert "real documents that readers labelled" not in text


def test_a_public_set_stands_beside_the_best_linear_result_and_the_best_other():
    text = compared([PUBLIC])
    assert ".900 | .880 to .920 | .880 (good SVM) | .020 | .930 (a transformer) | −.030 |" in text
    assert "| **C 0.3** | weighted F1 on the dev part | .910 |" in text
    assert "| Set | tone | accuracy | .910 |" in text
    bare = compared([replace(PUBLIC, published=PUBLIC.published[:1])])
    assert "none quoted" in bare


def test_results_are_shown_as_text_and_as_json():
    text = shown(SCORES, "text")
    assert "relevance F1                     0.960  [0.930, 0.980]  0.950 without marks" in text
    assert "demo's own" in shown(replace(SCORES, about="demo"), "text")
    assert json.loads(json.dumps(shown(SCORES, "json")))["confusion"]["voice"][0]["count"] == 9
    assert "good SVM" in shown(PUBLIC, "text")
    assert shown(PUBLIC, "json") == asdict(PUBLIC)
