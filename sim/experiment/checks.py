"""The `checks` of a scenario: what a result should show, compared with what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.formats import precise
from sim.scenario.schema.checks import Value, parse


@dataclass(frozen=True)
class Checked:
    """A check after a run. `value` None: the measure is undefined in this run, so nothing is met."""

    measure: str
    wanted: str
    value: Value
    met: bool

    def line(self) -> str:
        """The check as one line of text."""
        shown = precise(self.value) if isinstance(self.value, int | float) else self.value or "no value"
        return f"check {self.measure}: {shown}, wanted {self.wanted}: {'met' if self.met else 'NOT MET'}"


def evaluate(checks: Mapping[str, str], values: Mapping[str, Value]) -> list[Checked]:
    """Each check of a scenario against `values` (the mean of each measure over the replications)."""
    return [
        Checked(measure, wanted, value := values.get(measure), parse(wanted)(value))
        for measure, wanted in checks.items()
    ]
