"""What it means to lift the limit of a stage: the `path=value` options that do it in a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sim.experiment.solve import vary as varying
from sim.scenario.loading import Resolved
from sim.scenario.world.tables import build_tables

FACTOR: Final = 10.0
"""What a capacity that cannot be made endless is multiplied by."""
_MARGIN: Final = 1.25
"""Officers beyond the goal: people are drawn for what officers could do, so still more of them only cost time."""


@dataclass(frozen=True)
class Relaxed:
    """A stage with its limit lifted: how, in words, and the options that do it."""

    stage: str
    how: str
    sets: tuple[str, ...]


_SCALED: Final = {
    "pool": ("people not yet found", "arrests.sources.*.pool"),
    "clearance": ("reviewers", "release.clearance.reviewers"),
    "screening": ("screening officers", "case.screening.officers"),
    "judges": ("judges", "case.dockets.*.judges"),
    "seats": ("seats", "removal.routes.*.seats"),
}
"""Stages whose capacity is multiplied: what it is, and the values that say it."""
_Lifted = tuple[str, tuple[str, ...]] | None


def relaxations(resolved: Resolved, factor: float = FACTOR) -> list[Relaxed]:
    """Every stage that the scenario limits, in pathway order. A stage it does not limit is left out."""
    lifted = {stage: _lifted(stage, resolved, factor) for stage in _ORDER}
    return [Relaxed(stage, *how) for stage, how in lifted.items() if how]


def _lifted(stage: str, resolved: Resolved, factor: float) -> _Lifted:
    if stage not in _SCALED:
        return _OTHERS[stage](resolved)
    words, values = _SCALED[stage]
    sets = varying.times(resolved, values, factor)
    return (f"{words} x {factor:g}", sets) if sets else None


def _officers(resolved: Resolved) -> _Lifted:
    """As many as the goal asks for at its highest; without a goal nothing is asked of them."""
    scenario, tables = resolved.scenario, build_tables(resolved.scenario)
    goal, could = tables.goal_milli, tables.capability_milli.sum((0, 1))
    days = (goal > 0) & (could > 0)
    if not days.any():
        return None
    times = max(1.0, float((goal[days] / could[days]).max())) * _MARGIN
    sets = varying.times(resolved, "arrests.sources.*.officers", times)
    details = scenario.funding.staff.details if scenario.funding else {}
    note = ", those lent as they are" if details else ""
    return (f"officers x {times:.3g}: enough for the goal on every day{note}", sets) if sets else None


def _money(resolved: Resolved) -> _Lifted:
    funding = resolved.scenario.funding
    stops = funding is not None and funding.level is not None and funding.on_exhaustion == "stop_arrests"
    return ("arrests go on when the money is used up", ("funding.on_exhaustion=continue",)) if stops else None


def _desks(resolved: Resolved) -> _Lifted:
    intake = resolved.scenario.intake
    return ("desks without limit", ("intake.desks=null",)) if intake and intake.desks else None


def _beds(resolved: Resolved) -> _Lifted:
    beds, funding = resolved.scenario.beds, resolved.scenario.funding
    if beds is None or (beds.contracted is None and beds.physical is None):
        return None
    stops = funding is not None and funding.on_exhaustion == "stop_over_funding"
    unpaid = ("beds.funded=null",) if stops and beds.funded is not None else ()
    return "beds without limit in every area", ("beds.contracted=null", "beds.physical=null", *unpaid)


def _documents(resolved: Resolved) -> _Lifted:
    removal = resolved.scenario.removal
    if removal is None or not removal.groups:
        return None
    third = ("removal.third_country.document=0 s",) if removal.third_country else ()
    return "travel documents at once", (*(f"removal.groups.{name}.document=0 s" for name in removal.groups), *third)


_OTHERS: Final[dict[str, Callable[[Resolved], _Lifted]]] = {
    "officers": _officers,
    "money": _money,
    "desks": _desks,
    "beds": _beds,
    "documents": _documents,
}
_ORDER: Final = (
    *("officers", "pool", "money", "desks", "beds"),
    *("clearance", "screening", "judges", "documents", "seats"),
)
