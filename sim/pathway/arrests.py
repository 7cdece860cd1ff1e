"""Arrests: which candidates are arrested, and what stops the others."""

from __future__ import annotations

import numpy as np

from sim.pathway import person
from sim.pathway.world import Wait, World
from sim.rules import ARREST, arrest_below, effective_milli, found_ratio, ratio
from sim.vocabulary import LedgerLine, Stage

THINNED, THROTTLED, NO_MONEY = range(3)
_INTERIOR, _CRIMINALITY = range(2), range(3)


class Arrests:
    """Candidates come when they were drawn to come; the state decides by their drawn height."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self.areas = range(len(tables.areas))
        self.not_yet_found = [list(by_area) for by_area in tables.pool]
        self.below: list[list[list[int]]] = []  # interior source × area × criminality, for today
        self.not_arrested = [[[0, 0, 0] for _ in self.areas] for _ in range(tables.days)]
        self.shortfall = [[0, 0, 0, 0] for _ in range(tables.days)]

    def start(self) -> None:
        """Put the people of day 0 in their beds and let the candidates come."""
        people, world = self.world.people, self.world
        for k, stage in enumerate(people.stage0):
            if stage:
                world.beds.hold_from_day_0(k)
                world.begin(person.held(world, k))
        t = np.frombuffer(people.t, dtype=np.int64)
        order = np.argsort(t, kind="stable")  # by time, then by number
        world.begin(self.candidates(order[t[order] >= 0].tolist()))

    def candidates(self, rows: list[int]) -> Wait:
        """Each candidate in turn, at their moment."""
        world, t = self.world, self.world.people.t
        for k in rows:
            if t[k] >= world.end:
                break
            if world.people.stage0[k]:
                continue
            yield world.moment(t[k], ARREST, k)
            if self.is_arrested(k):
                world.begin(person.arrested(world, k))

    def is_arrested(self, k: int) -> bool:
        """Thinning, money, throttle and ceiling, in this order; each candidate not arrested is counted."""
        people, world = self.world.people, self.world
        height = people.height[k]
        source, area = people.source[k], people.area[k]
        if height < 0:
            return not self._is_over_ceiling(area) or self._stopped(area, THROTTLED)
        if height >= self.below[source][area][people.criminality[k]]:
            return self._stopped(area, THINNED)
        if world.days.arrests_stopped:
            self.shortfall[world.today][3] += 1000
            return self._stopped(area, NO_MONEY)
        above = world.tables.throttle_above[area][world.today]
        if 0 <= above < world.intake.hold_room[area] or self._is_over_ceiling(area):
            self.shortfall[world.today][2] += 1000
            return self._stopped(area, THROTTLED)
        return True

    def _is_over_ceiling(self, area: int) -> bool:
        """The area takes nobody in."""
        return not self.world.tables.ceiling_releases and self.world.intake.is_over_ceiling(area)

    def _stopped(self, area: int, cause: int) -> bool:
        self.not_arrested[self.world.today][area][cause] += 1
        return False

    def enter(self, k: int) -> None:
        """Person k is in custody from now."""
        world = self.world
        area = world.people.area[k]
        world.state.t_arrest[k] = world.now
        world.enter(k, Stage.DESK_LINE)
        world.intake.hold_room[area] += 1
        world.days.flows["arrests"][area] += 1
        if world.people.source[k] in _INTERIOR:
            world.days.charge(LedgerLine.ARRESTS)
        self.found(k, -1)

    def found(self, k: int, change: int) -> None:
        """A pool loses or regains a person."""
        source, area = self.world.people.source[k], self.world.people.area[k]
        if source in _INTERIOR and (pool := self.world.tables.pool[source][area]) >= 0:
            left = self.not_yet_found[source][area] + change
            self.not_yet_found[source][area] = min(max(left, 0), pool)

    def rearrest(self, k: int, t: int) -> None:
        """The stay of row k begins at t."""
        self.world.at(t, ARREST, k, lambda row: self.world.begin(person.arrested(self.world, row)))

    # --- once a day ---------------------------------------------------------------------------
    def set_day(self) -> None:
        """Bring the pool factors and the ratio of the goal up to date."""
        day, tables = self.world.today, self.world.tables
        able = [[by_day[day] for by_day in by_area] for by_area in tables.capability_milli]
        found = [list(map(found_ratio, self.not_yet_found[s], tables.pool[s])) for s in _INTERIOR]
        effective = [sum(map(effective_milli, able[s], found[s])) for s in _INTERIOR]
        goal, most = tables.goal_milli[day], sum(map(sum, able))
        ratios = self._ratios(effective, goal)
        self.below = [
            [[arrest_below(found[s][a], ratios[c]) for c in _CRIMINALITY] for a in self.areas] for s in _INTERIOR
        ]
        if goal >= 0:
            self.shortfall[day][0] = max(0, goal - most)
            self.shortfall[day][1] = min(goal, most) - min(goal, sum(effective))

    def _ratios(self, effective: list[int], goal: int) -> list[int]:
        """Share of each criminality's candidates that the goal asks for."""
        if goal < 0:
            goal = 2**40
        if not self.world.tables.by_criminality:
            return [ratio(goal, sum(effective))] * 3
        ratios = []
        for c in _CRIMINALITY:
            there = sum(self.world.tables.criminality_ppm[s][c] * effective[s] for s in _INTERIOR) // 1_000_000
            ratios.append(ratio(max(goal, 0), there))
            goal -= there
        return ratios
