"""Causes of a difference: shares that add up to it in whole people, whatever the order."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from sim.analysis.manifest import read_manifest
from sim.cli import main
from sim.errors import InputError
from sim.experiment import causes, study
from sim.experiment.causes import as_setting, coalitions, group_of, orders, run, scenario_of, shares, whole
from sim.experiment.options import StudyOptions
from tests.experiment.worlds import second_fails

A = """
name: a
start: 2025-01-01
days: 30
arrests: {goal: 9 / d, sources: {at_large: {officers: 100, arrests_per_officer_day: 0.05}}}
beds: {contracted: 20, ladder: [release: {after: 6 h}]}
case: {mode: stay, stay: {exponential: {mean: 5 d}}}
funding:
  base: little
  level: little
  levels:
    little: {custody: $1000 / yr, enforcement: $1000 / yr}
    much: {custody: {2025-01-05: $1000 / yr, 2025-01-06: $3000 / yr}, enforcement: $3000 / yr}
  buys:
    beds: {account: custody, price: $200 / unit-year}
    officers: {account: enforcement, share: 50 %, price: $10 / unit-year}
    desks: {account: enforcement, share: 10 %, price: $10 / unit-year}
intake: {desks: 1, processing: {exponential: {mean: 2 h}}}
"""


@pytest.fixture
def scenarios(tmp_path: Path) -> tuple[Path, Path]:
    """Two that differ in the funding level, and in the patience of the ladder."""
    a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
    a.write_text(A, encoding="utf-8")
    b.write_text("extends: a.yaml\nname: b\nfunding: {level: much}\ncase: {stay: {exponential: {mean: 4 d}}}\n")
    return a, b


def test_shares_of_a_known_game() -> None:
    """Two left gloves and a right one (Shapley): a pair is worth 1."""
    groups = ("left", "other left", "right")
    value = {one: int("right" in one and len(one) > 1) for one in coalitions(groups)}
    assert shares(groups, value) == {"left": Fraction(1, 6), "other left": Fraction(1, 6), "right": Fraction(2, 3)}


def test_many_groups_take_a_sample_of_orders() -> None:
    """Their shares still add up exactly; without interactions each group has its own."""
    groups = tuple("abcdefgh")
    value = {one: sum(ord(letter) for letter in one) ** 2 for one in coalitions(groups)}
    assert sum(shares(groups, value).values()) == value[frozenset(groups)]
    assert len(coalitions(groups)) < 100 and len(orders(groups)) == 12
    plain = {one: sum(ord(letter) for letter in one) for one in coalitions(groups)}
    assert shares(groups, plain) == {letter: ord(letter) for letter in groups}


def test_whole_numbers_add_up() -> None:
    assert whole([1.5, 1.5, -0.4], 2.6) == [2, 1, 0] and sum(whole([0.3, 0.3, 0.4], 1)) == 1


def test_groups_and_settings() -> None:
    assert [group_of(path) for path in ("arrests.goal", "case.dockets.x.judges", "removal.groups.m.share", "days")] == [
        *("goal", "judges", "documents", "days")
    ]
    assert as_setting("{a: $1,234,567 / yr, b: 2}") == "{a: $1234567 / yr, b: 2}"


def test_causes_of_two_scenarios(scenarios: tuple[Path, Path], tmp_path: Path) -> None:
    """What the dollars buy is divided; every difference is the sum of its shares."""
    out = tmp_path / "out"
    options = StudyOptions(str(scenarios[0]), replications=3, out=out, quiet=True, engine="simpy")
    found = run(options, str(scenarios[1]), ("arrests", "held_end", "releases_no_bed"))
    assert found.groups == ("beds", "officers", "desks", "case")
    with (out / "causes.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for measure in ("arrests", "held_end", "releases_no_bed"):
        share = {row["group"]: float(row["share"]) for row in rows if row["measure"] == measure}
        whole_difference = share.pop("all")
        assert sum(share.values()) == pytest.approx(whole_difference, abs=1e-9)
        assert whole_difference * 3 == pytest.approx(round(whole_difference * 3))
    arrests = {row["group"]: float(row["share"]) for row in rows if row["measure"] == "arrests"}
    assert arrests["officers"] == arrests["all"] > 30 and arrests["beds"] == arrests["desks"] == arrests["case"] == 0
    assert any(line.startswith("arrests: ") and "= officers " in line for line in found.lines())


def test_a_mixture_that_fails_is_told(scenarios: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "Study", lambda *args: study.Study(*args, measuring=second_fails))
    monkeypatch.chdir(scenarios[0].parent)
    arguments = ["compare", "--causes", *map(str, scenarios), "--reps", "2", "--out", "out"]
    assert main(arguments) == 1
    assert {one["replication"] for one in read_manifest(Path("out/manifest.json"), ())["failed"]} == {2}


def test_equal_scenarios_are_refused(scenarios: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no inputs differ"):
        run(StudyOptions(str(scenarios[0]), out=tmp_path / "out", quiet=True), str(scenarios[0]))


def test_a_name_is_a_scenario_or_else_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b", "erlang-b"):
        (folder := Path("results", name)).mkdir(parents=True)
        (folder / "scenario.yaml").touch()
    assert scenario_of("b") == scenario_of("results/b") == ["results/b/scenario.yaml"]
    both = "erlang-b: taken as the included scenario; for the result write results/erlang-b"
    assert scenario_of("erlang-b") == ["erlang-b", both] and scenario_of("mmc") == ["mmc"]
    with pytest.raises(InputError, match="erlang-d: no such file or shipped scenario, did you mean"):
        scenario_of("erlang-d")


def test_a_baseline_without_a_funding_level_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(A.replace("  base: little\n  level: little\n", ""), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\nfunding: {base: little, level: much}\n", encoding="utf-8")
    with pytest.raises(InputError, match="differ in ways that cannot be changed one by one"):
        run(StudyOptions(str(tmp_path / "a.yaml"), out=tmp_path / "out", quiet=True), str(tmp_path / "b.yaml"))
