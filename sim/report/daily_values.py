"""What charts are drawn from: a result's daily values over replications, and tables of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.analysis.results import ResultTables, interval_covers
from sim.arrays import Floats
from sim.files.table import Table
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables

Dates = NDArray[np.datetime64]

ENOUGH: Final = 20
"""With fewer replications than this a band runs from the lowest to the highest."""
MOST_POINTS: Final = 400
"""Points of a line; a longer window is thinned."""
WINDOW: Final = 28
"""Days of a running mean: four whole weeks."""
MOST_RESULTS: Final = 4
"""Results that a figure with a picture for each can show."""


def first_few(results: Sequence[ResultTables]) -> tuple[Sequence[ResultTables], list[str]]:
    """The results of which each has a picture of its own, the baseline first; and a sentence if some are left out."""
    more = len(results) > MOST_RESULTS
    left_out = [f"Drawn are the first {MOST_RESULTS} of {len(results)} results."] if more else []
    return results[:MOST_RESULTS], left_out


def replications(result: ResultTables) -> int:
    """How many replications a result has."""
    return len(np.unique(result["daily"]["replication"]))


def daily(result: ResultTables, column: str) -> Floats:
    """A column of daily.csv, (replications, days + 1); the first is the day before the start, empty cells are nan."""
    cells = result["daily"][column].astype(np.float64)
    return cells.reshape(replications(result), -1)


def by_area(result: ResultTables, column: str) -> Floats:
    """A column of daily_by_area.csv, (replications, days + 1, areas)."""
    cells = result["daily_by_area"][column].astype(np.float64)
    n = replications(result)
    return cells.reshape(n, len(result["daily"]) // n, -1)


def dates(result: ResultTables) -> Dates:
    """The dates of the rows of daily.csv, (days + 1,)."""
    every: Dates = result["daily"]["date"]
    return every[: len(every) // replications(result)]


def running(values: Floats, days: int = WINDOW) -> Floats:
    """Mean of the last `days` days, of all days so far early on; (..., D) as given."""
    sums = np.cumsum(values, axis=-1)
    short = np.minimum(np.arange(1, values.shape[-1] + 1), days)
    before = np.concatenate([np.zeros((*values.shape[:-1], min(days, values.shape[-1]))), sums[..., :-days]], axis=-1)
    return np.asarray((sums - before) / short)


def settled(values: Floats, days: int = 7) -> Floats:
    """Running means of whole weeks, (replications, days less a week): the first week, while lines fill, is left out.

    Of a window below four weeks the daily values as they are.
    """
    return values if values.shape[-1] <= WINDOW else running(values[:, 1:], days)[:, days:]


def spread(values: NDArray[np.float64]) -> tuple[Any, Any]:
    """Low and high over replications, the first axis: the middle 90 %, of fewer than ENOUGH lowest to highest."""
    low, high = np.quantile(values, (0.05, 0.95) if len(values) >= ENOUGH else (0.0, 1.0), axis=0)
    return low, high


def band(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, low and high over replications: the middle 90 %, or lowest to highest; nan of a single replication."""
    mean = values.mean(axis=0)
    if len(values) < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    return mean, *spread(values)


def covers(results: Sequence[ResultTables], what: str = "Bands") -> str:
    """What the bands of these results, or `what`, cover; empty without any."""
    most = max(map(replications, results))
    if most < 2:
        return ""
    part = "hold the middle 90 %" if most >= ENOUGH else "run from the lowest to the highest"
    return f"{what} {part} of {most} replications: {interval_covers(results)}."


def line(
    result: ResultTables,
    series: str,
    values: Floats,
    unit: str = "people",
    *,
    steps: bool = False,
    when: Dates | None = None,
) -> dict[str, Any]:
    """Return columns of a line for `collect`: its mean and its band by date.

    `values` are (replications, days) up to the last day, or at `when`; `steps` keeps only where a plan changes.
    """
    when = dates(result)[-values.shape[-1] :] if when is None else when
    mean, low, high = band(values)
    kept = _changes(mean) if steps else _thinned(len(when))
    kept = kept[~np.isnan(mean[kept])]
    here = {"date": when[kept], "mean": mean[kept], "low": low[kept], "high": high[kept]}
    names = {"scenario": result.name, "series": series, "unit": unit}
    return {key: np.full(len(kept), text, dtype=object) for key, text in names.items()} | here


def collect(
    name: str,
    results: Sequence[ResultTables],
    lines: Callable[[ResultTables], Iterable[Mapping[str, Any]]],
) -> Table:
    """Return the table of all lines of all results."""
    return table(name, [one for result in results for one in lines(result)])


def drawn(data: Table, label: str, series: str, bands: bool = True) -> list[dict[str, Any]]:
    """Rows of one line of such a table, as a chart needs them: `date`, `mean`, and the band where it has a width."""
    rows = data.where(scenario=label, series=series)
    wide = bands and bool((rows["high"] > rows["low"]).any())
    return rows.select("date", "mean", *(("low", "high") if wide else ())).rows()


def days(results: Sequence[ResultTables]) -> int:
    """Days from the first date of any window to the last of any."""
    every = [dates(result) for result in results]
    return int((max(one[-1] for one in every) - min(one[0] for one in every)).astype(int))


def table(name: str, parts: Sequence[Mapping[str, Any]], units: Mapping[str, str] | None = None) -> Table:
    """One table of parts with the same columns. Raises ValueError for no part."""
    made = {key: np.concatenate([np.asarray(part[key]) for part in parts]) for key in parts[0]}
    return Table(name, made, units or {})


def columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> dict[str, Any]:
    """Rows with the same keys as columns: text as objects, numbers as float64, None as nan; `names` where none is."""
    found = {key: [row[key] for row in rows] for key in (rows[0] if rows else names)}
    return {
        key: np.array(values, dtype=object if any(isinstance(value, str) for value in values) else np.float64)
        for key, values in found.items()
    }


def plans(result: ResultTables) -> Tables | None:
    """What the scenario asks for and gives, by day and area; None where it cannot be read."""
    try:
        return build_tables(Scenario.model_validate(result.scenario))
    except ValueError:
        return None


def _thinned(n: int) -> NDArray[np.int64]:
    """At most about MOST_POINTS positions of n, evenly spaced, with the first and the last."""
    step = -(-n // MOST_POINTS)
    return np.unique(np.append(np.arange(0, n, step), n - 1)).astype(np.int64)


def _changes(values: Floats) -> NDArray[np.int64]:
    """Where a value differs from the one before or after it, and both ends."""
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        return there.astype(np.int64)
    moved = np.flatnonzero(np.diff(values[there]) != 0)
    kept: NDArray[np.int64] = there[np.unique(np.concatenate([[0, len(there) - 1], moved, moved + 1])).astype(int)]
    return kept
