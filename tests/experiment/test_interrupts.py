"""What is told of a command that a signal stopped, at each stage: it is what there is."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.experiment import store
from sim.experiment.store import PartFolder
from tests.experiment.worlds import tiny

GRID = "scenario: tiny.yaml\nreplications: 2\ngrid: {beds.contracted: [3, 8]}\n"
SOLVE = ["--vary", "beds.contracted", "--in", "2:9", "--until", "releases_no_bed <= 5", "--reps", "2"]
COMMANDS = {
    "run": ["run", "tiny.yaml", "--reps", "2"],
    "records": ["run", "tiny.yaml", "--reps", "2", "--records", "--events", "3"],
    "precision": ["run", "tiny.yaml", "--precision", "held_mean=90%"],
    "sweep": ["sweep", "grid.yaml"],
    "solve": ["solve", "tiny.yaml", *SOLVE],
    "bottleneck": ["bottleneck", "tiny.yaml", "--goal", "held_mean", "--reps", "2"],
    "backtest": ["backtest", "national", "--from", "2025-06-01", "--to", "2025-06-02", "--reps", "1"],
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tiny(tmp_path)
    Path("grid.yaml").write_text(GRID)


def interrupted_in(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Ctrl-C comes when a function is called, which then does what it does."""
    function: Callable[..., Any] = getattr(owner, name)

    def interrupting(*arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return function(*arguments)

    monkeypatch.setattr(owner, name, interrupting)


def ended(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The only line of an interrupted command."""
    assert main([*COMMANDS[name], "--workers", "1", "--out", "out", "--quiet"]) == 130
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err.strip()


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"backtest"}))
def test_while_the_result_takes_its_place(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupted_in(monkeypatch, PartFolder, "_take_place")
    assert ended(name, capsys) == "interrupted: the result in out is complete"
    files = json.loads(Path("out/manifest.json").read_text())["files"]
    assert sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("*.*")) == files
    assert not Path(".out.part").exists()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "backtest" else name for name in COMMANDS]
)
def test_while_the_result_is_written(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        interrupted_in(patched, store, "_build")
        line = ended(name, capsys)
    assert line.startswith("interrupted: ") and "finished and kept; the same command goes on from there" in line
    assert not Path("out").exists() and not Path(".out.part/new").exists()
    assert main([*COMMANDS[name], "--workers", "1", "--out", "out", "--quiet"]) in (0, 1)
    assert json.loads(Path("out/manifest.json").read_text())["replications_played"] == 0


def test_before_anything_is_finished(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    interrupted_in(monkeypatch, PartFolder, "save")
    monkeypatch.setattr(PartFolder, "count", lambda part, keys: 0)
    assert ended("run", capsys) == "interrupted: no replication was finished, nothing is written"
