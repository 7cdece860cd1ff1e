"""`--precision`: how many replications are enough, decided from the replications made so far and nothing else.

A first batch is made, then batches that at most double the number, until the 95 % interval of every named
measure is as narrow as asked. The size of the next batch follows from the results alone, so neither the
number of workers nor an interruption changes where a run stops.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.errors import InputError
from sim.formats import many, precise
from sim.measures.intervals import Estimate
from sim.scenario.numbers import NUMBER, fraction, slip
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.schema.units import quoted

FIRST: Final = 10
"""Replications before the first decision: from fewer the spread is not known well enough to stop by."""
MOST: Final = 1000
_LARGEST: Final = 10**24
_GOAL: Final = re.compile(rf"\s*\$?\s*({NUMBER})\s*(%?)\s*", re.ASCII)


@dataclass(frozen=True)
class Goal:
    """A measure and the greatest half-width of its interval: in its own unit, or as a share of its mean."""

    measure: str
    most: float
    relative: bool
    text: str

    def shortfall(self, estimate: Estimate) -> float:
        """Half-width reached ÷ half-width asked: at most 1 if the goal is met, inf if there is no interval."""
        half, asked = estimate.half_width, self.asked(estimate)
        if half is None or (asked == 0 and half > 0):
            return math.inf
        return half / asked if asked else 0.0

    def asked(self, estimate: Estimate) -> float:
        """The half-width asked for, in the unit of the measure."""
        mean = estimate.mean
        return self.most * abs(mean) if self.relative and isinstance(mean, int | float) else self.most


@dataclass(frozen=True)
class Precision:
    """What was asked: every goal, with at most so many replications."""

    goals: tuple[Goal, ...]
    most: int

    def first(self, replications: int) -> int:
        """The size of the first batch, where the scenario asks for so many. Raises InputError."""
        if replications > self.most:
            raise InputError(f"--most-reps: {self.most} is less than the {replications} replications asked for")
        return min(max(replications, FIRST), self.most)

    def next(self, made: int, estimates: Sequence[Estimate]) -> int:
        """How many replications there should be, given the estimates of the goals after `made`; `made` if enough.

        A measure without a value in any of them is given up: more of the same will not define it.
        """
        worst = max((goal.shortfall(e) for goal, e in zip(self.goals, estimates, strict=True)), default=0.0)
        if worst <= 1 or any(e.n == 0 for e in estimates):
            return made
        wanted = math.ceil(made * min(worst, 2.0) ** 2)
        return min(max(wanted, made + 1), 2 * made, self.most)


@dataclass(frozen=True)
class Reached:
    """A goal and what was reached."""

    goal: Goal
    estimate: Estimate
    replications: int

    @property
    def met(self) -> bool:
        """Whether the interval is as narrow as asked."""
        return self.goal.shortfall(self.estimate) <= 1

    def line(self) -> str:
        """The goal and what was reached as one line."""
        verdict = "met" if self.met else "NOT MET"
        made = many(self.replications, "replication")
        return f"precision {self.goal.measure}: {self._shown()} after {made}, asked ± {self.goal.text}: {verdict}"

    def entry(self) -> dict[str, Any]:
        """The goal as the manifest has it."""
        half = self.estimate.half_width
        return {"measure": self.goal.measure, "asked": self.goal.text, "half_width": half, "met": self.met}

    def _shown(self) -> str:
        half, mean = self.estimate.half_width, self.estimate.mean
        if half is None or not isinstance(mean, int | float):
            return "no value" if mean is None else "no interval"
        share = f" ({100 * half / abs(mean):.3g} %)" if mean else ""
        return f"{precise(mean)} ± {half:,.3g}{share}"


def parse(texts: Iterable[str], most: int | None) -> Precision | None:
    """What `--precision` and `--most-reps` ask for; None if nothing. Raises InputError."""
    goals = tuple(map(_goal, texts))
    if goals:
        return Precision(goals, most or MOST)
    if most is not None:
        raise InputError("--most-reps: says how many replications --precision may make, so it needs one")
    return None


def _goal(text: str) -> Goal:
    measure, equals, asked = (part.strip() for part in text.partition("="))
    found = _GOAL.fullmatch(asked)
    number = fraction(found[1]) if found else 0
    if not equals or not found or not 0 < number < _LARGEST:
        raise InputError(f"--precision: {quoted(text)} is no precision; write MEASURE=1% or MEASURE=50{slip(asked)}")
    refuse_unknown(measure, "--precision")
    return Goal(measure, float(number / 100 if found[2] else number), bool(found[2]), asked)
