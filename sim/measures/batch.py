"""People of whom all is known: they have left custody, or the run is over."""

from __future__ import annotations

from functools import cached_property

from sim.arrays import Bools
from sim.measures.spans import Moments, Spans
from sim.measures.stays import Stays
from sim.vocabulary import EMPTY, EXITED, Exit, Stage


class Batch(Spans):
    """Their spans, and a row per stay."""

    @cached_property
    def stays(self) -> Stays:
        """One row per stay: the moments and facts that a table of stays has."""
        return Stays(self)

    @cached_property
    def was_drawn_to_come(self) -> Bools:
        """(n,) whether people were drawn as candidates: neither held on day 0 nor arrested again."""
        candidates: Bools = (self.drawn("t") != EMPTY) & (self.drawn("stage0") == Stage.NOT_ARRESTED)
        return candidates

    @cached_property
    def seats_used(self) -> Moments:
        """Removals from a seat line; `code` is that of the route."""
        line = self.seat_line
        flown = (line.ended_by == EXITED + Exit.REMOVED) & (self.stays.route[line.who] >= 0)
        who = line.who[flown]
        return Moments(line.end[flown], who, line.area[flown], self.stays.route[who])
