"""Who is held at the start of a back-test, and values fitted on what was known by a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import held_sets
from sim.experiment.backtest.fit.day0_sample import composition_csv
from sim.experiment.backtest.fit.least_squares import Fitted, fit
from sim.experiment.backtest.fit.parameters import GROUPS
from sim.experiment.backtest.published_figures import Figures
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.vocabulary import CLOCK_REASONS

HELD: Final = "held.csv"
"""Name, in a result, of the file that says who is held at the start."""


def is_national(scenario: Scenario) -> bool:
    """Whether the scenario has the national pathway, on which values can be fitted."""
    case, removal, release = scenario.case, scenario.removal, scenario.release
    paths = case is not None and case.mode == "tracks" and len(case.preparing) == 4
    groups = removal is not None and set(GROUPS) <= set(removal.groups)
    clocks = release is not None and set(CLOCK_REASONS) - set(release.clocks) <= {"court_order"}
    return paths and groups and clocks


def fitted(scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
    """Values fitted by nonlinear least squares on the figures up to a date. Raises InputError (`--fit-until`)."""
    if not is_national(scenario):
        raise InputError("--fit-until: fits scenarios that extend national.yaml; leave the option out for this one")
    try:
        return fit(scenario, figures.until(until), until)
    except InputError as error:
        raise InputError(f"--fit-until: {until}: of what was known then: {error}") from error


def day0_sets(path: str, sets: Sequence[str], figures: Figures, start: dt.date, folder: Path) -> tuple[str, ...]:
    """Settings of the people held when the first day begins; the file they name is written to `folder`.

    The published stock and its areas; for the nation also a sample of who is held, from playing the years before. Of
    figures after the start only book-ins of a period that began before it are used.
    """
    scenario = load(path, sets).scenario
    held = held_sets(scenario, figures, start)
    if not is_national(scenario):
        return held
    file = folder / HELD
    file.write_text(composition_csv(path, sets, figures, start), encoding="utf-8", newline="")
    return (*held, f"people.day0.composition={file}")
