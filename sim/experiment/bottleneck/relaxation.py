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


def relaxations(resolved: Resolved, factor: float = FACTOR) -> list[Relaxed]:
    """Every stage that the scenario limits, in pathway order. A stage it does not limit is left out."""
    lifted = {stage: lift(resolved, factor) for stage, lift in _STAGES.items()}
    return [Relaxed(stage, how[0], how[1]) for stage, how in lifted.items() if how]


_Lifted = tuple[str, tuple[str, ...]] | None


def _officers(resolved: Resolved, factor: float) -> _Lifted:
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


def _pool(resolved: Resolved, factor: float) -> _Lifted:
    sets = varying.times(resolved, "arrests.sources.*.pool", factor)
    return (f"people not yet found x {factor:g}", sets) if sets else None


def _desks(resolved: Resolved, factor: float) -> _Lifted:
    intake = resolved.scenario.intake
    return ("desks without limit", ("intake.desks=null",)) if intake and intake.desks else None


def _beds(resolved: Resolved, factor: float) -> _Lifted:
    beds, funding = resolved.scenario.beds, resolved.scenario.funding
    if beds is None or (beds.contracted is None and beds.physical is None):
        return None
    stops = funding is not None and funding.on_exhaustion == "stop_over_funding"
    unpaid = ("beds.funded=null",) if stops and beds.funded is not None else ()
    return "beds without limit in every area", ("beds.contracted=null", "beds.physical=null", *unpaid)


def _money(resolved: Resolved, factor: float) -> _Lifted:
    funding = resolved.scenario.funding
    stops = funding is not None and funding.level is not None and funding.on_exhaustion == "stop_arrests"
    return ("arrests go on when the money is used up", ("funding.on_exhaustion=continue",)) if stops else None


def _judges(resolved: Resolved, factor: float) -> _Lifted:
    sets = varying.times(resolved, "case.dockets.*.judges", factor)
    return (f"judges x {factor:g}", sets) if sets else None


def _screening(resolved: Resolved, factor: float) -> _Lifted:
    sets = varying.times(resolved, "case.screening.officers", factor)
    return (f"screening officers x {factor:g}", sets) if sets else None


def _documents(resolved: Resolved, factor: float) -> _Lifted:
    removal = resolved.scenario.removal
    if removal is None or not removal.groups:
        return None
    third = ("removal.third_country.document=0 s",) if removal.third_country else ()
    return "travel documents at once", (*(f"removal.groups.{name}.document=0 s" for name in removal.groups), *third)


def _seats(resolved: Resolved, factor: float) -> _Lifted:
    sets = varying.times(resolved, "removal.routes.*.seats", factor)
    return (f"seats x {factor:g}", sets) if sets else None


def _clearance(resolved: Resolved, factor: float) -> _Lifted:
    clearance = resolved.scenario.release and resolved.scenario.release.clearance
    if not clearance:
        return None
    return f"reviewers x {factor:g}", varying.times(resolved, "release.clearance.reviewers", factor)


_STAGES: Final[dict[str, Callable[[Resolved, float], _Lifted]]] = {
    "officers": _officers,
    "pool": _pool,
    "money": _money,
    "desks": _desks,
    "beds": _beds,
    "clearance": _clearance,
    "screening": _screening,
    "judges": _judges,
    "documents": _documents,
    "seats": _seats,
}
