"""The lowest version of every declared dependency works: installed together in a new environment, tests pass.

`python tests/test_minimums.py` prints them as a constraints file for pip.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Container
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DECLARED = re.compile(r"([A-Za-z0-9_.-]+)>=([\d.]+)(?:,<=?[\d.]+)?")
NOT_INSTALLED = ("detsim", "types-", "pandas-stubs")
"""Itself, and stubs, of which any version will do."""
TOOLS = ("docs", "bench", "mutation", "dev", "all")
"""Extras of programs that stand beside detsim and that neither it nor its tests import."""
TESTS = (
    *("tests/test_cli.py::test_help", "tests/test_cli.py::test_run_writes_a_complete_folder_and_shows_the_headline"),
    *("tests/test_cli.py::test_wrong_usage_is_one_clear_line", "tests/scenario/test_units.py"),
    *("tests/compiled/test_equality.py", "tests/people", "tests/notebook", "tests/report/figures", "tests/report/page"),
    *("tests/experiment/test_indices.py", "tests/experiment/test_clusters.py", "tests/fuzz"),
)
"""Some that use each dependency."""


def requirements(without: Container[str] = ()) -> list[str]:
    """Every requirement of the project and its extras but those on itself and on stubs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    groups = (project["dependencies"], *(extras[name] for name in extras if name not in without))
    return [one for group in groups for one in group if not one.startswith(NOT_INSTALLED)]


def constraints() -> list[str]:
    """The lowest version of each library, as `name==version`."""
    found = {one: DECLARED.fullmatch(one) for one in requirements(TOOLS)}
    return [f"{match[1]}=={match[2]}" for match in found.values() if match]


def test_every_dependency_has_a_minimum() -> None:
    assert [one for one in requirements() if not DECLARED.fullmatch(one)] == []
    assert len({line.partition("==")[0] for line in constraints()}) == len(constraints()) > 20


@pytest.mark.slow
def test_the_lowest_declared_versions_work(tmp_path: Path) -> None:
    """Needs a Python package index; takes some ten minutes, most of them to install and to compile."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    pinned = tmp_path / "constraints.txt"
    pinned.write_text("\n".join(constraints()), encoding="utf-8")
    install = [python, "-m", "pip", "install", "-q", "--only-binary", ":all:", "-c", str(pinned)]
    subprocess.run([*install, *(line.partition("==")[0] for line in constraints())], check=True)
    there = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    assert all(one in there for one in ("typer==0.26.0", "numpy==2.0.0"))
    done = subprocess.run([python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS], cwd=ROOT)
    assert done.returncode == 0


if __name__ == "__main__":
    print(*constraints(), sep="\n")
