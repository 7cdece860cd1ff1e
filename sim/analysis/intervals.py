"""Intervals of differences between two sets of replications, paired or not.

Which interval: Student's (of the paired differences) or Welch's, unless the spread is clearly not normal. It
counts as not normal if Shapiro and Wilk's test (1965) rejects normality at 1 % for the paired differences
(unpaired: for either side) and there are at least ten values; fewer are too few to resample. The interval is
then a bias-corrected and accelerated bootstrap interval (BCa; Efron 1987) from a fixed seed. The p value is
always that of the t test, so that it can be corrected for multiple comparisons (Holm 1979). No interval shows a fall
below the least value of the measure, or a rise above its largest, from the mean of the baseline.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.measures.intervals import ANY, FEWEST, LEVEL, Bounds, bounded, moments, standard_error, student

FEWEST_TO_RESAMPLE: Final = 10
NORMAL_AT: Final = 0.01
"""Shapiro and Wilk's p below which a spread counts as not normal."""
RESAMPLES: Final = 9_999
_SEED: Final = 1


@dataclass(frozen=True)
class Difference:
    """mean(other) − mean(baseline) with its interval; no ends and no p below `FEWEST` replications per side."""

    baseline_mean: float
    mean: float
    difference: float
    low: float | None
    high: float | None
    paired: bool
    n: int
    method: str = ""
    """`t`, `welch` or `bootstrap`; empty without an interval."""
    p: float | None = None
    """Of the t test that the difference is 0, two-sided."""
    variance_ratio: float | None = None
    """Variance of a difference of independent replications ÷ of paired ones; None unpaired or without a spread."""
    sd: float | None = None
    """Standard deviation of the difference of a pair; unpaired, of one replication of each side."""

    @property
    def leaves_out_zero(self) -> bool:
        """Whether there is an interval and 0 lies outside."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def with_ends(d: Difference | None) -> tuple[float | None, float | None, float | None]:
    """A difference and the ends of its interval as the cells of a row; empty ones without a difference."""
    return (d.difference, d.low, d.high) if d else (None, None, None)


def paired(baseline: Sequence[float], other: Sequence[float], bounds: Bounds = ANY) -> Difference:
    """The difference of paired values (common random numbers), with the interval of the paired differences.

    `bounds` are those of the values. Raises ValueError for unequal lengths or none at all.
    """
    if len(baseline) != len(other) or not baseline:
        raise ValueError(f"pairs wanted, got {len(baseline)} and {len(other)} values")
    n, differences = len(baseline), [b - a for a, b in zip(baseline, other, strict=True)]
    (a, sd_a), (b, sd_b), (mean, sd) = map(moments, (baseline, other, differences))
    if sd_a is None or sd_b is None or sd is None or n < FEWEST:
        return Difference(a, b, mean, None, None, True, n, sd=sd)
    error = standard_error(sd, n)
    ends = _resampled([differences])
    low, high = _ends(ends, mean, student(n - 1) * error, a, bounds)
    ratio = (sd_a**2 + sd_b**2) / sd**2 if sd else None
    return Difference(a, b, mean, low, high, True, n, "bootstrap" if ends else "t", _p(mean, error, n - 1), ratio, sd)


def welch(baseline: Sequence[float], other: Sequence[float], bounds: Bounds = ANY) -> Difference:
    """The difference of independent sets of unequal size and variance (Welch 1947, Satterthwaite's degrees of freedom).

    Raises ValueError if a set is empty.
    """
    if not baseline or not other:
        raise ValueError(f"values wanted, got {len(baseline)} and {len(other)}")
    (a, sd_a), (b, sd_b) = moments(baseline), moments(other)
    n = min(len(baseline), len(other))
    if sd_a is None or sd_b is None or n < FEWEST:
        return Difference(a, b, b - a, None, None, False, n)
    va, vb = sd_a**2 / len(baseline), sd_b**2 / len(other)
    error, df = 0.0, 1.0
    if va + vb:
        error = math.sqrt(va + vb)
        df = (va + vb) ** 2 / (va**2 / (len(baseline) - 1) + vb**2 / (len(other) - 1))
    ends = _resampled([baseline, other])
    low, high = _ends(ends, b - a, student(df) * error, a, bounds)
    method, sd = "bootstrap" if ends else "welch", math.hypot(sd_a, sd_b)
    return Difference(a, b, b - a, low, high, False, n, method, _p(b - a, error, df), None, sd)


def holm(p_values: Sequence[float]) -> list[float]:
    """p values corrected for multiple comparisons, in the same order (Holm 1979); valid under any dependence."""
    corrected, worst = [1.0] * len(p_values), 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = worst
    return corrected


def _ends(
    resampled: tuple[float, float] | None, middle: float, half: float, baseline: float, bounds: Bounds
) -> tuple[float, float]:
    """The ends of a difference, resampled or `middle` ± `half`, within what can be reached from the baseline."""
    reach = (bounds[0] - baseline, bounds[1] - baseline)
    if resampled is None:
        return bounded(middle, half, reach)
    return max(resampled[0], reach[0]), min(resampled[1], reach[1])


def _p(difference: float, error: float, df: float) -> float:
    """Two-sided p of a difference in standard errors; without a spread it is certain."""
    from scipy.special import stdtr

    if error == 0:
        return 0.0 if difference else 1.0
    return float(2 * stdtr(df, -abs(difference) / error))


def _resampled(samples: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """The bootstrap interval where a sample's spread is not normal; None elsewhere."""
    if min(map(len, samples)) < FEWEST_TO_RESAMPLE or all(map(_is_normal, samples)):
        return None
    ends = _bootstrap(samples)
    return ends if all(map(math.isfinite, ends)) else None


def _is_normal(sample: Sequence[float]) -> bool:
    from scipy.stats import shapiro

    if max(sample) == min(sample):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of many or of nearly equal values: the statistic is still good
        return bool(shapiro(sample).pvalue >= NORMAL_AT)


def _bootstrap(samples: Sequence[Sequence[float]]) -> tuple[float, float]:
    """BCa interval of the mean of one sample, or of the mean of the second less that of the first."""
    import numpy as np
    from scipy.stats import bootstrap

    def statistic(*drawn: Any, axis: int = -1) -> Any:
        means = [np.mean(sample, axis=axis) for sample in drawn]
        return means[-1] - means[0] if len(means) > 1 else means[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a degenerate spread gives nan, and the t interval is kept
        found = bootstrap(
            [np.asarray(sample) for sample in samples], statistic, confidence_level=LEVEL, n_resamples=RESAMPLES,
            method="BCa", vectorized=True, random_state=np.random.default_rng(_SEED),
        ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)
