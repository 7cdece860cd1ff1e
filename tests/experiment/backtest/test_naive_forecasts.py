"""Naive forecasts: closed forms, the values they are known to have, and no knowledge of later days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.experiment.backtest.driven_arrivals import window_sets
from sim.experiment.backtest.naive_forecasts import METHODS, constant_hazard, exit_hazard, forecasts
from sim.experiment.backtest.published_figures import Figures, read, shipped
from sim.scenario.loading import load
from sim.scenario.schema import Scenario

from .conftest import CBP, ICE, STAY_D


def window(first: str, last: str, scenario: str = "national") -> Scenario:
    return load(scenario, window_sets(dt.date.fromisoformat(first), dt.date.fromisoformat(last))).scenario


def mape(held: np.ndarray, scenario: Scenario) -> float:
    dates = [scenario.start + dt.timedelta(days=day) for day in range(scenario.days)]
    observed = np.array([shipped().value("held", date) for date in dates])
    return float(100 * np.abs(held / observed - 1).mean())


@pytest.mark.parametrize(
    ("first", "last", "known"),
    [
        ("2025-04-01", "2025-09-30", {"last_value": 12.6, "constant_hazard": 8.4, "constant_stay": 14.4}),
        ("2025-01-01", "2025-03-31", {"last_value": 7.8, "constant_hazard": 7.1, "constant_stay": 7.3}),
    ],
)
def test_the_errors_are_those_known(first: str, last: str, known: dict[str, float]) -> None:
    scenario = window(first, last)
    made = forecasts(shipped(), scenario, scenario.start - dt.timedelta(days=1)).held
    assert {method: round(mape(held, scenario), 1) for method, held in made.items()} == known


def test_no_figure_of_later_days_reaches_a_parameter() -> None:
    scenario, known = window("2025-04-01", "2025-06-30"), dt.date(2025, 3, 31)
    garbage = Figures(f if f.last <= known or "book_ins" in f.series else replace(f, value=1.0) for f in shipped())
    true, false = (forecasts(figures, scenario, known) for figures in (shipped(), garbage))
    assert set(true.held) == set(METHODS) and true.parameters == false.parameters
    assert all(np.array_equal(true.held[method], false.held[method]) for method in METHODS)


def test_book_ins_of_later_days_reach_no_parameter_but_drive() -> None:
    scenario, known = window("2025-04-01", "2025-06-30"), dt.date(2025, 3, 31)
    more = Figures(f if f.last <= known or "book_ins" not in f.series else replace(f, value=9e4) for f in shipped())
    true, false = (forecasts(figures, scenario, known) for figures in (shipped(), more))
    assert true.parameters == false.parameters
    assert (false.held["constant_hazard"] > true.held["constant_hazard"]).all()


def test_a_constant_hazard_has_its_closed_form() -> None:
    held = constant_hazard(1000.0, np.full(50, 30.0), 0.02)
    steady = 30 / 0.02
    assert held == pytest.approx([steady + (1000 - steady) * 0.98**day for day in range(1, 51)])


def test_in_a_steady_world_all_say_the_same(world: str, observed: Path) -> None:
    """50 people a day who stay 20 days are 1,000; the hazard is that of a day, 1 - exp(-1/20) in this world."""
    scenario = load(world, window_sets(dt.date(2025, 4, 1), dt.date(2025, 4, 30))).scenario
    naive = forecasts(read(observed), scenario, scenario.start - dt.timedelta(days=1))
    _, hazard, unit = naive.parameters["constant_hazard"]
    assert (hazard, unit) == (pytest.approx(100 * (ICE + CBP) / (STAY_D * (ICE + CBP)), rel=0.03), "% / d")
    assert all(held == pytest.approx(np.full(30, 1000), rel=0.02) for held in naive.held.values())


def test_where_the_past_is_not_known_a_forecast_is_left_out(world: str, write: Callable[..., Path]) -> None:
    days = [dt.date(2030, 1, 1) + dt.timedelta(days=day) for day in range(60)]
    rows = [
        (d.isoformat(), d.isoformat(), "", s, 10, "people")
        for d in days
        for s in ("held", "book_ins_ice", "book_ins_cbp")
    ]
    scenario = load(world, ("start=2030-02-01", "days=5")).scenario
    assert list(forecasts(read(write(rows)), scenario, dt.date(2030, 1, 31)).held) == ["last_value"]


def test_people_who_never_leave_have_no_hazard(world: str, write: Callable[..., Path]) -> None:
    days = [dt.date(2030, 1, 1) + dt.timedelta(days=day) for day in range(120)]
    rows = [(d.isoformat(), d.isoformat(), "", s, 10, "people") for d in days for s in ("book_ins_ice", "book_ins_cbp")]
    rows += [(d.isoformat(), d.isoformat(), "", "held", 20 * i, "people") for i, d in enumerate(days)]
    assert exit_hazard(read(write(rows)), load(world).scenario, days[-1]) is None
    assert math.isclose(sum(figure.value for figure in read(write(rows)).of("book_ins_ice")), 1200)
