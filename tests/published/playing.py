"""One replication of a shipped scenario, played by the compiled engine as `detsim run` does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.experiment.engines import play_of
from sim.log import Records
from sim.measures import Measured, measure
from sim.measures.custody import Custody
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables


@dataclass(frozen=True)
class Played:
    """One play of a scenario."""

    scenario: Scenario
    tables: Tables
    people: People
    records: Records

    @cached_property
    def measured(self) -> Measured:
        """Its measures and daily series."""
        return measure(Custody(self.tables, self.people, self.records))

    @cached_property
    def custody(self) -> Custody:
        """Its records as spans."""
        return Custody(self.tables, self.people, self.records)

    def value(self, measure: str) -> float:
        """A measure that is a number."""
        found = self.measured.value(measure)
        assert isinstance(found, (int, float)), (measure, found)
        return found

    def daily(self, column: str) -> NDArray[np.float64]:
        """(D + 1,) a column of daily.csv; row 0 is the day before the start."""
        return np.asarray(self.measured.daily[column], np.float64)


def played(name: str, *sets: str, replication: int = 1) -> Played:
    """A scenario of `scenarios/published/`, with `--set` options, played once."""
    scenario = load(f"published/{name}", sets).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, scenario.seed, replication)
    return Played(scenario, tables, people, play_of("compiled")(tables, people, None))
