"""The pathway as SimPy processes: people in, records out. This is the specification of play."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sim.log import Records
from sim.pathway.world import World
from sim.people.table import Drawn
from sim.scenario.world.tables import Tables


@contextmanager
def no_collector() -> Iterator[None]:
    """Play makes many objects and hardly a cycle: looking for cycles costs two fifths of the time and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def play(tables: Tables, people: Drawn, tick: Callable[[int], None] | None = None) -> Records:
    """Play one replication with SimPy; `tick(day)` is called at each midnight.

    The people decide everything uncertain, so the same people give the same records.
    """
    with no_collector():
        world = World(tables, people.whole(), tick)
        world.start()
        world.env.play(world.end)
        world.days.close()
        return world.records()
