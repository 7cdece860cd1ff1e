"""The rungs of the overflow ladder (`sim/pathway/ladder.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.beds import find_displaced, give_bed, is_funded, set_rung_alarm
from sim.compiled.building import count_in, line_number, line_push, place_code
from sim.compiled.clearance import ask_clearance, covers
from sim.compiled.codes import (
    DISPLACED,
    DONE,
    GO_ON,
    MANDATORY,
    NO_BED,
    OVER_CONTRACT,
    PAUSE,
    RUNG_DISPLACE,
    RUNG_OVER,
    RUNG_RELEASE,
    RUNG_TRANSFER,
    RUNG_WAIT,
    TRANSFER_LINE,
    TRY_AGAIN,
)
from sim.compiled.common import by_day, get, note, rank, value
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts
from sim.compiled.release import leave


@jit
def try_transfer(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> int:
    """Join the transfer line as well."""
    if s[k, at.X_TRANSFER] == 0:
        now, area = m[at.G_NOW], p[k, at.P_AREA]
        s[k, at.X_TRANSFER] = 1
        note(s, c, m, k, TRANSFER_LINE)
        line = line_number(c, at.L_TRANSFER, area)
        line_push(c, m, line, place_code(rank(p, k), s[k, at.S_ASKED], k))
        count_in(c, m, at.L_TRANSFER, line, now)
    return GO_ON


@jit
def try_over_contract(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> int:
    """A bed above the contract, if the allowance has one left."""
    area = p[k, at.P_AREA]
    if get(c, m, at.M_TAKEN, area) >= by_day(c, m, at.O_OVER_CONTRACT, area) or not is_funded(c, m):
        return GO_ON
    note(s, c, m, k, OVER_CONTRACT)
    give_bed(p, s, c, m, k, area)
    return DONE


@jit
def try_displace(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> int:
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
def try_release(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int) -> int:
    """Release for lack of a bed."""
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
def try_rung(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, kind: int) -> int:
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
def climb(p: Shorts, s: Shorts, c: Ints, m: Ints, number: int) -> None:
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
