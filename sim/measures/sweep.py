"""What is found by going through every instant of a run, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arrays import Ints
from sim.measures.batch import Batch
from sim.measures.counting import peak, seconds_above
from sim.scenario.world.tables import ENDLESS, NONE, Tables

LINES: Final = ("hold_room", "bed_line", "clearance_line")
"""Spans of which the most people at any instant are counted."""


@dataclass(frozen=True)
class Sweep:
    """Counted instant by instant."""

    peaks: dict[str, int]
    """Most people there at any instant (what is settled within an instant does not count), by the names of LINES."""
    over_places_s: int
    """Person-seconds in hold rooms beyond their places."""

    @classmethod
    def of(cls, batch: Batch) -> Sweep:
        """That of a whole run."""
        level = hold_room_level(batch.tables)
        counted = bool((level < ENDLESS).any())
        over_places_s = seconds_above(batch.hold_room.by_area(), level) if counted else 0
        return cls({name: peak(getattr(batch, name)) for name in LINES}, over_places_s)


def hold_room_level(tables: Tables) -> Ints:
    """(A, D) places of hold rooms; ENDLESS where none are set."""
    return np.where(tables.places == NONE, ENDLESS, tables.places)
