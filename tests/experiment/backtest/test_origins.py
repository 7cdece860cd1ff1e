"""Monthly forecasts: the filter finds what made a world, nothing of later days reaches a forecast, scores by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import InputError
from sim.experiment.backtest import origins
from sim.experiment.backtest.naive_forecasts import BANDED, BOOK_INS, GIVEN, OPEN, NaiveBands
from sim.experiment.backtest.stock_forecast import (
    AGES,
    ELASTICITY,
    WANDER,
    Filter,
    Known,
    book_in_paths,
    chance,
    course,
    wander,
)
from sim.experiment.options import BacktestOptions
from sim.scenario.loading import load
from sim.vocabulary import STUDY_FILES

DAYS, HAZARD, LEVEL, RELEASE = 400, 0.02, 0.7, 0.004
FLAT = np.full(AGES, HAZARD)
EVEN = np.ones(7)


def known(days: int = DAYS, level: float = LEVEL) -> Known:
    """A hundred people come a day; a share of 1 − exp(−(level × hazard + releases)) of those there leaves."""
    rate = level * HAZARD + RELEASE
    came, held = np.full(days, 100.0), []
    stock = 100 / (np.exp(rate) - 1)
    for come in came:
        stock = (stock + come) * np.exp(-rate)
        held.append(stock)
    released = np.full(days, RELEASE / rate)
    return Known(dt.date(2024, 1, 1), came, np.array(held), released, released)


def test_the_filter_finds_level_and_rate_and_the_forecast_goes_on_from_there() -> None:
    world = known()
    state = Filter(world, FLAT).state(300)
    assert state.level == pytest.approx(LEVEL, rel=0.02) and state.mean == pytest.approx(LEVEL, rel=0.02)
    assert state.release == pytest.approx(RELEASE, rel=0.02)
    held = course(state, FLAT, world.came[300:], np.zeros((1, 100)))[0]
    assert held == pytest.approx(world.held[300:], rel=0.01)


def test_a_level_last_seen_returns_to_its_mean() -> None:
    world = known()
    state = replace(Filter(world, FLAT).state(300), level=1.4, mean=0.7)
    path = state.path(400)
    assert path[0] == pytest.approx(1.4) and path[60] == pytest.approx(0.7 * 2 ** np.exp(-1)) and path[-1] < 0.71


def test_more_people_raise_throughput_by_the_elasticity() -> None:
    state = replace(Filter(known(), FLAT).state(300), release=0.0)
    crowded = replace(state, ages=2 * state.ages)
    once, twice = (course(each, FLAT, np.zeros(1), np.zeros((1, 1)))[0, 0] for each in (state, crowded))
    people = state.ages.sum()
    assert np.log(2 * people / twice) / np.log(people / once) == pytest.approx(2 ** (ELASTICITY - 1))


def test_nothing_of_later_days_reaches_a_forecast() -> None:
    true = known()
    false = replace(true, held=np.where(np.arange(DAYS) < 300, true.held, 5.0))
    made = [origins.forecasts(world, FLAT, EVEN, [300], 20, 1) for world in (true, false)]
    for series, methods in BANDED.items():
        for method in (origins.FILTERED, *methods):
            one, other = (each.by[series][300][method] for each in made)
            assert np.array_equal(one, other), (series, method)


def test_book_ins_of_later_days_reach_only_forecasts_to_which_they_are_given() -> None:
    true = known()
    false = replace(true, came=np.where(np.arange(DAYS) < 300, true.came, 500.0))
    one, other = (origins.forecasts(world, FLAT, EVEN, [300], 20, 1) for world in (true, false))
    for series in (OPEN, BOOK_INS):
        assert all(np.array_equal(one.by[series][300][m], other.by[series][300][m]) for m in one.by[series][300])
    assert (other.by[GIVEN][300][origins.FILTERED] > one.by[GIVEN][300][origins.FILTERED]).all()


def test_a_steady_world_is_forecast_by_every_method_without_error() -> None:
    made = origins.forecasts(known(), FLAT, EVEN, [250, 280], 20, 1)
    found = {(s.series, s.method, s.horizon, s.score): s.value for s in origins.scores(made)}
    methods = [(series, method) for series, methods in BANDED.items() for method in methods]
    assert all(found[series, method, 90, "mape"] < 2 for series, method in methods)
    assert found[GIVEN, origins.FILTERED, 90, "mape"] < 2 and found[GIVEN, origins.FILTERED, 90, "coverage_95"] == 100


def test_scores_by_hand() -> None:
    """A band of five per cent to each side of 100, and 104 and 107 seen."""
    quantiles = np.interp(origins.LEVELS, [0.025, 0.5, 0.975], [95, 100, 105])[:, None] * np.ones(2)
    found = origins.scored(quantiles, np.array([104.0, 107.0]))
    assert found["mape"] == pytest.approx(50 * (4 / 104 + 7 / 107)) and found["bias"] == pytest.approx(-found["mape"])
    assert (found["coverage_95"], found["coverage_50"]) == (50, 0)
    assert found["width_95"] == pytest.approx(50 * (10 / 104 + 10 / 107))
    error = np.array([104.0, 107.0]) - quantiles
    level = np.array(origins.LEVELS)[:, None]
    pinball = 2 * np.where(error >= 0, level * error, (level - 1) * error).mean(axis=0)
    assert found["wis"] == pytest.approx(50 * (pinball / [104, 107]).sum())


def test_bands_of_a_naive_forecast_are_its_own_errors_both_ways() -> None:
    world = known()
    noise = 1 + 0.1 * (-1.0) ** np.arange(DAYS)
    bands = NaiveBands(replace(world, held=world.held * noise), origins.LEVELS).quantiles(GIVEN, "last_value", 300, 4)
    middle = origins.LEVELS.index(0.5)
    assert np.log(bands[-1] / bands[middle]) == pytest.approx(-np.log(bands[0] / bands[middle]))
    assert bands[-1, 0] / bands[middle, 0] == pytest.approx(1.1 / 0.9, rel=0.05)


def test_paths_wander_about_zero_and_book_ins_about_their_weekdays() -> None:
    rng = np.random.default_rng(1)
    paths = wander(400, 100, rng)
    assert np.abs(paths.mean(axis=0)).max() < 1e-12 and paths[:, -1].std() == pytest.approx(WANDER, rel=0.1)
    weekdays = np.array([1, 1, 1, 1, 1, 1, 8]) / 2
    drawn = book_in_paths(known(), weekdays, 14, 400, rng)
    sunday = (6 - (known().first + dt.timedelta(days=DAYS)).weekday()) % 7
    assert drawn[:, sunday].mean() / drawn[:, (sunday + 1) % 7].mean() == pytest.approx(8, rel=0.05)


def test_chance_of_a_stock_in_balance() -> None:
    """In the long run half the variance of a Poisson number: book-ins are given."""
    spread = chance(np.full(2_000, 400.0), np.full(2_000, 8.0), 400.0)
    assert spread[-1] == pytest.approx(200**0.5, rel=0.02) and spread[0] < spread[-1]


def test_the_tables_have_a_column_per_method_and_a_row_per_score_and_horizon() -> None:
    made = list(origins.scores(origins.forecasts(known(), FLAT, EVEN, [250], 20, 1)))
    given, open_, book_ins = origins.skill_tables(made)
    assert given.title == "People held, book-ins given (origins: 1 from 30 d, 1 from 90 d)"
    heads = [str(column.header) for column in given.columns]
    assert heads == ["score", "days", "filtered", *(m.replace("_", " ") for m in BANDED[GIVEN]), "chance"]
    assert given.row_count == 2 * 7, "seven scores at two horizons; nothing is relative to an error of 0"
    assert min(open_.row_count, book_ins.row_count) >= 2 * 7


def test_quantiles_stand_in_the_columns_of_the_hubs() -> None:
    made = origins.forecasts(known(), FLAT, EVEN, [380], 20, 1)
    rows = [
        dict(zip((column.name for column in STUDY_FILES["origins"]["forecasts.csv"]), row, strict=True))
        for row in origins.hub(made)
    ]
    held = [row for row in rows if row["target"] == GIVEN and row["model_id"] == origins.FILTERED]
    assert [row["output_type_id"] for row in held if row["horizon"] == 14] == list(origins.LEVELS)
    assert {row["horizon"] for row in rows} == {7, 14} and {row["output_type"] for row in rows} == {"quantile"}
    first = known().first + dt.timedelta(days=380)
    assert all(row["target_end_date"] == first + dt.timedelta(days=int(str(row["horizon"])) - 1) for row in rows)


@pytest.mark.slow
def test_the_nation_from_july_2025(tmp_path: Path) -> None:
    asked = BacktestOptions(
        "national",
        origins="monthly",
        first="2025-07-01",
        last="2025-09-30",
        replications=5,
        out=tmp_path / "r",
        quiet=True,
    )
    folder, found = origins.backtest_origins(asked)
    mape = {(s.method, s.horizon): s.value for s in found if (s.series, s.score) == (GIVEN, "mape")}
    assert mape["filtered", 30] < min(mape["hazard_30_d", 30], mape["last_value", 30]) < 3
    assert (folder / "forecasts.csv").read_text(encoding="utf-8").startswith("origin_date,target,horizon,")
    assert load(folder / "scenario.yaml").tree == load("national").tree


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"origins": "weekly"}, '--origins: "weekly", must be monthly'),
        ({"origins": "monthly", "freeze": True}, "leave --freeze out"),
        ({"origins": "monthly", "first": "2022-12-01"}, "must lie within"),
        ({"origins": "monthly", "first": "2025-12-02"}, "no month begins from 2025-12-02"),
        ({"origins": "monthly", "scenario": "one-facility"}, "give a scenario that extends national.yaml"),
    ],
)
def test_what_is_refused(given: dict[str, Any], problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=problem):
        origins.backtest_origins(BacktestOptions(**{"scenario": "national", "out": tmp_path / "r", **given}))
