"""What leaves or sits on dates: transports, removals, hearings, interviews (`sim/pathway/transfers.py` and others)."""

from __future__ import annotations

from sim.compiled import codes
from sim.compiled import layout as at
from sim.compiled.beds import give_bed, is_free
from sim.compiled.facts import enter
from sim.compiled.jit import jit
from sim.compiled.queues import World, add_event, head, members, row_of, serve, wake
from sim.compiled.road import changes_area, fill_transfer, move_departs


@jit
def plan_next(world: World, calendar: int, kind: int, number: int) -> None:
    """Queue the next date of a calendar."""
    row = world.calendars[calendar]
    if row.next < row.end:
        add_event(world, world.dates[row.next].t, kind, number)


@jit
def next_date(world: World, calendar: int) -> int:
    """Places on the date that has come; the calendar moves on."""
    row = world.calendars[calendar]
    row.next += 1
    return world.dates[row.next - 1].places


@jit
def places_now(world: World, calendar: int, kind: int, place: int) -> int:
    """People of a line who find a place on the date that has come."""
    return min(next_date(world, calendar), members(world, kind, place))


@jit
def where_to(world: World, area: int) -> int:
    """The first place with a free bed in the listed areas; -1: none."""
    for i in range(world.areas[area].transfers_from, world.areas[area].transfers_to):
        if is_free(world, world.transfer_to[i]):
            return world.transfer_to[i]
    return at.NOBODY


@jit
def depart(world: World, k: int, here: int, there: int) -> None:
    """Person k leaves for a bed elsewhere."""
    world.areas[here].hold_room -= 1
    changes_area(world, here, world.sites[there].area)
    world.sites[there].road += 1
    world.transfers += 1
    world.stays[k].place, world.stays[k].area = there, world.sites[there].area
    enter(world, k, codes.ON_THE_ROAD)
    give_bed(world, k, there)


@jit
def transports_leave(world: World, area: int) -> None:
    """The first n of the transfer line leave, if a listed area has a free bed."""
    left = next_date(world, area)
    while left > 0 and members(world, at.L_TRANSFER, area) > 0 and where_to(world, area) >= 0:
        depart(world, row_of(world, head(world, at.L_TRANSFER, area, codes.BED_LINE)), area, where_to(world, area))
        left -= 1
    fill_transfer(world, area, left)
    plan_next(world, area, at.TRANSFER, area)


@jit
def move_leaves(world: World, rule: int) -> None:
    """A transport of a rule of moves leaves."""
    calendar = world.n_areas + world.n_routes + world.n_dockets + 1 + rule
    move_departs(world, rule, next_date(world, calendar))
    plan_next(world, calendar, at.MOVE_DEPARTURE, rule)


@jit
def route_departs(world: World, route: int) -> None:
    """The first n of the seat line are removed."""
    calendar = world.n_areas + route
    for _ in range(places_now(world, calendar, at.L_SEAT, route)):
        world.routes[route].seats_used += 1
        wake(world, codes.CALL, serve(world, at.L_SEAT, route, codes.SEAT_LINE))
    plan_next(world, calendar, at.DEPARTURE, route)


@jit
def hearing_list(world: World, docket: int) -> None:
    """The first n of a docket are heard."""
    calendar = world.n_areas + world.n_routes + docket
    for _ in range(places_now(world, calendar, at.L_DOCKET, docket)):
        wake(world, codes.CALL, serve(world, at.L_DOCKET, docket, codes.DOCKET))
    plan_next(world, calendar, at.HEARINGS, docket)


@jit
def screening_list(world: World) -> None:
    """The first n of the screening line are interviewed."""
    calendar = world.n_areas + world.n_routes + world.n_dockets
    for _ in range(places_now(world, calendar, at.L_SCREENING, 0)):
        wake(world, codes.CALL, serve(world, at.L_SCREENING, 0, codes.SCREENING_LINE))
    plan_next(world, calendar, at.SCREENINGS, 0)
