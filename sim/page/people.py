"""The people of a run, put in rows by compiled code: who is held on day 0, then each source and area.

Everything about a person is drawn by `sim.people`; only when they come depends on a lever in too many ways to be
written down. It is worked out here as `sim.people.arrivals.poisson_times` does, with the same sums in the same order.
"""

from __future__ import annotations

import math
from typing import Any

import numba
from numba import types

from sim.compiled import codes
from sim.compiled import layout as at
from sim.compiled.jit import Rows, address_as, jit
from sim.compiled.queues import TIME_SHIFT, World
from sim.page.layout import BLOCK

PERSON_BYTES, STAY_BYTES = at.PERSON.itemsize, at.STAY.itemsize
blocks_at = address_as(Rows(numba.from_dtype(BLOCK)))
words_at = address_as(Rows(types.int64))
floats_at = address_as(Rows(types.float64))


@jit
def copy_row(source: int, target: int, row: int, to_row: int, n_bytes: int) -> None:
    """Copy a row of a table to a row of another of the same kind."""
    one, other = words_at(source + row * n_bytes), words_at(target + to_row * n_bytes)
    for i in range(n_bytes // 8):
        other[i] = one[i]


@jit
def copy_person(world: World, block: Any, i: int, k: int) -> None:
    """The i-th person of a block stands in row k."""
    copy_row(block.people, world.people_at, i, k, PERSON_BYTES)
    copy_row(block.stays, world.stays_at, i, k, STAY_BYTES)
    world.stays[k].person = k
    world.slots[k] = k


@jit
def place_held(world: World, block: Any, first: int) -> int:
    """People of day 0; the next free row."""
    for i in range(block.n):
        copy_person(world, block, i, first + i)
    return first + block.n


@jit
def place_arrivals(world: World, block: Any, first: int) -> int:
    """People of a source and area in the order in which they come; the next free row."""
    points, rate, factor = floats_at(block.points), floats_at(block.rate), floats_at(block.factor)
    day, before, n = 0, 0.0, 0
    today = rate[0] * factor[0]
    after = today
    while n < block.n_points:
        point = points[n]
        while point >= after:
            day += 1
            if day >= world.n_days:
                block.n = n
                return first + n
            before = after
            today = rate[day] * factor[day]
            after = before + today
        second = math.floor((point - before) / today * codes.DAY_S)
        copy_person(world, block, n, first + n)
        world.people[first + n].t = day * codes.DAY_S + min(int(second), codes.DAY_S - 1)
        n += 1
    block.n = -1  # more people than were drawn
    return -1


@jit
def merge(world: World, blocks: Any, n_blocks: int) -> None:
    """Events of arrivals by (time, row); each block has them in order already."""
    total = 0
    for b in range(n_blocks):
        blocks[b].n_points = 0  # of this block, those who stand in the list
        total += blocks[b].n if blocks[b].points != 0 else 0
    for i in range(total):
        best, row, first = -1, 0, 0
        for b in range(n_blocks):
            block = blocks[b]
            if block.points != 0 and block.n_points < block.n:
                k = row + block.n_points
                if best < 0 or world.people[k].t < world.people[first].t:
                    best, first = b, k
            row += block.n
        blocks[best].n_points += 1
        t = world.people[first].t
        world.candidates[i] = (t << TIME_SHIFT) | (at.ARREST << at.NUMBER_BITS) | first
    world.n_candidates = total


@jit
def place_people(world: World, blocks: Any, n_blocks: int) -> int:
    """Everybody in their rows and in the list of those to come; 0 if more come than were drawn."""
    row = 0
    for b in range(n_blocks):
        block = blocks[b]
        row = place_held(world, block, row) if block.points == 0 else place_arrivals(world, block, row)
        if row < 0:
            return 0
    world.n_rows = row
    merge(world, blocks, n_blocks)
    return 1
