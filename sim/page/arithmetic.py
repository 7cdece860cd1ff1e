"""What pencil and paper say of the worlds of the lessons, to stand beside what the simulation shows.

Rates are people a day, times days. Functions raise ValueError for arguments outside their range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from sim.theory.queueing import erlang_b, staffing

STAY_DAYS: Final = 30
"""Of lesson one."""
NORTH_STAY_DAYS: Final = 20
SOUTH_ARRESTS: Final = 3.0
SOUTH_BEDS: Final = 90


def day_spread(rate: float, day_effect: float = 0.0, weekday: Sequence[float] = (1.0,)) -> float:
    """Standard deviation of a day's arrests, over weekdays too.

    A Poisson number whose mean is rate × weekday factor (mean 1) × a lognormal factor of sigma `day_effect` (mean 1)
    has the variance rate + rate² (E w² e^σ² − 1) (law of total variance).
    """
    _check(rate >= 0 and day_effect >= 0 and len(weekday) > 0, "rate >= 0, day effect >= 0 and a weekday")
    mean = sum(weekday) / len(weekday)
    square = sum((factor / mean) ** 2 for factor in weekday) / len(weekday)
    return math.sqrt(rate + rate**2 * (square * math.exp(day_effect**2) - 1.0))


def stock_spread(rate: float, stay: float, day_effect: float = 0.0) -> float:
    """Standard deviation of the number held at midnight: endless beds, exponential stays, weekdays alike.

    Without a day effect the number is Poisson and its variance is its mean (Palm 1943). A day's factor moves that day's
    people together: it adds rate² (e^σ² − 1) Σ p², p being the share of a day's people who are still there.
    """
    _check(rate >= 0 and stay > 0 and day_effect >= 0, "rate >= 0, stay > 0 and day effect >= 0")
    kept = math.exp(-1.0 / stay)
    squares = (stay * (1.0 - kept)) ** 2 / (1.0 - kept**2)
    return math.sqrt(rate * stay + rate**2 * (math.exp(day_effect**2) - 1.0) * squares)


def beds_for(mean: float, spread: float, nights: float = 0.95) -> float:
    """Beds that are enough in a share `nights` of all nights: mean + z × spread (the normal rule)."""
    from scipy.stats import norm

    _check(mean > 0 and 0 < nights < 1, "mean > 0 and a share of nights between 0 and 1")
    return staffing(mean, spread**2 / mean, float(norm.ppf(nights)))


def lost(north: float, beds: int) -> float:
    """Share of all people arrested in lesson three who find no bed if nobody can wait: Erlang B in each area."""
    alone = north * erlang_b(beds, north * NORTH_STAY_DAYS)
    return (alone + SOUTH_ARRESTS * erlang_b(SOUTH_BEDS, SOUTH_ARRESTS * NORTH_STAY_DAYS)) / (north + SOUTH_ARRESTS)


def _check(right: bool, wanted: str) -> None:
    if not right:
        raise ValueError(f"wanted: {wanted}")
