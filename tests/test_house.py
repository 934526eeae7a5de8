"""The shape of the house: floors, one door per library, sizes, docstrings, and that asking for help stays cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "monitor"
FILES = sorted(path for path in HOUSE.rglob("*.py") if "versions" not in path.parts and "shipped" not in path.parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# A file imports only from floors strictly below its own, or from its own room.
FLOORS = [
    {"records", "errors"},
    {"segment"},
    {"clock", "text", "registry", "figures", "measures", "chance", "intervals"},
    {"url", "places", "config", "log", "privacy", "movement", "matters", "child"},
    {
        "coverage",
        "syndication",
        "health",
        "schedule",
        "exchange",
        "sourcelist",
        "hearing",
        "panel",
        "lunar",
        "likeness",
        "heard",
    }
    | {"baseline", "changes", "expression", "keyness"},
    {"replies", "campaigns", "trends", "hotspots", "events", "letters"},
    {"lift", "alerting", "difference"},
    {"effect"},
    {"crawl", "tag", "store", "report"},
    {"pipeline", "query", "learning"},
    {"steps", "desk", "people", "watch", "revisit"},
    {"runner", "state", "recruit"},
    {"tagging", "demo", "show"},
    {"cli", "web"},
]
DOORS = {
    "httpx": {"crawl/fetch.py"},
    "httpcore": {"crawl/wire.py"},
    "feedparser": {"crawl/feeds.py"},
    "trafilatura": {"crawl/extract.py"},
    "protego": {"crawl/robots.py"},
    "cssselect": {"crawl/listing.py"},
    "underthesea": {"segment"},
    "underthesea_core": {"segment"},
    "w3lib": {"url.py"},
    "sklearn": {"tag/linear.py"},
    "onnxruntime": {"tag/encoder.py"},
    "onnx": {"tag/graph.py"},
    "torch": {"tag/finetune.py"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "warcio": {"store/warc.py"},
    "yaml": {"config.py"},
    "rensa": {"syndication.py"},
    "holidays": {"lunar.py"},
    "ruptures": {"changes.py"},
    "jinja2": {"report/formats.py"},
    "rich": {"show.py"},
    "click": {"cli"},
}


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    """Every module that a file imports when it runs (what stands under TYPE_CHECKING only names types)."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def floor_of(name: str) -> int:
    found = [number for number, rooms in enumerate(FLOORS) if name in rooms]
    assert found, f"monitor/{name} stands on no floor: give it one in FLOORS"
    return found[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_file_imports_only_from_floors_below(path):
    own = room(path)
    if own == "__init__":
        return
    for name in imports(TREES[path]):
        parts = name.split(".")
        if parts[0] == "monitor" and len(parts) > 1 and (HOUSE / parts[1]).exists() | (HOUSE / f"{parts[1]}.py").exists():
            assert parts[1] == own or floor_of(parts[1]) < floor_of(own), f"{own} may not import {parts[1]}"


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library):
    users = {
        str(path.relative_to(HOUSE)) for path in FILES if any(name.split(".")[0] == library for name in imports(TREES[path]))
    }
    strangers = {user for user in users if user not in DOORS[library] and user.split("/")[0] not in DOORS[library]}
    assert users, f"nobody uses {library}: take it out"
    assert not strangers, f"{library} is used outside its door: {strangers}"


def test_files_and_functions_stay_small():
    for path, tree in TREES.items():
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 300, f"{path}: {lines} lines: the smaller idea is not yet found"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 40, f"{path}:{node.lineno}: {node.name} has {length} lines"


def test_no_function_takes_more_than_three_positional_parameters():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            # A private function has its few callers beside it; what other rooms call must read well from afar.
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                taken = [one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in ("self", "cls")]
                assert len(taken) <= 3, f"{path}:{node.lineno}: {node.name} takes {taken}"


def test_everything_public_says_what_comes_back():
    for path, tree in TREES.items():
        assert ast.get_docstring(tree), f"{path}: no docstring"
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}:{node.lineno}: {node.name} has no docstring"
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                        assert ast.get_docstring(inner), f"{path}:{inner.lineno}: {node.name}.{inner.name} has no docstring"


def test_asking_for_help_opens_no_door():
    code = f"import sys, monitor.cli; print(sorted(set({sorted(DOORS)!r}) & set(sys.modules) - {{'click'}}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_project_names_no_machine_and_no_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    marks = [
        "/ho" + "me/",
        "/wo" + "rk/",
        "/ro" + "ot/",
        "py" + "pi.org",
        "files.pythonhosted" + ".org",
        "registry.npmjs" + ".org",
    ]
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in (".npz", ".npy", ".gz", ".png") or not path.is_file():
            continue
        content = path.read_text(encoding="utf-8", errors="replace")
        assert not [mark for mark in marks if mark in content], name
