"""Naive forecasts with bands, to be beaten: their own past errors, made symmetric as the baseline of the hubs does.

The errors are those of the weekly origins of the year before, as far as their outcome was known (Cramer et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.experiment.backtest.naive_forecasts import constant_hazard
from sim.experiment.backtest.stock_forecast import Known

Floats = NDArray[np.float64]

GIVEN: Final = "held"
OPEN: Final = "held_book_ins_forecast"
BOOK_INS: Final = "book_ins"
METHODS: Final = {
    GIVEN: ("last_value", "hazard_30_d", "hazard_90_d", "constant_stay"),
    OPEN: ("last_value", "hazard_30_d", "hazard_90_d"),
    BOOK_INS: ("last_week", "mean_28_d"),
}
"""By series: people held with book-ins given, and as in the last four weeks; book-ins."""
WARM_DAYS: Final = 92
"""Days before the first origin: what the longest of these forecasts looks back at."""
WEEK: Final = 7
_MOST_DAYS: Final = 180


class Naive:
    """Naive forecasts from any day of what is known."""

    def __init__(self, known: Known, levels: Sequence[float]) -> None:
        self.known, self.levels = known, levels
        self._points: dict[tuple[str, str, int], Floats] = {}

    def quantiles(self, series: str, method: str, origin: int, days: int) -> Floats:
        """(levels, days) quantiles of a forecast."""
        seen = self.known.came if series == BOOK_INS else self.known.held
        past = range(max(WARM_DAYS, origin - 365 - days), origin, WEEK)
        errors = np.full((len(past), days), np.nan)
        for row, start in enumerate(past):
            n = min(days, origin - start)
            errors[row, :n] = np.log(seen[start : start + n] / self._point(series, method, start)[:n])
        return np.asarray(self._point(series, method, origin)[:days] * np.exp(self._symmetric(errors)))

    def _symmetric(self, errors: Floats) -> Floats:
        """(levels, days) quantiles of errors and their opposites; a lead without errors has those before it."""
        both, out = np.concatenate([errors, -errors]), np.zeros((len(self.levels), errors.shape[1]))
        for day in range(errors.shape[1]):
            there = both[~np.isnan(both[:, day]), day]
            out[:, day] = np.quantile(there, self.levels) if len(there) else out[:, max(day - 1, 0)]
        return out

    def _point(self, series: str, method: str, origin: int) -> Floats:
        """(days,) the forecast itself, for as many days as book-ins are known where it needs them."""
        key = series, method, origin
        if key not in self._points:
            self._points[key] = self._book_ins(method, origin) if series == BOOK_INS else self._held(*key)
        return self._points[key]

    def _book_ins(self, method: str, origin: int) -> Floats:
        came = self.known.came[:origin]
        return np.resize(came[-WEEK:] if method == "last_week" else came[-4 * WEEK :].mean(), _MOST_DAYS)

    def _held(self, series: str, method: str, origin: int) -> Floats:
        held = self.known.held[origin - 1]
        if method == "last_value":
            return np.full(_MOST_DAYS, held)
        if method == "constant_stay":
            return self._constant_stay(origin, 1 / self._hazard(origin, 90))
        came = self.known.came[origin : origin + _MOST_DAYS]
        if series == OPEN:
            came = self._book_ins("mean_28_d", origin)
        return constant_hazard(held, came, self._hazard(origin, int(method.split("_")[1])))

    def _hazard(self, origin: int, days: int) -> float:
        """Exits over person-days held in the days before the origin."""
        held = self.known.held[origin - days - 1 : origin]
        return float((self.known.came[origin - days : origin].sum() - (held[-1] - held[0])) / held[:-1].sum())

    def _constant_stay(self, origin: int, stay: float) -> Floats:
        """(days,) book-ins of the last `stay` days, scaled to the stock at the origin."""
        total = np.concatenate([[0.0], np.cumsum(self.known.came)])
        at = np.arange(origin, min(origin + _MOST_DAYS, len(self.known)) + 1)
        within = total[at] - np.interp(at - stay, np.arange(len(total)), total)
        return np.asarray(within[1:] * self.known.held[origin - 1] / within[0])
