"""The pathway as one compiled event loop, equal to `sim.pathway` to the last bit.

Read `sim/pathway` first: it is the specification, and functions here bear the names of what they
do there. A process that SimPy would wake is put on a list and woken, first in first out, when the
event that woke it is over: that is the order SimPy gives. Arguments are always the four arrays of
`layout.Memory` and a row (`k`), an area, a route or a docket.
"""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.building import (
    EVENT_MASK,
    NUMBER_MASK,
    ROW_MASK,
    TIME_SHIFT,
    add_event,
    count_in,
    count_out,
    event_code,
    heap_drop,
    line_drop,
    line_number,
    line_push,
    line_top,
    members,
    open_bucket,
    place_code,
    row_of,
    since_of,
)
from sim.compiled.jit import jit, shared, stored_jit
from sim.compiled.layout import Ints
from sim.names import (
    ACCOUNTS,
    CLEARABLE,
    CLOCK_REASONS,
    CUSTODY_CLASSES,
    EMPTY,
    EXIT_REASONS,
    HEARING_OUTCOMES,
    INTAKE_OUTCOMES,
    LEDGER_LINES,
    RELEASE_REASONS,
    RUNGS,
    TRACKS,
    Stage,
)
from sim.scenario.tables import ENDLESS, NONE

for _rule in (
    rules.ratio,
    rules.found_ratio,
    rules.effective_milli,
    rules.arrest_below,
    rules.priority,
    rules.rung_due,
    rules.work_until,
    rules.clock_due,
    rules.giving_up_due,
    rules.granted,
    rules.is_supervised,
):
    shared(_rule)

DAY_S, NEVER = rules.DAY_S, rules.NEVER
DESK_LINE, PROCESSING, INTAKE_REVIEW, BED_LINE = 1, 2, 3, 4
ON_THE_ROAD, STAY, PREPARING, SCREENING_LINE, DOCKET = 5, 6, 7, 8, 9
ADJOURNED, APPEAL, DOCUMENT, STAY_OF_REMOVAL, SEAT_LINE, GONE = 10, 11, 12, 13, 14, 15
DETAIN, RETURNED = INTAKE_OUTCOMES.index("detain"), INTAKE_OUTCOMES.index("returned")
EXIT_OF_INTAKE = tuple(EXIT_REASONS.index(outcome) if outcome != "detain" else -1 for outcome in INTAKE_OUTCOMES)
EXIT_OF_HEARING = tuple(EXIT_REASONS.index(outcome) if outcome != "ordered" else -1 for outcome in HEARING_OUTCOMES)
ORDERED_REMOVED = HEARING_OUTCOMES.index("ordered")
EXPEDITED, PROCEEDINGS = TRACKS.index("expedited"), TRACKS.index("proceedings")
EXIT_REMOVED, EXIT_RETURNED = EXIT_REASONS.index("removed"), EXIT_REASONS.index("returned")
NO_BED, DISPLACED = EXIT_REASONS.index("no_bed"), EXIT_REASONS.index("displaced")
POST_ORDER_LIMIT = RELEASE_REASONS.index("post_order_limit")
N_REASONS = len(RELEASE_REASONS)
GIVING_UP = N_REASONS
N_CLOCKS = len(CLOCK_REASONS)
REASON_OF = tuple(RELEASE_REASONS.index(reason) for reason in CLOCK_REASONS)
DRAW_OF = tuple(CLEARABLE.index(reason) if reason in CLEARABLE else -1 for reason in RELEASE_REASONS)
MANDATORY = CUSTODY_CLASSES.index("mandatory")
RUNG_TRANSFER, RUNG_OVER, RUNG_DISPLACE, RUNG_RELEASE, RUNG_WAIT = range(len(RUNGS))
GO_ON, PAUSE, TRY_AGAIN, DONE = range(4)
HOLD_ROOM, CASE, POST_ORDER = range(3)
CALL, ARRESTED, NEEDS_BED, ORDERED, HELD = range(5)
REFUSED, APPROVED, WITHDRAWN, WAITING = 0, 1, 2, -1
THINNED, THROTTLED, NO_MONEY = range(3)
STOP_OVER_FUNDING, STOP_ARRESTS = 1, 2
N_LINES, N_ACCOUNTS, SEATS = len(LEDGER_LINES), len(ACCOUNTS), LEDGER_LINES.index("seats")
NO_GOAL = 2**40
assert [int(stage) for stage in Stage] == list(range(GONE + 1))


# --- small things -----------------------------------------------------------------------------------
@jit
def by_day(c: Ints, m: Ints, table: int, row: int) -> int:
    """Today's value of a row of a table."""
    return c[c[table] + row * c[at.C_DAYS] + m[at.G_TODAY]]


@jit
def value(c: Ints, table: int, i: int) -> int:
    """The i-th number of a table."""
    return c[c[table] + i]


@jit
def add(c: Ints, m: Ints, block: int, i: int, change: int) -> None:
    """Change a counter."""
    m[c[block] + i] += change


@jit
def get(c: Ints, m: Ints, block: int, i: int) -> int:
    """Read a counter."""
    return m[c[block] + i]


@jit
def wake(c: Ints, m: Ints, action: int, k: int) -> None:
    """Have person k go on when this event is over."""
    m[c[at.M_WAKE] + m[at.G_ASLEEP]] = (action << 24) | k
    m[at.G_ASLEEP] += 1


@jit
def rank(p: Ints, k: int) -> int:
    """Priority in lines for desks and beds."""
    return rules.priority(p[k, at.P_CUSTODY], p[k, at.P_CRIMINALITY])


@jit
def join(s: Ints, c: Ints, m: Ints, kind: int, place: int, k: int, priority: int, since: int) -> None:
    """Take a place in a line."""
    line = line_number(c, kind, place)
    s[k, at.X_LINE_SINCE] = since
    line_push(c, m, line, place_code(priority, since, k))
    count_in(c, m, kind, line, m[at.G_NOW])


@jit
def head(s: Ints, c: Ints, m: Ints, line: int, stage: int) -> int:
    """Place of the first who still waits; the line must not be empty."""
    while True:
        code = line_top(c, m, line)
        k = row_of(code)
        if s[k, at.S_STAGE] == stage and s[k, at.X_LINE_SINCE] == since_of(code):
            return code
        line_drop(c, m, line)


@jit
def quit_line(s: Ints, c: Ints, m: Ints, kind: int, place: int, k: int) -> None:
    """Give up the place."""
    s[k, at.X_LINE_SINCE] = NEVER
    count_out(c, m, kind, line_number(c, kind, place), m[at.G_NOW])


