"""The fit: nonlinear least squares of the expected course on published figures (Branch, Coleman and Li 1999)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final, NamedTuple

import numpy as np
import yaml
from scipy.optimize import least_squares

from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import DRIVERS, book_ins, intensities
from sim.experiment.backtest.fit.fitted_settings import Parameter, fitted, settings
from sim.experiment.backtest.published_figures import ONE_DAY, QUANTILES, SERIES, Figure, Figures
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.tables import build_tables
from sim.theory.cohort_flow import Cohorts, Expected, one_area
from sim.vocabulary import INTERIOR

Residuals = Callable[[Mapping[str, float]], Floats]
"""From values by name to differences from figures, in multiples of their tolerances."""

PRIOR: Final = 0.7
"""Weight of the starting values: a parameter one logarithm away counts as much as a figure 0.7 tolerances off."""
_STEP: Final = 2e-3
_MOST: Final = 12
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class FittedSetting(NamedTuple):
    """A fitted setting: where it stands, what the scenario says and what was fitted, as text with units."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Fitted:
    """What a fit came to: settings of the scenario, and a table of them."""

    sets: tuple[str, ...] = ()
    parameters: tuple[FittedSetting, ...] = ()


@dataclass(frozen=True)
class Nearest:
    """Where a search ended: `values`; `x` (P,) logarithms from the guesses; residuals there (F,), slopes (F, P).

    The last P residuals are those from the guesses.
    """

    values: dict[str, float]
    x: Floats
    residuals: Floats
    slopes: Floats


def fit(
    scenario: Scenario, figures: Figures, until: dt.date, forecast: bool = True, by_way_of: dt.date | None = None
) -> Fitted:
    """The national scenario fitted on what was known by a date.

    `forecast`: for the days from then on. `by_way_of`: an earlier date from whose fit the search begins; distances have
    more than one low, and shares of tracks trade off against times.
    """
    begin = None
    if by_way_of is not None:
        begin = fit_values(scenario, History(scenario, figures.until(by_way_of), by_way_of))
    values = fit_values(scenario, History(scenario, figures, until), begin)
    sets = settings(values, until if forecast else None)
    tree = scenario.model_dump()
    rows = []
    for setting in sets:
        path, _, text = setting.partition("=")
        before = reduce(dict.__getitem__, path.split("."), tree)
        rows.append(FittedSetting(path, json.dumps(before).replace('"', ""), text))
    return Fitted(sets, tuple(rows))


def fit_values(scenario: Scenario, history: History, start: Mapping[str, float] | None = None) -> dict[str, float]:
    """The values of every parameter that the figures can tell; `start` only says where the search begins."""
    nation, asked = one_area(scenario, history.first, history.days), fitted(history.until)
    return nearest(asked, lambda values: history.residuals(cohorts(nation, values)), start).values


def nearest(asked: Sequence[Parameter], residuals: Residuals, start: Mapping[str, float] | None = None) -> Nearest:
    """The values with the smallest distance from figures and guesses; the search begins at `start`, else at these."""
    centre = np.array([coded(p, p.start) for p in asked])
    begin = np.array([coded(p, (start or {}).get(p.name, p.start)) for p in asked])
    width = np.array([p.width for p in asked]) + 1e-6
    begin = np.clip(begin, centre - 0.99 * width, centre + 0.99 * width)

    def distance(x: Floats) -> Floats:
        return np.concatenate([residuals(decoded(asked, x - 10 + centre)), PRIOR * (x - 10)])

    # Shifted by 10: the step of a difference is relative, and a parameter may well be at its centre.
    bounds = (10 - width, 10 + width)
    found = least_squares(distance, begin - centre + 10, bounds=bounds, loss="soft_l1", diff_step=_STEP, max_nfev=_MOST)
    unscaled = found.jac * ((1 + found.fun**2) ** 0.75)[:, None]  # scipy weights its rows by the loss
    return Nearest(decoded(asked, found.x - 10 + centre), found.x - 10, found.fun, unscaled)


