"""The people of a run, drawn by compiled code as they come: the same numbers as `sim.people` draws.

What is drawn is data (`program`); how a number is made stands in `sim.compiled.draws`. People are drawn a few days at
a time and take the rows of those who have gone, so memory follows the number of people held.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numba import types

from sim.compiled import codes
from sim.compiled import layout as at
from sim.compiled.draws import exp, exponential_work, four_words, inverse_normal, log, seconds, unit, write_words
from sim.compiled.jit import Rows, address_as, jit
from sim.compiled.queues import TIME_SHIFT, World
from sim.page.held import begin_sampled, finish_held
from sim.page.layout import (
    ASIDE,
    ASIDE_EVENLY,
    CHOOSE,
    CHUNK,
    EVENLY,
    FIRST_COLUMN,
    HEIGHT,
    KEEP,
    MOVE,
    SECONDS,
    SHARE,
    WORK,
)
from sim.page.tables import Draws, choose
from sim.scenario.world.tables import HEIGHT_BITS
from sim.scenario.world.tables import WORK as ONE_WORK

PERSON_BYTES, STAY_BYTES = at.PERSON.itemsize, at.STAY.itemsize
PERSON_WORDS, STAY_WORDS = PERSON_BYTES // 8, STAY_BYTES // 8
HEIGHT_SHIFT, SHARE_SHIFT, MOVE_SHIFT = np.uint64(64 - HEIGHT_BITS), np.uint64(33), np.uint64(2)
GOLDEN, SQUARE_ROOT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x6A09E667F3BCC908)
"""Steps of numbers that spread evenly (`sim.people.day0`)."""
BORDER = codes.N_INTERIOR
Row: TypeAlias = Any
words_at = address_as(Rows(types.int64))
shorts_at = address_as(Rows(types.int32))


# --- when they come -----------------------------------------------------------------------------------
@jit
def make_effects(draws: Draws, n_days: int) -> None:
    """Factor of each day and source: that of the weekday times a lognormal number of mean 1."""
    sigma = draws.sigma[0]
    for source in range(codes.N_INTERIOR + 1):
        day = source * n_days
        for y in range(draws.n_years):
            year, key = draws.years[y], 2 * (draws.n_blocks * draws.n_columns + source * draws.n_years + y)
            write_words(draws.keys[key], draws.keys[key + 1], year.first, year.n, draws.words, 0)
            for i in range(year.n):
                effect = 1.0
                if sigma != 0.0:
                    effect = exp(sigma * inverse_normal(unit(draws.words[i])) - 0.5 * sigma * sigma)
                draws.effects[day] = draws.weekday[day - source * n_days] * effect
                day += 1


@jit
def intensity(world: World, draws: Draws, source: int, area: int, day: int) -> float:
    """People of a source who come to an area on a day, on average."""
    if source < BORDER:
        rate = world.capability_milli[(source * world.n_areas + area) * world.n_days + day] / 1000.0
    else:
        rate = draws.border[area * world.n_days + day]
    return rate * draws.effects[source * world.n_days + day]


@jit
def schedule_cell(world: World, draws: Draws, b: int, person: int) -> int:
    """Times of everybody of a cell, the first of whom is `person`; the number after the last, or -1 without room."""
    block = draws.blocks[b]
    block.first, block.n, block.done = person, 0, 0
    key = 2 * b * draws.n_columns  # of the stream of arrivals, the first column
    key_0, key_1 = draws.keys[key], draws.keys[key + 1]
    day, before, point = 0, 0.0, 0.0
    today = intensity(world, draws, block.source, block.area, 0)
    after = today
    group = np.uint64(0)
    while True:
        words = four_words(key_0, key_1, group)
        group += np.uint64(1)
        for j in range(4):
            point += -log(unit(words[j]))
            while point >= after:
                day += 1
                if day >= world.n_days:
                    return person
                before = after
                today = intensity(world, draws, block.source, block.area, day)
                after = before + today
            if person >= draws.people_most:
                return -1
            second = min(math.floor((point - before) / today * codes.DAY_S), codes.DAY_S - 1)
            draws.times[person] = day * codes.DAY_S + second
            block.n += 1
            person += 1


@jit
def schedule(world: World, draws: Draws) -> int:
    """Everybody who may come, by number; how many there are, or -1 without room for them."""
    make_effects(draws, world.n_days)
    held = draws.blocks[0]
    held.first, held.n, held.done = 0, draws.n_held, 0
    if draws.n_held > draws.people_most:
        return -1
    person = held.n
    for b in range(1, draws.n_blocks):
        person = schedule_cell(world, draws, b, person)
        if person < 0:
            return -1
    draws.n_spare, draws.played_to = 0, 0
    draws.part_days = max(1, world.n_days * 4096 // max(person, 1))
    return person


# --- who they are -------------------------------------------------------------------------------------
@jit
def field_of(address: int, at_: int) -> int:
    """A 32-bit field of a row."""
    return shorts_at(address + at_)[0]


@jit
def value_of(draws: Draws, column: Row, row: int, word: Any) -> int | np.int64:
    """The number of a column, made of the word of its stream."""
    how = column.how
    if how in (CHOOSE, EVENLY):
        return choose(draws, row, unit(word))
    if how == SECONDS:
        return seconds(draws.laws, draws.points, draws.law_rows[row], unit(word)) * column.scale
    if how == WORK:
        return exponential_work(word, ONE_WORK)
    if how == SHARE:
        return np.int64(word >> SHARE_SHIFT)
    if how == MOVE:
        return np.int64(word >> MOVE_SHIFT)
    return np.int64(word >> HEIGHT_SHIFT)


@jit
def write_field(address: int, column: Row, value: int) -> None:
    """Put a number into a row; what is too long for it can happen in no run."""
    if column.bytes == 8:
        words_at(address + column.field)[0] = value
    else:
        shorts_at(address + column.field)[0] = min(value, at.NEVER)


@jit
def draw_column(world: World, draws: Draws, block: Row, b: int, c: int, first: int, n: int) -> None:
    """One number for each of n people of a block, who stand in rows already."""
    column = draws.columns[c]
    key = 2 * (b * draws.n_columns + c)
    if column.how == EVENLY or column.how == ASIDE_EVENLY:
        write_words(draws.keys[key], draws.keys[key + 1], 0, 1, draws.words, 0)
        shift, step = draws.words[0], GOLDEN if column.how == EVENLY else SQUARE_ROOT
        for i in range(n):
            draws.words[i] = np.uint64(first + i) * step + shift
    else:
        write_words(draws.keys[key], draws.keys[key + 1], first, n, draws.words, 0)
    for i in range(n):
        if column.how >= ASIDE:
            draws.aside[column.row * CHUNK + i] = draws.words[i]
            continue
        k = world.slots[block.first + first + i]
        person = world.people_at + k * PERSON_BYTES
        row = column.row
        if column.code >= 0:
            row += field_of(person, column.code) * column.times
        if column.code_2 >= 0:
            row += field_of(person, column.code_2)
        value = value_of(draws, column, row, draws.words[i])
        if value != KEEP:
            write_field(world.stays_at + k * STAY_BYTES if column.of_stay == 1 else person, column, value)


@jit
def draw_people(world: World, draws: Draws, b: int, first: int, n: int) -> None:
    """Everything about n people of a block, from a position on."""
    block = draws.blocks[b]
    is_held = b == 0
    for i in range(n):
        begin(world, draws, block, block.first + first + i)
    if is_held and draws.n_sample > 0:
        draw_column(world, draws, block, b, FIRST_COLUMN - 1, first, n)
        begin_sampled(world, draws, first, n)
    for c in range(FIRST_COLUMN, draws.n_columns):
        column = draws.columns[c]
        wanted = column.held if is_held else column.arrivals
        if column.on == 1 and wanted == 1 and (column.how != HEIGHT or block.candidates == 1):
            draw_column(world, draws, block, b, c, first, n)
    if is_held:
        finish_held(world, draws, first, n)
    for i in range(n):
        k = world.slots[block.first + first + i]
        person, stay = world.people[k], world.stays[k]
        person.t = draws.times[block.first + first + i]
        stay.area = stay.place = person.area
        stay.who = person.source * 2 + person.custody


@jit
def begin(world: World, draws: Draws, block: Row, number: int) -> None:
    """An empty row for a person."""
    k = world.slots[number]
    person, stay = words_at(world.people_at + k * PERSON_BYTES), words_at(world.stays_at + k * STAY_BYTES)
    first = words_at(draws.first_stay_at)
    for i in range(PERSON_WORDS):
        person[i] = 0
    for i in range(STAY_WORDS):
        stay[i] = first[i]
    row = world.people[k]
    row.source, row.area, row.height, row.again = block.source, block.area, -1, at.NOBODY
    world.stays[k].person = number


# --- parts --------------------------------------------------------------------------------------------
@jit
def free_row(world: World, draws: Draws) -> int:
    """A row that nobody stands in, used before if there is one; -1 without room."""
    if draws.n_spare > 0:
        draws.n_spare -= 1
        return draws.spare[draws.n_spare]
    if world.n_rows >= draws.rows_most:
        return -1
    world.n_rows += 1
    return world.n_rows - 1


@jit
def clear(world: World, draws: Draws) -> None:
    """Make the rows of people who have gone free for others."""
    for i in range(world.n_freed):
        k = world.freed[i]
        world.slots[world.stays[k].person] = at.NOBODY
        draws.spare[draws.n_spare] = k
        draws.n_spare += 1
    world.n_freed = 0


@jit
def place_block(world: World, draws: Draws, b: int, end: int) -> bool:
    """People of a block who come before `end`; False without room for them."""
    block = draws.blocks[b]
    while block.done < block.n:
        first, n = block.done, 0
        while n < CHUNK and first + n < block.n and (b == 0 or draws.times[block.first + first + n] < end):
            k = free_row(world, draws)
            if k < 0:
                return False
            world.slots[block.first + first + n] = k
            n += 1
        if n == 0:
            return True
        draw_people(world, draws, b, first, n)
        block.done += n
        for i in range(n if b > 0 else 0):
            number = block.first + first + i
            code = (draws.times[number] << TIME_SHIFT) | (at.ARREST << at.NUMBER_BITS) | number
            world.candidates[world.n_candidates] = code
            world.n_candidates += 1
    return True


@jit
def sort(codes_: Any, n: int) -> None:
    """Put whole numbers in order (Shell 1959, gaps of Ciura 2001)."""
    for gap in (8927, 3968, 1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(gap, n):
            code, j = codes_[i], i
            while j >= gap and codes_[j - gap] > code:
                codes_[j] = codes_[j - gap]
                j -= gap
            codes_[j] = code


@jit
def place_part(world: World, draws: Draws, end: int) -> bool:
    """Everybody who comes before `end` and has no row yet; False without room for them."""
    clear(world, draws)
    world.n_candidates, world.next_candidate = 0, 0
    for b in range(draws.n_blocks):
        if not place_block(world, draws, b, end):
            return False
    sort(world.candidates, world.n_candidates)
    return True
