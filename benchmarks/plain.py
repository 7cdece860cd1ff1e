"""The two-stage world as a SimPy textbook would write it: a process a person, a `simpy.Resource` for the beds."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from sim.people.table import People
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

Process = Generator[simpy.Event, Any, None]


@dataclass
class Tally:
    """What a play came to: people who left, and person-seconds in beds until then."""

    left: int = 0
    bed_seconds: int = 0


def play(tables: Tables, people: People) -> Tally:
    """Play the same people: those held at the start, then the arrivals, each at the moment drawn."""
    env, tally = simpy.Environment(), Tally()
    beds = simpy.Resource(env, capacity=int(tables.operating[0, 0]))
    held = people.t < 0
    for left in people.left_s[held].tolist():
        env.process(_person(env, beds, left, tally))
    order = np.argsort(people.t[~held], kind="stable")
    coming = zip(people.t[~held][order].tolist(), people.stay_s[~held][order].tolist(), strict=True)
    env.process(_arrivals(env, beds, list(coming), tally))
    env.run(until=tables.days * SECONDS_PER_DAY)
    return tally


def _arrivals(env: simpy.Environment, beds: simpy.Resource, coming: list[tuple[int, int]], tally: Tally) -> Process:
    for t, stay in coming:
        yield env.timeout(t - env.now)
        env.process(_person(env, beds, stay, tally))


def _person(env: simpy.Environment, beds: simpy.Resource, stay: int, tally: Tally) -> Process:
    with beds.request() as bed:
        yield bed
        yield env.timeout(stay)
    tally.left += 1
    tally.bed_seconds += stay
