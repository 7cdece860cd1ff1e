"""Hold rooms and processing desks."""

from __future__ import annotations

import simpy

from sim.pathway.line import Line
from sim.pathway.release import HOLD_ROOM
from sim.pathway.world import World
from sim.rules import ASSIGN_DESK
from sim.scenario.world.tables import ENDLESS
from sim.vocabulary import LedgerLine, Stage


class Intake:
    """Desks serve by priority, then first come; a hold room takes everybody."""

    def __init__(self, world: World) -> None:
        self.world = world
        n = len(world.tables.areas)
        self.busy = [0] * n
        self.line = [Line() for _ in range(n)]
        self._due = [False] * n
        self.hold_room = [0] * n  # people present

    def desk(self, k: int) -> simpy.Event:
        """Wait for a desk."""
        world, area = self.world, self.world.people.area[k]
        turn = world.turn(k)
        if world.tables.desks[area][world.today] >= ENDLESS:
            self._sit(k, area)
        else:
            self.line[area].join(k, world.beds.rank(k), world.now, world.now)
            self.assign_soon(area)
        return turn

    def assign_soon(self, area: int) -> None:
        """Free desks are given out later at this instant."""
        if not self._due[area]:
            self._due[area] = True
            self.world.at(self.world.now, ASSIGN_DESK, area, self._assign)

    def _assign(self, area: int) -> None:
        self._due[area] = False
        line = self.line[area]
        while len(line) and self.busy[area] < self.world.tables.desks[area][self.world.today]:
            self._sit(line.serve(self.world.now), area)

    def _sit(self, k: int, area: int) -> None:
        self.busy[area] += 1
        self.world.enter(k, Stage.PROCESSING)
        self.world.call(k)

    def leave_desk(self, k: int) -> None:
        """Processing ends."""
        area = self.world.people.area[k]
        assert self.busy[area] > 0, "a desk that becomes free was taken"
        self.busy[area] -= 1
        if len(self.line[area]):
            self.assign_soon(area)

    def is_over_ceiling(self, area: int) -> bool:
        """More people are in the hold rooms than the scenario's ceiling."""
        return bool(0 <= self.world.tables.ceiling_above[area][self.world.today] < self.hold_room[area])

    def processed(self, k: int) -> None:
        """From now on the release clocks of person k run."""
        world = self.world
        world.state.t_processed[k] = world.now
        world.days.charge(LedgerLine.INTAKE)
        world.release.begin(k, HOLD_ROOM)

    def set_day(self) -> None:
        """More desks may be open today."""
        for area, line in enumerate(self.line):
            if len(line):
                self.assign_soon(area)
