"""The words of the model and the whole-number codes that stand for them.

Scenarios, tables, records and files all use these words; play uses the codes. A code is the
position of its word, so the order of a tuple is part of the file format: add at the end.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

SECONDS_PER_DAY: Final = 86_400
EMPTY: Final = -(2**62)
"""A time that never came: an unknown or unreached moment in a record."""

SOURCES: Final = ("at_large", "local_custody", "border")
INTERIOR: Final = ("at_large", "local_custody")
CRIMINALITY: Final = ("convicted", "pending", "none")
CUSTODY_CLASSES: Final = ("mandatory", "discretionary")
TRACKS: Final = ("final_order", "expedited", "proceedings", "voluntary")
INTAKE_OUTCOMES: Final = ("detain", "returned", "recognizance", "parole")
HEARING_OUTCOMES: Final = ("ordered", "relief", "terminated")
RUNGS: Final = ("transfer", "over_contract", "displace", "release", "wait")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

RELEASE_REASONS: Final = (
    "recognizance",
    "parole",
    "bond",
    "relief",
    "terminated",
    "court_order",
    "post_order_limit",
    "no_bed",
    "displaced",
    "other_agency",
)
"""Why somebody leaves custody other than by removal. Ties of clocks go in this order."""

CLOCK_REASONS: Final = ("recognizance", "parole", "bond", "court_order", "other_agency")
"""Releases that come from a calendar-time hazard acting on everybody then held."""

CLEARABLE: Final = ("recognizance", "parole", "bond", "post_order_limit", "no_bed", "displaced", "other_agency")
"""Releases that a clearance rule can cover; `all` means these."""

EXIT_REASONS: Final = (*RELEASE_REASONS, "removed", "returned")
"""How a stay ends; the first ten are releases, the last two removals."""

CLOCK_STAGES: Final = ("hold_room", "case", "post_order")
"""Where a release clock may run: from processed to bed (the road included), in bed before a
final order, in bed after it."""

ACCOUNTS: Final = ("custody", "transport", "enforcement", "courts", "atd")
"""Appropriation accounts."""

LEDGER_LINES: Final = (
    "bed_nights",
    "guaranteed_minimum",
    "over_contract",
    "arrests",
    "intake",
    "transfers",
    "seats",
    "hearings",
    "atd",
)
LINE_ACCOUNT: Final = {
    "bed_nights": "custody",
    "guaranteed_minimum": "custody",
    "over_contract": "custody",
    "arrests": "enforcement",
    "intake": "enforcement",
    "transfers": "transport",
    "seats": "transport",
    "hearings": "courts",
    "atd": "atd",
}

SHORTFALL_CAUSES: Final = ("officers", "pool", "throttle", "money", "chance")


class Stage(IntEnum):
    """Where a person is on the pathway; the order is that of the pathway."""

    NOT_ARRESTED = 0
    DESK_LINE = 1  # in a hold room, waiting for a processing desk
    PROCESSING = 2  # at the desk
    INTAKE_REVIEW = 3  # release at intake waits for clearance
    BED_LINE = 4  # processed, asked for a bed
    ON_THE_ROAD = 5
    STAY = 6  # in bed; `case.mode: stay`
    PREPARING = 7  # in bed; before the first case event (filing, or the order of a fast track)
    SCREENING_LINE = 8
    DOCKET = 9  # waits for a hearing
    ADJOURNED = 10  # between hearings
    APPEAL = 11
    DOCUMENT = 12  # ordered removed, waits for a travel document
    STAY_OF_REMOVAL = 13
    SEAT_LINE = 14
    GONE = 15


IN_BED: Final = (
    Stage.STAY,
    Stage.PREPARING,
    Stage.SCREENING_LINE,
    Stage.DOCKET,
    Stage.ADJOURNED,
    Stage.APPEAL,
    Stage.DOCUMENT,
    Stage.STAY_OF_REMOVAL,
    Stage.SEAT_LINE,
)
DAY0_STAGES: Final = (
    "stay",
    "preparing",
    "screening_line",
    "docket",
    "adjourned",
    "appeal",
    "document",
    "stay_of_removal",
    "seat_line",
)
"""Stages a person held on day 0 can be in, in pathway order (`Stage.STAY` … `Stage.SEAT_LINE`)."""

MEASURES: Final = (
    "arrests",
    "arrest_goal",
    "arrest_shortfall",
    "arrests_throttled",
    "book_ins",
    "held_mean",
    "held_peak",
    "held_end",
    "held_over_funded_mean",
    "beds_operating_mean",
    "beds_empty_guaranteed_nights",
    "over_contract_nights",
    "hold_room_mean",
    "hold_room_peak",
    "hold_room_over_places_hours",
    "hold_room_stays",
    "hold_room_stays_over_limit",
    "intake_wait_hours_mean",
    "intake_wait_hours_p95",
    "bed_wait_hours_mean",
    "bed_wait_hours_p95",
    "bed_queue_peak",
    "transfers",
    "hearing_wait_days_mean",
    "docket_pending_end",
    "order_to_removal_days_mean",
    "seat_queue_end",
    "seat_wait_days_mean",
    "clearance_wait_hours_mean",
    "clearance_queue_peak",
    "removals",
    "removals_goal",
    "removal_shortfall",
    "releases",
    *(f"releases_{reason}" for reason in RELEASE_REASONS),
    "stay_days_mean",
    "stay_days_p10",
    "stay_days_p50",
    "stay_days_p90",
    "atd_end",
    "cost_usd_total",
    *(f"cost_usd_{account}" for account in ACCOUNTS),
    "cost_usd_per_removal",
    "funds_exhausted_day",
    "sustainable_arrests_per_day",
    *(f"arrest_shortfall_{cause}" for cause in SHORTFALL_CAUSES),
    "goal_missed_from",
    "binding_stage",
    "in_custody_mean",
    "empty_beds_mean",
    "areas_over_contract_mean",
    "arrests_interior",
    "arrests_border",
    "arrests_convicted",
    "arrests_pending",
    "arrests_none",
    "clearance_hours_mean",
    "give_ups",
    "third_country_removals",
    "funds_usd_total",
)
"""What a result says in one number each; a scenario's `checks` may speak of these."""
