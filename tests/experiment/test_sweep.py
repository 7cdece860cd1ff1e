"""Sweeps: what stands in the tables, that stopping changes nothing, and what the command says."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.analysis.compare import compare
from sim.cli import main
from sim.experiment.options import RunOptions, SweepOptions
from sim.experiment.run import run
from sim.experiment.study import Values
from sim.experiment.sweep import sweep as sweeping
from sim.experiment.sweep.sweep import Plan, dry_run, sweep
from sim.files.data_package import data_package
from sim.vocabulary import MEASURES
from tests.experiment.worlds import tiny

GRID = """\
title: Beds and load
scenario: tiny.yaml
replications: 3
measures: [held_mean, releases_no_bed]
baseline: {beds.contracted: 5, load: full}
grid:
  beds.contracted: [3, 5, 8]
  load: {half: {arrests.sources.border.rate: 1 / d}, full: {}}
"""
DRAWN = """\
scenario: tiny.yaml
replications: 2
latin_hypercube:
  points: 10
  seed: 3
  ranges: {beds.contracted: 3 .. 12, arrests.sources.border.rate: 1 / d .. 3 / d}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tiny(tmp_path)
    Path("grid.yaml").write_text(GRID, encoding="utf-8")
    Path("drawn.yaml").write_text(DRAWN, encoding="utf-8")


def played(grid: str = "grid.yaml", out: str = "out") -> tuple[Plan, Values]:
    return sweep(SweepOptions(grid, out=Path(out), quiet=True, workers=1))


def rows(file: str) -> list[dict[str, str]]:
    with Path(file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def contents(folder: str) -> dict[str, bytes]:
    """What must be equal between equal sweeps."""
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.name != "manifest.json"}


# --- the tables -----------------------------------------------------------------------------------
def test_points_are_the_summaries_of_runs() -> None:
    played()
    found = {(row["beds.contracted"], row["load"], row["measure"]): row for row in rows("out/points.csv")}
    assert len(found) == 3 * 2 * len(MEASURES)
    for beds, load, sets in (("3", "half", ("arrests.sources.border.rate=1 / d",)), ("8", "full", ())):
        run(RunOptions("tiny.yaml", (f"beds.contracted={beds}", *sets), out=Path(load), quiet=True))
        for row in rows(f"{load}/summary.csv"):
            mine = found[beds, load, row["measure"]]
            assert mine["point"] == f"{beds} + {load}"
            both = row.keys() & mine.keys()
            assert len(both) == 7 and {key: mine[key] for key in both} == {key: row[key] for key in both}


def test_differences_are_those_of_compare() -> None:
    played()
    run(RunOptions("tiny.yaml", out=Path("base"), quiet=True))
    run(RunOptions("tiny.yaml", ("beds.contracted=8",), out=Path("more"), quiet=True))
    compared = {row.measure: row.difference for row in compare([Path("base"), Path("more")]).rows}
    mine = {row["measure"]: row for row in rows("out/differences.csv") if row["point"] == "8 + full"}
    assert mine.keys() == compared.keys()
    for measure, d in compared.items():
        row = mine[measure]
        assert (row["baseline"], float(row["difference"])) == ("5 + full", d.difference)
        assert [row["baseline_mean"], row["mean"]] == [repr(d.baseline_mean), repr(d.mean)]
    held = compared["held_mean"]
    assert [mine["held_mean"][end] for end in ("ci_low", "ci_high")] == [repr(held.low), repr(held.high)]
    assert not [row for row in rows("out/differences.csv") if row["point"] == "5 + full"]


def test_every_replication_has_its_values() -> None:
    _, values = played()
    found = {(r["scenario"], int(r["replication"]), r["measure"]): r["value"] for r in rows("out/replications.csv")}
    assert len(found) == 6 * 3 * len(MEASURES)
    assert found["3 + half", 2, "held_mean"] == repr(values.by["3 + half"][2]["held_mean"])


def test_the_folder_says_what_made_it() -> None:
    plan, values = played()
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert (manifest["points"], manifest["baseline"], manifest["design"]) == (6, "5 + full", "grid")
    assert (manifest["replications"], manifest["replications_played"], manifest["failed"]) == ([1, 2, 3], 18, [])
    package = json.loads(Path("out/datapackage.json").read_text())
    assert package == data_package("grid", sweeping.tables(plan, values))
    for resource in package["resources"]:
        header = Path("out", resource["path"]).read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"])


