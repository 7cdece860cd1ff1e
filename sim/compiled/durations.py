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
    row, own, a, b = len(laws), list[tuple[float, float]](), 0.0, 0.0
    laws.append(())
    match law:
        case d.Constant():
            kind, a = CONSTANT, float(law.value_s)
        case d.Exponential():
            kind, a = EXPONENTIAL, -law.mean_s
        case d.Weibull():
            kind, a, b = WEIBULL, law.scale_s, 1.0 / law.shape
        case d.LogNormal():
            kind, a, b = LOGNORMAL, law.mu, law.sigma
        case d.Uniform():
            kind, a, b = UNIFORM, law.high_s, float(law.high_s - law.low_s)
        case d.Quantiles():
            kind, own = QUANTILES, list(zip(law.levels, law.values_s, strict=True))
        case d.Mixture():
            kind = MIXTURE
            own = [(weight, _add(part, laws, points)) for weight, part in zip(law.weights, law.parts, strict=True)]
        case _:
            raise TypeError(f"no rows for {type(law).__name__}")
    laws[row] = (kind, len(points), len(own), a, b)
    points.extend(own)
    return row
