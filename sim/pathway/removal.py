"""Travel documents and routes."""

from __future__ import annotations

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import clock_due, granted, work_by_midnight
from sim.scenario.world.tables import NONE
from sim.vocabulary import LedgerLine, Note


class Routes:
    """Each departure takes the first n of the line of its route."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self.on = tables.removal_on and tables.groups_on
        """People wait for documents and seats."""
        self.line = [Line() for _ in tables.routes]
        self._work = [work_by_midnight(speeds) for speeds in tables.document_speed]

    def depart(self, route: int, seats: int) -> None:
        """A flight, a bus or a crossing."""
        used = self.world.call_first(self.line[route], seats)
        self.world.days.charge(LedgerLine.SEATS, used * self.world.tables.seat_cents[route])

    def choose(self, k: int) -> None:
        """The route of person k: their group's, or that of a third country if an agreement gives one.

        People who had their order before the start keep their group's.
        """
        world, tables = self.world, self.world.tables
        share = tables.third_country_share[world.people.group[k]][world.today]
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
        speed = world.tables.document_speed[group]
        return clock_due(self._work[group], speed, world.tables.days, world.now, work) - world.now
