"""Midnight: what is counted, charged and changed (`sim/pathway/days.py`)."""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.arrests import set_arrests
from sim.compiled.beds import assign_beds_soon, bed_members
from sim.compiled.building import add_event, line_number, members
from sim.compiled.clearance import assign_reviews_soon
from sim.compiled.codes import DAY_S, N_ACCOUNTS, N_LINES, SEATS
from sim.compiled.common import add, by_day, get, value
from sim.compiled.jit import jit
from sim.compiled.layout import Ints
from sim.compiled.release import on_atd
from sim.compiled.stay import assign_desks_soon


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
