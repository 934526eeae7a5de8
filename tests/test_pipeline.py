"""A recipe is checked before it runs; problems and tallies leave the stream; anybody's steps and recipes have a place."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from monitor import config, pipeline
from monitor.desk import Desk
from monitor.errors import ConfigError, MonitorError, RecipeError
from monitor.pipeline import STEPS, Step
from monitor.records import Article, FeedEntry, Problem, Reading, Source, Tally
from monitor.registry import Registry


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings whose own recipes lie in the folder ``recipes``."""
    monkeypatch.chdir(tmp_path)
    Path("recipes").mkdir()
    Path("monitor.yaml").write_text("folders: {pipelines: recipes}", encoding="utf-8")
    return config.load()


def write(name: str, text: str) -> None:
    Path(f"recipes/{name}.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["crawl", "tag", "digest", "daily", "retag", "train", "evaluate", "comments", "forget-texts", "forget"]
)
def test_every_shipped_recipe_is_sound_and_says_what_it_does(name):
    recipe = pipeline.load(name, config.load(), Desk.offers())
    assert recipe.help.endswith(".")
    assert recipe.chains


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps: [due_sources, keep_articles]", ["keep_articles cannot follow due_sources", "takes Gathering, not Source"]),
        ("steps: [keep_tags]", ["keep_tags cannot begin", "TaggedArticle"]),
        ("steps: [untagged, keep_tags, tag_articles]", ["tag_articles cannot follow keep_tags", "not nothing"]),
        ("steps: [due_source]", ["due_source", "did you mean due_sources?"]),
        ("steps: [compose_digest, write_digest: {formats: [md], format: x}]", ["unknown option format", "did you mean formats?"]),
        ("steps: [compose_digest, write_digest]", ["option formats is missing"]),
        ("steps: [compose_digest, write_digest: {formats: html}]", ["'html' is not a list"]),
        ("steps: [compose_digest: {config: mine}]", ["unknown option config"]),
        ("steps: [5]", ["5", "a step is a name"]),
        ("steps: [{untagged: 5}]", ["untagged", "a step is a name"]),
        ("steps: [{untagged: , tag_articles: }]", ["a step is a name"]),
        ("steps: untagged", ["steps: not a list"]),
        ("recipes: crawl", ["recipes: not a list"]),
        ("recipes: [crwl]", ["no such recipe crwl", "did you mean crawl?"]),
        ("recipes: [[crawl]]", ["no such recipe"]),
        ("recipes: [mine]", ["mine → mine goes in a circle"]),
        ("recipes: [other]", ["mine → other → mine goes in a circle"]),
        ("step: [untagged]", ["unknown key step", "did you mean steps?"]),
        ("help: nothing to do", ["neither steps nor recipes"]),
        ("", ["not a mapping"]),
        ("- untagged", ["not a mapping"]),
        ("help: x\nsteps: [untagged\n", ["not valid YAML at line 3"]),
        ("\0\1", ["not valid YAML"]),
    ],
)
def test_a_recipe_that_cannot_work_is_told_before_it_runs_with_its_file_and_the_known_words(settings, text, words):
    write("mine", text)
    write("other", "recipes: [mine, other]")
    with pytest.raises(RecipeError) as raised:
        pipeline.load("mine", settings, Desk.offers())
    assert ".yaml: " in str(raised.value)
    assert "\n" not in str(raised.value)
    for word in words:
        assert word in str(raised.value)


def test_an_unknown_recipe_names_the_nearest(settings):
    with pytest.raises(RecipeError, match="did you mean daily"):
        pipeline.load("dayly", settings, Desk.offers())


def test_a_users_recipe_shadows_the_shipped_one_of_its_name(settings):
    write("crawl", "help: Mine.\nsteps: [due_sources]")
    assert pipeline.load("crawl", settings, Desk.offers()).help == "Mine."
    assert pipeline.load("daily", settings, Desk.offers()).chains[0][0].name == "due_sources"
    assert len(pipeline.load("daily", settings, Desk.offers()).chains[0]) == 1
    assert pipeline.names(settings)["tag"].parent.name == "pipelines"


def test_a_recipe_may_stand_in_two_others_without_being_a_circle(settings):
    write("one", "recipes: [tag]")
    write("both", "recipes: [one, tag]")
    assert len(pipeline.load("both", settings, Desk.offers()).chains) == 2


class Bench:
    """A desk with a clock, which notes what it is told."""

    now = 7

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int]] = []

    def tick(self, step: str, what: str, count: int, *, of: int = 0) -> None:
        self.told.append((step, what, count))


def begin(*, now: int, size: int = 2) -> Iterator[Source | Problem | Tally]:
    """So many sources, and what went wrong beside them."""
    for number in range(size):
        yield Tally(what="seen")
        yield Source(id=f"{now}/{number}", url="https://bao.example", outlet="Báo")
        yield Problem(what=str(number), why="no")


