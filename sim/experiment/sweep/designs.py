"""The points of a grid: every combination of its axes, or points drawn from ranges.

Latin hypercube: McKay, Beckman and Conover (1979). Sobol sequence, scrambled: Sobol (1967), Owen (1998). Both as
scipy.stats.qmc has them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.study import Point
from sim.experiment.sweep.gridfile import Axis, Drawn, Level, Range, option

BASE: Final = "scenario"
"""Name of the point that is the scenario itself: the baseline of points drawn from ranges."""


@dataclass(frozen=True)
class Placed:
    """A point and where it stands on each axis: a label, or a number in the unit of a range; None: as the scenario."""

    point: Point
    at: tuple[str | float | None, ...]


def combinations(axes: Sequence[Axis]) -> list[Placed]:
    """Every combination of the values, the last axis running fastest."""
    return [_combined(levels) for levels in itertools.product(*(axis.levels for axis in axes))]


def drawn(kind: str, design: Drawn, is_whole: Callable[[str, Range], bool]) -> list[Placed]:
    """The scenario itself, then the points drawn; `is_whole` says which ranges have whole numbers only."""
    whole = [is_whole(path, each) for path, each in design.ranges.items()]
    letters = {"latin_hypercube": "lhs", "sobol": "sobol"}[kind]
    rows = enumerate(sample(kind, design).tolist(), start=1)
    names = ((f"{letters}-{number:0{len(str(design.points))}d}", row) for number, row in rows)
    base = Placed(Point(BASE), (None,) * len(design.ranges))
    return [base, *(_drawn(name, row, design.ranges, whole) for name, row in names)]


def sample(kind: str, design: Drawn) -> NDArray[np.float64]:
    """(points, ranges) numbers in [0, 1), the same on every machine."""
    from scipy.stats import qmc

    engine = qmc.LatinHypercube if kind == "latin_hypercube" else qmc.Sobol
    word = "rng" if "rng" in signature(engine.__init__).parameters else "seed"  # scipy renamed it in 1.15
    options: dict[str, Any] = {word: np.random.default_rng(design.seed)}
    numbers: NDArray[np.float64] = engine(len(design.ranges), **options).random(design.points)
    return numbers


def _combined(levels: Sequence[Level]) -> Placed:
    sets = [option(path, value) for level in levels for path, value in level.settings.items()]
    labels = tuple(level.label for level in levels)
    return Placed(Point(" + ".join(labels), tuple(sets)), labels)


def _drawn(name: str, row: Sequence[float], ranges: Mapping[str, Range], whole: Sequence[bool]) -> Placed:
    at_once = zip(row, ranges.values(), whole, strict=True)
    texts = [each.text(each.low + u * (each.high - each.low), w) for u, each, w in at_once]
    sets = [option(path, each.with_unit(text)) for (path, each), text in zip(ranges.items(), texts, strict=True)]
    at = (int(text) if w else float(text) for text, w in zip(texts, whole, strict=True))
    return Placed(Point(name, tuple(sets)), tuple(at))