def cohorts(nation: Scenario, values: Mapping[str, float]) -> Cohorts:
    """The analytic twin of a scenario with these values."""
    changed = with_settings(nation, settings(values))
    return Cohorts(changed, build_tables(changed))


def with_settings(scenario: Scenario, sets: Sequence[str]) -> Scenario:
    """The scenario with `path=value` settings applied; quicker than loading its file, without its messages."""
    tree = scenario.model_dump()
    for setting in sets:
        path, _, text = setting.partition("=")
        *above, last = path.split(".")
        reduce(dict.__getitem__, above, tree)[last] = yaml.load(text, _LOADER)
    return Scenario.model_validate(tree)


def coded(parameter: Parameter, value: float) -> float:
    """Logarithm of the value, or of the odds of a share."""
    return float(np.log(value / (1 - value)) if parameter.share else np.log(value))


def decoded(asked: Sequence[Parameter], x: Floats) -> dict[str, float]:
    """Values by name from their logarithms, or those of the odds of shares."""
    return {p.name: float(1 / (1 + np.exp(-at)) if p.share else np.exp(at)) for p, at in zip(asked, x, strict=True)}


# --- what a fit must meet -------------------------------------------------------------------------
BEFORE: Final = 120
"""Days of arrivals at the level of the first three months, before the figures begin."""
FIRST_SCORED: Final = dt.date(2023, 11, 1)
LEAST: Final = FIRST_SCORED + dt.timedelta(days=60)
"""A fit needs figures up to this day at least."""
SHORT_BOOK_OUTS: Final = 1.02
"""Published book-outs are about 2 % short of what the stock implies (some 18.5 exits a day)."""
_HELD, _BORDER, _LONG, _VERY_LONG, _STAY, _ALOS = 0.05, 0.02, 0.006, 0.003, 0.012, 0.06
_FEW: Final = 60.0


@dataclass(frozen=True)
class Course:
    """An expected course on the days of the history, scaled to the published stock before the first day scored."""

    expected: Expected
    arrivals: Floats

    @cached_property
    def held(self) -> Floats:
        """(D,) people held at the end of each day."""
        return np.asarray(self.expected.held.sum(0))


