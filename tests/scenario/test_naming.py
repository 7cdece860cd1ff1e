"""Names of scenarios and grids: any script, no trap for a file system."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from sim.scenario.loading import dump, load
from sim.scenario.schema.units import MOST_BYTES, file_name, is_name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("goal-3000", "goal-3000"),
        ("定員", "定員"),
        ("収容", "収容"),
        ("données", "données"),
        (unicodedata.normalize("NFD", "données"), "données"),
        ("क्षमता", "क्षमता"),
        ("my plan (2)", "my-plan-2"),
        ("..", "scenario"),
        ("a/b\\c", "a-b-c"),
        ("-x", "x"),
        ("con", "x-con"),
        ("NUL.old", "x-NUL.old"),
        ("a\u202eb\nc", "a-b-c"),
        ("\ud800x", "x"),
        ("", "scenario"),
        ("定" * 60, "定" * 33),
        ("a" * 200, "a" * MOST_BYTES),
    ],
)
def test_a_text_as_a_name(stem: str, name: str) -> None:
    assert file_name(stem) == name
    assert is_name(name)
    assert stem == name or not is_name(stem)


def test_files_of_other_scripts_keep_their_names(tmp_path: Path) -> None:
    for stem in ("定員", "収容"):
        (tmp_path / f"{stem}.yaml").write_text("days: 3\n")
    resolved = load(tmp_path / "定員.yaml")
    assert resolved.scenario.name == "定員"
    assert load(tmp_path / "収容.yaml").scenario.name == "収容"
    (tmp_path / "again.yaml").write_text(dump(resolved), encoding="utf-8")
    assert load(tmp_path / "again.yaml").scenario == resolved.scenario
