"""The files of a back-test: scores, series by day and by period, areas, parameters, and the chart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.experiment.backtest import held_chart as chart
from sim.experiment.backtest.fit.least_squares import Fitted
from sim.experiment.backtest.naive_forecasts import METHODS
from sim.experiment.backtest.published_comparison import LEVELS, Band, Compared, Comparison, by_area, by_period
from sim.experiment.backtest.scores import SIMULATED, Score
from sim.experiment.study import as_written
from sim.files.data_package import Csv
from sim.scenario.loading import INPUTS, Resolved


def tables(c: Comparison, scores: Sequence[Score], fitted: Fitted) -> list[Csv]:
    """The CSV files."""
    rows: dict[str, Sequence[Sequence[object]]] = {
        "scores.csv": scores,
        "daily.csv": list(_daily(c)),
        "monthly.csv": [_compared(row, row.series) for row in by_period(c)],
        "areas.csv": [_compared(row, row.area) for row in by_area(c)],
        "parameters.csv": list(_parameters(c, fitted)),
    }
    return [Csv.of("backtest", file, of_file) for file, of_file in rows.items()]


def files(c: Comparison, driven: Resolved, observed: Path | None) -> tuple[dict[str, bytes], list[str]]:
    """The other files by name, and lines to be told: the scenario as driven and what it reads, and the chart."""
    found = as_written(driven)
    if observed is not None:
        found[f"{INPUTS}/figures.csv"] = observed.read_bytes()
    pictures, note = chart.draw(c)
    return found | pictures, [note] if note else []


def _daily(c: Comparison) -> Iterator[tuple[object, ...]]:
    band, observed = c.held(), c.observed()
    for day, date in enumerate(c.dates):
        naive = [_cell(c.naive.held[name][day]) if name in c.naive.held else None for name in METHODS]
        yield (date, "held", "people", _cell(observed[day]), *_band(band, day), *naive)


def _compared(row: Compared, of: str) -> tuple[object, ...]:
    """A row of monthly.csv or areas.csv; `of` is its series or its area."""
    return (row.first, row.last, of, row.unit, row.observed, *_band(Band.of(row.simulated[:, None]), 0), row.naive)


def _band(band: Band, at: int) -> list[float | None]:
    ends = [_cell(side[level][at]) if level in side else None for level in LEVELS for side in (band.low, band.high)]
    return [_cell(band.mean[at]), *ends]


def _cell(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _parameters(c: Comparison, fitted: Fitted) -> Iterator[tuple[object, ...]]:
    for path, before, after in fitted.parameters:
        yield SIMULATED, path, before, after, ""
    for method, (name, value, unit) in c.naive.parameters.items():
        yield method, name, "", repr(value), unit
