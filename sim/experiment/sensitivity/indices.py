"""Global sensitivity indices of a function on the unit cube of k parameters, with SALib (Herman and Usher 2017).

`morris`: elementary effects along random trajectories (Morris 1991; Campolongo et al. 2007), trajectories × (k + 1)
evaluations. `mu_star`, the mean size of an effect over the whole range, ranks; `mu` keeps the sign; `sigma` is large
where an effect depends on the other parameters or is not linear.

`sobol`: shares of the variance (Saltelli et al. 2010), samples × (k + 2) evaluations at a scrambled Sobol sequence;
`samples` is a power of 2. `first` is the share of a parameter alone, `total` that with all it takes part in. Parameters
are independent and uniform over their ranges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.errors import InputError
from sim.measures.intervals import LEVEL

LEVELS: Final = 4
_RESAMPLES: Final = 1000


class Index(NamedTuple):
    """One statistic of each of the k parameters, and the ends of its 95 % bootstrap interval; shape (k,) each."""

    value: Floats
    low: Floats
    high: Floats


Indices = Mapping[str, Index]
"""Statistic -> its values."""


def need_salib() -> None:
    """Raise InputError if SALib is not installed."""
    try:
        import SALib  # noqa: F401
    except ImportError:
        raise InputError("this method needs SALib: pip install 'detsim[studies]'") from None


def design(method: str, k: int, number: int, seed: int) -> Floats:
    """Positions to evaluate, shape (n, k), of so many trajectories (`morris`) or samples (`sobol`)."""
    from SALib.sample import morris as trajectories
    from SALib.sample import sobol as sequence

    rng = _generator(seed, 0)
    if method == "morris":
        return np.asarray(trajectories.sample(_problem(k), number, num_levels=LEVELS, seed=rng), float)
    return np.asarray(sequence.sample(_problem(k), number, calc_second_order=False, seed=rng), float)


def evaluated(method: str, x: Floats, values: Mapping[str, Floats], seed: int) -> dict[str, Indices]:
    """Indices from the values at a design, shape (n,) by name; values with a NaN are left out."""
    analyse = _morris if method == "morris" else _sobol
    return {name: analyse(x, y, seed) for name, y in values.items() if np.isfinite(y).all()}


def _morris(x: Floats, y: Floats, seed: int) -> Indices:
    """SALib's statistics, with intervals from resampled trajectories, which it gives for mu_star alone."""
    from SALib.analyze import morris as analysis

    found = analysis.analyze(_problem(x.shape[1]), x, y, num_resamples=2, num_levels=LEVELS, seed=_generator(seed, 1))
    effects, rng = elementary_effects(x, y), _generator(seed, 2)
    drawn = effects[rng.integers(len(effects), size=(_RESAMPLES, len(effects)))]
    resampled = {"mu_star": np.abs(drawn).mean(1), "mu": drawn.mean(1), "sigma": drawn.std(1, ddof=1)}
    tails = [50 * (1 - LEVEL), 50 * (1 + LEVEL)]
    return {
        name: Index(np.asarray(found[name], float), *np.percentile(many, tails, 0)) for name, many in resampled.items()
    }


def _sobol(x: Floats, y: Floats, seed: int) -> Indices:
    """SALib's statistics and bootstrap intervals, cut at 0 and 1 as shares are; 0 if the value never varies."""
    from SALib.analyze import sobol as analysis

    k = x.shape[1]
    if not np.ptp(y):
        return dict.fromkeys(("total", "first"), Index(*np.zeros((3, k))))
    rng = _generator(seed, 1)
    found = analysis.analyze(
        _problem(k), y, calc_second_order=False, num_resamples=_RESAMPLES, conf_level=LEVEL, seed=rng
    )
    halves = {word: (found[key], found[f"{key}_conf"]) for word, key in (("total", "ST"), ("first", "S1"))}
    return {word: Index(value, *np.clip((value - half, value + half), 0, 1)) for word, (value, half) in halves.items()}


def elementary_effects(x: Floats, y: Floats) -> Floats:
    """Change of y over change of the one parameter that moved, shape (trajectories, k)."""
    k = x.shape[1]
    steps = np.diff(x.reshape(-1, k + 1, k), axis=1)
    rises = np.diff(y.reshape(-1, k + 1), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    effects = np.empty_like(rises)
    step = np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
    np.put_along_axis(effects, moved, rises / step, axis=1)
    return effects


def _problem(k: int) -> dict[str, Any]:
    return {"num_vars": k, "names": [f"x{i}" for i in range(k)], "bounds": [[0.0, 1.0]] * k}


def _generator(seed: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed, purpose])
