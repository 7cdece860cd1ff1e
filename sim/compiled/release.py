"""Clocks, approvals, and the one way out of custody (`sim/pathway/release.py`)."""

from __future__ import annotations

from typing import Any

from sim import rules
from sim.compiled import arrests, beds, clearance, codes, moves, queues
from sim.compiled import layout as at
from sim.compiled.facts import note, today, today_in
from sim.compiled.jit import jit_module, rows_from
from sim.compiled.queues import World


# --- alternatives to detention --------------------------------------------------------------------------
def on_atd(world: World, now: int) -> int:
    """People enrolled; a slot that ends now is free now."""
    line = queues.line_number(world, at.L_ATD, 0)
    while world.lines[line].n > 0 and queues.line_top(world, line) <= now:
        queues.line_drop(world, line)
    return world.atd_enrolled + world.lines[line].n


def has_slot(world: World) -> bool:
    """One more person can be enrolled in alternatives to detention."""
    return world.atd_on == 1 and on_atd(world, world.now) < today(world).atd_slots


def supervise(world: World, k: int) -> None:
    """Person k is enrolled."""
    queues.line_push(world, queues.line_number(world, at.L_ATD, 0), world.now + world.people[k].atd_s)
    note(world, k, codes.ON_ATD)


# --- the way out ------------------------------------------------------------------------------------------
def docket_of(world: World, k: int) -> int:
    """The docket of the person's area, the first or the present one; NONE if nobody waits for a judge there."""
    stay = world.stays[k]
    if stay.docket == at.UNKNOWN or world.docket_changes == 1:
        stay.docket = world.areas[stay.area].docket
    return stay.docket


def leave_case_lines(world: World, k: int) -> None:
    """Person k leaves the docket, screening or seat line, if they are on one."""
    stay = world.stays[k]
    if stay.line_since == at.NEVER:
        return
    if stay.stage == codes.SCREENING_LINE:
        queues.quit_line(world, at.L_SCREENING, 0, k)
    elif stay.stage == codes.DOCKET:
        queues.quit_line(world, at.L_DOCKET, docket_of(world, k), k)
    elif stay.stage == codes.SEAT_LINE:
        queues.quit_line(world, at.L_SEAT, stay.route, k)


def give_up_place(world: World, k: int) -> None:
    """Hold room, road or bed, and every line."""
    stay = world.stays[k]
    place, stage = stay.place, stay.stage
    if stage <= codes.BED_LINE:
        world.areas[stay.area].hold_room -= 1
        if stage == codes.BED_LINE:
            beds.leave_bed_line(world, k)
            beds.asker_gone(world, k)
    elif stage == codes.ON_THE_ROAD:
        world.sites[place].road -= 1
        beds.free_bed(world, k, place)
    else:
        leave_case_lines(world, k)
        world.sites[place].in_bed -= 1
        beds.free_bed(world, k, place)


def forget_all(world: World, k: int) -> None:
    """Nothing more will happen to person k, who will not be arrested again, unless that is planned already."""
    again = world.people[k].again
    if again >= 0:
        queues.forget(world, again)
    queues.forget(world, k)


def leave(world: World, k: int, reason: int) -> None:
    """Person k leaves custody."""
    stay, person = world.stays[k], world.people[k]
    stay.step_at = at.NEVER
    moves.forget_move(world, k)
    clearance.withdraw(world, k)
    give_up_place(world, k)
    stay.clock_stage = at.NOT_IN_CUSTODY
    stay.stage = codes.GONE
    note(world, k, codes.EXITED + reason)
    today_in(world, stay.area).exits += 1
    if reason == codes.EXIT_DIVERTED and person.intake == codes.DIVERTED:
        supervise(world, k)
    elif rules.is_release(reason):  # found again perhaps, on ATD if there is a slot, arrested again perhaps
        arrests.found(world, k, 1)
        if rules.is_supervised(reason):
            if has_slot(world):
                supervise(world, k)
            if person.again >= 0:
                queues.add_event(world, world.now + person.again_after_s, at.ARREST, person.again)
                person.again = at.NOBODY
    forget_all(world, k)


