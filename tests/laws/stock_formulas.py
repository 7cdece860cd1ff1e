"""Stocks of infinite-server systems in closed form (Eick, Massey and Whitt 1993, Operations Research 41)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR_DAYS = 365.0


def infinite_stock(
    arrivals: Sequence[float], mean_stay_days: float, start: float = 0.0, days: int | None = None
) -> Floats:
    """Mean number inside an M(t)/M/∞ system at the end of each day (Eick, Massey and Whitt 1993, exponential stays).

    `arrivals` a day, constant within a day (the last value goes on up to `days`), `start` people at time 0.
    Solves m' = λ(t) − m/W exactly from day to day.
    """
    kept = math.exp(-1.0 / mean_stay_days)
    stock = np.empty(days or len(arrivals))
    inside = start
    for day in range(len(stock)):
        level = arrivals[min(day, len(arrivals) - 1)] * mean_stay_days
        inside = level + (inside - level) * kept
        stock[day] = inside
    return stock


@dataclass(frozen=True)
class Season:
    """Stock over arrivals of a yearly wave: relative `amplitude`, and `lag_days` of its peak."""

    amplitude: float
    lag_days: float


def seasonal_stock(mean_stay_days: float, period_days: float = YEAR_DAYS) -> Season:
    """Sinusoidal arrivals into M(t)/M/∞ (Eick, Massey and Whitt 1993).

    With γ = ωW the amplitude is 1/√(1 + γ²) and the lag arctan(γ)/ω.
    """
    omega = 2.0 * math.pi / period_days
    gamma = omega * mean_stay_days
    return Season(1.0 / math.sqrt(1.0 + gamma * gamma), math.atan(gamma) / omega)
