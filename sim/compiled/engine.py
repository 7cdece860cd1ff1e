"""The compiled engine: the same people table, the same records, some fifty times sooner."""

from __future__ import annotations

from collections.abc import Callable

from sim.compiled import layout, machine
from sim.log import Log, Records, joined
from sim.people.table import People
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

MOST_SLACK = 64
play_until = machine.loop()


def play(tables: Tables, people: People, tick: Callable[[int], None] | None = None) -> Records:
    """Play one replication; `tick(day)` is called at each midnight.

    Raises OverflowError if the world is too large for the numbers used here (16 million people,
    34 years); `sim.pathway.play` takes any.
    """
    if not layout.fits(tables, people):
        raise OverflowError("too many people or days for the compiled engine")
    slack = 1
    while True:
        records = _play(layout.memory(tables, people, slack), tables, tick)
        if records is not None:
            return records
        if slack >= MOST_SLACK:
            raise OverflowError("too many events at once for the compiled engine")
        slack *= 4


def _play(memory: layout.Memory, tables: Tables, tick: Callable[[int], None] | None) -> Records | None:
    """None if the memory was too small."""
    logged: list[Log] = []
    for day in range(tables.days):
        end = (day + 1) * SECONDS_PER_DAY
        if not play_until(memory.p, memory.s, memory.c, memory.m, end, day == 0):
            return None
        logged.append(layout.take_log(memory))
        if tick:
            tick(day)
    return layout.records(memory, tables, joined(logged))
