"""Exits by month, area and reason, with the time people had been held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.arrays import Ints
from sim.measures.batch import Batch
from sim.vocabulary import EXIT_REASONS, SECONDS_PER_DAY


@dataclass(frozen=True)
class Exits:
    """`people` who left and the sum of their `stay_s`, both of shape (months, areas, n) by vocabulary.EXIT_REASONS."""

    months: tuple[str, ...]
    people: Ints
    stay_s: Ints


def exits(batch: Batch) -> Exits:
    """Exits of the window; stays run from arrest (day 0: before the start) to exit."""
    left, tables = batch.exits, batch.tables
    months, month_of = months_of(tables.start, tables.days)
    shape = (len(months), len(tables.areas), len(EXIT_REASONS))
    month = month_of[left.t // SECONDS_PER_DAY]
    cell = np.ravel_multi_index((month, left.area, left.code), shape)
    size = int(np.prod(shape))
    held = left.t - batch.stays.t_arrest[left.who]
    summed = np.bincount(cell, weights=held, minlength=size)  # whole numbers far below 2**53: exact
    return Exits(
        months, np.bincount(cell, minlength=size).reshape(shape), np.rint(summed).astype(np.int64).reshape(shape)
    )


def months_of(start: dt.date, days: int) -> tuple[tuple[str, ...], Ints]:
    """The months of a run, and for each day the index of its month."""
    labels = [(start + dt.timedelta(days=day)).isoformat()[:7] for day in range(days)]
    months = tuple(dict.fromkeys(labels))
    return months, np.array([months.index(label) for label in labels])
