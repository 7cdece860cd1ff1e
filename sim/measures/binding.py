"""Which goal is missed, from when, and because of which stage (`vocabulary.BINDING` states the rule)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Ints
from sim.measures.series import Series
from sim.scenario.world.tables import NONE
from sim.vocabulary import Cause

WINDOW_DAYS = 28
TOLERANCE_PERCENT = 2
"""A 28-day mean varies by 2 to 4 % by chance alone, so less than this is no missed goal."""
_UPSTREAM = tuple(cause.word for cause in Cause if cause.row.upstream)


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
        """(D,) whether the mean of the last 28 days (fewer at the start) is more than the tolerance below the goal."""
        asked = _last_days(np.where(self.set_on, self.asked, 0))
        done = _last_days(np.where(self.set_on, self.done, 0))
        return self.set_on & (100 * done < (100 - TOLERANCE_PERCENT) * asked)

    @property
    def missed_to_the_end(self) -> Bools:
        """(D,) the last days on end that miss the goal; none of them if the last one meets it."""
        met = np.flatnonzero(~self.missed)
        first = int(met[-1]) + 1 if len(met) else 0
        return np.arange(len(self.asked)) >= first


def _last_days(values: Ints) -> Ints:
    """(D,) sums over the last `WINDOW_DAYS` days."""
    summed = np.cumsum(values)
    summed[WINDOW_DAYS:] -= np.cumsum(values)[:-WINDOW_DAYS]
    return summed


def arrest_goal(series: Series) -> Goal:
    """Interior arrests against `arrests.goal`."""
    asked = series.tables.goal_milli
    return Goal(asked, series.arrests_interior.sum(1) * 1000, asked >= 0)


def removal_goal(series: Series) -> Goal:
    """Removals against `removal.goal`, which the days share to the last thousandth."""
    days, total = series.tables.days, series.tables.removal_goal_milli
    asked = np.full(days, NONE) if total == NONE else np.diff(np.arange(days + 1) * total // days)
    return Goal(asked, series.removals.sum(1) * 1000, asked >= 0)


GOALS = (removal_goal, arrest_goal)
"""In the order in which a missed one is explained."""


def shortfall(series: Series) -> dict[str, Ints]:
    """(D,) thousandths of an arrest short of the goal, by cause; they add up to goal − interior arrests."""
    goal = arrest_goal(series)
    counted = [cause.word for cause in Cause if cause.row.counted]
    causes = dict(zip(counted, series.records.shortfall_milli.T, strict=True))
    causes = {cause: np.where(goal.set_on, milli, 0) for cause, milli in causes.items()}
    rest = np.where(goal.set_on, goal.asked - goal.done, 0) - sum(causes.values())
    return {**causes, "chance": rest}


def goal_missed_from(series: Series) -> str | None:
    """ISO date of the first day from which the goal stays missed; None if it is met at the end or not set."""
    missed = next((days for goal in GOALS if (days := goal(series).missed_to_the_end).any()), None)
    return None if missed is None else (series.tables.start + dt.timedelta(days=int(np.argmax(missed)))).isoformat()


def binding_stage(series: Series) -> str | None:
    """The word of `vocabulary.BINDING`; None if no goal is missed at the end, or by chance alone."""
    removals, arrests = (goal(series).missed_to_the_end for goal in GOALS)
    missed = removals if removals.any() else arrests
    if not missed.any():
        return None
    cause = _largest_cause(series, missed) if arrests.any() else None
    waited = {stage: int(seconds[missed].sum()) for stage, seconds in series.waiting.items()}
    if removals.any():
        held = int(series.custody_seconds[missed].sum())
        longest_line = cause not in _UPSTREAM or 2 * sum(waited.values()) >= held
    else:
        longest_line = cause == "throttle"
    if not longest_line:
        return cause
    stage = max(waited, key=lambda name: waited[name])
    return stage if waited[stage] > 0 else None


def _largest_cause(series: Series, missed: Bools) -> str | None:
    """The largest cause of the arrest shortfall on the days chosen; None if that is chance, or nothing is short."""
    by_cause = {cause: int(milli[missed].sum()) for cause, milli in shortfall(series).items()}
    cause = max(by_cause, key=lambda cause: by_cause[cause])
    return cause if cause != "chance" and by_cause[cause] > 0 else None