@pytest.mark.parametrize("grid", ["grid", "drawn"])
def test_what_is_written_can_be_swept_again(grid: str) -> None:
    played(f"{grid}.yaml")
    played("out/grid.yaml", "again")
    assert contents("again") == contents("out")


def test_options_go_over_the_file() -> None:
    Path("grid.yaml").write_text(GRID + "seed: 4\nset: {days: 5}\n", encoding="utf-8")
    options = {"replications": 1, "seed": 9, "sets": ("days=4",), "out": Path("out")}
    plan = sweeping.settle(SweepOptions("grid.yaml", **options))  # type: ignore[arg-type]
    scenario = plan.study.resolve(plan.points[0]).scenario
    assert (scenario.seed, scenario.days, len(plan.replications)) == (9, 4, 1)
    plan = sweeping.settle(SweepOptions("grid.yaml"))
    scenario = plan.study.resolve(plan.points[0]).scenario
    assert (scenario.seed, scenario.days, plan.study.part.final) == (4, 5, Path("results/grid"))


# --- drawn points ---------------------------------------------------------------------------------
def test_a_latin_hypercube_has_a_point_in_each_stratum() -> None:
    plan, _ = played("drawn.yaml")
    points = plan.placed
    assert [point.name for point, _ in points[:2]] == ["scenario", "lhs-01"] and len(points) == 11
    assert points[0][1] == (None, None) and plan.baseline.name == "scenario"
    rates = sorted(float(at[1] or 0) for _, at in points[1:])
    assert all(1 + i * 0.2 <= rate <= 1 + (i + 1) * 0.2 + 1e-6 for i, rate in enumerate(rates))
    assert all(isinstance(at[0], int) and 3 <= at[0] <= 12 for _, at in points[1:])
    found = [row for row in rows("out/points.csv") if row["measure"] == "held_mean"]
    assert (found[0]["beds.contracted"], found[1]["beds.contracted"]) == ("", str(points[1][1][0]))
    fields = json.loads(Path("out/datapackage.json").read_text())["resources"][0]["schema"]["fields"]
    assert {field["name"]: field.get("unit") for field in fields}["arrests.sources.border.rate"] == "/ d"


def test_a_sobol_sequence_is_balanced_and_known() -> None:
    Path("drawn.yaml").write_text(DRAWN.replace("latin_hypercube", "sobol").replace("10", "16"), encoding="utf-8")
    placed = sweeping.settle(SweepOptions("drawn.yaml")).placed
    rates = sorted(float(at[1] or 0) for _, at in placed[1:])
    assert all(1 + i / 8 <= rate <= 1 + (i + 1) / 8 + 1e-6 for i, rate in enumerate(rates))
    assert placed == sweeping.settle(SweepOptions("drawn.yaml")).placed
    Path("drawn.yaml").write_text(Path("drawn.yaml").read_text().replace("seed: 3", "seed: 4"), encoding="utf-8")
    assert placed != sweeping.settle(SweepOptions("drawn.yaml")).placed


# --- stopped and taken up -------------------------------------------------------------------------
SLOW = ("days=400",)
"""A replication then takes a tenth of a second."""


