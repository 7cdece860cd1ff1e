"""Result folders: names, columns, bytes, and that a folder is complete or absent."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.measures import measure, write_folder
from sim.measures import writing as writing_module
from sim.measures.custody import Custody
from sim.measures.events import journeys
from sim.measures.rows import rows
from sim.vocabulary import FILES, MEASURES
from tests.measures import hand

ALWAYS = {"summary.csv", "replications.csv", "daily.csv", "daily_by_area.csv", "exits.csv"}
BESIDE = {"scenario.yaml", "manifest.json", "datapackage.json"}


@pytest.fixture(scope="module")
def measured():
    return measure(Custody(hand.tables(), hand.people(), hand.records()))


def write(path, measured, name="hand", **options):
    write_folder(path, "name: hand\n", name, [(1, measured), (2, measured)], {"seed": 1}, **options)
    return path


def everything():
    run = (hand.tables(), hand.people(), hand.records())
    beside = [("hand", "held_mean", "people", 3.5, None, None, 3.5, "Little's law", "true", "true", "exact")]
    return {
        "records": [(1, rows(Custody(*run)))],
        "events": [(1, journeys(Custody(*run), 50))],
        "inputs": {"arrests.csv": b"x\n"},
        "twin": beside,
    }


def table(file):
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def folder(measured, tmp_path_factory):
    return write(tmp_path_factory.mktemp("results") / "hand", measured, **everything())


def test_files(measured, folder, tmp_path):
    assert {p.name for p in write(tmp_path / "plain", measured).iterdir()} == ALWAYS | BESIDE
    assert {p.name for p in folder.iterdir()} == ALWAYS | BESIDE | {
        *("twin.csv", "events.csv", "records.csv", "moves.csv", "inputs")
    }
    assert (folder / "inputs" / "arrests.csv").read_bytes() == b"x\n"
    assert (folder / "scenario.yaml").read_text() == "name: hand\n"
    assert json.loads((folder / "manifest.json").read_text()) == {"seed": 1}
    assert [p.name for p in folder.parent.iterdir()] == ["hand"]


@pytest.mark.parametrize("file", FILES)
def test_csv_form(folder, file):
    content = (folder / file).read_bytes()
    assert b"\r" not in content and content.endswith(b"\n") and b"nan" not in content
    assert str(hand.EMPTY).encode() not in content
    lines = list(csv.reader(content.decode("utf-8").splitlines()))
    assert lines[0] == [column.name for column in FILES[file]]
    assert {len(line) for line in lines} == {len(FILES[file])} and len(lines) > 1


def test_summary_over_replications(folder):
    found = {row["measure"]: row for row in table(folder / "summary.csv")}
    assert list(found) == list(MEASURES)
    assert found["held_peak"] == {
        "scenario": "hand",
        "measure": "held_peak",
        "unit": "people",
        "mean": "4.0",
        "sd": "0.0",
        "ci_low": "4.0",
        "ci_high": "4.0",
        "replications": "2",
    }
    assert found["binding_stage"]["mean"] == "officers" and found["binding_stage"]["sd"] == ""
    assert found["removals_goal"]["mean"] == "" and found["removals_goal"]["replications"] == "0"


def test_replications(folder):
    found = table(folder / "replications.csv")
    assert [row["replication"] for row in found] == ["1"] * len(MEASURES) + ["2"] * len(MEASURES)
    values = {row["measure"]: row["value"] for row in found}
    assert (values["held_mean"], values["arrests"]) == (repr(10 / 3), "9")
    assert (values["funds_exhausted_day"], values["goal_missed_from"]) == ("", "2025-01-30")


def test_daily_rows(folder):
    found = table(folder / "daily.csv")
    assert [row["date"] for row in found[:4]] == ["2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01"]
    assert (found[0]["arrests"], found[0]["held"], found[0]["cost_usd"]) == ("", "1", "")
    assert (found[1]["arrests"], found[1]["cost_usd"], found[1]["arrest_goal"]) == ("3", "3.69", "3.0")
    assert [row["replication"] for row in found] == ["1"] * 4 + ["2"] * 4


def test_in_custody_follows_from_the_file_alone(folder):
    found = table(folder / "daily.csv")[:4]
    for before, row in itertools.pairwise(found):
        change = int(row["arrests"]) - int(row["removals"]) - int(row["releases"])
        assert int(row["in_custody"]) == int(before["in_custody"]) + change


def test_daily_by_area_rows(folder):
    found = table(folder / "daily_by_area.csv")
    assert [(row["date"], row["area"]) for row in found[:3]] == [
        ("2025-01-29", "AA"),
        ("2025-01-29", "BB"),
        ("2025-01-30", "AA"),
    ]
    assert (found[5]["area"], found[5]["held"], found[5]["over_contract"]) == ("BB", "3", "1")


def test_exit_rows(folder):
    first = table(folder / "exits.csv")[0]
    assert first == {
        "scenario": "hand",
        "replication": "1",
        "month": "2025-01",
        "area": "AA",
        "exit": "removed",
        "people": "2",
        "stay_days_mean": repr(155.5 / 24),
    }


def test_record_rows(folder):
    found = {row["number"]: row for row in table(folder / "records.csv")}
    assert len(found) == 10 and "107" not in found  # not arrested
    two = found["102"]
    assert (two["area_of_arrest"], two["area"], two["stage"], two["exit"]) == ("AA", "BB", "docket", "")
    assert (two["t_departed"], two["t_exit"], two["atd"], two["track"]) == (str(12 * hand.H), "", "", "proceedings")
    assert (found["103"]["exit"], found["103"]["atd"], found["103"]["route"]) == ("recognizance", "1", "")
    assert found["100"]["t_arrest"] == str(-240 * hand.H)
    assert table(folder / "moves.csv") == [
        {
            "scenario": "hand",
            "replication": "1",
            "number": "102",
            "area_from": "AA",
            "area_to": "BB",
            "t_departed": str(12 * hand.H),
            "t_landed": str(18 * hand.H),
        }
    ]


def test_equal_runs_give_equal_bytes(measured, folder, tmp_path):
    again = write(tmp_path / "hand", measured, **everything())
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes()


def test_datapackage_describes_every_column_of_every_file(folder):
    package = json.loads((folder / "datapackage.json").read_text())
    described = {r["path"]: [field["name"] for field in r["schema"]["fields"]] for r in package["resources"]}
    written = {p.name: p.read_text().splitlines()[0].split(",") for p in folder.glob("*.csv")}
    assert described == written
    assert all(field["description"] for r in package["resources"] for field in r["schema"]["fields"])


def test_numbers_are_of_the_type_described(folder):
    """Every cell of a column typed integer, number or date reads as such."""
    import datetime as dt

    readers = {"integer": int, "number": float, "date": dt.date.fromisoformat}
    for file, columns in FILES.items():
        for row in table(folder / file):
            for column in columns:
                if row[column.name]:
                    readers.get(column.type, str)(row[column.name])


@pytest.mark.parametrize("name", ['with "quotes", and commas', "línea ñ", "=1+1"])
def test_names_that_need_care(measured, tmp_path, name):
    folder = write(tmp_path / "x", measured, name=name)
    assert table(folder / "summary.csv")[0]["scenario"] == name
    assert table(folder / "daily.csv")[0]["scenario"] == name


def test_an_existing_folder_is_kept_unless_forced(measured, tmp_path):
    path = write(tmp_path / "hand", measured)
    (path / "mine.txt").write_text("x")
    with pytest.raises(InputError, match="exists; choose another folder with --out or replace it with --force"):
        write(path, measured)
    assert (path / "mine.txt").exists()
    write(path, measured, force=True)
    assert not (path / "mine.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["hand"]


def test_nothing_is_left_when_writing_fails(measured, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing_module, "exit_rows", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "hand", measured)
    assert list(tmp_path.iterdir()) == []


def test_the_old_folder_stays_when_the_new_one_cannot_take_its_place(measured, tmp_path, monkeypatch):
    path = write(tmp_path / "hand", measured)
    rename = Path.rename

    def refuse(self, target):
        if self.suffix == ".new":
            raise OSError("refused")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="refused"):
        write(path, measured, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["hand"] and (path / "summary.csv").exists()


def test_no_replication_gives_headers_only(measured, tmp_path):
    write_folder(tmp_path / "none", "", "none", [], {})
    assert (tmp_path / "none" / "daily.csv").read_text().count("\n") == 1
    assert table(tmp_path / "none" / "summary.csv")[0]["replications"] == "0"


def test_areas_keep_their_order(measured, tmp_path):
    other = replace(measured, areas=("ZZ", "AA"))
    folder = write(tmp_path / "x", other)
    assert [row["area"] for row in table(folder / "daily_by_area.csv")[:2]] == ["ZZ", "AA"]
