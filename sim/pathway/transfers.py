"""Transport to a free bed in another area."""

from __future__ import annotations

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.vocabulary import LedgerLine, Note, Stage


class Transfers:
    """At each departure the first n of an area's transfer line leave, if a listed area has a free bed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.line = [Line() for _ in world.tables.areas]

    def depart(self, area: int, seats: int) -> None:
        """A transport leaves an area."""
        line = self.line[area]
        while seats and len(line) and (there := self._where_to(area)) is not None:
            self._take(line.head()[2], area, there)
            seats -= 1
        self.world.moves.fill_transfer(area, seats)

    def _where_to(self, area: int) -> int | None:
        """The first place with a free bed in the listed areas."""
        return next((there for there in self.world.tables.transfer_to[area] if self.world.beds.is_free(there)), None)

    def _take(self, k: int, here: int, there: int) -> None:
        world = self.world
        area = world.beds.area_of[there]
        world.intake.hold_room[here] -= 1
        world.days.moves(here, area)
        world.days.charge(LedgerLine.TRANSFERS)
        world.beds.on_the_road[there] += 1
        world.state.place[k], world.state.area[k] = there, area
        world.enter(k, Stage.ON_THE_ROAD)
        world.beds.give(k, there)

    def join(self, k: int) -> None:
        """Person k may be taken to a bed elsewhere, and keeps the place in the line here."""
        world = self.world
        line = self.line[world.people.area[k]]
        if k not in line:
            world.note(k, Note.TRANSFER_LINE)
            line.join(k, world.beds.rank(k), world.state.t_asked[k], world.now)

    def leave(self, k: int, area: int) -> None:
        """Person k has a bed or is gone."""
        if k in self.line[area]:
            self.line[area].leave(k, self.world.now)
