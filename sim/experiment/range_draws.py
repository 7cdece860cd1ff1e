"""Doubt about values: each replication plays a scenario whose values were drawn from the ranges believed.

A Latin hypercube (McKay, Beckman and Conover 1979) over the ranges; half of each range's draws lie below the value as
it stands and half above.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from inspect import signature
from typing import Any, Final

import numpy as np

from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.study import Point
from sim.measures.intervals import COVERS as CHANCE_ONLY
from sim.scenario.loading import Resolved
from sim.scenario.provenance.ranges import Range, ranges
from sim.scenario.schema.units import nearest

_ACTS: Final = ("people.", "intake.", "beds.", "case.", "removal.", "release.")
COVERS: Final = {False: CHANCE_ONLY, True: "simulation noise and the ranges of values"}
"""What an interval over replications covers, without and with drawing from the ranges."""


def acting_ranges(resolved: Resolved) -> list[Range]:
    """The ranges of a scenario that act in a back-test: arrests are driven, and money only reports."""
    return [one for one in ranges(resolved) if one.path.startswith(_ACTS)]


def chosen_ranges(resolved: Resolved, vary: Sequence[str]) -> list[Range]:
    """The ranges at some paths, or all that act. Raises InputError for a path without one."""
    there = {one.path: one for one in acting_ranges(resolved)}
    for path in vary:
        if path not in there:
            near = nearest(path, list(there))
            hint = f"did you mean {near}?" if near else f"those that act are {', '.join(there)}"
            raise InputError(f"--vary: {path} has no range that acts in a back-test; {hint}")
    return [there[path] for path in vary] or list(there.values())


def every_range(resolved: Resolved) -> list[Range]:
    """The ranges of a scenario. Raises InputError if it states none."""
    found = list(ranges(resolved))
    if not found:
        raise InputError(f"--ranges: {resolved.scenario.name} states no ranges, give `low` and `high` in its `sources`")
    return found


def drawn_points(resolved: Resolved, number: int, acting: Sequence[Range]) -> list[Point]:
    """So many points, each with values of its own and random numbers of its own. Repeats with the scenario's seed."""
    seed = int(resolved.scenario.seed)
    draws = sample("latin_hypercube", max(1, len(acting)), number, seed).tolist()
    return [Point(f"drawn {i}", (*_sets(acting, row), f"seed={_own_seed(seed, i)}")) for i, row in enumerate(draws)]


def sample(kind: str, ranges: int, points: int, seed: int) -> Floats:
    """(points, ranges) numbers in [0, 1) of a Latin hypercube, or of a scrambled Sobol sequence."""
    from scipy.stats import qmc  # imported late: it takes a second

    engine = qmc.LatinHypercube if kind == "latin_hypercube" else qmc.Sobol
    word = "rng" if "rng" in signature(engine.__init__).parameters else "seed"  # scipy renamed it in 1.15
    options: dict[str, Any] = {word: np.random.default_rng(seed)}
    return np.asarray(engine(ranges, **options).random(points))


def _own_seed(seed: int, point: int) -> int:
    """The seed of a drawn point, below 2**63: a hash, so that two seeds of a scenario share no random numbers."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {point}".encode(), digest_size=8).digest(), "big") >> 1


def _sets(acting: Sequence[Range], row: list[float]) -> tuple[str, ...]:
    return tuple(option for one, p in zip(acting, row, strict=False) for option in one.at(_position(one.base, p)))


def _position(base: float, p: float) -> float:
    """The position in a range whose base is its median: p in [0, 1] below one half lies below the base."""
    return 2 * p * base if p < 0.5 else base + (2 * p - 1) * (1 - base)
