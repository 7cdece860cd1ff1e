"""Measurings that play nothing: known formulas of what a scenario says, with a known spread."""

from __future__ import annotations

from typing import Any

from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables
from sim.theory.queueing import erlang_b
from sim.vocabulary import MEASURES

SPREAD = 0.002
"""Of the loss from replication to replication, in steps around replication 3."""
STOPS_AT: tuple[int, ...] = ()
"""Numbers of beds at which a test has Ctrl-C come."""


def nothing() -> dict[str, Any]:
    """No measure has a value."""
    return dict.fromkeys(MEASURES)


def beds_of(scenario: Scenario) -> int:
    """Beds of the one area."""
    assert scenario.beds is not None and scenario.beds.contracted is not None
    return scenario.beds.contracted.of("A").at(scenario.start)


def loss(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """Erlang B at a load of 25, of 1,000 who come."""
    if beds_of(scenario) in STOPS_AT:
        raise KeyboardInterrupt
    share = erlang_b(beds_of(scenario), 25) + SPREAD * (replication - 3)
    cost = {"cost_usd_total": 100.0 * beds_of(scenario), "held_mean": 25 * (1 - share)}
    return nothing() | cost | {"arrests": 1000, "releases_no_bed": 1000 * share, "binding_stage": "beds"}


def stages(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """Removals are the least of what desks (30), beds (50) and judges (40 for ten) let through, of 100 who come."""
    desks = 100 if scenario.intake is None or scenario.intake.desks is None else 30
    beds = 100 if scenario.beds is None or scenario.beds.contracted is None else 50
    assert scenario.case is not None
    judges = 4 * scenario.case.dockets["D"].judges.at(scenario.start)
    limits = {"": 100, "desks": desks, "beds": beds, "courts": judges}
    binds = min(limits, key=lambda stage: limits[stage])
    removals = limits[binds] + 0.01 * replication
    cost = {"cost_usd_total": 1000.0 * limits[binds]}
    return nothing() | cost | {"removals": removals, "removals_goal": 90, "binding_stage": binds or None}


def jointly(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Any]:
    """Desks and beds let through 30 each, one after the other; judges are ample."""
    one = stages(scenario, tables, engine, replication)
    desks, beds = scenario.intake and scenario.intake.desks, scenario.beds and scenario.beds.contracted
    return one | {"removals": 30 if desks or beds else 100, "binding_stage": "beds" if desks or beds else None}
