"""Warm-up to cut from a series, and replications needed for a precision.

MSER (White 1997) cuts where the standard error of the rest is smallest; MSER-5 (White, Cobb and Spratt 2000)
applies it to means of batches of five. Welch's (1983) plot is the mean over replications, smoothed by a moving
average: the eye finds where the series levels off.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.measures.intervals import moments, student

BATCH: Final = 5
_MOST: Final = 2**24


@dataclass(frozen=True)
class Cut:
    """MSER's result: how many initial values to cut; None if the series is too short to tell."""

    cut: int | None
    mean_all: float
    mean_after: float | None


def mser(series: Sequence[float] | Floats, batch: int = BATCH) -> Cut:
    """MSER-5 of a series (most often a mean over replications). Raises ValueError for fewer than four batches.

    Σ(Z_i − mean)² ÷ (batches left)² is least at the cut. Cuts of up to half of the series are looked at, for towards
    its end the least means nothing; a least at that half means that the series is too short to show a level (Hoad,
    Robinson and Davies 2010).
    """
    values = np.asarray(series, dtype=np.float64)
    batches = len(values) // batch
    if batches < 4:
        raise ValueError(f"wanted: at least {4 * batch} values, got {len(values)}")
    means = values[: batches * batch].reshape(batches, batch).mean(1)
    rest = (means[d:] for d in range(batches // 2 + 1))
    cut = int(np.argmin([((left - left.mean()) ** 2).sum() / len(left) ** 2 for left in rest]))
    mean_all = float(values.mean())
    if cut == batches // 2:
        return Cut(None, mean_all, None)
    return Cut(cut * batch, mean_all, float(values[cut * batch :].mean()))


def smoothed(series: Sequence[float] | Floats, window: int) -> Floats:
    """Welch's moving average over `window` values to either side; near the start over as many as there are.

    Shorter than the series by `window` at the end. Raises ValueError unless 0 <= window <= a quarter of it.
    """
    values = np.asarray(series, dtype=np.float64)
    if not 0 <= window <= len(values) // 4:
        raise ValueError(f"wanted: a window from 0 to {len(values) // 4}, got {window}")
    sides = [min(i, window) for i in range(len(values) - window)]
    return np.array([values[i - side : i + side + 1].mean() for i, side in enumerate(sides)])


def levels_off(smooth: Sequence[float] | Floats) -> int | None:
    """First value of a smoothed series within two standard deviations of the mean of its second half.

    None if that half comes first. A help for the eye, no test: of a series that still drifts it says too early.
    """
    values = np.asarray(smooth, dtype=np.float64)
    second = values[len(values) // 2 :]
    inside = np.flatnonzero(np.abs(values - second.mean()) <= 2 * second.std())
    return int(inside[0]) if len(inside) and inside[0] <= len(values) // 2 else None


@dataclass(frozen=True)
class Wanted:
    """Replications for a half-width: from the pilot's spread, and from the upper end of what that may be."""

    half_width: float
    replications: int
    at_most: int


def replications_for(pilot: Sequence[float], half_width: float, level: float = 0.95) -> Wanted:
    """The fewest replications for a half-width, assuming the pilot's spread.

    `at_most` takes the upper end of the one-sided 90 % interval of the spread (chi-squared). Raises ValueError for a
    pilot of one, or a half-width that is not above 0.
    """
    sd = moments(pilot)[1] if len(pilot) > 1 else None
    if sd is None or not half_width > 0:
        raise ValueError("wanted: two replications or more, and a half-width above 0")
    df = len(pilot) - 1
    from scipy.special import chdtri

    worst = sd * math.sqrt(df / float(chdtri(df, 0.9)))
    return Wanted(half_width, _fewest(sd, half_width, level), _fewest(worst, half_width, level))


def _fewest(sd: float, half_width: float, level: float) -> int:
    """The least n >= 2 with t(n − 1) sd ÷ √n <= half-width; `_MOST` if there is none below."""

    def enough(n: int) -> bool:
        return student(n - 1, level) * sd / math.sqrt(n) <= half_width

    return bisect_left(range(_MOST), True, lo=2, key=enough)
