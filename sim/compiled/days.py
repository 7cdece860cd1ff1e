"""Midnight: what is counted, charged and changed (`sim/pathway/days.py`)."""

from __future__ import annotations

from sim.compiled import arrests, beds, clearance, codes, moves, queues, release, stay
from sim.compiled import layout as at
from sim.compiled.facts import today_at, today_in
from sim.compiled.jit import jit, rows_from
from sim.compiled.queues import World


@jit
def charge(world: World) -> None:
    """The ledger of the day that ends."""
    units = rows_from(world.ledger, world.today * codes.N_LEDGER_LINES)  # units first, then cents
    for place in range(world.n_places):
        in_bed, day = world.sites[place].in_bed, today_at(world, place)
        units[codes.BED_NIGHTS] += in_bed
        units[codes.GUARANTEED_MINIMUM] += max(0, day.guaranteed - in_bed)
        units[codes.OVER_CONTRACT] += max(0, in_bed - day.contracted)
    units[codes.ARRESTS], units[codes.INTAKE], units[codes.TRANSFERS] = (
        world.interior_arrests,
        world.processed,
        world.transfers,
    )
    units[codes.HEARINGS], units[codes.ATD] = world.hearings, release.on_atd(world, (world.today + 1) * codes.DAY_S - 1)
    for line in range(codes.N_LEDGER_LINES):
        units[line] *= world.prices[line].cents
    for route in range(world.n_routes):
        units[codes.SEATS] += world.routes[route].seats_used * world.routes[route].seat_cents
    units[codes.MOVES] = world.moves_cents
    for line in range(codes.N_LEDGER_LINES):
        world.accounts[world.prices[line].account].spent += units[line]


@jit
def take_stocks(world: World, midnight: int) -> None:
    """Write down the people in each place at a midnight."""
    for area in range(world.n_areas):
        here, row = world.areas[area], world.stocks[midnight * world.n_areas + area]
        row.inside, row.hold_room = here.inside, here.hold_room
    for place in range(world.n_places):
        site, stock = world.sites[place], world.site_stocks[midnight * world.n_places + place]
        stock.in_bed, stock.road = site.in_bed, site.road


@jit
def take_flows(world: World) -> None:
    """Write down today's counts and start again from nought."""
    for area in range(world.n_areas):
        here, row = world.areas[area], today_in(world, area)
        row.arrests, row.exits = here.arrests, here.exits
        row.moved_in, row.moved_out = here.moved_in, here.moved_out
        here.arrests, here.exits, here.moved_in, here.moved_out = 0, 0, 0, 0
    for place in range(world.n_places):
        today_at(world, place).beds_over = world.sites[place].beds_over
        world.sites[place].beds_over = 0
    world.moves_cents = 0
    world.interior_arrests = 0
    world.processed = 0
    world.transfers = 0
    world.hearings = 0
    for route in range(world.n_routes):
        world.routes[route].seats_used = 0


@jit
def close_day(world: World) -> None:
    """Stocks, flows and charges of the day that ends."""
    for area in range(world.n_areas):
        here = world.areas[area]
        here.inside += here.arrests - here.exits + here.moved_in - here.moved_out
    charge(world)
    take_stocks(world, world.today + 1)
    take_flows(world)


@jit
def over_budget(world: World) -> bool:
    """A limiting account is used up."""
    for account in range(codes.N_ACCOUNTS):
        row = world.accounts[account]
        if row.limiting == 1 and 0 <= world.budget[account * world.n_days + world.today] <= row.spent:
            return True
    return False


@jit
def begin_day(world: World, day: int) -> None:
    """A new day, perhaps of a new fiscal year, and perhaps without money."""
    if day > 0 and world.days[day].fiscal_year != world.days[day - 1].fiscal_year:
        for account in range(codes.N_ACCOUNTS):
            world.accounts[account].spent = 0
        world.exhausted = 0
    world.today = day
    if over_budget(world):
        world.exhausted = 1
        if world.exhausted_day < 0:
            world.exhausted_day = day


@jit
def set_day(world: World) -> None:
    """What changes with the date."""
    arrests.set_arrests(world)
    for area in range(world.n_areas):
        if queues.members(world, at.L_DESK, area) > 0:
            stay.assign_desks_soon(world, area)
    for area in range(world.n_areas):
        if queues.members(world, at.L_BED, area) > 0:
            beds.assign_beds_soon(world, area)
    moves.all_moves_leave_soon(world)
    if queues.members(world, at.L_CLEARANCE, 0) > 0:
        clearance.assign_reviews_soon(world)


@jit
def midnight(world: World, day: int) -> None:
    """The end of a day and the beginning of the next."""
    if day > 0:
        close_day(world)
    begin_day(world, day)
    set_day(world)
    if day + 1 < world.n_days:
        queues.add_event(world, (day + 1) * codes.DAY_S, at.MIDNIGHT, 0)
