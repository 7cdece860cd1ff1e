"""Naive forecasts of the people held, to be beaten: each driven by the same book-ins.

`last_value`: the stock stays as it was. `constant_hazard`: every day the same share of the people held leaves.
`constant_stay`: an M(t)/G/inf station (Eick, Massey and Whitt 1993) whose stay is the same for all, so that the
people held are those booked in within one stay. Hazard and stay are fitted on the last days that were known.

Bands are those of past errors, made symmetric as the baseline of the hubs does: the errors of the weekly origins of the
year before, as far as their outcome was known (Cramer et al. 2022).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import DRIVERS, book_ins
from sim.experiment.backtest.published_figures import ONE_DAY, Figures
from sim.experiment.backtest.stock_forecast import Known
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import days_from

FIT_DAYS: Final = 90
"""Days before the end of what was known on which hazard and stay are fitted: the last quarter."""
METHODS: Final = ("last_value", "constant_hazard", "constant_stay")


@dataclass(frozen=True)
class Naive:
    """Forecasts (D,) by method, and the parameter of each: (name, value, unit)."""

    held: dict[str, Floats]
    parameters: dict[str, tuple[str, float, str]]


def forecasts(figures: Figures, scenario: Scenario, known_until: dt.date) -> Naive:
    """The naive forecasts that can be made for a scenario's window.

    Parameters use no figure later than `known_until`; the stock at the start and all book-ins are given.
    """
    stock = float(figures.value("held", scenario.start - ONE_DAY) or 0.0)
    dates = days_from(scenario.start, scenario.days)
    made = {"last_value": np.full(scenario.days, stock)}
    parameters = {"last_value": ("held", stock, "people")}
    hazard = exit_hazard(figures.until(known_until), scenario, known_until)
    if hazard is not None:
        made["constant_hazard"] = constant_hazard(stock, _both(figures, scenario, dates), hazard)
        parameters["constant_hazard"] = ("exits", 100 * hazard, "% / d")
        past = constant_stay(figures, scenario, dates, 1 / hazard)
        if past is not None:
            made["constant_stay"] = past
            parameters["constant_stay"] = ("stay", 1 / hazard, "d")
    return Naive(made, parameters)


def exit_hazard(known: Figures, scenario: Scenario, last: dt.date) -> float | None:
    """Exits over person-days held, in the last FIT_DAYS of what is known; None if they are not known."""
    last = min([last, *(figures[-1].last for series in ("held", *DRIVERS) if (figures := known.of(series)))])
    there = [held for day in range(FIT_DAYS, -1, -1) if (held := known.value("held", last - day * ONE_DAY)) is not None]
    try:
        came = float(_both(known, scenario, days_from(last - (FIT_DAYS - 1) * ONE_DAY, FIT_DAYS)).sum())
    except InputError:
        return None
    if len(there) <= FIT_DAYS or not sum(there[:-1]):
        return None
    hazard = (came - (there[-1] - there[0])) / sum(there[:-1])
    return hazard if hazard > 0 else None


def constant_hazard(stock: float, came: Floats, hazard: float) -> Floats:
    """(D,) people held at the end of each day if a share `hazard` of those held at its start leaves."""
    held = []
    for people in came.tolist():
        stock += people - hazard * stock
        held.append(stock)
    return np.array(held)


def constant_stay(figures: Figures, scenario: Scenario, dates: Sequence[dt.date], stay_days: float) -> Floats | None:
    """(D,) book-ins of the last `stay_days` days; None if these are not known so far back."""
    whole, part = int(stay_days), stay_days % 1.0
    before = days_from(dates[0] - (whole + 1) * ONE_DAY, whole + 1)
    try:
        came = _both(figures, scenario, [*before, *dates])
    except InputError:
        return None
    total = np.concatenate([[0.0], np.cumsum(came)])
    ends = np.arange(len(before) + 1, len(total))
    held: Floats = total[ends] - total[ends - whole] + part * came[ends - whole - 1]
    return held


def _both(figures: Figures, scenario: Scenario, dates: Sequence[dt.date]) -> Floats:
    """(D,) people booked in, from both agencies."""
    ice, cbp = (book_ins(figures, series, scenario, dates) for series in DRIVERS)
    return (ice + cbp).astype(np.float64)


# --- with bands -----------------------------------------------------------------------------------
GIVEN: Final = "held"
OPEN: Final = "held_book_ins_forecast"
BOOK_INS: Final = "book_ins"
BANDED: Final = {
    GIVEN: ("last_value", "hazard_30_d", "hazard_90_d", "constant_stay"),
    OPEN: ("last_value", "hazard_30_d", "hazard_90_d"),
    BOOK_INS: ("last_week", "mean_28_d"),
}
"""By series: people held with book-ins given, and as in the last four weeks; book-ins."""
WARM_DAYS: Final = 92
"""Days before the first origin: what the longest of these forecasts looks back at."""
WEEK: Final = 7
_MOST_DAYS: Final = 180


class NaiveBands:
    """Naive forecasts from any day of what is known."""

    def __init__(self, known: Known, levels: Sequence[float]) -> None:
        self.known, self.levels = known, levels
        self._point = cache(self._forecast)

    def quantiles(self, series: str, method: str, origin: int, days: int) -> Floats:
        """(levels, days) quantiles of a forecast: of past errors and their opposites about the forecast itself.

        A lead without errors has those of the lead before it.
        """
        seen = self.known.came if series == BOOK_INS else self.known.held
        past = range(max(WARM_DAYS, origin - 365 - days), origin, WEEK)
        errors = np.full((len(past), days), np.nan)
        for row, start in enumerate(past):
            n = min(days, origin - start)
            errors[row, :n] = np.log(seen[start : start + n] / self._point(series, method, start)[:n])
        both, out = np.concatenate([errors, -errors]), np.zeros((len(self.levels), days))
        for day in range(days):
            there = both[~np.isnan(both[:, day]), day]
            out[:, day] = np.quantile(there, self.levels) if len(there) else out[:, max(day - 1, 0)]
        return np.asarray(self._point(series, method, origin)[:days] * np.exp(out))

    def _forecast(self, series: str, method: str, origin: int) -> Floats:
        """(days,) the forecast itself, for as many days as book-ins are known where it needs them."""
        came, held = self.known.came, float(self.known.held[origin - 1])
        if method == "last_value":
            return np.full(_MOST_DAYS, held)
        if method == "last_week":
            return np.resize(came[origin - WEEK : origin], _MOST_DAYS)
        mean = np.full(_MOST_DAYS, came[origin - 4 * WEEK : origin].mean())
        if method == "mean_28_d":
            return mean
        if method == "constant_stay":  # book-ins of the last such days, scaled to the stock at the origin
            total = np.concatenate([[0.0], np.cumsum(came)])
            at = np.arange(origin, min(origin + _MOST_DAYS, len(self.known)) + 1)
            within = total[at] - np.interp(at - 1 / self._hazard(origin, 90), np.arange(len(total)), total)
            return np.asarray(within[1:] * held / within[0])
        coming = mean if series == OPEN else came[origin : origin + _MOST_DAYS]
        return constant_hazard(held, coming, self._hazard(origin, int(method.split("_")[1])))

    def _hazard(self, origin: int, days: int) -> float:
        """Exits over person-days held in the days before the origin."""
        held = self.known.held[origin - days - 1 : origin]
        return float((self.known.came[origin - days : origin].sum() - (held[-1] - held[0])) / held[:-1].sum())
