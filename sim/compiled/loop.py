"""The pathway as one compiled event loop, equal to `sim.pathway` to the last bit.

Read `sim/pathway` first: it is the specification, and functions here bear the names of what they do there. A process
that SimPy would wake is put on a list and woken, first in first out, when the event that woke it is over: that is the
order SimPy gives. Arguments are always the world (`layout`) and a row of the people table (`k`), an area, a route or a
docket.
"""

from __future__ import annotations

from sim import rules
from sim.compiled import arrests, beds, calendars, clearance, days, ladder, moves, queues, release, road, stay
from sim.compiled import layout as at
from sim.compiled.codes import ARRESTED, CALL, DAY_S, NEEDS_BED, ORDERED, STEPPED
from sim.compiled.jit import jit_module
from sim.compiled.queues import World

AHEAD = 5
"""Candidates from one who comes now to one whose rows are brought into the cache."""


def happen_to(world: World, kind: int, k: int) -> None:
    """An event of person k."""
    if kind == at.STEP:
        stay.take_step(world, k)
    elif kind == at.CLOCK:
        release.ring(world, k)
    elif kind == at.PROCESSED:
        stay.leave_desk(world, k)
    elif kind == at.LANDING:
        stay.land(world, k)
    elif kind == at.REVIEW_END:
        release.decide(world, k)
    else:
        queues.wake(world, ARRESTED, k)


def happen(world: World, kind: int, number: int) -> None:
    """One event; of no concern if it is that of a person who has long gone."""
    if at.OF_PEOPLE[kind]:
        k = world.slots[number]
        if k >= 0:
            happen_to(world, kind, k)
    elif kind == at.ASSIGN_BED:
        beds.assign_beds(world, number)
    elif kind == at.ASSIGN_DESK:
        stay.assign_desks(world, number)
    elif kind == at.RUNG:
        ladder.climb(world, number)
    elif kind == at.MOVE_DUE:
        moves.move_falls_due(world, number)
    elif kind == at.ASSIGN_MOVE:
        road.leave_now(world, number)
    elif kind == at.ASSIGN_REVIEW:
        clearance.assign_reviews(world)
    elif kind == at.MIDNIGHT:
        days.midnight(world, world.now // DAY_S)
    else:
        calendars.come_to_date(world, number)


def wake_all(world: World) -> None:
    """Everybody whom the event woke goes on, first in first out."""
    while world.woken < world.asleep:
        code = world.wake[world.woken]
        world.woken += 1
        action, k = code >> at.ROW_BITS, code & queues.ROW_MASK
        if action == CALL:
            stay.called(world, k)
        elif action == ARRESTED:
            stay.arrested(world, k)
        elif action == NEEDS_BED:
            stay.needs_bed(world, k)
        elif action == ORDERED:
            stay.ordered(world, k)
        elif action == STEPPED:
            stay.go_on(world, k)
        else:
            stay.held(world, k)
    world.woken = 0
    world.asleep = 0


def start(world: World) -> None:
    """Day 0, the first dates of every calendar, and the first midnight."""
    for k in range(world.n_rows):
        if world.people[k].stage0 > 0:
            stay.hold_from_day_0(world, k)
    for place in range(world.n_places):
        world.areas[world.sites[place].area].inside += world.sites[place].in_bed
    days.take_stocks(world, 0)
    for calendar in range(world.n_calendars):
        calendars.plan_next(world, calendar)
    queues.add_event(world, 0, at.MIDNIGHT, 0)
    wake_all(world)


def play_until(world: World, end: int, first: int) -> int:
    """Play every event before `end`; 0 if memory was too small. `first`: 1 sets up day 0 before."""
    if first == 1:
        start(world)
    while world.broken == 0:
        code = world.heap[0] if queues.open_bucket(world) else rules.NEVER
        i = world.next_candidate
        arrival = world.candidates[i] if i < world.n_candidates else rules.NEVER
        coming = min(code, arrival)
        t = coming >> queues.TIME_SHIFT
        if t >= end:
            break
        world.now = t
        world.n_events += 1
        number = coming & queues.NUMBER_MASK
        if arrival < code:
            world.next_candidate = i + 1
            if i + AHEAD < world.n_candidates:
                queues.fetch_person(world, world.slots[world.candidates[i + AHEAD] & queues.NUMBER_MASK])
            k = world.slots[number]
            if arrests.is_arrested(world, k):
                queues.wake(world, ARRESTED, k)
            else:
                release.forget_all(world, k)
        else:
            queues.heap_drop(world.heap, 0, world.n_heap)
            world.n_heap -= 1
            happen(world, (coming & queues.EVENT_MASK) >> at.NUMBER_BITS, number)
        wake_all(world)
    if world.broken == 0 and end >= world.end:
        days.close_day(world)
    return 1 - world.broken


jit_module()
