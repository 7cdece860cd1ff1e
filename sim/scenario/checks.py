"""What must fit together across a scenario: names, areas, stages, dates, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.document import Keys
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Finding:
    """A problem at a path (or at its key)."""

    path: Keys
    message: str
    of_key: bool = False
    stale: bool = False
    """A source of a value that is not there."""


def check(scenario: Scenario, raw: Any, tree: Mapping[str, Any]) -> list[Finding]:
    return []