def started(out: str, workers: int) -> subprocess.Popen[str]:
    sets = [word for setting in SLOW for word in ("--set", setting)]
    options = [*sets, "--engine", "simpy", "--workers", str(workers), "--quiet", "--out", out]
    command = [sys.executable, "-m", "sim", "sweep", "grid.yaml", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kept(out: str) -> int:
    return sum(1 for _ in Path(f".{out}.part").glob("*.replication"))


@pytest.mark.parametrize(
    ("workers", "how"),
    [(2, signal.SIGKILL), pytest.param(1, signal.SIGINT, marks=pytest.mark.slow)],
)
def test_killed_twice_and_taken_up_it_gives_the_same(workers: int, how: signal.Signals) -> None:
    for more in (1, 3):
        process = started("out", workers)
        already = kept("out")
        while kept("out") < already + more and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(how)
        _, err = process.communicate(timeout=900)
        if process.returncode == 0:  # it was done before whoever watches it had its turn
            break
        if how == signal.SIGINT:
            assert process.returncode == 130 and err.startswith("interrupted: ") and err.endswith("on from there\n")
        assert not Path("out").exists() and kept("out") >= already + more
    else:
        assert started("out", workers).communicate(timeout=900) == ("", "")
        assert json.loads(Path("out/manifest.json").read_text())["replications_resumed"] >= 4
    sweep(SweepOptions("grid.yaml", SLOW, engine="simpy", out=Path("right"), quiet=True, workers=1))
    assert contents("out") == contents("right") and not Path(".out.part").exists()


# --- the command ----------------------------------------------------------------------------------
def test_the_command_shows_a_heat_table_a_measure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "grid.yaml", "--out", "out", "--workers", "1"]) == 0
    out, err = capsys.readouterr()
    heading = "held_mean, people: mean ± half of the 95 % interval (chance only); across: load"
    held = out.splitlines().index(heading)
    lines = [line.split() for line in out.splitlines()]
    assert lines[held + 1] == ["beds.contracted", "half", "full"]
    assert [line[0] for line in lines[held + 2 : held + 5]] == ["3", "5", "8"]
    mean = next(r["mean"] for r in rows("out/points.csv") if (r["point"], r["measure"]) == ("3 + full", "held_mean"))
    assert lines[held + 2][4] == f"{float(mean):.2f}" and lines[held + 2][5] == "±"
    assert out.count("across: load") == 2 and err == ""
    assert out.endswith("differences are from 5 + full; written to out\n")


def test_the_command_lists_points_that_are_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "drawn.yaml", "--out", "out", "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1] == "tiny, 20 days from 2025-01-01, 11 points, 2 replications per point, seed 1"
    assert "\nlhs-10 " in out and "removals, people" in out


def test_a_dry_run_says_what_would_run_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(Path().iterdir())
    assert main(["sweep", "grid.yaml", "--dry-run", "--reps", "4"]) == 0
    out, err = capsys.readouterr()
    assert "5 + half  beds.contracted=5; arrests.sources.border.rate=1 / d" in out and err == ""
    assert "6 points, 24 replications; 24 to play (about " in out and "on one core of this machine (a pilot of" in out
    assert sorted(Path().iterdir()) == before
    _, forecast = dry_run(SweepOptions("grid.yaml", quiet=True))
    assert ", 18 replications; " in forecast[0]


def test_the_page_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    page = (root / "docs" / "sweep.md").read_text(encoding="utf-8")
    grid, output = page.partition("goals.yaml <<'END'\n")[2], page.partition("```text\n")[2]
    Path("goals.yaml").write_text(grid.partition("END\n")[0], encoding="utf-8")
    assert main(["sweep", "goals.yaml", "--workers", "1"]) == 0
    assert output.partition("```")[0] in capsys.readouterr().out.replace(" \n", "\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nope.yaml", "nope.yaml: no such file; give a grid file, or one that comes with detsim: goals-and-funding\n"),
        ("grid.yaml --engine quick", "--engine: 'quick' is no engine; choose auto, simpy or compiled\n"),
        ("grid.yaml --set beds.contracted", "--set beds.contracted: write --set path=value, e.g. --set days=60\n"),
        ("grid.yaml --out .", "exists; choose another folder with --out, or replace it with --force\n"),
        (
            "grid.yaml --scheduler tcp://a:1 --cluster local",
            "--cluster: --scheduler is given too; choose one of them\n",
        ),
    ],
)
def test_a_wrong_use_is_one_line(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.endswith(said) and err.count("\n") == 1
    assert sorted(path.name for path in Path().iterdir()) == ["drawn.yaml", "grid.yaml", "tiny.yaml"]


def test_a_replication_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from sim.experiment import study
    from tests.experiment.worlds import second_fails

    monkeypatch.setattr(
        study.Study.__init__, "__kwdefaults__", study.Study.__init__.__kwdefaults__ | {"measuring": second_fails}
    )
    assert main(["sweep", "grid.yaml", "--out", "out", "--workers", "1", "--quiet"]) == 1
    assert capsys.readouterr().err.count("replication 2 (seed 1) failed: ZeroDivisionError: of the second") == 6
    failed = json.loads(Path("out/manifest.json").read_text())["failed"]
    assert [f["point"] for f in failed][:2] == ["3 + half", "3 + full"] and {f["replication"] for f in failed} == {2}
    assert {row["replications"] for row in rows("out/points.csv") if row["measure"] == "held_mean"} == {"2"}
