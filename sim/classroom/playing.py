"""Playing a small world for a lesson: one answer for everybody who sets the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.classroom.sharing import Shared
from sim.experiment.engines import play_of
from sim.measures import Measured, measure
from sim.measures.laws import check
from sim.people.draw import draw
from sim.scenario.document import Tree
from sim.scenario.loading import read, settle
from sim.scenario.schema import Scenario
from sim.scenario.tables import build_tables

Floats = NDArray[np.float64]

KEPT: Final = 300
AT_ONCE: Final = 2


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


_played: Final = Shared[Played](KEPT, AT_ONCE)


def play(scenario: str, sets: Mapping[str, str], reps: int = 1, engine: str = "simpy") -> Played:
    """The replications 1 to `reps` of a scenario with these values set. Raises InputError where they do not fit it."""
    asked = (scenario, tuple(sorted(sets.items())), reps, engine)
    return _played.get(asked, lambda: _play(scenario, sets, reps, engine))


def _play(scenario: str, sets: Mapping[str, str], reps: int, engine: str) -> Played:
    written, file = _written(scenario)
    resolved = settle(written, file, [f"{path}={value}" for path, value in sets.items()]).scenario
    return Played(resolved, tuple(_replicate(resolved, number, engine) for number in range(1, reps + 1)))


@cache
def _written(scenario: str) -> tuple[Tree, Path]:
    return read(scenario)


def _replicate(scenario: Scenario, replication: int, engine: str) -> Measured:
    tables = build_tables(scenario)
    people = draw(scenario, tables, scenario.seed, replication)
    records = play_of(engine)(tables, people, None)
    check(tables, people, records)
    return measure(tables, people, records)
