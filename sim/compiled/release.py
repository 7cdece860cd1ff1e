"""Clocks, approvals, and the one way out of custody (`sim/pathway/release.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.arrests import found
from sim.compiled.beds import asker_gone, free_bed, leave_bed_line, resume_ladder, review_over
from sim.compiled.building import add_event, line_drop, line_number, line_push, line_top
from sim.compiled.clearance import ask_clearance, close_review, covers, withdraw
from sim.compiled.codes import (
    BED_LINE,
    DOCKET,
    DRAW_OF,
    EXITED,
    GAVE_UP,
    GIVING_UP,
    GONE,
    INTAKE_REVIEW,
    N_CLOCKS,
    NEEDS_BED,
    ON_ATD,
    ON_THE_ROAD,
    ORDERED,
    POST_ORDER,
    POST_ORDER_LIMIT,
    PROCEEDINGS,
    REASON_OF,
    REVIEW_APPROVED,
    REVIEW_REFUSED,
    SCREENING_LINE,
    SEAT_LINE,
)
from sim.compiled.common import add, by_day, get, note, put_wide, quit_line, value, wake, wide
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts


# --- alternatives to detention ------------------------------------------------------------------------
@jit
def on_atd(c: Ints, m: Ints, now: int) -> int:
    """People enrolled; a slot that ends now is free now."""
    line = line_number(c, at.L_ATD, 0)
    while get(c, m, at.M_LINE_N, line) > 0 and line_top(c, m, line) <= now:
        line_drop(c, m, line)
    return c[at.C_ATD_ENROLLED] + get(c, m, at.M_LINE_N, line)


@jit
def takes_slot(p: Shorts, c: Ints, m: Ints, k: int) -> bool:
    """A released person goes on ATD if there is a slot."""
    now = m[at.G_NOW]
    if c[at.C_ATD_ON] == 0 or on_atd(c, m, now) >= by_day(c, m, at.O_ATD_SLOTS, 0):
        return False
    line_push(c, m, line_number(c, at.L_ATD, 0), now + p[k, at.P_ATD])
    return True


# --- the way out ----------------------------------------------------------------------------------------
@jit
def leave_case_lines(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k leaves the docket, screening or seat line, if they are on one."""
    if s[k, at.X_LINE_SINCE] == at.NEVER:
        return
    stage = s[k, at.S_STAGE]
    if stage == SCREENING_LINE:
        quit_line(s, c, m, at.L_SCREENING, 0, k)
    elif stage == DOCKET:
        quit_line(s, c, m, at.L_DOCKET, value(c, at.O_DOCKET_OF, s[k, at.S_AREA]), k)
    elif stage == SEAT_LINE:
        quit_line(s, c, m, at.L_SEAT, s[k, at.S_ROUTE], k)


@jit
def give_up_place(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, area: int) -> None:
    """Hold room, road or bed, and every line."""
    stage = s[k, at.S_STAGE]
    if stage <= BED_LINE:
        add(c, m, at.M_HOLD, area, -1)
        if stage == BED_LINE:
            leave_bed_line(p, s, c, m, k)
            asker_gone(p, s, c, m, k)
    elif stage == ON_THE_ROAD:
        add(c, m, at.M_ROAD, area, -1)
        free_bed(p, s, c, m, k, area)
    else:
        leave_case_lines(s, c, m, k)
        add(c, m, at.M_IN_BED, area, -1)
        free_bed(p, s, c, m, k, area)


@jit
def set_free(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, supervised: bool) -> None:
    """After a release: found again perhaps, on ATD if there is a slot, arrested again perhaps."""
    found(p, c, m, k, 1)
    if supervised and takes_slot(p, c, m, k):
        note(s, c, m, k, ON_ATD)
    if supervised and c[at.C_REARRESTS] == 1 and p[k, at.P_AGAIN] >= 0:
        add_event(c, m, m[at.G_NOW] + p[k, at.P_AGAIN_AFTER], at.K_ARREST, p[k, at.P_AGAIN])


