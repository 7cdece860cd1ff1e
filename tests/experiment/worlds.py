"""Worlds and measurings that tests of studies share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.experiment.replication import values_of
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables

TINY = """\
start: 2025-01-01
days: 20
replications: 3
arrests:
  sources:
    border: {rate: 2 / d}
beds: {contracted: 5, ladder: [release: {after: 0 h}]}
case: {mode: stay, stay: {exponential: {mean: 2 d}}}
"""


def tiny(folder: Path) -> Path:
    """A scenario of some forty people in a folder."""
    path = folder / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


def second_fails(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """As usual, but the second replication breaks."""
    if replication == 2:
        raise ZeroDivisionError("of the second")
    return values_of(scenario, tables, engine, replication)


def all_fail(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """Every replication breaks."""
    raise ZeroDivisionError("of all")


def wrong_input(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """What is read turns out to be wrong."""
    raise InputError("observed.csv:3:1: not a date")


def interrupted_at_third(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """Ctrl-C, while the third replication plays."""
    if replication == 3:
        raise KeyboardInterrupt
    return values_of(scenario, tables, engine, replication)
