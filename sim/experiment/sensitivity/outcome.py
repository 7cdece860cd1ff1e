"""What a sensitivity study is asked for, settles and comes to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sim.analysis.intervals import Difference
from sim.arrays import Floats
from sim.experiment.forecast import Forecast, forecast
from sim.experiment.options import SensitivityOptions
from sim.experiment.sensitivity.indices import Indices
from sim.experiment.study import Point, Study, Values
from sim.formats import many
from sim.scenario.provenance.ranges import Range
from sim.vocabulary import MEASURES, TEXT

METHODS: Final = ("oat", "morris", "sobol")
REPLICATIONS: Final[Mapping[str, int]] = {"oat": 5, "morris": 2, "sobol": 1}
HEADLINE: Final = (
    "held_mean",
    "held_end",
    "arrests",
    "removals",
    "releases",
    "stay_days_mean",
    "hold_room_stays_over_limit",
    "cost_usd_total",
)
"""Measures shown unless others are asked for; all of them are written."""
BASE: Final = "base"
ENDS: Final = (("low", 0.0), ("high", 1.0))
_SAID: Final = {"oat": "one at a time", "morris": "Morris screening", "sobol": "Sobol indices"}


@dataclass(frozen=True)
class Plan:
    """A study as settled. `design` has the positions of a global method, shape (points, ranges); None one at a time."""

    options: SensitivityOptions
    study: Study
    ranges: tuple[Range, ...]
    points: tuple[Point, ...]
    design: Floats | None
    replications: range

    @property
    def shown(self) -> tuple[str, ...]:
        """The measures that are shown."""
        return self.options.measures or HEADLINE

    @property
    def seed(self) -> int:
        """Of the design and of resampling; the draws have the same."""
        return self.study.base.scenario.seed

    def forecast(self) -> Forecast:
        """What there is to play, and about how long it takes; plays one replication at most."""
        return forecast(self.study, self.points, self.replications, self.points[0])

    def heading(self) -> str:
        """The study in a line."""
        name, reps = self.study.base.scenario.name, len(self.replications)
        ranges = many(len(self.ranges), "range")
        return f"{name}: {_SAID[self.options.method]} over {ranges}, {many(reps, 'replication')} per point"


@dataclass(frozen=True)
class Effect:
    """What the two ends of a range do to a measure, against the scenario as stated; None where an end has no value."""

    range: Range
    low: Difference | None
    high: Difference | None

    @property
    def changes(self) -> tuple[float, float]:
        """Difference at the low and at the high end; 0 where there is none."""
        return (self.low.difference if self.low else 0.0, self.high.difference if self.high else 0.0)

    @property
    def swing(self) -> float:
        """From the lowest to the highest of both ends and the value as stated."""
        return max(0.0, *self.changes) - min(0.0, *self.changes)

    def square(self, sign: int) -> float:
        """The square of the furthest change upward (1) or downward (-1), less what chance alone gives."""
        ends = [end for end in (self.low, self.high) if end is not None and sign * end.difference > 0]
        if not ends:
            return 0.0
        change = max(ends, key=lambda end: sign * end.difference)
        by_chance = 0.0 if change.sd is None else change.sd**2 / change.n
        return max(0.0, change.difference**2 - by_chance)


@dataclass(frozen=True)
class Outcome:
    """What came of it: effects one at a time, or indices by measure."""

    plan: Plan
    values: Values
    indices: Mapping[str, Indices]

    @property
    def is_global(self) -> bool:
        """Whether all values moved at once, so that there are indices."""
        return self.plan.design is not None

    @cached_property
    def measures(self) -> list[str]:
        """The measures that can be ranked: one at a time, those with a number in the scenario as stated."""
        if self.is_global:
            return list(self.indices)
        return [m for m, about in MEASURES.items() if about.unit != TEXT and self.values.of(BASE, m)]

    def left_out(self) -> Iterator[str]:
        """A line for each measure asked for that cannot be ranked."""
        for measure in self.plan.options.measures:
            if measure not in self.measures:
                yield f"{measure}: has no value at some point of this study, left out"

    # --- one at a time --------------------------------------------------------------------------
    def effects(self, measure: str) -> list[Effect]:
        """The effects of single changes on a measure, the largest swing first."""
        found = [Effect(one, *(self._end(one, measure, end, u) for end, u in ENDS)) for one in self.plan.ranges]
        return sorted(found, key=lambda effect: (-effect.swing, effect.range.path))

    def mean(self, measure: str) -> float:
        """The mean of the scenario as stated."""
        numbers = self.values.of(BASE, measure)
        return math.fsum(numbers) / len(numbers)

    def spread(self, measure: str) -> tuple[float, float]:
        """Interval of a measure over the ranges of the assumed values.

        Downward and upward changes are each added in quadrature: the range a sum of independent effects has if each
        range is believed alike (the delta method's first order, JCGM 100:2008, 5.1.2). The part of a square that
        chance alone gives, the squared standard error, is taken off. Counts, waits and shares keep to their bounds.
        """
        effects, mean = self.effects(measure), self.mean(measure)
        down, up = (math.sqrt(math.fsum(effect.square(sign) for effect in effects)) for sign in (-1, 1))
        least, most = MEASURES[measure].bounds
        return max(least, mean - down), min(most, mean + up)

    def _end(self, one: Range, measure: str, end: str, u: float) -> Difference | None:
        return self.values.difference(BASE, BASE if u == one.base else name(one, end), measure)


def points(ranges: Sequence[Range]) -> list[Point]:
    """The points of a one-at-a-time study, the scenario as stated first."""
    moved = [Point(name(one, end), one.at(u)) for one in ranges for end, u in ENDS if u != one.base]
    return [Point(BASE), *moved]


def name(one: Range, end: str) -> str:
    """The name of a point."""
    return f"{one.path} {end}"
