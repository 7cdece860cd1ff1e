"""`sensitivity`: single changes, screening and indices of the simulator; what is written, shown and refused."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sim.analysis import assumed_ranges as spans
from sim.analysis.intervals import paired
from sim.cli import main
from sim.errors import InputError, Interrupted, RunError
from sim.experiment.options import RunOptions, SensitivityOptions
from sim.experiment.run import run
from sim.experiment.sensitivity import sensitivity
from sim.experiment.sensitivity.sensitivity import HEADLINE, Outcome, Plan, play, settle
from sim.experiment.store import PartFolder
from sim.experiment.study import Study, Values
from sim.scenario.loading import load
from sim.scenario.provenance.ranges import ranges
from sim.vocabulary import MEASURES, TEXT
from tests.experiment.worlds import second_fails

WORLD = """\
start: 2025-01-01
days: 40
replications: 3
arrests: {sources: {border: {rate: 6 / d}}}
beds: {contracted: 40, ladder: [release: {after: 0 h, mandatory: true}]}
case: {mode: stay, stay: {exponential: {mean: 10 d}}}
funding: {prices: {bed_night: $100 / bed-night}}
sources:
  arrests.sources.border.rate: {status: derived, source: counted, low: -20 %, high: +20 %}
  beds.contracted: {status: assumed, source: judgement, low: x 0.5, high: x 1}
  case.stay: {status: assumed, source: judgement, low: -30 %, high: +30 %}
  funding.prices.bed_night: {status: assumed, source: judgement, low: $50 / bed-night, high: $200 / bed-night}
  beds.ladder: {status: assumed, source: judgement, fixed: a rule}
"""


@pytest.fixture
def asked(tmp_path: Path) -> SensitivityOptions:
    file = tmp_path / "small.yaml"
    file.write_text(WORLD, encoding="utf-8")
    return SensitivityOptions(str(file), replications=3, workers=1, out=tmp_path / "out", quiet=True)


def played(options: SensitivityOptions) -> Outcome:
    return play(settle(options))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def kept(folder: Path) -> dict[str, bytes]:
    """What may not differ between equal studies."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


# --- one at a time ------------------------------------------------------------------------------
def test_effects_are_paired_differences_from_the_scenario_as_stated(asked: SensitivityOptions, tmp_path: Path) -> None:
    effects = {effect.range.path: effect for effect in played(asked).effects("held_mean")}
    assert list(effects) == ["beds.contracted", "case.stay", "funding.prices.bed_night"]
    values = []
    for name, sets in (("base", ()), ("low", ("case.stay={exponential: {mean: 7 d}}",))):
        result = run(RunOptions(asked.scenario, sets, out=tmp_path / name, quiet=True))
        values.append([float(one.measured.value("held_mean") or 0) for one in result.finished])
    assert effects["case.stay"].low == paired(*values)
    assert effects["beds.contracted"].changes[1] == 0  # its high end is the scenario as stated
    assert effects["funding.prices.bed_night"].changes == (0, 0)


def test_the_scenario_as_stated_is_played_once(asked: SensitivityOptions) -> None:
    plan = settle(asked)
    assert [point.name for point in plan.points] == [
        "base",
        *("beds.contracted low", "case.stay low", "case.stay high"),
        *("funding.prices.bed_night low", "funding.prices.bed_night high"),
    ]
    assert plan.study.base.scenario == plan.study.resolve(plan.points[0]).scenario


def test_rows_are_ranked_by_swing(asked: SensitivityOptions) -> None:
    folder = played(asked).plan.study.part.final
    tornado = rows(folder, "tornado.csv")
    assert len({row["measure"] for row in tornado}) > 30
    for measure in {row["measure"] for row in tornado}:
        of = [row for row in tornado if row["measure"] == measure]
        ends = [[float(row[key]) for key in ("mean", "mean_low", "mean_high")] for row in of]
        assert [int(row["rank"]) for row in of] == [1, 2, 3]
        assert all(max(a) - min(a) >= max(b) - min(b) - 1e-9 for a, b in pairwise(ends))
        assert {row["unit"] for row in of} == {MEASURES[measure].unit} != {TEXT}
    changes = {(row["measure"], row["path"], row["statistic"]): row for row in rows(folder, "sensitivity.csv")}
    cost = changes["cost_usd_total", "funding.prices.bed_night", "change_low"]
    assert (cost["rank"], cost["unit"], cost["status"], cost["low"]) == ("1", "USD", "assumed", "$50 / bed-night")
    assert float(cost["ci_low"]) < float(cost["value"]) < float(cost["ci_high"]) < 0


