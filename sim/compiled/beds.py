"""Beds, the alarms of the ladder, and displacement (`sim/pathway/beds.py`, `ladder.py`, `displacement.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import arrests, clearance, codes, moves, queues
from sim.compiled import layout as at
from sim.compiled.facts import enter, has_bed, over_funding_stopped, rank, today, today_at
from sim.compiled.jit import jit_module
from sim.compiled.queues import World

LOWEST = 7
"""Above every rank, so that ranks sort the other way round."""


# --- the ladder: alarms -------------------------------------------------------------------------------
def set_rung_alarm(world: World, k: int, at_once: bool) -> None:
    """For the untried rung that is due first, in listed order."""
    stay, best, soonest = world.stays[k], -1, rules.NEVER
    limit = world.days[stay.t_arrest // codes.DAY_S].hours_limit
    for rung in range(world.n_rungs):
        due = rules.rung_due(stay.t_arrest, world.rungs[rung].after_s, limit, stay.t_processed)
        if (stay.tried >> rung) & 1 == 0 and (best < 0 or due < soonest):
            best, soonest = rung, due
    if best >= 0:
        due = world.now if at_once else max(soonest, world.now)
        queues.add_event(world, due, at.RUNG, stay.person * rules.MOST_RUNGS + best)


def begin_ladder(world: World, k: int) -> None:
    """Step on the ladder; where hold rooms are over their ceiling a release is tried first."""
    stay = world.stays[k]
    stay.tried = 0
    if world.ceiling_releases == 1 and stay.review < 0 and arrests.is_over_ceiling(world, world.people[k].area):
        for rung in range(world.n_rungs):
            if world.rungs[rung].kind == codes.RUNG_RELEASE:
                queues.add_event(world, world.now, at.RUNG, stay.person * rules.MOST_RUNGS + rung)
                return
    set_rung_alarm(world, k, False)


def resume_ladder(world: World, k: int) -> None:
    """The review that person k's ladder waited for ended without a bed: the next rung at once."""
    if world.stays[k].paused == 1:
        world.stays[k].paused = 0
        set_rung_alarm(world, k, True)


def step_off(world: World, k: int) -> None:
    """Person k has a bed or is gone."""
    world.stays[k].tried = -1
    world.stays[k].paused = 0


# --- displacement -------------------------------------------------------------------------------------
def settle(world: World, k: int) -> None:
    """Person k is in a bed and may be displaced from it."""
    if world.displacing == 0 or (world.people[k].custody == codes.MANDATORY and world.displace_mandatory == 0):
        return
    stay = world.stays[k]
    if world.sites[stay.place].entry_of < 0:
        return
    since = stay.t_bed if stay.t_bed >= 0 else stay.t_arrest
    code = queues.place_code(LOWEST - rank(world, k), -since, queues.ROW_MASK - stay.person)
    queues.line_push(world, queues.line_number(world, at.L_DISPLACEMENT, stay.area), code)


def find_displaced(world: World, area: int, asker_rank: int) -> int:
    """The lowest in priority, then the latest in bed, then the highest number; -1: nobody."""
    line = queues.line_number(world, at.L_DISPLACEMENT, area)
    while world.lines[line].n > 0:
        code = queues.line_top(world, line)
        if LOWEST - (code >> queues.PRIORITY_SHIFT) <= asker_rank:
            return at.NOBODY
        queues.line_drop(world, line)
        k = world.slots[queues.ROW_MASK - (code & queues.ROW_MASK)]
        gone = k < 0 or not has_bed(world, k) or world.sites[world.stays[k].place].entry_of != area
        if gone or (world.stays[k].closed >> codes.DISPLACED) & 1:
            continue
        stay = world.stays[k]
        if stay.review >= 0:
            stay.set_aside = 1
            continue
        return k
    return at.NOBODY


def end_promise(world: World, k: int, asker: int) -> None:
    """The bed of person k, promised to the one who asked, has gone to them or does not."""
    world.stays[k].promised_to = at.NOBODY
    world.stays[asker].wants_bed_of = at.NOBODY


def review_over(world: World, k: int) -> None:
    """A request about person k ended without a release."""
    stay = world.stays[k]
    asker = stay.promised_to
    if asker >= 0:
        end_promise(world, k, asker)
        resume_ladder(world, asker)
    if asker >= 0 or stay.set_aside == 1:
        stay.set_aside = 0
        settle(world, k)


def asker_gone(world: World, k: int) -> None:
    """Person k, who asked, needs no bed here any more: the request is withdrawn."""
    displaced = world.stays[k].wants_bed_of
    if world.displacing == 1 and displaced >= 0:
        end_promise(world, displaced, k)
        clearance.withdraw(world, displaced)
        settle(world, displaced)
        moves.join_move_line(world, displaced)


