"""A person's way from arrest to exit (`sim/pathway/person.py`, `intake.py`, `case.py`, `removal.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import arrests, beds, codes, moves, queues, release, road
from sim.compiled import layout as at
from sim.compiled.facts import charge, enter, note, rank, today, today_in, write
from sim.compiled.jit import jit_module, rows_from
from sim.compiled.queues import World
from sim.scenario.world.calendars import ENDLESS, NONE


def enter_for(world: World, k: int, stage: int, seconds: int) -> None:
    """Person k comes to a stage in bed for a length of time."""
    enter(world, k, stage)
    queues.step(world, k, seconds)


# --- removal --------------------------------------------------------------------------------------------
def on_line_since(world: World, k: int, stage: int) -> int:
    """People on a line at day 0 keep their order of time served."""
    person = world.people[k]
    return person.t if world.now == 0 and person.stage0 == stage else world.now


def seat(world: World, k: int) -> None:
    """The line for a seat; without routes the person is removed at once."""
    if world.has_routes == 0:
        release.leave(world, k, codes.EXIT_REMOVED)
        return
    enter(world, k, codes.SEAT_LINE)
    queues.join(world, at.L_SEAT, world.stays[k].route, k, 0, on_line_since(world, k, codes.SEAT_LINE))
    moves.moves_at_stage(world, k, codes.SEAT_LINE, codes.MOVE_AT_SEAT_LINE)


def stay_of_removal(world: World, k: int) -> None:
    """A court may forbid the removal for a time."""
    person = world.people[k]
    ordered_on = max(world.stays[k].t_order, 0) // codes.DAY_S
    if rules.granted(person.stay_u, world.days[ordered_on].stay_share):
        enter_for(world, k, codes.STAY_OF_REMOVAL, person.stay_of_removal_s)
    else:
        seat(world, k)


def document(world: World, k: int, work: int) -> None:
    """The travel document: an amount of work."""
    days, group = world.n_days, world.people[k].group
    enter(world, k, codes.DOCUMENT)
    moves.moves_at_stage(world, k, codes.DOCUMENT, codes.MOVE_AT_DOCUMENT)
    used, speed = rows_from(world.document_work, group * (days + 1)), rows_from(world.document_speed, group * days)
    queues.step(world, k, rules.clock_due(used, speed, days, world.now, work) - world.now)
    moves.before_the_document(world, k, work)


def choose_route(world: World, k: int) -> None:
    """The route of the group, or that of a third country if an agreement gives one."""
    stay, person = world.stays[k], world.people[k]
    share = world.third_country_share[person.group * world.n_days + world.today]
    has_third = stay.t_order >= 0 and world.third_country_route != NONE
    if has_third and rules.granted(person.third_u, share):
        stay.third_country = 1
        note(world, k, codes.THIRD_COUNTRY)
        stay.route = world.third_country_route
    else:
        stay.route = person.route


def order_is_final(world: World, k: int) -> None:
    """Nobody gives up any more; the limit on detention after an order begins."""
    world.stays[k].gives_up_at = at.NEVER
    limit = today(world).post_order_limit
    if limit >= 0:
        due = rules.limit_due(limit, world.people[k].ordered_s, world.now)
        world.stays[k].limit_at = min(due, at.NEVER)
    release.enter_clock_stage(world, k, codes.POST_ORDER)


def ordered(world: World, k: int) -> None:
    """A final order."""
    stay, person = world.stays[k], world.people[k]
    stay.t_order = world.now
    order_is_final(world, k)
    if world.has_routes == 1:
        choose_route(world, k)
        document(world, k, person.third_work if stay.third_country == 1 else person.document_work)
    else:
        stay_of_removal(world, k)


# --- the case -------------------------------------------------------------------------------------------
def heard(world: World, k: int) -> None:
    """A hearing takes place; the last one decides the case."""
    stay, person = world.stays[k], world.people[k]
    note(world, k, codes.HEARD)
    stay.hearings += 1
    charge(world, codes.HEARINGS, 1)
    if stay.hearings < person.hearings:
        enter_for(world, k, codes.ADJOURNED, person.adjournment_s)
    elif person.outcome != codes.ORDERED_REMOVED:
        release.leave(world, k, codes.EXIT_OF_HEARING[person.outcome])
    elif person.appeal_s >= 0:
        enter_for(world, k, codes.APPEAL, person.appeal_s)
    else:
        ordered(world, k)


def proceedings(world: World, k: int) -> None:
    """Join the docket of the area; without one nobody waits for a judge."""
    docket = release.docket_of(world, k)
    if docket == NONE:
        heard(world, k)
        return
    enter(world, k, codes.DOCKET)
    queues.join(world, at.L_DOCKET, docket, k, 0, on_line_since(world, k, codes.DOCKET))


def screening(world: World, k: int) -> None:
    """The line for a fear interview."""
    enter(world, k, codes.SCREENING_LINE)
    queues.join(world, at.L_SCREENING, 0, k, 0, on_line_since(world, k, codes.SCREENING_LINE))


def screened(world: World, k: int) -> None:
    """A fear interview takes place."""
    if rules.granted(world.people[k].positive_u, today(world).screening_positive):
        release.case_begins(world, k, True)
        proceedings(world, k)
    else:
        ordered(world, k)


def prepared(world: World, k: int) -> None:
    """The first case event."""
    person = world.people[k]
    if person.track == codes.PROCEEDINGS:
        proceedings(world, k)
    elif (
        person.track == codes.EXPEDITED
        and world.screening_on == 1
        and rules.granted(person.screening_u, today(world).screening_share)
    ):
        screening(world, k)
    else:
        ordered(world, k)


def in_bed(world: World, k: int) -> None:
    """The case begins when the person is first in a bed."""
    person = world.people[k]
    if world.case_on == 0:
        ordered(world, k)
    elif world.mode_stay == 1:
        queues.step(world, k, person.stay_s)
    else:
        release.case_begins(world, k, False)
        enter_for(world, k, codes.PREPARING, person.preparing_s)


# --- a bed ----------------------------------------------------------------------------------------------
def enter_bed(world: World, k: int) -> None:
    """Person k is in a bed for the first time."""
    stay = world.stays[k]
    site = world.sites[stay.place]
    if stay.stage == codes.ON_THE_ROAD:
        site.road -= 1
    else:
        world.areas[stay.area].hold_room -= 1
    site.in_bed += 1
    stay.t_bed = world.now
    enter(world, k, codes.STAY if world.case_on == 1 and world.mode_stay == 1 else codes.PREPARING)
    release.enter_clock_stage(world, k, codes.CASE)
    beds.settle(world, k)
    moves.begin_visit(world, k)
    in_bed(world, k)


def needs_bed(world: World, k: int) -> None:
    """The line for a bed, if beds can be short."""
    if world.beds_on == 1:
        beds.ask_bed(world, k)
    else:
        place = world.entry[world.areas[world.people[k].area].entry_from]
        enter(world, k, codes.BED_LINE)
        world.stays[k].place = place
        beds.take_bed(world, place)
        enter_bed(world, k)


def land(world: World, k: int) -> None:
    """A transport arrives."""
    if not release.landed(world, k):
        return
    if world.stays[k].stage_before > 0:
        road.arrive(world, k)
    else:
        enter_bed(world, k)


# --- intake ---------------------------------------------------------------------------------------------
def processed(world: World, k: int) -> None:
    """Processing ends: returned, released, or to be detained."""
    intake = world.people[k].intake
    world.stays[k].t_processed = world.now
    charge(world, codes.INTAKE, 1)
    release.begin_clocks(world, k, codes.HOLD_ROOM)
    if intake == codes.RETURNED:
        release.leave(world, k, codes.EXIT_RETURNED)
    elif intake >= codes.DIVERTED and release.has_slot(world):
        if intake != codes.DIVERTED:
            note(world, k, codes.NO_SHOW)
        release.leave(world, k, codes.EXIT_DIVERTED)
    elif intake == codes.DETAIN or intake >= codes.DIVERTED:
        needs_bed(world, k)
    else:
        enter(world, k, codes.INTAKE_REVIEW)
        release.release(world, k, codes.EXIT_OF_INTAKE[intake])


def sit(world: World, k: int) -> None:
    """Processing starts."""
    world.areas[world.people[k].area].desks_busy += 1
    enter(world, k, codes.PROCESSING)
    queues.wake(world, codes.CALL, k)


def assign_desks_soon(world: World, area: int) -> None:
    """Free desks are given out later at this instant."""
    if world.areas[area].desk_due == 0:
        world.areas[area].desk_due = 1
        queues.add_event(world, world.now, at.ASSIGN_DESK, area)


def assign_desks(world: World, area: int) -> None:
    """Free desks go to the line."""
    here = world.areas[area]
    here.desk_due = 0
    while queues.members(world, at.L_DESK, area) > 0 and here.desks_busy < today_in(world, area).desks:
        sit(world, queues.serve(world, at.L_DESK, area))


def arrested(world: World, k: int) -> None:
    """Person k is in custody from now."""
    person = world.people[k]
    world.stays[k].t_arrest = world.now
    enter(world, k, codes.DESK_LINE)
    world.areas[person.area].hold_room += 1
    today_in(world, person.area).arrests += 1
    charge(world, codes.ARRESTS, int(person.source < codes.N_INTERIOR))
    arrests.found(world, k, -1)
    if world.intake_on == 0:
        processed(world, k)
    elif today_in(world, person.area).desks >= ENDLESS:
        sit(world, k)
    else:
        queues.join(world, at.L_DESK, person.area, k, rank(world, k), world.now)
        assign_desks_soon(world, person.area)


def leave_desk(world: World, k: int) -> None:
    """Processing ends."""
    area = world.people[k].area
    world.areas[area].desks_busy -= 1
    if queues.members(world, at.L_DESK, area) > 0:
        assign_desks_soon(world, area)
    processed(world, k)


# --- what comes next --------------------------------------------------------------------------------------
def take_step(world: World, k: int) -> None:
    """A length of time in bed ends; of no concern if the person has gone on otherwise."""
    stay = world.stays[k]
    if stay.step_at != world.now:
        return
    stay.step_at = at.NEVER
    if stay.stage == codes.ON_THE_ROAD:
        stay.late |= codes.STEP_DUE
    else:
        go_on(world, k)


def go_on(world: World, k: int) -> None:
    """What follows a length of time in bed."""
    stay = world.stays[k]
    if stay.stage == codes.STAY:
        release.leave(world, k, world.stay_exit)
    elif stay.stage == codes.PREPARING:
        prepared(world, k)
    elif stay.stage == codes.ADJOURNED:
        proceedings(world, k)
    elif stay.stage == codes.APPEAL:
        ordered(world, k)
    elif stay.stage == codes.DOCUMENT:
        stay_of_removal(world, k)
    else:
        seat(world, k)


def called(world: World, k: int) -> None:
    """It is person k's turn."""
    stage = world.stays[k].stage
    if stage == codes.PROCESSING:
        queues.add_event(world, world.now + world.people[k].processing_s, at.PROCESSED, k)
    elif stage == codes.BED_LINE:
        enter_bed(world, k)
    elif stage == codes.ON_THE_ROAD:
        queues.add_event(world, world.now + world.transfer_s, at.LANDING, k)
    elif stage == codes.DOCKET:
        heard(world, k)
    elif stage == codes.SCREENING_LINE:
        screened(world, k)
    else:
        release.leave(world, k, codes.EXIT_REMOVED)


