"""The findings of a comparison: differences from a baseline, with the notes needed to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.analysis.inputs import Input
from sim.analysis.intervals import LEVEL, Difference

HOLDS_AT: Final = 1 - LEVEL
"""Corrected p below which a difference is said to hold."""


@dataclass(frozen=True)
class Row:
    """One scenario and measure against the baseline."""

    scenario: str
    baseline: str
    measure: str
    unit: str
    difference: Difference
    p_holm: float | None = None
    """p corrected for the `family` of differences looked at; None without an interval or where both sides are 0."""
    family: int = 0
    assumed: tuple[float, float] | None = None
    """Lowest and highest difference over the ranges of the assumed values; None where they were not varied."""

    ranged: str = "the"
    """Which assumed values were varied: `the`, or `6 of the 35`."""

    @property
    def holds(self) -> bool:
        """Whether the interval leaves out 0 and the difference holds after correction for looking at many."""
        return self.difference.leaves_out_zero and self.p_holm is not None and self.p_holm < HOLDS_AT

    @property
    def is_shown(self) -> bool:
        """Whether either side has a value other than 0, and some pair differs."""
        return bool(self.difference.baseline_mean or self.difference.mean) and not self.is_same

    @property
    def is_same(self) -> bool:
        """Whether every pair has the same value: the change does not reach this measure."""
        return self.difference.paired and self.difference.difference == 0 == self.difference.sd


@dataclass(frozen=True)
class Changed:
    """What differs in the inputs of a scenario and the baseline; None if a scenario.yaml is missing."""

    scenario: str
    inputs: tuple[Input, ...] | None


@dataclass(frozen=True)
class Comparison:
    """All rows, by scenario and measure, and what a reader must know about them."""

    baseline: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    warning: str = ""
    """What forbids reading some of the rows as they stand."""
    changed: tuple[Changed, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of scenarios by the names in the rows, where there are any."""
