"""The log of a run read once, by compiled code: waits, stays, exits, and people on lines at each midnight.

Definitions are those of `sim.measures`, and a test compares the two.
"""

from __future__ import annotations

from typing import Any

import numba

from sim import rules, vocabulary
from sim.compiled import codes
from sim.compiled.jit import Rows, address_as, jit
from sim.compiled.queues import World
from sim.measures import binding
from sim.page.layout import HISTOGRAM_BINS, LINES_BY_DAY, TOTALS, VISIT, WAIT
from sim.page.tables import Draws
from sim.vocabulary import Exit, Stage

totals_at = address_as(Rows(numba.from_dtype(TOTALS)))
waits_at = address_as(Rows(numba.from_dtype(WAIT)))
lines_at = address_as(Rows(numba.from_dtype(LINES_BY_DAY)))
visits_at = address_as(Rows(numba.from_dtype(VISIT)))
FIRST_NOTE, PAST_EXITS = vocabulary.NOTED, vocabulary.REQUESTED
HOLD_FIRST, HOLD_LAST = codes.DESK_LINE, codes.BED_LINE
ORDER_FIRST, ORDER_LAST, REMOVED = int(Stage.DOCUMENT), int(Stage.SEAT_LINE), int(Exit.REMOVED)
NEVER, NOT_IN_WINDOW = -1, -2
GOAL_DAYS, GOAL_PERCENT = binding.WINDOW_DAYS, binding.TOLERANCE_PERCENT


