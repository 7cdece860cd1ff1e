"""Arrests: which candidates are arrested, and what stops the others."""

from __future__ import annotations

import numpy as np

from sim.arrays import Ints
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
        self.capability: list[list[list[int]]] = tables.capability_milli.tolist()
        self.goal: list[int] = tables.goal_milli.tolist()
        self.pool: list[list[int]] = tables.pool.tolist()
        self.not_yet_found: list[list[int]] = tables.pool.tolist()
        self.by_criminality_ppm: list[list[int]] = tables.criminality_ppm.tolist()
        self.throttle_above: list[list[int]] = tables.throttle_above.tolist()
        self.below: list[list[list[int]]] = []  # interior source × area × criminality, for today
        self.not_arrested = [[[0, 0, 0] for _ in self.areas] for _ in range(tables.days)]
        self.shortfall = [[0, 0, 0, 0] for _ in range(tables.days)]

    def start(self) -> None:
        """Put the people of day 0 in their beds and let the candidates come."""
        people, world = self.world.people, self.world
        ever = people.t
        for k in range(len(ever)):
            if people.stage0[k]:
                world.beds.hold_from_day_0(k)
                world.begin(person.held(world, k))
        order = np.lexsort((np.arange(len(ever)), np.frombuffer(ever, dtype=np.int64)))
        first = int(np.searchsorted(np.frombuffer(ever, dtype=np.int64)[order], 0))
        world.begin(self.candidates(order[first:].tolist()))

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
        above = self.throttle_above[area][world.today]
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
        world.days.arrested[area] += 1
        if world.people.source[k] in _INTERIOR:
            world.days.charge(LedgerLine.ARRESTS)
        self._found(k, -1)

    def come_back(self, k: int) -> None:
        """Person k is released, and may be found again."""
        self._found(k, 1)

    def _found(self, k: int, change: int) -> None:
        source, area = self.world.people.source[k], self.world.people.area[k]
        if source in _INTERIOR and self.pool[source][area] >= 0:
            left = self.not_yet_found[source][area] + change
            self.not_yet_found[source][area] = min(max(left, 0), self.pool[source][area])

    def rearrest(self, k: int, t: int) -> None:
        """The stay of row k begins at t."""
        self.world.at(t, ARREST, k, lambda row: self.world.begin(person.arrested(self.world, row)))

    # --- once a day ---------------------------------------------------------------------------
    def set_day(self) -> None:
        """Bring the pool factors and the ratio of the goal up to date."""
        day = self.world.today
        found = [[found_ratio(self.not_yet_found[s][a], self.pool[s][a]) for a in self.areas] for s in _INTERIOR]
        able = [sum(self.capability[s][a][day] for a in self.areas) for s in _INTERIOR]
        effective = [
            sum(effective_milli(self.capability[s][a][day], found[s][a]) for a in self.areas) for s in _INTERIOR
        ]
        goal = self.goal[day]
        ratios = self._ratios(effective, goal)
        self.below = [
            [[arrest_below(found[s][a], ratios[c]) for c in _CRIMINALITY] for a in self.areas] for s in _INTERIOR
        ]
        if goal >= 0:
            self.shortfall[day][0] = max(0, goal - sum(able))
            self.shortfall[day][1] = min(goal, sum(able)) - min(goal, sum(effective))

    def _ratios(self, effective: list[int], goal: int) -> list[int]:
        """Share of each criminality's candidates that the goal asks for."""
        if goal < 0:
            goal = 2**40
        if not self.world.tables.by_criminality:
            return [ratio(goal, sum(effective))] * 3
        ratios = []
        for c in _CRIMINALITY:
            there = sum(self.by_criminality_ppm[s][c] * effective[s] for s in _INTERIOR) // 1_000_000
            ratios.append(ratio(max(goal, 0), there))
            goal -= there
        return ratios

    # --- records ------------------------------------------------------------------------------
    def not_arrested_array(self) -> Ints:
        """(D, A, 3) candidates not arrested: thinned (goal or pool), throttle, money."""
        return np.array(self.not_arrested, dtype=np.int64)

    def shortfall_array(self) -> Ints:
        """(D, 4) thousandths of an arrest: officers, pool, throttle, money."""
        return np.array(self.shortfall, dtype=np.int64)
