"""The tables of a run in memory, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from sim.files.table import Cells, Table, of_rows, units_and_whole
from sim.measures.events import Event
from sim.measures.intervals import FEWEST
from sim.measures.measured import Measured
from sim.measures.writing import (
    Replications,
    cohort_rows,
    daily_quantile_rows,
    event_rows,
    exit_rows,
    held_by_rows,
    replication_rows,
    summary_rows,
)
from sim.vocabulary import EMPTY, FILES

V = TypeVar("V")


class Lazy(Mapping[str, V]):
    """A mapping whose values are made when they are first asked for, by any thread."""

    def __init__(self, makers: Mapping[str, Callable[[], V]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._made:
            self._made.setdefault(key, self._makers[key]())
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def tables_of(
    name: str,
    measured: Replications,
    twin: Callable[[], Sequence[Sequence[object]]],
    events: Iterable[tuple[int, Sequence[Event]]] | None = None,
) -> Lazy[Table]:
    """The tables of the result folder that a run would write, each made when asked for.

    `measured` and `events` are pairs of a replication's number and what it gave; `twin` makes the rows of `twin.csv`.
    """
    makers: dict[str, Callable[[], Table]] = {
        "summary": lambda: _file("summary", summary_rows(name, measured)),
        "replications": lambda: _file("replications", replication_rows(name, measured)),
        "daily": lambda: _daily(name, measured),
        "daily_by_area": lambda: _daily_by_area(name, measured),
        "exits": lambda: _file("exits", list(exit_rows(name, measured))),
        "cohorts": lambda: _file("cohorts", cohort_rows(name, measured)),
        "held_by": lambda: _file("held_by", held_by_rows(name, measured)),
        "twin": lambda: _file("twin", twin()),
    }
    if len(measured) >= FEWEST:
        makers["daily_quantiles"] = lambda: _file("daily_quantiles", list(daily_quantile_rows(name, measured)))
    return Lazy(makers if events is None else makers | {"events": lambda: _file("events", event_rows(events))})


def _file(name: str, rows: Sequence[Sequence[object]]) -> Table:
    return of_rows(name, FILES[f"{name}.csv"], rows)


def _daily(name: str, measured: Replications) -> Table:
    dates = [_dates(one) for _, one in measured]
    numbers = {column.name: [one.daily[column.name] for _, one in measured] for column in FILES["daily.csv"][3:]}
    return _series("daily", name, measured, {"date": dates}, numbers)


def _daily_by_area(name: str, measured: Replications) -> Table:
    dates = [np.repeat(_dates(one), len(one.areas)) for _, one in measured]
    areas = [np.tile(np.array(one.areas, dtype=object), one.days + 1) for _, one in measured]
    columns = FILES["daily_by_area.csv"][4:]
    numbers = {column.name: [one.by_area[column.name].ravel() for _, one in measured] for column in columns}
    return _series("daily_by_area", name, measured, {"date": dates, "area": areas}, numbers)


def _series(
    file: str,
    name: str,
    measured: Replications,
    labels: Mapping[str, Sequence[Cells]],
    numbers: Mapping[str, Sequence[Cells]],
) -> Table:
    """A table of rows by replication and date; each column comes as one array a replication."""
    lengths = [len(dates) for dates in labels["date"]]
    columns = {column.name: column for column in FILES[f"{file}.csv"]}
    made: dict[str, Cells] = {
        "scenario": np.full(sum(lengths), name, dtype=object),
        "replication": np.repeat(np.array([i for i, _ in measured], dtype=np.int64), lengths),
    }
    made |= {key: np.concatenate(parts) for key, parts in labels.items()}
    made |= {key: _numbers(columns[key].type, np.concatenate(parts)) for key, parts in numbers.items()}
    return Table(file, made, *units_and_whole(columns.values()))


def _numbers(kind: str, values: Cells) -> Cells:
    """int64 where a column of whole numbers has no empty cell, else float64."""
    if values.dtype.kind == "f":
        return values
    empty = values == EMPTY
    if kind == "integer" and not empty.any():
        return values
    return np.where(empty, np.nan, values)


def _dates(one: Measured) -> Cells:
    return np.datetime64(one.start, "D") + np.arange(-1, one.days).astype("timedelta64[D]")
