"""The place of calibration: who is held at the start, and values fitted on what was known by a date."""

from __future__ import annotations

import datetime as dt
import importlib
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, NamedTuple, Protocol, cast, runtime_checkable

from sim.errors import InputError
from sim.scenario.schema import Scenario
from sim.studies.backtest.driving import held_sets
from sim.studies.backtest.figures import Figures

_CALIBRATION: Final = "sim.studies.calibration"


class Parameter(NamedTuple):
    """A fitted value: where it stands, what the scenario says and what was fitted, as text with units."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Fitted:
    """What a fit came to: settings of the scenario, and a table of them."""

    sets: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


@runtime_checkable
class Calibration(Protocol):
    """What a back-test asks of calibration. `figures` holds nothing that was not known by the date given."""

    def day0_sets(self, scenario: Scenario, figures: Figures, start: dt.date) -> tuple[str, ...]:
        """Settings `path=value` of the people held when the first day begins."""

    def fit(self, scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
        """The scenario's parameters fitted on the figures."""


class Plain:
    """Without calibration: the published number and areas, everything else as the scenario says."""

    def day0_sets(self, scenario: Scenario, figures: Figures, start: dt.date) -> tuple[str, ...]:
        """The stock and its areas."""
        return held_sets(scenario, figures, start)

    def fit(self, scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
        """There is nothing to fit with."""
        raise InputError("--fit-until: this version has no calibration to fit with; leave the option out")


def calibration() -> Calibration:
    """The calibration, if it is there."""
    found = importlib.import_module(_CALIBRATION) if find_spec(_CALIBRATION) else None
    return cast(Calibration, found) if isinstance(found, Calibration) else Plain()
