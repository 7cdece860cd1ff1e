"""Dockets, fear screening and court challenges."""

from __future__ import annotations

from functools import partial

import simpy

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import HEARING_LIST, SCREENING_LIST, granted
from sim.scenario.world.tables import NONE
from sim.vocabulary import LedgerLine, Note, Stage


class Courts:
    """Each docket hears the first n of its line on each sitting day."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self._docket_of: list[int] = tables.docket_of.tolist()
        self._first_docket: dict[int, int] = {}
        self.docket = [Line() for _ in tables.dockets]
        self.screening = Line()
        self.screening_share: list[int] = tables.screening_share.tolist()
        self.positive_share: list[int] = tables.screening_positive.tolist()
        self.stay_share: list[int] = tables.stay_share.tolist()

    def start(self) -> None:
        """Hearings and screenings take place on their dates."""
        tables, world = self.world.tables, self.world
        for docket, (calendar, line) in enumerate(zip(tables.docket_calendar, self.docket, strict=True)):
            world.begin(world.on_dates(calendar, HEARING_LIST, docket, partial(world.call_first, line)))
        interviews = partial(world.call_first, self.screening)
        world.begin(world.on_dates(tables.screening_calendar, SCREENING_LIST, 0, interviews))

    def line_of(self, k: int) -> Line | None:
        """The docket of the person's area, the first or the present one; None if nobody waits for a judge there."""
        here = self._docket_of[self.world.state.area[k]]
        docket = here if self.world.tables.docket_changes else self._first_docket.setdefault(k, here)
        return None if docket == NONE else self.docket[docket]

    def docket_turn(self, k: int, line: Line) -> simpy.Event:
        """Wait for a hearing."""
        world = self.world
        world.enter(k, Stage.DOCKET)
        line.join(k, 0, self._since(k, Stage.DOCKET), world.now)
        return world.turn(k)

    def screening_turn(self, k: int) -> simpy.Event:
        """Wait for a fear interview."""
        world = self.world
        world.enter(k, Stage.SCREENING_LINE)
        self.screening.join(k, 0, self._since(k, Stage.SCREENING_LINE), world.now)
        return world.turn(k)

    def _since(self, k: int, line: Stage) -> int:
        """People on a line at day 0 keep their order of time served."""
        world = self.world
        on_day_0 = world.people.stage0[k] == line and world.now == 0
        return world.people.t[k] if on_day_0 else world.now

    def heard(self, k: int) -> bool:
        """A hearing takes place; True if it was the last."""
        world = self.world
        world.note(k, Note.HEARD)
        world.state.hearings[k] += 1
        world.days.charge(LedgerLine.HEARINGS)
        return bool(world.state.hearings[k] >= world.people.hearings[k])

    def is_screened(self, k: int) -> bool:
        """An expedited case goes through fear screening."""
        world = self.world
        if not world.tables.screening_on:
            return False
        return granted(world.people.screening_u[k], self.screening_share[world.today])

    def is_stayed(self, k: int) -> bool:
        """A court stays the removal, at the share in force on the day of the order (day 0: of the start)."""
        world = self.world
        ordered_on = max(world.state.t_order[k], 0) // 86_400
        return granted(world.people.stay_u[k], self.stay_share[ordered_on])
