"""Custody in a whole run whose log was kept: everybody's spans and stays, and what is counted of them."""

from __future__ import annotations

from functools import cached_property

from sim.log import Records
from sim.measures.series import Series
from sim.measures.spans import Spans
from sim.measures.sums import Sums
from sim.people.table import Who
from sim.scenario.world.tables import Tables


class Custody(Spans):
    """Everybody who was in custody in a run."""

    def __init__(self, tables: Tables, people: Who, records: Records) -> None:
        super().__init__(tables, people, records.log)
        self.everybody, self.records = people, records

    @cached_property
    def series(self) -> Series:
        """Flows and stocks by day, and all else that measures are made of."""
        return Series(Sums.of(self), self.records)
