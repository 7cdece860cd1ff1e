"""People held on day 0, as `sim.people.day0` has them: time served, the stage they are in, and what is left of it.

What is left of a duration that has already run for some time is as `sim.scenario.world.quantile` has it.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from sim.compiled import codes
from sim.compiled import layout as at
from sim.compiled.draws import LEAST, LONGEST_S, MOST, exp, inverse_normal, log, outlived_by, polynomial, unit
from sim.compiled.durations import CONSTANT, EXPONENTIAL, LOGNORMAL, MIXTURE, UNIFORM
from sim.compiled.jit import jit
from sim.compiled.queues import World
from sim.page.layout import CHUNK, IN_STAGE, LEFT, SAMPLE_ROW, SERVED, SERVED_BAND, STAGE
from sim.page.tables import Draws, choose
from sim.scenario.world import portable
from sim.scenario.world.tables import DOCUMENT_SPEED, NONE
from sim.vocabulary import TRACKS, Stage

DAY_S, N_TRACKS, FULL_SPEED = codes.DAY_S, len(TRACKS), DOCUMENT_SPEED
STAY, PREPARING, SCREENING_LINE, DOCKET = map(int, (Stage.STAY, Stage.PREPARING, Stage.SCREENING_LINE, Stage.DOCKET))
ADJOURNED, APPEAL, DOCUMENT, SEAT_LINE, STAY_OF_REMOVAL = map(
    int, (Stage.ADJOURNED, Stage.APPEAL, Stage.DOCUMENT, Stage.SEAT_LINE, Stage.STAY_OF_REMOVAL)
)
MILLS, DENSITY = portable._MILLS, portable._INVERSE_SQRT_2PI
SMALLEST = 2.0**-1000
Row: TypeAlias = Any


# --- what is left of a duration -------------------------------------------------------------------------
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


# --- who is held, and where ------------------------------------------------------------------------------
@jit
def aside(draws: Draws, which: int, i: int) -> float:
    """A number in (0, 1) of the i-th of the people drawn together."""
    return unit(draws.aside[which * CHUNK + i])


@jit
def served(draws: Draws, i: int) -> int:
    """Seconds since arrest where no sample says it: uniform in a band; just arrived where there are no bands."""
    if draws.n_served_bands == 0:
        return 1
    band = draws.bands[choose(draws, draws.band_choice, aside(draws, SERVED_BAND, i))]
    return max(band.low + math.floor(aside(draws, SERVED, i) * band.width), 1)


@jit
def sampled(draws: Draws, i: int) -> Row:
    """The row of the sample that the i-th of the people drawn together is."""
    return draws.sample[math.floor(aside(draws, SAMPLE_ROW, i) * draws.n_sample)]


@jit
def begin_sampled(world: World, draws: Draws, first: int, n: int) -> None:
    """Who n people of the sample are, from a number on, before the rest is drawn."""
    for i in range(n):
        person, one = world.people[world.slots[first + i]], sampled(draws, i)
        person.source, person.track, person.group = one.source, one.track, one.group
        person.criminality, person.custody = one.criminality, one.custody


@jit
def as_sampled(draws: Draws, person: Row, i: int) -> Row:
    """The row of the sample that a person is, with what it says of them in place of what was drawn."""
    one = sampled(draws, i)
    person.hearings = max(one.hearings, 1)
    if one.adjournment_s != 0:
        person.adjournment_s = min(one.adjournment_s, at.NEVER)
    person.ordered_s = min(one.ordered_s, at.NEVER)
    return one


@jit
def playable(world: World, person: Row, stage: int) -> int:
    """The stage as the pathway can play it; negative where it is over at once, as its line is not modelled."""
    if world.mode_stay == 1:
        return STAY
    if world.case_on == 1:
        stage = PREPARING if stage == STAY else stage
    else:
        stage = max(stage, DOCUMENT)
    if stage == SCREENING_LINE and world.screening_on == 0:
        return -PREPARING
    if stage == DOCKET and world.areas[person.area].docket == NONE:
        return -ADJOURNED
    if stage == SEAT_LINE and world.has_routes == 0:
        return -DOCUMENT
    return stage


@jit
def left(draws: Draws, person: Row, stage: int, i: int, since: int, spent: int) -> int:
    """Seconds left (work, for a document) of a stage, given the time already spent in it."""
    u = aside(draws, LEFT, i)
    if stage == STAY:
        return residual_seconds(draws, draws.left_stay, u, since)
    if stage == PREPARING:
        return residual_seconds(draws, draws.left_preparing + person.track, u, spent)
    if stage == ADJOURNED:
        if draws.n_sample > 0:
            return max(person.adjournment_s - spent, 0)
        return residual_seconds(draws, draws.left_adjourned, u, spent)
    if stage == APPEAL:
        return residual_seconds(draws, draws.left_appeal, u, spent)
    if stage == DOCUMENT:
        return residual_seconds(draws, draws.left_document + person.group, u, spent) * FULL_SPEED
    if stage == STAY_OF_REMOVAL:
        return residual_seconds(draws, draws.left_stay_of_removal, u, spent)
    return 0


@jit
def finish(world: World, draws: Draws, k: int, number: int, i: int) -> None:
    """What is known of a person held once the rest is drawn."""
    person = world.people[k]
    person.intake = draws.intake_held
    if draws.n_sample > 0:
        one = as_sampled(draws, person, i)
        since = max(one.served_days * DAY_S + math.floor(aside(draws, SERVED, i) * DAY_S), 1)
        stage, spent = one.stage, one.spent_s
    else:
        since = served(draws, i)
        is_long = int(since >= draws.long_stay)
        stage = STAY + choose(draws, draws.stage_choice + is_long * N_TRACKS + person.track, aside(draws, STAGE, i))
        spent = math.floor(aside(draws, IN_STAGE, i) * (since + 1)) if draws.case_known == 1 else since
    draws.times[number] = max(-since, at.NOT_YET)
    known = playable(world, person, stage)
    person.stage0 = abs(known)
    on_a_line = known in (SCREENING_LINE, DOCKET, SEAT_LINE)
    over = known < 0
    person.left_s = -1 if on_a_line else 0 if over else left(draws, person, person.stage0, i, since, spent)


@jit
def finish_held(world: World, draws: Draws, first: int, n: int) -> None:
    """What is known of n people held on day 0, from a number on."""
    for i in range(n):
        finish(world, draws, world.slots[first + i], first + i, i)
