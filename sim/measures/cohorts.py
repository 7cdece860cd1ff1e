"""People by month: what became of those arrested in it after so many days, and who left in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import Ints
from sim.measures.spans import Spans, Visits
from sim.people.table import BLOCK_BITS, REARRESTS
from sim.vocabulary import (
    AGES_DAYS,
    EXIT_REASONS,
    HELD_IN,
    OUTCOMES,
    PLACE_KINDS,
    SECONDS_PER_DAY,
    SOURCES,
    TRACKS,
    Exit,
    Note,
)

_DEPARTED, _AGAIN = OUTCOMES.index("departed"), OUTCOMES.index("arrested_again")
CohortRow = tuple[str, str, str, int, str, int | None, float | None]


@dataclass(frozen=True)
class Cohorts:
    """Counts of M months, S sources, T tracks, A ages, O outcomes and P words of HELD_IN; day 0 is in no month."""

    months: tuple[str, ...]
    arrested: Ints  # (M, S, T)
    left: Ints  # (M, S, T, A, O): had left so by that age
    held: Ints  # (M, S, T, A, P): were in custody there at that age

    def rows(self, start: dt.date, days: int) -> Iterator[CohortRow]:
        """Month, source, track, age in days, outcome, people and share; outcomes are HELD_IN and OUTCOMES.

        Sources and tracks together are `all`. Where the window ends before the last of a month's people reach an age,
        one row without numbers stands for it.
        """
        end = start + dt.timedelta(days=days)
        for m, month in enumerate(self.months):
            last = _month_end(month)
            for source, track, arrested, people_by_age in self._groups(m):
                for age, counts in zip(AGES_DAYS, people_by_age, strict=True):
                    if not arrested:
                        continue
                    if last + dt.timedelta(days=age) > end:
                        yield month, source, track, age, "held", None, None
                        continue
                    for outcome, people in zip((*HELD_IN, *OUTCOMES), counts, strict=True):
                        if people:
                            yield month, source, track, age, outcome, people, people / arrested

    def _groups(self, m: int) -> Iterator[tuple[str, str, int, list[list[int]]]]:
        counts = np.concatenate([self.held[m], self.left[m]], axis=-1)
        yield "all", "all", int(self.arrested[m].sum()), counts.sum((0, 1)).tolist()
        for s, source in enumerate(SOURCES):
            for t, track in enumerate(TRACKS):
                yield source, track, int(self.arrested[m, s, t]), counts[s, t].tolist()


def cohorts(custody: Spans) -> Cohorts:
    """Count the cohorts of a run; a person arrested again is in the cohort of that arrest, too."""
    tables, arrests, exits = custody.tables, custody.arrests, custody.exits
    months, month_of = months_of(tables.start, tables.days)
    shape = (len(months), len(SOURCES), len(TRACKS))
    t_arrest = np.full(len(custody), -1)
    t_arrest[arrests.who] = arrests.t
    cell = np.ravel_multi_index(
        (month_of[np.maximum(t_arrest, 0) // SECONDS_PER_DAY], custody.drawn("source"), custody.drawn("track")), shape
    )
    size = int(np.prod(shape))
    in_run = t_arrest[exits.who] >= 0
    willing = custody.drawn("track") == TRACKS.index("voluntary")
    willing[custody.noted(Note.GAVE_UP).who] = True
    outcomes = np.where((exits.code == Exit.REMOVED) & willing[exits.who], _DEPARTED, exits.code)
    who, t, outcome = exits.who[in_run], exits.t[in_run], outcomes[in_run]
    left = _by_age(cell[who], t - t_arrest[who], outcome, size)
    first, again = _arrested_again(custody)
    reason = np.full(len(custody), -1)
    reason[who] = outcome
    known = (t_arrest[first] >= 0) & (reason[first] >= 0)
    first, age = first[known], (t_arrest[again] - t_arrest[first])[known]
    left += _by_age(cell[first], age, np.full(len(first), _AGAIN), size)
    left -= _by_age(cell[first], age, reason[first], size)
    arrested = np.bincount(cell[arrests.who], minlength=size).reshape(shape)
    by_age = (*shape, len(AGES_DAYS))
    held = _held(custody, cell, t_arrest, size).reshape(*by_age, len(HELD_IN))
    return Cohorts(months, arrested, left.reshape(*by_age, len(OUTCOMES)), held)


def _held(custody: Spans, cell: Ints, t_arrest: Ints, size: int) -> Ints:
    """(size, A, P) people in custody at each age, by where they are."""
    bed = custody.bed
    kind = len(HELD_IN) - len(PLACE_KINDS) + custody.tables.place_kind[bed.place]
    parts: tuple[tuple[Visits, Ints | int], ...] = ((custody.hold_room, 0), (custody.road, 1), (bed, kind))
    shape, found = (size, len(HELD_IN)), np.zeros((size, len(AGES_DAYS), len(HELD_IN)), np.int64)
    for visits, where in parts:
        who, start, end = visits.who, visits.start, visits.end
        place = np.broadcast_to(where, len(who))
        for age, days in enumerate(AGES_DAYS):
            t = t_arrest[who] + days * SECONDS_PER_DAY
            there = (t_arrest[who] >= 0) & (start <= t) & (t < end)
            flat = np.ravel_multi_index((cell[who[there]], place[there]), shape)
            found[:, age] += np.bincount(flat, minlength=size * len(HELD_IN)).reshape(shape)
    return found


def _by_age(cell: Ints, seconds: Ints, outcome: Ints, size: int) -> Ints:
    """(size, A, O) people of whom something was true by each age, from the age at which it became true."""
    shape = (size, len(AGES_DAYS) + 1, len(OUTCOMES))
    reached = np.searchsorted(np.array(AGES_DAYS) * SECONDS_PER_DAY, seconds)
    flat = np.bincount(np.ravel_multi_index((cell, reached, outcome), shape), minlength=int(np.prod(shape)))
    by_age: Ints = np.cumsum(flat.reshape(shape)[:, :-1], axis=1)
    return by_age


def _arrested_again(custody: Spans) -> tuple[Ints, Ints]:
    """People arrested again, as first and second stay; the number of the second names the first."""
    number = custody.drawn("number")
    again = np.flatnonzero(number >> BLOCK_BITS >= REARRESTS)
    first = np.searchsorted(number, number[again] - (REARRESTS << BLOCK_BITS))
    return first, again


def _month_end(month: str) -> dt.date:
    """The day after the last of a month."""
    year, number = map(int, month.split("-"))
    return dt.date(year + number // 12, number % 12 + 1, 1)


def months_of(start: dt.date, days: int) -> tuple[tuple[str, ...], Ints]:
    """The months of a run, and for each day the index of its month."""
    labels = [(start + dt.timedelta(days=day)).isoformat()[:7] for day in range(days)]
    months = tuple(dict.fromkeys(labels))
    return months, np.array([months.index(label) for label in labels])


# --- exits ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Exits:
    """`people` who left and the sum of their `stay_s`, both of shape (months, areas, n) by vocabulary.EXIT_REASONS."""

    months: tuple[str, ...]
    people: Ints
    stay_s: Ints


def exits(custody: Spans) -> Exits:
    """Exits of the window; stays run from arrest (day 0: before the start) to exit."""
    left, tables = custody.exits, custody.tables
    months, month_of = months_of(tables.start, tables.days)
    shape = (len(months), len(tables.areas), len(EXIT_REASONS))
    month = month_of[left.t // SECONDS_PER_DAY]
    cell = np.ravel_multi_index((month, left.area, left.code), shape)
    size = int(np.prod(shape))
    held = left.t - custody.stays.t_arrest[left.who]
    summed = np.bincount(cell, weights=held, minlength=size)  # whole numbers far below 2**53: exact
    return Exits(
        months, np.bincount(cell, minlength=size).reshape(shape), np.rint(summed).astype(np.int64).reshape(shape)
    )
