"""What leaves or sits on dates: transports, removals, hearings, interviews (`sim/pathway/transfers.py` and others)."""

from __future__ import annotations

from sim.compiled import beds, codes, queues, road
from sim.compiled import layout as at
from sim.compiled.facts import charge, enter
from sim.compiled.jit import jit_module
from sim.compiled.queues import World


def where_to(world: World, area: int) -> int:
    """The first place with a free bed in the listed areas; -1: none."""
    for i in range(world.areas[area].transfers_from, world.areas[area].transfers_to):
        if beds.is_free(world, world.transfer_to[i]):
            return world.transfer_to[i]
    return at.NOBODY


def depart(world: World, k: int, here: int, there: int) -> None:
    """Person k leaves for a bed elsewhere."""
    world.areas[here].hold_room -= 1
    road.changes_area(world, here, world.sites[there].area)
    world.sites[there].road += 1
    charge(world, codes.TRANSFERS, 1)
    world.stays[k].place, world.stays[k].area = there, world.sites[there].area
    enter(world, k, codes.ON_THE_ROAD)
    beds.give_bed(world, k, there)


def transports_leave(world: World, area: int, places: int) -> None:
    """The first n of the transfer line leave, if a listed area has a free bed."""
    while places > 0 and queues.members(world, at.L_TRANSFER, area) > 0 and where_to(world, area) >= 0:
        depart(world, queues.first_of(world, at.L_TRANSFER, area), area, where_to(world, area))
        places -= 1
    road.fill_transfer(world, area, places)


def call_first(world: World, kind: int, place: int, n: int) -> None:
    """It is the turn of the first n of a line."""
    for _ in range(n):
        queues.wake(world, codes.CALL, queues.serve(world, kind, place))


def happen_on_date(world: World, kind: int, of: int, places: int) -> None:
    """A transfer or a move leaves; people are removed, heard or interviewed."""
    if kind == at.TRANSFER:
        transports_leave(world, of, places)
    elif kind == at.MOVE_DEPARTURE:
        road.move_departs(world, of, places)
    elif kind == at.DEPARTURE:
        n = min(places, queues.members(world, at.L_SEAT, of))
        charge(world, codes.SEATS, n * world.seat_cents[of])
        call_first(world, at.L_SEAT, of, n)
    elif kind == at.HEARINGS:
        call_first(world, at.L_DOCKET, of, min(places, queues.members(world, at.L_DOCKET, of)))
    else:
        call_first(world, at.L_SCREENING, 0, min(places, queues.members(world, at.L_SCREENING, 0)))


def plan_next(world: World, calendar: int) -> None:
    """Queue the next date of a calendar."""
    row = world.calendars[calendar]
    if row.next < row.end:
        queues.add_event(world, world.dates[row.next].t, row.kind, calendar)


def come_to_date(world: World, calendar: int) -> None:
    """The next date of a calendar has come."""
    row = world.calendars[calendar]
    happen_on_date(world, row.kind, row.of, world.dates[row.next].places)
    row.next += 1
    plan_next(world, calendar)


jit_module()
