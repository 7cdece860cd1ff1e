"""The pathway put together and played."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sim.log import Records
from sim.pathway.arrests import Arrests
from sim.pathway.beds import Beds
from sim.pathway.case import Courts
from sim.pathway.clearance import Clearance
from sim.pathway.days import Days
from sim.pathway.displacement import Displacement
from sim.pathway.intake import Intake
from sim.pathway.ladder import Ladder
from sim.pathway.moves import Moves
from sim.pathway.release import Release
from sim.pathway.removal import Routes
from sim.pathway.transfers import Transfers
from sim.pathway.world import World
from sim.people.table import Drawn, People
from sim.scenario.world.tables import Tables


class Pathway(World):
    """The world with every part in its place."""

    def __init__(self, tables: Tables, people: People, tick: Callable[[int], None] | None = None) -> None:
        super().__init__(tables, people)
        self.arrests = Arrests(self)
        self.intake = Intake(self)
        self.beds = Beds(self)
        self.ladder = Ladder(self)
        self.displacement = Displacement(self)
        self.transfers = Transfers(self)
        self.moves = Moves(self)
        self.courts = Courts(self)
        self.routes = Routes(self)
        self.clearance = Clearance(self)
        self.release = Release(self)
        self.days = Days(self, tick)

    def start(self) -> None:
        """Put the people of day 0 in their beds and begin what happens on dates."""
        self.arrests.start()
        self.courts.start()
        self.routes.start()
        self.transfers.start()
        self.moves.start()
        self.days.start()

    def records(self) -> Records:
        """Everything that was written down."""
        return Records(
            log=self.state.log(),
            ledger_cents=self.days.ledger_cents(),
            not_arrested=self.arrests.not_arrested_array(),
            shortfall_milli=self.arrests.shortfall_array(),
            exhausted_day=self.days.exhausted_day,
            counts=self.days.counts(self._line_seconds()),
        )

    def _line_seconds(self) -> dict[str, int]:
        """Person-seconds on each kind of line."""
        lines = {
            "desk": self.intake.line,
            "bed": self.beds.line,
            "transfer": self.transfers.line,
            "move": [line for lines in self.moves.line for line in lines],
            "docket": self.courts.docket,
            "screening": [self.courts.screening],
            "seat": self.routes.line,
            "clearance": [self.clearance.line],
        }
        return {name: sum(line.seconds_until(self.end) for line in each) for name, each in lines.items()}


@contextmanager
def no_collector() -> Iterator[None]:
    """Play makes many objects and hardly a cycle: looking for cycles costs two fifths of the time and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def play(tables: Tables, people: Drawn, tick: Callable[[int], None] | None = None) -> Records:
    """Play one replication with SimPy; `tick(day)` is called at each midnight.

    The people decide everything uncertain, so the same people give the same records.
    """
    with no_collector():
        pathway = Pathway(tables, people.whole(), tick)
        pathway.start()
        pathway.env.play(pathway.end)
        pathway.days.finish()
        return pathway.records()
