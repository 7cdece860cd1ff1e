"""What a sensitivity study is asked for, settles and comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.experiment.forecast import Forecast, forecast
from sim.experiment.options import SensitivityOptions
from sim.experiment.replication import Failure
from sim.experiment.sensitivity.indices import Floats, Indices
from sim.experiment.sensitivity.one_at_a_time import OneAtATime
from sim.experiment.study import Point, Study, Values
from sim.formats import many
from sim.scenario.provenance.ranges import Range

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


_SAID: Final = {"oat": "one at a time", "morris": "Morris screening", "sobol": "Sobol indices"}


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

    @property
    def one_at_a_time(self) -> OneAtATime:
        """The study as one of single changes; only of the method `oat`."""
        return OneAtATime(self.plan.ranges, self.values)

    @property
    def folder(self) -> Path:
        """Where it is written."""
        return self.plan.study.part.final

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Replications that could not be finished."""
        return self.values.failures

    @property
    def measures(self) -> list[str]:
        """The measures that can be ranked."""
        return list(self.indices) if self.is_global else self.one_at_a_time.measures

    def left_out(self) -> Iterator[str]:
        """A line for each measure asked for that cannot be ranked."""
        for measure in self.plan.options.measures:
            if measure not in self.measures:
                yield f"{measure}: has no value at some point of this study, left out"
