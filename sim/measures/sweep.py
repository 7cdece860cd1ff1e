"""What is found by going through every instant of a part of the run, in order."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.measures.counting import peak, seconds_above
from sim.measures.spans import Span, Spans
from sim.scenario.world.tables import ENDLESS, NONE, Tables

LINES: Final = ("hold_room", "bed_line", "clearance_line")
"""Spans of which the most people at any instant are counted."""


class Under:
    """Spans that are under way in a part of the run, people by people; `bed_taken` are by place, others by area."""

    def __init__(self, since: int, until: int) -> None:
        self.since, self.until = since, until
        self._found: dict[str, list[Span]] = {name: [] for name in (*LINES, "bed_taken")}

    def add(self, people: Spans) -> Under:
        """Add those of more people."""
        for name, found in self._found.items():
            span = getattr(people, name)
            some = span.some(span.end >= self.since)  # whoever leaves then makes room for whoever comes then
            found.append(some.by_place() if name == "bed_taken" else some.by_area())
        return self

    def __getitem__(self, name: str) -> Span:
        found = self._found[name]
        start, end, area = (np.concatenate([getattr(span, part) for span in found]) for part in _PARTS)
        return Span(start, end, area, found[0].horizon)


_PARTS: Final = ("start", "end", "area")


class Sweep:
    """Counted instant by instant in a part of the run."""

    def __init__(self, tables: Tables, under: Under) -> None:
        self.peaks = {name: peak(under[name], under.since) for name in LINES}
        """Most people there at any instant (what is settled within an instant does not count)."""
        level = np.where(tables.places == NONE, ENDLESS, tables.places)
        counted = bool((tables.places != NONE).any())
        self.over_places_s = seconds_above(under["hold_room"], level, under.since, under.until) if counted else 0
        """Person-seconds in hold rooms beyond their places."""

    def __add__(self, later: Sweep) -> Sweep:
        both: Sweep = object.__new__(Sweep)
        both.peaks = {name: max(most, later.peaks[name]) for name, most in self.peaks.items()}
        both.over_places_s = self.over_places_s + later.over_places_s
        return both
