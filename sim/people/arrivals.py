"""When people come: a Poisson process per cell, raids, and arrests observed.

A cell is a source in an area. Its candidates come at an intensity of capability × weekday × day
effect, constant within a day. Person k of a cell comes when the cumulative intensity reaches the
k-th point of a unit-rate process that belongs to the cell, so a scenario that asks for more moves
everybody earlier and leaves each the same person.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.errors import InputError
from sim.people.observed import observed_arrests
from sim.people.streams import Block, bits, choose, key, unit, whole_block
from sim.scenario.schema import Batch, Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.portable import exp, inverse_normal, log
from sim.scenario.world.size import MOST_PEOPLE, refusal
from sim.scenario.world.tables import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CELLS: Final = 1
"""Number of the first cell's block (0 is day 0); blocks and positions leave room for 48-bit numbers."""
BATCHES: Final = 1 << 13
"""Number of the first batch's block."""
_DAY_EFFECT_BASE: Final = 366


@dataclass(frozen=True)
class Arrivals:
    """People of one source and area; `t` in seconds since the start, one per person of the block."""

    block: Block
    source: int
    area: int
    t: Ints
    candidates: bool
    """True: may be arrested or not by their height; False: arrested whatever it is."""

    def between(self, low: int, high: int) -> Arrivals:
        """Those at positions from `low` up to `high`."""
        block = replace(self.block, positions=self.block.positions[low:high])
        return replace(self, block=block, t=self.t[low:high])


def arrivals(scenario: Scenario, tables: Tables, seed: int, replication: int) -> list[Arrivals]:
    """Everybody who may come within the window: cells (area by area), then batches."""
    frame = Frame(tables.start, tables.days, tables.areas)
    if scenario.arrests.observed is None:
        cells = _drawn(scenario, tables, frame, seed, replication)
    else:
        cells = _observed(scenario, tables, frame, seed, replication)
    return cells + _batches(scenario, tables, frame)


# --- drawn arrivals -----------------------------------------------------------------------------
def _drawn(scenario: Scenario, tables: Tables, frame: Frame, seed: int, replication: int) -> list[Arrivals]:
    weekday = frame.weekday(scenario.arrests.weekday)
    sigma = float(scenario.arrests.day_effect)
    effects = [weekday * day_effect(sigma, source, frame, seed, replication) for source in vocabulary.SOURCES]
    intensity = _intensities(scenario, tables, frame) * np.stack(effects)[:, None, :]
    refuse_too_many(float(intensity.sum()))
    cells = []
    for area, code in enumerate(tables.areas):
        for source, word in enumerate(vocabulary.SOURCES):
            stream = key(seed, replication, word, code, "arrival")
            t = poisson_times(intensity[source, area], stream)
            cells.append(_cell(source, area, code, t, source < len(vocabulary.INTERIOR)))
    return cells


def refuse_too_many(people: float) -> None:
    """Raise InputError if chance (the day effects) has brought more people than can be played."""
    if people > 1.02 * MOST_PEOPLE:
        raise InputError(refusal(people))


def _cell(source: int, area: int, code: str, t: Ints, candidates: bool) -> Arrivals:
    number = CELLS + area * len(vocabulary.SOURCES) + source
    return Arrivals(whole_block(number, (vocabulary.SOURCES[source], code), len(t)), source, area, t, candidates)


def _intensities(scenario: Scenario, tables: Tables, frame: Frame) -> Floats:
    """(3, A, D) people a day, before weekday and day effect."""
    border = scenario.arrests.sources.border
    rates = frame.area_values(None if border is None else border.rate)
    return np.concatenate([tables.capability_milli / 1000.0, rates[None]])


def day_effect(sigma: float, source: str, frame: Frame, seed: int, replication: int) -> Floats:
    """(D,) lognormal factors with mean 1, one per source and calendar date, common to all areas."""
    if sigma == 0.0:
        return np.ones(frame.days)
    z = [_year_effects(seed, replication, source, year) for year in _years(frame)]
    first = frame.start.timetuple().tm_yday - 1
    last = first + frame.days
    joined = np.concatenate([part[: _days_in(year)] for part, year in zip(z, _years(frame), strict=True)])
    return exp(sigma * joined[first:last] - 0.5 * sigma * sigma)


