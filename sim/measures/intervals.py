"""Mean, standard deviation and Student interval over replications."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEVEL = 0.95
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


def student(df: float, level: float = LEVEL) -> float:
    """Half-width of a two-sided interval in standard errors: the Student quantile for `df` degrees of freedom."""
    from scipy.special import stdtrit  # imported late: a run of one replication needs no scipy

    return float(stdtrit(df, 0.5 + level / 2))


def estimate(values: Iterable[int | float | str | None], unit: str) -> Estimate:
    """The estimate of a measure from its values, one per replication; None values are left out of numbers."""
    every = list(values)
    there = [value for value in every if value is not None]
    numbers = [float(value) for value in there if not isinstance(value, str)]
    if not there:
        return Estimate(unit, None, None, None, None, 0)
    if len(numbers) < len(there):
        return Estimate(unit, _typical(sorted(map(str, there)), len(every)), None, None, None, len(there))
    return _numbers(numbers, unit)


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


def _numbers(numbers: Sequence[float], unit: str) -> Estimate:
    mean, sd = moments(numbers)
    if sd is None:
        return Estimate(unit, mean, None, None, None, 1)
    half = student(len(numbers) - 1) * sd / math.sqrt(len(numbers))
    return Estimate(unit, mean, sd, mean - half, mean + half, len(numbers))
