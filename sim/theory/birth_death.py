"""Birth-death chains: the long run, what a window of given length sees from its start, and how much chance varies it.

States are numbers of people in a row, K + 1 of them; `up` (K,) are rates a day from one to the next, `down` (K,) back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Step = Callable[[Floats], tuple[Floats, Floats]]

_SETTLED: Final = 1e-12
_RARE: Final = 1e-20
_MOST_STEPS: Final = 150_000
_MOST_WORK: Final = 400_000_000
_DENSE: Final = 500


@dataclass(frozen=True)
class Chain:
    """A birth-death chain, the probabilities (K + 1,) of its states at the start, and the number of its first state."""

    up: Floats
    down: Floats
    start: Floats
    first: int = 0

    @property
    def people(self) -> Floats:
        """(K + 1,) numbers of people by state."""
        return self.first + np.arange(len(self.start), dtype=np.float64)

    @property
    def fastest(self) -> float:
        """The highest rate at which a state is left, a day."""
        return float((np.append(self.up, 0.0) + np.append(0.0, self.down)).max())


def stationary(chain: Chain) -> Floats:
    """(K + 1,) probabilities in the long run, by detailed balance."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(chain.up) - np.log(chain.down))])
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def variance_of_mean(chain: Chain, value: Floats, days: float, spread: float = 1.0) -> float:
    """Variance of the mean over `days` of `value` (K + 1,) by state, of a steady chain, at most; 0 days: an instant.

    The lesser of its variance at an instant and σ²/days, σ² = 2 Σ (Σ_{i≤j} (f_i − f̄) π_i)² / (λ_j π_j) (Whitt 1992,
    Operations Research 40(2)), which `spread` multiplies; states of no weight are left out.
    """
    chance = stationary(chain)
    centred = value - float(value @ chance)
    behind = np.cumsum(centred * chance)[:-1]
    there = chance[:-1] > _RARE
    asymptotic = 2.0 * np.sum(behind[there] ** 2 / (chain.up[there] * chance[:-1][there]))
    once = float(centred**2 @ chance)
    return min(once, spread * float(asymptotic) / days) if days else once


def trimmed(chain: Chain) -> Chain:
    """Without the states that are as good as never met: not at the start, not in the long run, not between the two."""
    common, begun = np.flatnonzero(stationary(chain) > _RARE), np.flatnonzero(chain.start > _RARE)
    low, high = int(common[0]), int(common[-1])
    if begun[0] < low:
        low = max(0, int(begun[0]) - _swing(int(begun[0])))
    if begun[-1] > high:
        high = min(len(chain.up), int(begun[-1]) + _swing(int(begun[-1])))
    start = chain.start[low : high + 1]
    return Chain(chain.up[low:high], chain.down[low:high], start / start.sum(), chain.first + low)


def _swing(people: int) -> int:
    """How far chance takes a number of people before the drift does."""
    return int(12.0 * math.sqrt(people)) + 50


def is_affordable(chains: Iterable[Chain], days: int, memory_days: float) -> bool:
    """Whether `occupation` of all is quick: a matter of rates, days until they forget their start, and states."""
    steps = work = 0.0
    for chain in chains:
        states, terms = len(chain.start), _terms(chain.fastest)
        if states <= _DENSE:
            work += states * states * (terms + days)
        else:
            here = min(days, 40.0 * memory_days) * terms
            steps, work = steps + here, work + here * states
    return steps <= _MOST_STEPS and work <= _MOST_WORK


def occupation(chain: Chain, days: int) -> tuple[Floats, Floats]:
    """Midnights (1 … days) expected in each state, and days expected in it, from the start of the chain: (K + 1,) each.

    By uniformization, a day at a time (Jensen 1953); once a day changes nothing the rest are alike.
    """
    nights, spent = np.zeros_like(chain.start), np.zeros_like(chain.start)
    now, day_from = chain.start, _by_matrix(chain) if len(chain.start) <= _DENSE else partial(_one_day, chain)
    for day in range(days):
        after, within = day_from(now)
        nights, spent = nights + after, spent + within
        if float(np.abs(after - now).sum()) < _SETTLED:
            left = days - day - 1
            return nights + left * after, spent + left * within
        now = after
    return nights, spent


def _by_matrix(chain: Chain) -> Step:
    """`_one_day` as two matrices: quicker where there are few states."""
    after, within = _one_day(chain, np.eye(len(chain.start)))
    return lambda now: (now @ after, now @ within)


def _one_day(chain: Chain, now: Floats) -> tuple[Floats, Floats]:
    """The probabilities (…, K + 1) a day later, and their integral over the day."""
    rate = chain.fastest
    up, down = chain.up / rate, chain.down / rate
    stays = 1.0 - np.append(up, 0.0) - np.append(0.0, down)
    weights = _poisson(rate, _terms(rate))
    later = np.maximum(1.0 - np.cumsum(weights), 0.0) / rate
    after, within = np.zeros_like(now), np.zeros_like(now)
    for weight, tail in zip(weights.tolist(), later.tolist(), strict=True):
        after += weight * now
        within += tail * now
        step = now * stays
        step[..., 1:] += now[..., :-1] * up
        step[..., :-1] += now[..., 1:] * down
        now = step
    return after, within


def _terms(rate: float) -> int:
    """Terms of a Poisson sum beyond which there is nothing."""
    return int(rate + 9.0 * math.sqrt(rate)) + 30


def _poisson(mean: float, terms: int) -> Floats:
    """(terms,) probabilities of 0, 1, … that add up to 1."""
    weights = np.exp([n * math.log(mean) - mean - math.lgamma(n + 1.0) for n in range(terms)])
    return np.asarray(weights / weights.sum())
