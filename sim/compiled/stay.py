"""A person's way from arrest to exit (`sim/pathway/person.py`, `intake.py`, `case.py`, `removal.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.arrests import found
from sim.compiled.beds import ask_bed, settle, take_bed
from sim.compiled.building import add_event, line_drop, line_number, members, row_of
from sim.compiled.codes import (
    ADJOURNED,
    APPEAL,
    BED_LINE,
    BEFORE,
    CALL,
    CASE,
    DAY_S,
    DESK_LINE,
    DETAIN,
    DOCKET,
    DOCUMENT,
    EXIT_OF_HEARING,
    EXIT_OF_INTAKE,
    EXIT_REMOVED,
    EXIT_RETURNED,
    EXPEDITED,
    HEARD,
    HELD,
    HOLD_ROOM,
    INTAKE_REVIEW,
    ON_THE_ROAD,
    ORDERED_REMOVED,
    POST_ORDER,
    PREPARING,
    PROCEEDINGS,
    PROCESSING,
    RETURNED,
    SCREENING_LINE,
    SEAT_LINE,
    STAY,
    STAY_OF_REMOVAL,
    THIRD_COUNTRY,
)
from sim.compiled.common import (
    add,
    by_day,
    enter,
    get,
    head,
    join,
    note,
    quit_line,
    rank,
    step,
    value,
    wake,
    wide,
    write,
)
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts
from sim.compiled.release import begin_clocks, case_begins, enter_clock_stage, landed, leave, release
from sim.scenario.world.calendars import ENDLESS, NONE


# --- the stages of a stay -------------------------------------------------------------------------------
@jit
def has_routes(c: Ints) -> bool:
    """Documents and seats are waited for."""
    return c[at.C_REMOVAL_ON] == 1 and c[at.C_GROUPS_ON] == 1


@jit
def on_line_since(p: Shorts, m: Ints, k: int, stage: int) -> int:
    """People on a line at day 0 keep their order of time served."""
    if m[at.G_NOW] == 0 and p[k, at.P_STAGE0] == stage:
        return p[k, at.P_T]
    return m[at.G_NOW]


@jit
def seat(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The line for a seat; without routes the person is removed at once."""
    if not has_routes(c):
        leave(p, s, c, m, k, EXIT_REMOVED)
        return
    now = m[at.G_NOW]
    since = p[k, at.P_T] if p[k, at.P_STAGE0] == SEAT_LINE else now
    enter(s, c, m, k, SEAT_LINE)
    join(s, c, m, at.L_SEAT, s[k, at.S_ROUTE], k, 0, since)


