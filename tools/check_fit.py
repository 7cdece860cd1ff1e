"""Simulation-based calibration of the fit: `python -m tools.check_fit`.

In each synthetic nation the values fitted are drawn from their prior, its figures are those of the analytic twin with
errors as the fit believes in them, and the fit is made as for the real nation (Talts et al. 2018). If a fit can be
trusted, the rank of the true value among draws from the posterior is uniform. The posterior has the loss, prior and
limits of the fit, with residuals made linear where it ended. To be quick, the values that matter most are fitted, on
figures to the end of 2024; the others are at their guess.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.backtest.fit.fitted_settings import PARAMETERS, Parameter
from sim.experiment.backtest.fit.least_squares import (
    PRIOR,
    History,
    Nearest,
    Residuals,
    coded,
    cohorts,
    decoded,
    nearest,
)
from sim.experiment.backtest.published_figures import shipped
from sim.scenario.loading import load
from sim.theory.cohort_flow import one_area

Floats = NDArray[np.float64]

UNTIL: Final = dt.date(2024, 12, 31)
NAMES: Final = (
    "adjournment",
    "appeal",
    "document_other",
    "pace_2023",
    "pace_feb_2024",
    "pace_jun_2024",
    "pace_oct_2024",
    "final_order_interior",
    "parole",
    "recognizance_apr_2024",
    "bond",
    "other_agency",
)
"""Those that the figures tell best, and four that stand for what they tell hardly: stays, documents and tracks."""
DRAWS: Final = 99
LEVELS: Final = (50, 80, 95)
_STEPS: Final = 1000


@dataclass(frozen=True)
class Checked:
    """One world: ranks (P,) of the true values among the draws, error and posterior spread (P,) as logarithms."""

    ranks: Floats
    errors: Floats
    spreads: Floats
    correlation: Floats


def checked(asked: Sequence[Parameter], residuals: Residuals, rng: np.random.Generator) -> Checked:
    """Draw a world, fit it, and compare."""
    centre, width = np.array([coded(p, p.start) for p in asked]), np.array([p.width for p in asked])
    truth = _drawn(rng, width * PRIOR) / PRIOR
    seen = residuals(decoded(asked, centre + truth))
    seen = seen + _drawn(rng, np.full(len(seen), 30.0))
    found = nearest(asked, lambda values: residuals(values) - seen)
    draws = posterior(found, width, rng)
    return Checked((draws < truth).sum(0), found.x - truth, draws.std(0), np.corrcoef(draws.T))


def _drawn(rng: np.random.Generator, most: Floats) -> Floats:
    """Numbers within ±`most` with the density that the loss of the fit stands for, exp(-sqrt(1 + x²))."""
    grid = np.linspace(-1.0, 1.0, 4001)
    density = np.exp(1 - np.sqrt(1 + (most[:, None] * grid) ** 2))
    total = np.cumsum(density, axis=1)
    chosen = [np.interp(u * row[-1], row, grid) for u, row in zip(rng.random(len(most)), total, strict=True)]
    return np.asarray(most * np.array(chosen))


def posterior(found: Nearest, width: Floats, rng: np.random.Generator) -> Floats:
    """(DRAWS, P) values as logarithms from their guess: Metropolis chains from where the fit ended."""
    values, vectors = np.linalg.eigh(found.slopes.T @ found.slopes)
    step = vectors / np.sqrt(np.maximum(values, PRIOR**2 / 4))
    x = np.tile(found.x, (DRAWS, 1))
    cost = _cost(found, x)
    for _ in range(_STEPS):
        scale = 2.4 / np.sqrt(x.shape[1]) * 10 ** rng.uniform(-1.0, 0.0, (DRAWS, 1))
        moved = x + scale * (rng.standard_normal(x.shape) @ step.T)
        new = np.where((np.abs(moved) <= width).all(1), _cost(found, moved), np.inf)
        better = np.log(rng.random(DRAWS)) < cost - new
        x, cost = np.where(better[:, None], moved, x), np.where(better, new, cost)
    return x


def _cost(found: Nearest, x: Floats) -> Floats:
    residuals = found.residuals + (x - found.x) @ found.slopes.T
    return np.asarray(np.sqrt(1 + residuals**2).sum(1))


# --- the nation -------------------------------------------------------------------------------------
@cache
def nation() -> tuple[list[Parameter], Residuals]:
    """The values fitted and, by them, the differences from figures; all others are at their guess."""
    scenario, figures = load("national").scenario, shipped().until(UNTIL)
    history = History(scenario, figures, UNTIL)
    alone = one_area(scenario, history.first, history.days)

    def residuals(values: Mapping[str, float]) -> Floats:
        return history.residuals(cohorts(alone, values))

    return [p for p in PARAMETERS if p.name in NAMES], residuals


def _world(number: int) -> Checked:
    return checked(*nation(), np.random.default_rng([3, number]))


def lines(asked: Sequence[Parameter], worlds: Sequence[Checked]) -> list[str]:
    """What came of the worlds, a line a value, and the pairs that figures hardly tell apart."""
    out = [
        f"{len(worlds)} worlds; ranks by fifth, covered by the {', '.join(map(str, LEVELS))} % interval, error, spread"
    ]
    for at, p in enumerate(asked):
        ranks = np.array([one.ranks[at] for one in worlds])
        fifths = np.bincount((ranks * 5 // (DRAWS + 1)).astype(np.int64), minlength=5)
        inside = [100 * np.mean(np.abs(ranks - DRAWS / 2) <= level / 200 * (DRAWS + 1)) for level in LEVELS]
        error = 100 * np.array([one.errors[at] for one in worlds])
        spread = 100 * np.mean([one.spreads[at] for one in worlds])
        covered = ", ".join(f"{share:.0f}" for share in inside)
        about = f"{error.mean():+.1f} %, {np.sqrt(np.mean(error**2)):.0f} % (believed {spread:.0f} %)"
        out.append(f"{p.name}: {' '.join(map(str, fifths))}; {covered} %; {about}")
    mean = np.mean([one.correlation for one in worlds], axis=0)
    pairs = [(mean[a, b], asked[a].name, asked[b].name) for a in range(len(asked)) for b in range(a)]
    out += [f"{a} and {b}: correlation {r:+.2f}" for r, a, b in sorted(pairs, key=lambda pair: -abs(pair[0]))[:6]]
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Print ranks, coverage, errors, and what cannot be told apart."""
    parser = argparse.ArgumentParser(prog="python -m tools.check_fit", description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    worlds = []
    with ProcessPoolExecutor(options.workers) as pool:
        for one in pool.map(_world, range(options.worlds)):
            worlds.append(one)
            if len(worlds) % 20 == 0:
                print("\n".join(lines(nation()[0], worlds)), flush=True)
    print("\n".join(lines(nation()[0], worlds)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
