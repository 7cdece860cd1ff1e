"""Releases that wait, held, for approval (`sim/pathway/clearance.py`)."""

from __future__ import annotations

from sim.compiled import codes, moves, queues
from sim.compiled import layout as at
from sim.compiled.facts import note, today
from sim.compiled.jit import jit_module
from sim.compiled.queues import World


def covers(world: World, reason: int) -> bool:
    """Releases for this reason need clearance."""
    return world.clearance_on == 1 and world.needs_clearance[reason] == 1


def assign_reviews_soon(world: World) -> None:
    """Free reviewers are given out later at this instant."""
    if world.reviews_due == 0:
        world.reviews_due = 1
        queues.add_event(world, world.now, at.ASSIGN_REVIEW, 0)


def ask_clearance(world: World, k: int, reason: int) -> None:
    """Hand in a request; nothing happens if one is under way already."""
    stay = world.stays[k]
    if stay.review >= 0:
        return
    stay.review, stay.review_since, stay.review_end = reason, world.now, at.NEVER
    note(world, k, codes.REQUESTED + reason)
    queues.stand(world, at.L_CLEARANCE, 0, k, 0, world.now)
    moves.leave_move_line(world, k)
    assign_reviews_soon(world)


def assign_reviews(world: World) -> None:
    """Reviewers take requests first come, first served."""
    world.reviews_due = 0
    while queues.members(world, at.L_CLEARANCE, 0) > 0 and world.reviewers_busy < today(world).reviewers:
        k = queues.take_first(world, at.L_CLEARANCE, 0)
        world.reviewers_busy += 1
        note(world, k, codes.REVIEW_STARTED)
        world.stays[k].review_end = min(world.now + world.people[k].review_s, at.NEVER - 1)
        queues.add_event(world, world.stays[k].review_end, at.REVIEW_END, k)


def close_review(world: World, k: int, outcome: int) -> None:
    """A request ends."""
    note(world, k, outcome)
    stay = world.stays[k]
    if stay.review_end == at.NEVER:
        queues.count_out(world, at.L_CLEARANCE, 0)
    else:
        world.reviewers_busy -= 1
    stay.review, stay.review_end = at.NOBODY, at.NEVER
    if queues.members(world, at.L_CLEARANCE, 0) > 0:
        assign_reviews_soon(world)


def withdraw(world: World, k: int) -> None:
    """Take back the request about person k, if there is one."""
    if world.clearance_on == 1 and world.stays[k].review >= 0:
        close_review(world, k, codes.REVIEW_WITHDRAWN)


jit_module()
