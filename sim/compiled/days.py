"""Midnight: what is counted, charged and changed (`sim/pathway/days.py`)."""

from __future__ import annotations

from sim.compiled import arrests, beds, clearance, codes, moves, queues, release, stay
from sim.compiled import layout as at
from sim.compiled.facts import charge, today_at, today_in
from sim.compiled.jit import jit_module
from sim.compiled.queues import World


def close_ledger(world: World) -> None:
    """What was used on the day that ends is charged."""
    for place in range(world.n_places):
        in_bed, day = world.sites[place].in_bed, today_at(world, place)
        charge(world, codes.BED_NIGHTS, in_bed)
        charge(world, codes.GUARANTEED_MINIMUM, max(0, day.guaranteed - in_bed))
        charge(world, codes.OVER_CONTRACT, max(0, in_bed - day.contracted))
    charge(world, codes.ATD, release.on_atd(world, (world.today + 1) * codes.DAY_S - 1))
    for line in range(codes.N_LEDGER_LINES):
        i, price = world.today * codes.N_LEDGER_LINES + line, world.prices[line]
        world.ledger[i] *= price.cents
        world.accounts[price.account].spent += world.ledger[i]


def take_stocks(world: World, midnight: int) -> None:
    """Write down the people in each place at a midnight."""
    for area in range(world.n_areas):
        here, row = world.areas[area], world.stocks[midnight * world.n_areas + area]
        row.inside, row.hold_room = here.inside, here.hold_room
    for place in range(world.n_places):
        site, stock = world.sites[place], world.site_stocks[midnight * world.n_places + place]
        stock.in_bed, stock.road = site.in_bed, site.road


def close_day(world: World) -> None:
    """Stocks and charges of the day that ends."""
    for area in range(world.n_areas):
        flows = today_in(world, area)
        world.areas[area].inside += flows.arrests - flows.exits + flows.moved_in - flows.moved_out
    close_ledger(world)
    take_stocks(world, world.today + 1)


def begin_day(world: World, day: int) -> None:
    """A new day, perhaps of a new fiscal year, and perhaps without money."""
    if day > 0 and world.days[day].fiscal_year != world.days[day - 1].fiscal_year:
        for account in range(codes.N_ACCOUNTS):
            world.accounts[account].spent = 0
        world.exhausted = 0
    world.today = day
    for account in range(codes.N_ACCOUNTS):
        row = world.accounts[account]
        if row.limiting == 1 and 0 <= world.budget_cents[account * world.n_days + day] <= row.spent:
            world.exhausted = 1
    if world.exhausted == 1 and world.exhausted_day < 0:
        world.exhausted_day = day


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


def midnight(world: World, day: int) -> None:
    """The end of a day and the beginning of the next."""
    if day > 0:
        close_day(world)
    begin_day(world, day)
    set_day(world)
    if day + 1 < world.n_days:
        queues.add_event(world, (day + 1) * codes.DAY_S, at.MIDNIGHT, 0)


jit_module()
