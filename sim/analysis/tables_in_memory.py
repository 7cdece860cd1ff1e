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
        "daily": lambda: _series("daily", name, measured),
        "daily_by_area": lambda: _series("daily_by_area", name, measured),
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


def _series(file: str, name: str, measured: Replications) -> Table:
    """The table of `daily.csv` or `daily_by_area.csv`, from arrays: it has many rows."""
    by_area, columns = file == "daily_by_area", FILES[f"{file}.csv"]
    dates = [np.repeat(_dates(one), len(one.areas) if by_area else 1) for _, one in measured]
    numbers = np.array([i for i, _ in measured], dtype=np.int64)
    made: dict[str, Cells] = {
        "scenario": np.full(sum(map(len, dates)), name, dtype=object),
        "replication": np.repeat(numbers, [len(of_one) for of_one in dates]),
        "date": np.concatenate(dates),
    }
    if by_area:
        made["area"] = np.concatenate([np.tile(np.array(one.areas, object), one.days + 1) for _, one in measured])
    for column in columns[len(made) :]:
        parts = [(one.by_area if by_area else one.daily)[column.name].ravel() for _, one in measured]
        made[column.name] = _numbers(column.type, np.concatenate(parts))
    units, whole = units_and_whole(columns)
    return Table(file, made, units, whole)


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
