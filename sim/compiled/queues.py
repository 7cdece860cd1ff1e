"""Heaps, the queue of events, and lines of people. Nothing here knows what an event means."""

from __future__ import annotations

from typing import Any

from sim.compiled import layout as at
from sim.compiled.jit import fetch, jit_module

World = Any
"""`jit.world_at` of an address in compiled code."""
TIME_SHIFT = at.KIND_BITS + at.NUMBER_BITS
EVENT_MASK = (1 << TIME_SHIFT) - 1
NUMBER_MASK = (1 << at.NUMBER_BITS) - 1
ROW_MASK = (1 << at.ROW_BITS) - 1
SINCE_MASK = (1 << at.SINCE_BITS) - 1
PRIORITY_SHIFT = at.SINCE_BITS + at.ROW_BITS


# --- a binary heap of whole numbers -------------------------------------------------------------------
def heap_push(heap: Any, start: int, n: int, code: int) -> None:
    """Add a code to the heap of n that begins at `start`."""
    i = n
    while i > 0:
        parent = (i - 1) >> 1
        if heap[start + parent] <= code:
            break
        heap[start + i] = heap[start + parent]
        i = parent
    heap[start + i] = code


def heap_drop(heap: Any, start: int, n: int) -> None:
    """Take the least code out of the heap of n that begins at `start`; n - 1 remain."""
    last = heap[start + n - 1]
    size = n - 1
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[start + child + 1] < heap[start + child]:
            child += 1
        if last <= heap[start + child]:
            break
        heap[start + i] = heap[start + child]
        i = child
    if size > 0:
        heap[start + i] = last


# --- events ---------------------------------------------------------------------------------------------
def add_event(world: World, t: int, kind: int, number: int) -> None:
    """Queue an event, if it lies in the window; its code sorts as (time, kind, number). People go by their row."""
    if t >= world.end:
        return
    if at.OF_PEOPLE[kind]:
        number = world.stays[number].person
    code = (t << TIME_SHIFT) | (kind << at.NUMBER_BITS) | number
    bucket = t // at.BUCKET_S
    if bucket > world.bucket:
        _chain(world, bucket, code)
    elif world.n_heap >= world.events_most:
        world.broken = 1
    else:
        heap_push(world.heap, 0, world.n_heap, code)
        world.n_heap += 1


def _chain(world: World, bucket: int, code: int) -> None:
    """Put an event of a later hour with the others of that hour."""
    hour = world.buckets[bucket]
    if hour.first < 0 or hour.n == at.CHAINED:
        i = world.free_chain
        if i >= 0:
            world.free_chain = world.events[i].next
        elif world.chains_used >= world.chained_most:
            world.broken = 1
            return
        else:
            i = world.chains_used
            world.chains_used += 1
        world.events[i].next = hour.first
        hour.first, hour.n = i, 0
    world.events[hour.first].codes[hour.n] = code
    hour.n += 1


def open_bucket(world: World) -> bool:
    """Bring the events of the next hour that has any onto the heap; False if there is none left."""
    while world.n_heap == 0:
        world.bucket += 1
        if world.bucket >= world.n_buckets:
            return False
        hour = world.buckets[world.bucket]
        i, n = hour.first, hour.n
        while i >= 0:
            event = world.events[i]
            if world.n_heap + n > world.events_most:
                world.broken = 1
                return False
            for j in range(n):
                fetch(world.slots, event.codes[j] & NUMBER_MASK)
                heap_push(world.heap, 0, world.n_heap, event.codes[j])
                world.n_heap += 1
            following = event.next
            event.next = world.free_chain
            world.free_chain = i
            i, n = following, at.CHAINED
        for j in range(world.n_heap):  # play waits for memory more than anything
            code = world.heap[j]
            if at.OF_PEOPLE[(code & EVENT_MASK) >> at.NUMBER_BITS]:
                fetch_person(world, world.slots[code & NUMBER_MASK])
    return True


def fetch_person(world: World, k: int) -> None:
    """Have the rows of a person at hand soon."""
    fetch(world.stays, k)
    fetch(world.people, k)


def wake(world: World, action: int, k: int) -> None:
    """Have person k go on when this event is over."""
    world.wake[world.asleep] = (action << at.ROW_BITS) | k
    world.asleep += 1


