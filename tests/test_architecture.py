"""The house rules that a program can hold: import directions, sizes, types, words."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "sim").rglob("*.py"))

LAYERS = (
    {"__main__"},
    {"cli"},
    {"page"},
    {"notebook"},
    {"report"},
    {"experiment"},
    {"analysis", "theory"},
    {"measures"},
    {"pathway", "compiled"},
    {"people"},
    {"scenario"},
    {"records", "log", "rules"},
    {"files"},
    {"vocabulary", "formats", "errors", "arrays", "__init__"},
    {"version"},
)
"""From the top down; a part may import itself and what stands below it."""
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
FORBIDDEN = (("measures", "pathway"), ("measures", "compiled"))
FRONT_DOOR = ("__init__", "notebook")
"""`import sim` is ground for all, and gives a notebook its names, each imported when it is first used."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def part_of(path: Path) -> str:
    """The part of the house a file belongs to."""
    inside = path.relative_to(ROOT / "sim").parts
    return inside[0] if len(inside) > 1 else path.stem


def imported_parts(tree: ast.AST) -> Iterator[str]:
    """The parts a module imports, lazily or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("sim."))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "sim":
                yield from (alias.name if alias.name in RANK else "__init__" for alias in node.names)
            elif node.module and node.module.startswith("sim."):
                yield node.module.split(".")[1]


def wrong_imports(part: str, tree: ast.AST) -> list[str]:
    """Imports that run upward or sideways, or from measures to an engine."""
    return [
        f"{part} -> {other}"
        for other in imported_parts(tree)
        if other != part and (part, other) != FRONT_DOOR and (RANK[other] <= RANK[part] or (part, other) in FORBIDDEN)
    ]


def functions() -> list[tuple[str, Function]]:
    """Every function of the package with where it stands."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, Function)
    ]


def length(node: Function) -> int:
    """Lines from `def` to the end."""
    assert node.end_lineno
    return node.end_lineno - node.lineno + 1


def untyped(node: Function) -> bool:
    """Whether an argument or the return value has no type."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    named = [argument for argument in arguments if argument and argument.arg not in ("self", "cls")]
    return node.returns is None or any(argument.annotation is None for argument in named)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downward_only(path: Path) -> None:
    assert part_of(path) in RANK, "a new part of the house needs a place in LAYERS"
    assert wrong_imports(part_of(path), ast.parse(path.read_text())) == []


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("measures", "from sim.pathway import play"),
        ("measures", "import sim.compiled.play"),
        ("pathway", "from sim.compiled import play"),
        ("compiled", "from sim import pathway"),
        ("scenario", "from sim.people.table import People"),
        ("records", "from sim.rules import anything"),
        ("vocabulary", "def later():\n    from sim.scenario.schema import Scenario"),
        ("__init__", "from sim.cli import main"),
    ],
)
def test_a_wrong_import_is_seen(part: str, line: str) -> None:
    assert wrong_imports(part, ast.parse(line))


def test_functions_are_short() -> None:
    sizes = sorted((length(node), where) for where, node in functions())
    longest, nine_in_ten = sizes[-1], sizes[int(0.9 * len(sizes))]
    assert longest[0] <= 60, longest
    assert nine_in_ten[0] <= 25, nine_in_ten
    assert statistics.median(size for size, _ in sizes) <= 8


def test_everything_is_typed() -> None:
    assert [where for where, node in functions() if untyped(node)] == []


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every text file that belongs to the project, but this one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else []
    folders = [ROOT / name for name in ("sim", "tests", "scenarios", "docs", ".ci")]
    for path in files or [*ROOT.glob("*.*"), *(path for folder in folders for path in folder.rglob("*"))]:
        if path.is_file() and path != Path(__file__) and path.suffix not in (".png", ".pyc", ".gz", ".wasm"):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_words_and_paths_that_have_no_place_here() -> None:
    words = re.compile(r"\b(aliens?|illegals?|illegal (?:im)?migrants?)\b", re.IGNORECASE)
    paths = re.compile(r"(?<![\w.}])/(?:work|root|home|Users|opt|srv)/\w+|index[-]url")
    found = [
        f"{name}: {match[0]}"
        for name, text in tracked_texts()
        for pattern in (words, paths)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, sim.cli; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()).isdisjoint({"numpy", "scipy", "simpy", "pydantic", "yaml", "tqdm"})


def test_import_sim_imports_nothing_heavy() -> None:
    code = "import sys, sim; print(*{name.split('.')[0] for name in sys.modules}, *dir(sim))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    words = set(loaded.stdout.split())
    assert {"load", "run", "read"} <= words and words.isdisjoint({"numpy", "scipy", "simpy", "pydantic", "yaml"})


def test_layers_name_each_part_once() -> None:
    assert len(RANK) == sum(len(layer) for layer in LAYERS)
    assert all(not above & below for above, below in pairwise(LAYERS))


def test_every_reason_for_a_mutant_that_lives_is_of_a_line_that_stands() -> None:
    reasons = (ROOT / "tests" / "survivors.txt").read_text(encoding="utf-8").splitlines()[1:]
    for file, line in (reason.split(" | ")[:2] for reason in reasons):
        assert line in (ROOT / file).read_text(encoding="utf-8"), f"{file}: {line}"
