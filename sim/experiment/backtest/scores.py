"""Scores of a back-test: what was simulated and what naive forecasts say, against what was published."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.experiment.backtest.published_comparison import Compared, Comparison, by_area, by_period
from sim.experiment.backtest.published_figures import QUANTILES

SIMULATED: Final = "simulated"
OLD_SHARES: Final = "shares_as_they_were"


class Score(NamedTuple):
    """One row of `scores.csv`."""

    method: str
    series: str
    first: dt.date
    last: dt.date
    score: str
    value: float
    unit: str


def scores(c: Comparison) -> list[Score]:
    """Every score."""
    periods = by_period(c)
    return [
        *_daily(c, SIMULATED, c.held.mean),
        *(score for method, held in c.naive.held.items() for score in _daily(c, method, held)),
        *_coverage(c),
        *_of_series(periods, "removed_share", "points"),
        *_of_series(periods, "held_over_180_d_share", "points"),
        *_of_series(periods, "alos", "%"),
        *(score for p in QUANTILES for score in _errors(periods, f"stay_p{p}", "%")),
        *_areas(by_area(c)),
    ]


def _daily(c: Comparison, method: str, held: Floats) -> Iterator[Score]:
    """Mean absolute percentage error, mean error and worst day of the people held."""
    observed = np.where(c.observed > 0, c.observed, math.nan)  # of nobody nothing is a share
    error = 100 * (held - observed) / observed
    if np.isnan(error).all():
        return
    worst = int(np.nanargmax(np.abs(error)))
    day = c.dates[worst]
    yield Score(method, "held", c.start, c.end, "mape", float(np.nanmean(np.abs(error))), "%")
    yield Score(method, "held", c.start, c.end, "bias", float(np.nanmean(error)), "%")
    yield Score(method, "held", day, day, "worst_day", float(error[worst]), "%")


def _coverage(c: Comparison) -> Iterator[Score]:
    """Share of the published days inside the prediction interval, and its mean width."""
    there = c.observed > 0
    for level in c.held.low if there.any() else ():
        low, high, seen = c.held.low[level][there], c.held.high[level][there], c.observed[there]
        inside = 100 * float(np.mean((low <= seen) & (seen <= high)))
        width = 100 * float(np.mean((high - low) / seen))
        yield Score(SIMULATED, "held", c.start, c.end, f"coverage_{level}", inside, "%")
        yield Score(SIMULATED, "held", c.start, c.end, f"width_{level}", width, "%")


def _of_series(rows: Sequence[Compared], series: str, unit: str) -> Iterator[Score]:
    """The error of each period, and over all of them the mean absolute and the largest."""
    each = list(_errors(rows, series, unit))
    yield from each
    for method in (SIMULATED, "last_value"):
        if mine := [score for score in each if score.method == method]:
            span = (min(score.first for score in mine), max(score.last for score in mine))
            mean = float(np.mean([abs(score.value) for score in mine]))
            worst = max(mine, key=lambda score: abs(score.value))
            yield Score(method, series, *span, "mean_absolute_error", mean, worst.unit)
            yield worst._replace(score="worst_period")


def _errors(rows: Sequence[Compared], series: str, unit: str) -> Iterator[Score]:
    """The error of each period by method: in points of a share, or in per cent of the published value."""
    for method in (SIMULATED, "last_value"):
        for row in rows:
            value = _value(row, method)
            if row.series == series and row.observed > 0 and not math.isnan(value):
                error = value - row.observed if unit == "points" else 100 * (value / row.observed - 1)
                yield Score(method, series, row.first, row.last, "error", error, unit)


def _value(row: Compared, method: str) -> float:
    if method == SIMULATED:
        return float(row.simulated.mean())
    return math.nan if row.naive is None else row.naive


def _areas(rows: Sequence[Compared]) -> Iterator[Score]:
    """Mean absolute error over the areas ÷ their mean, by period and over all periods."""
    for method in (SIMULATED, OLD_SHARES):
        known = [row for row in rows if method == SIMULATED or row.naive is not None]
        spans = [((row.first, row.last), row) for row in known]
        periods = {span: [row for own, row in spans if own == span] for span in sorted({span for span, _ in spans})}
        for span, here in periods.items():
            yield Score(method, "held_mean", *span, "error_over_mean", _over_mean(here, method), "%")
        if periods:
            whole = (min(first for first, _ in periods), max(last for _, last in periods))
            yield Score(method, "held_mean", *whole, "error_over_mean_all", _over_mean(known, method), "%")


def _over_mean(rows: Sequence[Compared], method: str) -> float:
    off = sum(abs(_value(row, method) - row.observed) for row in rows)
    total = sum(row.observed for row in rows)
    return 100 * off / total if total else math.nan
