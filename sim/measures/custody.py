"""Custody as measures see it: spans of the log, a row per stay made of them, and what is counted by day."""

from __future__ import annotations

from functools import cached_property

from sim.measures.series import Series
from sim.measures.spans import Moments, Spans
from sim.measures.stays import Stays
from sim.vocabulary import EXITED, Exit


class Custody(Spans):
    """The spans of the log, and the stays of the people in it."""

    @cached_property
    def stays(self) -> Stays:
        """One row per stay: the moments and facts that a table of stays has."""
        return Stays(self)

    @cached_property
    def series(self) -> Series:
        """Flows and stocks by day."""
        return Series(self)

    @cached_property
    def seats_used(self) -> Moments:
        """Removals from a seat line; `code` is that of the route."""
        line = self.seat_line
        flown = (line.ended_by == EXITED + Exit.REMOVED) & (self.stays.route[line.who] >= 0)
        who = line.who[flown]
        return Moments(line.end[flown], who, line.area[flown], self.stays.route[who])
