"""Which candidates are arrested, and what stops the others (`sim/pathway/arrests.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import codes
from sim.compiled.facts import today, today_in
from sim.compiled.jit import jit_module
from sim.compiled.queues import World


def is_over_ceiling(world: World, area: int) -> bool:
    """More people are in the hold rooms than the scenario's ceiling."""
    return 0 <= today_in(world, area).ceiling_above < world.areas[area].hold_room


def is_closed(world: World, area: int) -> bool:
    """The area takes nobody in."""
    return world.ceiling_releases == 0 and is_over_ceiling(world, area)


def is_arrested(world: World, k: int) -> bool:
    """Thinning, money, throttle and ceiling, in this order; each candidate not arrested is counted."""
    person = world.people[k]
    here = today_in(world, person.area)
    if person.height < 0:
        if is_closed(world, person.area):
            here.throttled += 1
            return False
        return True
    cell = person.source * world.n_areas + person.area
    if person.height >= world.below[cell * codes.N_CRIMINALITY + person.criminality]:
        here.thinned += 1
        return False
    if world.exhausted == 1 and world.on_exhaustion == codes.STOP_ARRESTS:
        here.no_money += 1
        today(world).short_of_money += 1000
        return False
    if 0 <= here.throttle_above < world.areas[person.area].hold_room or is_closed(world, person.area):
        here.throttled += 1
        today(world).short_by_throttle += 1000
        return False
    return True


def found(world: World, k: int, change: int) -> None:
    """A pool loses or regains a person."""
    person = world.people[k]
    if world.pools == 0 or person.source >= codes.N_INTERIOR:
        return
    cell = world.cells[person.source * world.n_areas + person.area]
    if cell.pool >= 0:
        cell.not_found = min(max(cell.not_found + change, 0), cell.pool)


def share_found(world: World, cell: int) -> int:
    """Pool factor of a cell today."""
    row = world.cells[cell]
    return rules.found_ratio(row.not_found, row.pool)


def effective(world: World, source: int) -> int:
    """Arrests a day (thousandths) that a source can make with the people still to be found."""
    total = 0
    for area in range(world.n_areas):
        cell = source * world.n_areas + area
        able = world.capability_milli[cell * world.n_days + world.today]
        total += rules.effective_milli(able, share_found(world, cell))
    return total


def set_arrests(world: World) -> None:
    """Bring the pool factors and the ratio of the goal up to date."""
    day, ppm, n_cells = today(world), world.criminality_ppm, codes.N_INTERIOR * world.n_areas
    first, second = effective(world, 0), effective(world, 1)
    goal = day.goal if day.goal >= 0 else codes.NO_GOAL
    ratio = rules.ratio(goal, first + second)
    for criminality in range(codes.N_CRIMINALITY):
        if world.by_criminality == 1:
            there = (ppm[criminality] * first + ppm[codes.N_CRIMINALITY + criminality] * second) // 1_000_000
            ratio = rules.ratio(max(goal, 0), there)
            goal -= there
        for cell in range(n_cells):
            world.below[cell * codes.N_CRIMINALITY + criminality] = rules.arrest_below(share_found(world, cell), ratio)
    if day.goal >= 0:
        able = 0
        for cell in range(n_cells):
            able += world.capability_milli[cell * world.n_days + world.today]
        day.short_of_officers = max(0, day.goal - able)
        day.short_of_pool = min(day.goal, able) - min(day.goal, first + second)


jit_module()
