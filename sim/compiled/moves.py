"""Who is to be moved, and the lines for transports (`sim/pathway/moves.py`; departures and landings: `road.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import codes, queues
from sim.compiled import layout as at
from sim.compiled.facts import has_bed, note, today_at, write
from sim.compiled.jit import jit_module, rows_from
from sim.compiled.queues import World


# --- lines ----------------------------------------------------------------------------------------------
def waits_for(world: World, rule: int, place: int) -> int:
    """People in a place who wait for the transport of a rule."""
    return queues.members(world, at.L_MOVE, rule * world.n_places + place)


def moves_leave_soon(world: World, rule: int) -> None:
    """Moves without a calendar leave later at this instant, if a place has room."""
    if world.moves[rule].seats != codes.NO_SEATS or world.moves[rule].due == 1:
        return
    for place in range(world.n_places):
        if waits_for(world, rule, place) > 0:
            world.moves[rule].due = 1
            queues.add_event(world, world.now, at.ASSIGN_MOVE, rule)
            return


def all_moves_leave_soon(world: World) -> None:
    """The same for every rule."""
    for rule in range(world.n_moves):
        moves_leave_soon(world, rule)


def join_move_line(world: World, k: int) -> None:
    """Person k, if they are to be moved, waits for a transport; under clearance, when that is over."""
    stay = world.stays[k]
    if stay.move_rule < 0 or stay.review >= 0:
        return
    write(world, k, world.now, codes.MOVE_LINE, world.n_places + stay.move_rule)
    queues.stand(world, at.L_MOVE, stay.move_rule * world.n_places + stay.place, k, 0, stay.move_since)
    stay.on_move_line = 1
    moves_leave_soon(world, stay.move_rule)


def quit_move_line(world: World, k: int) -> None:
    """Give up the place in it."""
    stay = world.stays[k]
    queues.count_out(world, at.L_MOVE, stay.move_rule * world.n_places + stay.place)
    stay.on_move_line = 0


def leave_move_line(world: World, k: int) -> None:
    """Person k waits for a transport no longer; they may still have a move ahead."""
    if world.stays[k].on_move_line == 1:
        quit_move_line(world, k)
        note(world, k, codes.MOVE_WITHDRAWN)


def forget_move(world: World, k: int) -> None:
    """Person k is not to be moved."""
    leave_move_line(world, k)
    world.stays[k].move_rule = at.NOBODY


def move_to(world: World, rule: int, here: int) -> int:
    """The first listed place with room; there is room where a bed is left and taken at once. -1: none."""
    way = world.ways[rule * world.n_places + here]
    for i in range(way.start, way.end):
        there = world.move_to[i]
        if there == here or world.sites[there].beds_taken < today_at(world, there).operating:
            return there
    return at.NOBODY


# --- when a move falls due --------------------------------------------------------------------------------
def leads_somewhere(world: World, rule: int, place: int) -> bool:
    """A rule concerns people in a place."""
    way = world.ways[rule * world.n_places + place]
    return way.start < way.end


def applies(world: World, k: int, rule: int) -> bool:
    """A rule leads from where person k is, and the drawn number of this visit lies within the share of the day."""
    if not leads_somewhere(world, rule, world.stays[k].place):
        return False
    u = rules.move_draw(world.people[k].move_bits, 2 * rule + 1, world.stays[k].visit)
    return rules.granted(u, world.move_share[rule * world.n_days + world.today])


def move_due_at(world: World, k: int, rule: int) -> int:
    """When a rule after a time falls due on this visit."""
    stay = world.stays[k]
    if world.moves[rule].when == codes.MOVE_LIMIT:
        return stay.arrived + world.sites[stay.place].stay_limit
    u = rules.move_draw(world.people[k].move_bits, 2 * rule, stay.visit)
    return stay.arrived + world.move_after_s[rule * rules.MOVE_QUANTILES + (u >> codes.MOVE_SHIFT)]


def begin_visit(world: World, k: int) -> None:
    """Person k is in a bed of a place; moves after a time fall due from now."""
    stay = world.stays[k]
    stay.visit += 1
    stay.arrived = world.now
    for rule in range(world.n_moves):
        timed = world.moves[rule].when == codes.MOVE_AFTER or world.moves[rule].when == codes.MOVE_LIMIT
        if timed and leads_somewhere(world, rule, stay.place):
            queues.add_event(world, move_due_at(world, k, rule), at.MOVE_DUE, stay.person * rules.MOST_MOVES + rule)


def intend(world: World, k: int, rule: int) -> None:
    """Person k has a move ahead."""
    world.stays[k].move_rule, world.stays[k].move_since = rule, world.now
    join_move_line(world, k)


def move_falls_due(world: World, number: int) -> None:
    """Of no concern if it was set for another visit."""
    k, rule = world.slots[number // rules.MOST_MOVES], number % rules.MOST_MOVES
    if k < 0:
        return
    stay = world.stays[k]
    if not has_bed(world, k) or stay.stage == codes.SEAT_LINE:
        return
    if world.moves[rule].when == codes.MOVE_AT_SEAT_LINE:
        replace_move(world, k, rule)
    elif stay.move_rule < 0 and move_due_at(world, k, rule) == world.now and applies(world, k, rule):
        intend(world, k, rule)


def replace_move(world: World, k: int, rule: int) -> bool:
    """A rule for a stage replaces what was ahead, if it applies to person k."""
    if not applies(world, k, rule):
        return False
    forget_move(world, k)
    intend(world, k, rule)
    return True


def before_the_document(world: World, k: int, work: int) -> None:
    """Rules with a lead fall due when that much of the work for the document is left, or now if it is less."""
    days, group = world.n_days, world.people[k].group
    used, speed = rows_from(world.document_work, group * (days + 1)), rows_from(world.document_speed, group * days)
    for rule in range(world.n_moves):
        lead = world.move_lead_work[rule * days + world.today]
        if lead > 0:
            due = rules.clock_due(used, speed, days, world.now, work - lead)
            if due > world.now:
                queues.add_event(world, due, at.MOVE_DUE, world.stays[k].person * rules.MOST_MOVES + rule)
            elif replace_move(world, k, rule):
                return


def moves_at_stage(world: World, k: int, stage: int, when: int) -> None:
    """The first rule for this stage replaces a move after a time; who waits for a seat is moved by no other."""
    ahead = world.stays[k].move_rule
    if ahead >= 0 and world.moves[ahead].when == codes.MOVE_AT_SEAT_LINE:
        return
    if stage == codes.SEAT_LINE:
        forget_move(world, k)
    for rule in range(world.n_moves):
        if world.moves[rule].when == when and replace_move(world, k, rule):
            return


jit_module()