def step(world: World, k: int, seconds: int) -> None:
    """The next step of person k's case comes when `seconds` have passed."""
    t = world.now + seconds
    world.stays[k].step_at = min(t, at.NEVER)
    add_event(world, t, at.STEP, k)


def forget(world: World, k: int) -> None:
    """Nothing more will happen to person k; their row is free from midnight on."""
    world.freed[world.n_freed] = k
    world.n_freed += 1


# --- lines ----------------------------------------------------------------------------------------------
def line_number(world: World, kind: int, place: int) -> int:
    """Which line of all: of an area (desk, bed, transfer), a docket, a route, or the only one of its kind."""
    return world.first_line[kind] + place


def place_code(priority: int, since: int, person: int) -> int:
    """A place in a line as one number that sorts as (priority, since, person)."""
    return (priority << PRIORITY_SHIFT) | ((since + at.SINCE_ZERO) << at.ROW_BITS) | person


def line_push(world: World, line: int, code: int) -> None:
    """Add a place to a line, without counting anybody in."""
    row = world.lines[line]
    if row.n >= row.most:
        world.broken = 1
        return
    heap_push(world.places, row.start, row.n, code)
    row.n += 1


def line_top(world: World, line: int) -> int:
    """The first place, perhaps of somebody who has left; the line must not be empty."""
    return world.places[world.lines[line].start]


def line_drop(world: World, line: int) -> None:
    """Take the first place away."""
    row = world.lines[line]
    heap_drop(world.places, row.start, row.n)
    row.n -= 1


def members(world: World, kind: int, place: int) -> int:
    """People who wait on a line."""
    return world.lines[line_number(world, kind, place)].members


def count_out(world: World, kind: int, place: int) -> None:
    """One person waits no longer."""
    world.lines[line_number(world, kind, place)].members -= 1
    world.line_seconds[kind] += world.now


def stand(world: World, kind: int, place: int, k: int, priority: int, since: int) -> None:
    """Take a place in a line."""
    line_push(world, line_number(world, kind, place), place_code(priority, since, world.stays[k].person))
    world.lines[line_number(world, kind, place)].members += 1
    world.line_seconds[kind] -= world.now


def join(world: World, kind: int, place: int, k: int, priority: int, since: int) -> None:
    """Take a place in a line that goes with a stage."""
    world.stays[k].line_since = since
    stand(world, kind, place, k, priority, since)


def quit_line(world: World, kind: int, place: int, k: int) -> None:
    """Give up the place."""
    world.stays[k].line_since = at.NEVER
    count_out(world, kind, place)


def still_waits(world: World, kind: int, place: int, k: int, since: int) -> bool:
    """The person in row k has not given up the place that they took in a line at a time."""
    stay = world.stays[k]
    if kind == at.L_MOVE:
        here = stay.move_rule * world.n_places + stay.place == place
        return here and stay.on_move_line == 1 and stay.move_since == since
    if kind == at.L_CLEARANCE:
        return stay.review >= 0 and stay.review_end == at.NEVER and stay.review_since == since
    here = kind != at.L_DOCKET or stay.docket == place  # a move may have changed the docket
    return here and stay.stage == at.STAGE_OF_LINE[kind] and stay.line_since == since


def head(world: World, kind: int, place: int) -> int:
    """Place of the first who still waits; the line must not be empty."""
    line = line_number(world, kind, place)
    while True:
        code = line_top(world, line)
        k, since = world.slots[code & ROW_MASK], ((code >> at.ROW_BITS) & SINCE_MASK) - at.SINCE_ZERO
        if k >= 0 and still_waits(world, kind, place, k, since):
            return code
        line_drop(world, line)


def first_of(world: World, kind: int, place: int) -> int:
    """The row of the first who still waits; the line must not be empty."""
    return world.slots[head(world, kind, place) & ROW_MASK]


def take_first(world: World, kind: int, place: int) -> int:
    """Take the first who waits out of the line and return their row."""
    k = first_of(world, kind, place)
    line_drop(world, line_number(world, kind, place))
    count_out(world, kind, place)
    return k


def serve(world: World, kind: int, place: int) -> int:
    """The same for a line that goes with a stage."""
    k = take_first(world, kind, place)
    world.stays[k].line_since = at.NEVER
    return k


jit_module()
