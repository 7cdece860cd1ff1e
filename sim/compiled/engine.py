"""The compiled engine: the same people, the same records, some fifty times sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from sim.compiled import machine, memory
from sim.log import Log, Records
from sim.people.table import Drawn, Part
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

MOST_SLACK: Final = 64
play_until = machine.functions()["play_until"]


class Taker(Protocol):
    """Takes people and the log part after part, so that none of them need be kept."""

    @property
    def at_once(self) -> int:
        """Rows of the log that are worth taking."""

    def begin(self) -> None:
        """The run begins, or begins again with more memory."""

    def come(self, part: Part) -> None:
        """People who may come from now on."""

    def take(self, log: Log, until: int) -> None:
        """Take the part of the log that ends before a second of the run."""


def play(
    tables: Tables, people: Drawn, tick: Callable[[int], None] | None = None, taker: Taker | None = None
) -> Records:
    """Play one replication; `tick(day)` is called at each midnight.

    With a taker, the log of the records is empty. Raises OverflowError if the world is too large for the numbers used
    here (16 million people, 34 years); `sim.pathway.play` takes any.
    """
    if not memory.fits(tables, people):
        raise OverflowError("too many people or days for the compiled engine")
    slack = 1
    while True:
        records = _play(tables, people, slack, tick, taker)
        if records is not None:
            return records
        if slack >= MOST_SLACK:
            raise OverflowError("too many events at once for the compiled engine")
        slack *= 4


def _play(
    tables: Tables, people: Drawn, slack: int, tick: Callable[[int], None] | None, taker: Taker | None
) -> Records | None:
    """None if the memory was too small."""
    world = memory.empty_world(tables, people, slack)
    if taker:
        taker.begin()
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
            return None
        if taker and (world["n_logged"] >= taker.at_once or day == tables.days - 1):
            taker.take(memory.take_log(world), end)
        if tick:
            tick(day)
    return memory.records(world, tables)
