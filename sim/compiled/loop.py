"""The pathway as one compiled event loop, equal to `sim.pathway` to the last bit.

Read `sim/pathway` first: it is the specification, and functions here bear the names of what they do there. A process
that SimPy would wake is put on a list and woken, first in first out, when the event that woke it is over: that is the
order SimPy gives. Arguments are always the world (`layout`) and a row of the people table (`k`), an area, a route or a
docket.
"""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.arrests import is_arrested
from sim.compiled.beds import assign_beds
from sim.compiled.calendars import hearing_list, move_leaves, plan_next, route_departs, screening_list, transports_leave
from sim.compiled.clearance import assign_reviews
from sim.compiled.codes import ARRESTED, CALL, DAY_S, NEEDS_BED, ORDERED, STEPPED
from sim.compiled.days import close_day, midnight, take_stocks
from sim.compiled.jit import jit
from sim.compiled.ladder import climb
from sim.compiled.moves import move_falls_due
from sim.compiled.queues import (
    EVENT_MASK,
    NUMBER_MASK,
    ROW_MASK,
    TIME_SHIFT,
    World,
    add_event,
    fetch_person,
    heap_drop,
    open_bucket,
    wake,
)
from sim.compiled.release import decide, forget_all, ring
from sim.compiled.road import leave_now
from sim.compiled.stay import (
    arrested,
    assign_desks,
    called,
    go_on,
    held,
    hold_from_day_0,
    land,
    leave_desk,
    needs_bed,
    ordered,
    take_step,
)

AHEAD = 4
"""Candidates between one who comes now and one whose rows are brought into the cache."""


@jit
def happen_to(world: World, kind: int, k: int) -> None:
    """An event of person k."""
    if kind == at.STEP:
        take_step(world, k)
    elif kind == at.CLOCK:
        ring(world, k)
    elif kind == at.PROCESSED:
        leave_desk(world, k)
    elif kind == at.LANDING:
        land(world, k)
    elif kind == at.REVIEW_END:
        decide(world, k)
    else:
        wake(world, ARRESTED, k)


@jit
def happen(world: World, kind: int, number: int) -> None:
    """One event; of no concern if it is that of a person who has long gone."""
    if at.OF_PEOPLE[kind]:
        k = world.slots[number]
        if k >= 0:
            happen_to(world, kind, k)
    elif kind == at.ASSIGN_BED:
        assign_beds(world, number)
    elif kind == at.ASSIGN_DESK:
        assign_desks(world, number)
    elif kind == at.RUNG:
        climb(world, number)
    elif kind == at.MOVE_DUE:
        move_falls_due(world, number)
    elif kind == at.ASSIGN_MOVE:
        leave_now(world, number)
    elif kind == at.ASSIGN_REVIEW:
        assign_reviews(world)
    else:
        happen_by_date(world, kind, number)


@jit
def happen_by_date(world: World, kind: int, number: int) -> None:
    """Midnight, and what has a calendar."""
    if kind == at.TRANSFER:
        transports_leave(world, number)
    elif kind == at.MOVE_DEPARTURE:
        move_leaves(world, number)
    elif kind == at.DEPARTURE:
        route_departs(world, number)
    elif kind == at.HEARINGS:
        hearing_list(world, number)
    elif kind == at.SCREENINGS:
        screening_list(world)
    else:
        midnight(world, world.now // DAY_S)


@jit
def wake_all(world: World) -> None:
    """Everybody whom the event woke goes on, first in first out."""
    while world.woken < world.asleep:
        code = world.wake[world.woken]
        world.woken += 1
        action, k = code >> at.ROW_BITS, code & ROW_MASK
        if action == CALL:
            called(world, k)
        elif action == ARRESTED:
            arrested(world, k)
        elif action == NEEDS_BED:
            needs_bed(world, k)
        elif action == ORDERED:
            ordered(world, k)
        elif action == STEPPED:
            go_on(world, k)
        else:
            held(world, k)
    world.woken = 0
    world.asleep = 0


@jit
def start(world: World) -> None:
    """Day 0, the first dates of every calendar, and the first midnight."""
    for k in range(world.n_rows):
        if world.people[k].stage0 > 0:
            hold_from_day_0(world, k)
    for area in range(world.n_areas):
        plan_next(world, area, at.TRANSFER, area)
    for place in range(world.n_places):
        world.areas[world.sites[place].area].inside += world.sites[place].in_bed
    take_stocks(world, 0)
    first = world.n_areas
    for route in range(world.n_routes):
        plan_next(world, first + route, at.DEPARTURE, route)
    first += world.n_routes
    for docket in range(world.n_dockets):
        plan_next(world, first + docket, at.HEARINGS, docket)
    plan_next(world, first + world.n_dockets, at.SCREENINGS, 0)
    first += world.n_dockets + 1
    for rule in range(world.n_moves):
        plan_next(world, first + rule, at.MOVE_DEPARTURE, rule)
    add_event(world, 0, at.MIDNIGHT, 0)
    wake_all(world)


@jit
def next_candidate(world: World) -> int:
    """Code of the next candidate's moment; NEVER if there is none."""
    i = world.next_candidate
    return world.candidates[i] if i < world.n_candidates else rules.NEVER


@jit
def fetch_candidate(world: World, i: int) -> None:
    """Have the rows of a candidate at hand who comes soon."""
    if i < world.n_candidates:
        fetch_person(world, world.slots[world.candidates[i] & NUMBER_MASK])


@jit
def play_until(world: World, end: int, first: int) -> int:
    """Play every event before `end`; 0 if memory was too small. `first`: 1 sets up day 0 before."""
    if first == 1:
        start(world)
    while world.broken == 0:
        code = world.heap[0] if open_bucket(world) else rules.NEVER
        arrival = next_candidate(world)
        coming = min(code, arrival)
        t = coming >> TIME_SHIFT
        if t >= end:
            break
        world.now = t
        world.n_events += 1
        number = coming & NUMBER_MASK
        if arrival < code:
            world.next_candidate += 1
            fetch_candidate(world, world.next_candidate + AHEAD)
            k = world.slots[number]
            if is_arrested(world, k):
                wake(world, ARRESTED, k)
            else:
                forget_all(world, k)
        else:
            heap_drop(world.heap, 0, world.n_heap)
            world.n_heap -= 1
            happen(world, (coming & EVENT_MASK) >> at.NUMBER_BITS, number)
        wake_all(world)
    if world.broken == 0 and end >= world.end:
        close_day(world)
    return 1 - world.broken
