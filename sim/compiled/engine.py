"""The compiled engine: the same people, the same records, some fifty times sooner."""

from __future__ import annotations

from collections.abc import Callable

from sim.compiled import machine, memory
from sim.log import Records
from sim.people.table import Drawn
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

MOST_SLACK = 64
play_until = machine.functions()["play_until"]


def play(tables: Tables, people: Drawn, tick: Callable[[int], None] | None = None) -> Records:
    """Play one replication; `tick(day)` is called at each midnight.

    Raises OverflowError if the world is too large for the numbers used here (16 million people,
    34 years); `sim.pathway.play` takes any.
    """
    if not memory.fits(tables, people.who):
        raise OverflowError("too many people or days for the compiled engine")
    slack = 1
    while True:
        records = _play(tables, people, slack, tick)
        if records is not None:
            return records
        if slack >= MOST_SLACK:
            raise OverflowError("too many events at once for the compiled engine")
        slack *= 4


def _play(tables: Tables, people: Drawn, slack: int, tick: Callable[[int], None] | None) -> Records | None:
    """None if the memory was too small."""
    world = memory.empty_world(tables, people.who, slack)
    parts = people.parts()
    part = next(parts, None)
    for day in range(tables.days):
        if part is not None and part.first_day == day:
            memory.clear(world)
            memory.place(world, part)
            part = next(parts, None)
        if not play_until(world.address, (day + 1) * SECONDS_PER_DAY, day == 0):
            return None
        if tick:
            tick(day)
    return memory.records(world, tables)