# --- day 0 ------------------------------------------------------------------------------------------------
def hold_from_day_0(world: World, k: int) -> None:
    """Person k is in a bed when the run starts."""
    person, stay = world.people[k], world.stays[k]
    stay.t_arrest, stay.stage = person.t, person.stage0
    stay.place = world.areas[person.area].day0_place
    write(world, k, codes.BEFORE, person.stage0, stay.place)
    world.sites[stay.place].in_bed += 1
    beds.take_bed(world, stay.place)
    release.begin_clocks(world, k, codes.CASE)
    if codes.PREPARING <= person.stage0 <= codes.APPEAL:
        release.case_begins(world, k, person.stage0 >= codes.DOCKET)
    beds.settle(world, k)
    moves.begin_visit(world, k)
    queues.wake(world, codes.HELD, k)


def held_after_order(world: World, k: int) -> None:
    """On day 0 with a final order."""
    person = world.people[k]
    order_is_final(world, k)
    if world.has_routes == 1:
        choose_route(world, k)
    if person.stage0 == codes.DOCUMENT and world.has_routes == 1:
        document(world, k, person.left_s)
    elif person.stage0 == codes.STAY_OF_REMOVAL:
        enter_for(world, k, codes.STAY_OF_REMOVAL, person.left_s)
    else:
        seat(world, k)


def held(world: World, k: int) -> None:
    """A person already held on day 0 goes on from where they are."""
    person = world.people[k]
    if person.stage0 == codes.STAY:
        queues.step(world, k, person.left_s)
    elif person.stage0 == codes.PREPARING:
        enter_for(world, k, codes.PREPARING, person.left_s)
    elif person.stage0 == codes.SCREENING_LINE:
        screening(world, k)
    elif person.stage0 == codes.DOCKET:
        proceedings(world, k)
    elif person.stage0 == codes.ADJOURNED:
        enter_for(world, k, codes.ADJOURNED, person.left_s)
    elif person.stage0 == codes.APPEAL:
        enter_for(world, k, codes.APPEAL, person.left_s)
    else:
        held_after_order(world, k)


jit_module()
