"""A back-test from one end to the other, in a small world whose figures are its own theory."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.experiment.backtest import backtest_files, calibration
from sim.experiment.backtest import published_figures as module_of_figures
from sim.experiment.backtest import run as backtests
from sim.experiment.backtest.driven_arrivals import frozen_sets, later_changes
from sim.experiment.backtest.fit.least_squares import Fitted, FittedSetting
from sim.experiment.backtest.naive_forecasts import METHODS
from sim.experiment.backtest.published_figures import Figures
from sim.experiment.backtest.published_figures import load as load_figures
from sim.experiment.backtest.run import Outcome, backtest, settle
from sim.experiment.options import BacktestOptions, RunOptions
from sim.experiment.run import run
from sim.scenario.loading import load

from .conftest import rows_of_the_small_world

WINDOW = {"first": "2025-03-01", "last": "2025-04-30"}


def options(world: str, observed: Path, out: Path, **more: object) -> BacktestOptions:
    given: dict[str, object] = {"replications": 2, "quiet": True, "workers": 1, **WINDOW, **more}
    return BacktestOptions(scenario=world, observed=observed, out=out, **given)  # type: ignore[arg-type]


def value(outcome: Outcome, method: str, series: str, score: str) -> float:
    (one,) = [s for s in outcome.scores if (s.method, s.series, s.score) == (method, series, score)]
    return one.value


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, and the chart, whose fonts are the machine's."""
    left_out = ("manifest.json", "held.png", "held.svg")
    return {
        str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file() and f.name not in left_out
    }


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pictures."""
    monkeypatch.setattr(backtest_files, "NEEDS", ("no_such_module",))


def test_a_world_played_by_its_own_rules_is_met(world: str, observed: Path, tmp_path: Path) -> None:
    outcome = backtest(options(world, observed, tmp_path / "out", replications=8))
    assert value(outcome, "simulated", "held", "mape") < 2.5
    assert abs(value(outcome, "simulated", "held", "bias")) < 2.0
    assert value(outcome, "simulated", "removed_share", "worst_period") == 0
    assert abs(value(outcome, "simulated", "alos", "worst_period")) < 10
    assert value(outcome, "simulated", "held", "coverage_95") > 60
    # 30 and 10 officers and a border in the south: 60 and 40 % of those who come, and so of those held
    assert value(outcome, "simulated", "held_mean", "error_over_mean_all") < 6


def test_what_drives_is_what_was_published(world: str, observed: Path, tmp_path: Path) -> None:
    out = backtest(options(world, observed, tmp_path / "out")).folder
    arrivals = read_csv(out / "inputs" / "arrivals.csv")
    assert sum(int(row["arrests"]) for row in arrivals) == 61 * 50
    assert (out / "inputs" / "figures.csv").read_bytes() == observed.read_bytes()
    again = run(RunOptions(str(out / "scenario.yaml"), replications=1, out=tmp_path / "again", quiet=True))
    assert again.mean("arrests") == 61 * 50 and again.mean("stay_days_mean")


def test_the_files_are_as_described(world: str, observed: Path, tmp_path: Path) -> None:
    out = backtest(options(world, observed, tmp_path / "out", replications=3)).folder
    package = json.loads((out / "datapackage.json").read_text())
    for resource in package["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        rows = read_csv(out / resource["path"])
        assert rows and list(rows[0]) == fields and ("unit" in fields)
    daily = read_csv(out / "daily.csv")
    assert len(daily) == 61 and (daily[0]["date"], daily[-1]["date"]) == ("2025-03-01", "2025-04-30")
    assert float(daily[0]["low_95"]) < float(daily[0]["low_80"]) < float(daily[0]["mean"]) < float(daily[0]["high_95"])
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["fit_until"] == "2025-02-28" and manifest["failed"] == [] and manifest["replications"] == [1, 2, 3]


def test_workers_and_resuming_change_no_byte(
    world: str, observed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = backtest(options(world, observed, tmp_path / "whole" / "out", replications=3)).folder
    in_two = backtest(options(world, observed, tmp_path / "in_two" / "out", replications=3, workers=2)).folder
    assert contents(whole) == contents(in_two)

    def stop(*_: object) -> list[object]:
        raise KeyboardInterrupt

    cut = options(world, observed, tmp_path / "cut" / "out", replications=3)
    with monkeypatch.context() as patch, pytest.raises(Exception, match="3 replications are finished and kept"):
        patch.setattr(backtests, "scores", stop)
        backtest(cut)
    assert not (tmp_path / "cut" / "out").exists()
    resumed = backtest(cut).folder
    assert contents(whole) == contents(resumed)
    assert json.loads((resumed / "manifest.json").read_text())["replications_resumed"] == 3


def test_garbage_in_later_figures_changes_scores_only(
    world: str, write: Callable[..., Path], observed: Path, tmp_path: Path
) -> None:
    rows = rows_of_the_small_world()
    later = [r if r[1] < "2025-03-01" or "book_ins" in r[3] else (*r[:4], r[4] + 777, r[5]) for r in rows]
    true = backtest(options(world, observed, tmp_path / "true")).folder
    false = backtest(options(world, write(later, "later.csv"), tmp_path / "false")).folder
    same = {"scenario.yaml", "inputs/arrivals.csv", "parameters.csv"}
    assert all(contents(true)[name] == contents(false)[name] for name in same)
    assert contents(true)["scores.csv"] != contents(false)["scores.csv"]
    for name, left_out in (("daily.csv", "observed"), ("areas.csv", "observed"), ("monthly.csv", "observed")):
        seen = [[{k: v for k, v in row.items() if k != left_out} for row in read_csv(f / name)] for f in (true, false)]
        assert seen[0] == seen[1] or name == "monthly.csv", name


def test_the_fit_sees_nothing_later_and_its_settings_are_played(
    world: str, observed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Figures] = []

    def fit(scenario: object, figures: Figures, until: object) -> Fitted:
        seen.append(figures)
        row = FittedSetting("case.stay", "20 d", "25 d")
        return Fitted(("case.stay={exponential: {mean: 25 d}}",), (row,))

    monkeypatch.setattr(calibration, "fit", fit)
    monkeypatch.setattr(calibration, "is_national", lambda scenario: not seen)  # it is the fit that is looked at
    out = backtest(options(world, observed, tmp_path / "out", fit_until="2025-03-20")).folder
    assert [max(f.last for f in figures).isoformat() for figures in seen] == ["2025-03-20"]
    assert "mean: 25 d" in (out / "scenario.yaml").read_text()
    assert {"method": "simulated", "parameter": "case.stay", "before": "20 d", "after": "25 d", "unit": ""} in read_csv(
        out / "parameters.csv"
    )


def test_months_never_seen_work_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its last 60 days the program cannot go so far; from a file of one's own they do what they did."""
    shipped = load_figures()
    cut = shipped.of("held")[-60].first
    lines = ["from,to,area,series,value,unit,source"]
    lines += [f"{f.first},{f.last},{f.area},{f.series},{f.value!r},{f.unit},mine" for f in shipped if f.last >= cut]
    path = tmp_path / "new-months.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = BacktestOptions("national", first="2025-10-15", last="2025-12-31")
    given: list[list[tuple[object, ...]]] = []  # what the sample of who is held is made of; playing it takes long

    def composition(path: str, sets: object, figures: Figures, start: dt.date) -> str:
        given.append([(f.first, f.last, f.area, f.series, f.value) for f in figures])
        return ""

    monkeypatch.setattr(calibration, "composition_csv", composition)
    whole = settle(asked, tmp_path)
    monkeypatch.setattr(module_of_figures, "shipped", lambda: Figures(f for f in shipped if f.last < cut))
    with pytest.raises(InputError, match="--to: 2025-12-31: book-ins are known to 2025-10-31"):
        settle(asked, tmp_path)
    again = settle(replace(asked, observed=path), tmp_path)
    assert len(lines) > 100 and again.sets == whole.sets and given[0] == given[1] != []
    assert [replace(f, source="") for f in again.figures] == [replace(f, source="") for f in whole.figures]


