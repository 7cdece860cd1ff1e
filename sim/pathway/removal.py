"""Travel documents and routes."""

from __future__ import annotations

from functools import partial

import simpy

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import ROUTE_DEPARTURE, clock_due, granted, work_by_midnight
from sim.scenario.world.tables import NONE
from sim.vocabulary import LedgerLine, Note, Stage


class Routes:
    """Each departure takes the first n of the line of its route."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self.line = [Line() for _ in tables.routes]
        self._seat_cents: list[int] = tables.seat_cents.tolist()
        self._speed: list[list[int]] = tables.document_speed.tolist()
        self._work = [work_by_midnight(speeds) for speeds in self._speed]
        self._third_country_share: list[list[int]] = tables.third_country_share.tolist()

    def start(self) -> None:
        """Flights, buses and crossings leave on their dates."""
        for route, calendar in enumerate(self.world.tables.route_calendar):
            self.world.begin(self.world.on_dates(calendar, ROUTE_DEPARTURE, route, partial(self._depart, route)))

    def _depart(self, route: int, seats: int) -> None:
        used = self.world.call_first(self.line[route], seats)
        self.world.days.charge(LedgerLine.SEATS, used * self._seat_cents[route])

    def choose(self, k: int) -> None:
        """The route of person k: their group's, or that of a third country if an agreement gives one.

        People who had their order before the start keep their group's.
        """
        world, tables = self.world, self.world.tables
        share = self._third_country_share[world.people.group[k]][world.today]
        ordered_in_play = world.state.t_order[k] >= 0
        third = ordered_in_play and tables.third_country_route != NONE and granted(world.people.third_u[k], share)
        world.state.third_country[k] = int(third)
        if third:
            world.note(k, Note.THIRD_COUNTRY)
        world.state.route[k] = tables.third_country_route if third else world.people.route[k]

    def document_work(self, k: int) -> int:
        """Work for the travel document of the country chosen."""
        people = self.world.people
        work: int = people.third_work[k] if self.world.state.third_country[k] else people.document_work[k]
        return work

    def document_s(self, k: int, work: int) -> int:
        """Seconds to the document, with the agreements of each day."""
        world, group = self.world, self.world.people.group[k]
        return clock_due(self._work[group], self._speed[group], world.tables.days, world.now, work) - world.now

    def seat(self, k: int) -> simpy.Event:
        """Wait for a seat."""
        world = self.world
        on_line_on_day_0 = world.people.stage0[k] == Stage.SEAT_LINE
        world.enter(k, Stage.SEAT_LINE)
        since = world.people.t[k] if on_line_on_day_0 else world.now
        self.line[world.state.route[k]].join(k, 0, since, world.now)
        turn = world.turn(k)
        world.moves.at_stage(k, Stage.SEAT_LINE)
        return turn
