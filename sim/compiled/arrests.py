"""Which candidates are arrested, and what stops the others (`sim/pathway/arrests.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.codes import NO_GOAL, NO_MONEY, STOP_ARRESTS, THINNED, THROTTLED
from sim.compiled.common import add, by_day, get, value, wide
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts


@jit
def stopped(c: Ints, m: Ints, area: int, cause: int) -> bool:
    """Count a candidate who is not arrested."""
    add(c, m, at.M_NOT_ARRESTED, (m[at.G_TODAY] * c[at.C_AREAS] + area) * 3 + cause, 1)
    return False


@jit
def is_arrested(p: Shorts, c: Ints, m: Ints, k: int) -> bool:
    """Thinning, money and throttle."""
    height = wide(p, k, at.P_HEIGHT)
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
def found(p: Shorts, c: Ints, m: Ints, k: int, change: int) -> None:
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
