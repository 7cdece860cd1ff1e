"""The fit: nonlinear least squares of the expected course on published figures (Branch, Coleman and Li 1999)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple

import numpy as np
import yaml
from scipy.optimize import least_squares

from sim.arrays import Floats
from sim.experiment.backtest.fit.fitted_settings import Parameter as Value
from sim.experiment.backtest.fit.fitted_settings import fitted, settings
from sim.experiment.backtest.fit.targets import History
from sim.experiment.backtest.published_figures import Figures
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.theory.cohort_flow import Cohorts, one_area

Residuals = Callable[[Mapping[str, float]], Floats]
"""From values by name to differences from figures, in multiples of their tolerances."""

PRIOR: Final = 0.7
"""Weight of the starting values: a parameter one logarithm away counts as much as a figure 0.7 tolerances off."""
_STEP: Final = 2e-3
_MOST: Final = 12
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Parameter(NamedTuple):
    """A fitted setting: where it stands, what the scenario says and what was fitted, as text with units."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Fitted:
    """What a fit came to: settings of the scenario, and a table of them."""

    sets: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


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
        rows.append(Parameter(path, json.dumps(before).replace('"', ""), text))
    return Fitted(sets, tuple(rows))


def fit_values(scenario: Scenario, history: History, start: Mapping[str, float] | None = None) -> dict[str, float]:
    """The values of every parameter that the figures can tell; `start` only says where the search begins."""
    nation, asked = one_area(scenario, history.first, history.days), fitted(history.until)
    return nearest(asked, lambda values: history.residuals(cohorts(nation, values)), start).values


def nearest(asked: Sequence[Value], residuals: Residuals, start: Mapping[str, float] | None = None) -> Nearest:
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


def coded(parameter: Value, value: float) -> float:
    """Logarithm of the value, or of the odds of a share."""
    return float(np.log(value / (1 - value)) if parameter.share else np.log(value))


def decoded(asked: Sequence[Value], x: Floats) -> dict[str, float]:
    """Values by name from their logarithms, or those of the odds of shares."""
    return {p.name: float(1 / (1 + np.exp(-at)) if p.share else np.exp(at)) for p, at in zip(asked, x, strict=True)}
