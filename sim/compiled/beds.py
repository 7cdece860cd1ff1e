"""Beds, the alarms of the ladder, and displacement (`sim/pathway/beds.py`, `ladder.py`, `displacement.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.building import (
    ROW_MASK,
    add_event,
    count_out,
    line_drop,
    line_number,
    line_push,
    line_top,
    members,
    place_code,
    row_of,
)
from sim.compiled.clearance import close_review, withdraw
from sim.compiled.codes import (
    BED_LINE,
    CALL,
    DAY_S,
    DISPLACED,
    GONE,
    MANDATORY,
    NEVER,
    NO_BED,
    REVIEW_WITHDRAWN,
    STAY,
    STOP_OVER_FUNDING,
)
from sim.compiled.common import add, by_day, enter, get, head, join, quit_line, rank, value, wake
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts


# --- the ladder: alarms ---------------------------------------------------------------------------------
@jit
def next_rung(s: Shorts, c: Ints, k: int) -> int:
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
def set_rung_alarm(s: Shorts, c: Ints, m: Ints, k: int, at_once: bool) -> None:
    """For the next rung."""
    rung = next_rung(s, c, k)
    if rung < 0:
        return
    entry, now = s[k, at.S_ARREST], m[at.G_NOW]
    limit = value(c, at.O_LIMIT, entry // DAY_S)
    due = rules.rung_due(entry, value(c, at.O_RUNG_AFTER, rung), limit, s[k, at.S_PROCESSED])
    add_event(c, m, now if at_once else max(due, now), at.K_RUNG, k * rules.MOST_RUNGS + rung)


@jit
def resume_ladder(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """The review that person k's ladder waited for ended without a bed: the next rung at once."""
    if s[k, at.X_PAUSED] == 1:
        s[k, at.X_PAUSED] = 0
        set_rung_alarm(s, c, m, k, True)


@jit
def step_off(s: Shorts, k: int) -> None:
    """Person k has a bed or is gone."""
    s[k, at.X_TRIED] = -1
    s[k, at.X_PAUSED] = 0


# --- displacement -------------------------------------------------------------------------------------
@jit
def settle(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k is in a bed and may be displaced from it."""
    if c[at.C_DISPLACING] == 0:
        return
    if p[k, at.P_CUSTODY] == MANDATORY and c[at.C_DISPLACE_MANDATORY] == 0:
        return
    since = s[k, at.S_BED] if s[k, at.S_BED] >= 0 else s[k, at.S_ARREST]
    line = line_number(c, at.L_DISPLACEMENT, s[k, at.S_AREA])
    line_push(c, m, line, place_code(7 - rank(p, k), -since, ROW_MASK - k))


@jit
def has_bed(s: Shorts, k: int) -> bool:
    """Person k is in a bed."""
    return STAY <= s[k, at.S_STAGE] < GONE


@jit
def find_displaced(s: Shorts, c: Ints, m: Ints, area: int, asker_rank: int) -> int:
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
def review_over(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """A request about person k ended without a release."""
    asker = s[k, at.X_PROMISED]
    if asker >= 0:
        s[k, at.X_PROMISED] = s[asker, at.X_WANTED] = -1
        resume_ladder(s, c, m, asker)
    if asker >= 0 or s[k, at.X_ASIDE] == 1:
        s[k, at.X_ASIDE] = 0
        settle(p, s, c, m, k)


@jit
def asker_gone(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
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
def leave_bed_line(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k waits for a bed no longer."""
    area = p[k, at.P_AREA]
    quit_line(s, c, m, at.L_BED, area, k)
    if s[k, at.X_TRANSFER] == 1:
        count_out(c, m, at.L_TRANSFER, line_number(c, at.L_TRANSFER, area), m[at.G_NOW])
    step_off(s, k)


@jit
def hand_over(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Person k leaves the lines for the bed that is theirs."""
    leave_bed_line(p, s, c, m, k)
    if c[at.C_CLEARANCE_ON] == 1 and s[k, at.X_REVIEW] == NO_BED:
        close_review(s, c, m, k, REVIEW_WITHDRAWN)
    asker_gone(p, s, c, m, k)
    wake(c, m, CALL, k)


@jit
def give_bed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, area: int) -> None:
    """A bed of an area for person k."""
    take_bed(c, m, area)
    most = max(by_day(c, m, at.O_OPERATING, area), by_day(c, m, at.O_OVER_CONTRACT, area))
    over = get(c, m, at.M_TAKEN, area) - most
    if over > get(c, m, at.M_BEDS_OVER, area):
        m[c[at.M_BEDS_OVER] + area] = over
    hand_over(p, s, c, m, k)


@jit
def free_bed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, area: int) -> None:
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
def first_of_joint_line(s: Shorts, c: Ints, m: Ints) -> int:
    """Area of the first person of all lines with a free bed; -1: none."""
    best, first = -1, NEVER
    for area in range(c[at.C_AREAS]):
        if bed_members(c, m, area) > 0 and is_free(c, m, area):
            code = head(s, c, m, line_number(c, at.L_BED, area), BED_LINE)
            if code < first:
                best, first = area, code
    return best


@jit
def assign_jointly(p: Shorts, s: Shorts, c: Ints, m: Ints) -> None:
    """One line of all areas."""
    while is_funded(c, m):
        area = first_of_joint_line(s, c, m)
        if area < 0:
            return
        code = head(s, c, m, line_number(c, at.L_BED, area), BED_LINE)
        give_bed(p, s, c, m, row_of(code), area)


@jit
def begin_ladders(s: Shorts, c: Ints, m: Ints) -> None:
    """People who asked at this instant and found no bed step on the ladder."""
    for i in range(m[at.G_ASKED]):
        k = get(c, m, at.M_ASKED, i)
        if s[k, at.S_STAGE] == BED_LINE and s[k, at.X_LINE_SINCE] != at.NEVER:
            s[k, at.X_TRIED] = 0
            set_rung_alarm(s, c, m, k, False)
    m[at.G_ASKED] = 0


@jit
def assign_beds(p: Shorts, s: Shorts, c: Ints, m: Ints, number: int) -> None:
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
def ask_bed(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Join the line for a bed."""
    enter(s, c, m, k, BED_LINE)
    s[k, at.S_ASKED] = m[at.G_NOW]
    area = p[k, at.P_AREA]
    join(s, c, m, at.L_BED, area, k, rank(p, k), m[at.G_NOW])
    if c[at.C_RUNGS] > 0:
        m[c[at.M_ASKED] + m[at.G_ASKED]] = k
        m[at.G_ASKED] += 1
    assign_beds_soon(c, m, area)
