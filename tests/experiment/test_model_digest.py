"""The hash of the program changes with the model, and not with what only shows results."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sim
from sim.version import digest_of, model_digest


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim"))


@pytest.mark.parametrize("file", ["rules.py", "measures/summary.py", "experiment/study.py", "compiled/loop.py"])
def test_an_edited_model_is_another(house: Path, file: str) -> None:
    before = digest_of(house)
    (house / file).write_text((house / file).read_text() + "\n# edited\n")
    assert digest_of(house) != before == model_digest()


@pytest.mark.parametrize("file", ["cli/results.py", "report/theme.py", "page/make.py", "notebook/result.py"])
def test_what_shows_results_is_not_the_model(house: Path, file: str) -> None:
    (house / file).write_text((house / file).read_text() + "\n# edited\n")
    assert digest_of(house) == model_digest()