def test_a_comparison_can_read_the_changes(asked: SensitivityOptions) -> None:
    """`compare --ranges` takes the ends of single changes, and the scenario."""
    outcome = played(asked)
    assert spans.FILE == sensitivity.FILE
    changes = {row["statistic"] for row in rows(outcome.plan.study.part.final, spans.FILE)}
    assert changes == {"change_low", "change_high"}
    assert load(outcome.plan.study.part.final / spans.SCENARIO).tree == outcome.plan.study.base.tree
    about = json.loads((outcome.plan.study.part.final / "manifest.json").read_text())
    assert (about["study"], about["method"], about["points"]) == ("sensitivity", "oat", 6)


def single(folder: Path, **means: list[float]) -> Outcome:
    """A study of two ranges, of the rate and of the stay, that came to these means of held_mean."""
    file = folder / "world.yaml"
    file.write_text(WORLD, encoding="utf-8")
    paths = {"rate": "arrests.sources.border.rate", "stay": "case.stay"}
    chosen = [one for one in ranges(load(file)) if one.path in paths.values()]
    names = {key: " ".join([paths.get(word, word) for word in key.split("_")]) for key in means}
    by = {names[key]: {i: {"held_mean": x} for i, x in enumerate(values)} for key, values in means.items()}
    plan = Plan(SensitivityOptions("x"), None, tuple(chosen), (), None, range(1))  # type: ignore[arg-type]
    return Outcome(plan, Values(by), {})


def test_the_spread_adds_changes_in_quadrature(tmp_path: Path) -> None:
    ends = {"rate_low": [7.0], "rate_high": [9.0], "stay_low": [6.0], "stay_high": [12.0]}
    low, high = single(tmp_path, base=[10.0], **ends).spread("held_mean")
    assert low == pytest.approx(10 - math.hypot(3, 4))  # the furthest down of each
    assert high == 12  # the only way up


def test_the_spread_leaves_out_what_chance_gives(tmp_path: Path) -> None:
    noise = {"rate_low": [11.0, 9.2, 10.0], "rate_high": [10.0, 10.0, 10.0]}
    shift = {"stay_low": [8.0, 8.0, 8.0], "stay_high": [14.0, 12.0, 13.0]}
    low, high = single(tmp_path, base=[10.0, 10.0, 10.0], **noise, **shift).spread("held_mean")
    assert low == 8
    assert high == pytest.approx(10 + math.sqrt(9 - 1 / 3))  # squared change less squared standard error


def test_chance_is_the_squared_standard_error_whatever_the_interval(tmp_path: Path) -> None:
    """Of twelve values, one far out, the interval is a bootstrap's, which has no standard error to be read off."""
    ends = {end: [10.0] * 12 for end in ("rate_low", "rate_high", "stay_low")} | {"stay_high": [12.0] * 11 + [36.0]}
    study = single(tmp_path, base=[10.0] * 12, **ends)
    change = study.effects("held_mean")[0].high
    assert change is not None and change.method == "bootstrap"
    assert study.spread("held_mean")[1] == pytest.approx(10 + math.sqrt(4**2 - 48 / 12))


# --- screening and indices ----------------------------------------------------------------------
def statistics(folder: Path, measure: str) -> dict[str, dict[str, float]]:
    """Statistics by path, in order of rank."""
    found: dict[str, dict[str, float]] = {}
    for row in rows(folder, "sensitivity.csv"):
        if row["measure"] == measure:
            found.setdefault(row["path"], {})[row["statistic"]] = float(row["value"])
    return found


