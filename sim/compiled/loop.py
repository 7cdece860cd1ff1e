"""The pathway as one compiled event loop, equal to `sim.pathway` to the last bit.

Read `sim/pathway` first: it is the specification, and functions here bear the names of what they
do there. A process that SimPy would wake is put on a list and woken, first in first out, when the
event that woke it is over: that is the order SimPy gives. Arguments are always the four arrays of
`layout.Memory` and a row (`k`), an area, a route or a docket.
"""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.arrests import is_arrested
from sim.compiled.beds import assign_beds
from sim.compiled.building import (
    EVENT_MASK,
    NUMBER_MASK,
    ROW_MASK,
    TIME_SHIFT,
    add_event,
    heap_drop,
    open_bucket,
)
from sim.compiled.calendars import hearing_list, plan_next, route_departs, screening_list, transports_leave
from sim.compiled.clearance import assign_reviews
from sim.compiled.codes import ARRESTED, CALL, DAY_S, NEEDS_BED, NEVER, ORDERED
from sim.compiled.common import get, value, wake
from sim.compiled.days import close_day, midnight, take_stocks
from sim.compiled.jit import entry, jit
from sim.compiled.ladder import climb
from sim.compiled.layout import Ints, Shorts
from sim.compiled.release import decide, ring
from sim.compiled.stay import (
    arrested,
    assign_desks,
    called,
    held,
    hold_from_day_0,
    land,
    leave_desk,
    needs_bed,
    ordered,
    take_step,
)


@jit
def happen(p: Shorts, s: Shorts, c: Ints, m: Ints, kind: int, number: int) -> None:
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
def happen_by_date(p: Shorts, s: Shorts, c: Ints, m: Ints, kind: int, number: int) -> None:
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
def wake_all(p: Shorts, s: Shorts, c: Ints, m: Ints) -> None:
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
def start(p: Shorts, s: Shorts, c: Ints, m: Ints) -> None:
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
def next_candidate(c: Ints, m: Ints) -> int:
    """Code of the next candidate's moment; NEVER if there is none."""
    i = m[at.G_CANDIDATE]
    if i >= c[at.C_CANDIDATES]:
        return NEVER
    return value(c, at.O_CANDIDATES, i)


@entry("boolean(int32[:,::1], int32[:,::1], int64[::1], int64[::1], int64, boolean)")
def play_until(p: Shorts, s: Shorts, c: Ints, m: Ints, end: int, first: bool) -> bool:
    """Play every event before `end`; False if memory was too small. `first`: set up day 0 before."""
    if first:
        start(p, s, c, m)
    while m[at.G_BROKEN] == 0:
        some = open_bucket(c, m)
        code = m[c[at.M_AGENDA]] if some else NEVER
        arrival = next_candidate(c, m)
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
