"""Scores worked out by hand from made-up replications and figures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.experiment.backtest.naive_forecasts import Naive
from sim.experiment.backtest.published_comparison import (
    EXITS_OF,
    SHARES_DAYS,
    Band,
    Comparison,
    Played,
    Score,
    by_area,
    by_period,
    scores,
)
from sim.experiment.backtest.published_figures import BOOK_OUTS, QUANTILES, read
from sim.scenario.loading import load
from sim.vocabulary import EXIT_REASONS, SECONDS_PER_DAY

DAYS = 31
MARCH = ("2025-03-01", "2025-03-31")
FEBRUARY = ("2025-02-01", "2025-02-28")


def played(held: float, removed: int, bonds: int, long: int = 10) -> Played:
    """Every day the same: three in four are held in the first area; 20 days is every stay."""
    stock = np.tile(np.array([int(held * 0.75), held - int(held * 0.75)], dtype=np.int64), (DAYS + 1, 1))
    exits = np.zeros((DAYS, len(EXIT_REASONS)), np.int64)
    exits[:, EXIT_REASONS.index("removed")] = removed
    exits[:, EXIT_REASONS.index("bond")] = bonds
    quantiles = np.array([2.0, 10.0, 25.0, 55.0, 105.0, 150.0])
    return Played(stock, np.full(DAYS + 1, long), exits, exits * 20 * SECONDS_PER_DAY, quantiles)


@pytest.fixture
def comparison(world: str, write: Callable[..., Path]) -> Comparison:
    """Published: 100 held each day (50 on the last), 8 of 10 removed, 40 days, 20 % held long; naive: always 90."""
    days = [(dt.date(2025, 3, 1) + dt.timedelta(days=day)).isoformat() for day in range(DAYS)]
    rows = [(day, day, "", "held", 100 if day < days[-1] else 50, "people") for day in days]
    for span, removed, total in ((FEBRUARY, 70, 100), (MARCH, 80, 100)):
        rows += [(*span, "", "book_outs_removed", removed, "people"), (*span, "", "book_outs_total", total, "people")]
        rows += [(*span, "", "book_outs_bond", total - removed, "people"), (*span, "", "alos", total * 0.4, "d")]
        rows += [(*span, "N", "held_mean", removed, "people"), (*span, "S", "held_mean", total - removed, "people")]
    rows += [(days[9], days[9], "", name, n, "people") for name, n in zip(AGES, (80, 10, 6, 4), strict=True)]
    rows += [("2025-03-01", "2025-03-31", "", f"stay_p{p}", v, "d") for p, v in zip(QUANTILES, STAYS, strict=True)]
    scenario = load(world, ("start=2025-03-01", f"days={DAYS}")).scenario
    plays = [played(80, 3, 1), played(100, 3, 1), played(120, 3, 1)]
    return Comparison(scenario, read(write(rows)), plays, Naive({"last_value": np.full(DAYS, 90.0)}, {}))


AGES = ("held_0_180_d", "held_181_365_d", "held_366_730_d", "held_over_730_d")
STAYS = (1, 8, 25, 50, 100, 150)


def of(found: list[Score], method: str, series: str, score: str) -> Score:
    (one,) = [s for s in found if (s.method, s.series, s.score) == (method, series, score)]
    return one


def test_people_held(comparison: Comparison) -> None:
    found = scores(comparison)
    assert of(found, "simulated", "held", "mape").value == pytest.approx(100 / DAYS)
    assert of(found, "simulated", "held", "bias").value == pytest.approx(100 / DAYS)
    worst = of(found, "simulated", "held", "worst_day")
    assert (worst.value, worst.first, worst.last) == (100.0, dt.date(2025, 3, 31), dt.date(2025, 3, 31))
    assert of(found, "last_value", "held", "mape").value == pytest.approx((30 * 10 + 80) / DAYS)
    assert of(found, "last_value", "held", "bias").value == pytest.approx((30 * -10 + 80) / DAYS)


def test_prediction_intervals_cover_one_replication_to_come() -> None:
    """Student's interval for one more draw: of many draws from the normal, about the stated share falls inside."""
    rng = np.random.default_rng(4)
    band = Band.of(rng.normal(100, 1, (10, 20000)))
    fresh = rng.normal(100, 1, 20000)
    for level in (95, 80):
        inside = np.mean((band.low[level] <= fresh) & (fresh <= band.high[level]))
        assert inside == pytest.approx(level / 100, abs=0.01)


def test_coverage_and_width(comparison: Comparison) -> None:
    found = scores(comparison)
    half = stats.t.ppf(0.975, 2) * 20 * math.sqrt(1 + 1 / 3)
    assert of(found, "simulated", "held", "coverage_95").value == 100.0
    width = of(found, "simulated", "held", "width_95")
    assert width.value == pytest.approx(2 * half * (30 * 1 + 2) / DAYS) and width.unit == "%"


def test_one_replication_has_no_interval(comparison: Comparison) -> None:
    alone = Comparison(comparison.scenario, comparison.figures, comparison.played[:1], comparison.naive)
    assert not [score for score in scores(alone) if score.score.startswith(("coverage", "width"))]


def test_exits_stays_and_ages(comparison: Comparison) -> None:
    found = scores(comparison)
    removed = of(found, "simulated", "removed_share", "error")
    assert (removed.value, removed.unit, removed.first.month) == (75 - 80, "points", 3)
    assert of(found, "last_value", "removed_share", "error").value == 70 - 80
    assert of(found, "simulated", "alos", "error").value == pytest.approx(-50)
    assert of(found, "last_value", "alos", "error").value == pytest.approx(0)
    assert of(found, "simulated", "stay_p25", "error").value == pytest.approx(25)
    assert of(found, "simulated", "stay_p75", "error").value == pytest.approx(10)
    long = of(found, "simulated", "held_over_180_d_share", "error")
    assert long.value == pytest.approx((1000 / 80 + 1000 / 100 + 1000 / 120) / 3 - 20) and long.first.day == 10


def test_areas(comparison: Comparison) -> None:
    """Simulated 75 and 25 against 80 and 20; at the shares of February, which weigh most, 70 and 30 of the same 100."""
    found = scores(comparison)
    days = by_area(comparison)[0]
    weight = np.exp(-((days.last - days.first).days + 1) / 2 / SHARES_DAYS)
    assert of(found, "simulated", "held_mean", "error_over_mean").value == pytest.approx(10 + 10 * weight)
    assert of(found, "shares_as_they_were", "held_mean", "error_over_mean").value == pytest.approx(20)
    assert [row.area for row in by_area(comparison)] == ["N", "S"]


def test_book_outs_by_reason(comparison: Comparison) -> None:
    rows = {row.series: row for row in by_period(comparison) if row.first.month == 3}
    assert rows["book_outs_bond"].simulated.tolist() == [31] * 3 and rows["book_outs_bond"].observed == 20
    assert rows["book_outs_total"].simulated.tolist() == [124] * 3
    assert rows["book_outs_removed"].naive == pytest.approx(70 / 28 * 31)


def test_every_reason_of_exit_is_counted_once() -> None:
    counted = [reason for reasons in EXITS_OF.values() for reason in reasons]
    assert sorted(counted) == sorted(EXIT_REASONS) and set(EXITS_OF) == set(BOOK_OUTS)