def _year_effects(seed: int, replication: int, source: str, year: int) -> Floats:
    """Standard normal numbers of a calendar year's dates."""
    return inverse_normal(unit(bits(key(seed, replication, source, "day effect", year), _DAY_EFFECT_BASE)))


def _years(frame: Frame) -> range:
    return range(frame.start.year, frame.dates[-1].year + 1)


def _days_in(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def poisson_times(intensity: Floats, stream: int) -> Ints:
    """Seconds (ascending) of a Poisson process whose intensity a day is constant within each day (D,)."""
    cumulative = np.add.accumulate(intensity)
    before = np.concatenate([[0.0], cumulative])
    points = _unit_rate_points(float(before[-1]), stream)
    day = np.searchsorted(cumulative, points, side="right")
    within = (points - before[day]) / intensity[day]
    second = np.floor(within * vocabulary.SECONDS_PER_DAY).astype(np.int64)
    times: Ints = day * vocabulary.SECONDS_PER_DAY + np.minimum(second, vocabulary.SECONDS_PER_DAY - 1)
    return times


def _unit_rate_points(total: float, stream: int) -> Floats:
    """Points below `total` of the stream's process of rate 1."""
    n = int(total + 6.0 * np.sqrt(total)) + 16
    while True:
        points = np.add.accumulate(-log(unit(bits(stream, n))))
        if points[-1] >= total:
            return points[: np.searchsorted(points, total, side="left")]
        n *= 2


# --- raids --------------------------------------------------------------------------------------
def _batches(scenario: Scenario, tables: Tables, frame: Frame) -> list[Arrivals]:
    """Batches within the window, in an order of their own; equal ones are told apart by how many came before."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for index, batch in enumerate(sorted(scenario.arrests.batches, key=_order_of_batches)):
        words = ("batch", batch.date.isoformat(), f"{float(batch.hour):g}", batch.source, batch.area)
        same_before = seen[words]
        seen[words] += 1
        t = _instant(batch, frame)
        if 0 <= t < frame.days * vocabulary.SECONDS_PER_DAY:
            block = whole_block(BATCHES + index, (*words, str(same_before)), int(batch.people))
            source, area = vocabulary.SOURCES.index(batch.source), tables.areas.index(batch.area)
            found.append(Arrivals(block, source, area, np.full(len(block), t), candidates=False))
    return found


def _order_of_batches(batch: Batch) -> tuple[int, float, str, str, int]:
    return (batch.date.toordinal(), float(batch.hour), batch.area, batch.source, int(batch.people))


def _instant(batch: Batch, frame: Frame) -> int:
    return (batch.date - frame.start).days * vocabulary.SECONDS_PER_DAY + round(float(batch.hour) * 3600)


# --- observed arrests ---------------------------------------------------------------------------
def _observed(scenario: Scenario, tables: Tables, frame: Frame, seed: int, replication: int) -> list[Arrivals]:
    """Counts of a file, at times of day drawn uniformly; people of unstated area go by the cells' weights."""
    stated, unstated = observed_arrests(str(scenario.arrests.observed), frame)
    weights = np.add.accumulate(_intensities(scenario, tables, frame), axis=2)[:, :, -1]
    cells = []
    for source, word in enumerate(vocabulary.SOURCES):
        spread = _spread(unstated[source], weights[source], key(seed, replication, word, "area"))
        for area, code in enumerate(tables.areas):
            t = _uniform_times(stated[source, area] + spread[area], key(seed, replication, word, code, "time of day"))
            cells.append(_cell(source, area, code, t, candidates=False))
    return sorted(cells, key=lambda cell: cell.block.number)


def _spread(people: Ints, weights: Floats, stream: int) -> Ints:
    """(A, D) people of each day (D,) placed in areas by chance; alike where no area has a weight."""
    shares = weights if weights.any() else np.ones(len(weights))
    area = choose(unit(bits(stream, int(people.sum()))), tuple(shares.tolist()))
    cell = area * len(people) + np.repeat(np.arange(len(people)), people)
    return np.bincount(cell, minlength=len(shares) * len(people)).reshape(len(shares), len(people))


def _uniform_times(people: Ints, stream: int) -> Ints:
    """Ascending seconds of `people` (D,) a day."""
    day = np.repeat(np.arange(len(people)), people)
    second = np.floor(unit(bits(stream, len(day))) * vocabulary.SECONDS_PER_DAY).astype(np.int64)
    return np.sort(day * vocabulary.SECONDS_PER_DAY + second)
