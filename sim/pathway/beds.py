"""Beds: who waits for one, who gets it, and what becomes of it."""

from __future__ import annotations

import simpy

from sim.log import BEFORE
from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import ASSIGN_BED, priority
from sim.vocabulary import Exit, Note, Stage

JOINT = 0
"""Number of the assignment event of the joint line."""


class Beds:
    """One pool per place. A bed is taken by the person in it, on the way to it, or for whom it is kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        n, places = len(tables.areas), len(tables.place_names)
        self.areas = range(n)
        self.area_of = tables.place_area
        self.taken = [0] * places
        self.taken_nationally = 0
        self.in_bed = [0] * places
        self.on_the_road = [0] * places
        self.line = [Line() for _ in range(n)]
        self._due = [False] * n
        self._asked: list[int] = []  # at this instant

    # --- coming in ----------------------------------------------------------------------------
    def hold_from_day_0(self, k: int) -> None:
        """Person k is in a bed when the run starts."""
        world = self.world
        place, stage = world.tables.day0_place[world.people.area[k]], world.people.stage0[k]
        world.state.place[k], world.state.stage[k] = place, stage
        world.state.t_arrest[k] = world.people.t[k]
        world.state.write(BEFORE, k, stage)
        self.in_bed[place] += 1
        self._take(place)
        world.release.held_on_day_0(k)
        world.displacement.settle(k)
        world.moves.arrive(k)

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
        place = self.world.tables.entry[self.world.people.area[k]][0]
        self.world.enter(k, Stage.BED_LINE)
        self.world.state.place[k] = place
        self._take(place)

    def enter(self, k: int) -> None:
        """Person k is in a bed for the first time."""
        world, place = self.world, self.world.state.place[k]
        if world.state.stage[k] == Stage.ON_THE_ROAD:
            self.on_the_road[place] -= 1
        else:
            world.intake.hold_room[world.state.area[k]] -= 1
        self.in_bed[place] += 1
        world.state.t_bed[k] = world.now
        world.enter(k, Stage.STAY if world.tables.case_on and world.tables.mode_stay else Stage.PREPARING)
        world.release.in_bed(k)
        world.displacement.settle(k)
        world.moves.arrive(k)

    def arrive(self, k: int, stage: Stage) -> None:
        """Person k lands after a move and is in a bed again, at the stage of the case they left with."""
        place = self.world.state.place[k]
        assert self.world.state.stage[k] == Stage.ON_THE_ROAD, "only who is on the road lands"
        self.on_the_road[place] -= 1
        self.in_bed[place] += 1
        self.world.enter(k, stage)
        self.world.displacement.settle(k)
        self.world.moves.arrive(k)

    def change(self, k: int, there: int) -> None:
        """Person k leaves a bed for one in another place, which is theirs from now."""
        state = self.world.state
        self.leave(k)
        self._take(there)
        if there != state.place[k]:
            self._note_excess(there)
        self.on_the_road[there] += 1
        state.place[k], state.area[k] = there, self.area_of[there]

    # --- giving beds --------------------------------------------------------------------------
    def has_room(self, place: int) -> bool:
        """Fewer beds are taken here than operate."""
        return bool(self.taken[place] < self.world.tables.operating[place][self.world.today])

    def is_free(self, place: int) -> bool:
        """A bed can be given here under the operating number and, if spending stopped, the funded one."""
        return self.has_room(place) and self._is_funded()

    def _free_in(self, area: int) -> int | None:
        """The first place with a free bed among those in which people of an area get their first one."""
        return next((place for place in self.world.tables.entry[area] if self.is_free(place)), None)

    def _is_funded(self) -> bool:
        funded: int = self.world.tables.funded[self.world.today]
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
            while len(line) and (place := self._free_in(number)) is not None:
                self.give(line.head()[2], place)
        for k in self._asked:
            if k in self.line[self.world.people.area[k]]:
                self.world.ladder.begin(k)
        self._asked = []

    def _assign_jointly(self) -> None:
        while self._is_funded():
            lines = [(self.line[a].head(), self._free_in(a)) for a in self.areas if len(self.line[a])]
            heads = [(head, place) for head, place in lines if place is not None]
            if not heads:
                return
            (_, _, k), place = min(heads)
            self.give(k, place)

    def give(self, k: int, place: int) -> None:
        """A bed of a place for person k, who is on the line of their area."""
        self._take(place)
        self._note_excess(place)
        self.hand_over(k, place)

    def give_over_contract(self, k: int) -> bool:
        """A bed above the contract, if the allowance has one left."""
        today, tables = self.world.today, self.world.tables
        for place in tables.entry[self.world.people.area[k]]:
            if self.taken[place] < tables.over_contract[place][today] and self._is_funded():
                self.world.note(k, Note.OVER_CONTRACT)
                self.give(k, place)
                return True
        return False

    def _note_excess(self, place: int) -> None:
        """Keep the most beds taken beyond what the ladder allows, after one was given."""
        today, tables, over = self.world.today, self.world.tables, self.world.days.flows["beds_over"]
        allowed = max(tables.operating[place][today], tables.over_contract[place][today])
        over[place] = max(over[place], self.taken[place] - allowed)

    def hand_over(self, k: int, place: int) -> None:
        """Person k leaves the lines for the bed that is theirs; what they asked for meanwhile is withdrawn."""
        self.world.state.place[k] = place
        self.leave_line(k)
        self.world.clearance.withdraw(k, Exit.NO_BED)
        self.world.displacement.asker_gone(k)
        self.world.call(k)

    def leave_line(self, k: int) -> None:
        """Person k waits for a bed no longer."""
        area = self.world.people.area[k]
        self.line[area].leave(k, self.world.now)
        self.world.transfers.leave(k, area)
        self.world.ladder.step_off(k)

    def _take(self, place: int) -> None:
        self.taken[place] += 1
        self.taken_nationally += 1

    # --- leaving ------------------------------------------------------------------------------
    def leave(self, k: int) -> None:
        """Person k leaves a bed, or lands and never enters the one kept for them."""
        place = self.world.state.place[k]
        if self.world.state.stage[k] == Stage.ON_THE_ROAD:
            self.on_the_road[place] -= 1
        else:
            assert self.has_bed(k), "only who is in a bed leaves it"
            self.in_bed[place] -= 1
        self._free(k, place)

    def _free(self, k: int, place: int) -> None:
        """A bed passes to the one it was promised to or to the line."""
        asker = self.world.displacement.promised_to(k)
        if asker is not None:
            self.hand_over(asker, place)
            return
        assert self.taken[place] > 0, "a bed that becomes free was taken"
        self.taken[place] -= 1
        self.taken_nationally -= 1
        area = self.area_of[place]
        if len(self.line[area]) or self.world.days.over_funding_stopped:
            self.assign_soon(area)
        self.world.moves.leave_soon()

    def set_day(self) -> None:
        """Capacities may have risen, or spending may have stopped or begun again."""
        for area in self.areas:
            if len(self.line[area]):
                self.assign_soon(area)
        self.world.moves.leave_soon()

    def has_bed(self, k: int) -> bool:
        """Person k is in a bed."""
        return Stage.STAY <= self.world.state.stage[k] < Stage.GONE
