"""Who is held at the start of a back-test, and values fitted on what was known by a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

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


class Calibration(Protocol):
    """What a back-test asks."""

    def day0_sets(
        self, path: str, sets: Sequence[str], figures: Figures, start: dt.date, folder: Path
    ) -> tuple[str, ...]:
        """Settings of the people held when the first day begins; files they name are written to `folder`.

        Of figures after the start only book-ins of a period that began before it may be used.
        """

    def fit(self, scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
        """The scenario's parameters fitted on the figures, none of which speaks of a day after `until`."""


class Plain:
    """For a scenario without the national pathway: the published number and areas, all else as it says."""

    def day0_sets(
        self, path: str, sets: Sequence[str], figures: Figures, start: dt.date, folder: Path
    ) -> tuple[str, ...]:
        """The stock and its areas."""
        return held_sets(load(path, sets).scenario, figures, start)

    def fit(self, scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
        """There is nothing to fit with."""
        raise InputError("--fit-until: fits scenarios that extend national.yaml; leave the option out for this one")


class National(Plain):
    """The years before are played to know who is held; parameters are fitted on the analytic twin."""

    def day0_sets(
        self, path: str, sets: Sequence[str], figures: Figures, start: dt.date, folder: Path
    ) -> tuple[str, ...]:
        """The stock, its areas, and a sample of who is held."""
        file = folder / HELD
        file.write_text(composition_csv(path, sets, figures, start), encoding="utf-8", newline="")
        return (*super().day0_sets(path, sets, figures, start, folder), f"people.day0.composition={file}")

    def fit(self, scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
        """Nonlinear least squares on the expected course."""
        return fit(scenario, figures, until)


def calibration(scenario: Scenario) -> Calibration:
    """What fits a scenario."""
    case, removal, release = scenario.case, scenario.removal, scenario.release
    paths = case is not None and case.mode == "tracks" and len(case.preparing) == 4
    groups = removal is not None and set(GROUPS) <= set(removal.groups)
    clocks = release is not None and set(CLOCK_REASONS) - set(release.clocks) <= {"court_order"}
    return National() if paths and groups and clocks else Plain()