@jit
def stay_of_removal(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A court may forbid the removal for a time."""
    ordered_on = max(s[k, at.S_ORDER], 0) // DAY_S
    if rules.granted(p[k, at.P_STAY_U], value(c, at.O_STAY_SHARE, ordered_on)):
        enter(s, c, m, k, STAY_OF_REMOVAL)
        step(s, c, m, k, p[k, at.P_STAY_OF_REMOVAL])
    else:
        seat(p, s, c, m, k)


@jit
def document(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, work: int) -> None:
    """The travel document: an amount of work."""
    days, group = c[at.C_DAYS], p[k, at.P_GROUP]
    enter(s, c, m, k, DOCUMENT)
    cumulative = c[c[at.O_DOCUMENT_CUMULATIVE] + group * (days + 1) :]
    speed = c[c[at.O_DOCUMENT_SPEED] + group * days :]
    due = rules.clock_due(cumulative, speed, days, m[at.G_NOW], work)
    step(s, c, m, k, due - m[at.G_NOW])


@jit
def choose_route(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The route of the group, or that of a third country if an agreement gives one."""
    share = by_day(c, m, at.O_THIRD_SHARE, p[k, at.P_GROUP])
    third = s[k, at.S_ORDER] >= 0 and c[at.C_THIRD_ROUTE] != NONE and rules.granted(p[k, at.P_THIRD_U], share)
    s[k, at.S_THIRD] = 1 if third else 0
    if third:
        note(s, c, m, k, THIRD_COUNTRY)
    s[k, at.S_ROUTE] = c[at.C_THIRD_ROUTE] if third else p[k, at.P_ROUTE]


@jit
def order_is_final(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Nobody gives up any more; the limit on detention after an order begins."""
    s[k, at.X_GIVES_UP] = at.NEVER
    limit = by_day(c, m, at.O_POST_ORDER_LIMIT, 0)
    if limit >= 0:
        s[k, at.X_LIMIT] = min(m[at.G_NOW] + limit, at.NEVER)
    enter_clock_stage(s, c, m, k, POST_ORDER)


@jit
def ordered(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A final order."""
    s[k, at.S_ORDER] = m[at.G_NOW]
    order_is_final(p, s, c, m, k)
    if has_routes(c):
        choose_route(p, s, c, m, k)
        document(p, s, c, m, k, wide(p, k, at.P_THIRD if s[k, at.S_THIRD] == 1 else at.P_DOCUMENT))
    else:
        stay_of_removal(p, s, c, m, k)


@jit
def adjourn(s: Shorts, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """Between two hearings."""
    enter(s, c, m, k, ADJOURNED)
    step(s, c, m, k, seconds)


@jit
def appeal(s: Shorts, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """The order is final when the appeal ends."""
    enter(s, c, m, k, APPEAL)
    step(s, c, m, k, seconds)


@jit
def heard(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A hearing takes place; the last one decides the case."""
    note(s, c, m, k, HEARD)
    s[k, at.S_HEARINGS] += 1
    m[at.G_HEARINGS] += 1
    if s[k, at.S_HEARINGS] < p[k, at.P_HEARINGS]:
        adjourn(s, c, m, k, p[k, at.P_ADJOURNMENT])
    elif p[k, at.P_OUTCOME] != ORDERED_REMOVED:
        leave(p, s, c, m, k, EXIT_OF_HEARING[p[k, at.P_OUTCOME]])
    elif p[k, at.P_APPEAL] >= 0:
        appeal(s, c, m, k, p[k, at.P_APPEAL])
    else:
        ordered(p, s, c, m, k)


@jit
def proceedings(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Join the docket of the area; without one nobody waits for a judge."""
    docket = value(c, at.O_DOCKET_OF, s[k, at.S_AREA])
    if docket == NONE:
        heard(p, s, c, m, k)
        return
    since = on_line_since(p, m, k, DOCKET)
    enter(s, c, m, k, DOCKET)
    join(s, c, m, at.L_DOCKET, docket, k, 0, since)


@jit
def screening(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The line for a fear interview."""
    since = on_line_since(p, m, k, SCREENING_LINE)
    enter(s, c, m, k, SCREENING_LINE)
    join(s, c, m, at.L_SCREENING, 0, k, 0, since)


@jit
def screened(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A fear interview takes place."""
    if rules.granted(p[k, at.P_POSITIVE_U], by_day(c, m, at.O_POSITIVE_SHARE, 0)):
        case_begins(p, s, c, m, k, True)
        proceedings(p, s, c, m, k)
    else:
        ordered(p, s, c, m, k)


@jit
def prepared(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The first case event."""
    track = p[k, at.P_TRACK]
    if track == PROCEEDINGS:
        proceedings(p, s, c, m, k)
    elif (
        track == EXPEDITED
        and c[at.C_SCREENING_ON] == 1
        and rules.granted(p[k, at.P_SCREENING_U], by_day(c, m, at.O_SCREENING_SHARE, 0))
    ):
        screening(p, s, c, m, k)
    else:
        ordered(p, s, c, m, k)


@jit
def prepare(s: Shorts, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """Up to the first case event."""
    enter(s, c, m, k, PREPARING)
    step(s, c, m, k, seconds)


@jit
def in_bed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The case begins when the person is first in a bed."""
    if c[at.C_CASE_ON] == 0:
        ordered(p, s, c, m, k)
    elif c[at.C_MODE_STAY] == 1:
        step(s, c, m, k, p[k, at.P_STAY])
    else:
        case_begins(p, s, c, m, k, False)
        prepare(s, c, m, k, p[k, at.P_PREPARING])


@jit
def enter_bed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k is in a bed for the first time."""
    area = s[k, at.S_AREA]
    add(c, m, at.M_ROAD if s[k, at.S_STAGE] == ON_THE_ROAD else at.M_HOLD, area, -1)
    add(c, m, at.M_IN_BED, area, 1)
    s[k, at.S_BED] = m[at.G_NOW]
    enter(s, c, m, k, STAY if c[at.C_CASE_ON] == 1 and c[at.C_MODE_STAY] == 1 else PREPARING)
    enter_clock_stage(s, c, m, k, CASE)
    settle(p, s, c, m, k)
    in_bed(p, s, c, m, k)


@jit
def needs_bed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The line for a bed, if beds can be short."""
    if c[at.C_BEDS_ON] == 1:
        ask_bed(p, s, c, m, k)
    else:
        enter(s, c, m, k, BED_LINE)
        take_bed(c, m, p[k, at.P_AREA])
        enter_bed(p, s, c, m, k)


@jit
def processed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Processing ends: returned, released, or to be detained."""
    s[k, at.S_PROCESSED] = m[at.G_NOW]
    m[at.G_PROCESSED] += 1
    begin_clocks(s, c, m, k, HOLD_ROOM)
    outcome = p[k, at.P_INTAKE]
    if outcome == RETURNED:
        leave(p, s, c, m, k, EXIT_RETURNED)
    elif outcome != DETAIN:
        enter(s, c, m, k, INTAKE_REVIEW)
        release(p, s, c, m, k, EXIT_OF_INTAKE[outcome])
    else:
        needs_bed(p, s, c, m, k)


@jit
def sit(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Processing starts."""
    enter(s, c, m, k, PROCESSING)
    wake(c, m, CALL, k)


@jit
def assign_desks_soon(c: Ints, m: Ints, area: int) -> None:
    """Free desks are given out later at this instant."""
    if get(c, m, at.M_DESK_DUE, area) == 0:
        m[c[at.M_DESK_DUE] + area] = 1
        add_event(c, m, m[at.G_NOW], at.K_ASSIGN_DESK, area)


@jit
def assign_desks(s: Shorts, c: Ints, m: Ints, area: int) -> None:
    """Free desks go to the line."""
    m[c[at.M_DESK_DUE] + area] = 0
    line = line_number(c, at.L_DESK, area)
    while members(c, m, line) > 0 and get(c, m, at.M_DESKS_BUSY, area) < by_day(c, m, at.O_DESKS, area):
        add(c, m, at.M_DESKS_BUSY, area, 1)
        k = row_of(head(s, c, m, line, DESK_LINE))
        line_drop(c, m, line)
        quit_line(s, c, m, at.L_DESK, area, k)
        sit(s, c, m, k)


@jit
def arrested(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k is in custody from now."""
    area = p[k, at.P_AREA]
    s[k, at.S_ARREST] = m[at.G_NOW]
    enter(s, c, m, k, DESK_LINE)
    add(c, m, at.M_HOLD, area, 1)
    add(c, m, at.M_ARRESTED, area, 1)
    m[at.G_INTERIOR_ARRESTS] += 1 if p[k, at.P_SOURCE] < 2 else 0
    found(p, c, m, k, -1)
    if c[at.C_INTAKE_ON] == 0:
        processed(p, s, c, m, k)
    elif by_day(c, m, at.O_DESKS, area) >= ENDLESS:
        add(c, m, at.M_DESKS_BUSY, area, 1)
        sit(s, c, m, k)
    else:
        join(s, c, m, at.L_DESK, area, k, rank(p, k), m[at.G_NOW])
        assign_desks_soon(c, m, area)


@jit
def leave_desk(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Processing ends."""
    area = p[k, at.P_AREA]
    add(c, m, at.M_DESKS_BUSY, area, -1)
    if members(c, m, line_number(c, at.L_DESK, area)) > 0:
        assign_desks_soon(c, m, area)
    processed(p, s, c, m, k)


@jit
def land(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A transport arrives."""
    if landed(p, s, c, m, k):
        enter_bed(p, s, c, m, k)


@jit
def take_step(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A length of time in bed ends; of no concern if the person has gone on otherwise."""
    if s[k, at.X_STEP] != m[at.G_NOW]:
        return
    s[k, at.X_STEP] = at.NEVER
    stage = s[k, at.S_STAGE]
    if stage == STAY:
        leave(p, s, c, m, k, c[at.C_STAY_EXIT])
    elif stage == PREPARING:
        prepared(p, s, c, m, k)
    elif stage == ADJOURNED:
        proceedings(p, s, c, m, k)
    elif stage == APPEAL:
        ordered(p, s, c, m, k)
    elif stage == DOCUMENT:
        stay_of_removal(p, s, c, m, k)
    else:
        seat(p, s, c, m, k)


@jit
def called(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """It is person k's turn."""
    stage = s[k, at.S_STAGE]
    if stage == PROCESSING:
        add_event(c, m, m[at.G_NOW] + p[k, at.P_PROCESSING], at.K_PROCESSED, k)
    elif stage == BED_LINE:
        enter_bed(p, s, c, m, k)
    elif stage == ON_THE_ROAD:
        add_event(c, m, m[at.G_NOW] + c[at.C_TRANSFER_S], at.K_LANDING, k)
    elif stage == DOCKET:
        heard(p, s, c, m, k)
    elif stage == SCREENING_LINE:
        screened(p, s, c, m, k)
    else:
        leave(p, s, c, m, k, EXIT_REMOVED)


# --- day 0 ----------------------------------------------------------------------------------------------
@jit
def hold_from_day_0(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k is in a bed when the run starts."""
    area, stage0 = p[k, at.P_AREA], p[k, at.P_STAGE0]
    s[k, at.S_ARREST], s[k, at.S_STAGE] = p[k, at.P_T], stage0
    write(s, c, m, k, BEFORE, stage0)
    add(c, m, at.M_IN_BED, area, 1)
    take_bed(c, m, area)
    begin_clocks(s, c, m, k, CASE)
    if PREPARING <= stage0 <= APPEAL:
        case_begins(p, s, c, m, k, stage0 >= DOCKET)
    settle(p, s, c, m, k)
    wake(c, m, HELD, k)


@jit
def held_after_order(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """On day 0 with a final order."""
    stage0, left = p[k, at.P_STAGE0], wide(p, k, at.P_LEFT)
    order_is_final(p, s, c, m, k)
    if has_routes(c):
        choose_route(p, s, c, m, k)
    if stage0 == DOCUMENT and has_routes(c):
        document(p, s, c, m, k, left)
    elif stage0 == STAY_OF_REMOVAL:
        enter(s, c, m, k, STAY_OF_REMOVAL)
        step(s, c, m, k, left)
    else:
        seat(p, s, c, m, k)


@jit
def held(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A person already held on day 0 goes on from where they are."""
    stage0, left = p[k, at.P_STAGE0], wide(p, k, at.P_LEFT)
    if stage0 == STAY:
        step(s, c, m, k, left)
    elif stage0 == PREPARING:
        prepare(s, c, m, k, left)
    elif stage0 == SCREENING_LINE:
        screening(p, s, c, m, k)
    elif stage0 == DOCKET:
        proceedings(p, s, c, m, k)
    elif stage0 == ADJOURNED:
        adjourn(s, c, m, k, left)
    elif stage0 == APPEAL:
        appeal(s, c, m, k, left)
    else:
        held_after_order(p, s, c, m, k)
