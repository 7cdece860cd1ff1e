"""What a scenario knows of days after a date: schedules that change later; and the same scenario without them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.scenario.loading import Resolved

_ACTS: Final = ("people", "intake", "beds", "case", "removal", "release")
"""Stages whose schedules act in a back-test; arrests are driven, and money only reports."""
_SHOWN: Final = 3


def later_changes(tree: Mapping[str, Any], date: dt.date) -> dict[str, Mapping[str, Any]]:
    """The schedules (path: value) of a resolved scenario that have a step after a date."""
    return {
        path: value
        for stage in _ACTS
        for path, value in _schedules(tree.get(stage), stage)
        if len(days := _days(value)) > 1 and max(days) > date
    }


def frozen_sets(tree: Mapping[str, Any], date: dt.date) -> tuple[str, ...]:
    """Settings that keep every schedule as it was on a date: later steps are taken out.

    A ramp stops at its last point; a schedule that begins later keeps its first value.
    """
    return tuple(f"{path}={_frozen(value, date)}" for path, value in later_changes(tree, date).items())


def foresight(resolved: Resolved, date: dt.date) -> tuple[str, ...]:
    """A line that says which schedules know of later days; none if none does."""
    paths = list(later_changes(resolved.tree, date))
    if not paths:
        return ()
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    known = f"{', '.join(paths[:_SHOWN])}{more} (--freeze keeps them as they were)"
    return (f"the scenario itself changes after {date}, by knowledge of later days: {known}",)


def _schedules(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if _days(value):
            yield path, value
        else:
            for key, below in value.items():
                yield from _schedules(below, f"{path}.{key}")
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _schedules(below, f"{path}.{place}")


def _days(value: Mapping[str, Any]) -> list[dt.date]:
    return [day for key in value if (day := _as_date(key)) is not None]


def _as_date(key: object) -> dt.date | None:
    if isinstance(key, dt.date):
        return key
    try:
        return dt.date.fromisoformat(str(key))
    except ValueError:
        return None


def _frozen(value: Mapping[str, Any], date: dt.date) -> str:
    kept = {key: v for key, v in value.items() if (day := _as_date(key)) is not None and day <= date}
    if not kept:
        first = min(day for day in _days(value))
        kept = {key: v for key, v in value.items() if _as_date(key) == first}
    return "{" + ", ".join(f"{key}: {json.dumps(v)}" for key, v in kept.items()) + "}"
