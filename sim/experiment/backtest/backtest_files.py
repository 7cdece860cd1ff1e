"""The files of a back-test: scores, series by day and by period, areas, parameters, and the chart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sim.experiment.backtest import held_chart as chart
from sim.experiment.backtest.fit.least_squares import Fitted
from sim.experiment.backtest.naive_forecasts import METHODS
from sim.experiment.backtest.published_comparison import LEVELS, Band, Compared, Comparison, by_area, by_period
from sim.experiment.backtest.scores import SIMULATED, Score
from sim.experiment.study import as_written
from sim.files.data_package import Csv
from sim.scenario.loading import INPUTS, Resolved
from sim.vocabulary import Column

_FROM: Final = Column("from", "date", "", "first day")
_TO: Final = Column("to", "date", "", "last day")
_SERIES: Final = Column("series", "string", "", "what is compared")
_UNIT: Final = Column("unit", "string", "", "unit of the values")
_OBSERVED: Final = Column("observed", "number", "as in unit", "as published; empty if it was not")


def _value(name: str, meaning: str) -> Column:
    return Column(name, "number", "as in unit", meaning)


_MEAN: Final = _value("mean", "mean of the replications")
_BANDS: Final = tuple(
    _value(f"{end}_{level}", f"{word} end of the {level} % prediction interval; manifest.json says what it covers")
    for level in LEVELS
    for end, word in (("low", "low"), ("high", "high"))
)
_NAIVE: Final = {
    "last_value": "the stock at the start",
    "constant_hazard": "the same share of the people held leaves every day",
    "constant_stay": "everybody stays equally long",
}
SCORES: Final = (
    Column("method", "string", "", "simulated, or a naive forecast"),
    _SERIES,
    _FROM,
    _TO,
    Column("score", "string", "", "kind of score"),
    Column("value", "number", "as in unit", "the score; errors are simulated less published"),
    Column("unit", "string", "", "unit of the value; points: difference of two percentages"),
)
DAILY: Final = (
    Column("date", "date", "", "day; people held at its end"),
    _SERIES,
    _UNIT,
    _OBSERVED,
    _MEAN,
    *_BANDS,
    *(_value(name, f"naive forecast: {meaning}") for name, meaning in _NAIVE.items()),
)
MONTHLY: Final = (
    _FROM,
    _TO,
    _SERIES,
    _UNIT,
    _OBSERVED,
    _MEAN,
    *_BANDS,
    _value("last_value", "naive forecast: as last published before the start; empty if there is none"),
)
AREAS: Final = (
    _FROM,
    _TO,
    Column("area", "string", "", "code of the area of detention"),
    _UNIT,
    _OBSERVED,
    _MEAN,
    *_BANDS,
    _value("shares_as_they_were", "naive forecast: the area's last published share of the people held in the model"),
)
PARAMETERS: Final = (
    Column("method", "string", "", "simulated, or a naive forecast"),
    Column("parameter", "string", "", "path in the scenario, or name of the parameter"),
    Column("before", "string", "", "as the scenario says; empty for a naive forecast"),
    Column("after", "string", "", "as fitted"),
    Column("unit", "string", "", "unit; empty where the values carry it"),
)


def tables(c: Comparison, scores: Sequence[Score], fitted: Fitted) -> list[Csv]:
    """The CSV files."""
    return [
        Csv("scores.csv", SCORES, scores),
        Csv("daily.csv", DAILY, list(_daily(c))),
        Csv("monthly.csv", MONTHLY, [_compared(row, row.series) for row in by_period(c)]),
        Csv("areas.csv", AREAS, [_compared(row, row.area) for row in by_area(c)]),
        Csv("parameters.csv", PARAMETERS, list(_parameters(c, fitted))),
    ]


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