def test_without_the_extra_there_are_tables_and_a_line(world: str, observed: Path, tmp_path: Path) -> None:
    outcome = backtest(options(world, observed, tmp_path / "out"))
    assert any("pip install" in note for note in outcome.notes)
    assert not list(outcome.folder.glob("held.*")) and (outcome.folder / "scores.csv").exists()


def test_the_chart_is_a_picture(world: str, observed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    monkeypatch.setattr(backtest_files, "NEEDS", ("altair", "vl_convert"))
    out = backtest(options(world, observed, tmp_path / "out")).folder
    assert (out / "held.png").read_bytes().startswith(b"\x89PNG")
    svg = (out / "held.svg").read_text()
    assert all(word in svg for word in ("published", "simulated", "last value", "constant exit hazard", "1 March 2025"))


# --- schedules that know of later days ----------------------------------------------------------------
def test_schedules_of_later_days_are_told_and_can_be_frozen(world: str, observed: Path, tmp_path: Path) -> None:
    text = Path(world).read_text() + "intake: {hours_limit: {2024-01-01: 12 h, 2025-03-10: 72 h}}\n"
    Path(world).write_text(text)
    told = backtest(options(world, observed, tmp_path / "told"))
    assert any("intake.hours_limit" in note and "--freeze" in note for note in told.notes)
    frozen = backtest(options(world, observed, tmp_path / "frozen", freeze=True))
    assert not any("intake.hours_limit" in note for note in frozen.notes)
    assert "72 h" not in (frozen.folder / "scenario.yaml").read_text()


def test_a_frozen_nation_is_valid_and_knows_nothing_later() -> None:
    date = dt.date(2024, 12, 31)
    tree = load("national").tree
    assert "release.clocks.parole.rate.border" in later_changes(tree, date)
    assert later_changes(load("national", frozen_sets(tree, date)).tree, date) == {}


# --- what may be typed wrong ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first": "yesterday"}, "--from: "),
        ({"first": "2025-02-30"}, "--from: "),
        ({"first": "2020-01-01"}, "--from: 2020-01-01: `held` at the midnight before was not published"),
        ({"last": "2025-02-01"}, "--to: 2025-02-01 is before --from"),
        ({"last": "2026-12-31"}, "--to: 2026-12-31: book-ins are known to 2025-12-31"),
        ({"fit_until": "2025-01-31"}, "--fit-until: 2025-01-31 is before the stock at the start, 2025-02-28"),
        ({"fit_until": "2025-02-28"}, "--fit-until: fits scenarios that extend national.yaml"),
        ({"sets": ("start=2025-03-02",)}, "--from: --set start is given too"),
        ({"last": "2025-03-20", "sets": ("days=3",)}, "--to: --set days is given too"),
        ({"sets": ("beds.nothing=1",)}, "unknown key"),
        ({"scenario": "no-such-scenario"}, "no such file or shipped scenario"),
    ],
)
def test_wrong_input_is_one_line_and_nothing_is_written(
    world: str, observed: Path, tmp_path: Path, given: dict[str, object], said: str
) -> None:
    asked = replace(options(world, observed, tmp_path / "out"), **given)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        backtest(asked)
    assert len(caught.value.lines) == 1 and said in caught.value.lines[0]
    assert not (tmp_path / "out").exists() and not (tmp_path / ".out.part").exists()


