"""Score how the pace of cases goes on after a start, in the simulator: `python -m tools.score_pace`.

The nation is played from the first day of each quarter, frozen as it was then and driven by the book-ins published, for
180 days or to 30 September 2025. The pace is that of the schedules, or begins at the one last seen and returns to them
in some days. Spreads are scored with the return that the back-test uses: the band of a fifth, scaled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sim.experiment.backtest.calibration import day0_sets, pace, pace_sets
from sim.experiment.backtest.driven_arrivals import arrivals_csv, driven_sets, frozen_sets, window_sets
from sim.experiment.backtest.origins import HORIZONS, scored
from sim.experiment.backtest.origins import LEVELS as QUANTILES
from sim.experiment.backtest.published_comparison import play
from sim.experiment.backtest.published_figures import ONE_DAY, shipped
from sim.experiment.engines import make_ready
from sim.experiment.temporary import temporary_folder
from sim.people.pace import paced
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables

Floats = NDArray[np.float64]

ORIGINS: Final = [dt.date(2024 + n // 4, 1 + 3 * (n % 4), 1) for n in range(7)]
LAST: Final = dt.date(2025, 9, 30)
RETURNS: Final = ("1 d", "30 d", "60 d", "120 d", "240 d", "100 yr")
SPREADS: Final = (0.1, 0.2, 0.3, 0.4)
BEST: Final = "240 d"
_DRAWN: Final = 0.2
_REPLICATIONS: Final = 8
_SMOOTHED: Final = 15
"""Days over which the standard deviation of so few replications is averaged."""


def played(origin: dt.date) -> tuple[Floats, dict[str, Floats], Floats]:
    """(D,) people held as published; by return (D,) as simulated; (R, D) of replications with a drawn pace."""
    last = min(origin + (HORIZONS[-1] - 1) * ONE_DAY, LAST)
    figures, sets = shipped(), window_sets(origin, last)
    sets = (*frozen_sets(load("national").tree, origin - ONE_DAY), *sets)
    with temporary_folder() as folder:
        level = pace_sets("national", sets, figures, origin, folder)[0].partition("level: ")[2].partition(",")[0]
        sets = (*sets, *day0_sets("national", sets, figures, origin, folder))
        file = folder / "arrivals.csv"
        scenario = load("national", sets).scenario
        file.write_text(arrivals_csv(scenario, figures), encoding="utf-8", newline="")
        sets = (*sets, *driven_sets(scenario, str(file)))
        by_return = {each: _held(sets, float(level), f"returns: {each}", 1)[0] for each in RETURNS}
        drawn = _held(sets, float(level), f"returns: {BEST}, spread: {_DRAWN}", _REPLICATIONS)
    dates = [origin + day * ONE_DAY for day in range((last - origin).days + 1)]
    return np.array([figures.value("held", date) for date in dates], dtype=np.float64), by_return, drawn


def _held(sets: Sequence[str], level: float, rest: str, replications: int) -> Floats:
    """(R, D) people held at the end of each day."""
    scenario = load("national", (*sets, pace(level, rest))).scenario
    tables = build_tables(scenario)
    each = [play(scenario, paced(scenario, tables, n), "compiled", n) for n in range(1, replications + 1)]
    return np.stack([one.held[1:].sum(axis=1) for one in each]).astype(np.float64)


def band(drawn: Floats, spread: float) -> Floats:
    """(levels, D) quantiles of a lognormal band."""
    logs = np.log(drawn)
    sd = logs.std(axis=0, ddof=1) * np.sqrt(1 + 1 / len(drawn)) * spread / _DRAWN
    sd = np.convolve(np.pad(sd, _SMOOTHED // 2, mode="edge"), np.full(_SMOOTHED, 1 / _SMOOTHED), "valid")
    return np.asarray(np.exp(logs.mean(axis=0) + norm.ppf(QUANTILES)[:, None] * sd))


def lines(origins: Sequence[tuple[Floats, dict[str, Floats], Floats]]) -> Iterator[str]:
    """Mean scores over the origins, by horizon."""

    def mean(score: Callable[[Floats, dict[str, Floats], Floats, int], float]) -> str:
        whole = ([score(*one, days) for one in origins if len(one[0]) >= days] for days in HORIZONS)
        return ", ".join(f"{np.mean(each):.2f}" for each in whole)

    for each in RETURNS:
        yield f"returns {each}: mape {mean(lambda s, by, _, d, r=each: 100 * abs(by[r][:d] / s[:d] - 1).mean())}"
    for spread in SPREADS:
        for score in ("wis", "coverage_95", "width_95"):
            value = mean(lambda s, _, drawn, d, n=spread, k=score: scored(band(drawn, n)[:, :d], s[:d])[k])
            yield f"spread {spread}: {score} {value}"


def main() -> int:
    """Print the scores at 30, 90 and 180 days."""
    make_ready("compiled", quiet=True)
    print("\n".join(lines([played(origin) for origin in ORIGINS])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
