"""What play knows of each person beyond the people table, and the log it writes."""

from __future__ import annotations

from array import array
from dataclasses import fields, replace
from typing import Any

import numpy as np

from sim.log import Log
from sim.people.table import People
from sim.scenario.world.tables import Tables
from sim.vocabulary import EMPTY, EXITED, Stage

_LONG_RUN_S = 2**31


def plain(people: People) -> People:
    """The same table with columns that give and take plain Python integers quickly."""
    columns: dict[str, Any] = {}
    for field in fields(people):
        values: np.ndarray = getattr(people, field.name)
        columns[field.name] = [_column(row) for row in values] if values.ndim == 2 else _column(values)
    return People(**columns)


def _column(values: np.ndarray) -> array[int]:
    return array("q", np.ascontiguousarray(values, dtype=np.int64).tobytes())


def plain_tables(tables: Tables) -> Tables:
    """The same tables with lists of plain Python integers in place of arrays."""
    arrays = {name: value for name, value in vars(tables).items() if isinstance(value, np.ndarray)}
    return replace(tables, **{name: value.tolist() for name, value in arrays.items()})


class State:
    """Where each person is, by row of the people table. The log grows with every change."""

    def __init__(self, people: People, end: int) -> None:
        n = len(people.number)
        self.stage = array("q", bytes(8 * n))  # Stage
        self.area, self.place = array("q", people.area), array("q", people.area)
        self.t_arrest, self.t_processed, self.t_asked, self.t_bed, self.t_order = (
            array("q", [EMPTY]) * n for _ in range(5)
        )
        self.hearings, self.third_country = array("q", bytes(8 * n)), array("q", bytes(8 * n))
        self.route = array("q", [-1]) * n
        self._t, self._row = array("q" if end >= _LONG_RUN_S else "i"), array("i")
        self._stage, self._area, self._place = array("B"), array("h"), array("h")

    def enter(self, k: int, stage: Stage, now: int) -> None:
        """Person k comes to a stage."""
        assert self.stage[k] != Stage.GONE, "nobody comes back"
        if self.stage[k] != stage:
            self.stage[k] = stage
            self.write(now, k, stage)

    def leave(self, k: int, reason: int, now: int) -> None:
        """Person k leaves custody."""
        assert self.stage[k] != Stage.GONE, "nobody leaves twice"
        self.stage[k] = Stage.GONE
        self.write(now, k, EXITED + reason)

    def write(self, t: int, k: int, what: int, place: int | None = None) -> None:
        """Write a row of the log; `place` is that of person k, or stands for a transport after the places."""
        self._t.append(t)
        self._row.append(k)
        self._stage.append(what)
        self._area.append(self.area[k])
        self._place.append(self.place[k] if place is None else place)

    def log(self) -> Log:
        """Everything that was written down."""
        return Log(*map(np.array, (self._t, self._row, self._stage, self._place, self._area)))
