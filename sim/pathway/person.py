"""A person's way through custody, from arrest to exit: one SimPy process per person.

Read it from top to bottom. Each `yield` is a wait for one thing: a length of time (`lasts`) or a
turn in a line. What may happen to a person meanwhile (a release that falls due, a displacement,
giving up) is done to them from outside (`release.py`): their process then simply ends here.
"""

from __future__ import annotations

from sim.pathway.world import Wait, World
from sim.rules import LANDING, PROCESSED
from sim.vocabulary import DIVERTED, DIVERTED_NO_SHOW, HEARING_OUTCOMES, INTAKE_OUTCOMES, TRACKS, Exit, Stage

RETURNED = INTAKE_OUTCOMES.index("returned")
OTHER_RELEASES = tuple(INTAKE_OUTCOMES.index(word) for word in ("recognizance", "parole"))
EXPEDITED, PROCEEDINGS = TRACKS.index("expedited"), TRACKS.index("proceedings")
ORDERED = HEARING_OUTCOMES.index("ordered")


def arrested(world: World, k: int) -> Wait:
    """The hold room and the processing desk."""
    world.arrests.enter(k)
    if world.tables.intake_on:
        yield world.intake.desk(k)
        yield world.lasts(k, world.people.processing_s[k], PROCESSED)
        world.intake.leave_desk(k)
    world.intake.processed(k)
    outcome = world.people.intake[k]
    if outcome == RETURNED:
        world.release.leave(k, Exit.RETURNED)
    elif outcome in (DIVERTED, DIVERTED_NO_SHOW) and world.release.has_slot():
        world.release.divert(k)
    elif outcome in OTHER_RELEASES:
        world.release.at_intake(k, Exit[INTAKE_OUTCOMES[outcome].upper()])
    else:
        yield from needs_bed(world, k)


def needs_bed(world: World, k: int) -> Wait:
    """The line for a bed, and the road to one elsewhere."""
    if world.tables.beds_on:
        yield world.beds.ask(k)
        if world.state.stage[k] == Stage.ON_THE_ROAD:
            yield world.lasts(k, world.tables.transfer_s, LANDING)
            if not world.release.landed(k):
                return
    else:
        world.beds.without_line(k)
    world.beds.enter(k)
    yield from in_bed(world, k)


def in_bed(world: World, k: int) -> Wait:
    """The case begins when the person is first in a bed."""
    if not world.tables.case_on:
        yield from ordered(world, k)
    elif world.tables.mode_stay:
        yield from whole_stay(world, k, world.people.stay_s[k])
    else:
        world.release.case_begins(k)
        yield from preparing(world, k, world.people.preparing_s[k])


def in_bed_for(world: World, k: int, stage: Stage, seconds: int) -> Wait:
    """A length of time in bed; if it ends while the person is being moved, until they land."""
    world.enter(k, stage)
    yield world.lasts(k, seconds)
    if world.state.stage[k] == Stage.ON_THE_ROAD:
        yield world.landing(k)


def whole_stay(world: World, k: int, seconds: int) -> Wait:
    """Small worlds: one time in bed stands for case and removal."""
    yield from in_bed_for(world, k, Stage.STAY, seconds)
    world.release.leave(k, world.tables.stay_exit)


def preparing(world: World, k: int, seconds: int) -> Wait:
    """Up to the first case event: the charge is filed, or the order of a fast track is written."""
    yield from in_bed_for(world, k, Stage.PREPARING, seconds)
    track = world.people.track[k]
    if track == PROCEEDINGS:
        yield from proceedings(world, k)
    elif track == EXPEDITED and world.courts.is_screened(k):
        yield from screening(world, k)
    else:
        yield from ordered(world, k)


def screening(world: World, k: int) -> Wait:
    """A credible-fear interview: a positive finding sends the case to an immigration judge."""
    yield world.line_up(k, Stage.SCREENING_LINE)
    if world.courts.is_positive(k):
        world.release.case_begins(k, proceedings=True)
        yield from proceedings(world, k)
    else:
        yield from ordered(world, k)


def proceedings(world: World, k: int) -> Wait:
    """Hearings before an immigration judge, with adjournments between them, and an appeal."""
    while True:
        if world.courts.line_of(k) is not None:
            yield world.line_up(k, Stage.DOCKET)
        if world.courts.heard(k):
            break
        yield from in_bed_for(world, k, Stage.ADJOURNED, world.people.adjournment_s[k])
    outcome = world.people.outcome[k]
    if outcome != ORDERED:
        world.release.leave(k, Exit[HEARING_OUTCOMES[outcome].upper()])
    elif world.people.appeal_s[k] >= 0:
        yield from appeal(world, k, world.people.appeal_s[k])
    else:
        yield from ordered(world, k)


def appeal(world: World, k: int, seconds: int) -> Wait:
    """An appeal that fails: the order becomes final when it ends."""
    yield from in_bed_for(world, k, Stage.APPEAL, seconds)
    yield from ordered(world, k)


def ordered(world: World, k: int) -> Wait:
    """A final order: the travel document, a stay of removal if a court grants one, a seat."""
    world.state.t_order[k] = world.now
    world.release.order_is_final(k)
    if world.routes.on:
        world.routes.choose(k)
        yield from document(world, k, world.routes.document_work(k))
    else:
        yield from stay_of_removal(world, k)


def document(world: World, k: int, work: int) -> Wait:
    """The travel document: an amount of work, so an agreement helps those already waiting."""
    world.enter(k, Stage.DOCUMENT)
    world.moves.at_stage(k, Stage.DOCUMENT)
    world.moves.before_the_document(k, work)
    yield from in_bed_for(world, k, Stage.DOCUMENT, world.routes.document_s(k, work))
    yield from stay_of_removal(world, k)


def stay_of_removal(world: World, k: int) -> Wait:
    """A court may forbid the removal for a time."""
    if world.courts.is_stayed(k):
        yield from in_bed_for(world, k, Stage.STAY_OF_REMOVAL, world.people.stay_of_removal_s[k])
    yield from seat(world, k)


def seat(world: World, k: int) -> Wait:
    """The line for a seat on the route of the person's country group."""
    if world.routes.on:
        turn = world.line_up(k, Stage.SEAT_LINE)
        world.moves.at_stage(k, Stage.SEAT_LINE)
        yield turn
    world.release.leave(k, Exit.REMOVED)


def held(world: World, k: int) -> Wait:
    """A person already held on day 0 goes on from where they are."""
    left, stage = world.people.left_s[k], world.people.stage0[k]
    if stage == Stage.STAY:
        yield from whole_stay(world, k, left)
    elif stage == Stage.PREPARING:
        yield from preparing(world, k, left)
    elif stage == Stage.SCREENING_LINE:
        yield from screening(world, k)
    elif stage in (Stage.DOCKET, Stage.ADJOURNED):
        if stage == Stage.ADJOURNED:
            yield from in_bed_for(world, k, Stage.ADJOURNED, left)
        yield from proceedings(world, k)
    elif stage == Stage.APPEAL:
        yield from appeal(world, k, left)
    else:
        yield from held_after_order(world, k, left, stage)


def held_after_order(world: World, k: int, left: int, stage: int) -> Wait:
    """On day 0 with a final order."""
    world.release.order_is_final(k)
    if world.routes.on:
        world.routes.choose(k)
    if stage == Stage.DOCUMENT and world.routes.on:
        yield from document(world, k, left)
    else:
        if stage == Stage.STAY_OF_REMOVAL:
            yield from in_bed_for(world, k, Stage.STAY_OF_REMOVAL, left)
        yield from seat(world, k)
