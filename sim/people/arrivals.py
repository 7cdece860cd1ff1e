"""When people come: a Poisson process per cell, raids, and arrests observed.

A cell is a source in an area. Its candidates come at an intensity of capability × weekday × day
effect, constant within a day. Person k of a cell comes when the cumulative intensity reaches the
k-th point of a unit-rate process that belongs to the cell, so a scenario that asks for more moves
everybody earlier and leaves each the same person.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Final

import numpy as np

from sim import vocabulary
from sim.arrays import Floats, Ints
from sim.errors import InputError
from sim.people.observed import observed_arrests
from sim.people.streams import Block, bits, choose, key, unit
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.portable import exp, inverse_normal, log
from sim.scenario.world.size import MOST_PEOPLE, refusal
from sim.scenario.world.tables import Tables

CELLS: Final = 1
"""Number of the first cell's block (0 is day 0); blocks and positions leave room for 48-bit numbers."""
BATCHES: Final = 1 << 13
"""Number of the first batch's block."""


@dataclass(frozen=True)
class Cell:
    """People of one source and area of a run of D days; the times at which they come are drawn when asked for."""

    number: int
    """That of their block; `words` name its streams."""
    words: tuple[str, ...]
    source: int
    area: int
    candidates: bool
    """True: may be arrested or not by their height; False: arrested whatever it is."""
    before: Ints
    """(D + 1,) people who come before each midnight."""
    times: Callable[[int, int], Ints]
    """Ascending seconds since the start of those who come from one day up to another."""

    def __len__(self) -> int:
        return int(self.before[-1])

    def block(self, first_day: int, end_day: int) -> Block:
        """Those who come from one day up to another."""
        return Block(self.number, self.words, np.arange(self.before[first_day], self.before[end_day]))


def arrivals(scenario: Scenario, tables: Tables, seed: int, replication: int) -> list[Cell]:
    """Everybody who may come within the window: cells (area by area), then batches."""
    frame = Frame(tables.start, tables.days, tables.areas)
    if scenario.arrests.observed is None:
        cells = _drawn(scenario, tables, frame, seed, replication)
    else:
        cells = _observed(scenario, tables, frame, seed, replication)
    return cells + _batches(scenario, tables, frame)


# --- drawn arrivals -----------------------------------------------------------------------------
def _drawn(scenario: Scenario, tables: Tables, frame: Frame, seed: int, replication: int) -> list[Cell]:
    weekday = frame.weekday(scenario.arrests.weekday)
    sigma = float(scenario.arrests.day_effect)
    effects = [weekday * day_effect(sigma, source, frame, seed, replication) for source in vocabulary.SOURCES]
    intensity = _intensities(scenario, tables, frame) * np.stack(effects)[:, None, :]
    refuse_too_many(float(intensity.sum()))
    cells = []
    for area, code in enumerate(tables.areas):
        for source, word in enumerate(vocabulary.SOURCES):
            process = Process(intensity[source, area], key(seed, replication, word, code, "arrival"))
            candidates = source < len(vocabulary.INTERIOR)
            cells.append(_cell(source, area, code, process.before, process.times, candidates))
    return cells


def _cell(source: int, area: int, code: str, before: Ints, times: Callable[[int, int], Ints], candidates: bool) -> Cell:
    number = CELLS + area * len(vocabulary.SOURCES) + source
    return Cell(number, (vocabulary.SOURCES[source], code), source, area, candidates, before, times)


def refuse_too_many(people: float) -> None:
    """Raise InputError if chance (the day effects) has brought more people than can be played."""
    if people > 1.02 * MOST_PEOPLE:
        raise InputError(refusal(people))


def _intensities(scenario: Scenario, tables: Tables, frame: Frame) -> Floats:
    """(3, A, D) people a day, before weekday and day effect."""
    border = scenario.arrests.sources.border
    rates = frame.area_values(None if border is None else border.rate)
    return np.concatenate([tables.capability_milli / 1000.0, rates[None]])


def day_effect(sigma: float, source: str, frame: Frame, seed: int, replication: int) -> Floats:
    """(D,) lognormal factors with mean 1, one per source and calendar date, common to all areas."""
    if sigma == 0.0:
        return np.ones(frame.days)
    raw = [bits(key(seed, replication, source, "day effect", year), days_in(year)) for year in years(frame)]
    first = frame.start.timetuple().tm_yday - 1
    z = inverse_normal(unit(np.concatenate(raw)[first : first + frame.days]))
    return exp(sigma * z - 0.5 * sigma * sigma)


def years(frame: Frame) -> range:
    """Calendar years of the window."""
    return range(frame.start.year, frame.dates[-1].year + 1)


def days_in(year: int) -> int:
    """Days of a calendar year."""
    return 365 + calendar.isleap(year)


