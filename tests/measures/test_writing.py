"""Result folders: names, columns and bytes."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import replace

import pytest

from sim.files.data_package import package_files
from sim.measures import measure
from sim.measures.custody import Custody
from sim.measures.events import journeys
from sim.measures.rows import rows
from sim.measures.writing import daily_quantile_rows, result_tables
from sim.vocabulary import FILES, MEASURES
from tests.measures import hand

ALWAYS = {
    *("summary.csv", "replications.csv", "daily.csv", "daily_by_area.csv"),
    *("exits.csv", "cohorts.csv", "held_by.csv"),
}
BESIDE = {"scenario.yaml", "manifest.json", "datapackage.json"}


@pytest.fixture(scope="module")
def measured():
    return measure(Custody(hand.tables(), hand.people(), hand.records()))


def write(path, measured, name="hand", **options):
    inputs, number = options.pop("inputs", {}), options.pop("number", 2)
    tables = result_tables(name, [(i, measured) for i in range(1, number + 1)], **options)
    files = package_files(name, tables, {"seed": 1}, {"scenario.yaml": b"name: hand\n", **inputs})
    for file, content in files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(content if isinstance(content, bytes) else b"".join(content))
    return path


def everything():
    run = (hand.tables(), hand.people(), hand.records())
    beside = [("hand", "held_mean", "people", 3.5, None, None, 3.5, "Little's law", "true", "true", "exact")]
    return {
        "records": lambda: [(1, rows(Custody(*run)))],
        "events": [(1, journeys(Custody(*run), 50))],
        "inputs": {"inputs/arrests.csv": b"x\n"},
        "twin": beside,
    }


def table(file):
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def folder(measured, tmp_path_factory):
    return write(tmp_path_factory.mktemp("results") / "hand", measured, **everything())


@pytest.fixture(scope="module")
def three(measured, tmp_path_factory):
    """The same of three replications, which have quantiles, too."""
    return write(tmp_path_factory.mktemp("three") / "hand", measured, number=3, **everything())


def test_files(measured, folder, tmp_path):
    assert {p.name for p in write(tmp_path / "plain", measured).iterdir()} == ALWAYS | BESIDE
    assert {p.name for p in folder.iterdir()} == ALWAYS | BESIDE | {
        *("twin.csv", "events.csv", "log.csv", "records.csv", "moves.csv", "inputs")
    }
    assert (folder / "inputs" / "arrests.csv").read_bytes() == b"x\n"
    assert (folder / "scenario.yaml").read_text() == "name: hand\n"
    manifest = json.loads((folder / "manifest.json").read_text())
    there = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*"))
    assert manifest == {"seed": 1, "files": there}


@pytest.mark.parametrize("file", FILES)
def test_csv_form(three, file):
    content = (three / file).read_bytes()
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
        "ci_low": "",
        "ci_high": "",
        "replications": "2",
        "mean_rounded": "4.0",
        "ci_low_rounded": "",
        "ci_high_rounded": "",
    }
    assert found["binding_stage"]["mean_rounded"] == "" and float(found["held_mean"]["mean_rounded"]) == 3.333
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


def test_daily_quantiles(measured):
    held, goal = measured.daily["held"], measured.daily["arrest_goal"]
    each = [replace(measured, daily=measured.daily | {"held": held + more, "arrest_goal": goal}) for more in (0, 8, 2)]
    found = {(date, series): rest for _, date, series, *rest in daily_quantile_rows("x", [*enumerate(each, 1)])}
    day = int(held[1])
    assert found["2025-01-30", "held"] == [3, *(pytest.approx(day + q) for q in (0.2, 1, 2, 5, 7.4))]
    assert ("2025-01-29", "arrests") not in found, "flows begin with the first day"


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
    ours = [row for row in table(folder / "exits.csv") if row["replication"] == "1"]
    found = [(row["area"], row["exit"], row["people"]) for row in ours]
    alone = {("BB", "recognizance"), ("BB", "bond"), ("AA", "returned"), ("BB", "no_bed")}
    assert {(area, exit_) for area, exit_, people in found if people == "1"} == alone
    assert sum(int(people) for *_, people in found) == 6


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
            "place_from": "",
            "place_to": "BB",
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


def test_numbers_are_of_the_type_described(three):
    """Every cell of a column typed integer, number or date reads as such."""
    import datetime as dt

    readers = {"integer": int, "number": float, "date": dt.date.fromisoformat}
    for file, columns in FILES.items():
        for row in table(three / file):
            for column in columns:
                if row[column.name]:
                    readers.get(column.type, str)(row[column.name])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('with "quotes", and commas', 'with "quotes", and commas'),
        ("línea ñ", "línea ñ"),
        ("two\nlines", "two\nlines"),
        ("=1+1", "'=1+1"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("\t=1", "\\t=1"),
        ("\x1b[2Jx", "\\x1b[2Jx"),
        ("n\udcffme", "n\ufffdme"),
    ],
)
def test_names_that_need_care(measured, tmp_path, name, shown):
    folder = write(tmp_path / "x", measured, name=name)
    assert table(folder / "summary.csv")[0]["scenario"] == shown
    assert table(folder / "daily.csv")[0]["scenario"] == shown


def test_no_replication_gives_headers_only(measured, tmp_path):
    found = {one.name: b"".join(one.content()) for one in result_tables("none", [])}
    assert found["daily.csv"].count(b"\n") == 1
    assert found["summary.csv"].splitlines()[1].endswith(b",0,,,")


def test_areas_keep_their_order(measured, tmp_path):
    other = replace(measured, areas=("ZZ", "AA"))
    folder = write(tmp_path / "x", other)
    assert [row["area"] for row in table(folder / "daily_by_area.csv")[:2]] == ["ZZ", "AA"]