def release(world: World, k: int, reason: int) -> None:
    """Leave for this reason, or ask for clearance to."""
    if clearance.covers(world, reason):
        clearance.ask_clearance(world, k, reason)
    else:
        leave(world, k, reason)


# --- clocks -----------------------------------------------------------------------------------------------
def clock_runs(world: World, k: int, clock: int, stage: int) -> bool:
    """The clock runs for such a person in a stage, and can ring at all."""
    who = clock * codes.N_SOURCES * codes.N_CLASSES + world.stays[k].who
    return world.clock_runs[who * codes.N_STAGES + stage] == 1


def clock_of(world: World, k: int, clock: int) -> Any:
    """Work used up by each midnight, and speed by day, of a clock of person k."""
    which, days = clock * codes.N_SOURCES + world.stays[k].who // codes.N_CLASSES, world.n_days
    return rows_from(world.clock_work, which * (days + 1)), rows_from(world.clock_speed, which * days)


def use_clocks(world: World, k: int) -> None:
    """Take off the work used since the last change."""
    stay = world.stays[k]
    for clock in range(codes.N_CLOCKS):
        if clock_runs(world, k, clock, stay.clock_stage):
            work, speed = clock_of(world, k, clock)
            left = rules.work_left(work, speed, world.n_days, stay.since, world.now, stay.clock_work[clock])
            stay.clock_work[clock] = left
    stay.since = world.now


def ring_by(world: World, k: int, t: int) -> None:
    """Set the alarm to t if that is earlier."""
    if t < world.stays[k].alarm_at:
        world.stays[k].alarm_at = t
        queues.add_event(world, t, at.CLOCK, k)


def set_clock_alarm(world: World, k: int) -> None:
    """Ring when the first running clock runs out."""
    stay, days = world.stays[k], world.n_days
    first = min(stay.gives_up_at, stay.limit_at)
    for clock in range(codes.N_CLOCKS):
        if (stay.closed >> codes.REASON_OF[clock]) & 1 or not clock_runs(world, k, clock, stay.clock_stage):
            continue
        (work, speed), left = clock_of(world, k, clock), stay.clock_work[clock]
        if rules.work_left(work, speed, days, stay.since, min(first, world.end), left) == 0:  # else it is not the first
            first = min(first, rules.clock_due(work, speed, days, stay.since, left))
    stay.alarm_at = at.NEVER
    ring_by(world, k, first)


def begin_clocks(world: World, k: int, stage: int) -> None:
    """The clocks begin to run."""
    world.stays[k].clock_stage, world.stays[k].since = stage, world.now
    set_clock_alarm(world, k)


def enter_clock_stage(world: World, k: int, stage: int) -> None:
    """Other clocks may run from now."""
    stay, same = world.stays[k], True
    for clock in range(codes.N_CLOCKS):
        same &= clock_runs(world, k, clock, stay.clock_stage) == clock_runs(world, k, clock, stage)
    if not same:
        use_clocks(world, k)
    stay.clock_stage = stage
    if not same or stage == codes.POST_ORDER:
        set_clock_alarm(world, k)


def giving_up_due(world: World, held: int, left: int) -> int:
    """When a person held for so long gives up, at rates by time held and by date."""
    days, t = world.n_days, world.now
    for band in range(world.n_bands):
        until = world.giving_up_after_s[band + 1] if band + 1 < world.n_bands else at.NEVER
        if held >= until:
            continue
        used, speed = rows_from(world.band_work, band * (days + 1)), rows_from(world.giving_up_speed, band * days)
        due = rules.clock_due(used, speed, days, t, left)
        if due - t <= until - held or t + until - held >= world.end:
            return due
        left = rules.work_left(used, speed, days, t, t + until - held, left)
        t, held = t + until - held, until
    return at.NEVER


