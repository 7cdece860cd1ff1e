"""Mean, standard deviation and Student interval over replications.

An interval ends where the measure does: no count, wait or cost is below 0 and no share is outside 0 to 1. Cutting
the Student interval there loses no coverage, as the true mean is never beyond a bound, and leaves the sample mean
inside. Fewer than `FEWEST` replications have no interval: two say next to nothing about chance.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEVEL = 0.95
FEWEST = 3
"""Replications from which there is an interval."""
Bounds = tuple[float, float]
"""The least and the largest value that a number can have."""
ANY: Bounds = (-math.inf, math.inf)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
COVERS = "simulation noise only"
"""What every interval here covers: chance between replications, not doubt about the values of a scenario."""


@dataclass(frozen=True)
class Estimate:
    """A measure over the `n` replications that have a value; None where undefined.

    Of a word `mean` is that of more than half of all replications, having none counted as a word. Of a date it is the
    median over all, having none counted as later than any. None where there is no such word or date.
    """

    unit: str
    mean: int | float | str | None
    sd: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def half_width(self) -> float | None:
        """Half the width of the interval before it is cut at a bound; None without an interval."""
        return None if self.sd is None or self.low is None else standard_error(self.sd, self.n) * student(self.n - 1)


def student(df: float, level: float = LEVEL) -> float:
    """Half-width of a two-sided interval in standard errors: the Student quantile for `df` degrees of freedom."""
    from scipy.special import stdtrit  # imported late: a run of one replication needs no scipy

    return float(stdtrit(df, 0.5 + level / 2))


def standard_error(sd: float, n: int) -> float:
    """Standard error of the mean of `n` values."""
    return sd / math.sqrt(n)


def bounded(middle: float, half: float, bounds: Bounds = ANY) -> tuple[float, float]:
    """Both ends of the interval `middle` ± `half`, cut at the bounds."""
    return max(middle - half, bounds[0]), min(middle + half, bounds[1])


def estimate(values: Iterable[int | float | str | None], unit: str, bounds: Bounds = ANY) -> Estimate:
    """The estimate of a measure from its values, one per replication; None values are left out of numbers."""
    every = list(values)
    there = [value for value in every if value is not None]
    numbers = [float(value) for value in there if not isinstance(value, str)]
    if not there:
        return Estimate(unit, None, None, None, None, 0)
    if len(numbers) < len(there):
        return Estimate(unit, _typical(sorted(map(str, there)), len(every)), None, None, None, len(there))
    (mean, sd), n = moments(numbers), len(numbers)
    if sd is None or n < FEWEST:
        return Estimate(unit, mean, sd, None, None, n)
    return Estimate(unit, mean, sd, *bounded(mean, standard_error(sd, n) * student(n - 1), bounds), n)


def _typical(texts: Sequence[str], replications: int) -> str | None:
    """The word of more than half of the replications, or the median of dates; None if there is none."""
    if 2 * len(texts) <= replications:
        return None
    median = texts[(replications - 1) // 2]
    is_typical = _DATE.fullmatch(median) is not None or 2 * texts.count(median) > replications
    return median if is_typical else None


def moments(numbers: Sequence[float]) -> tuple[float, float | None]:
    """Mean and standard deviation (n − 1); no standard deviation for fewer than two."""
    mean = math.fsum(numbers) / len(numbers)
    if len(numbers) < 2:
        return mean, None
    return mean, math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / (len(numbers) - 1))
