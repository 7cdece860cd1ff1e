"""What is left of a duration that has already run for some time, as `sim.scenario.world.quantile` has it."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from sim.compiled.draws import LEAST, LONGEST_S, MOST, exp, inverse_normal, log, outlived_by, polynomial
from sim.compiled.durations import CONSTANT, EXPONENTIAL, LOGNORMAL, MIXTURE, UNIFORM
from sim.compiled.jit import jit
from sim.page.tables import Draws
from sim.scenario.world import portable

MILLS, DENSITY = portable._MILLS, portable._INVERSE_SQRT_2PI
SMALLEST = 2.0**-1000
Row: TypeAlias = Any


@jit
def normal_survival(z: float) -> float:
    """P(Z > z) of the standard normal distribution: Abramowitz & Stegun 26.2.17, sharpened by Newton's method."""
    size = min(abs(z), 36.0)
    density = exp(-0.5 * size * size) * DENSITY
    p = density * polynomial(1.0 / (1.0 + 0.2316419 * size), MILLS)
    for _ in range(3):
        p = min(max(p, 1e-300), 0.5)
        p = p * (1.0 + (-inverse_normal(p) - size) * density / p)
    upper = 0.0 if abs(z) > 36.0 else p
    return upper if z >= 0.0 else 1.0 - upper


@jit
def lognormal_survival(row: Row, x: float) -> float:
    """Share that outlives x seconds."""
    if row.b == 0.0:
        return 1.0 if x < exp(row.a) else 0.0
    return normal_survival((log(x) - row.a) / row.b) if x > 0.0 else 1.0


@jit
def level_of(draws: Draws, first: int, n: int, x: float) -> float:
    """Distribution function of stated quantiles."""
    if x >= draws.points[first + n - 1].value:
        return 1.0
    if x < draws.points[first].value:
        return 0.0
    k = first
    while k < first + n - 2 and draws.points[k + 1].value <= x:
        k += 1
    low, high = draws.points[k], draws.points[k + 1]
    width = high.value - low.value
    step = min(max((x - low.value) / (width if width > 0.0 else 1.0), 0.0), 1.0)
    return low.level + step * (high.level - low.level)


@jit
def survival(draws: Draws, law: int, x: float) -> float:
    """P(T > x) of a law that is no mixture and no Weibull."""
    row = draws.laws[law]
    if row.kind == CONSTANT:
        return 1.0 if x < row.a else 0.0
    if row.kind == EXPONENTIAL:
        return exp(-x / max(-row.a, 1e-9))
    if row.kind == LOGNORMAL:
        return lognormal_survival(row, x)
    if row.kind == UNIFORM:
        return min(max((row.a - x) / max(row.b, 1e-9), 0.0), 1.0)
    return 1.0 - level_of(draws, row.first, row.n, x)


@jit
def alive_part(draws: Draws, row: Row, s: float, spent: float) -> Any:
    """The part of a mixture in which s lies among those still running, and what is left of s; -1 beyond all."""
    total = 0.0
    for i in range(row.first, row.first + row.n):
        weight = draws.points[i].level * survival(draws, int(draws.points[i].value), spent)
        total = weight if i == row.first else total + weight
    target, low = s * total, 0.0
    for i in range(row.first, row.first + row.n):
        weight = draws.points[i].level * survival(draws, int(draws.points[i].value), spent)
        if weight > 0.0 and low <= target < low + weight:
            return int(draws.points[i].value), min(max((target - low) / weight, LEAST), MOST)
        low += weight
    return -1, s


@jit
def residual(draws: Draws, law: int, u: float, spent: float) -> float:
    """Seconds still to run; a mixture has no mixtures as parts."""
    if draws.laws[law].kind == MIXTURE:
        law, s = alive_part(draws, draws.laws[law], 1.0 - u, spent)
        if law < 0:
            return 0.0
        u = 1.0 - s
    if draws.laws[law].kind == EXPONENTIAL:
        return outlived_by(draws.laws, draws.points, law, 1.0 - u)
    alive = survival(draws, law, spent)
    if alive <= 0.0:
        return 0.0
    total = outlived_by(draws.laws, draws.points, law, min(max(alive * (1.0 - u), SMALLEST), 1.0 - 2.0**-53))
    return max(total - spent, 0.0)


@jit
def residual_seconds(draws: Draws, row: int, u: float, spent: int) -> int:
    """Whole seconds still to run, at least 0, given that so many have run already."""
    left = residual(draws, draws.law_rows[row], u, float(spent))
    return math.floor(min(max(left, 0.0), LONGEST_S) + 0.5)
