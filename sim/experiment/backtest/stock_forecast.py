"""Forecasts of the people held and of book-ins.

That of the people held begins at the pace of exits last seen.

The state is the people held by days held. They leave in two ways: through their case, at the hazards by days held that
the scenario's own laws imply, times a level that nobody explains and everybody can see; and by release, at a rate a day
of those held. Level and rate are filtered from the exits up to the origin: book-ins less the change of the stock,
because published book-outs are 2 % short of it. From there the level returns to its mean, wanders about that path, and
follows the number of people held. The forecast is this course combined with the stock last seen: whoever runs the
system keeps the stock steadier than its flows alone, and a combination is less wrong than its parts (Bates and Granger
1969).

Form and constants were chosen by the scores of monthly forecasts up to September 2025 (docs/validation.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import DRIVERS, book_ins
from sim.experiment.backtest.fit.least_squares import with_settings
from sim.experiment.backtest.published_figures import ONE_DAY, Figures
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import days_from
from sim.scenario.world.tables import build_tables
from sim.theory.cohort_flow import Cohorts, one_area
from sim.vocabulary import SOURCES

AGES: Final = 730
"""Days held that are told apart; longer stays count with the last."""
LEVEL_DAYS: Final = 7
"""Days in which the weight of an exit in the level falls to 1/e."""
RELEASE_DAYS: Final = 20
"""The same for the rate of releases."""
MEAN_DAYS: Final = 540
"""Days whose mean the level returns to."""
RETURN_DAYS: Final = 60
"""Days in which the distance to the mean falls to 1/e."""
ELASTICITY: Final = 0.7
"""Per cent by which the cases that end rise if 1 % more people are held than in the last month.

