"""The files a scenario reads, looked at before anything is run."""

from __future__ import annotations

from sim.people.composition import read_composition
from sim.people.observed import observed_arrests
from sim.scenario.schema import Removal, Scenario
from sim.scenario.world.calendars import Frame


def check_inputs(scenario: Scenario) -> None:
    """Read every file that the scenario names. Raises InputError with one line, FILE:LINE: what is wrong."""
    if scenario.arrests.observed is not None:
        observed_arrests(scenario.arrests.observed, Frame(scenario.start, scenario.days, tuple(scenario.areas)))
    if scenario.people.day0.composition is not None:
        read_composition(scenario.people.day0.composition, tuple((scenario.removal or Removal()).groups))
