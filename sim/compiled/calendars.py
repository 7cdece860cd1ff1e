"""What leaves or sits on dates: transports, removals, hearings, interviews (`sim/pathway/transfers.py` and others)."""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.beds import give_bed, is_free
from sim.compiled.building import add_event, line_drop, line_number, members, row_of
from sim.compiled.codes import BED_LINE, CALL, DOCKET, ON_THE_ROAD, SCREENING_LINE, SEAT_LINE
from sim.compiled.common import add, enter, get, head, quit_line, value, wake
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts


@jit
def plan_next(c: Ints, m: Ints, calendar: int, kind: int, number: int) -> None:
    """Put the next date of a calendar on the agenda."""
    i = value(c, at.O_CALENDAR_START, calendar) + get(c, m, at.M_CALENDAR_NEXT, calendar)
    if i < value(c, at.O_CALENDAR_START, calendar + 1):
        add_event(c, m, value(c, at.O_CALENDAR_T, i), kind, number)


@jit
def places_now(c: Ints, m: Ints, calendar: int) -> int:
    """Places of the date that has come; the calendar moves on."""
    i = value(c, at.O_CALENDAR_START, calendar) + get(c, m, at.M_CALENDAR_NEXT, calendar)
    add(c, m, at.M_CALENDAR_NEXT, calendar, 1)
    return value(c, at.O_CALENDAR_PLACES, i)


@jit
def where_to(c: Ints, m: Ints, area: int) -> int:
    """The first listed area with a free bed; -1: none."""
    for i in range(value(c, at.O_TRANSFER_TO_START, area), value(c, at.O_TRANSFER_TO_START, area + 1)):
        there = value(c, at.O_TRANSFER_TO, i)
        if is_free(c, m, there):
            return there
    return -1


@jit
def depart(p: Shorts, s: Shorts, c: Ints, m: Ints, k: int, here: int, there: int) -> None:
    """Person k leaves for a bed elsewhere."""
    add(c, m, at.M_HOLD, here, -1)
    add(c, m, at.M_MOVED_OUT, here, 1)
    add(c, m, at.M_MOVED_IN, there, 1)
    m[at.G_TRANSFERS] += 1
    add(c, m, at.M_ROAD, there, 1)
    s[k, at.S_AREA] = there
    enter(s, c, m, k, ON_THE_ROAD)
    give_bed(p, s, c, m, k, there)


@jit
def transports_leave(p: Shorts, s: Shorts, c: Ints, m: Ints, area: int) -> None:
    """The first n of the transfer line leave, if a listed area has a free bed."""
    line = line_number(c, at.L_TRANSFER, area)
    for _ in range(min(places_now(c, m, area), members(c, m, line))):
        there = where_to(c, m, area)
        if there < 0:
            break
        depart(p, s, c, m, row_of(head(s, c, m, line, BED_LINE)), area, there)
    plan_next(c, m, area, at.K_TRANSFER, area)


@jit
def route_departs(s: Shorts, c: Ints, m: Ints, route: int) -> None:
    """The first n of the seat line are removed."""
    calendar = c[at.C_AREAS] + route
    line = line_number(c, at.L_SEAT, route)
    for _ in range(min(places_now(c, m, calendar), members(c, m, line))):
        add(c, m, at.M_SEATS_USED, route, 1)
        serve(s, c, m, at.L_SEAT, route, SEAT_LINE)
    plan_next(c, m, calendar, at.K_ROUTE, route)


@jit
def serve(s: Shorts, c: Ints, m: Ints, kind: int, place: int, stage: int) -> None:
    """Call the first of a line."""
    line = line_number(c, kind, place)
    k = row_of(head(s, c, m, line, stage))
    line_drop(c, m, line)
    quit_line(s, c, m, kind, place, k)
    wake(c, m, CALL, k)


@jit
def hearing_list(s: Shorts, c: Ints, m: Ints, docket: int) -> None:
    """The first n of a docket are heard."""
    calendar = c[at.C_AREAS] + c[at.C_ROUTES] + docket
    for _ in range(min(places_now(c, m, calendar), members(c, m, line_number(c, at.L_DOCKET, docket)))):
        serve(s, c, m, at.L_DOCKET, docket, DOCKET)
    plan_next(c, m, calendar, at.K_HEARINGS, docket)


@jit
def screening_list(s: Shorts, c: Ints, m: Ints) -> None:
    """The first n of the screening line are interviewed."""
    calendar = c[at.C_AREAS] + c[at.C_ROUTES] + c[at.C_DOCKETS]
    for _ in range(min(places_now(c, m, calendar), members(c, m, line_number(c, at.L_SCREENING, 0)))):
        serve(s, c, m, at.L_SCREENING, 0, SCREENING_LINE)
    plan_next(c, m, calendar, at.K_SCREENINGS, 0)