@jit
def leave(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Person k leaves custody."""
    s[k, at.X_STEP] = at.NEVER
    withdraw(s, c, m, k)
    area = s[k, at.S_AREA]
    give_up_place(p, s, c, m, k, area)
    s[k, at.X_CLOCK_STAGE] = at.NOT_IN_CUSTODY
    s[k, at.S_STAGE] = GONE
    note(s, c, m, k, EXITED + reason)
    add(c, m, at.M_EXITED, area, 1)
    if rules.is_release(reason):
        set_free(p, s, c, m, k, rules.is_supervised(reason))


@jit
def release(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Leave for this reason, or ask for clearance to."""
    if covers(c, reason):
        ask_clearance(s, c, m, k, reason)
    else:
        leave(p, s, c, m, k, reason)


# --- clocks -------------------------------------------------------------------------------------------
@jit
def clock_runs(s: Shorts, c: Ints, k: int, clock: int, stage: int) -> bool:
    """The clock runs for such a person in a stage, and can ring at all."""
    return value(c, at.O_CLOCK_RUNS, (clock * 6 + s[k, at.X_WHO]) * 3 + stage) == 1


@jit
def use_clocks(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Take off the work used since the last change."""
    days, now, since = c[at.C_DAYS], m[at.G_NOW], s[k, at.X_SINCE]
    for clock in range(N_CLOCKS):
        if clock_runs(s, c, k, clock, s[k, at.X_CLOCK_STAGE]):
            which = clock * 3 + (s[k, at.X_WHO] >> 1)
            work = c[c[at.O_CLOCK_CUMULATIVE] + which * (days + 1) :]
            speed = c[c[at.O_CLOCK_SPEED] + which * days :]
            left = rules.work_left(work, speed, days, since, now, wide(s, k, at.X_WORK + 2 * clock))
            put_wide(s, k, at.X_WORK + 2 * clock, left)
    s[k, at.X_SINCE] = now


@jit
def ring_by(s: Shorts, c: Ints, m: Ints, k: int, t: int) -> None:
    """Set the alarm to t if that is earlier."""
    if t < s[k, at.X_ALARM]:
        s[k, at.X_ALARM] = t
        add_event(c, m, t, at.K_CLOCK, k)


@jit
def set_clock_alarm(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Ring when the first running clock runs out."""
    days = c[at.C_DAYS]
    first, last = min(s[k, at.X_GIVES_UP], s[k, at.X_LIMIT]), c[at.C_END]
    for clock in range(N_CLOCKS):
        closed = (s[k, at.X_CLOSED] >> REASON_OF[clock]) & 1
        if closed == 0 and clock_runs(s, c, k, clock, s[k, at.X_CLOCK_STAGE]):
            which = clock * 3 + (s[k, at.X_WHO] >> 1)
            work = c[c[at.O_CLOCK_CUMULATIVE] + which * (days + 1) :]
            speed = c[c[at.O_CLOCK_SPEED] + which * days :]
            since, left = s[k, at.X_SINCE], wide(s, k, at.X_WORK + 2 * clock)
            # Is it the first? If not, it need not be looked for.
            if rules.work_left(work, speed, days, since, min(first, last), left) == 0:
                first = min(first, rules.clock_due(work, speed, days, since, left))
    s[k, at.X_ALARM] = at.NEVER
    ring_by(s, c, m, k, first)


@jit
def begin_clocks(s: Shorts, c: Ints, m: Ints, k: int, stage: int) -> None:
    """The clocks begin to run."""
    s[k, at.X_CLOCK_STAGE], s[k, at.X_SINCE] = stage, m[at.G_NOW]
    set_clock_alarm(s, c, m, k)


@jit
def same_clocks(s: Shorts, c: Ints, k: int, one: int, other: int) -> bool:
    """The same clocks run in both stages."""
    different = 0
    for clock in range(N_CLOCKS):
        if clock_runs(s, c, k, clock, one) != clock_runs(s, c, k, clock, other):
            different += 1
    return different == 0


@jit
def enter_clock_stage(s: Shorts, c: Ints, m: Ints, k: int, stage: int) -> None:
    """Other clocks may run from now."""
    same = same_clocks(s, c, k, s[k, at.X_CLOCK_STAGE], stage)
    if not same:
        use_clocks(s, c, m, k)
    s[k, at.X_CLOCK_STAGE] = stage
    if not same or stage == POST_ORDER:
        set_clock_alarm(s, c, m, k)


@jit
def case_begins(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, proceedings: bool) -> None:
    """People in proceedings may give up from now."""
    bands = c[at.C_BANDS]
    if bands > 0 and (proceedings or p[k, at.P_TRACK] == PROCEEDINGS):
        now = m[at.G_NOW]
        after = c[c[at.O_BAND_AFTER] : c[at.O_BAND_AFTER] + bands]
        speed = c[c[at.O_BAND_SPEED] : c[at.O_BAND_SPEED] + bands]
        due = rules.giving_up_due(after, speed, now - s[k, at.S_ARREST], now, wide(p, k, at.P_GIVING_UP))
        s[k, at.X_GIVES_UP] = min(due, at.NEVER)
        ring_by(s, c, m, k, due)


@jit
def give_up(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Accept departure: the case ends with an order."""
    s[k, at.X_STEP] = at.NEVER
    leave_case_lines(s, c, m, k)
    note(s, c, m, k, GAVE_UP)
    wake(c, m, ORDERED, k)


@jit
def fall_due(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Something that could end the stay runs out."""
    if reason == GIVING_UP:
        s[k, at.X_GIVES_UP] = at.NEVER
        give_up(s, c, m, k)
        return
    s[k, at.X_CLOSED] |= 1 << reason
    if reason == POST_ORDER_LIMIT:
        s[k, at.X_LIMIT] = at.NEVER
    if s[k, at.S_STAGE] == ON_THE_ROAD:
        s[k, at.X_LANDING] |= 1 << reason
    else:
        release(p, s, c, m, k, reason)


@jit
def due_now(s: Shorts, c: Ints, m: Ints, k: int) -> int:
    """Reasons that have run out, a bit each."""
    due = 0
    for clock in range(N_CLOCKS):
        reason = REASON_OF[clock]
        open_still = (s[k, at.X_CLOSED] >> reason) & 1 == 0
        if open_still and wide(s, k, at.X_WORK + 2 * clock) <= 0 and clock_runs(s, c, k, clock, s[k, at.X_CLOCK_STAGE]):
            due |= 1 << reason
    if s[k, at.X_LIMIT] <= m[at.G_NOW]:
        due |= 1 << POST_ORDER_LIMIT
    if s[k, at.X_GIVES_UP] <= m[at.G_NOW]:
        due |= 1 << GIVING_UP
    return due


@jit
def ring(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The alarm of person k; of no concern if it was set for another stage or they have left."""
    if s[k, at.X_CLOCK_STAGE] < 0 or s[k, at.X_ALARM] != m[at.G_NOW]:
        return
    use_clocks(s, c, m, k)
    due = due_now(s, c, m, k)
    for reason in range(GIVING_UP + 1):
        if (due >> reason) & 1 and s[k, at.X_CLOCK_STAGE] >= 0:
            fall_due(p, s, c, m, k, reason)
    if s[k, at.X_CLOCK_STAGE] >= 0:
        set_clock_alarm(s, c, m, k)


@jit
def decide(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A review ends."""
    if s[k, at.X_REVIEW_END] != m[at.G_NOW]:
        return  # that request was withdrawn
    reason = s[k, at.X_REVIEW]
    if not rules.granted(p[k, at.P_APPROVAL + DRAW_OF[reason]], by_day(c, m, at.O_APPROVAL, 0)):
        refuse(p, s, c, m, k, reason)
        return
    close_review(s, c, m, k, REVIEW_APPROVED)
    if s[k, at.S_STAGE] == ON_THE_ROAD:
        s[k, at.X_LANDING] |= 1 << reason
        s[k, at.X_CLEARED] |= 1 << reason
    else:
        leave(p, s, c, m, k, reason)


@jit
def refuse(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, reason: int) -> None:
    """That reason is closed for this stay."""
    close_review(s, c, m, k, REVIEW_REFUSED)
    s[k, at.X_CLOSED] |= 1 << reason
    review_over(p, s, c, m, k)
    resume_ladder(s, c, m, k)
    if s[k, at.S_STAGE] == INTAKE_REVIEW:
        wake(c, m, NEEDS_BED, k)


@jit
def landed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> bool:
    """Do what fell due on the road; False if the person leaves."""
    due = s[k, at.X_LANDING]
    s[k, at.X_LANDING] = 0
    for reason in range(GIVING_UP):
        if (due >> reason) & 1:
            if (s[k, at.X_CLEARED] >> reason) & 1:
                leave(p, s, c, m, k, reason)
            else:
                release(p, s, c, m, k, reason)
            if s[k, at.X_CLOCK_STAGE] < 0:
                return False
    return True
