"""Playing a small world for a lesson: one answer for everybody who sets the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.classroom.sharing import Shared
from sim.errors import RunError
from sim.experiment.memory import run_in_memory
from sim.measures import Measured
from sim.notebook.scenario import Scenario as Loaded
from sim.notebook.scenario import load
from sim.scenario.schema import Scenario

Floats = NDArray[np.float64]

KEPT: Final = 300
AT_ONCE: Final = 1
"""Worlds played at the same time: SimPy holds the lock of Python, so two would only hinder each other."""


@dataclass(frozen=True)
class Played:
    """The replications of one setting: R of them, D days."""

    scenario: Scenario
    replications: tuple[Measured, ...]

    def values(self, name: str) -> Floats:
        """(R,) values of a measure, nan where it is undefined. Raises KeyError for an unknown one."""
        found = [one.value(name) for one in self.replications]
        return np.array([value if isinstance(value, (int, float)) else np.nan for value in found], dtype=np.float64)

    def mean(self, name: str) -> float:
        """A measure's mean over the replications."""
        return float(self.values(name).mean())

    def daily(self, column: str) -> Floats:
        """(R, D + 1) a column of `daily.csv`; its first day is the one before the start. Raises KeyError."""
        return np.stack([one.daily[column] for one in self.replications]).astype(np.float64)


PATIENCE_S: Final = 5.0
"""Seconds that a picture gives way."""
_played: Final = Shared[Played](KEPT, AT_ONCE)


def play(scenario: str, sets: Mapping[str, str], reps: int = 1, engine: str = "simpy") -> Played:
    """The replications 1 to `reps` of a scenario with these values set.

    Raises InputError where they do not fit it, RunError where a replication fails.
    """
    asked = (scenario, tuple(sorted(sets.items())), reps, engine)
    return _played.get(asked, lambda: _play(scenario, sets, reps, engine))


def numbers_first() -> None:
    """Called before a picture is drawn: where a whole class asks at once, everybody's numbers come before pictures."""
    _played.wait_for_others(PATIENCE_S)


def _play(scenario: str, sets: Mapping[str, str], reps: int, engine: str) -> Played:
    changed = _loaded(scenario).with_({**sets, "replications": reps}).resolved
    outcome = run_in_memory(changed, engine).outcome
    if outcome.failures:
        raise RunError(*(failure.line() for failure in outcome.failures))
    return Played(changed.scenario, tuple(one.measured for one in outcome.finished))


@cache
def _loaded(scenario: str) -> Loaded:
    return load(scenario)
