"""What a back-test writes (scores, series by day and by period, areas, parameters, the chart) and prints."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from rich.table import Table

from sim.arrays import Floats
from sim.experiment.backtest.fit.least_squares import Fitted
from sim.experiment.backtest.naive_forecasts import METHODS
from sim.experiment.backtest.published_comparison import (
    LEVELS,
    OLD_SHARES,
    SIMULATED,
    Band,
    Compared,
    Comparison,
    Score,
    by_area,
    by_period,
)
from sim.experiment.backtest.published_figures import beside
from sim.experiment.study import as_written
from sim.files.data_package import Csv
from sim.files.table import read_rows
from sim.scenario.loading import INPUTS, Resolved

if TYPE_CHECKING:
    import altair


def tables(c: Comparison, scores: Sequence[Score], fitted: Fitted) -> list[Csv]:
    """The CSV files."""
    rows: dict[str, Sequence[Sequence[object]]] = {
        "scores.csv": scores,
        "daily.csv": list(_daily(c)),
        "monthly.csv": [_compared(row, row.series) for row in by_period(c)],
        "areas.csv": [_compared(row, row.area) for row in by_area(c)],
        "parameters.csv": [
            *((SIMULATED, path, before, after, "") for path, before, after in fitted.parameters),
            *((method, name, "", repr(value), unit) for method, (name, value, unit) in c.naive.parameters.items()),
        ],
    }
    return [Csv.of("backtest", file, of_file) for file, of_file in rows.items()]


def scenario_and_figures(played: Resolved, observed: Path | None) -> dict[str, bytes]:
    """The scenario played, what it reads and the user's own figures, by name in a result folder."""
    return as_written(played) | ({f"{INPUTS}/figures.csv": observed.read_bytes()} if observed else {})


def _daily(c: Comparison) -> Iterator[tuple[object, ...]]:
    naive = (c.naive.held.get(name, np.full(len(c.dates), math.nan)).tolist() for name in METHODS)
    yield from zip(
        c.dates, repeat("held"), repeat("people"), c.observed.tolist(), *_columns(c.held), *naive, strict=False
    )


def _compared(row: Compared, of: str) -> tuple[object, ...]:
    """A row of monthly.csv or areas.csv; `of` is its series or its area."""
    simulated = (column[0] for column in _columns(Band.of(row.simulated[:, None])))
    return (row.first, row.last, of, row.unit, row.observed, *simulated, row.naive)


def _columns(band: Band) -> list[list[float]]:
    """The mean and the ends of both intervals, (D,) each; nan without an interval."""
    none = np.full(len(band.mean), math.nan)
    ends = [side.get(level, none) for level in LEVELS for side in (band.low, band.high)]
    return [column.tolist() for column in (band.mean, *ends)]


# --- printed --------------------------------------------------------------------------------------
_COLUMNS: Final = {
    SIMULATED: "simulated",
    **{method: method.replace("_", " ") for method in METHODS},
    OLD_SHARES: "shares as they were",
}
WORDS: Final = [cells for _, cells in read_rows(beside("score_words.csv"), ("study", "series", "score", "words"))]
"""Study (`backtest` or `origins`), series, score and its words, in the order of the tables."""


def score_table(title: str, scores: Sequence[Score]) -> Table:
    """The scores over the whole window; those by month are in scores.csv."""
    found = {(s.series, s.score, s.method): s for s in scores}
    used = [method for method in _COLUMNS if any(s.method == method for s in scores)]
    shown = Table("score", title=f"Back-test: {title}", title_justify="left")
    for method in used:
        shown.add_column(_COLUMNS[method], justify="right")
    shown.add_column("unit")
    for series, score, name in (words[1:] for words in WORDS if words[0] == "backtest"):
        cells = [found.get((series, score, method)) for method in used]
        units = [cell.unit for cell in cells if cell]
        if units:
            shown.add_row(name, *("" if cell is None else f"{cell.value:,.1f}" for cell in cells), units[0])
    return shown