def case_begins(world: World, k: int, proceedings: bool) -> None:
    """People in proceedings may give up from now."""
    person, stay, now = world.people[k], world.stays[k], world.now
    if world.n_bands > 0 and (proceedings or person.track == codes.PROCEEDINGS):
        held = now - stay.t_arrest
        due = giving_up_due(world, held, person.giving_up_work)
        stay.gives_up_at = min(due, at.NEVER)
        ring_by(world, k, due)


def give_up(world: World, k: int) -> None:
    """Accept departure: the case ends with an order."""
    world.stays[k].step_at = at.NEVER
    leave_case_lines(world, k)
    note(world, k, codes.GAVE_UP)
    queues.wake(world, codes.ORDERED, k)


def fall_due(world: World, k: int, reason: int) -> None:
    """Something that could end the stay runs out."""
    stay = world.stays[k]
    if reason == codes.GIVING_UP:
        stay.gives_up_at = at.NEVER
        if stay.stage == codes.ON_THE_ROAD:
            stay.late |= codes.GIVES_UP
        else:
            give_up(world, k)
        return
    stay.closed |= 1 << reason
    if reason == codes.POST_ORDER_LIMIT:
        stay.limit_at = at.NEVER
    if stay.stage == codes.ON_THE_ROAD:
        stay.on_landing |= 1 << reason
    else:
        release(world, k, reason)


def due_now(world: World, k: int) -> int:
    """Reasons that have run out, a bit each."""
    stay = world.stays[k]
    due = 0
    for clock in range(codes.N_CLOCKS):
        reason = codes.REASON_OF[clock]
        is_open = (stay.closed >> reason) & 1 == 0
        if is_open and stay.clock_work[clock] <= 0 and clock_runs(world, k, clock, stay.clock_stage):
            due |= 1 << reason
    if stay.limit_at <= world.now:
        due |= 1 << codes.POST_ORDER_LIMIT
    if stay.gives_up_at <= world.now:
        due |= 1 << codes.GIVING_UP
    return due


def ring(world: World, k: int) -> None:
    """The alarm of person k; of no concern if it was set for another stage or they have left."""
    stay = world.stays[k]
    if stay.clock_stage == at.NOT_IN_CUSTODY or stay.alarm_at != world.now:
        return
    use_clocks(world, k)
    due = due_now(world, k)
    for reason in range(codes.GIVING_UP + 1):
        if (due >> reason) & 1 and stay.clock_stage != at.NOT_IN_CUSTODY:
            fall_due(world, k, reason)
    if stay.clock_stage != at.NOT_IN_CUSTODY:
        set_clock_alarm(world, k)


# --- approvals ----------------------------------------------------------------------------------------------
def decide(world: World, k: int) -> None:
    """A review ends."""
    stay, person = world.stays[k], world.people[k]
    if stay.review_end != world.now:
        return  # that request was withdrawn
    reason = stay.review
    if rules.granted(person.approval_u[codes.DRAW_OF[reason]], today(world).approval):
        clearance.close_review(world, k, codes.REVIEW_APPROVED)
        if stay.stage == codes.ON_THE_ROAD:
            stay.on_landing |= 1 << reason
            stay.cleared |= 1 << reason
        else:
            leave(world, k, reason)
    else:  # that reason is closed for this stay
        clearance.close_review(world, k, codes.REVIEW_REFUSED)
        stay.closed |= 1 << reason
        beds.review_over(world, k)
        beds.resume_ladder(world, k)
        if stay.stage == codes.INTAKE_REVIEW:
            queues.wake(world, codes.NEEDS_BED, k)
        moves.join_move_line(world, k)


def landed(world: World, k: int) -> bool:
    """Do what fell due on the road; False if the person leaves."""
    stay = world.stays[k]
    due = stay.on_landing
    stay.on_landing = 0
    for reason in range(codes.GIVING_UP):
        if (due >> reason) & 1:
            if (stay.cleared >> reason) & 1:
                leave(world, k, reason)
            else:
                release(world, k, reason)
            if stay.clock_stage == at.NOT_IN_CUSTODY:
                return False
    return True


jit_module()
