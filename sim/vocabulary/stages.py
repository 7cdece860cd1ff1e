"""The stages of the pathway, each with every fact about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import CONTINUOUS, UNIQUE, IntEnum, verify
from typing import Final

from sim.vocabulary.rows import Coded, Row

CLOCK_STAGES: Final = ("hold_room", "case", "post_order")
"""Where a release clock may run: from processed to bed (the road included), in bed before a final
order, in bed after it."""


class Place(IntEnum):
    """Where in custody a person is."""

    OUTSIDE = 0
    HOLD_ROOM = 1
    ROAD = 2
    BED = 3


@dataclass(frozen=True)
class StageRow(Row):
    """The facts about one stage; `words` is a sentence about one person."""

    label: str
    """The same in a few words."""
    place: Place
    clock: str = ""
    """One of `CLOCK_STAGES`: which release clocks run. Empty: none."""
    line: str = ""
    """Name of the line the person stands in. Empty: none."""
    binding: str = ""
    """Name that `binding_stage` gives to the wait. Empty: not a wait."""
    wait: str = ""
    """The wait as the thing that holds a goal back."""


@verify(UNIQUE, CONTINUOUS)
class Stage(Coded):
    """Where a person is on the pathway; the value is the code, `row` has the facts. Codes are in pathway order."""

    row: StageRow

    NOT_ARRESTED = StageRow(0, "is not in custody", "not arrested", Place.OUTSIDE)
    DESK_LINE = StageRow(
        1,
        "waits in a hold room for a processing desk",
        "waits for a desk",
        Place.HOLD_ROOM,
        line="desk",
        binding="desks",
        wait="the wait for a processing desk",
    )
    PROCESSING = StageRow(2, "is processed at a desk", "at a desk", Place.HOLD_ROOM)
    INTAKE_REVIEW = StageRow(
        3,
        "is processed, and waits in the hold room for the review of a release",
        "a release is reviewed",
        Place.HOLD_ROOM,
        clock="hold_room",
    )
    BED_LINE = StageRow(
        4,
        "waits in the hold room for a bed",
        "waits for a bed",
        Place.HOLD_ROOM,
        clock="hold_room",
        line="bed",
        binding="beds",
        wait="the wait for a bed",
    )
    ON_THE_ROAD = StageRow(5, "is on the road to a bed in another area", "on the road", Place.ROAD, clock="hold_room")
    STAY = StageRow(6, "is in a bed", "in a bed", Place.BED, clock="case")
    PREPARING = StageRow(
        7,
        "is in a bed; the case is being filed, or the order of a fast track written",
        "in a bed: the case is filed",
        Place.BED,
        clock="case",
    )
    SCREENING_LINE = StageRow(
        8,
        "is in a bed; waits for a fear interview",
        "in a bed: fear interview",
        Place.BED,
        clock="case",
        line="screening",
        binding="screening",
        wait="the wait for a fear interview",
    )
    DOCKET = StageRow(
        9,
        "is in a bed; waits for a hearing",
        "in a bed: waits for a hearing",
        Place.BED,
        clock="case",
        line="docket",
        binding="courts",
        wait="the wait for a hearing",
    )
    ADJOURNED = StageRow(
        10, "is in a bed; waits for the next hearing to be set", "in a bed: between hearings", Place.BED, clock="case"
    )
    APPEAL = StageRow(
        11, "is in a bed; waits for the decision on an appeal", "in a bed: an appeal", Place.BED, clock="case"
    )
    DOCUMENT = StageRow(
        12,
        "is in a bed, ordered removed; waits for a travel document",
        "in a bed: waits for a travel document",
        Place.BED,
        clock="post_order",
        binding="documents",
        wait="the wait for travel documents",
    )
    STAY_OF_REMOVAL = StageRow(
        13,
        "is in a bed; a court has stayed the removal",
        "in a bed: removal stayed by a court",
        Place.BED,
        clock="post_order",
        binding="stays_of_removal",
        wait="stays of removal by courts",
    )
    SEAT_LINE = StageRow(
        14,
        "is in a bed; waits for a seat on a flight or at a crossing",
        "in a bed: waits for a seat",
        Place.BED,
        clock="post_order",
        line="seat",
        binding="seats",
        wait="the wait for a seat",
    )
    GONE = StageRow(15, "has left custody", "gone", Place.OUTSIDE)


DAY0_STAGES: Final = tuple(stage.word for stage in Stage if stage.row.place == Place.BED)
"""Stages a person held on day 0 can be in, in pathway order."""
IN_BED: Final = tuple(stage for stage in Stage if stage.row.place == Place.BED)