class Process:
    """A Poisson process whose intensity a day (D,) is constant within each day."""

    def __init__(self, intensity: Floats, stream: int) -> None:
        self._intensity, self._stream = intensity, stream
        self._cumulative = np.add.accumulate(intensity)
        self._midnights = np.concatenate([[0.0], self._cumulative])
        points = _unit_rate_points(float(self._midnights[-1]), stream)
        self.before: Ints = np.searchsorted(points, self._midnights, side="left")
        """(D + 1,) events before each midnight."""
        self._last = np.concatenate([[0.0], points])[self.before]

    def times(self, first_day: int, end_day: int) -> Ints:
        """Seconds (ascending) of the events from one day up to another."""
        first, end = int(self.before[first_day]), int(self.before[end_day])
        points = _accumulated(self._stream, end - first, first, float(self._last[first_day]))
        day = np.searchsorted(self._cumulative, points, side="right")
        within = (points - self._midnights[day]) / self._intensity[day]
        second = np.floor(within * vocabulary.SECONDS_PER_DAY).astype(np.int64)
        times: Ints = day * vocabulary.SECONDS_PER_DAY + np.minimum(second, vocabulary.SECONDS_PER_DAY - 1)
        return times


def _unit_rate_points(total: float, stream: int) -> Floats:
    """Points below `total` of the stream's process of rate 1."""
    n = int(total + 6.0 * np.sqrt(total)) + 16
    while True:
        points = _accumulated(stream, n)
        if points[-1] >= total:
            return points[: np.searchsorted(points, total, side="left")]
        n *= 2


def _accumulated(stream: int, n: int, first: int = 0, last: float = 0.0) -> Floats:
    """n points of the stream's process of rate 1 from the one at `first` on, which comes after `last`."""
    gaps = -log(unit(bits(stream, n, first)))
    points: Floats = np.add.accumulate(np.concatenate([[last], gaps]))[1:]
    return points


# --- raids --------------------------------------------------------------------------------------
def _batches(scenario: Scenario, tables: Tables, frame: Frame) -> list[Cell]:
    """Batches within the window, in an order of their own; equal ones are told apart by how many came before."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    order = attrgetter("date", "hour", "area", "source", "people")
    for index, batch in enumerate(sorted(scenario.arrests.batches, key=order)):
        words = ("batch", batch.date.isoformat(), f"{float(batch.hour):g}", batch.source, batch.area)
        same_before = seen[words]
        seen[words] += 1
        second = min(round(float(batch.hour) * 3600), vocabulary.SECONDS_PER_DAY - 1)
        t = (batch.date - frame.start).days * vocabulary.SECONDS_PER_DAY + second
        if 0 <= t < frame.days * vocabulary.SECONDS_PER_DAY:
            n = int(batch.people)
            before = np.where(np.arange(frame.days + 1) > t // vocabulary.SECONDS_PER_DAY, n, 0)
            source, area = vocabulary.SOURCES.index(batch.source), tables.areas.index(batch.area)
            times = partial(_at_once, t, before)
            found.append(Cell(BATCHES + index, (*words, str(same_before)), source, area, False, before, times))
    return found


def _at_once(t: int, before: Ints, first_day: int, end_day: int) -> Ints:
    return np.full(before[end_day] - before[first_day], t)


# --- observed arrests ---------------------------------------------------------------------------
def _observed(scenario: Scenario, tables: Tables, frame: Frame, seed: int, replication: int) -> list[Cell]:
    """Counts of a file, at times of day drawn uniformly; people of unstated area go by the cells' weights."""
    stated, unstated = observed_arrests(str(scenario.arrests.observed), frame)
    weights = np.add.accumulate(_intensities(scenario, tables, frame), axis=2)[:, :, -1]
    cells = []
    for source, word in enumerate(vocabulary.SOURCES):
        spread = _spread(unstated[source], weights[source], key(seed, replication, word, "area"))
        for area, code in enumerate(tables.areas):
            before = np.add.accumulate(np.concatenate([[0], stated[source, area] + spread[area]]))
            times = partial(_uniform_times, before, key(seed, replication, word, code, "time of day"))
            cells.append(_cell(source, area, code, before, times, candidates=False))
    return sorted(cells, key=lambda cell: cell.number)


def _spread(people: Ints, weights: Floats, stream: int) -> Ints:
    """(A, D) people of each day (D,) placed in areas by chance; alike where no area has a weight."""
    shares = weights if weights.any() else np.ones(len(weights))
    area = choose(unit(bits(stream, int(people.sum()))), tuple(shares.tolist()))
    cell = area * len(people) + np.repeat(np.arange(len(people)), people)
    return np.bincount(cell, minlength=len(shares) * len(people)).reshape(len(shares), len(people))


def _uniform_times(before: Ints, stream: int, first_day: int, end_day: int) -> Ints:
    """Ascending seconds of people of whom so many come before each midnight (D + 1,), from one day up to another."""
    day = np.repeat(np.arange(first_day, end_day), np.diff(before[first_day : end_day + 1]))
    second = np.floor(unit(bits(stream, len(day), int(before[first_day]))) * vocabulary.SECONDS_PER_DAY)
    return np.sort(day * vocabulary.SECONDS_PER_DAY + second.astype(np.int64))