@jit
def bin_of(seconds: int, width: int) -> int:
    """The bin of a length of time; the last has everything beyond."""
    return min(seconds // width, HISTOGRAM_BINS - 1)


@jit
def change_lines(row: Any, stage: int, change: int) -> None:
    """One person more or fewer on a line from this day on."""
    if stage == codes.BED_LINE:
        row.bed_line += change
    elif stage == codes.DOCKET:
        row.docket += change
    elif stage == codes.SEAT_LINE:
        row.seat_line += change


@jit
def leave_hold_room(world: World, totals: Any, visit: Any, t: int) -> None:
    """A stay in a hold room ends, or the run does."""
    since, seconds = visit.hold_since, t - visit.hold_since
    visit.hold_since = -1
    totals.hold_room_s += seconds
    totals.hold_room_stays += 1 if seconds > 0 else 0
    limit = world.days[since // codes.DAY_S].hours_limit
    if 0 <= limit < seconds:
        totals.over_limit += 1


@jit
def end_visit(waits: Any, totals: Any, lines: Any, visit: Any, t: int) -> None:
    """A person leaves a stage."""
    seconds = t - max(visit.since, 0)
    wait = waits[visit.stage]
    wait.ended += 1
    wait.seconds += seconds
    wait.bins[bin_of(seconds, totals.wait_bin_s)] += 1
    change_lines(lines[t // codes.DAY_S + 1], visit.stage, -1)


@jit
def leave(totals: Any, lines: Any, visit: Any, t: int, reason: int) -> None:
    """A person leaves custody."""
    if reason == REMOVED and visit.ordered >= 0:
        totals.order_s += t - visit.ordered
        totals.ordered += 1
    totals.exits += 1
    totals.by_exit[reason] += 1
    totals.stay_s += t - visit.arrest
    totals.stay_bins[bin_of(t - visit.arrest, totals.bin_s)] += 1
    if rules.is_release(reason):
        lines[t // codes.DAY_S + 1].released += 1
    else:
        lines[t // codes.DAY_S + 1].removed += 1


@jit
def is_interior(draws: Draws, number: int) -> bool:
    """A person is arrested by officers, not handed over at the border."""
    low, high = 0, draws.n_blocks
    while high - low > 1:
        middle = (low + high) // 2
        if draws.blocks[middle].first <= number:
            low = middle
        else:
            high = middle
    return draws.blocks[low].source < codes.N_INTERIOR


@jit
def arrive(draws: Draws, lines: Any, visit: Any, number: int, t: int, stage: int) -> None:
    """A person comes into custody, or is there when the run begins."""
    visit.arrest = t if t >= 0 else draws.times[number]
    visit.hold_since = t if HOLD_FIRST <= stage <= HOLD_LAST else NEVER
    visit.ordered = NEVER
    if t >= 0 and is_interior(draws, number):
        lines[t // codes.DAY_S + 1].interior += 1


@jit
def read_row(world: World, draws: Draws, totals: Any, waits: Any, lines: Any, visits: Any, i: int) -> None:
    """One row of the log."""
    row = world.log[i]
    what, t = row.stage, row.t
    if FIRST_NOTE <= what < codes.EXITED or what >= PAST_EXITS:
        return
    visit = visits[row.row]
    if visit.stage > 0:
        end_visit(waits, totals, lines, visit, t)
    if visit.hold_since >= 0 and not HOLD_FIRST <= what <= HOLD_LAST:
        leave_hold_room(world, totals, visit, t)
    if what >= codes.EXITED:
        leave(totals, lines, visit, t, what - codes.EXITED)
        visit.stage = 0
        return
    if visit.stage == 0:
        arrive(draws, lines, visit, row.row, t, what)
    if visit.ordered == NEVER and ORDER_FIRST <= what <= ORDER_LAST:
        visit.ordered = t if t >= 0 else NOT_IN_WINDOW
    visit.stage, visit.since = what, t
    change_lines(lines[t // codes.DAY_S + 1], what, 1)


@jit
def still_inside(world: World, totals: Any, visit: Any) -> None:
    """A person who is in custody when the run ends."""
    seconds = world.end - visit.arrest
    totals.inside += 1
    totals.inside_s += seconds
    totals.inside_bins[bin_of(seconds, totals.bin_s)] += 1
    if visit.hold_since >= 0:
        leave_hold_room(world, totals, visit, world.end)


@jit
def by_day(world: World, totals: Any, lines: Any) -> None:
    """Changes of lines summed to people on them; nights over contract, moves and money."""
    for day in range(1, world.n_days + 1):
        row, before = lines[day], lines[day - 1]
        row.bed_line += before.bed_line
        row.docket += before.docket
        row.seat_line += before.seat_line
    for i in range(world.n_days * world.n_areas):
        totals.moved += world.area_days[i].moved_out
    for i in range(world.n_days * world.n_places):
        in_bed = world.site_stocks[i + world.n_places].in_bed
        totals.over_contract_nights += max(0, in_bed - world.site_days[i].contracted)
    for i in range(world.n_days * codes.N_LEDGER_LINES):
        totals.cents += world.ledger[i]


@jit
def missed_from(world: World, lines: Any) -> int:
    """The first day from which on the mean of 28 days stays below the goal; -1 if it is met at the end, or not set."""
    first, asked, done = -1, 0, 0
    for day in range(world.n_days):
        asked += max(world.days[day].goal, 0)
        done += 1000 * lines[day + 1].interior
        if day >= GOAL_DAYS:
            asked -= max(world.days[day - GOAL_DAYS].goal, 0)
            done -= 1000 * lines[day + 1 - GOAL_DAYS].interior
        if world.days[day].goal < 0 or 100 * done >= (100 - GOAL_PERCENT) * asked:
            first = -1
        elif first < 0:
            first = day
    return first


@jit
def judge_goal(world: World, totals: Any, lines: Any) -> None:
    """Whether the goal of arrests is missed, from when, and the largest cause of what is short from then on."""
    totals.missed_from, totals.cause = missed_from(world, lines), -1
    officers, pool, throttle, money, chance = 0, 0, 0, 0, 0
    for day in range(max(totals.missed_from, 0), world.n_days if totals.missed_from >= 0 else 0):
        row = world.days[day]
        officers, pool = officers + row.short_of_officers, pool + row.short_of_pool
        throttle, money = throttle + row.short_by_throttle, money + row.short_of_money
        chance += row.goal - 1000 * lines[day + 1].interior
    chance -= officers + pool + throttle + money
    most = 0
    for cause, short in enumerate((officers, pool, throttle, money, chance)):
        if short > most:
            most, totals.cause = short, cause


@jit
def read_log(world: World, draws: Draws, totals: Any, waits: Any, lines: Any, visits: Any) -> None:
    """What the log has, after which it is empty."""
    for i in range(world.n_logged):
        read_row(world, draws, totals, waits, lines, visits, i)
    world.n_logged = 0


@jit
def finish(world: World, n_people: int, totals: Any, lines: Any, visits: Any) -> None:
    """What is known when the run has ended."""
    for number in range(n_people):
        if visits[number].stage > 0:
            still_inside(world, totals, visits[number])
    by_day(world, totals, lines)
    judge_goal(world, totals, lines)
