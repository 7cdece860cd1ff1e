"""Runs in memory: what they give is what the files of the command have, cell by cell."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.analysis.results import read_tables
from sim.errors import InputError, RunError
from sim.experiment import run as running
from sim.experiment.options import RunOptions
from sim.experiment.replication import Played
from sim.experiment.run import run
from sim.files.table import Table

WORLDS = [
    ("erlang-b", {"days": 20}, 3, 5, 7, "auto"),
    ("one-goal-three-budgets", {"days": 4}, 2, 0, None, "simpy"),
    ("may-2025-1000", {"days": 2, "name": "two-days"}, 1, 20, None, "auto"),
]
"""Scenario, what is set, replications, events, seed, engine: a small world, one of areas, and the nation."""


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: world[0])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[sim.Run, Path]:
    """The same run in memory and as the command writes it."""
    scenario, set, reps, events, seed, engine = request.param
    out = tmp_path_factory.mktemp("results") / "run"
    sets = tuple(f"{path}={value}" for path, value in set.items())
    run(RunOptions(scenario, sets, replications=reps, seed=seed, engine=engine, out=out, quiet=True, events=events))
    return sim.run(scenario, set=set, reps=reps, seed=seed, engine=engine, events=events), out


def differing(a: Table, b: Table) -> list[str]:
    """The columns in which two tables differ, in type or in any cell."""
    assert (a.name, list(a.columns), a.units, a.whole, len(a)) == (b.name, list(b.columns), b.units, b.whole, len(b))
    both = [(name, a[name], b[name]) for name in a.columns]
    return [
        name for name, x, y in both if x.dtype != y.dtype or not np.array_equal(x, y, equal_nan=x.dtype.kind == "f")
    ]


def test_the_tables_are_those_of_the_files(pair: tuple[sim.Run, Path]) -> None:
    in_memory, read = pair[0].tables, read_tables(pair[1])
    assert set(in_memory.tables) == set(read.tables)
    assert [(name, differing(in_memory[name], read[name])) for name in read.tables] == [
        (name, []) for name in read.tables
    ]


def test_the_scenario_and_the_manifest_are_those_of_the_files(pair: tuple[sim.Run, Path]) -> None:
    in_memory, read = pair[0].tables, read_tables(pair[1])
    assert (in_memory.name, in_memory.title, in_memory.scenario) == (read.name, read.title, read.scenario)
    apart = {"wall_seconds": None, "files": None}
    assert {**in_memory.manifest, **apart} == {**read.manifest, **apart}


def test_a_saved_run_is_the_folder_of_the_command(pair: tuple[sim.Run, Path], tmp_path: Path) -> None:
    saved = pair[0].save(tmp_path / "saved")

    def files(folder: Path) -> dict[str, bytes]:
        found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"]
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}

    assert files(saved) == files(pair[1])
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in (saved, pair[1])]
    assert manifests[0].keys() == manifests[1].keys()


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    sim.run("erlang-b", set={"days": 5}, reps=1)
    assert list(tmp_path.iterdir()) == [] and capfd.readouterr() == ("", "")


def test_a_saved_run_replaces_a_folder_only_when_told_to(tmp_path: Path) -> None:
    small = sim.run("erlang-b", set={"days": 5}, reps=1)
    small.save(tmp_path / "saved")
    with pytest.raises(InputError, match="exists"):
        small.save(str(tmp_path / "saved"))
    assert small.save(tmp_path / "saved", force=True) == tmp_path / "saved"
    with pytest.raises(InputError, match=r"daily\.csv is a file, so no folder can lie below it"):
        small.save(tmp_path / "saved" / "daily.csv" / "below")


def test_processes_give_the_same() -> None:
    one, two = (sim.run("erlang-b", set={"days": 10}, reps=3, workers=workers) for workers in (1, 2))
    assert differing(one.replications, two.replications) == [] == differing(one.daily, two.daily)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_many_threads_of_one_process_give_the_same(engine: str) -> None:
    scenario = sim.load("one-goal-three-budgets", {"days": 15})

    def play(seed: int) -> sim.Run:
        return sim.run(scenario, reps=1, seed=seed, events=3, engine=engine)

    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(play, [1, 2] * 8))
    alone = [play(1), play(2)]
    for i, one in enumerate(at_once):
        assert all(differing(one.tables[name], alone[i % 2].tables[name]) == [] for name in one.tables.tables)
    assert differing(alone[0].daily, alone[1].daily)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"engine": "fast"}, "--engine: 'fast' is no engine; choose auto, simpy or compiled"),
        ({"reps": 0}, "replications"),
        ({"reps": "many"}, "replications"),
        ({"seed": -1}, "seed"),
        ({"set": {"days": 0}}, "days"),
        ({"events": -1}, "events: -1: write the number of people, 0 for none"),
        ({"workers": 0}, "workers: 0: write the number of processes, 1 for this one only"),
    ],
)
def test_what_is_wrong_is_one_line(options: dict[str, object], says: str) -> None:
    with pytest.raises(InputError) as raised:
        sim.run("erlang-b", **options)
    assert len(raised.value.lines) == 1 and says in str(raised.value)


def test_a_replication_that_fails_is_said_and_the_rest_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    play = running.play
    monkeypatch.setattr(
        running, "play", lambda job, engine, i: Played("", i, "<no>") if i == 2 else play(job, engine, i)
    )
    some = sim.run("erlang-b", set={"days": 5}, reps=3)
    assert [failure.replication for failure in some.failures] == [2]
    assert len(some.values("arrests")) == 2 and "replication 2 (seed 1) failed: &lt;no&gt;" in some._repr_html_()
    monkeypatch.setattr(running, "play", lambda job, engine, i: Played("", i, "no"))
    with pytest.raises(RunError, match=r"replication 1 \(seed 1\) failed: no"):
        sim.run("erlang-b", set={"days": 5}, reps=1)