At 0 the throughput of courts and removal would be fixed, at 1 the hazard of a case is.
"""
LAST_VALUE: Final = 0.4
"""Weight of the stock last seen in the logarithm of the forecast."""
WANDER: Final = 0.22
"""Standard deviation of the logarithm of level and rate about their path."""
ENDED: Final = {dt.date(2025, 1, 27): ("parole", "recognizance")}
"""Releases that a rule ended, and the day from which a forecaster knew."""
_RELEASES: Final = ("bond", "recognizance", "parole", "supervision")
_USUAL_DAYS: Final = 30


def hazards(scenario: Scenario) -> Floats:
    """(AGES,) hazard a day of leaving through the case, by days held; mean of interior and border people.

    From the scenario's laws at the usual pace, without release clocks and without lines.
    """
    removal = scenario.removal and scenario.removal.model_copy(update={"pace": None})
    usual = [f"removal.groups.{group}.document_speed=1" for group in (removal.groups if removal else ())]
    steady = with_settings(scenario.model_copy(update={"removal": removal}), usual)
    alone = one_area(steady.model_copy(update={"release": None}), scenario.start, AGES + 1)
    cohorts = Cohorts(alone, build_tables(alone))
    kept = [cohorts.survival(SOURCES.index(source)) for source in ("at_large", "border")]
    hazard = np.mean([-np.diff(np.log(np.maximum(share, 1e-9))) for share in kept], axis=0)
    hazard[AGES // 2 :] = hazard[AGES // 4 : AGES // 2].mean()  # few are left to tell it
    return np.asarray(np.clip(hazard, 0.0, 1.0))


# --- what is known ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Known:
    """What was published of D days from `first` on.

    `came` (D,) book-ins; `held` (D,) people at the end of each day; `released` (D,) releases as a share of book-outs,
    those that a rule has `ended` since included or not; nan where nothing was published.
    """

    first: dt.date
    came: Floats
    held: Floats
    released: Floats
    lasting: Floats

    @classmethod
    def of(cls, figures: Figures, scenario: Scenario, last: dt.date) -> Known:
        """What figures say of the days up to `last`. Raises InputError if on one of them nobody came or was held."""
        first = max(figures.of(series)[0].first for series in ("held", *DRIVERS))
        dates = days_from(first, (last - first).days + 1)
        came = np.sum([book_ins(figures, series, scenario, dates) for series in DRIVERS], axis=0).astype(np.float64)
        held = np.array([figures.value("held", date) or 0.0 for date in dates])
        if (empty := (held == 0) | (came == 0)).any():
            raise InputError(f"{dates[int(np.argmax(empty))]}: `held` was not published, or it or the book-ins are 0")
        shares = np.array([_released(figures, date) for date in dates]).T
        return cls(first, came, held, *shares)

    def until(self, days: int) -> Known:
        """What was known after so many days. A month under way counts once it is over."""
        parts = {name: getattr(self, name)[:days] for name in ("came", "held", "released", "lasting")}
        return replace(self, **parts)

    def day(self, date: dt.date) -> int:
        """Days from the first."""
        return (date - self.first).days

    def __len__(self) -> int:
        return len(self.held)


def _released(figures: Figures, date: dt.date) -> tuple[float, float]:
    """Releases as a share of the book-outs of a period: all, and those that no rule has ended since."""
    total = figures.covering("book_outs_total", date)
    if total is None or not total.value:
        return np.nan, np.nan
    by = {reason: (figures.value(f"book_outs_{reason}", date) or 0.0) / total.value for reason in _RELEASES}
    ended = sum(by[reason] for rule, reasons in ENDED.items() if date < rule for reason in reasons)
    return sum(by.values()), sum(by.values()) - ended


# --- the filter -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class State:
    """An evening: `ages` (AGES,) people held, `level` of cases and its `mean`, `release` rate a day, `usual` stock."""

    ages: Floats
    level: float
    mean: float
    release: float
    usual: float

    def path(self, days: int) -> Floats:
        """(days,) the level expected on each day to come."""
        return np.asarray(self.mean * (self.level / self.mean) ** np.exp(-np.arange(days) / RETURN_DAYS))


class Filter:
    """States on the evenings of what is known, each from the days up to it."""

    def __init__(self, known: Known, hazard: Floats) -> None:
        self.known = known
        self._ages: list[Floats] = []
        self._expected, self._exits = np.zeros(len(known)), np.zeros(len(known))
        ages = np.exp(-np.cumsum(hazard))
        ages *= known.held[0] / ages.sum()
        for day in range(len(known)):
            here = _older(ages, known.came[day])
            self._expected[day], self._exits[day] = here @ hazard, here.sum() - known.held[day]
            recent = slice(max(day - 13, 0), day + 1)
            level = max(self._exits[recent].sum() / self._expected[recent].sum(), 0.05)
            ages = here * np.exp(-level * hazard)
            ages = ages * known.held[day] / ages.sum()  # scaled to the stock published
            self._ages.append(ages)

    def state(self, days: int) -> State:
        """The state after so many days."""
        known, exits, expected = self.known.until(days), self._exits[:days], self._expected[:days]
        ruled = known.first + days * ONE_DAY > min(ENDED)
        cases = exits * (1 - _filled(known.released))
        releases = exits * _filled(known.lasting if ruled else known.released)
        recent, mean = _weights(days, LEVEL_DAYS), slice(max(days - MEAN_DAYS, 0), days)
        rate = _weights(days, RELEASE_DAYS)
        return State(
            ages=self._ages[days - 1],
            level=float(recent @ cases / (recent @ expected)),
            mean=float(cases[mean].sum() / expected[mean].sum()),
            release=float(rate @ releases / (rate @ known.held)),
            usual=float(known.held[-_USUAL_DAYS:].mean()),
        )


def _weights(days: int, fade: int) -> Floats:
    return np.exp(-np.arange(days)[::-1] / fade)


def _filled(values: Floats) -> Floats:
    """Gaps take the value before them, those at the start the first one; 0 where there is none."""
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        return np.zeros(len(values))
    return np.asarray(values[there[np.maximum(np.searchsorted(there, np.arange(len(values)), side="right") - 1, 0)]])


def _older(ages: Floats, came: Floats | float) -> Floats:
    """(…, AGES) the same people a day later, with those who come."""
    here = np.roll(ages, 1, axis=-1)
    here[..., -1] += here[..., 0]
    here[..., 0] = came
    return here


# --- the forecast -----------------------------------------------------------------------------------
def wander(paths: int, days: int, rng: np.random.Generator) -> Floats:
    """(paths, days) logarithms by which level and rate leave their path: first-order autoregressive, stationary."""
    keep = np.exp(-1 / RETURN_DAYS)
    noise = rng.standard_normal((days, (paths + 1) // 2))
    noise = np.concatenate([noise, -noise], axis=1)[:, :paths]  # antithetic: their mean is exact
    out = np.empty((days, paths))
    out[0] = WANDER * noise[0]
    for day in range(1, days):
        out[day] = keep * out[day - 1] + WANDER * np.sqrt(1 - keep**2) * noise[day]
    return out.T


def course(state: State, hazard: Floats, came: Floats, deviations: Floats) -> Floats:
    """(paths, D) people held at the end of each day.

    Args:
        state: Where the forecast begins.
        hazard: As from `hazards`.
        came: (D,) or (paths, D) book-ins.
        deviations: (paths, D) logarithms by which level and rate leave their path.
    """
    paths, days = deviations.shape
    ages, level, pace = np.tile(state.ages, (paths, 1)), state.path(days), np.exp(deviations)
    held = np.empty((paths, days))
    for day in range(days):
        ages = _older(ages, came[..., day])
        crowd = (ages.sum(axis=1) / state.usual) ** (ELASTICITY - 1)
        rate = np.multiply.outer(level[day] * pace[:, day] * crowd, hazard) + (state.release * pace[:, day])[:, None]
        ages *= np.exp(-rate)
        held[:, day] = ages.sum(axis=1)
    return np.asarray(held ** (1 - LAST_VALUE) * state.ages.sum() ** LAST_VALUE)


def chance(held: Floats, came: Floats, before: float) -> Floats:
    """(D,) standard deviation of the people held by chance alone: whoever is held leaves or stays independently."""
    variance, out = 0.0, np.empty(len(held))
    for day, (people, come) in enumerate(zip(held, came, strict=True)):
        kept = min(people / (before + come), 1.0)
        variance = variance * kept**2 + (before + come) * kept * (1 - kept)
        out[day], before = variance**0.5, people
    return out


# --- book-ins -------------------------------------------------------------------------------------
BOOK_IN_DAYS: Final = 28
"""Days whose mean is the level: four whole weeks."""
DRIFT: Final = 0.02
"""Standard deviation of the change of the logarithm of the level in a day."""
DAILY: Final = 0.14
"""Standard deviation of the logarithm of a day about weekday and level."""


def book_in_paths(known: Known, weekdays: Floats, days: int, paths: int, rng: np.random.Generator) -> Floats:
    """(paths, days) book-ins on the days after what is known; `weekdays` (7,) are factors from Monday on, of mean 1."""
    level = known.came[-BOOK_IN_DAYS:].mean()
    first = (known.first + len(known) * ONE_DAY).weekday()
    factor = weekdays[(first + np.arange(days)) % 7]
    drift = np.cumsum(DRIFT * rng.standard_normal((paths, days)), axis=1)
    return np.asarray(level * factor * np.exp(drift + DAILY * rng.standard_normal((paths, days))))
