"""The nation beside what was published: how long October's arrivals stay, and 27 months in one run."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from sim.experiment.backtest.published_figures import shipped
from sim.experiment.backtest.run import backtest
from sim.experiment.backtest.stock_forecast import Known
from sim.experiment.options import BacktestOptions
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.theory.cohort_flow import Cohorts, one_area
from sim.vocabulary import SOURCES

OCTOBER, YEAR_END = dt.date(2025, 10, 1), dt.date(2025, 12, 31)


@pytest.mark.slow
def test_arrivals_of_october_stay_as_long_as_the_flow_implies() -> None:
    """With a bed for everybody: the mean of their stays is the people held ÷ those who leave in a day."""
    scenario = load("national").scenario
    known = Known.of(shipped(), scenario, YEAR_END)
    days = slice(known.day(OCTOBER), None)
    first, last = known.held[known.day(OCTOBER) - 1], known.held[-1]
    implied = known.held[days].sum() / (known.came[days].sum() - (last - first))
    month = one_area(scenario, OCTOBER + dt.timedelta(days=14), 700)
    cohorts = Cohorts(month, build_tables(month))
    interior, border = (cohorts.survival(SOURCES.index(source)).sum() + 0.5 for source in ("at_large", "border"))
    assert 0.895 * interior + 0.105 * border == pytest.approx(implied, rel=0.1), "10.5 % came from the border"


@pytest.mark.slow
def test_27_months_in_one_run(tmp_path: Path) -> None:
    asked = BacktestOptions(
        "national", first="2023-10-01", last="2025-12-31", replications=1, out=tmp_path / "out", quiet=True
    )
    found = {(s.series, s.score): s.value for s in backtest(asked).scores if s.method == "simulated"}
    assert found["held", "mape"] < 2.5 and abs(found["held", "bias"]) < 1
    assert found["held_over_180_d_share", "mean_absolute_error"] < 1.2
    with (tmp_path / "out" / "monthly.csv").open(encoding="utf-8") as file:
        months = [row for row in csv.DictReader(file) if row["series"] == "book_outs_supervision"]
    off = {row["from"]: float(row["mean"]) / float(row["observed"]) - 1 for row in months}
    assert len(off) == 27 and [month for month, error in off.items() if abs(error) > 0.3] in ([], ["2023-10-01"])