def test_a_fit_for_which_too_little_was_known_says_so(tmp_path: Path) -> None:
    asked = BacktestOptions("national", first="2025-09-25", fit_until="2025-09-24", out=tmp_path / "out")
    with pytest.raises(InputError, match="--fit-until: 2025-09-24: of what was known then: 2025-09-22: no book_ins"):
        settle(asked, tmp_path)


def test_an_area_the_scenario_has_not_is_said(world: str, write: Callable[..., Path], tmp_path: Path) -> None:
    wrong = write([("2025-03-01", "2025-03-31", "NORTH", "held_mean", 5, "people")])
    with pytest.raises(InputError, match=r"\.csv:2:1: area: NORTH is no area of world, must be of N, S"):
        settle(options(world, wrong, tmp_path / "out"), tmp_path)


def test_only_the_national_pathway_is_calibrated(world: str) -> None:
    assert not calibration.is_national(load(world).scenario)
    assert calibration.is_national(load("goal-3000").scenario)


def test_the_command(world: str, observed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    window = ["--from", "2025-04-01", "--to", "2025-04-20", "--observed", str(observed), "--out", str(tmp_path / "o")]
    assert main(["backtest", world, *window, "--reps", "2", "--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert "people held, mean absolute error" in shown.out and "no chart" in shown.err
    assert main(["backtest", world, *window]) == 2
    assert "exists" in capsys.readouterr().err
    assert main(["backtest", world, "--observed", "nothing.csv"]) == 2


def test_nothing_heavy_is_imported_for_the_tables() -> None:
    code = "import sys, sim.experiment.backtest.run; print('altair' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.slow
@pytest.mark.parametrize(("first", "last"), [("2025-04-01", "2025-09-30"), ("2025-01-01", "2025-03-31")])
def test_the_nation_beats_the_naive_forecasts(first: str, last: str, tmp_path: Path) -> None:
    asked = BacktestOptions(
        "national", first=first, last=last, replications=3, workers=1, out=tmp_path / "out", quiet=True
    )
    outcome = backtest(asked)
    simulated = value(outcome, "simulated", "held", "mape")
    assert all(simulated < value(outcome, method, "held", "mape") for method in METHODS)
    assert value(outcome, "simulated", "held_mean", "error_over_mean_all") < 30


def test_a_world_that_is_not_the_nation_is_told_so(world: str, observed: Path, tmp_path: Path) -> None:
    said = "is a published one: all book-ins of the figures come to it"
    assert not any(said in note for note in backtest(options(world, observed, tmp_path / "a")).notes)
    renamed = tmp_path / "other.yaml"
    renamed.write_text("start: 2025-03-01\ndays: 5\ncase: {mode: stay, stay: 20 d}\n", encoding="utf-8")
    told = backtest(
        BacktestOptions(
            str(renamed),
            ("people.day0.held=7",),
            first="2025-03-01",
            last="2025-03-03",
            replications=1,
            out=tmp_path / "b",
            quiet=True,
        )
    )
    assert any(said in note for note in told.notes)
    assert "--set people.day0.held=7: has no effect, for the back-test sets people.day0.held" in told.notes
