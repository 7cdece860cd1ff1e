"""What an engine returns: the log of what happened to people, the ledger, and the engine's own tally."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from sim.arrays import Ints

Narrow = NDArray[Any]
"""Whole numbers in no more bits than they need."""

BEFORE = -1
"""Time of what was under way when the run began."""


@dataclass(frozen=True)
class Log:
    """One row per change of stage or place of a person, and per note about one, in the order of events.

    People held on day 0 come first, each with one row at time BEFORE. All arrays have one length.
    """

    t: Narrow
    """Seconds since the start of the run (32 bits; 64 in a run of more than 68 years)."""
    row: Narrow
    """Row of the people table (32 bits)."""
    stage: Narrow
    """What begins or happens: a Stage, or NOTED + Note, EXITED + Exit, REQUESTED + Exit (8 bits, unsigned)."""
    place: Narrow
    """Number of the place (16 bits): each area is one place with its number."""
    area: Narrow
    """Area that the person counts in from now on (16 bits)."""

    def __len__(self) -> int:
        return len(self.t)


@dataclass(frozen=True)
class Counts:
    """The engine's own tally, kept apart from the log so that the laws can compare the two.

    D days, A areas. Row 0 of a stock is the moment the run starts and row d + 1 the midnight that
    ends day d, so stocks have D + 1 rows.
    """

    arrests: Ints  # (D, A) people in (all sources, re-arrests included)
    exits: Ints  # (D, A)
    moved_in: Ints  # (D, A) area of detention changes at departure
    moved_out: Ints  # (D, A)
    inside: Ints  # (D + 1, A)
    hold_room: Ints  # (D + 1, A)
    in_bed: Ints  # (D + 1, A)
    road: Ints  # (D + 1, A)
    beds_over: Ints  # (D, A) most beds taken in the day beyond what the ladder then allowed; 0
    line_seconds: dict[str, int]
    """Person-seconds spent on each line (desk, bed, transfer, docket, screening, seat, clearance) in the window."""
    events: int


@dataclass(frozen=True)
class Records:
    """All an engine returns. D days, A areas."""

    log: Log
    ledger_cents: Ints  # (D, lines) by vocabulary.LedgerLine
    not_arrested: Ints  # (D, A, 3) candidates not arrested: thinned (goal or pool), throttle, money
    shortfall_milli: Ints  # (D, 4) officers, pool, throttle, money: thousandths of an arrest
    exhausted_day: int  # first day on which a limiting account is used up; -1
    counts: Counts
