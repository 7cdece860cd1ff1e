"""Every line and branch of the compiled loop is reached by the worlds in which both engines are compared."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PARTS = "arrests beds calendars clearance days facts fold ladder loop moves queues release road stay"
FILES = tuple(f"sim/compiled/{part}.py" for part in PARTS.split())
WORLDS = 1_600
_LAW = "a bed that should not be given: the laws look for it after every run"
_BANDS = "the last band has no end"
_GROUPS = "random worlds have groups of nationalities; scenarios without a `removal` have none"
UNREACHED = {
    ("note_excess", "if over > here.beds_over:"): _LAW,
    ("note_excess", "here.beds_over = over"): _LAW,
    ("giving_up_due", "for band in range(world.n_bands):"): _BANDS,
    ("giving_up_due", "return at.NEVER"): _BANDS,
    ("count_by", "if first[BY_GROUP] >= 0:"): _GROUPS,
    ("leave_case_lines", "elif stay.stage == codes.SEAT_LINE:"): "who waits in a line of the case is in one of three",
}
"""What no world can reach, by function and line (the branch and where it leads), each with the reason."""


def functions(file: str) -> dict[int, str]:
    """The name of the function each line stands in."""
    found = [node for node in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(node, ast.FunctionDef)]
    return {line: node.name for node in found for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def missed(report: dict[str, Any]) -> set[tuple[str, str]]:
    """Lines that were not reached and lines with a branch that was not taken, by function and text."""
    places: set[tuple[str, str]] = set()
    for file in FILES:
        found, text, names = report["files"][file], (ROOT / file).read_text().splitlines(), functions(file)
        lines = {*found["missing_lines"], *(start for start, _ in found["missing_branches"])}
        places |= {(names.get(line, ""), text[line - 1].strip()) for line in lines}
    return places


@pytest.mark.slow
def test_every_line_and_branch_of_the_loop_is_reached(tmp_path: Path) -> None:
    pytest.importorskip("coverage")
    pytest.importorskip("numba")
    importlib.import_module("sim.compiled.engine")  # kept as machine code now: it is imported below, and not compiled
    own = {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT), "COVERAGE_FILE": str(tmp_path / "data")}
    coverage = [sys.executable, "-m", "coverage"]
    play = ["run", "--branch", f"--include={','.join(FILES)}", "tests/compiled/uncompiled.py", "0", str(WORLDS)]
    for command in (play, ["json", "-q", "-o", str(tmp_path / "report.json")]):
        done = subprocess.run([*coverage, *command], cwd=ROOT, env=os.environ | own, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert missed(report) == set(UNREACHED)
    assert report["totals"]["num_branches"] > 400, "branches were looked at"
