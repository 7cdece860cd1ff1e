"""What today is, and what every stage asks about a person or an area."""

from __future__ import annotations

from typing import Any

from sim import rules
from sim.compiled import codes
from sim.compiled.jit import jit_module
from sim.compiled.queues import World


def today(world: World) -> Any:
    """The row of the day."""
    return world.days[world.today]


def today_in(world: World, area: int) -> Any:
    """The row of an area on this day."""
    return world.area_days[world.today * world.n_areas + area]


def today_at(world: World, place: int) -> Any:
    """The row of a place on this day."""
    return world.site_days[world.today * world.n_places + place]


def has_bed(world: World, k: int) -> bool:
    """Person k is in a bed."""
    return codes.STAY <= world.stays[k].stage < codes.GONE


def rank(world: World, k: int) -> int:
    """Priority in lines for desks and beds."""
    person = world.people[k]
    return rules.priority(person.custody, person.criminality)


def enter(world: World, k: int, stage: int) -> None:
    """Person k comes to a stage."""
    if world.stays[k].stage != stage:
        world.stays[k].stage = stage
        note(world, k, stage)


def note(world: World, k: int, what: int) -> None:
    """Write a row of the log about person k, where they are, now."""
    write(world, k, world.now, what, world.stays[k].place)


def write(world: World, k: int, t: int, what: int, place: int) -> None:
    """Write a row of the log; `place` is that of person k, or stands for a transport after the places."""
    if world.n_logged >= world.log_most:
        world.broken = 1
        return
    row = world.log[world.n_logged]
    stay = world.stays[k]
    row.t, row.row, row.stage, row.area, row.place = t, stay.person, what, stay.area, place
    world.n_logged += 1


def charge(world: World, line: int, units: int) -> None:
    """So many units more of a ledger line are used today."""
    world.ledger[world.today * codes.N_LEDGER_LINES + line] += units


def over_funding_stopped(world: World) -> bool:
    """Money has run out and no bed above the funded number is given."""
    return world.exhausted == 1 and world.on_exhaustion == codes.STOP_OVER_FUNDING


jit_module()
