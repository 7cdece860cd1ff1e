"""Dockets, fear screening and court challenges."""

from __future__ import annotations

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import DAY_S, granted
from sim.scenario.world.tables import NONE
from sim.vocabulary import LedgerLine, Note


class Courts:
    """Each docket hears the first n of its line on each sitting day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._first_docket: dict[int, int] = {}
        self.docket = [Line() for _ in world.tables.dockets]
        self.screening = Line()

    def hear(self, docket: int, places: int) -> None:
        """Hearings take place."""
        self.world.call_first(self.docket[docket], places)

    def interview(self, _: int, places: int) -> None:
        """Fear interviews take place."""
        self.world.call_first(self.screening, places)

    def line_of(self, k: int) -> Line | None:
        """The docket of the person's area, the first or the present one; None if nobody waits for a judge there."""
        here: int = self.world.tables.docket_of[self.world.state.area[k]]
        docket = here if self.world.tables.docket_changes else self._first_docket.setdefault(k, here)
        return None if docket == NONE else self.docket[docket]

    def heard(self, k: int) -> bool:
        """A hearing takes place; True if it was the last."""
        world = self.world
        world.note(k, Note.HEARD)
        world.state.hearings[k] += 1
        world.days.charge(LedgerLine.HEARINGS)
        return bool(world.state.hearings[k] >= world.people.hearings[k])

    def is_screened(self, k: int) -> bool:
        """An expedited case goes through fear screening."""
        world, tables = self.world, self.world.tables
        return tables.screening_on and granted(world.people.screening_u[k], tables.screening_share[world.today])

    def is_positive(self, k: int) -> bool:
        """A fear interview has a positive finding."""
        world = self.world
        return granted(world.people.positive_u[k], world.tables.screening_positive[world.today])

    def is_stayed(self, k: int) -> bool:
        """A court stays the removal, at the share in force on the day of the order (day 0: of the start)."""
        world = self.world
        ordered_on = max(world.state.t_order[k], 0) // DAY_S
        return granted(world.people.stay_u[k], world.tables.stay_share[ordered_on])