# --- the chart ------------------------------------------------------------------------------------
NEEDS: Final = ("altair", "vl_convert")
"""What draws the chart. Colours are those of Okabe and Ito (2008), told apart with any colour vision."""
_LINES: Final[dict[str, tuple[str, str, list[int], float]]] = {
    "observed": ("published", "#000000", [1, 0], 2.2),
    "simulated": ("simulated", "#0072B2", [1, 0], 2.2),
    "last_value": ("last value", "#999999", [2, 2], 1.6),
    "constant_hazard": ("constant exit hazard", "#D55E00", [8, 3], 1.6),
    "constant_stay": ("constant stay", "#009E73", [8, 3, 2, 3], 1.6),
}
"""Line: its name in the legend, colour, dash and width."""


def draw(c: Comparison) -> tuple[dict[str, bytes], list[str]]:
    """held.png and held.svg: people held as published, as simulated and by naive forecasts.

    Without the libraries no picture, and a line that says what to install.
    """
    if any(find_spec(name) is None for name in NEEDS):
        return {}, ["no chart: it needs Altair and vl-convert, `pip install altair vl-convert-python`"]
    picture, png, svg = _chart(c), io.BytesIO(), io.StringIO()
    picture.save(png, format="png", ppi=144)
    picture.save(svg, format="svg")
    return {"held.png": png.getvalue(), "held.svg": svg.getvalue().encode()}, []


def _chart(c: Comparison) -> altair.TopLevelMixin:
    import altair as alt

    when = {"axis": {"format": "%-d %b %y", "labelOverlap": True}, "timeUnit": "utcyearmonthdate", "type": "temporal"}
    x = {"field": "date", "title": None, **when}
    y = {"axis": {"format": ",d"}, "scale": {"zero": False}, "title": "people held at midnight"}
    names, *looks = (list(part) for part in zip(*(_LINES[name] for name in _held(c)), strict=True))
    each = {"field": "line", "sort": names, "title": None, "type": "nominal"}
    scales = ({"domain": names, "range": look} for look in looks)
    channels = zip(("color", "strokeDash", "strokeWidth"), scales, strict=True)
    band = {"mark": {"type": "area", "color": "#0072B2", "opacity": 0.18}}
    ends = {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    lines = {
        "data": {"values": _points(c)},
        "mark": {"type": "line", "clip": True},
        "encoding": {
            "x": x,
            "y": {"field": "held", "type": "quantitative", **y},
            **{channel: {**each, "scale": scale} for channel, scale in channels},
        },
    }
    spec = {
        "layer": [*({"data": {"values": rows}, **band, "encoding": ends} for rows in _bands(c)), lines],
        "title": _title(c),
        "width": 760,
        "height": 380,
        "config": {"legend": {"orient": "bottom", "symbolSize": 400, "symbolStrokeWidth": 2, "labelLimit": 300}},
    }
    return alt.Chart.from_dict(spec)


def _title(c: Comparison) -> dict[str, object]:
    days = f"{c.start:%-d %B %Y} to {c.end:%-d %B %Y}"
    levels = " and ".join(f"{level} %" for level in LEVELS)
    shaded = f"Shaded: {levels} prediction intervals of {len(c.played)} replications, {c.covers}"
    errors = ", ".join(
        f"{_LINES[name][0]} {_mape(held, c.observed):.1f} %" for name, held in _held(c).items() if name != "observed"
    )
    below = [f"Driven by published book-ins. Mean absolute error: {errors}", *([shaded] if len(c.played) > 1 else [])]
    return {"text": f"People held, {days}", "subtitle": below, "anchor": "start", "subtitleColor": "#555555"}


def _held(c: Comparison) -> dict[str, Floats]:
    """People held by line, (D,) each."""
    return {"observed": c.observed, "simulated": c.held.mean, **c.naive.held}


def _mape(held: Floats, observed: Floats) -> float:
    return float(100 * np.nanmean(np.abs(held / np.where(observed > 0, observed, np.nan) - 1)))


def _points(c: Comparison) -> list[dict[str, object]]:
    return [
        {"date": date.isoformat(), "line": _LINES[name][0], "held": round(float(people), 1)}
        for name, held in _held(c).items()
        for date, people in zip(c.dates, held, strict=True)
        if not np.isnan(people)
    ]


def _bands(c: Comparison) -> list[list[dict[str, object]]]:
    """The prediction intervals, the widest first."""
    ends = [zip(c.dates, c.held.low[level], c.held.high[level], strict=True) for level in LEVELS if level in c.held.low]
    return [[{"date": date.isoformat(), "low": float(a), "high": float(b)} for date, a, b in each] for each in ends]
