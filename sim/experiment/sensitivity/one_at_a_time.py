"""One at a time: each assumed value at the low and at the high end of its range, all others as stated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.analysis.intervals import Difference
from sim.experiment.study import Point, Values
from sim.scenario.provenance.ranges import Range
from sim.vocabulary import MEASURES, TEXT

BASE = "base"
ENDS = (("low", 0.0), ("high", 1.0))


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


@dataclass(frozen=True)
class OneAtATime:
    """The values of a one-at-a-time study."""

    ranges: tuple[Range, ...]
    values: Values

    @cached_property
    def measures(self) -> list[str]:
        """The measures that have a number in the scenario as stated."""
        return [m for m, about in MEASURES.items() if about.unit != TEXT and self.values.of(BASE, m)]

    def effects(self, measure: str) -> list[Effect]:
        """The effects on a measure, the largest swing first."""
        found = [Effect(one, *(self._end(one, measure, end, u) for end, u in ENDS)) for one in self.ranges]
        return sorted(found, key=lambda effect: (-effect.swing, effect.range.path))

    def mean(self, measure: str) -> float:
        """The mean of the scenario as stated."""
        numbers = self.values.of(BASE, measure)
        return math.fsum(numbers) / len(numbers)

    def _end(self, one: Range, measure: str, end: str, u: float) -> Difference | None:
        return self.values.difference(BASE, BASE if u == one.base else name(one, end), measure)


def points(ranges: Sequence[Range]) -> list[Point]:
    """The points of a one-at-a-time study, the scenario as stated first."""
    moved = [Point(name(one, end), one.at(u)) for one in ranges for end, u in ENDS if u != one.base]
    return [Point(BASE), *moved]


def name(one: Range, end: str) -> str:
    """The name of a point."""
    return f"{one.path} {end}"


def spread(study: OneAtATime, measure: str) -> tuple[float, float]:
    """Interval of a measure over the ranges of the assumed values.

    Downward and upward changes are each added in quadrature: the range a sum of independent effects has if each
    range is believed alike (the delta method's first order, JCGM 100:2008, 5.1.2). The part of a square that
    chance alone gives, the squared standard error, is taken off.
    """
    effects = study.effects(measure)
    down = math.fsum(_square(_extreme(effect, -1)) for effect in effects)
    up = math.fsum(_square(_extreme(effect, 1)) for effect in effects)
    return study.mean(measure) - math.sqrt(down), study.mean(measure) + math.sqrt(up)


def _extreme(effect: Effect, sign: int) -> Difference | None:
    """The end that moves furthest that way, None if neither does."""
    ends = [end for end in (effect.low, effect.high) if end is not None and sign * end.difference > 0]
    return max(ends, key=lambda end: sign * end.difference, default=None)


def _square(change: Difference | None) -> float:
    if change is None:
        return 0.0
    by_chance = 0.0 if change.sd is None else change.sd**2 / change.n
    return max(0.0, change.difference**2 - by_chance)
