"""The tables of a result folder, from what was measured of each replication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.files.data_package import Csv
from sim.measures.events import Event
from sim.measures.intervals import FEWEST, Estimate, estimate
from sim.measures.measured import Measured
from sim.measures.rows import Cells, Rows, Words
from sim.vocabulary import DAILY_QUANTILES, EMPTY, EXIT_REASONS, FILES, MEASURES, SECONDS_PER_DAY

Replications = Sequence[tuple[int, Measured]]
Row = Iterable[object]


def result_tables(
    name: str,
    measured: Replications,
    twin: Sequence[Sequence[object]] | None = None,
    events: Iterable[tuple[int, Sequence[Event]]] | None = None,
    records: Callable[[], Iterable[tuple[int, Rows]]] | None = None,
) -> list[Csv]:
    """The tables of a result.

    Args:
        name: name of the scenario.
        measured: numbers of replications, each with what was measured.
        twin: rows of `twin.csv`.
        events: numbers of replications, each with the journeys of a sample.
        records: makes the log and the stays of each replication in turn; called once for each of three files.
    """
    rows: dict[str, Iterable[Row]] = {
        "summary.csv": summary_rows(name, measured),
        "replications.csv": replication_rows(name, measured),
        "daily.csv": _daily(name, measured),
        "daily_by_area.csv": _daily_by_area(name, measured),
        "daily_quantiles.csv": daily_quantile_rows(name, measured),
        "exits.csv": list(exit_rows(name, measured)),  # a list, so that datapackage.json says how many there are
        "cohorts.csv": cohort_rows(name, measured),
        "held_by.csv": held_by_rows(name, measured),
    }
    if len(measured) < FEWEST:
        del rows["daily_quantiles.csv"]
    if twin is not None:
        rows["twin.csv"] = twin
    if events is not None:
        rows["events.csv"] = event_rows(events)
    if records is not None:
        rows["log.csv"] = _labelled(name, ((i, one.log) for i, one in records()))
        rows["records.csv"] = _labelled(name, ((i, one.records) for i, one in records()))
        rows["moves.csv"] = _labelled(name, ((i, one.moves) for i, one in records()))
    return [Csv(file, FILES[file], rows[file]) for file in FILES if file in rows]


def summarise(measured: Replications) -> dict[str, Estimate]:
    """Every measure over replications: mean, standard deviation and 95 % interval."""
    return {name: estimate((one.value(name) for _, one in measured), m.unit, m.bounds) for name, m in MEASURES.items()}


# --- rows -----------------------------------------------------------------------------------------
def summary_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `summary.csv`."""
    return [
        (name, measure, e.unit, e.mean, e.sd, e.low, e.high, e.n, *map(_rounded, (e.mean, e.low, e.high)))
        for measure, e in summarise(measured).items()
    ]


def _rounded(value: float | str | None) -> float | None:
    """A number in four digits; None for a word."""
    return float(f"{value:.4g}") if isinstance(value, int | float) else None


def replication_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `replications.csv`."""
    return [(name, i, key, unit, value) for i, one in measured for key, (unit, value) in one.summary.items()]


def exit_rows(name: str, measured: Replications) -> Iterator[Sequence[object]]:
    """The rows of `exits.csv`."""
    for i, one in measured:
        for month, area, reason in np.argwhere(one.exits.people > 0).tolist():
            people, seconds = int(one.exits.people[month, area, reason]), int(one.exits.stay_s[month, area, reason])
            labels = one.exits.months[month], one.areas[area], EXIT_REASONS[reason]
            yield name, i, *labels, people, seconds / people / SECONDS_PER_DAY


def daily_quantile_rows(name: str, measured: Replications) -> Iterator[Sequence[object]]:
    """The rows of `daily_quantiles.csv`: by date, each series over the replications that have a value."""
    series = [column.name for column in FILES["daily.csv"][3:]]
    counts, levels = zip(*(_quantiles([one.daily[key] for _, one in measured]) for key in series), strict=True)
    for day, date in enumerate(_dates(measured[0][1])):
        for key, count, level in zip(series, counts, levels, strict=True):
            if count[day]:
                yield name, date, key, int(count[day]), *level[:, day].tolist()


def _quantiles(values: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """How many replications have a value (D + 1,), and their quantiles (Q, D + 1): linear between order statistics."""
    table = np.array(values, np.float64)
    if values[0].dtype.kind == "i":
        table[table == EMPTY] = np.nan
    count = np.count_nonzero(~np.isnan(table), axis=0)
    levels = np.full((len(DAILY_QUANTILES), table.shape[1]), np.nan)
    levels[:, count > 0] = np.nanpercentile(table[:, count > 0], DAILY_QUANTILES, axis=0)
    return count, levels


def cohort_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `cohorts.csv`."""
    return [(name, i, *row) for i, one in measured for row in one.cohorts.rows(one.start, one.days)]


def held_by_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `held_by.csv`."""
    return [
        (name, i, date, *key, held, left if left >= 0 else None)
        for i, one in measured
        for date, held_then, left_then in zip(_dates(one), one.held_by.held, one.held_by.exits, strict=True)
        for key, held, left in zip(one.held_by.keys, held_then.tolist(), left_then.tolist(), strict=True)
    ]


def event_rows(events: Iterable[tuple[int, Sequence[Event]]]) -> list[Sequence[object]]:
    """The rows of `events.csv`."""
    return [(*event, i) for i, sample in events for event in sample]


def _daily(name: str, measured: Replications) -> Iterator[Row]:
    names = [column.name for column in FILES["daily.csv"][3:]]
    for i, one in measured:
        numbers = (_cells(one.daily[key]) for key in names)
        yield from zip(repeat(name), repeat(i), _dates(one), *numbers, strict=False)


def _daily_by_area(name: str, measured: Replications) -> Iterator[Row]:
    names = [column.name for column in FILES["daily_by_area.csv"][4:]]
    for i, one in measured:
        dates = [date for date in _dates(one) for _ in one.areas]
        numbers = (_cells(one.by_area[key].ravel()) for key in names)
        yield from zip(repeat(name), repeat(i), dates, one.areas * (one.days + 1), *numbers, strict=False)


def _labelled(name: str, tables: Iterable[tuple[int, dict[str, Cells]]]) -> Iterator[Row]:
    for i, columns in tables:
        yield from zip(repeat(name), repeat(i), *map(_words_or_numbers, columns.values()), strict=False)


# --- cells ----------------------------------------------------------------------------------------
def _words_or_numbers(cells: Cells) -> Iterable[object]:
    if not isinstance(cells, Words):
        return _cells(cells)
    labels = [*cells.labels, None]  # code -1 is the last
    return (labels[code] for code in cells.codes.tolist())


def _cells(values: NDArray[Any]) -> Iterable[object]:
    """Numbers; None for EMPTY. An undefined number is nan, which is written as an empty cell."""
    if np.issubdtype(values.dtype, np.integer):
        return (None if value == EMPTY else value for value in values.tolist())
    cells: list[object] = values.tolist()
    return cells


def _dates(one: Measured) -> list[str]:
    return [(one.start + dt.timedelta(days=day)).isoformat() for day in range(-1, one.days)]
