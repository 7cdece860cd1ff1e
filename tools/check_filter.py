"""Simulation-based calibration of the monthly forecasts: `python -m tools.check_filter`.

Plays 200 synthetic nations whose pace wanders as the forecast believes, forecasts each from what would have been
published, and compares (Talts et al. 2018): the rank of the truth among the paths is uniform if the bands are right,
and the error of each value says what published figures can tell. The stock last seen, which nobody holds steady in
these worlds, is left out of the forecast.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.experiment.backtest.stock_forecast import (
    AGES,
    LAST_VALUE,
    RETURN_DAYS,
    WANDER,
    Filter,
    Known,
    State,
    course,
    wander,
)

Floats = NDArray[np.float64]

PAST: Final = 600
HORIZONS: Final = (30, 90, 180)
PATHS: Final = 99
VALUES: Final = ("level", "mean", "release", "cases", "all")


class World(NamedTuple):
    """A synthetic nation: what is published, its hazard by days held, and the true values by day."""

    known: Known
    hazard: Floats
    level: Floats
    mean: float
    release: Floats


def world(rng: np.random.Generator) -> World:
    """People come at a drifting rate and leave by chance, at a level that wanders as the forecast believes."""
    days = PAST + HORIZONS[-1]
    hazard = 0.035 * np.exp(-np.arange(AGES) / rng.uniform(60, 240)) + rng.uniform(0.006, 0.012)
    mean, rate = rng.uniform(0.7, 1.3), rng.uniform(0.001, 0.006)
    pace = np.exp(wander(2, days, rng)[0])
    came = rng.poisson(900 * np.exp(np.cumsum(0.01 * rng.standard_normal(days)))).astype(np.float64)
    ages = np.exp(-np.cumsum(hazard)) * 900
    held, released = np.empty(days), np.empty(days)
    for day in range(days):
        ages[-2] += ages[-1]
        ages = np.concatenate([came[day : day + 1], ages[:-1]])
        stay = np.exp(-(mean * hazard + rate) * pace[day])
        left = rng.binomial(ages.astype(np.int64), 1 - stay)
        share = rate / (mean * hazard + rate)
        released[day] = (left * share).sum() / max(left.sum(), 1)
        ages = ages - left
        held[day] = ages.sum()
    known = Known(dt.date(2024, 1, 1), came, held, released, released)
    return World(known, hazard, mean * pace, mean, rate * pace)


def ranks(one: World, rng: np.random.Generator) -> list[int]:
    """The rank of the people held among the paths, 0 to PATHS, at each horizon."""
    state = _state(one)
    combined = course(state, one.hazard, one.known.came[PAST:], wander(PATHS, HORIZONS[-1], rng))
    paths = (combined / state.ages.sum() ** LAST_VALUE) ** (1 / (1 - LAST_VALUE))
    return [int((paths[:, day - 1] < one.known.held[PAST + day - 1]).sum()) for day in HORIZONS]


def errors(one: World) -> list[float]:
    """Logarithm of each value as filtered over the true one, in the order of VALUES."""
    state, day = _state(one), slice(PAST - 7, PAST)
    expected, held = state.ages @ one.hazard, state.ages.sum()
    level, release = one.level[day].mean(), one.release[day].mean()
    found = (
        state.level,
        state.mean,
        state.release,
        state.level * expected,
        state.level * expected + state.release * held,
    )
    true = (level, one.mean, release, level * expected, level * expected + release * held)
    return [float(np.log(a / b)) for a, b in zip(found, true, strict=True)]


def _state(one: World) -> State:
    return Filter(one.known.until(PAST), one.hazard).state(PAST)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print ranks, coverage and errors."""
    parser = argparse.ArgumentParser(prog="python -m tools.check_filter", description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    worlds = [world(np.random.default_rng([1, i])) for i in range(parser.parse_args(arguments).worlds)]
    rank = np.array([ranks(one, np.random.default_rng([2, i])) for i, one in enumerate(worlds)])
    error = np.array([errors(one) for one in worlds])
    print(f"level about its mean: {WANDER:g} of its logarithm, {RETURN_DAYS} d; {len(worlds)} worlds")
    for column, day in enumerate(HORIZONS):
        inside = {
            level: np.mean(np.abs(rank[:, column] - PATHS / 2) <= level / 200 * (PATHS + 1)) for level in (50, 80, 95)
        }
        tenths = np.bincount(rank[:, column] * 10 // (PATHS + 1), minlength=10)
        covered = ", ".join(f"{level} %: {100 * share:.0f} %" for level, share in inside.items())
        print(f"{day} d: covered {covered}; ranks by tenth {' '.join(map(str, tenths))}")
    for column, name in enumerate(VALUES):
        print(f"{name}: error {100 * error[:, column].mean():+.1f} %, spread {100 * error[:, column].std():.1f} %")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
