"""A student's own runs so far: what was set, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.classroom.controls import Settings

MOST = 12
"""Runs kept; the oldest goes first."""


@dataclass(frozen=True)
class Answer:
    """One run: its number among the student's own, what was set, and the numbers that came out by what they mean."""

    number: int
    settings: Settings
    numbers: Mapping[str, float]


@dataclass
class Earlier:
    """The runs of one student, in order. Asking the same again adds nothing."""

    runs: list[Answer] = field(default_factory=list)
    _asked: int = 0

    def add(self, settings: Settings, numbers: Mapping[str, float]) -> Answer:
        """Keep an answer, as the last of the list."""
        for known in self.runs:
            if known.settings == settings:
                self.runs.remove(known)
                self.runs.append(known)
                return known
        self._asked += 1
        self.runs.append(Answer(self._asked, dict(settings), dict(numbers)))
        del self.runs[:-MOST]
        return self.runs[-1]

    def clear(self) -> None:
        """Forget them all; the next is the first again."""
        self.runs.clear()
        self._asked = 0
