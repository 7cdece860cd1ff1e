"""Schedules of a scenario that change after a date, and settings that keep them as they were."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from sim.scenario.loading import Resolved
from sim.scenario.paths import visit

_ACTS: Final = ("people", "intake", "beds", "case", "removal", "release")
"""Stages whose schedules act in a back-test; arrests are driven, and money only reports."""
_SHOWN: Final = 3


def later_changes(tree: Mapping[str, Any], date: dt.date) -> dict[str, Mapping[dt.date, Any]]:
    """The schedules (path: value by date) of a resolved scenario that have a step after a date."""
    acting = {stage: tree[stage] for stage in _ACTS if stage in tree}
    schedules = ((path, _by_date(value)) for path, value, _ in visit(acting, lambda node, _: bool(_by_date(node))))
    return {".".join(path): steps for path, steps in schedules if len(steps) > 1 and max(steps) > date}


def frozen_sets(tree: Mapping[str, Any], date: dt.date) -> tuple[str, ...]:
    """Settings that keep every schedule as it was on a date: later steps are taken out.

    A ramp stops at its last point; a schedule that begins later keeps its first value.
    """
    return tuple(f"{path}={_frozen(value, date)}" for path, value in later_changes(tree, date).items())


def foresight(resolved: Resolved, date: dt.date) -> tuple[str, ...]:
    """A line that names the schedules that change after a date; none if there is none."""
    paths = list(later_changes(resolved.tree, date))
    if not paths:
        return ()
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    known = f"{', '.join(paths[:_SHOWN])}{more} (--freeze keeps them as they were)"
    return (f"the scenario itself changes after {date}, by knowledge of later days: {known}",)


def _by_date(value: Any) -> dict[dt.date, Any]:
    """The steps of a schedule; empty for any other value."""
    keys = {key: _as_date(key) for key in value} if isinstance(value, Mapping) else {}
    return {day: value[key] for key, day in keys.items() if day is not None}


def _as_date(key: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(key))
    except ValueError:
        return None


def _frozen(steps: Mapping[dt.date, Any], date: dt.date) -> str:
    kept = {day: value for day, value in steps.items() if day <= date} or {min(steps): steps[min(steps)]}
    return "{" + ", ".join(f"{day}: {json.dumps(value)}" for day, value in kept.items()) + "}"
