"""Moves between places: departures and landings (`sim/pathway/moves.py`)."""

from __future__ import annotations

from sim.compiled import beds, codes, moves, queues, release
from sim.compiled import layout as at
from sim.compiled.facts import charge, enter, today_in
from sim.compiled.jit import jit_module
from sim.compiled.queues import World

NO_AREA = -1


def changes_area(world: World, here: int, there: int) -> None:
    """Somebody leaves one area for a bed in another, or for another place of the same one."""
    if here != there:
        today_in(world, here).moved_out += 1
        today_in(world, there).moved_in += 1


def depart_for(world: World, k: int, rule: int, there: int) -> None:
    """Person k leaves a bed for one in another place."""
    stay = world.stays[k]
    here = stay.place
    moves.quit_move_line(world, k)
    stay.move_rule = at.NOBODY
    stay.stage_before, stay.kept_since = stay.stage, stay.line_since
    release.leave_case_lines(world, k)
    changes_area(world, world.sites[here].area, world.sites[there].area)
    if world.moves[rule].seats == codes.TRANSFER_SEATS:
        charge(world, codes.TRANSFERS, 1)
    else:
        charge(world, codes.MOVES, world.moves[rule].cents)
    world.sites[here].in_bed -= 1
    beds.free_bed(world, k, here)
    beds.take_bed(world, there)
    if there != here:
        beds.note_excess(world, there)
    world.sites[there].road += 1
    stay.place, stay.area = there, world.sites[there].area
    enter(world, k, codes.ON_THE_ROAD)
    queues.add_event(world, world.now + world.moves[rule].road_s, at.LANDING, k)


def first_leaves(world: World, first: int, last: int, seats: int, area: int) -> bool:
    """The first in the lines of some rules for whom a place has room leaves; False if there is nobody."""
    best, best_rule, best_there = -1, 0, 0
    for rule in range(first, last):
        if world.moves[rule].seats != seats:
            continue
        for place in range(world.n_places):
            if area != NO_AREA and world.sites[place].area != area:
                continue
            if moves.waits_for(world, rule, place) == 0:
                continue
            there = moves.move_to(world, rule, place)
            code = queues.head(world, at.L_MOVE, rule * world.n_places + place)
            if there >= 0 and (best < 0 or code < best):
                best, best_rule, best_there = code, rule, there
    if best >= 0:
        depart_for(world, world.slots[best & queues.ROW_MASK], best_rule, best_there)
    return best >= 0


def move_departs(world: World, rule: int, places: int) -> None:
    """A transport with a calendar of its own leaves."""
    for _ in range(places):
        if not first_leaves(world, rule, rule + 1, codes.OWN_SEATS, NO_AREA):
            break


def leave_now(world: World, rule: int) -> None:
    """Moves without a calendar, as far as places have room."""
    world.moves[rule].due = 0
    while first_leaves(world, rule, rule + 1, codes.NO_SEATS, NO_AREA):
        pass


def fill_transfer(world: World, area: int, seats: int) -> None:
    """Seats that the hold rooms of an area left over go to the moves that use its transfers."""
    for _ in range(seats):
        if not first_leaves(world, 0, world.n_moves, codes.TRANSFER_SEATS, area):
            break


def rejoin(world: World, k: int) -> None:
    """Person k is on the line of their case again, in the order of before; without a docket here they are heard."""
    stay = world.stays[k]
    if stay.stage == codes.SEAT_LINE:
        queues.join(world, at.L_SEAT, stay.route, k, 0, stay.kept_since)
    elif stay.stage == codes.SCREENING_LINE:
        queues.join(world, at.L_SCREENING, 0, k, 0, stay.kept_since)
    elif release.docket_of(world, k) >= 0:
        queues.join(world, at.L_DOCKET, release.docket_of(world, k), k, 0, stay.kept_since)
    else:
        queues.wake(world, codes.CALL, k)


def arrive(world: World, k: int) -> None:
    """Person k is in a bed again: giving up comes first, then a step of the case or its line."""
    stay = world.stays[k]
    before, late = stay.stage_before, stay.late
    stay.stage_before, stay.late = 0, 0
    world.sites[stay.place].road -= 1
    world.sites[stay.place].in_bed += 1
    enter(world, k, before)
    beds.settle(world, k)
    moves.begin_visit(world, k)
    if late & codes.GIVES_UP:
        release.give_up(world, k)
    elif stay.kept_since != at.NEVER:
        rejoin(world, k)
    elif late & codes.STEP_DUE:
        queues.wake(world, codes.STEPPED, k)


jit_module()
