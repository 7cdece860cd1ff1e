"""What a back-test writes (scores, series by day and by period, areas, parameters, the chart) and prints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.table import Table

from sim.experiment.backtest import held_chart as chart
from sim.experiment.backtest.fit.least_squares import Fitted
from sim.experiment.backtest.naive_forecasts import BOOK_INS, GIVEN, METHODS, OPEN
from sim.experiment.backtest.published_comparison import LEVELS, Band, Compared, Comparison, by_area, by_period
from sim.experiment.backtest.published_figures import beside
from sim.experiment.backtest.scores import OLD_SHARES, SIMULATED, Score
from sim.experiment.study import as_written
from sim.files.data_package import Csv
from sim.files.table import read_rows
from sim.scenario.loading import INPUTS, Resolved

if TYPE_CHECKING:
    from sim.experiment.backtest.origins import Score as OriginScore
    from sim.experiment.backtest.run import Outcome


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
    pictures, note = chart.draw(c)
    return scenario_and_figures(driven, observed) | pictures, [note] if note else []


def scenario_and_figures(played: Resolved, observed: Path | None) -> dict[str, bytes]:
    """The scenario played, what it reads and the user's own figures, by name in a result folder."""
    return as_written(played) | ({f"{INPUTS}/figures.csv": observed.read_bytes()} if observed else {})


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


# --- printed --------------------------------------------------------------------------------------
_COLUMNS: Final = {
    SIMULATED: "simulated",
    **{method: method.replace("_", " ") for method in METHODS},
    OLD_SHARES: "shares as they were",
}
_WORDS: Final = [cells for _, cells in read_rows(beside("score_words.csv"), ("study", "series", "score", "words"))]
"""Study (`backtest` or `origins`), series, score and its words, in the order of the tables."""


def score_table(outcome: Outcome) -> Table:
    """The scores over the whole window; those by month are in scores.csv."""
    found = {(s.series, s.score, s.method): s for s in outcome.scores}
    used = [method for method in _COLUMNS if any(s.method == method for s in outcome.scores)]
    shown = Table(title=f"Back-test: {outcome.title}", title_justify="left")
    shown.add_column("score")
    for method in used:
        shown.add_column(_COLUMNS[method], justify="right")
    shown.add_column("unit")
    for series, score, name in (words[1:] for words in _WORDS if words[0] == "backtest"):
        cells = [found.get((series, score, method)) for method in used]
        units = [cell.unit for cell in cells if cell]
        if units:
            shown.add_row(name, *("" if cell is None else f"{cell.value:,.1f}" for cell in cells), units[0])
    return shown


_SERIES: Final = {
    GIVEN: "People held, book-ins given",
    OPEN: "People held, book-ins forecast",
    BOOK_INS: "Book-ins a day",
}


def skill_tables(scores: Sequence[OriginScore]) -> Iterator[Table]:
    """Monthly forecasts: a table per series, a column per method, a row per score and horizon."""
    for series, title in _SERIES.items():
        mine = {(s.score, s.horizon, s.method): s.value for s in scores if s.series == series}
        methods = list(dict.fromkeys(method for _, _, method in mine))
        many = ", ".join(f"{n} from {d} d" for d, n in dict.fromkeys((s.horizon, s.origins) for s in scores))
        shown = Table(title=f"{title} (origins: {many})", title_justify="left")
        for name in ("score", "days", *(method.replace("_", " ") for method in methods)):
            shown.add_column(name, justify="left" if name == "score" else "right")
        horizons = dict.fromkeys(horizon for _, horizon, _ in mine)
        for score, name in (words[2:] for words in _WORDS if words[0] == "origins"):
            for horizon in horizons:
                cells = [mine.get((score, horizon, method)) for method in methods]
                if any(cell is not None for cell in cells):
                    shown.add_row(name, str(horizon), *("" if cell is None else f"{cell:,.2f}" for cell in cells))
        yield shown
