"""What an engine returns: custody records, clearance reviews, the ledger and its own counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stays:
    """One row a row of the people table (same order); seconds since start, EMPTY where it never came.

    Rows with `t_arrest` EMPTY are candidates who were not arrested and re-arrests that did not happen.
    """

    t_arrest: Ints  # day 0: negative
    t_desk: Ints  # processing starts
    t_processed: Ints
    t_asked: Ints  # first asks for a bed
    t_transfer_asked: Ints  # joins the transfer line
    t_departed: Ints  # leaves for another area's bed
    t_landed: Ints
    t_bed: Ints  # first in a bed (the landing, after a transfer); day 0: EMPTY
    t_screening_asked: Ints
    t_screened: Ints
    t_docket: Ints  # joined a docket line last
    t_heard: Ints  # last hearing
    t_order: Ints  # final order (day 0: EMPTY if before the start)
    t_document: Ints  # travel document in hand
    t_seat_asked: Ints  # ready for a seat
    t_exit: Ints
    exit: Ints  # vocabulary.EXIT_REASONS; -1: still held, or never arrested
    stage: Ints  # vocabulary.Stage at the end of the window
    area: Ints  # of detention at the end (of arrest until a transfer departs)
    hearings: Ints  # hearings held
    hearing_wait_s: Ints  # summed over ended visits to the docket line
    route: Ints  # route of removal, given with the order; -1
    third_country: Ints  # 0 or 1
    over_contract: Ints  # 1: bed taken by the over_contract rung
    gave_up: Ints  # 1: accepted departure while in proceedings
    atd: Ints  # 1: released into a slot, 0: released without, -1: not released


@dataclass(frozen=True)
class Reviews:
    """One row a clearance request, in order of (t_asked, row)."""

    row: Ints  # of the people table
    reason: Ints  # vocabulary.RELEASE_REASONS
    t_asked: Ints
    t_started: Ints
    t_ended: Ints
    outcome: Ints  # 1 approved, 0 refused, 2 withdrawn, -1 still waiting


@dataclass(frozen=True)
class Counts:
    """The engine's own tally, kept apart from the records so that the laws can compare the two.

    D days, A areas. `*_end[d]` is at the midnight that ends day d; row 0 of an `_end` array is day 0
    (the moment the run starts), so those have D + 1 rows.
    """

    arrests: Ints  # (D, A) people in (all sources, re-arrests included)
    exits: Ints  # (D, A)
    moved_in: Ints  # (D, A) area of detention changes at departure
    moved_out: Ints  # (D, A)
    inside_end: Ints  # (D + 1, A)
    hold_room_end: Ints  # (D + 1, A)
    in_bed_end: Ints  # (D + 1, A)
    on_the_road_end: Ints  # (D + 1, A)
    beds_taken_most: Ints  # (D, A) most beds taken in the day beyond what the ladder then allowed; 0
    line_seconds: dict[str, int]
    """Person-seconds spent on each line (desk, bed, transfer, docket, screening, seat, clearance) in the window."""
    events: int


@dataclass(frozen=True)
class Records:
    """All an engine returns. D days, A areas."""

    stays: Stays
    reviews: Reviews
    ledger_cents: Ints  # (D, lines) by vocabulary.LEDGER_LINES
    not_arrested: Ints  # (D, A, 3) candidates not arrested: thinned (goal or pool), throttle, money
    shortfall_milli: Ints  # (D, 4) officers, pool, throttle, money: thousandths of an arrest
    exhausted_day: int  # first day on which a limiting account is used up; -1
    counts: Counts
