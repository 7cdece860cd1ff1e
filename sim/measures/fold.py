"""The log counted as it is written: what is kept of it concerns people who are still in custody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from sim.arrays import Bools, Ints
from sim.log import BEFORE, Log, Narrow, Records
from sim.measures.batch import Batch
from sim.measures.laws import check_beds, check_order, check_people, check_tally, drawn_to_come
from sim.measures.series import Series
from sim.measures.spans import Rows, Spans, by_person
from sim.measures.sums import Sums
from sim.measures.sweep import Sweep, Under
from sim.people.table import Part, no_one
from sim.scenario.world.tables import Tables
from sim.vocabulary import EXITED, REQUESTED, SECONDS_PER_DAY

_LOG_AT_ONCE: Final = 500_000
_AT_ONCE: Final = 100_000
"""About so many rows are counted together, so that what is made of them stays in the processor's cache."""


class Fold:
    """Counts people once they have left, or the run is over, and checks the laws on the way.

    People who may be arrested again are counted with that arrest, so a run with such people keeps its log.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._horizon = tables.days * SECONDS_PER_DAY
        self.begin()

    @property
    def at_once(self) -> int:
        """Rows of the log that are worth taking: as many as wait, so that none is grouped by person often."""
        return max(_LOG_AT_ONCE, len(self._held or ()))

    def begin(self) -> None:
        """Forget everything: the run begins, or begins again."""
        self._people = _People()
        self._drawn = np.zeros((self._tables.days, len(self._tables.areas)), np.int64)
        self._held: Rows | None = None
        self._since, self._last = 0, BEFORE
        self._sums: Sums | None = None
        self._sweep: Sweep | None = None

    def come(self, part: Part) -> None:
        """People who may come from now on."""
        self._drawn += drawn_to_come(self._tables, part.people)
        self._people.add(part)

    def take(self, log: Log, until: int) -> None:
        """Take the part of the log that ends before a second of the run. Raises LawBroken."""
        check_order(log, self._last, until)
        self._last = int(log.t[-1]) if len(log) else self._last
        rows = by_person(log) if self._held is None else by_person(self._held, log)
        gone = np.ones(len(rows), np.bool_) if until == self._horizon else _have_left(rows)
        self._held = rows.rows(~gone)
        under = Under(self._since, until)
        for some in _pieces(rows.rows(gone)):
            self._count(Batch(self._tables, self._people, some), under)
        for some in _pieces(self._held):
            under.add(Spans(self._tables, self._people, some))
        check_beds(self._tables, under)
        sweep = Sweep(self._tables, under)
        self._sweep = sweep if self._sweep is None else self._sweep + sweep
        self._since = until
        self._people.keep(self._held.who[self._held.first], until)

    def _count(self, batch: Batch, under: Under) -> None:
        check_people(batch)
        sums = Sums(batch)
        self._sums = sums if self._sums is None else self._sums + sums
        under.add(batch)

    def series(self, records: Records) -> Series:
        """All that was counted, once the whole log was taken. Raises LawBroken."""
        assert self._sums is not None and self._sweep is not None and self._since == self._horizon
        series = Series(self._sums, self._sweep, records)
        check_tally(series, self._drawn)
        return series


class _People:
    """People who are in custody or may come, in the order of their rows of the people table."""

    def __init__(self) -> None:
        self._rows, self._who = np.empty(0, np.int64), no_one(0)

    def known(self, column: str, rows: Ints) -> Ints:
        """A column of some rows."""
        return self._who.known(column, np.searchsorted(self._rows, rows))

    def add(self, part: Part) -> None:
        """More people."""
        rows = np.concatenate([self._rows, part.rows])
        order = np.argsort(rows)
        place = np.empty(len(rows), np.int64)
        place[order] = np.arange(len(rows))
        who = no_one(len(rows))
        who.put(place[: len(self._rows)], self._who)
        who.put(place[len(self._rows) :], part.people)
        self._rows, self._who = rows[order], who

    def keep(self, held: Narrow, until: int) -> None:
        """Forget those who came before a second of the run and are not held."""
        kept = (self._who.t >= until) | np.isin(self._rows, held, assume_unique=True)
        self._rows, self._who = self._rows[kept], self._who.some(kept)


def _have_left(rows: Rows) -> Bools:
    """Rows of people who left custody."""
    if not len(rows):
        return np.zeros(0, np.bool_)
    begins = np.flatnonzero(rows.first)
    left = np.logical_or.reduceat((rows.code >= EXITED) & (rows.code < REQUESTED), begins)
    return np.repeat(left, np.diff(begins, append=len(rows)))


def _pieces(rows: Rows) -> Iterator[Rows]:
    """Some people after the other; nobody at least once."""
    begins = np.flatnonzero(rows.first)
    marks = begins[np.searchsorted(begins, np.arange(_AT_ONCE, len(rows), _AT_ONCE)).clip(max=len(begins) - 1)]
    edges = np.unique([0, *marks, len(rows)])
    for low, high in pairwise(edges):
        yield rows.rows(slice(low, high))
    if not len(rows):
        yield rows
