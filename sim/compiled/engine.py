"""The compiled engine: the same people, the same records, some fifty times sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from sim.compiled import machine, memory
from sim.log import Records
from sim.people.table import Drawn, Part
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

MOST_SLACK: Final = 64
Tick = Callable[[int], None]
play_until = machine.functions()["play_until"]


class Taker(Protocol):
    """Takes the log of each day out of the world, so that none of it need be kept."""

    def begin(self, world: memory.World) -> None:
        """The run begins, or begins again with more memory."""

    def come(self, part: Part) -> None:
        """People who may come from now on."""

    def take(self, end: int) -> None:
        """Take what was logged up to a second of the run."""


def play(tables: Tables, people: Drawn, tick: Tick | None = None, taker: Taker | None = None) -> Records:
    """Play one replication; `tick(day)` is called at each midnight. With a taker, the log of the records is empty.

    Raises OverflowError if the world is too large for the numbers used here (16 million people, 34 years);
    `sim.pathway.play` takes any.
    """
    if not memory.fits(tables, people):
        raise OverflowError("too many people or days for the compiled engine")
    slack = 1
    while slack <= MOST_SLACK:
        world = memory.empty_world(tables, people, slack)
        if _play(tables, people, world, tick, taker):
            return memory.records(world, tables)
        slack *= 4
    raise OverflowError("too many events at once for the compiled engine")


def _play(tables: Tables, people: Drawn, world: memory.World, tick: Tick | None, taker: Taker | None) -> bool:
    """False if the memory was too small."""
    if taker:
        taker.begin(world)
    parts = people.parts()
    part = next(parts, None)
    for day in range(tables.days):
        if part is not None and part.first_day == day:
            memory.clear(world)
            memory.place(world, part)
            if taker:
                taker.come(part)
            part = next(parts, None)
        end = (day + 1) * SECONDS_PER_DAY
        if not play_until(world.address, end, day == 0):
            return False
        if taker:
            taker.take(end)
        if tick:
            tick(day)
    return True
