"""Names of measures as users write them."""

from __future__ import annotations

from sim.errors import InputError
from sim.scenario.schema.units import hint, quoted
from sim.vocabulary import MEASURES, TEXT

NUMERIC = tuple(name for name, measure in MEASURES.items() if measure.unit != TEXT)
"""Measures that have numbers."""


def refuse_unknown(measure: str, option: str) -> None:
    """Raise InputError unless it is a measure with numbers."""
    if measure in NUMERIC:
        return
    near = hint(measure, NUMERIC, "they are listed in docs/data-dictionary.md", 0.4)
    why = "it is a word or a date" if measure in MEASURES else near
    raise InputError(f"{option}: {quoted(measure)} is no measure with numbers; {why}")
