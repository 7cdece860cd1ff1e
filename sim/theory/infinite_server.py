"""No limit of beds, M(t)/G/∞: people do not affect each other, so stocks and their variances are sums over people.

Eick, Massey and Whitt (1993), Operations Research 41(4): the number held of those who came is Poisson. A window's
total of nights is then compound Poisson: a person who comes with K nights in it adds E K to its mean and E K² to its
variance. People held on day 0 are independent of each other and of those who come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.scenario.schema import AgeBand
from sim.scenario.schema.distributions import Node
from sim.scenario.world.quantile import survival
from sim.vocabulary import SECONDS_PER_DAY

_FINE_DAYS: Final = 60
_FINE, _COARSE = 1440, 24
"""Points a day at which a survival function is taken: by the minute at first, by the hour later on."""
_AGES: Final = 50
"""Points within a band of time served."""


@dataclass(frozen=True)
class Stock:
    """People held at the D midnights that end the days, and moments of two numbers made of them.

    `mean_variance` is the variance of the mean over midnights, `end_variance` that of the number at the last one.
    """

    held: Floats
    mean_variance: float
    end_variance: float


def stock(rates: Floats, law: Node, day0: int, bands: Sequence[AgeBand]) -> Stock:
    """The stock if `rates` (D,) people a day come and `day0` are held at the start with times served in `bands`."""
    kept, left = by_day(law, len(rates)), residual(law, bands, len(rates))
    came = np.convolve(rates, kept)[: len(rates)]
    # K nights in the window: E K² = Σ (2j − 1) P(K ≥ j), for those who come and those held on day 0
    odd = 2.0 * np.arange(1.0, len(rates) + 1.0) - 1.0
    of_comers = float(rates @ np.cumsum(odd * kept)[::-1])
    of_one = float((odd * left).sum()) - float(left.sum()) * float(left.sum())
    p = float(left[-1])
    variance = (of_comers + day0 * of_one) / len(rates) ** 2
    return Stock(came + day0 * left, variance, float(came[-1]) + day0 * p * (1 - p))


def by_day(law: Node, days: int) -> Floats:
    """(days,) share of a day's arrivals still inside at the end of the k-th day after it: means of S over days."""
    fine = _daily_means(law, 0, min(days, _FINE_DAYS), _FINE)
    return np.concatenate([fine, _daily_means(law, len(fine), days, _COARSE)])


def residual(law: Node, bands: Sequence[AgeBand], days: int) -> Floats:
    """(days,) share of those held on day 0 who are still held at the end of each day; just arrived without bands."""
    after = SECONDS_PER_DAY * np.arange(1.0, days + 1.0)
    ages, shares = _ages(bands)
    alive = survival(law, ages)
    later = survival(law, (ages[:, None] + after).ravel()).reshape(-1, days)
    return np.asarray(np.divide(shares, alive, out=np.zeros_like(ages), where=alive > 0.0) @ later)


def _ages(bands: Sequence[AgeBand]) -> tuple[Floats, Floats]:
    """Times served in seconds, and the share of people that each stands for."""
    if not bands:
        return np.ones(1), np.ones(1)
    middles = (np.arange(_AGES) + 0.5) / _AGES
    low, high, share = (np.array([float(getattr(b, key)) for b in bands]) for key in ("low", "high", "share"))
    ages = low[:, None] + (high - low)[:, None] * middles
    return np.maximum(ages.ravel(), 1.0), np.repeat(share / _AGES, _AGES)


def _daily_means(law: Node, first: int, end: int, points: int) -> Floats:
    middles = first + (np.arange((end - first) * points) + 0.5) / points
    return np.asarray(survival(law, middles * SECONDS_PER_DAY).reshape(-1, points).mean(axis=1))


def long_tail_days(law: Node, share: float = 1e-3, most: int = 36_600) -> int:
    """Days after which at most this share of the person-days of a stay still lies ahead; `most` if later."""
    kept = _daily_means(law, 0, min(most, 3660), _COARSE)
    beyond = max(law.mean_s / SECONDS_PER_DAY - kept.sum() - 1.0 / _COARSE, 0.0)  # the grid may miss an hour
    ahead = kept.sum() + beyond - np.cumsum(kept)
    settled = np.flatnonzero(ahead <= share * (kept.sum() + beyond))
    return int(settled[0]) + 1 if len(settled) else most
