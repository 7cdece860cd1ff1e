"""The areas: numbers equal those of the files, whoever computes them."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest

from sim.analysis.results import ResultTables, read_tables
from sim.errors import InputError
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.report.watch import area_scene
from tests.report.watch.world import NASTY, copied


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> ResultTables:
    """Twenty days of two facilities, three replications."""
    folder = tmp_path_factory.mktemp("results") / "two"
    run(RunOptions(str(copied(tmp_path_factory.mktemp("scenario"))), ("replications=3",), out=folder, quiet=True))
    return read_tables(folder)


def read(world: ResultTables, file: str) -> list[dict[str, str]]:
    assert world.path
    with (Path(world.path) / file).open(newline="") as text:
        return list(csv.DictReader(text))


def test_held_and_beds_are_means_of_the_file(world):
    data = area_scene.scene(world).data
    held, beds = defaultdict(list), defaultdict(list)
    for row in read(world, "daily_by_area.csv"):
        held[row["area"], row["date"]].append(int(row["held"]))
        beds[row["area"], row["date"]] += [int(row["contracted_beds"])] if row["contracted_beds"] else []
    for area in data["areas"]:
        for i, date in enumerate(data["dates"]):
            assert area["held"][i] == round(mean(held[area["code"], date]))
            assert area["beds"][i] == mean(beds[area["code"], date if i else data["dates"][1]])


def test_the_line_and_its_band(world):
    data, national = area_scene.scene(world).data, defaultdict(list)
    for row in read(world, "daily.csv"):
        national[row["date"]].append(int(row["held"]))
    assert data["covers"] == "lowest to highest replication" and data["replications"] == 3
    for i, date in enumerate(data["dates"]):
        found = (data["held"][i], data["low"][i], data["high"][i])
        assert found == (round(mean(national[date])), min(national[date]), max(national[date]))


def test_the_table_says_which_area_is_fullest(world):
    scene = area_scene.scene(world)
    assert scene.header == [
        "date", "people held", "lowest to highest replication", "areas above their contracted beds", "fullest area",
    ]  # fmt: skip
    for i, row in enumerate(scene.rows):
        shares = {area["code"]: area["held"][i] / area["beds"][i] for area in scene.data["areas"]}
        fullest = max(shares, key=lambda code: shares[code])
        assert row[-1] == f"{fullest}, {shares[fullest]:.0%}"
        assert row[-2] == str(sum(share > 1 for share in shares.values()))


def test_some_days_only(world):
    data = area_scene.scene(world, dt.date(2025, 1, 6), 7).data
    assert (data["dates"][0], data["dates"][-1]) == ("2025-01-06", "2025-01-13")
    assert data["areas"][0]["held"] == area_scene.scene(world).data["areas"][0]["held"][6:14]
    with pytest.raises(InputError, match="--from: 2025-02-01 is not in the run; give 2024-12-31 to 2025-01-20"):
        area_scene.scene(world, dt.date(2025, 2, 1))
    with pytest.raises(InputError, match="--days: 21 is more or less than there is; give 1 to 20"):
        area_scene.scene(world, None, 21)


def test_names_are_those_of_the_scenario(world):
    assert [area["name"] for area in area_scene.scene(world).data["areas"]] == [NASTY, "plain"]
