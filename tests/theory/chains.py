"""What chance and the start make of a window: the birth-death chain of each area, where stays are exponential.

A run's own theory knows the long run; these are the values and deviations of exactly the days played, so that an
engine can be held against theory in one short replication.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from sim.theory.system import Kind, System
from tests.theory.birth_death import Chain, Reward, expectation, occupation, variance

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Total:
    """A total divided by `people`, those who come in a replication on average; 0 for a mean of its own."""

    quantity: str
    value: float
    sd: float
    people: float = 0.0
    most: float = math.inf


@dataclass(frozen=True, eq=False)
class Area:
    """One area's chain, and its expected midnights and days in each state of the window."""

    beds: int
    chain: Chain
    nights: Floats
    time: Floats

    @property
    def full(self) -> Floats:
        """1 where no bed is free (Poisson arrivals see the same share as the clock, Wolff 1982)."""
        return (self.chain.people >= self.beds).astype(np.float64)


_REWARDS: Final[dict[str, Callable[[Area], Reward]]] = {
    "lost_share": lambda area: Reward(arrival=area.full),
    "wait_share": lambda area: Reward(arrival=area.full),
    "left_line_share": lambda area: Reward(leaving=1.0),
    "bed_wait_days": lambda area: Reward(time=np.maximum(area.chain.people - area.beds, 0.0)),
}
_KNOWN: Final = {
    Kind.LOSS: ("lost_share",),
    Kind.PREEMPTION: ("lost_share",),
    Kind.WAIT: ("wait_share", "bed_wait_days"),
    Kind.PATIENCE: ("left_line_share", "wait_share", "bed_wait_days"),
}


def totals(system: System) -> list[Total]:
    """Every quantity of the window of a system with exponential stays and one area."""
    (beds,), days = system.beds, system.days
    chain = _chain(system, float(system.rates[0, 0]), beds, system.day0[0])
    area = Area(beds, chain, *occupation(chain, days))
    in_bed = np.minimum(chain.people, beds)
    held = Reward(midnight=in_bed / days)
    mean = Total("held_mean", float(in_bed @ area.nights) / days, math.sqrt(variance(chain, held, days)), 0.0, beds)
    return [*(_per_person(name, area, days) for name in _KNOWN[system.kind]), mean]


def lost_mandatory(system: System, day0_share: float) -> float:
    """Share of mandatory people without a bed, who see only each other under preemption."""
    (beds,), rate = system.beds, float(system.rates[0, 0] * system.first[0])
    chain = _chain(system, rate, beds, system.day0[0], day0_share)
    return _per_person("lost_share", Area(beds, chain, *occupation(chain, system.days)), system.days).value


def _per_person(quantity: str, area: Area, days: int) -> Total:
    people, reward = area.chain.arrivals * days, _REWARDS[quantity](area)
    value = expectation(area.chain, reward, area.nights, area.time) / people
    less = Reward(reward.time, reward.midnight, reward.arrival - value, reward.leaving)
    most = math.inf if quantity == "bed_wait_days" else 1.0
    return Total(quantity, value, math.sqrt(variance(area.chain, less, days)) / people, people, most)


def _chain(system: System, arrivals: float, beds: int, held: int, share: float = 1.0) -> Chain:
    """`share`: the chance of each person held on day 0 to be among those looked at."""
    inside = np.arange(1.0, _top(system, arrivals, beds) + 1.0)
    leaving = np.maximum(inside - beds, 0.0) * (1.0 / system.patience if system.patience > 0 else 0.0)
    start = np.zeros(len(inside) + 1)
    start[: held + 1] = np.diff(bdtr(np.arange(held + 1.0), held, share), prepend=0.0)
    return Chain(arrivals, np.minimum(inside, beds) / system.mean_stay + leaving, leaving, start)


def _top(system: System, arrivals: float, beds: int) -> int:
    """The last state: all beds, and a line that the window never sees longer."""
    if system.kind in (Kind.LOSS, Kind.PREEMPTION):
        return beds
    if system.patience > 0:
        mean = max(0.0, arrivals - beds / system.mean_stay) * system.patience
        return beds + int(mean + 6.0 * math.sqrt(arrivals * system.patience) + 20.0)
    return beds + int(6.0 * math.sqrt(2.0 * arrivals * system.days) + 20.0)
