"""Which goal is missed, from when, and because of which stage (`columns.BINDING` states the rule)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.counting import person_seconds
from sim.measures.custody import Custody
from sim.measures.series import Series
from sim.names import SHORTFALL_CAUSES
from sim.scenario.tables import NONE

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WINDOW_DAYS = 28
_UPSTREAM = ("officers", "pool", "money")


@dataclass(frozen=True)
class Goal:
    """A goal and what was done, both (D,) in thousandths of a person a day; `set_on` the days with a goal."""

    asked: Ints
    done: Ints
    set_on: Bools

    @property
    def total_milli(self) -> int | None:
        """Asked for in the window; None without a goal."""
        return int(self.asked[self.set_on].sum()) if self.set_on.any() else None

    @property
    def missed(self) -> Bools:
        """(D,) whether the mean of the last 28 days (fewer at the start) is below the mean goal."""
        behind = np.where(self.set_on, self.asked - self.done, 0)
        summed = np.cumsum(behind)
        summed[WINDOW_DAYS:] -= np.cumsum(behind)[:-WINDOW_DAYS]
        return (summed > 0) & self.set_on


def arrest_goal(series: Series) -> Goal:
    """Interior arrests against `arrests.goal`."""
    asked = series.tables.goal_milli
    return Goal(asked, series.arrests_interior.sum(1) * 1000, asked >= 0)


def removal_goal(series: Series) -> Goal:
    """Removals against `removal.goal`, which the days share to the last thousandth."""
    days, total = series.tables.days, series.tables.removal_goal_milli
    asked = np.full(days, NONE) if total == NONE else np.diff(np.arange(days + 1) * total // days)
    return Goal(asked, series.removals.sum(1) * 1000, asked >= 0)


def shortfall(series: Series) -> dict[str, Ints]:
    """(D,) thousandths of an arrest short of the goal, by cause; they add up to goal − interior arrests."""
    goal = arrest_goal(series)
    causes = dict(zip(SHORTFALL_CAUSES, series.records.shortfall_milli.T, strict=False))
    causes = {cause: np.where(goal.set_on, milli, 0) for cause, milli in causes.items()}
    rest = np.where(goal.set_on, goal.asked - goal.done, 0) - sum(causes.values())
    return {**causes, "chance": rest}


def goal_missed_from(series: Series) -> str | None:
    """ISO date of the first day from which the goal stays missed; None if it is met at the end or not set."""
    for goal in (arrest_goal(series), removal_goal(series)):
        if goal.set_on.any():
            missed = goal.missed
            met = np.flatnonzero(~missed)
            first = int(met[-1]) + 1 if len(met) else 0
            return (series.tables.start + dt.timedelta(days=first)).isoformat() if missed[-1] else None
    return None


def binding_stage(series: Series) -> str | None:
    """The word of `columns.BINDING`; None if no goal is set or missed."""
    arrests, removals = arrest_goal(series).missed, removal_goal(series).missed
    if removals.any():
        return _behind_on_removals(series, removals, arrests)
    return _behind_on_arrests(series, arrests) if arrests.any() else None


def _behind_on_removals(series: Series, missed: Bools, arrests_missed: Bools) -> str | None:
    waited = waiting(series.custody, missed)
    held = int(person_seconds(series.custody.everywhere, series.tables.days)[missed].sum())
    cause = _largest_cause(series, arrests_missed) if arrests_missed.any() else None
    if cause in _UPSTREAM and 2 * sum(waited.values()) < held:
        return cause
    return _longest(waited)


def _behind_on_arrests(series: Series, missed: Bools) -> str | None:
    cause = _largest_cause(series, missed)
    return _longest(waiting(series.custody, missed)) if cause == "throttle" else cause


def _largest_cause(series: Series, missed: Bools) -> str:
    by_cause = {cause: int(milli[missed].sum()) for cause, milli in shortfall(series).items()}
    return max(by_cause, key=lambda cause: by_cause[cause])


def waiting(custody: Custody, on: Bools) -> dict[str, int]:
    """Person-seconds waited on each line on the days chosen, by stage in pathway order."""
    lines = {
        "desks": custody.desk_line,
        "beds": custody.bed_line,
        "clearance": custody.clearance_line,
        "screening": custody.screening_line,
        "courts": custody.docket_line,
        "documents": custody.documents,
        "stays": custody.stays_of_removal,
        "seats": custody.seat_line,
    }
    return {stage: int(person_seconds(span, len(on))[on].sum()) for stage, span in lines.items()}


def _longest(waited: dict[str, int]) -> str | None:
    stage = max(waited, key=lambda name: waited[name])
    return stage if waited[stage] > 0 else None
