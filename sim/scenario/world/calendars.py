"""Schedules as arrays by day, and services that work at dated instants."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.arrays import Floats, Ints
from sim.vocabulary import SECONDS_PER_DAY, WEEKDAYS

if TYPE_CHECKING:
    from sim.scenario.schema import WeekdayFactors
    from sim.scenario.schema.schedules import ByArea, Schedule


U31: Final = 2**31
"""Drawn shares are whole numbers in [0, U31)."""
ENDLESS: Final = 2**40
"""Stands for a capacity without a limit."""
DOCUMENT_SPEED: Final = 2**16
"""Work a second used by a travel document at its usual speed."""
NONE: Final = -1
"""Stands for a rule that is not set."""
NO_SEATS, OWN_SEATS, TRANSFER_SEATS = range(3)
"""Transport of a move: none that could be full, one with a calendar of its own, the transfers of the area."""
MOVE_SHIFT: Final = 15
"""Of a number in [0, 2**31): what is left are the bits that choose one of `rules.MOVE_QUANTILES`."""
_MILLION: Final = 1_000_000
_LARGEST: Final = 2.0**62
_MOST_A_DAY: Final = 2**28
"""Places a day of a service: more than the people of any run, and few enough that ten years of millionths add up."""


@dataclass(frozen=True)
class Calendar:
    """Dated instants of a service. `times` (seconds, ascending, within the window), `places` at each."""

    times: Ints
    places: Ints


@dataclass(frozen=True)
class Frame:
    """The days and areas of a scenario: what every table is laid out over."""

    start: dt.date
    days: int
    areas: tuple[str, ...]

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """One date a day of the window."""
        return days_from(self.start, self.days)

    def weekday(self, factors: WeekdayFactors | None) -> Floats:
        """(D,) factor of each day, scaled to 1 on average over a week; ones without factors."""
        total = 7.0 if factors is None else sum(float(factors[day]) for day in WEEKDAYS)
        return self.sitting(factors) * 7.0 / total

    def sitting(self, factors: WeekdayFactors | None) -> Floats:
        """(D,) factor of each day as given: 1 on a full sitting day, 0 on a day of rest; ones without factors."""
        if factors is None:
            return np.ones(self.days)
        return np.array([float(factors[WEEKDAYS[(self.start.weekday() + day) % 7]]) for day in range(self.days)])

    def values(self, schedule: Schedule[Any] | None) -> Floats:
        """(D,) value of a schedule at the midnight that starts each day; zeros without one."""
        return np.zeros(self.days) if schedule is None else at_dates(schedule, self.dates)

    def area_values(self, by_area: ByArea[Schedule[Any]] | None, without: float = 0.0) -> Floats:
        """(A, D) values of a schedule by area; `without` everywhere where nothing is stated."""
        if by_area is None:
            return np.full((len(self.areas), self.days), without)
        return np.stack([self.values(by_area.of(code)) for code in self.areas])

    def counts(self, schedule: Schedule[Any] | None, without: int = NONE) -> Ints:
        """(D,) whole values of a schedule, rounded half up."""
        return np.full(self.days, without) if schedule is None else rounded(self.values(schedule))

    def area_counts(self, by_area: ByArea[Schedule[Any]] | None, without: int = NONE) -> Ints:
        """(A, D) whole values of a schedule by area, rounded half up."""
        return rounded(self.area_values(by_area, without))

    def in_force(self, start: dt.date, end: dt.date | None) -> Floats:
        """(D,) 1 on the days from `start` until the day before `end`, else 0."""
        return np.array([float(start <= date and (end is None or date < end)) for date in self.dates])


def days_from(start: dt.date, days: int) -> tuple[dt.date, ...]:
    """Consecutive dates."""
    return tuple(start + dt.timedelta(days=day) for day in range(days))


def at_dates(schedule: Schedule[Any], dates: Sequence[dt.date]) -> Floats:
    """Values of a schedule on the given dates, which ascend."""
    if schedule.ramp:
        return np.array([float(schedule.at(date)) for date in dates])
    values = np.full(len(dates), float(schedule.points[0][1]))
    for day, value in schedule.points[1:]:
        values[bisect_left(dates, day) :] = float(value)
    return values


def rounded(values: Floats) -> Ints:
    """Nearest whole numbers, halves up."""
    return whole(values + 0.5)


def whole(values: Floats) -> Ints:
    """Whole numbers, rounded down; 2**62 for whatever is larger, so that nothing becomes negative."""
    return np.floor(np.minimum(values, _LARGEST)).astype(np.int64)


def calendar(capacity: Floats, hours_of_day: Sequence[int]) -> Calendar:
    """Places at each instant of a service that can take `capacity` (D,) a day.

    A day's capacity is spread equally over the instants `hours_of_day` (seconds after midnight).
    An instant takes floor(capacity summed to now) − floor(summed to the instant before): fractions
    carry over to later instants, unused places do not. Instants without a place are left out.
    """
    instants = np.array(sorted(hours_of_day), np.int64)
    daily = rounded(np.clip(capacity, 0.0, _MOST_A_DAY) * _MILLION)
    before = np.add.accumulate(daily) - daily
    part = np.arange(1, len(instants) + 1)
    each, rest = daily[:, None] // len(instants), daily[:, None] % len(instants)
    summed = before[:, None] + each * part + rest * part // len(instants)
    places = np.diff(summed.ravel() // _MILLION, prepend=0)
    times = (np.arange(len(capacity))[:, None] * SECONDS_PER_DAY + instants).ravel()
    return Calendar(times[places > 0], places[places > 0])


def empty_calendar() -> Calendar:
    """A service that never works."""
    return Calendar(np.empty(0, np.int64), np.empty(0, np.int64))
