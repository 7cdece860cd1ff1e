"""Where people came from and went: the balance of custody over the window, replication by replication.

All counts are those of `daily.csv` and `exits.csv`: people in custody at the start + arrests = removals + releases +
people in custody at the end, and the same for the hold rooms (with the road) and for the beds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.analysis.results import ResultTables
from sim.report.daily_values import daily
from sim.vocabulary import EXIT_REASONS

People = NDArray[np.float64]
"""A number of people, one per replication in order."""

LINES: Final = ("intake_queue", "bed_queue", "docket_pending", "seat_queue", "clearance_queue")
"""Columns of `daily.csv` that count who waits at the end of a day."""


@dataclass(frozen=True)
class Balance:
    """The flows of one result over its window.

    In the hold rooms: `interior` + `border` + `again` (re-arrests of neither) + `hold_start` = `book_ins` + `unbedded`
    (left custody without ever being in a bed) + `hold_end` + `road_end`. In beds: `beds_start` + `book_ins` =
    `left_beds` + `beds_end`. Out: `unbedded` + `left_beds` = the sum of `exits` by reason (`removed`, `returned` and
    the reasons of release). `waiting` are the people on each of LINES at the end.
    """

    beds_start: People
    hold_start: People
    interior: People
    border: People
    again: People
    book_ins: People
    unbedded: People
    left_beds: People
    beds_end: People
    hold_end: People
    road_end: People
    exits: Mapping[str, People]
    waiting: Mapping[str, People]

    @property
    def arrests(self) -> People:
        """People who came into a hold room in the window."""
        return self.interior + self.border + self.again

    @property
    def in_custody_start(self) -> People:
        """People in custody on the day before the window."""
        return self.beds_start + self.hold_start

    @property
    def in_custody_end(self) -> People:
        """People in custody at the end."""
        return self.beds_end + self.hold_end + self.road_end

    @property
    def left(self) -> People:
        """People who left custody."""
        return self.unbedded + self.left_beds

    @property
    def removals(self) -> People:
        """People removed, returns at intake included."""
        return self.exits["removed"] + self.exits["returned"]

    @property
    def releases(self) -> People:
        """People released, for all reasons."""
        return self.left - self.removals


def balance_of(result: ResultTables) -> Balance:
    """The balance of a result, from its daily and its exits table."""

    def over(column: str) -> People:
        return np.asarray(np.nansum(daily(result, column), axis=1))

    def at(column: str, place: int) -> People:
        return daily(result, column)[:, place]

    beds_start, beds_end, book_ins = at("held", 0), at("held", -1), over("book_ins")
    left, left_beds = over("removals") + over("releases"), beds_start + book_ins - beds_end
    return Balance(
        beds_start=beds_start,
        hold_start=at("hold_room", 0) + at("in_transit", 0),
        interior=over("arrests_interior"),
        border=over("arrests_border"),
        again=over("arrests") - over("arrests_interior") - over("arrests_border"),
        book_ins=book_ins,
        unbedded=left - left_beds,
        left_beds=left_beds,
        beds_end=beds_end,
        hold_end=at("hold_room", -1),
        road_end=at("in_transit", -1),
        exits={reason: _left_for(result, reason) for reason in EXIT_REASONS},
        waiting={line: at(line, -1) for line in LINES},
    )


def _left_for(result: ResultTables, reason: str) -> People:
    """People who left by a reason, one number per replication; zeros for a reason nobody left by."""
    rows = result["exits"].where(exit=reason)
    numbers = np.unique(result["daily"]["replication"])
    return np.array([rows["people"][rows["replication"] == number].sum() for number in numbers], dtype=np.float64)
