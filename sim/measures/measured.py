"""What is kept of a replication once its records are dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim.measures.cohorts import Cohorts, Exits
from sim.measures.custody import Custody
from sim.measures.held_by import HeldBy, held_by
from sim.measures.series import Series, Values, daily, daily_by_area
from sim.measures.summary import Value, summarize
from sim.vocabulary import MEASURES


@dataclass(frozen=True)
class Measured:
    """One replication, measured: D days, A areas. Small and picklable.

    `daily` has columns of shape (D + 1,), `by_area` of (D + 1, A); row 0 is the day before the
    start. EMPTY (whole numbers) and nan (others) stand for no value.
    """

    start: dt.date
    days: int
    areas: tuple[str, ...]
    summary: dict[str, tuple[str, Value]]
    daily: dict[str, Values]
    by_area: dict[str, Values]
    exits: Exits
    cohorts: Cohorts
    held_by: HeldBy

    def value(self, measure: str) -> Value:
        """The value of a measure. Raises KeyError for an unknown one."""
        return self.summary[measure][1]


def measured(series: Series) -> Measured:
    """Every measure and series of one replication."""
    tables, values = series.tables, summarize(series)
    return Measured(
        start=tables.start,
        days=tables.days,
        areas=tables.areas,
        summary={name: (MEASURES[name].unit, values[name]) for name in MEASURES},
        daily=daily(series),
        by_area=daily_by_area(series),
        exits=series.by_month,
        cohorts=series.cohorts,
        held_by=held_by(
            tables,
            (series.held_by_attribute, series.exits_by_attribute),
            (series.held_by_stage, series.visits_by_stage),
        ),
    )


def measure(custody: Custody) -> Measured:
    """The same of a replication whose log was kept whole."""
    return measured(custody.series)
