"""Small worlds with known laws, played through the same code as the nation.

Every area of such a world is an independent copy of one system, so one play is many replications.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.log import Records
from sim.measures.custody import Custody
from sim.pathway import play as play_simpy
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables

Ints = NDArray[np.int64]
World = dict[str, Any]
SEED = 1
START = date(2025, 1, 1)


@dataclass(frozen=True)
class Played:
    """One play of a world."""

    tables: Tables
    people: People
    records: Records

    @cached_property
    def custody(self) -> Custody:
        """Its records as spans."""
        return Custody(self.tables, self.people, self.records)

    def drawn(self, column: str) -> Ints:
        """A column of the people table, for those who came."""
        return self.custody.drawn(column)


play: Callable[[Tables, People], Records] = play_simpy
"""The engine; both give the same to the last bit. Only SimPy's can be made to play by a wrong rule."""


def played(world: World, seed: int = SEED) -> Played:
    """A scenario mapping to tables, people and records."""
    scenario = Scenario.model_validate(world)
    tables = build_tables(scenario)
    people = draw(scenario, tables, seed, 0)
    return Played(tables, people, play(tables, people))


def copies(n: int) -> dict[str, str]:
    """n areas, each a copy of one system."""
    return {f"C{i:02d}": f"copy {i}" for i in range(n)}


def exponential(mean_days: float) -> World:
    """An exponential stay."""
    return {"exponential": {"mean": f"{mean_days} d"}}


def world(n: int, days: int, arrivals: Any, stay: World, **more: Any) -> World:
    """n copies with Poisson arrivals (a day and copy, or a schedule) and one stay in bed."""
    rate = f"{arrivals} / d" if isinstance(arrivals, (int, float)) else arrivals
    return {
        "start": START.isoformat(),
        "days": days,
        "areas": copies(n),
        "arrests": {"sources": {"border": {"rate": rate}}},
        "case": {"mode": "stay", "stay": stay},
        **more,
    }


def everyone_waits(servers: int) -> World:
    """Beds with a line that nobody is released from."""
    return {"contracted": servers, "ladder": [{"wait": {}}]}


def nobody_waits(servers: int) -> World:
    """Beds for those who find one free; the others are released when the hold limit runs out."""
    return {"contracted": servers, "ladder": [{"release": {"mandatory": True}}]}


def patience(mean_days: float) -> World:
    """People on the line are let go at a constant rate: exponential patience."""
    clock = {"rate": {"border": f"{100.0 / mean_days!r} % / d"}, "stages": ["hold_room"]}
    return {"clocks": {"other_agency": clock}}


def yearly_wave(mean: float, swing: float, days: int) -> dict[str, str]:
    """Arrivals a day in a sine of 365 days, as a staircase that takes each day's value at noon."""
    wave = [mean * (1.0 + swing * math.sin(2.0 * math.pi * (day + 0.5) / 365.0)) for day in range(days)]
    return {(START + timedelta(days=day)).isoformat(): f"{rate:.9f} / d" for day, rate in enumerate(wave)}
