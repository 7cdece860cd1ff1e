"""People held on day 0, as `sim.people.day0` has them: time served, the stage they are in, and what is left of it."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from sim.compiled import codes
from sim.compiled import layout as at
from sim.compiled.draws import unit
from sim.compiled.jit import jit
from sim.compiled.queues import World
from sim.page.layout import CHUNK, IN_STAGE, LEFT, SAMPLE_ROW, SERVED, SERVED_BAND, STAGE
from sim.page.residual import residual_seconds
from sim.page.tables import Draws, choose
from sim.scenario.world.tables import DOCUMENT_SPEED, NONE
from sim.vocabulary import TRACKS, Stage

DAY_S, N_TRACKS, FULL_SPEED = codes.DAY_S, len(TRACKS), DOCUMENT_SPEED
STAY, PREPARING, SCREENING_LINE, DOCKET = map(int, (Stage.STAY, Stage.PREPARING, Stage.SCREENING_LINE, Stage.DOCKET))
ADJOURNED, APPEAL, DOCUMENT, SEAT_LINE, STAY_OF_REMOVAL = map(
    int, (Stage.ADJOURNED, Stage.APPEAL, Stage.DOCUMENT, Stage.SEAT_LINE, Stage.STAY_OF_REMOVAL)
)
Row: TypeAlias = Any


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