@jit
def step(s: Ints, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """The next step of person k's case comes when `seconds` have passed."""
    t = m[at.G_NOW] + seconds
    s[k, at.X_STEP] = t
    add_event(c, m, t, at.K_STEP, k)


# --- arrests ----------------------------------------------------------------------------------------
@jit
def stopped(c: Ints, m: Ints, area: int, cause: int) -> bool:
    """Count a candidate who is not arrested."""
    add(c, m, at.M_NOT_ARRESTED, (m[at.G_TODAY] * c[at.C_AREAS] + area) * 3 + cause, 1)
    return False


@jit
def is_arrested(p: Ints, c: Ints, m: Ints, k: int) -> bool:
    """Thinning, money and throttle."""
    height = p[k, at.P_HEIGHT]
    if height < 0:
        return True
    area = p[k, at.P_AREA]
    if height >= get(c, m, at.M_BELOW, (p[k, at.P_SOURCE] * c[at.C_AREAS] + area) * 3 + p[k, at.P_CRIMINALITY]):
        return stopped(c, m, area, THINNED)
    if m[at.G_EXHAUSTED] == 1 and c[at.C_ON_EXHAUSTION] == STOP_ARRESTS:
        add(c, m, at.M_SHORTFALL, m[at.G_TODAY] * 4 + 3, 1000)
        return stopped(c, m, area, NO_MONEY)
    above = by_day(c, m, at.O_THROTTLE, area)
    if above >= 0 and get(c, m, at.M_HOLD, area) > above:
        add(c, m, at.M_SHORTFALL, m[at.G_TODAY] * 4 + 2, 1000)
        return stopped(c, m, area, THROTTLED)
    return True


@jit
def found(p: Ints, c: Ints, m: Ints, k: int, change: int) -> None:
    """A pool loses or regains a person."""
    if c[at.C_POOLS] == 0:
        return
    source = p[k, at.P_SOURCE]
    if source > 1:
        return
    cell = source * c[at.C_AREAS] + p[k, at.P_AREA]
    pool = value(c, at.O_POOL, cell)
    if pool >= 0:
        left = get(c, m, at.M_NOT_FOUND, cell) + change
        m[c[at.M_NOT_FOUND] + cell] = min(max(left, 0), pool)


@jit
def effective(c: Ints, m: Ints, source: int) -> int:
    """Arrests a day (thousandths) that a source can make with the people still to be found."""
    total = 0
    for area in range(c[at.C_AREAS]):
        cell = source * c[at.C_AREAS] + area
        ratio = rules.found_ratio(get(c, m, at.M_NOT_FOUND, cell), value(c, at.O_POOL, cell))
        total += rules.effective_milli(by_day(c, m, at.O_CAPABILITY, cell), ratio)
    return total


@jit
def able(c: Ints, m: Ints) -> int:
    """Arrests a day (thousandths) that officers can make where everybody is still to be found."""
    total = 0
    for cell in range(2 * c[at.C_AREAS]):
        total += by_day(c, m, at.O_CAPABILITY, cell)
    return total


@jit
def goal_ratio(c: Ints, goal: int, first: int, second: int, criminality: int) -> int:
    """Share of the candidates of a criminality that the goal asks for."""
    if c[at.C_BY_CRIMINALITY] == 0:
        return rules.ratio(goal, first + second)
    for each in range(3):
        there = (
            value(c, at.O_CRIMINALITY_PPM, each) * first + value(c, at.O_CRIMINALITY_PPM, 3 + each) * second
        ) // 1_000_000
        if each == criminality:
            return rules.ratio(max(goal, 0), there)
        goal -= there
    return 0


@jit
def set_arrests(c: Ints, m: Ints) -> None:
    """Bring the pool factors and the ratio of the goal up to date."""
    day, n = m[at.G_TODAY], c[at.C_AREAS]
    goal = value(c, at.O_GOAL, day)
    first, second = effective(c, m, 0), effective(c, m, 1)
    asked = goal if goal >= 0 else NO_GOAL
    for criminality in range(3):
        ratio = goal_ratio(c, asked, first, second, criminality)
        for cell in range(2 * n):
            share = rules.found_ratio(get(c, m, at.M_NOT_FOUND, cell), value(c, at.O_POOL, cell))
            m[c[at.M_BELOW] + cell * 3 + criminality] = rules.arrest_below(share, ratio)
    if goal >= 0:
        possible = able(c, m)
        m[c[at.M_SHORTFALL] + day * 4] = max(0, goal - possible)
        m[c[at.M_SHORTFALL] + day * 4 + 1] = min(goal, possible) - min(goal, first + second)


# --- alternatives to detention ------------------------------------------------------------------------
@jit
def on_atd(c: Ints, m: Ints, now: int) -> int:
    """People enrolled; a slot that ends now is free now."""
    line = line_number(c, at.L_ATD, 0)
    while get(c, m, at.M_LINE_N, line) > 0 and line_top(c, m, line) <= now:
        line_drop(c, m, line)
    return c[at.C_ATD_ENROLLED] + get(c, m, at.M_LINE_N, line)


@jit
def takes_slot(p: Ints, c: Ints, m: Ints, k: int) -> bool:
    """A released person goes on ATD if there is a slot."""
    now = m[at.G_NOW]
    if c[at.C_ATD_ON] == 0 or on_atd(c, m, now) >= by_day(c, m, at.O_ATD_SLOTS, 0):
        return False
    line_push(c, m, line_number(c, at.L_ATD, 0), now + p[k, at.P_ATD])
    return True


# --- clearance ----------------------------------------------------------------------------------------
@jit
def covers(c: Ints, reason: int) -> bool:
    """Releases for this reason need clearance."""
    return c[at.C_CLEARANCE_ON] == 1 and value(c, at.O_NEEDS_CLEARANCE, reason) == 1


@jit
def assign_reviews_soon(c: Ints, m: Ints) -> None:
    """Free reviewers are given out later at this instant."""
    if m[at.G_REVIEWS_DUE] == 0:
        m[at.G_REVIEWS_DUE] = 1
        add_event(c, m, m[at.G_NOW], at.K_ASSIGN_REVIEW, 0)


@jit
def ask_clearance(s: Ints, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Hand in a request; nothing happens if one is under way already."""
    if s[k, at.X_REVIEW] >= 0:
        return
    i = m[at.G_REVIEWS]
    if i >= c[at.C_REVIEWS_MOST]:
        m[at.G_BROKEN] = 1
        return
    m[at.G_REVIEWS] = i + 1
    s[k, at.X_REVIEW] = i
    row = c[at.M_REVIEWS] + i * at.REVIEW_COLUMNS
    m[row], m[row + 1], m[row + 2] = k, reason, m[at.G_NOW]
    m[row + 3], m[row + 4], m[row + 5] = EMPTY, EMPTY, WAITING
    line = line_number(c, at.L_CLEARANCE, 0)
    line_push(c, m, line, place_code(0, m[at.G_NOW], k))
    count_in(c, m, at.L_CLEARANCE, line, m[at.G_NOW])
    assign_reviews_soon(c, m)


@jit
def review_of(s: Ints, c: Ints, k: int) -> int:
    """Where in m the pending request about person k stands."""
    return c[at.M_REVIEWS] + s[k, at.X_REVIEW] * at.REVIEW_COLUMNS


@jit
def next_request(s: Ints, c: Ints, m: Ints, line: int) -> int:
    """Take the first request that still waits out of the line."""
    while True:
        code = line_top(c, m, line)
        line_drop(c, m, line)
        k = row_of(code)
        if s[k, at.X_REVIEW] >= 0:
            row = review_of(s, c, k)
            if m[row + 3] == EMPTY and m[row + 2] == since_of(code):
                return k


@jit
def assign_reviews(p: Ints, s: Ints, c: Ints, m: Ints) -> None:
    """Reviewers take requests first come, first served."""
    m[at.G_REVIEWS_DUE] = 0
    line = line_number(c, at.L_CLEARANCE, 0)
    while members(c, m, line) > 0 and m[at.G_REVIEWERS_BUSY] < by_day(c, m, at.O_REVIEWERS, 0):
        k = next_request(s, c, m, line)
        count_out(c, m, at.L_CLEARANCE, line, m[at.G_NOW])
        m[at.G_REVIEWERS_BUSY] += 1
        m[review_of(s, c, k) + 3] = m[at.G_NOW]
        add_event(c, m, m[at.G_NOW] + p[k, at.P_REVIEW], at.K_REVIEW_END, k)


@jit
def close_review(s: Ints, c: Ints, m: Ints, k: int, outcome: int) -> None:
    """A request ends."""
    row = review_of(s, c, k)
    m[row + 4], m[row + 5] = m[at.G_NOW], outcome
    s[k, at.X_REVIEW] = -1
    line = line_number(c, at.L_CLEARANCE, 0)
    if m[row + 3] == EMPTY:
        count_out(c, m, at.L_CLEARANCE, line, m[at.G_NOW])
    else:
        m[at.G_REVIEWERS_BUSY] -= 1
    if members(c, m, line) > 0:
        assign_reviews_soon(c, m)


@jit
def withdraw(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Take back the request about person k, if there is one."""
    if c[at.C_CLEARANCE_ON] == 1 and s[k, at.X_REVIEW] >= 0:
        close_review(s, c, m, k, WITHDRAWN)


# --- the ladder: alarms ---------------------------------------------------------------------------------
@jit
def next_rung(s: Ints, c: Ints, k: int) -> int:
    """The untried rung that is due first, in listed order; -1 if none is left."""
    entry = s[k, at.S_ARREST]
    limit = value(c, at.O_LIMIT, entry // DAY_S)
    best, soonest = -1, NEVER
    for rung in range(c[at.C_RUNGS]):
        if (s[k, at.X_TRIED] >> rung) & 1:
            continue
        due = rules.rung_due(entry, value(c, at.O_RUNG_AFTER, rung), limit, s[k, at.S_PROCESSED])
        if best < 0 or due < soonest:
            best, soonest = rung, due
    return best


@jit
def set_rung_alarm(s: Ints, c: Ints, m: Ints, k: int, at_once: bool) -> None:
    """For the next rung."""
    rung = next_rung(s, c, k)
    if rung < 0:
        return
    entry, now = s[k, at.S_ARREST], m[at.G_NOW]
    limit = value(c, at.O_LIMIT, entry // DAY_S)
    due = rules.rung_due(entry, value(c, at.O_RUNG_AFTER, rung), limit, s[k, at.S_PROCESSED])
    add_event(c, m, now if at_once else max(due, now), at.K_RUNG, k * rules.MOST_RUNGS + rung)


@jit
def resume_ladder(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """The review that person k's ladder waited for ended without a bed: the next rung at once."""
    if s[k, at.X_PAUSED] == 1:
        s[k, at.X_PAUSED] = 0
        set_rung_alarm(s, c, m, k, True)


@jit
def step_off(s: Ints, k: int) -> None:
    """Person k has a bed or is gone."""
    s[k, at.X_TRIED] = -1
    s[k, at.X_PAUSED] = 0


# --- displacement -------------------------------------------------------------------------------------
@jit
def settle(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k is in a bed and may be displaced from it."""
    if c[at.C_DISPLACING] == 0:
        return
    if p[k, at.P_CUSTODY] == MANDATORY and c[at.C_DISPLACE_MANDATORY] == 0:
        return
    since = s[k, at.S_BED] if s[k, at.S_BED] >= 0 else s[k, at.S_ARREST]
    line = line_number(c, at.L_DISPLACEMENT, s[k, at.S_AREA])
    line_push(c, m, line, place_code(7 - rank(p, k), -since, ROW_MASK - k))


@jit
def has_bed(s: Ints, k: int) -> bool:
    """Person k is in a bed."""
    return STAY <= s[k, at.S_STAGE] < GONE


@jit
def find_displaced(s: Ints, c: Ints, m: Ints, area: int, asker_rank: int) -> int:
    """The lowest in priority, then the latest in bed, then the highest number; -1: nobody."""
    line = line_number(c, at.L_DISPLACEMENT, area)
    while get(c, m, at.M_LINE_N, line) > 0:
        code = line_top(c, m, line)
        if 7 - (code >> 55) <= asker_rank:
            return -1
        line_drop(c, m, line)
        k = ROW_MASK - row_of(code)
        if not has_bed(s, k) or (s[k, at.X_CLOSED] >> DISPLACED) & 1:
            continue
        if s[k, at.X_REVIEW] >= 0:
            s[k, at.X_ASIDE] = 1
            continue
        return k
    return -1


@jit
def review_over(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A request about person k ended without a release."""
    asker = s[k, at.X_PROMISED]
    if asker >= 0:
        s[k, at.X_PROMISED] = s[asker, at.X_WANTED] = -1
        resume_ladder(s, c, m, asker)
    if asker >= 0 or s[k, at.X_ASIDE] == 1:
        s[k, at.X_ASIDE] = 0
        settle(p, s, c, m, k)


@jit
def asker_gone(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k, who asked, needs no bed here any more: the request is withdrawn."""
    if c[at.C_DISPLACING] == 0:
        return
    displaced = s[k, at.X_WANTED]
    if displaced >= 0:
        s[k, at.X_WANTED] = s[displaced, at.X_PROMISED] = -1
        withdraw(s, c, m, displaced)
        settle(p, s, c, m, displaced)


# --- beds ---------------------------------------------------------------------------------------------
@jit
def over_funding_stopped(c: Ints, m: Ints) -> bool:
    """Money has run out and no bed above the funded number is given."""
    return m[at.G_EXHAUSTED] == 1 and c[at.C_ON_EXHAUSTION] == STOP_OVER_FUNDING


@jit
def is_funded(c: Ints, m: Ints) -> bool:
    """A bed can be given under the funded number, if spending stopped."""
    funded = by_day(c, m, at.O_FUNDED, 0)
    return not over_funding_stopped(c, m) or funded < 0 or m[at.G_TAKEN] < funded


@jit
def is_free(c: Ints, m: Ints, area: int) -> bool:
    """A bed can be given here."""
    return get(c, m, at.M_TAKEN, area) < by_day(c, m, at.O_OPERATING, area) and is_funded(c, m)


@jit
def assign_beds_soon(c: Ints, m: Ints, area: int) -> None:
    """Free beds are given out later at this instant; to one joint line if spending stopped."""
    number = 0 if over_funding_stopped(c, m) else area
    if get(c, m, at.M_BED_DUE, number) == 0:
        m[c[at.M_BED_DUE] + number] = 1
        add_event(c, m, m[at.G_NOW], at.K_ASSIGN_BED, number)


@jit
def bed_members(c: Ints, m: Ints, area: int) -> int:
    """People on an area's bed line."""
    return members(c, m, line_number(c, at.L_BED, area))


@jit
def take_bed(c: Ints, m: Ints, area: int) -> None:
    """One more bed is taken."""
    add(c, m, at.M_TAKEN, area, 1)
    m[at.G_TAKEN] += 1


@jit
def leave_bed_line(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k waits for a bed no longer."""
    area = p[k, at.P_AREA]
    quit_line(s, c, m, at.L_BED, area, k)
    if s[k, at.S_TRANSFER_ASKED] != EMPTY:
        count_out(c, m, at.L_TRANSFER, line_number(c, at.L_TRANSFER, area), m[at.G_NOW])
    step_off(s, k)


@jit
def hand_over(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k leaves the lines for the bed that is theirs."""
    leave_bed_line(p, s, c, m, k)
    if c[at.C_CLEARANCE_ON] == 1 and s[k, at.X_REVIEW] >= 0 and m[review_of(s, c, k) + 1] == NO_BED:
        close_review(s, c, m, k, WITHDRAWN)
    asker_gone(p, s, c, m, k)
    wake(c, m, CALL, k)


@jit
def give_bed(p: Ints, s: Ints, c: Ints, m: Ints, k: int, area: int) -> None:
    """A bed of an area for person k."""
    take_bed(c, m, area)
    most = max(by_day(c, m, at.O_OPERATING, area), by_day(c, m, at.O_OVER_CONTRACT, area))
    over = get(c, m, at.M_TAKEN, area) - most
    if over > get(c, m, at.M_BEDS_OVER, area):
        m[c[at.M_BEDS_OVER] + area] = over
    hand_over(p, s, c, m, k)


@jit
def free_bed(p: Ints, s: Ints, c: Ints, m: Ints, k: int, area: int) -> None:
    """The bed of person k passes to the one it was promised to or to the line."""
    asker = s[k, at.X_PROMISED] if c[at.C_DISPLACING] == 1 else -1
    if asker >= 0:
        s[k, at.X_PROMISED] = s[asker, at.X_WANTED] = -1
        hand_over(p, s, c, m, asker)
        return
    add(c, m, at.M_TAKEN, area, -1)
    m[at.G_TAKEN] -= 1
    if bed_members(c, m, area) > 0 or over_funding_stopped(c, m):
        assign_beds_soon(c, m, area)


@jit
def first_of_joint_line(s: Ints, c: Ints, m: Ints) -> int:
    """Area of the first person of all lines with a free bed; -1: none."""
    best, first = -1, NEVER
    for area in range(c[at.C_AREAS]):
        if bed_members(c, m, area) > 0 and is_free(c, m, area):
            code = head(s, c, m, line_number(c, at.L_BED, area), BED_LINE)
            if code < first:
                best, first = area, code
    return best


@jit
def assign_jointly(p: Ints, s: Ints, c: Ints, m: Ints) -> None:
    """One line of all areas."""
    while is_funded(c, m):
        area = first_of_joint_line(s, c, m)
        if area < 0:
            return
        code = head(s, c, m, line_number(c, at.L_BED, area), BED_LINE)
        give_bed(p, s, c, m, row_of(code), area)


@jit
def begin_ladders(s: Ints, c: Ints, m: Ints) -> None:
    """People who asked at this instant and found no bed step on the ladder."""
    for i in range(m[at.G_ASKED]):
        k = get(c, m, at.M_ASKED, i)
        if s[k, at.S_STAGE] == BED_LINE and s[k, at.X_LINE_SINCE] != NEVER:
            s[k, at.X_TRIED] = 0
            set_rung_alarm(s, c, m, k, False)
    m[at.G_ASKED] = 0


@jit
def assign_beds(p: Ints, s: Ints, c: Ints, m: Ints, number: int) -> None:
    """Free beds go to the line."""
    m[c[at.M_BED_DUE] + number] = 0
    if over_funding_stopped(c, m):
        assign_jointly(p, s, c, m)
    else:
        line = line_number(c, at.L_BED, number)
        while members(c, m, line) > 0 and is_free(c, m, number):
            give_bed(p, s, c, m, row_of(head(s, c, m, line, BED_LINE)), number)
    begin_ladders(s, c, m)


@jit
def ask_bed(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Join the line for a bed."""
    s[k, at.S_STAGE] = BED_LINE
    s[k, at.S_ASKED] = m[at.G_NOW]
    area = p[k, at.P_AREA]
    join(s, c, m, at.L_BED, area, k, rank(p, k), m[at.G_NOW])
    if c[at.C_RUNGS] > 0:
        m[c[at.M_ASKED] + m[at.G_ASKED]] = k
        m[at.G_ASKED] += 1
    assign_beds_soon(c, m, area)


# --- the way out ----------------------------------------------------------------------------------------
@jit
def leave_case_lines(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k leaves the docket, screening or seat line, if they are on one."""
    if s[k, at.X_LINE_SINCE] == NEVER:
        return
    stage = s[k, at.S_STAGE]
    if stage == SCREENING_LINE:
        quit_line(s, c, m, at.L_SCREENING, 0, k)
    elif stage == DOCKET:
        s[k, at.S_HEARING_WAIT] += m[at.G_NOW] - s[k, at.S_DOCKET]
        quit_line(s, c, m, at.L_DOCKET, value(c, at.O_DOCKET_OF, s[k, at.S_AREA]), k)
    elif stage == SEAT_LINE:
        quit_line(s, c, m, at.L_SEAT, s[k, at.S_ROUTE], k)


@jit
def give_up_place(p: Ints, s: Ints, c: Ints, m: Ints, k: int, area: int) -> None:
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
def set_free(p: Ints, s: Ints, c: Ints, m: Ints, k: int, supervised: bool) -> None:
    """After a release: found again perhaps, on ATD if there is a slot, arrested again perhaps."""
    found(p, c, m, k, 1)
    s[k, at.S_ATD] = 1 if supervised and takes_slot(p, c, m, k) else 0
    if supervised and c[at.C_REARRESTS] == 1 and p[k, at.P_AGAIN] >= 0:
        add_event(c, m, m[at.G_NOW] + p[k, at.P_AGAIN_AFTER], at.K_ARREST, p[k, at.P_AGAIN])


@jit
def leave(p: Ints, s: Ints, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Person k leaves custody."""
    s[k, at.X_STEP] = NEVER
    withdraw(s, c, m, k)
    area = s[k, at.S_AREA]
    give_up_place(p, s, c, m, k, area)
    s[k, at.X_CLOCK_STAGE] = at.NOT_IN_CUSTODY
    s[k, at.S_EXIT_T] = m[at.G_NOW]
    s[k, at.S_EXIT] = reason
    s[k, at.S_STAGE] = GONE
    add(c, m, at.M_EXITED, area, 1)
    if reason < N_REASONS:
        set_free(p, s, c, m, k, rules.is_supervised(reason))


@jit
def release(p: Ints, s: Ints, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Leave for this reason, or ask for clearance to."""
    if covers(c, reason):
        ask_clearance(s, c, m, k, reason)
    else:
        leave(p, s, c, m, k, reason)


# --- clocks -------------------------------------------------------------------------------------------
@jit
def clock_runs(s: Ints, c: Ints, k: int, clock: int, stage: int) -> bool:
    """The clock runs for such a person in a stage, and can ring at all."""
    return value(c, at.O_CLOCK_RUNS, (clock * 6 + s[k, at.X_WHO]) * 3 + stage) == 1


@jit
def use_clocks(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Take off the work used since the last change."""
    days, now, since = c[at.C_DAYS], m[at.G_NOW], s[k, at.X_SINCE]
    for clock in range(N_CLOCKS):
        if clock_runs(s, c, k, clock, s[k, at.X_CLOCK_STAGE]):
            which = clock * 3 + (s[k, at.X_WHO] >> 1)
            work = c[c[at.O_CLOCK_CUMULATIVE] + which * (days + 1) :]
            speed = c[c[at.O_CLOCK_SPEED] + which * days :]
            used = rules.work_until(work, speed, days, now) - rules.work_until(work, speed, days, since)
            s[k, at.X_WORK + clock] -= used
    s[k, at.X_SINCE] = now


@jit
def ring_by(s: Ints, c: Ints, m: Ints, k: int, t: int) -> None:
    """Set the alarm to t if that is earlier."""
    if t < s[k, at.X_ALARM]:
        s[k, at.X_ALARM] = t
        add_event(c, m, t, at.K_CLOCK, k)


@jit
def set_clock_alarm(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Ring when the first running clock runs out."""
    days = c[at.C_DAYS]
    first, last = min(s[k, at.X_GIVES_UP], s[k, at.X_LIMIT]), c[at.C_END]
    for clock in range(N_CLOCKS):
        closed = (s[k, at.X_CLOSED] >> REASON_OF[clock]) & 1
        if closed == 0 and clock_runs(s, c, k, clock, s[k, at.X_CLOCK_STAGE]):
            which = clock * 3 + (s[k, at.X_WHO] >> 1)
            work = c[c[at.O_CLOCK_CUMULATIVE] + which * (days + 1) :]
            speed = c[c[at.O_CLOCK_SPEED] + which * days :]
            since, left = s[k, at.X_SINCE], s[k, at.X_WORK + clock]
            by_then = rules.work_until(work, speed, days, min(first, last)) - rules.work_until(work, speed, days, since)
            if left <= by_then:  # else it is not the first, and need not be looked for
                first = min(first, rules.clock_due(work, speed, days, since, left))
    s[k, at.X_ALARM] = NEVER
    ring_by(s, c, m, k, first)


@jit
def begin_clocks(s: Ints, c: Ints, m: Ints, k: int, stage: int) -> None:
    """The clocks begin to run."""
    s[k, at.X_CLOCK_STAGE], s[k, at.X_SINCE] = stage, m[at.G_NOW]
    set_clock_alarm(s, c, m, k)


@jit
def same_clocks(s: Ints, c: Ints, k: int, one: int, other: int) -> bool:
    """The same clocks run in both stages."""
    different = 0
    for clock in range(N_CLOCKS):
        if clock_runs(s, c, k, clock, one) != clock_runs(s, c, k, clock, other):
            different += 1
    return different == 0


@jit
def enter_clock_stage(s: Ints, c: Ints, m: Ints, k: int, stage: int) -> None:
    """Other clocks may run from now."""
    same = same_clocks(s, c, k, s[k, at.X_CLOCK_STAGE], stage)
    if not same:
        use_clocks(s, c, m, k)
    s[k, at.X_CLOCK_STAGE] = stage
    if not same or stage == POST_ORDER:
        set_clock_alarm(s, c, m, k)


@jit
def case_begins(p: Ints, s: Ints, c: Ints, m: Ints, k: int, proceedings: bool) -> None:
    """People in proceedings may give up from now."""
    bands = c[at.C_BANDS]
    if bands > 0 and (proceedings or p[k, at.P_TRACK] == PROCEEDINGS):
        now = m[at.G_NOW]
        after = c[c[at.O_BAND_AFTER] : c[at.O_BAND_AFTER] + bands]
        speed = c[c[at.O_BAND_SPEED] : c[at.O_BAND_SPEED] + bands]
        due = rules.giving_up_due(after, speed, now - s[k, at.S_ARREST], now, p[k, at.P_GIVING_UP])
        s[k, at.X_GIVES_UP] = due
        ring_by(s, c, m, k, due)


@jit
def give_up(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Accept departure: the case ends with an order."""
    s[k, at.X_STEP] = NEVER
    leave_case_lines(s, c, m, k)
    s[k, at.S_GAVE_UP] = 1
    wake(c, m, ORDERED, k)


@jit
def fall_due(p: Ints, s: Ints, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Something that could end the stay runs out."""
    if reason == GIVING_UP:
        s[k, at.X_GIVES_UP] = NEVER
        give_up(s, c, m, k)
        return
    s[k, at.X_CLOSED] |= 1 << reason
    if reason == POST_ORDER_LIMIT:
        s[k, at.X_LIMIT] = NEVER
    if s[k, at.S_STAGE] == ON_THE_ROAD:
        s[k, at.X_LANDING] |= 1 << reason
    else:
        release(p, s, c, m, k, reason)


@jit
def due_now(s: Ints, c: Ints, m: Ints, k: int) -> int:
    """Reasons that have run out, a bit each."""
    due = 0
    for clock in range(N_CLOCKS):
        reason = REASON_OF[clock]
        open_still = (s[k, at.X_CLOSED] >> reason) & 1 == 0
        if open_still and s[k, at.X_WORK + clock] <= 0 and clock_runs(s, c, k, clock, s[k, at.X_CLOCK_STAGE]):
            due |= 1 << reason
    if s[k, at.X_LIMIT] <= m[at.G_NOW]:
        due |= 1 << POST_ORDER_LIMIT
    if s[k, at.X_GIVES_UP] <= m[at.G_NOW]:
        due |= 1 << GIVING_UP
    return due


@jit
def ring(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
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
def decide(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A review ends."""
    if s[k, at.X_REVIEW] < 0:
        return
    row = review_of(s, c, k)
    if m[row + 3] == EMPTY or m[row + 3] + p[k, at.P_REVIEW] != m[at.G_NOW]:
        return
    reason = m[row + 1]
    if not rules.granted(p[k, at.P_APPROVAL + DRAW_OF[reason]], by_day(c, m, at.O_APPROVAL, 0)):
        refuse(p, s, c, m, k, reason)
        return
    close_review(s, c, m, k, APPROVED)
    if s[k, at.S_STAGE] == ON_THE_ROAD:
        s[k, at.X_LANDING] |= 1 << reason
        s[k, at.X_CLEARED] |= 1 << reason
    else:
        leave(p, s, c, m, k, reason)


@jit
def refuse(p: Ints, s: Ints, c: Ints, m: Ints, k: int, reason: int) -> None:
    """That reason is closed for this stay."""
    close_review(s, c, m, k, REFUSED)
    s[k, at.X_CLOSED] |= 1 << reason
    review_over(p, s, c, m, k)
    resume_ladder(s, c, m, k)
    if s[k, at.S_STAGE] == INTAKE_REVIEW:
        wake(c, m, NEEDS_BED, k)


@jit
def landed(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> bool:
    """Do what fell due on the road; False if the person leaves."""
    due = s[k, at.X_LANDING]
    s[k, at.X_LANDING] = 0
    for reason in range(N_REASONS):
        if (due >> reason) & 1:
            if (s[k, at.X_CLEARED] >> reason) & 1:
                leave(p, s, c, m, k, reason)
            else:
                release(p, s, c, m, k, reason)
            if s[k, at.X_CLOCK_STAGE] < 0:
                return False
    return True


# --- the ladder: rungs ------------------------------------------------------------------------------------
@jit
def try_transfer(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> int:
    """Join the transfer line as well."""
    if s[k, at.S_TRANSFER_ASKED] == EMPTY:
        now, area = m[at.G_NOW], p[k, at.P_AREA]
        s[k, at.S_TRANSFER_ASKED] = now
        line = line_number(c, at.L_TRANSFER, area)
        line_push(c, m, line, place_code(rank(p, k), s[k, at.S_ASKED], k))
        count_in(c, m, at.L_TRANSFER, line, now)
    return GO_ON


@jit
def try_over_contract(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> int:
    """A bed above the contract, if the allowance has one left."""
    area = p[k, at.P_AREA]
    if get(c, m, at.M_TAKEN, area) >= by_day(c, m, at.O_OVER_CONTRACT, area) or not is_funded(c, m):
        return GO_ON
    s[k, at.S_OVER] = 1
    give_bed(p, s, c, m, k, area)
    return DONE


@jit
def try_displace(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> int:
    """The bed of somebody of lower priority."""
    displaced = find_displaced(s, c, m, p[k, at.P_AREA], rank(p, k))
    if displaced < 0:
        return GO_ON
    s[displaced, at.X_PROMISED], s[k, at.X_WANTED] = k, displaced
    if covers(c, DISPLACED):
        ask_clearance(s, c, m, displaced, DISPLACED)
        return PAUSE
    leave(p, s, c, m, displaced, DISPLACED)
    return DONE


@jit
def try_release(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> int:
    """Release for want of a bed."""
    if p[k, at.P_CUSTODY] == MANDATORY and c[at.C_RELEASE_MANDATORY] == 0:
        return GO_ON
    if not covers(c, NO_BED):
        leave(p, s, c, m, k, NO_BED)
        return DONE
    if s[k, at.X_REVIEW] >= 0:
        return TRY_AGAIN
    ask_clearance(s, c, m, k, NO_BED)
    return PAUSE


@jit
def try_rung(p: Ints, s: Ints, c: Ints, m: Ints, k: int, kind: int) -> int:
    """What follows: the next rung, a review, this rung again, nothing more."""
    if kind == RUNG_TRANSFER:
        return try_transfer(p, s, c, m, k)
    if kind == RUNG_OVER:
        return try_over_contract(p, s, c, m, k)
    if kind == RUNG_DISPLACE:
        return try_displace(p, s, c, m, k)
    if kind == RUNG_RELEASE:
        return try_release(p, s, c, m, k)
    return GO_ON


@jit
def climb(p: Ints, s: Ints, c: Ints, m: Ints, number: int) -> None:
    """The alarm of a rung; of no concern to people who are off the ladder."""
    k, rung = number // rules.MOST_RUNGS, number % rules.MOST_RUNGS
    if s[k, at.X_TRIED] < 0:
        return
    s[k, at.X_TRIED] |= 1 << rung
    kind = value(c, at.O_RUNG_KIND, rung)
    if kind == RUNG_WAIT:  # those listed after it are not tried
        s[k, at.X_TRIED] |= ((1 << c[at.C_RUNGS]) - 1) & ~((1 << rung) - 1)
    outcome = try_rung(p, s, c, m, k, kind)
    if outcome == GO_ON:
        set_rung_alarm(s, c, m, k, False)
    elif outcome != DONE:
        s[k, at.X_PAUSED] = 1
        if outcome == TRY_AGAIN:
            s[k, at.X_TRIED] &= ~(1 << rung)


# --- the stages of a stay -------------------------------------------------------------------------------
@jit
def has_routes(c: Ints) -> bool:
    """Documents and seats are waited for."""
    return c[at.C_REMOVAL_ON] == 1 and c[at.C_GROUPS_ON] == 1


@jit
def on_line_since(p: Ints, m: Ints, k: int, stage: int) -> int:
    """People on a line at day 0 keep their order of time served."""
    if m[at.G_NOW] == 0 and p[k, at.P_STAGE0] == stage:
        return p[k, at.P_T]
    return m[at.G_NOW]


@jit
def seat(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """The line for a seat; without routes the person is removed at once."""
    if not has_routes(c):
        leave(p, s, c, m, k, EXIT_REMOVED)
        return
    now = m[at.G_NOW]
    since = p[k, at.P_T] if p[k, at.P_STAGE0] == SEAT_LINE else now
    s[k, at.S_STAGE], s[k, at.S_SEAT_ASKED] = SEAT_LINE, now
    join(s, c, m, at.L_SEAT, s[k, at.S_ROUTE], k, 0, since)


@jit
def stay_of_removal(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A court may forbid the removal for a time."""
    ordered_on = max(s[k, at.S_ORDER], 0) // DAY_S
    if rules.granted(p[k, at.P_STAY_U], value(c, at.O_STAY_SHARE, ordered_on)):
        s[k, at.S_STAGE] = STAY_OF_REMOVAL
        step(s, c, m, k, p[k, at.P_STAY_OF_REMOVAL])
    else:
        seat(p, s, c, m, k)


@jit
def document(p: Ints, s: Ints, c: Ints, m: Ints, k: int, work: int) -> None:
    """The travel document: an amount of work."""
    days, group = c[at.C_DAYS], p[k, at.P_GROUP]
    s[k, at.S_STAGE] = DOCUMENT
    cumulative = c[c[at.O_DOCUMENT_CUMULATIVE] + group * (days + 1) :]
    speed = c[c[at.O_DOCUMENT_SPEED] + group * days :]
    due = rules.clock_due(cumulative, speed, days, m[at.G_NOW], work)
    step(s, c, m, k, due - m[at.G_NOW])


@jit
def choose_route(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """The route of the group, or that of a third country if an agreement gives one."""
    share = by_day(c, m, at.O_THIRD_SHARE, p[k, at.P_GROUP])
    third = s[k, at.S_ORDER] >= 0 and c[at.C_THIRD_ROUTE] != NONE and rules.granted(p[k, at.P_THIRD_U], share)
    s[k, at.S_THIRD] = 1 if third else 0
    s[k, at.S_ROUTE] = c[at.C_THIRD_ROUTE] if third else p[k, at.P_ROUTE]


@jit
def order_is_final(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Nobody gives up any more; the limit on detention after an order begins."""
    s[k, at.X_GIVES_UP] = NEVER
    limit = by_day(c, m, at.O_POST_ORDER_LIMIT, 0)
    if limit >= 0:
        s[k, at.X_LIMIT] = m[at.G_NOW] + limit
    enter_clock_stage(s, c, m, k, POST_ORDER)


@jit
def ordered(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A final order."""
    s[k, at.S_ORDER] = m[at.G_NOW]
    order_is_final(p, s, c, m, k)
    if has_routes(c):
        choose_route(p, s, c, m, k)
        document(p, s, c, m, k, p[k, at.P_THIRD] if s[k, at.S_THIRD] == 1 else p[k, at.P_DOCUMENT])
    else:
        stay_of_removal(p, s, c, m, k)


@jit
def adjourn(s: Ints, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """Between two hearings."""
    s[k, at.S_STAGE] = ADJOURNED
    step(s, c, m, k, seconds)


@jit
def appeal(s: Ints, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """The order is final when the appeal ends."""
    s[k, at.S_STAGE] = APPEAL
    step(s, c, m, k, seconds)


@jit
def heard(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A hearing takes place; the last one decides the case."""
    s[k, at.S_HEARD] = m[at.G_NOW]
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
def proceedings(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Join the docket of the area; without one nobody waits for a judge."""
    docket = value(c, at.O_DOCKET_OF, s[k, at.S_AREA])
    if docket == NONE:
        heard(p, s, c, m, k)
        return
    since = on_line_since(p, m, k, DOCKET)
    s[k, at.S_STAGE], s[k, at.S_DOCKET] = DOCKET, m[at.G_NOW]
    join(s, c, m, at.L_DOCKET, docket, k, 0, since)


@jit
def screening(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """The line for a fear interview."""
    since = on_line_since(p, m, k, SCREENING_LINE)
    s[k, at.S_STAGE], s[k, at.S_SCREENING_ASKED] = SCREENING_LINE, m[at.G_NOW]
    join(s, c, m, at.L_SCREENING, 0, k, 0, since)


@jit
def screened(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A fear interview takes place."""
    s[k, at.S_SCREENED] = m[at.G_NOW]
    if rules.granted(p[k, at.P_POSITIVE_U], by_day(c, m, at.O_POSITIVE_SHARE, 0)):
        case_begins(p, s, c, m, k, True)
        proceedings(p, s, c, m, k)
    else:
        ordered(p, s, c, m, k)


@jit
def prepared(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
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
def prepare(s: Ints, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """Up to the first case event."""
    s[k, at.S_STAGE] = PREPARING
    step(s, c, m, k, seconds)


@jit
def in_bed(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """The case begins when the person is first in a bed."""
    if c[at.C_CASE_ON] == 0:
        ordered(p, s, c, m, k)
    elif c[at.C_MODE_STAY] == 1:
        s[k, at.S_STAGE] = STAY
        step(s, c, m, k, p[k, at.P_STAY])
    else:
        case_begins(p, s, c, m, k, False)
        prepare(s, c, m, k, p[k, at.P_PREPARING])


@jit
def enter_bed(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k is in a bed for the first time."""
    area = s[k, at.S_AREA]
    add(c, m, at.M_ROAD if s[k, at.S_STAGE] == ON_THE_ROAD else at.M_HOLD, area, -1)
    add(c, m, at.M_IN_BED, area, 1)
    s[k, at.S_BED] = m[at.G_NOW]
    s[k, at.S_STAGE] = PREPARING
    enter_clock_stage(s, c, m, k, CASE)
    settle(p, s, c, m, k)
    in_bed(p, s, c, m, k)


@jit
def needs_bed(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """The line for a bed, if beds can be short."""
    if c[at.C_BEDS_ON] == 1:
        ask_bed(p, s, c, m, k)
    else:
        s[k, at.S_ASKED] = m[at.G_NOW]
        take_bed(c, m, p[k, at.P_AREA])
        enter_bed(p, s, c, m, k)


@jit
def processed(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Processing ends: returned, released, or to be detained."""
    s[k, at.S_PROCESSED] = m[at.G_NOW]
    if c[at.C_INTAKE_ON] == 0:
        s[k, at.S_DESK] = m[at.G_NOW]
    m[at.G_PROCESSED] += 1
    begin_clocks(s, c, m, k, HOLD_ROOM)
    outcome = p[k, at.P_INTAKE]
    if outcome == RETURNED:
        leave(p, s, c, m, k, EXIT_RETURNED)
    elif outcome != DETAIN:
        s[k, at.S_STAGE] = INTAKE_REVIEW
        release(p, s, c, m, k, EXIT_OF_INTAKE[outcome])
    else:
        needs_bed(p, s, c, m, k)


@jit
def sit(s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Processing starts."""
    s[k, at.S_DESK] = m[at.G_NOW]
    s[k, at.S_STAGE] = PROCESSING
    wake(c, m, CALL, k)


@jit
def assign_desks_soon(c: Ints, m: Ints, area: int) -> None:
    """Free desks are given out later at this instant."""
    if get(c, m, at.M_DESK_DUE, area) == 0:
        m[c[at.M_DESK_DUE] + area] = 1
        add_event(c, m, m[at.G_NOW], at.K_ASSIGN_DESK, area)


@jit
def assign_desks(s: Ints, c: Ints, m: Ints, area: int) -> None:
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
def arrested(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k is in custody from now."""
    area = p[k, at.P_AREA]
    s[k, at.S_ARREST] = m[at.G_NOW]
    s[k, at.S_STAGE] = DESK_LINE
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
def leave_desk(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Processing ends."""
    area = p[k, at.P_AREA]
    add(c, m, at.M_DESKS_BUSY, area, -1)
    if members(c, m, line_number(c, at.L_DESK, area)) > 0:
        assign_desks_soon(c, m, area)
    processed(p, s, c, m, k)


@jit
def land(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A transport arrives."""
    s[k, at.S_LANDED] = m[at.G_NOW]
    if landed(p, s, c, m, k):
        enter_bed(p, s, c, m, k)


@jit
def take_step(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A length of time in bed ends; of no concern if the person has gone on otherwise."""
    if s[k, at.X_STEP] != m[at.G_NOW]:
        return
    s[k, at.X_STEP] = NEVER
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
        s[k, at.S_DOCUMENT] = m[at.G_NOW]
        stay_of_removal(p, s, c, m, k)
    else:
        seat(p, s, c, m, k)


@jit
def called(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
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
def hold_from_day_0(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """Person k is in a bed when the run starts."""
    area, stage0 = p[k, at.P_AREA], p[k, at.P_STAGE0]
    s[k, at.S_ARREST], s[k, at.S_STAGE] = p[k, at.P_T], stage0
    add(c, m, at.M_IN_BED, area, 1)
    take_bed(c, m, area)
    begin_clocks(s, c, m, k, CASE)
    if PREPARING <= stage0 <= APPEAL:
        case_begins(p, s, c, m, k, stage0 >= DOCKET)
    settle(p, s, c, m, k)
    wake(c, m, HELD, k)


@jit
def held_after_order(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """On day 0 with a final order."""
    stage0, left = p[k, at.P_STAGE0], p[k, at.P_LEFT]
    order_is_final(p, s, c, m, k)
    if has_routes(c):
        choose_route(p, s, c, m, k)
    if stage0 == DOCUMENT and has_routes(c):
        document(p, s, c, m, k, left)
    elif stage0 == STAY_OF_REMOVAL:
        s[k, at.S_STAGE] = STAY_OF_REMOVAL
        step(s, c, m, k, left)
    else:
        seat(p, s, c, m, k)


@jit
def held(p: Ints, s: Ints, c: Ints, m: Ints, k: int) -> None:
    """A person already held on day 0 goes on from where they are."""
    stage0, left = p[k, at.P_STAGE0], p[k, at.P_LEFT]
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


# --- calendars --------------------------------------------------------------------------------------------
@jit
def plan_next(c: Ints, m: Ints, calendar: int, kind: int, number: int) -> None:
    """Put the next date of a calendar on the agenda."""
    i = value(c, at.O_CALENDAR_START, calendar) + get(c, m, at.M_CALENDAR_NEXT, calendar)
    if i < value(c, at.O_CALENDAR_START, calendar + 1):
        add_event(c, m, value(c, at.O_CALENDAR_T, i), kind, number)


@jit
def places_now(c: Ints, m: Ints, calendar: int) -> int:
    """Places of the date that has come; the calendar moves on."""
    i = value(c, at.O_CALENDAR_START, calendar) + get(c, m, at.M_CALENDAR_NEXT, calendar)
    add(c, m, at.M_CALENDAR_NEXT, calendar, 1)
    return value(c, at.O_CALENDAR_PLACES, i)


@jit
def where_to(c: Ints, m: Ints, area: int) -> int:
    """The first listed area with a free bed; -1: none."""
    for i in range(value(c, at.O_TRANSFER_TO_START, area), value(c, at.O_TRANSFER_TO_START, area + 1)):
        there = value(c, at.O_TRANSFER_TO, i)
        if is_free(c, m, there):
            return there
    return -1


@jit
def depart(p: Ints, s: Ints, c: Ints, m: Ints, k: int, here: int, there: int) -> None:
    """Person k leaves for a bed elsewhere."""
    add(c, m, at.M_HOLD, here, -1)
    add(c, m, at.M_MOVED_OUT, here, 1)
    add(c, m, at.M_MOVED_IN, there, 1)
    m[at.G_TRANSFERS] += 1
    add(c, m, at.M_ROAD, there, 1)
    s[k, at.S_DEPARTED] = m[at.G_NOW]
    give_bed(p, s, c, m, k, there)
    s[k, at.S_STAGE] = ON_THE_ROAD
    s[k, at.S_AREA] = there


@jit
def transports_leave(p: Ints, s: Ints, c: Ints, m: Ints, area: int) -> None:
    """The first n of the transfer line leave, if a listed area has a free bed."""
    line = line_number(c, at.L_TRANSFER, area)
    for _ in range(min(places_now(c, m, area), members(c, m, line))):
        there = where_to(c, m, area)
        if there < 0:
            break
        depart(p, s, c, m, row_of(head(s, c, m, line, BED_LINE)), area, there)
    plan_next(c, m, area, at.K_TRANSFER, area)


@jit
def route_departs(s: Ints, c: Ints, m: Ints, route: int) -> None:
    """The first n of the seat line are removed."""
    calendar = c[at.C_AREAS] + route
    line = line_number(c, at.L_SEAT, route)
    for _ in range(min(places_now(c, m, calendar), members(c, m, line))):
        add(c, m, at.M_SEATS_USED, route, 1)
        serve(s, c, m, at.L_SEAT, route, SEAT_LINE)
    plan_next(c, m, calendar, at.K_ROUTE, route)


@jit
def serve(s: Ints, c: Ints, m: Ints, kind: int, place: int, stage: int) -> int:
    """Call the first of a line."""
    line = line_number(c, kind, place)
    k = row_of(head(s, c, m, line, stage))
    line_drop(c, m, line)
    quit_line(s, c, m, kind, place, k)
    wake(c, m, CALL, k)
    return k


@jit
def hearing_list(s: Ints, c: Ints, m: Ints, docket: int) -> None:
    """The first n of a docket are heard."""
    calendar = c[at.C_AREAS] + c[at.C_ROUTES] + docket
    for _ in range(min(places_now(c, m, calendar), members(c, m, line_number(c, at.L_DOCKET, docket)))):
        k = serve(s, c, m, at.L_DOCKET, docket, DOCKET)
        s[k, at.S_HEARING_WAIT] += m[at.G_NOW] - s[k, at.S_DOCKET]
    plan_next(c, m, calendar, at.K_HEARINGS, docket)


@jit
def screening_list(s: Ints, c: Ints, m: Ints) -> None:
    """The first n of the screening line are interviewed."""
    calendar = c[at.C_AREAS] + c[at.C_ROUTES] + c[at.C_DOCKETS]
    for _ in range(min(places_now(c, m, calendar), members(c, m, line_number(c, at.L_SCREENING, 0)))):
        serve(s, c, m, at.L_SCREENING, 0, SCREENING_LINE)
    plan_next(c, m, calendar, at.K_SCREENINGS, 0)


# --- midnight -----------------------------------------------------------------------------------------------
@jit
def charge(c: Ints, m: Ints) -> None:
    """The ledger of the day that ends."""
    today, n = m[at.G_TODAY], c[at.C_AREAS]
    row = c[at.M_LEDGER] + today * N_LINES
    for area in range(n):
        in_beds = get(c, m, at.M_IN_BED, area)
        m[row] += in_beds
        m[row + 1] += max(0, by_day(c, m, at.O_GUARANTEED, area) - in_beds)
        m[row + 2] += max(0, in_beds - by_day(c, m, at.O_CONTRACTED, area))
    m[row + 3], m[row + 4], m[row + 5] = m[at.G_INTERIOR_ARRESTS], m[at.G_PROCESSED], m[at.G_TRANSFERS]
    m[row + 7], m[row + 8] = m[at.G_HEARINGS], on_atd(c, m, (today + 1) * DAY_S - 1)
    for line in range(N_LINES):
        m[row + line] *= value(c, at.O_PRICE, line)
    m[row + SEATS] = 0
    for route in range(c[at.C_ROUTES]):
        m[row + SEATS] += get(c, m, at.M_SEATS_USED, route) * value(c, at.O_SEAT_CENTS, route)
    for line in range(N_LINES):
        add(c, m, at.M_SPENT, value(c, at.O_ACCOUNT_OF, line), m[row + line])


@jit
def take_stocks(c: Ints, m: Ints, row: int) -> None:
    """People in each place, into row `row` of the stocks."""
    n = c[at.C_AREAS]
    for area in range(n):
        m[c[at.M_STOCK_INSIDE] + row * n + area] = get(c, m, at.M_INSIDE, area)
        m[c[at.M_STOCK_HOLD] + row * n + area] = get(c, m, at.M_HOLD, area)
        m[c[at.M_STOCK_BED] + row * n + area] = get(c, m, at.M_IN_BED, area)
        m[c[at.M_STOCK_ROAD] + row * n + area] = get(c, m, at.M_ROAD, area)


@jit
def take_flow(c: Ints, m: Ints, counter: int, flow: int) -> None:
    """Write down today's counts of a flow and start again from nought."""
    n = c[at.C_AREAS]
    for area in range(n):
        m[c[flow] + m[at.G_TODAY] * n + area] = get(c, m, counter, area)
        m[c[counter] + area] = 0


@jit
def close_day(c: Ints, m: Ints) -> None:
    """Stocks, flows and charges of the day that ends."""
    for area in range(c[at.C_AREAS]):
        change = get(c, m, at.M_ARRESTED, area) - get(c, m, at.M_EXITED, area)
        change += get(c, m, at.M_MOVED_IN, area) - get(c, m, at.M_MOVED_OUT, area)
        add(c, m, at.M_INSIDE, area, change)
    charge(c, m)
    take_stocks(c, m, m[at.G_TODAY] + 1)
    take_flow(c, m, at.M_ARRESTED, at.M_FLOW_ARRESTS)
    take_flow(c, m, at.M_EXITED, at.M_FLOW_EXITS)
    take_flow(c, m, at.M_MOVED_IN, at.M_FLOW_IN)
    take_flow(c, m, at.M_MOVED_OUT, at.M_FLOW_OUT)
    take_flow(c, m, at.M_BEDS_OVER, at.M_FLOW_OVER)
    m[at.G_INTERIOR_ARRESTS] = m[at.G_PROCESSED] = m[at.G_TRANSFERS] = m[at.G_HEARINGS] = 0
    for route in range(c[at.C_ROUTES]):
        m[c[at.M_SEATS_USED] + route] = 0


@jit
def over_budget(c: Ints, m: Ints) -> bool:
    """A limiting account is used up."""
    for account in range(N_ACCOUNTS):
        if value(c, at.O_LIMITED_BY, account) == 1:
            budget = by_day(c, m, at.O_BUDGET, account)
            if 0 <= budget <= get(c, m, at.M_SPENT, account):
                return True
    return False


@jit
def begin_day(c: Ints, m: Ints, day: int) -> None:
    """A new day, and perhaps a new fiscal year."""
    if value(c, at.O_FISCAL_YEAR, day) != value(c, at.O_FISCAL_YEAR, day - 1):
        for account in range(N_ACCOUNTS):
            m[c[at.M_SPENT] + account] = 0
        m[at.G_EXHAUSTED] = 0
    m[at.G_TODAY] = day
    if over_budget(c, m):
        m[at.G_EXHAUSTED] = 1
        if m[at.G_EXHAUSTED_DAY] < 0:
            m[at.G_EXHAUSTED_DAY] = day


@jit
def set_day(c: Ints, m: Ints) -> None:
    """What changes with the date."""
    set_arrests(c, m)
    for area in range(c[at.C_AREAS]):
        if members(c, m, line_number(c, at.L_DESK, area)) > 0:
            assign_desks_soon(c, m, area)
    for area in range(c[at.C_AREAS]):
        if bed_members(c, m, area) > 0:
            assign_beds_soon(c, m, area)
    if members(c, m, line_number(c, at.L_CLEARANCE, 0)) > 0:
        assign_reviews_soon(c, m)


@jit
def midnight(c: Ints, m: Ints, day: int) -> None:
    """The end of a day and the beginning of the next."""
    if day > 0:
        close_day(c, m)
        begin_day(c, m, day)
    set_day(c, m)
    if day + 1 < c[at.C_DAYS]:
        add_event(c, m, (day + 1) * DAY_S, at.K_MIDNIGHT, 0)


# --- the loop -------------------------------------------------------------------------------------------------
@jit
def happen(p: Ints, s: Ints, c: Ints, m: Ints, kind: int, number: int) -> None:
    """One event."""
    if kind == at.K_STEP:
        take_step(p, s, c, m, number)
    elif kind == at.K_CLOCK:
        ring(p, s, c, m, number)
    elif kind == at.K_ASSIGN_BED:
        assign_beds(p, s, c, m, number)
    elif kind == at.K_ASSIGN_DESK:
        assign_desks(s, c, m, number)
    elif kind == at.K_PROCESSED:
        leave_desk(p, s, c, m, number)
    elif kind == at.K_RUNG:
        climb(p, s, c, m, number)
    elif kind == at.K_LANDING:
        land(p, s, c, m, number)
    elif kind == at.K_REVIEW_END:
        decide(p, s, c, m, number)
    elif kind == at.K_ASSIGN_REVIEW:
        assign_reviews(p, s, c, m)
    elif kind == at.K_ARREST:
        wake(c, m, ARRESTED, number)
    else:
        happen_by_date(p, s, c, m, kind, number)


@jit
def happen_by_date(p: Ints, s: Ints, c: Ints, m: Ints, kind: int, number: int) -> None:
    """Midnight, and what has a calendar."""
    if kind == at.K_TRANSFER:
        transports_leave(p, s, c, m, number)
    elif kind == at.K_ROUTE:
        route_departs(s, c, m, number)
    elif kind == at.K_HEARINGS:
        hearing_list(s, c, m, number)
    elif kind == at.K_SCREENINGS:
        screening_list(s, c, m)
    else:
        midnight(c, m, m[at.G_NOW] // DAY_S)


@jit
def wake_all(p: Ints, s: Ints, c: Ints, m: Ints) -> None:
    """Everybody whom the event woke goes on, first in first out."""
    while m[at.G_WOKEN] < m[at.G_ASLEEP]:
        code = m[c[at.M_WAKE] + m[at.G_WOKEN]]
        m[at.G_WOKEN] += 1
        action, k = code >> 24, code & ROW_MASK
        if action == CALL:
            called(p, s, c, m, k)
        elif action == ARRESTED:
            arrested(p, s, c, m, k)
        elif action == NEEDS_BED:
            needs_bed(p, s, c, m, k)
        elif action == ORDERED:
            ordered(p, s, c, m, k)
        else:
            held(p, s, c, m, k)
    m[at.G_WOKEN] = m[at.G_ASLEEP] = 0


@jit
def start(p: Ints, s: Ints, c: Ints, m: Ints) -> None:
    """Day 0, the first dates of every calendar, and the first midnight."""
    for k in range(c[at.C_ROWS]):
        if p[k, at.P_STAGE0] > 0:
            hold_from_day_0(p, s, c, m, k)
    n, routes, dockets = c[at.C_AREAS], c[at.C_ROUTES], c[at.C_DOCKETS]
    for area in range(n):
        m[c[at.M_INSIDE] + area] = get(c, m, at.M_IN_BED, area)
        plan_next(c, m, area, at.K_TRANSFER, area)
    take_stocks(c, m, 0)
    for route in range(routes):
        plan_next(c, m, n + route, at.K_ROUTE, route)
    for docket in range(dockets):
        plan_next(c, m, n + routes + docket, at.K_HEARINGS, docket)
    plan_next(c, m, n + routes + dockets, at.K_SCREENINGS, 0)
    add_event(c, m, 0, at.K_MIDNIGHT, 0)
    wake_all(p, s, c, m)


@jit
def next_candidate(p: Ints, c: Ints, m: Ints) -> int:
    """Code of the next candidate's moment; NEVER if there is none."""
    i = m[at.G_CANDIDATE]
    if i >= c[at.C_CANDIDATES]:
        return NEVER
    k = value(c, at.O_CANDIDATES, i)
    return event_code(p[k, at.P_T], at.K_ARREST, k)


@stored_jit("boolean(int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64, boolean)")
def play_until(p: Ints, s: Ints, c: Ints, m: Ints, end: int, first: bool) -> bool:
    """Play every event before `end`; False if memory was too small. `first`: set up day 0 before."""
    if first:
        start(p, s, c, m)
    while m[at.G_BROKEN] == 0:
        some = open_bucket(c, m)
        code = m[c[at.M_AGENDA]] if some else NEVER
        arrival = next_candidate(p, c, m)
        coming = min(code, arrival)
        t = coming >> TIME_SHIFT
        if t >= end:
            break
        m[at.G_NOW] = t
        m[at.G_EVENTS] += 1
        number = coming & NUMBER_MASK
        if arrival < code:
            m[at.G_CANDIDATE] += 1
            if is_arrested(p, c, m, number):
                wake(c, m, ARRESTED, number)
        else:
            heap_drop(m, c[at.M_AGENDA], m[at.G_AGENDA])
            m[at.G_AGENDA] -= 1
            happen(p, s, c, m, (coming & EVENT_MASK) >> at.NUMBER_BITS, number)
        wake_all(p, s, c, m)
    if m[at.G_BROKEN] == 0 and end >= c[at.C_END]:
        close_day(c, m)
    return bool(m[at.G_BROKEN] == 0)
