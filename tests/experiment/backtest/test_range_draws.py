"""Doubt: values drawn from their ranges, half of the draws on each side of the value as it stands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sim.experiment.backtest import backtest_files
from sim.experiment.backtest.run import backtest
from sim.experiment.options import BacktestOptions
from sim.experiment.range_draws import acting_ranges, drawn_points, every_range
from sim.experiment.study import Point
from sim.scenario.loading import Resolved, load
from sim.scenario.schema.units import SECONDS

RANGE = "sources: {case.stay: {status: assumed, source: made up, low: -50 %, high: +100 %}}\n"


def stays(points: list[Point], scenario: str) -> list[float]:
    """The mean stay of each point, in days."""
    laws = [load(scenario, point.sets).tree["case"]["stay"] for point in points]
    means = [law["exponential"]["mean"].split() for law in laws]
    return [float(number) * SECONDS[unit] / SECONDS["d"] for number, unit in means]


def drawn(resolved: Resolved, number: int) -> list[Point]:
    """Points drawn from every range."""
    return drawn_points(resolved, number, every_range(resolved))


def test_half_of_the_draws_lie_on_each_side(world: str) -> None:
    Path(world).write_text(Path(world).read_text() + RANGE)
    days = sorted(stays(drawn(load(world), 20), world))
    assert days[0] >= 10 and days[9] <= 20 <= days[10] and days[-1] <= 40
    assert days[0] < 11.1 and days[-1] > 36, "the whole range is used"


def test_each_replication_has_random_numbers_of_its_own_and_all_repeat(world: str) -> None:
    Path(world).write_text(Path(world).read_text() + RANGE)
    points = drawn(load(world), 5)
    assert points == drawn(load(world), 5) and len({point.sets[-1] for point in points}) == 5
    seeds = [{point.sets[-1] for point in drawn(load(world, (f"seed={seed}",)), 40)} for seed in (1, 2, 2**63 - 1)]
    assert len(set.union(*seeds)) == 120, "neighbouring seeds share no random numbers"
    for own in set.union(*seeds):
        load(world, (own,))


def test_a_scenario_without_ranges_has_chance_alone(world: str) -> None:
    assert [len(point.sets) for point in drawn_points(load(world), 3, [])] == [1, 1, 1]


def test_the_nation_has_many_and_any_draw_of_them_is_valid() -> None:
    nation = load("national")
    assert len(acting_ranges(nation)) > 30
    assert not any(one.path.startswith(("arrests", "funding")) for one in acting_ranges(nation))
    for point in drawn_points(nation, 2, acting_ranges(nation)):
        load("national", point.sets)


def test_the_interval_is_wider_and_says_what_it_covers(
    world: str, observed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtest_files, "NEEDS", ("no_such_module",))
    Path(world).write_text(Path(world).read_text() + RANGE)
    widths, covers = [], []
    for ranges in (False, True):
        out = tmp_path / str(ranges)
        asked = BacktestOptions(
            world,
            observed=observed,
            first="2025-03-01",
            last="2025-03-31",
            replications=6,
            workers=1,
            out=out,
            quiet=True,
        )
        outcome = backtest(replace(asked, ranges=ranges))
        widths.append(next(score.value for score in outcome.scores if score.score == "width_95"))
        covers.append(json.loads((out / "manifest.json").read_text())["interval_covers"])
    assert widths[1] > 2 * widths[0]
    assert covers == ["simulation noise only", "simulation noise and the ranges of values"]