# --- beds ---------------------------------------------------------------------------------------------
def is_funded(world: World) -> bool:
    """A bed can be given under the funded number, if spending stopped."""
    funded = today(world).funded
    return not over_funding_stopped(world) or funded < 0 or world.beds_taken < funded


def is_free(world: World, place: int) -> bool:
    """A bed can be given here."""
    return world.sites[place].beds_taken < today_at(world, place).operating and is_funded(world)


def free_in(world: World, area: int) -> int:
    """The first place with a free bed among those in which people of an area get their first one; -1: none."""
    for i in range(world.areas[area].entry_from, world.areas[area].entry_to):
        if is_free(world, world.entry[i]):
            return world.entry[i]
    return at.NOBODY


def assign_beds_soon(world: World, area: int) -> None:
    """Free beds are given out later at this instant; to one joint line if spending stopped."""
    number = 0 if over_funding_stopped(world) else area
    if world.areas[number].bed_due == 0:
        world.areas[number].bed_due = 1
        queues.add_event(world, world.now, at.ASSIGN_BED, number)


def take_bed(world: World, place: int) -> None:
    """One more bed is taken."""
    world.sites[place].beds_taken += 1
    world.beds_taken += 1


def note_excess(world: World, place: int) -> None:
    """Keep the most beds taken beyond what the ladder allows, after one was given."""
    here = today_at(world, place)
    over = world.sites[place].beds_taken - max(here.operating, here.over_contract)
    if over > here.beds_over:
        here.beds_over = over


def leave_bed_line(world: World, k: int) -> None:
    """Person k waits for a bed no longer."""
    area = world.people[k].area
    queues.quit_line(world, at.L_BED, area, k)
    if world.stays[k].on_transfer_line == 1:
        queues.count_out(world, at.L_TRANSFER, area)
    step_off(world, k)


def hand_over(world: World, k: int, place: int) -> None:
    """Person k leaves the lines for the bed that is theirs."""
    world.stays[k].place = place
    leave_bed_line(world, k)
    if world.clearance_on == 1 and world.stays[k].review == codes.NO_BED:
        clearance.close_review(world, k, codes.REVIEW_WITHDRAWN)
    asker_gone(world, k)
    queues.wake(world, codes.CALL, k)


def give_bed(world: World, k: int, place: int) -> None:
    """A bed of a place for person k."""
    take_bed(world, place)
    note_excess(world, place)
    hand_over(world, k, place)


def free_bed(world: World, k: int, place: int) -> None:
    """The bed of person k passes to the one it was promised to or to the line."""
    asker = world.stays[k].promised_to
    if asker >= 0:
        end_promise(world, k, asker)
        hand_over(world, asker, place)
        return
    world.sites[place].beds_taken -= 1
    world.beds_taken -= 1
    area = world.sites[place].area
    if queues.members(world, at.L_BED, area) > 0 or over_funding_stopped(world):
        assign_beds_soon(world, area)
    moves.all_moves_leave_soon(world)


def first_of_joint_line(world: World) -> int:
    """Area of the first person of all lines with a free bed; -1: none."""
    best, first = -1, rules.NEVER
    for area in range(world.n_areas):
        if queues.members(world, at.L_BED, area) > 0 and free_in(world, area) >= 0:
            code = queues.head(world, at.L_BED, area)
            if code < first:
                best, first = area, code
    return best


def assign_beds(world: World, number: int) -> None:
    """Free beds go to the line; people who asked at this instant and found none step on the ladder."""
    world.areas[number].bed_due = 0
    if over_funding_stopped(world):
        area = first_of_joint_line(world)
        while area >= 0:
            give_bed(world, queues.first_of(world, at.L_BED, area), free_in(world, area))
            area = first_of_joint_line(world)
    else:
        while queues.members(world, at.L_BED, number) > 0 and free_in(world, number) >= 0:
            give_bed(world, queues.first_of(world, at.L_BED, number), free_in(world, number))
    for i in range(world.n_asked):
        k = world.asked[i]
        stay = world.stays[k]
        if stay.stage == codes.BED_LINE and stay.line_since != at.NEVER:
            begin_ladder(world, k)
    world.n_asked = 0


def ask_bed(world: World, k: int) -> None:
    """Join the line for a bed."""
    enter(world, k, codes.BED_LINE)
    world.stays[k].t_asked = world.now
    area = world.people[k].area
    queues.join(world, at.L_BED, area, k, rank(world, k), world.now)
    if world.n_rungs > 0:
        world.asked[world.n_asked] = k
        world.n_asked += 1
    assign_beds_soon(world, area)


jit_module()
