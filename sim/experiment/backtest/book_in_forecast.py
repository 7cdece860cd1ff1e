"""A forecast of book-ins with a band: a level, the weekday, and a slow drift that nobody knows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.backtest.published_figures import ONE_DAY
from sim.experiment.backtest.stock_forecast import Known
from sim.scenario.schema import Scenario
from sim.vocabulary import WEEKDAYS

Floats = NDArray[np.float64]

LEVEL_DAYS: Final = 28
"""Days whose mean is the level: four whole weeks."""
DRIFT: Final = 0.02
"""Standard deviation of the change of the logarithm of the level in a day."""
DAILY: Final = 0.14
"""Standard deviation of the logarithm of a day about weekday and level."""


def weekday_factors(scenario: Scenario) -> Floats:
    """(7,) from Monday on, of mean 1."""
    factors = scenario.arrests.weekday
    each = np.ones(7) if factors is None else np.array([float(factors[day]) for day in WEEKDAYS])
    return np.asarray(each / each.mean())


def book_in_paths(known: Known, weekdays: Floats, days: int, paths: int, rng: np.random.Generator) -> Floats:
    """(paths, days) book-ins on the days after what is known."""
    level = known.came[-LEVEL_DAYS:].mean()
    first = (known.first + len(known) * ONE_DAY).weekday()
    factor = weekdays[(first + np.arange(days)) % 7]
    drift = np.cumsum(DRIFT * rng.standard_normal((paths, days)), axis=1)
    return np.asarray(level * factor * np.exp(drift + DAILY * rng.standard_normal((paths, days))))