class History:
    """The published past of the nation, from `BEFORE` days before the first book-in figure to `until`.

    Raises InputError where `until` is too early, or a day of it has no book-ins.
    """

    def __init__(self, scenario: Scenario, figures: Figures, until: dt.date) -> None:
        known = _first(figures, until)
        self.first, self.until, self.figures = known - dt.timedelta(days=BEFORE), until, figures
        self.days = (until - self.first).days + 1
        self.arrivals = self._arrivals(scenario, known)

    def day(self, date: dt.date) -> int:
        """Days from the first."""
        return (date - self.first).days

    def course(self, cohorts: Cohorts, scored: dt.date = FIRST_SCORED) -> Course:
        """The expected course, from the published stock at the midnight before `scored`."""
        start = self.day(scored) - 1
        held = self.figures.value("held", scored - ONE_DAY)
        arrivals = self.arrivals.copy()
        if held is not None:
            arrivals[:, : start + 1] *= held / cohorts.expected(arrivals).held[:, start].sum()
        return Course(cohorts.expected(arrivals), arrivals)

    def _arrivals(self, scenario: Scenario, known: dt.date) -> Floats:
        """(3, D) book-ins by source."""
        dates = [known + dt.timedelta(days=k) for k in range((self.until - known).days + 1)]
        ice, cbp = (book_ins(self.figures, series, scenario, dates).astype(np.float64) for series in DRIVERS)
        frame = Frame(known, len(dates), tuple(scenario.areas))
        interior = intensities(scenario.model_copy(update={"start": known, "days": len(dates)}), frame).sum(1)
        at_large = interior[0] / interior[: len(INTERIOR)].sum(0)
        seen = np.stack([ice * at_large, ice * (1 - at_large), cbp])
        return np.concatenate([np.repeat(seen[:, :90].mean(1, keepdims=True), BEFORE, axis=1), seen], axis=1)

    # --- how far a course is from the figures ---------------------------------------------------
    def residuals(self, cohorts: Cohorts) -> Floats:
        """Differences from every figure, each in multiples of its tolerance."""
        course = self.course(cohorts)
        parts = (self._held, self._flows, self._border, self._ages, self._stays, self._mean_stays)
        return np.array([difference for part in parts for difference in part(cohorts, course)])

    def _of(self, series: str) -> tuple[Figure, ...]:
        return self.figures.within(series, FIRST_SCORED, self.until)

    def _held(self, _: Cohorts, course: Course) -> Iterator[float]:
        for figure in self._of("held")[::7]:
            yield (course.held[self.day(figure.last)] / figure.value - 1) / _HELD

    def _flows(self, _: Cohorts, course: Course) -> Iterator[float]:
        for name, series in SERIES.items():
            for figure in self._of(name) if series.tolerance else ():
                days = slice(self.day(figure.first), self.day(figure.last) + 1)
                stock = [f.value for f in self.figures.within("held", figure.first, figure.last)]
                if stock:
                    left = course.expected.exits[series.exits[0]][days].sum()
                    flow = left * np.mean(stock) / course.held[days].mean()
                    seen = figure.value * SHORT_BOOK_OUTS
                    yield (flow - seen) / (series.tolerance * seen + _FEW)

    def _border(self, _: Cohorts, course: Course) -> Iterator[float]:
        for figure in self._of("held_cbp"):
            day, ice = self.day(figure.last), self.figures.value("held_ice", figure.last)
            if ice is not None:
                share = course.expected.held[2, day] / course.held[day]
                yield (share - figure.value / (figure.value + ice)) / _BORDER

    def _ages(self, cohorts: Cohorts, course: Course) -> Iterator[float]:
        for figure in self._of("held_0_180_d")[::6]:
            parts = [self.figures.value(f"held_{band}_d", figure.last) for band in ("181_365", "366_730", "over_730")]
            middle, late, last = (value or 0.0 for value in parts)
            ages = cohorts.ages(course.arrivals, self.day(figure.last))
            total, seen = ages.sum(), figure.value + middle + late + last
            yield (ages[181:].sum() / total - (middle + late + last) / seen) / _LONG
            yield (ages[366:].sum() / total - (late + last) / seen) / _VERY_LONG

    def _stays(self, cohorts: Cohorts, course: Course) -> Iterator[float]:
        """Quantiles of completed stays, where they were published by then."""
        found = {p: self._of(f"stay_p{p}") for p in QUANTILES}
        if all(found.values()):
            figure = found[50][-1]
            share = cohorts.stays(course.arrivals, self.day(figure.first), self.day(figure.last))
            for p, figures in found.items():
                there = np.interp(figures[-1].value, np.arange(len(share)) + 0.5, share)
                yield float((there - p / 100) / _STAY)

    def _mean_stays(self, cohorts: Cohorts, course: Course) -> Iterator[float]:
        """Mean stay of those who left in one month of three, from how the sum of times served changes."""
        for figure in self._of("alos")[::3]:
            first, last = self.day(figure.first) - 1, self.day(figure.last)
            served = [cohorts.ages(course.arrivals, day) @ (np.arange(day + 1) + 0.5) for day in (first, last)]
            days = slice(first + 1, last + 1)
            left = sum(flow[days].sum() for flow in course.expected.exits.values())
            mean = (course.held[days].sum() - (served[1] - served[0])) / left
            yield (mean / figure.value - 1) / _ALOS


def _first(figures: Figures, until: dt.date) -> dt.date:
    """The first day with book-ins."""
    if until < LEAST:
        raise InputError(f"{until}: too early for a fit, which needs figures up to {LEAST} or later")
    book_ins = figures.of(DRIVERS[0])
    if not book_ins or book_ins[0].first >= FIRST_SCORED:
        raise InputError(f"{DRIVERS[0]}: a fit needs it from before {FIRST_SCORED} on")
    return book_ins[0].first
