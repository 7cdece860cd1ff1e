"""Inverse distribution functions: from a number in (0, 1) to a duration in whole seconds.

`seconds` draws a fresh duration, `residual_seconds` what is left of one that has already run for
some time: the law of T − x given T > x, drawn as S⁻¹(S(x) (1 − u)) − x with S the survival function.
Everything is worked out from survival probabilities, which stay exact in the long tail where
distribution functions are all 1. A mixture chooses its part with the same number and uses what is
left of that number inside the part.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arrays import Floats, Ints
from sim.scenario.schema.distributions import (
    Constant,
    Exponential,
    LogNormal,
    Mixture,
    Node,
    Quantiles,
    Uniform,
    Weibull,
)
from sim.scenario.world.portable import exp, inverse_normal, log, normal_survival

_LONGEST_S: Final = 2.0**33
"""Durations are cut here (272 years: no scenario can state more than 200), so that the work of a document fits."""
_SMALLEST: Final = 2.0**-1000


def seconds(law: Node, u: Floats) -> Ints:
    """Durations in whole seconds, rounded half up, of people with draws u in (0, 1)."""
    return _whole(_from_survival(law, 1.0 - u))


def residual_seconds(law: Node, u: Floats, spent_s: Ints) -> Ints:
    """Seconds still to run, at least 0, given that each has run for `spent_s` seconds already."""
    return _whole(_residual(law, u, spent_s.astype(np.float64)))


def survival(law: Node, x: Floats) -> Floats:
    """P(T > x) for each duration x >= 0 in seconds."""
    match law:
        case Constant(value_s=value):
            return np.where(x < value, 1.0, 0.0)
        case Exponential(mean_s=mean):
            return exp(-x / max(mean, 1e-9))
        case Weibull(scale_s=scale, shape=shape):
            return exp(-_power(x / scale, shape))
        case LogNormal(mu=mu, sigma=sigma):
            return _lognormal_survival(mu, sigma, x)
        case Uniform(low_s=low, high_s=high):
            return np.clip((high - x) / max(high - low, 1e-9), 0.0, 1.0)
        case Quantiles(levels=levels, values_s=values):
            return 1.0 - _level_of(np.asarray(levels, np.float64), np.asarray(values, np.float64), x)
        case Mixture(weights=weights, parts=parts):
            return np.asarray(sum(weight * survival(part, x) for weight, part in zip(weights, parts, strict=True)))
    raise TypeError(f"no survival function for {type(law).__name__}")


def _from_survival(law: Node, s: Floats) -> Floats:
    """The duration that a share s in (0, 1) outlives, in seconds."""
    match law:
        case Constant(value_s=value):
            return np.full(len(s), float(value))
        case Exponential(mean_s=mean):
            return -mean * log(s)
        case Weibull(scale_s=scale, shape=shape):
            return scale * _power(-log(s), 1.0 / shape)
        case LogNormal(mu=mu, sigma=sigma):
            return exp(mu - sigma * inverse_normal(s))
        case Uniform(low_s=low, high_s=high):
            return high - s * float(high - low)
        case Quantiles(levels=levels, values_s=values):
            return _value_at(np.asarray(levels, np.float64), np.asarray(values, np.float64), 1.0 - s)
        case Mixture(weights=weights):
            return _mixed(law, s, [np.full(len(s), weight) for weight in weights], None)
    raise TypeError(f"no quantile function for {type(law).__name__}")


def _residual(law: Node, u: Floats, spent: Floats) -> Floats:
    if isinstance(law, Mixture):
        alive = [weight * survival(part, spent) for weight, part in zip(law.weights, law.parts, strict=True)]
        return _mixed(law, 1.0 - u, alive, spent)
    if isinstance(law, Exponential):
        return _from_survival(law, 1.0 - u)
    alive_share = survival(law, spent)
    total = _from_survival(law, np.clip(alive_share * (1.0 - u), _SMALLEST, 1.0 - 2.0**-53))
    return np.where(alive_share > 0.0, np.maximum(total - spent, 0.0), 0.0)


def _mixed(law: Mixture, s: Floats, weights: list[Floats], spent: Floats | None) -> Floats:
    """Each person's part chosen by s against that person's weights, then drawn with the rest of s.

    The parts lie one above the other in s; a person whom no part can still hold has 0 left.
    """
    out, low = np.zeros(len(s)), np.zeros(len(s))
    target = s * sum(weights)
    for part, weight in zip(law.parts, weights, strict=True):
        here = np.flatnonzero((weight > 0.0) & (target >= low) & (target < low + weight))
        inner = np.clip((target[here] - low[here]) / weight[here], 2.0**-53, 1.0 - 2.0**-53)
        out[here] = _from_survival(part, inner) if spent is None else _residual(part, 1.0 - inner, spent[here])
        low = low + weight
    return out


def _lognormal_survival(mu: float, sigma: float, x: Floats) -> Floats:
    positive = x > 0.0
    if sigma == 0.0:
        return np.where(x < exp(np.array([mu]))[0], 1.0, 0.0)
    z = (log(np.where(positive, x, 1.0)) - mu) / sigma
    return np.where(positive, normal_survival(z), 1.0)


def _power(x: Floats, exponent: float) -> Floats:
    """x to the power of a number, for x >= 0."""
    positive = x > 0.0
    return np.where(positive, exp(exponent * log(np.where(positive, x, 1.0))), 0.0)


def _value_at(levels: Floats, values: Floats, u: Floats) -> Floats:
    """Values between stated quantiles, on straight lines."""
    k = np.clip(np.searchsorted(levels, u, side="right") - 1, 0, len(levels) - 2)
    return values[k] + (u - levels[k]) / (levels[k + 1] - levels[k]) * (values[k + 1] - values[k])


def _level_of(levels: Floats, values: Floats, x: Floats) -> Floats:
    """Distribution function of stated quantiles: the highest level whose value is not above x."""
    k = np.clip(np.searchsorted(values, x, side="right") - 1, 0, len(values) - 2)
    width = values[k + 1] - values[k]
    step = np.clip((x - values[k]) / np.where(width > 0.0, width, 1.0), 0.0, 1.0)
    level = levels[k] + step * (levels[k + 1] - levels[k])
    return np.where(x >= values[-1], 1.0, np.where(x < values[0], 0.0, level))


def _whole(x: Floats) -> Ints:
    return np.floor(np.clip(x, 0.0, _LONGEST_S) + 0.5).astype(np.int64)