def double(found: Iterable[Source]) -> Iterator[Source | Tally]:
    """Each source twice."""
    for one in found:
        yield Tally(what="seen", count=10)
        yield from (one, one)


def recipe(*chains: list[Step]) -> pipeline.Recipe:
    return pipeline.Recipe(name="x", help="", chains=tuple(tuple(chain) for chain in chains), path=Path("x"))


def test_problems_and_tallies_leave_the_stream_and_become_the_outcome():
    bench = Bench()
    chain = [Step("begin", begin, {"size": 3}), Step("double", double, {})]
    outcome = pipeline.run(recipe([Step("begin", begin, {})], chain), bench)
    assert [one.id for one in outcome.results] == ["7/0", "7/0", "7/1", "7/1", "7/2", "7/2"]
    assert outcome.counts == {"seen": 2 + 3 + 30}
    assert [one.what for one in outcome.problems] == ["0", "1", "0", "1", "2"]
    assert bench.told[-1] == ("double", "seen", 35)


def test_a_stream_is_pulled_one_by_one_so_that_an_endless_one_costs_no_room():
    order = []

    def endless() -> Iterator[Source]:
        for number in range(3):
            order.append(f"made {number}")
            yield Source(id=str(number), url="https://bao.example", outlet="Báo")

    def used(found: Iterable[Source]) -> Iterator[Tally]:
        for one in found:
            order.append(f"used {one.id}")
            yield Tally(what="used")

    pipeline.run(recipe([Step("endless", endless, {}), Step("used", used, {})]), Bench())
    assert order == ["made 0", "used 0", "made 1", "used 1", "made 2", "used 2"]


def test_a_bug_in_a_step_stops_the_run_loudly():
    def broken(found: Iterable[Source]) -> Iterator[Source]:
        yield from (one.nothing for one in found)  # type: ignore[attr-defined]

    with pytest.raises(AttributeError):
        pipeline.run(recipe([Step("begin", begin, {}), Step("broken", broken, {})]), Bench())


def test_a_step_may_take_less_than_all_that_it_could_and_not_more():
    def wide(found: Iterable[Source | Reading]) -> Iterator[Article | FeedEntry]:
        yield from ()

    def narrow(found: Iterable[Article]) -> Iterator[Tally]:
        yield from ()

    first, second, third = Step("begin", begin, {}), Step("wide", wide, {}), Step("narrow", narrow, {})
    assert pipeline._checked([first, second], Path("x"), {"now"}) == (first, second)
    with pytest.raises(RecipeError, match="it takes Article, not Article or FeedEntry"):
        pipeline._checked([first, second, third], Path("x"), {"now"})


def stranger(folder: Path, code: str) -> None:
    """A package of somebody else, installed in a folder, that brings the step ``count_sources``."""
    (folder / "theirs.py").write_text(code, encoding="utf-8")
    told = folder / "theirs-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text("[monitor.steps]\ncount_sources = theirs:count\n", encoding="utf-8")


COUNT = '''
from __future__ import annotations
from collections.abc import Iterable, Iterator
from monitor.records import Source, Tally

def count(found: Iterable[Source], *, label: str = "sources") -> Iterator[Tally]:
    """One tally a source."""
    for one in found:
        yield Tally(what=label)
'''


@pytest.fixture
def registry(monkeypatch, tmp_path):
    """Steps as a fresh process finds them, with the folder of strangers on its path."""
    fresh: Registry = Registry("step", "monitor.steps")
    fresh._known = {name: STEPS[name] for name in STEPS.names()}
    monkeypatch.setattr(pipeline, "STEPS", fresh)
    monkeypatch.syspath_prepend(tmp_path)
    yield fresh
    sys.modules.pop("theirs", None)


def test_a_strangers_step_is_found_by_its_entry_point(settings, registry, tmp_path):
    stranger(tmp_path, COUNT)
    write("mine", "steps: [due_sources, count_sources: {label: nguồn}]")
    found = pipeline.load("mine", settings, Desk.offers())
    assert found.chains[0][1].takes == {Source}
    write("mine", "steps: [untagged, count_sources]")
    with pytest.raises(RecipeError, match="count_sources cannot follow untagged: it takes Source, not TaggedArticle"):
        pipeline.load("mine", settings, Desk.offers())


@pytest.mark.parametrize("code", ["import nothing_of_that_name", "raise RuntimeError('no')", "other = 1"])
def test_a_strangers_step_that_cannot_be_loaded_is_told_by_its_package(settings, registry, tmp_path, code):
    stranger(tmp_path, code)
    with pytest.raises(MonitorError, match="step count_sources of theirs: cannot be loaded"):
        pipeline.load("crawl", settings, Desk.offers())


def test_two_steps_of_one_name_are_an_error():
    fresh: Registry = Registry("step")
    fresh.register("mine")(begin)
    with pytest.raises(ConfigError, match="two functions"):
        fresh.register("mine")(double)
