"""Two engines, one truth: what has to be equal to the last bit."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from sim.log import Records

ENGINES_OWN = {"events"}
"""Counts of an engine's own work, which may differ."""


def differences(one: Records, other: Records) -> list[str]:
    """Names of the columns and counts that are not equal; empty if all are."""
    return _differences(one, other, "")


def _differences(one: Any, other: Any, path: str) -> list[str]:
    found: list[str] = []
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if is_dataclass(a):
            found += _differences(a, b, f"{path}{field.name}.")
        elif field.name not in ENGINES_OWN and not np.array_equal(_comparable(a), _comparable(b)):
            found.append(path + field.name)
    return found


def _comparable(value: Any) -> Any:
    return sorted(value.items()) if isinstance(value, dict) else value
