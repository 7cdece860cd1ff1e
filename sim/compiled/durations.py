"""Laws of durations as rows of numbers that compiled code can hold."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import distributions as d

LAW: Final = np.dtype([("kind", "i8"), ("first", "i8"), ("n", "i8"), ("a", "f8"), ("b", "f8")])
"""`a` and `b` are parameters, and the points of a law are n from `first` on."""
POINT: Final = np.dtype([("level", "f8"), ("value", "f8")])
"""A point of stated quantiles, or a part of a mixture: its weight and the row of its law."""
CONSTANT, EXPONENTIAL, WEIBULL, LOGNORMAL, UNIFORM, QUANTILES, MIXTURE = range(7)


def rows_of(law: d.Node) -> tuple[NDArray[Any], NDArray[Any]]:
    """A law and the parts it is a mixture of, itself first, and their points."""
    laws: list[tuple[float, ...]] = []
    points: list[tuple[float, float]] = []
    _add(law, laws, points)
    return np.array(laws, LAW), np.array(points or [(0.0, 0.0)], POINT)


def _add(law: d.Node, laws: list[tuple[float, ...]], points: list[tuple[float, float]]) -> int:
    """Add a law; its row."""
    row = len(laws)
    laws.append(())
    own: list[tuple[float, float]] = []
    if isinstance(law, d.Mixture):
        own = [(weight, _add(part, laws, points)) for weight, part in zip(law.weights, law.parts, strict=True)]
    elif isinstance(law, d.Quantiles):
        own = list(zip(law.levels, law.values_s, strict=True))
    kind, a, b = _parameters(law)
    laws[row] = (kind, len(points), len(own), a, b)
    points.extend(own)
    return row


def _parameters(law: d.Node) -> tuple[int, float, float]:
    match law:
        case d.Constant(value_s=value):
            return CONSTANT, float(value), 0.0
        case d.Exponential(mean_s=mean):
            return EXPONENTIAL, -mean, 0.0
        case d.Weibull(scale_s=scale, shape=shape):
            return WEIBULL, scale, 1.0 / shape
        case d.LogNormal(mu=mu, sigma=sigma):
            return LOGNORMAL, mu, sigma
        case d.Uniform(low_s=low, high_s=high):
            return UNIFORM, high, float(high - low)
        case d.Quantiles():
            return QUANTILES, 0.0, 0.0
        case d.Mixture():
            return MIXTURE, 0.0, 0.0
    raise TypeError(f"no rows for {type(law).__name__}")
