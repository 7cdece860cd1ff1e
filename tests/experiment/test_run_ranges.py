"""`run --ranges`: each replication has values of its own, and every interval says so; in memory, too."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import sim
from sim.errors import InputError, RunError
from sim.experiment import run as running
from sim.experiment.headline import answer, footer
from sim.experiment.options import RunOptions
from sim.experiment.replication import Finished
from sim.experiment.run import run
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables
from tests.experiment.worlds import tiny

RANGE = "sources: {case.stay: {status: assumed, source: made up, low: x 0.3, high: x 4}}\n"


@pytest.fixture
def world(tmp_path: Path) -> str:
    """A tiny world whose mean stay is doubted."""
    path = tiny(tmp_path)
    path.write_text(path.read_text() + RANGE)
    return str(path)


def options(world: str, ranges: bool) -> RunOptions:
    """Eight replications, and the chance of passing a line."""
    return RunOptions(
        world,
        replications=8,
        engine="simpy",
        workers=1,
        out=Path(world).parent / str(ranges),
        quiet=True,
        exceed=("held > 4",),
        ranges=ranges,
        strict=True,
    )


def test_intervals_are_wider_and_say_what_they_cover(world: str) -> None:
    widths, covers = [], []
    for ranges in (False, True):
        outcome = run(options(world, ranges))
        assert [one.replication for one in outcome.finished] == [*range(1, 9)]
        held = outcome.estimates["stay_days_mean"]
        assert held.low is not None and held.high is not None
        widths.append(held.high - held.low)
        covers.append(json.loads((outcome.folder / "manifest.json").read_text())["interval_covers"])
        assert covers[-1] in "\n".join(answer(outcome)) and covers[-1] in "\n".join(footer(outcome))
        assert ("the assumed values are not varied" in "\n".join(answer(outcome))) is not ranges
        with (outcome.folder / "exceed.csv").open() as rows:
            assert {row["covers"] for row in csv.DictReader(rows)} == {covers[-1]}
    assert widths[1] > 1.5 * widths[0]
    assert covers == ["simulation noise only", "simulation noise and the ranges of values"]


def test_in_memory_it_is_the_same(world: str) -> None:
    folder = run(options(world, True)).folder
    played = sim.run(world, reps=8, engine="simpy", ranges=True)
    written = sim.read(folder)
    for table in ("replications", "daily_quantiles"):
        assert list(played.tables[table].rows()) == list(written.tables[table].rows())
    assert len(written.daily_quantiles) and not len(played.twin)


def fails(scenario: Scenario, tables: Tables, engine: str, replication: int, **options: object) -> Finished:
    """In place of `finished_of`."""
    raise ValueError("of all")


def test_a_failure_names_the_seed_of_its_replication(world: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "finished_of", fails)
    with pytest.raises(RunError) as in_folder:
        run(options(world, True))
    with pytest.raises(RunError) as in_memory:
        sim.run(world, reps=8, engine="simpy", ranges=True)
    assert in_memory.value.lines[:5] == in_folder.value.lines[:5]
    assert len({line.partition("seed ")[2] for line in in_memory.value.lines}) == 8


def test_a_scenario_without_ranges_and_a_precision_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="states no ranges"):
        run(RunOptions(str(tiny(tmp_path)), ranges=True))
    with pytest.raises(InputError, match="does not go with --ranges"):
        run(RunOptions(str(tiny(tmp_path)), ranges=True, precision=("held_mean=1%",)))
