"""Releases that wait, held, for approval (`sim/pathway/clearance.py`)."""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.building import (
    add_event,
    count_in,
    count_out,
    line_drop,
    line_number,
    line_push,
    line_top,
    members,
    place_code,
    row_of,
    since_of,
)
from sim.compiled.codes import REQUESTED, REVIEW_STARTED, REVIEW_WITHDRAWN
from sim.compiled.common import by_day, note, value
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts


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
def ask_clearance(s: Shorts, c: Ints, m: Ints, k: int, reason: int) -> None:
    """Hand in a request; nothing happens if one is under way already."""
    if s[k, at.X_REVIEW] >= 0:
        return
    s[k, at.X_REVIEW], s[k, at.X_REVIEW_SINCE], s[k, at.X_REVIEW_END] = reason, m[at.G_NOW], at.NEVER
    note(s, c, m, k, REQUESTED + reason)
    line = line_number(c, at.L_CLEARANCE, 0)
    line_push(c, m, line, place_code(0, m[at.G_NOW], k))
    count_in(c, m, at.L_CLEARANCE, line, m[at.G_NOW])
    assign_reviews_soon(c, m)


@jit
def next_request(s: Shorts, c: Ints, m: Ints, line: int) -> int:
    """Take the first request that still waits out of the line."""
    while True:
        code = line_top(c, m, line)
        line_drop(c, m, line)
        k = row_of(code)
        waits = s[k, at.X_REVIEW] >= 0 and s[k, at.X_REVIEW_END] == at.NEVER
        if waits and s[k, at.X_REVIEW_SINCE] == since_of(code):
            return k


@jit
def assign_reviews(p: Shorts, s: Shorts, c: Ints, m: Ints) -> None:
    """Reviewers take requests first come, first served."""
    m[at.G_REVIEWS_DUE] = 0
    line = line_number(c, at.L_CLEARANCE, 0)
    while members(c, m, line) > 0 and m[at.G_REVIEWERS_BUSY] < by_day(c, m, at.O_REVIEWERS, 0):
        k = next_request(s, c, m, line)
        count_out(c, m, at.L_CLEARANCE, line, m[at.G_NOW])
        m[at.G_REVIEWERS_BUSY] += 1
        note(s, c, m, k, REVIEW_STARTED)
        ends = min(m[at.G_NOW] + p[k, at.P_REVIEW], at.NEVER - 1)
        s[k, at.X_REVIEW_END] = ends
        add_event(c, m, ends, at.K_REVIEW_END, k)


@jit
def close_review(s: Shorts, c: Ints, m: Ints, k: int, outcome: int) -> None:
    """A request ends."""
    note(s, c, m, k, outcome)
    waited = s[k, at.X_REVIEW_END] == at.NEVER
    s[k, at.X_REVIEW], s[k, at.X_REVIEW_END] = -1, at.NEVER
    line = line_number(c, at.L_CLEARANCE, 0)
    if waited:
        count_out(c, m, at.L_CLEARANCE, line, m[at.G_NOW])
    else:
        m[at.G_REVIEWERS_BUSY] -= 1
    if members(c, m, line) > 0:
        assign_reviews_soon(c, m)


@jit
def withdraw(s: Shorts, c: Ints, m: Ints, k: int) -> None:
    """Take back the request about person k, if there is one."""
    if c[at.C_CLEARANCE_ON] == 1 and s[k, at.X_REVIEW] >= 0:
        close_review(s, c, m, k, REVIEW_WITHDRAWN)