def test_screening_finds_what_matters(asked: SensitivityOptions) -> None:
    folder = played(replace(asked, method="morris", trajectories=4, replications=1)).plan.study.part.final
    held, cost = statistics(folder, "held_mean"), statistics(folder, "cost_usd_total")
    assert list(held["case.stay"]) == ["mu_star", "mu", "sigma"]
    assert held["case.stay"]["mu"] > 0 and held["funding.prices.bed_night"]["mu_star"] == 0
    assert next(iter(cost)) == "funding.prices.bed_night"
    positions = [float(row["position"]) for row in rows(folder, "design.csv")]
    assert len(positions) == 4 * 4 * 3 and min(positions) == 0 and max(positions) == 1
    assert not (folder / "tornado.csv").exists()


def test_indices_of_the_few_that_lead_a_screening(asked: SensitivityOptions, tmp_path: Path) -> None:
    asked = replace(asked, replications=1)
    screening = tmp_path / "screening"
    played(replace(asked, method="morris", trajectories=2, out=screening))
    options = replace(asked, method="sobol", screening=screening, measures=("cost_usd_total",), top=2, samples=16)
    found = statistics(played(options).plan.study.part.final, "cost_usd_total")
    assert len(found) == 2 and next(iter(found)) == "funding.prices.bed_night"
    assert found["funding.prices.bed_night"]["total"] > 0.5
    assert {row["unit"] for row in rows(tmp_path / "out", "sensitivity.csv")} == {"1"}


def test_named_ranges_may_be_of_any_status(asked: SensitivityOptions) -> None:
    plan = settle(replace(asked, method="sobol", vary=("arrests.sources.border.rate",), samples=4))
    assert [one.path for one in plan.ranges] == ["arrests.sources.border.rate"]
    assert plan.design is not None and plan.design.shape == (4 * 3, 1)
    assert plan.points[0].sets == plan.ranges[0].at(plan.design[0, 0])


def test_a_measure_that_is_not_always_there_is_left_out(asked: SensitivityOptions) -> None:
    outcome = played(replace(asked, measures=("held_mean", "arrest_goal")))
    assert list(outcome.left_out()) == ["arrest_goal: has no value at some point of this study, left out"]
    assert [heading.split(":")[0].strip() for heading, _ in sensitivity.shown(outcome)] == ["held_mean"]


