"""Birth-death chains over a window: expected occupation, and mean and variance of a total, from a given start.

States are numbers of people, 0 … K. Everything follows from one linear system a day: with p the probabilities, v the
expectation of the total in each state and s that of its square, p' = pQ, v' = vQ + pR and s' = 2vR1 + p r, where R has
rate × reward of every transition and r rate × reward². Its matrix exponential carries a day to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Chain:
    """A birth-death chain with K + 1 states; people who come at the last one are turned away.

    `down` (K,) are rates a day from 1 … K, `leaving` (K,) the part of them at which people give up a line; `start`
    (K + 1,) are the probabilities at the start.
    """

    arrivals: float
    down: Floats
    leaving: Floats
    start: Floats = field(repr=False)

    @property
    def people(self) -> Floats:
        """(K + 1,) numbers of people by state."""
        return np.arange(len(self.start), dtype=np.float64)

    def generator(self) -> Floats:
        """(K + 1, K + 1) rates a day; rows add up to 0."""
        up = np.full(len(self.down), self.arrivals)
        out = np.diag(up, 1) + np.diag(self.down, -1)
        return np.asarray(out - np.diag(out.sum(axis=1)))


@dataclass(frozen=True)
class Reward:
    """What adds to a total, each (K + 1,) by state or 0.

    Per day in a state, per midnight, per person who comes and finds the state, and per person who leaves the line.
    """

    time: Floats | float = 0.0
    midnight: Floats | float = 0.0
    arrival: Floats | float = 0.0
    leaving: float = 0.0


def occupation(chain: Chain, days: int) -> tuple[Floats, Floats]:
    """Midnights (1 … days) expected in each state, and days expected in it: (K + 1,) each."""
    k = len(chain.start)
    rates = np.zeros((2 * k, 2 * k))
    rates[:k, :k], rates[:k, k:] = chain.generator(), np.eye(k)
    day, now, nights = _exponential(rates), np.append(chain.start, np.zeros(k)), np.zeros(k)
    for _ in range(days):
        now = now @ day
        nights += now[:k]
    return nights, now[k:]


def expectation(chain: Chain, reward: Reward, nights: Floats, time: Floats) -> float:
    """Mean of a total over the window in which `nights` and `time` are the occupation."""
    each = reward.time + chain.arrivals * reward.arrival
    left = reward.leaving * float(time[1:] @ chain.leaving)
    return float((each * time + reward.midnight * nights).sum()) + left


def variance(chain: Chain, reward: Reward, days: int) -> float:
    """Variance of a total over so many days."""
    k = len(chain.start)
    time, midnight, arrival = (np.broadcast_to(x, k) for x in (reward.time, reward.midnight, reward.arrival))
    up, left = chain.arrivals * arrival, chain.leaving * reward.leaving
    gains = np.diag(up[:-1], 1) + np.diag(left, -1) + np.diag(time)
    gains[-1, -1] += up[-1]
    squares = up * arrival + np.append(0.0, left * reward.leaving)
    rates = np.zeros((2 * k + 1, 2 * k + 1))
    rates[:k, :k] = rates[k : 2 * k, k : 2 * k] = chain.generator()
    rates[:k, k : 2 * k], rates[:k, -1], rates[k : 2 * k, -1] = gains, squares, 2.0 * gains.sum(axis=1)
    day, now = _exponential(rates), np.concatenate([chain.start, np.zeros(k + 1)])
    for _ in range(days):
        now = now @ day
        chance, total = now[:k], now[k : 2 * k]
        now[-1] += (2.0 * total + chance * midnight) @ midnight
        total += chance * midnight
    return max(0.0, float(now[-1] - now[k : 2 * k].sum() ** 2))


def _exponential(rates: Floats) -> Floats:
    return np.asarray(expm(rates))
