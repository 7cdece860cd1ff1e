"""Every patch of CONTRIBUTING.md applies to this tree, touches as few source files as it says, and works.

The tests that a patch brings run on the SimPy engine. With `-m slow` they also run on the compiled one, which has to
be compiled again for each patch.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("sim", "scenarios", "grids", "tests", "docs", "results")
PATCHES = sorted((ROOT / "docs" / "contributing").glob("*.patch"))
MOST_SOURCE_FILES = {
    "release-reason": 2,
    "rung": 7,
    "column": 2,
    "key": 4,
    "chart": 2,
    "lesson": 2,
}


def touched(patch: Path) -> list[str]:
    """Paths of the files that a patch changes or adds."""
    return re.findall(r"^\+\+\+ b/(\S+)$", patch.read_text(encoding="utf-8"), re.MULTILINE)


def source_files(patch: Path) -> list[str]:
    """The files of the program among them."""
    return [path for path in touched(patch) if path.startswith("sim/")]


def patched(patch: Path, copy: Path) -> Path:
    """A copy of the tree with the patch applied."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for file in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "mkdocs.yml", "codemeta.json", "CITATION.cff"):
        shutil.copy(ROOT / file, copy)
    done = subprocess.run(["git", "apply", str(patch)], cwd=copy, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return copy


def run_tests(copy: Path, tests: list[str], marks: str) -> None:
    """Run tests in the copy, with its own `sim`."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", marks, *tests]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert re.search(r"\d+ passed", done.stdout), done.stdout


def test_every_change_has_a_patch() -> None:
    assert {patch.stem for patch in PATCHES} == set(MOST_SOURCE_FILES)


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_patch_touches_few_source_files(patch: Path) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    stated = re.search(rf"\| \[{patch.stem}\.patch\]\(docs/contributing/{patch.stem}\.patch\) \| (\d+) \|", page)
    assert stated and int(stated[1]) == len(source_files(patch)) <= MOST_SOURCE_FILES[patch.stem]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_patch_applies_and_works(patch: Path, tmp_path: Path) -> None:
    tests = [path for path in touched(patch) if re.search(r"/test_\w+\.py$", path)]
    assert tests, "a patch brings a test"
    documented = ["tests/docs/test_pages.py"] if any(path.startswith("docs/") for path in touched(patch)) else []
    run_tests(patched(patch, tmp_path), [*tests, *documented], "not slow")


@pytest.mark.slow
@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_patch_works_on_the_compiled_engine(patch: Path, tmp_path: Path) -> None:
    tests = [path for path in touched(patch) if path.startswith("tests/contributed/")]
    if tests:
        run_tests(patched(patch, tmp_path), tests, "slow or not slow")
