"""Forecasts from the first day of every month, each from what was known then, scored beside naive ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from rich.table import Table

from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.backtest.backtest_files import WORDS, scenario_and_figures
from sim.experiment.backtest.calibration import is_national
from sim.experiment.backtest.driven_arrivals import weekday_factors
from sim.experiment.backtest.naive_forecasts import BANDED, BOOK_INS, GIVEN, OPEN, WARM_DAYS, WEEK, NaiveBands
from sim.experiment.backtest.published_figures import ONE_DAY
from sim.experiment.backtest.published_figures import load as load_figures
from sim.experiment.backtest.run import given_date, last_day
from sim.experiment.backtest.stock_forecast import (
    Filter,
    Known,
    book_in_paths,
    chance,
    course,
    hazards,
    wander,
)
from sim.experiment.options import BacktestOptions
from sim.experiment.study import Study
from sim.files.data_package import Csv

HORIZONS: Final = (30, 90, 180)
"""Days over which errors are averaged."""
LEVELS: Final = (0.01, 0.025, *(round(0.05 * k, 2) for k in range(1, 20)), 0.975, 0.99)
"""Quantiles of a forecast, those of the forecast hubs."""
COVERED: Final = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
FILTERED: Final = "filtered"
FIRST: Final = dt.date(2023, 10, 1)
"""The first origin, if none is asked for: a year of figures lies before it."""
_PATHS_PER_REPLICATION: Final = 8


class Score(NamedTuple):
    """One row of scores.csv."""

    series: str
    method: str
    horizon: int
    score: str
    value: float
    unit: str
    origins: int


Quantiles = Mapping[str, Floats]
"""By method, (levels, days) of one origin."""


@dataclass(frozen=True)
class Forecasts:
    """Forecasts by series, origin (its day) and method; what was seen, and chance (days,) at each origin."""

    known: Known
    by: Mapping[str, Mapping[int, Quantiles]]
    floor: Mapping[int, Floats]

    def seen(self, series: str) -> Floats:
        """(D,) what was published."""
        return self.known.came if series == BOOK_INS else self.known.held


# --- the forecasts of all origins -------------------------------------------------------------------
def forecasts(
    known: Known, hazard: Floats, weekdays: Floats, origins: Sequence[int], paths: int, seed: int
) -> Forecasts:
    """Forecasts from each origin, up to the longest horizon or the last day known."""
    filtered, naive = Filter(known, hazard), NaiveBands(known, LEVELS)
    by: dict[str, dict[int, Quantiles]] = {series: {} for series in BANDED}
    floor = {}
    for origin in origins:
        days = min(HORIZONS[-1], len(known) - origin)
        state, rng = filtered.state(origin), np.random.default_rng([seed, origin])
        came, deviations = known.came[origin : origin + days], wander(paths, days, rng)
        drawn = book_in_paths(known.until(origin), weekdays, days, paths, rng)
        given, open_ = (course(state, hazard, each, deviations) for each in (came, drawn))
        for series, mine in ((GIVEN, given), (OPEN, open_), (BOOK_INS, drawn)):
            others = {method: naive.quantiles(series, method, origin, days) for method in BANDED[series]}
            by[series][origin] = {FILTERED: np.quantile(mine, LEVELS, axis=0), **others}
        floor[origin] = chance(np.median(given, axis=0), came, float(known.held[origin - 1]))
    return Forecasts(known, by, floor)


# --- scores -----------------------------------------------------------------------------------------
def scores(made: Forecasts) -> Iterator[Score]:
    """Every score of every series, method and horizon; the same relative to the best naive forecast."""
    for series, by_origin in made.by.items():
        for horizon in HORIZONS:
            if whole := [origin for origin in by_origin if origin + horizon <= len(made.known)]:
                yield from _of_horizon(made, series, horizon, whole)


def _of_horizon(made: Forecasts, series: str, horizon: int, origins: Sequence[int]) -> Iterator[Score]:
    by, n = made.by[series], len(origins)
    seen = {origin: made.seen(series)[origin : origin + horizon] for origin in origins}
    found: dict[str, dict[str, float]] = {}
    for method in by[origins[0]]:
        each = [scored(by[origin][method][:, :horizon], seen[origin]) for origin in origins]
        found[method] = {score: float(np.mean([one[score] for one in each])) for score in each[0]}
        yield from (Score(series, method, horizon, score, value, "%", n) for score, value in found[method].items())
    for score in ("mape", "wis"):
        if best := min(values[score] for method, values in found.items() if method != FILTERED):
            yield Score(series, FILTERED, horizon, f"relative_{score}", found[FILTERED][score] / best, "", n)
    if series == GIVEN:
        floor = [np.sqrt(2 / np.pi) * made.floor[origin][:horizon] / seen[origin] for origin in origins]
        yield Score(series, "chance", horizon, "mape", 100 * float(np.mean(floor)), "%", n)


def scored(quantiles: Floats, seen: Floats) -> dict[str, float]:
    """Scores of one forecast, each a mean over its days in per cent (of what was seen)."""
    levels = np.array(LEVELS)
    error = quantiles[levels == 0.5][0] / seen - 1
    above, below = np.maximum(seen - quantiles, 0), np.maximum(quantiles - seen, 0)
    pinball = (levels[:, None] * above + (1 - levels[:, None]) * below).mean(axis=0)  # half the WIS (Bracher 2021)
    out = {"mape": np.abs(error).mean(), "bias": error.mean(), "wis": (2 * pinball / seen).mean()}
    for level, (first, last) in COVERED.items():
        low, high = quantiles[levels == first][0], quantiles[levels == last][0]
        out[f"coverage_{level}"] = ((low <= seen) & (seen <= high)).mean()
        out[f"width_{level}"] = ((high - low) / seen).mean()
    return {score: 100 * float(value) for score, value in out.items()}


def hub(made: Forecasts) -> Iterator[tuple[object, ...]]:
    """Rows of forecasts.csv: quantiles a week apart, in the columns of the hubverse."""
    for series, by_origin in made.by.items():
        for origin, by_method in by_origin.items():
            date = made.known.first + origin * ONE_DAY
            for method, quantiles in by_method.items():
                for day in range(WEEK, quantiles.shape[1] + 1, WEEK):
                    head = (date, series, day, date + (day - 1) * ONE_DAY, "US", method, "quantile")
                    values = quantiles[:, day - 1].round().tolist()
                    yield from ((*head, *pair) for pair in zip(LEVELS, values, strict=True))


# --- the study --------------------------------------------------------------------------------------
def backtest_origins(asked: BacktestOptions) -> tuple[Path, list[Score]]:
    """Forecast from every origin, score, and write the result folder. Raises InputError before any work."""
    if asked.origins != "monthly":
        raise InputError(f'--origins: "{asked.origins}", must be monthly')
    for flag, given in (("--freeze", asked.freeze), ("--fit-until", asked.fit_until), ("--ranges", asked.doubts)):
        if given:
            raise InputError(f"--origins: every origin has a fit of its own, leave {flag} out")
    study = Study(asked, "backtest-origins-{name}")
    scenario, figures = study.base.scenario, load_figures(asked.observed)
    if not is_national(scenario):
        raise InputError("--origins: forecasts the nation; give a scenario that extends national.yaml")
    first, last = given_date("--from", asked.first) or FIRST, given_date("--to", asked.last) or last_day(figures, FIRST)
    earliest = figures.of("held")[0].first + WARM_DAYS * 2 * ONE_DAY
    if not earliest <= first <= last <= last_day(figures, first):
        raise InputError(f"--from, --to: {first} to {last}: must lie within {earliest} to {last_day(figures, FIRST)}")
    known = Known.of(figures, scenario, last)
    origins = [day for day in range(known.day(first), len(known)) if (known.first + day * ONE_DAY).day == 1]
    if not origins:
        raise InputError(f"--origins: no month begins from {first} to {last}")
    with study.at_work():
        factors, paths = weekday_factors(scenario), _PATHS_PER_REPLICATION * asked.replications
        made = forecasts(known, hazards(scenario), factors / factors.mean(), origins, paths, scenario.seed)
        found = list(scores(made))
        tables = [Csv.of("origins", "scores.csv", found), Csv.of("origins", "forecasts.csv", list(hub(made)))]
        about = {"first_origin": first.isoformat(), "last_day": last.isoformat(), "paths": paths}
        study.publish(tables, about, scenario_and_figures(study.base, asked.observed))
    return study.part.final, found


# --- printed --------------------------------------------------------------------------------------
_SERIES: Final = {
    GIVEN: "People held, book-ins given",
    OPEN: "People held, book-ins forecast",
    BOOK_INS: "Book-ins a day",
}


def skill_tables(scores: Sequence[Score]) -> Iterator[Table]:
    """Monthly forecasts: a table per series, a column per method, a row per score and horizon."""
    for series, title in _SERIES.items():
        mine = {(s.score, s.horizon, s.method): s.value for s in scores if s.series == series}
        methods = list(dict.fromkeys(method for _, _, method in mine))
        many = ", ".join(f"{n} from {d} d" for d, n in dict.fromkeys((s.horizon, s.origins) for s in scores))
        shown = Table("score", title=f"{title} (origins: {many})", title_justify="left")
        for name in ("days", *(method.replace("_", " ") for method in methods)):
            shown.add_column(name, justify="right")
        horizons = dict.fromkeys(horizon for _, horizon, _ in mine)
        for score, name in (words[2:] for words in WORDS if words[0] == "origins"):
            for horizon in horizons:
                cells = [mine.get((score, horizon, method)) for method in methods]
                if any(cell is not None for cell in cells):
                    shown.add_row(name, str(horizon), *("" if cell is None else f"{cell:,.2f}" for cell in cells))
        yield shown
