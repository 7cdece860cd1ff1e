"""Beds: who waits for one, who gets it, and what becomes of it."""

from __future__ import annotations

import simpy

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import ASSIGN_BED, priority
from sim.vocabulary import Note, Stage

JOINT = 0
"""Number of the assignment event of the joint line."""


class Beds:
    """One pool per area. A bed is taken by the person in it, on the way to it, or for whom it is kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        n = len(tables.areas)
        self.areas = range(n)
        self.operating: list[list[int]] = tables.operating.tolist()
        self.over_contract: list[list[int]] = tables.over_contract.tolist()
        self.funded: list[int] = tables.funded.tolist()
        self.taken = [0] * n
        self.taken_nationally = 0
        self.in_bed = [0] * n
        self.on_the_road = [0] * n
        self.line = [Line() for _ in range(n)]
        self._due = [False] * n
        self._asked: list[int] = []  # at this instant

    # --- coming in ----------------------------------------------------------------------------
    def hold_from_day_0(self, k: int) -> None:
        """Person k is in a bed when the run starts."""
        world, area = self.world, self.world.people.area[k]
        world.state.t_arrest[k] = world.people.t[k]
        world.state.held_before(k, world.people.stage0[k])
        self.in_bed[area] += 1
        self._take(area)
        world.release.held_on_day_0(k)
        world.displacement.settle(k)

    def ask(self, k: int) -> simpy.Event:
        """Join the line for a bed and step on the ladder."""
        world, area = self.world, self.world.people.area[k]
        world.enter(k, Stage.BED_LINE)
        world.state.t_asked[k] = world.now
        turn = world.turn(k)
        self.line[area].join(k, self.rank(k), world.now, world.now)
        self._asked.append(k)
        self.assign_soon(area)
        return turn

    def rank(self, k: int) -> int:
        """Priority in lines for desks and beds; a low number goes first."""
        people = self.world.people
        return priority(people.custody[k], people.criminality[k])

    def without_line(self, k: int) -> None:
        """Beds are endless in this world."""
        self.world.enter(k, Stage.BED_LINE)
        self._take(self.world.people.area[k])

    def enter(self, k: int) -> None:
        """Person k is in a bed for the first time."""
        world, area = self.world, self.world.state.area[k]
        if world.state.stage[k] == Stage.ON_THE_ROAD:
            self.on_the_road[area] -= 1
        else:
            world.intake.hold_room[area] -= 1
        self.in_bed[area] += 1
        world.state.t_bed[k] = world.now
        world.enter(k, Stage.STAY if world.tables.case_on and world.tables.mode_stay else Stage.PREPARING)
        world.release.in_bed(k)
        world.displacement.settle(k)

    def land(self, k: int) -> bool:
        """The transport arrives; False if a release that fell due on the road acts now."""
        return self.world.release.landed(k)

    # --- giving beds --------------------------------------------------------------------------
    def is_free(self, area: int) -> bool:
        """A bed can be given here under the operating number and, if spending stopped, the funded one."""
        return self.taken[area] < self.operating[area][self.world.today] and self._is_funded()

    def _is_funded(self) -> bool:
        funded = self.funded[self.world.today]
        return not self.world.days.over_funding_stopped or funded < 0 or self.taken_nationally < funded

    def assign_soon(self, area: int) -> None:
        """Free beds are given out later at this instant; to one joint line if spending stopped."""
        number = JOINT if self.world.days.over_funding_stopped else area
        if not self._due[number]:
            self._due[number] = True
            self.world.at(self.world.now, ASSIGN_BED, number, self._assign)

    def _assign(self, number: int) -> None:
        self._due[number] = False
        if self.world.days.over_funding_stopped:
            self._assign_jointly()
        else:
            line = self.line[number]
            while len(line) and self.is_free(number):
                self.give(line.head()[2], number)
        for k in self._asked:
            if k in self.line[self.world.people.area[k]]:
                self.world.ladder.begin(k)
        self._asked = []

    def _assign_jointly(self) -> None:
        while self._is_funded():
            heads = [(self.line[a].head(), a) for a in self.areas if len(self.line[a]) and self.is_free(a)]
            if not heads:
                return
            (_, _, k), area = min(heads)
            self.give(k, area)

    def give(self, k: int, area: int) -> None:
        """A bed of `area` for person k, who is on the line of their own."""
        self._take(area)
        self.world.days.beds_over[area] = max(self.world.days.beds_over[area], self._excess(area))
        self.hand_over(k)

    def give_over_contract(self, k: int) -> bool:
        """A bed above the contract, if the allowance has one left."""
        area = self.world.people.area[k]
        if self.taken[area] >= self.over_contract[area][self.world.today] or not self._is_funded():
            return False
        self.world.note(k, Note.OVER_CONTRACT)
        self.give(k, area)
        return True

    def _excess(self, area: int) -> int:
        """Beds taken beyond what the ladder allows, after one was given."""
        today = self.world.today
        return self.taken[area] - max(self.operating[area][today], self.over_contract[area][today])

    def hand_over(self, k: int) -> None:
        """Person k leaves the lines for the bed that is theirs; what they asked for meanwhile is withdrawn."""
        self.leave_line(k)
        self.world.clearance.bed_found(k)
        self.world.displacement.asker_gone(k)
        self.world.call(k)

    def leave_line(self, k: int) -> None:
        """Person k waits for a bed no longer."""
        area = self.world.people.area[k]
        self.line[area].leave(k, self.world.now)
        self.world.transfers.leave(k, area)
        self.world.ladder.step_off(k)

    def _take(self, area: int) -> None:
        self.taken[area] += 1
        self.taken_nationally += 1

    # --- leaving ------------------------------------------------------------------------------
    def leave(self, k: int) -> None:
        """Person k leaves a bed, which passes to the one it was promised to or to the line."""
        area = self.world.state.area[k]
        self.in_bed[area] -= 1
        self._free(k, area)

    def leave_on_landing(self, k: int) -> None:
        """Person k never enters the bed that was kept for them."""
        area = self.world.state.area[k]
        self.on_the_road[area] -= 1
        self._free(k, area)

    def _free(self, k: int, area: int) -> None:
        asker = self.world.displacement.promised_to(k)
        if asker is not None:
            self.hand_over(asker)
            return
        assert self.taken[area] > 0, "a bed that becomes free was taken"
        self.taken[area] -= 1
        self.taken_nationally -= 1
        self._line_may_move(area)

    def _line_may_move(self, area: int) -> None:
        if len(self.line[area]) or self.world.days.over_funding_stopped:
            self.assign_soon(area)

    def set_day(self) -> None:
        """Capacities may have risen, or spending may have stopped or begun again."""
        for area in self.areas:
            if len(self.line[area]):
                self.assign_soon(area)

    def has_bed(self, k: int) -> bool:
        """Person k is in a bed."""
        return Stage.STAY <= self.world.state.stage[k] < Stage.GONE
