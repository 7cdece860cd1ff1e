"""Intervals of differences between two sets of replications, paired or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.measures.intervals import COVERS, LEVEL, Estimate, estimate, moments, student

__all__ = ["COVERS", "LEVEL", "Difference", "Estimate", "estimate", "paired", "student", "welch"]


@dataclass(frozen=True)
class Difference:
    """mean(other) − mean(baseline) with its interval; the ends are None with fewer than two replications a side."""

    baseline_mean: float
    mean: float
    difference: float
    low: float | None
    high: float | None
    paired: bool
    n: int


def paired(baseline: Sequence[float], other: Sequence[float], level: float = LEVEL) -> Difference:
    """The i-th of one belongs to the i-th of the other (common random numbers): Student interval of the differences.

    Raises ValueError for unequal lengths or none at all.
    """
    if len(baseline) != len(other) or not baseline:
        raise ValueError(f"pairs wanted, got {len(baseline)} and {len(other)} values")
    n = len(baseline)
    mean, sd = moments([b - a for a, b in zip(baseline, other, strict=True)])
    half = None if sd is None else student(n - 1, level) * sd / math.sqrt(n)
    return _difference(baseline, other, mean, half, True, n)


def welch(baseline: Sequence[float], other: Sequence[float], level: float = LEVEL) -> Difference:
    """Independent sets of possibly unequal size and variance (Welch 1947, Satterthwaite's degrees of freedom).

    Raises ValueError if a set is empty.
    """
    if not baseline or not other:
        raise ValueError(f"values wanted, got {len(baseline)} and {len(other)}")
    (a, sd_a), (b, sd_b) = moments(baseline), moments(other)
    half = None if sd_a is None or sd_b is None else _welch_half(sd_a, len(baseline), sd_b, len(other), level)
    return _difference(baseline, other, b - a, half, False, min(len(baseline), len(other)))


def _welch_half(sd_a: float, n_a: int, sd_b: float, n_b: int, level: float) -> float:
    va, vb = sd_a**2 / n_a, sd_b**2 / n_b
    if va + vb == 0:
        return 0.0
    df = (va + vb) ** 2 / (va**2 / (n_a - 1) + vb**2 / (n_b - 1))
    return student(df, level) * math.sqrt(va + vb)


def _difference(
    baseline: Sequence[float], other: Sequence[float], difference: float, half: float | None, is_paired: bool, n: int
) -> Difference:
    low, high = (None, None) if half is None else (difference - half, difference + half)
    return Difference(moments(baseline)[0], moments(other)[0], difference, low, high, is_paired, n)