# --- the same bytes -----------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["oat", "morris"])
def test_a_study_that_was_stopped_goes_on(
    asked: SensitivityOptions, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = replace(asked, method=method, trajectories=2 if method == "morris" else None)
    whole = kept(played(replace(options, out=tmp_path / "whole")).plan.study.part.final)
    save, left = PartFolder.save, iter([None] * 4)

    def stop(*arguments: Any) -> None:
        if next(left, 0) == 0:
            raise KeyboardInterrupt
        save(*arguments)

    with monkeypatch.context() as patched, pytest.raises(Interrupted, match="4 replications are finished"):
        patched.setattr(PartFolder, "save", stop)
        played(options)
    assert not (tmp_path / "out").exists()
    outcome = played(options)
    assert outcome.plan.study.resumed == 4
    assert kept(outcome.plan.study.part.final) == whole


def test_the_number_of_workers_changes_nothing(asked: SensitivityOptions, tmp_path: Path) -> None:
    one = kept(played(asked).plan.study.part.final)
    two = kept(played(replace(asked, workers=2, out=tmp_path / "two")).plan.study.part.final)
    assert one == two


def test_a_replication_that_fails_is_told(asked: SensitivityOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "Study", partial(Study, measuring=second_fails))
    outcome = played(asked)
    assert {failure.replication for failure in outcome.plan.study.failures} == {2}
    assert outcome.effects("held_mean")[0].low.n == 2  # type: ignore[union-attr]
    with pytest.raises(RunError) as caught:
        played(replace(asked, method="morris", trajectories=2, force=True))
    assert "failed: ZeroDivisionError: of the second (worlds.py:" in caught.value.lines[0]
    assert caught.value.lines[-1].endswith("not written, for no measure has a value at every point")


# --- what is shown and said ---------------------------------------------------------------------
def test_how_many_runs_is_said_before(asked: SensitivityOptions) -> None:
    plan = settle(asked)
    assert plan.heading() == "small: one at a time over 3 ranges, 3 replications per point"
    assert plan.forecast()[0].startswith("6 points, 18 replications; 18 to play")


def test_the_tables_show_the_first_ranks(asked: SensitivityOptions) -> None:
    outcome = played(replace(asked, measures=("cost_usd_total",), top=2))
    ((heading, table),) = sensitivity.shown(outcome)
    assert " as stated\nfrom chance alone $" in heading
    assert " (95 %); over the ranges of the assumed values $" in heading
    assert table.row_count == 2 and next(iter(table.columns[1].cells)) == "funding.prices.bed_night"
    assert "ranked by the largest swing" in sensitivity.footer(outcome)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"method": "all"}, '--method: "all" is not one of oat, morris, sobol'),
        ({"measures": ("held",)}, '--measure: "held" is no measure with numbers; did you mean held_end?'),
        ({"measures": ("binding_stage",)}, '--measure: "binding_stage" is no measure with numbers; '),
        (
            {"vary": ("beds.contract",)},
            '--vary: "beds.contract" has no range of its own under sources, did you mean be',
        ),
        ({"vary": ("beds.ladder",)}, "--vary: beds.ladder is not varied: a rule"),
        ({"method": "sobol"}, "--method sobol: name what is to vary with --vary PATH, or take --screening"),
        (
            {"method": "sobol", "vary": ("beds.contracted",), "samples": 100},
            "--samples: 100 is not a power of 2; write 64 or 128",
        ),
        ({"samples": 64}, "--samples: belongs to --method sobol, not to oat; leave it out"),
        (
            {"method": "sobol", "vary": ("beds.contracted",), "trajectories": 4},
            "--trajectories: belongs to --method morris, not to sobol",
        ),
        ({"screening": Path("none"), "vary": ("case.stay",)}, "--screening: --vary is given too"),
        ({"method": "sobol", "screening": Path("none")}, "--screening: none is no Morris screening of these measures"),
        ({"sets": ("beds=null", "case.stay=1 d", "funding=null")}, "gives no assumed value a range"),
        (
            {"sets": ("beds=null", "case.stay=1 d", "funding=null", "arrests.sources.border.rate=1 / d")},
            "has no ranges under sources",
        ),
    ],
)
def test_what_cannot_be_asked_is_one_line(asked: SensitivityOptions, changes: dict[str, Any], line: str) -> None:
    with pytest.raises(InputError) as caught:
        settle(replace(asked, **changes))
    assert len(caught.value.lines) == 1 and line in caught.value.lines[0]


def test_an_end_that_does_not_fit_the_rest_is_told_by_its_path(asked: SensitivityOptions) -> None:
    world = WORLD.replace(
        "$100 / bed-night}}", "$100 / bed-night}, buys: {beds: {account: custody, price: $1 / unit-year}}}"
    )
    entry = "  funding.buys.beds.price: {status: assumed, source: judgement, low: -100 %, high: +5 %}\n"
    Path(asked.scenario).write_text(world + entry, encoding="utf-8")
    with pytest.raises(InputError, match=r"^funding.buys.beds.price: cannot be played at its low end, -100 %: .*above"):
        settle(asked)


def test_the_command(asked: SensitivityOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sensitivity", asked.scenario, "--reps", "2", "--workers", "1", "--out", str(tmp_path / "out")]
    assert main([*command, "--dry-run"]) == 0
    assert not (tmp_path / "out").exists() and len(capsys.readouterr().out.splitlines()) == 3
    assert main([*command, "--measure", "held_mean", "--measure", "arrest_goal"]) == 0
    told = capsys.readouterr()
    assert "held_mean: " in told.out and told.out.endswith(
        f"ranked by the largest swing; written to {tmp_path / 'out'}\n"
    )
    assert told.err == "arrest_goal: has no value at some point of this study, left out\n"
    assert main(command) == 2
    assert "exists; choose another folder" in capsys.readouterr().err


def test_every_headline_measure_is_one() -> None:
    assert all(MEASURES[measure].unit != TEXT for measure in HEADLINE)
