"""What the compiled loop works on: a world of numbers and tables, by name.

A table is a NumPy array, most of them of structured rows. A row of `people` and of `stays` lies together in memory,
sixteen 32-bit numbers to a line of the processor's cache, because what happens to a person reads many of their fields
at once; most of their numbers have 32 bits, as play waits for memory more than for anything else. Columns that are
used together stand together.

A row is used again after its person has left. So whatever outlives an event, such as a place in a line or an alarm,
names the person, who is one for the whole run; and a person without a row (`slots`) is no longer there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.scenario.world.tables import Tables
from sim.vocabulary import CLEARABLE, CLOCK_REASONS, Stage

Ints = NDArray[np.int64]
Fields = list[tuple[Any, ...]]
LINE_BYTES: Final = 64
"""What a processor fetches at once."""


def _fields(kind: str, *names: str) -> Fields:
    return [(name, kind) for name in names]


_short, _long = partial(_fields, "i4"), partial(_fields, "i8")


def _by_line(*parts: Fields) -> np.dtype[Any]:
    """One row of these parts, each of which begins a line of the cache."""
    names: list[str] = []
    formats: list[Any] = []
    offsets: list[int] = []
    size = 0
    for part in parts:
        line = np.dtype(part)
        for name, (kind, offset, *_) in (line.fields or {}).items():
            names.append(name)
            formats.append(kind)
            offsets.append(size + offset)
        size += -(-line.itemsize // LINE_BYTES) * LINE_BYTES
    row: np.dtype[Any] = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})
    return row


# --- people: what was drawn for them, and where they are ---------------------------------------------
PERSON: Final = _by_line(
    _short("t", "source", "area", "criminality", "custody", "stage0", "intake", "track")
    + _long("height")
    + _short("processing_s", "preparing_s", "stay_s", "again", "again_after_s", "atd_s"),
    _short("hearings", "adjournment_s", "outcome", "appeal_s", "group", "route", "stay_u", "stay_of_removal_s")
    + _long("giving_up_work", "document_work", "third_work", "left_s"),
    _short("third_u", "screening_u", "positive_u", "review_s", "ordered_s")
    + _fields(f"{len(CLEARABLE)}i4", "approval_u")
    + _long("move_bits"),
)
STAY: Final = _by_line(
    _short("stage", "area", "step_at", "alarm_at", "clock_stage", "line_since", "who", "closed")
    + _short("since", "gives_up_at", "limit_at", "on_landing", "person", "review", "review_since", "review_end"),
    _short("t_arrest", "t_processed", "t_asked", "t_bed", "t_order", "hearings", "route", "third_country")
    + _short("promised_to", "wants_bed_of", "set_aside", "tried", "paused", "on_transfer_line", "cleared"),
    _fields(f"{len(CLOCK_REASONS)}i8", "clock_work")
    + _short("visit", "arrived", "move_since", "kept_since")
    + _fields("i2", "place", "docket")
    + _fields("i1", "move_rule", "on_move_line", "stage_before", "late"),
)
"""`person`: row of the people table; `who`: source × 2 + custody class; `review`: reason of a pending request; `tried`,
`closed`, `on_landing` and `cleared`: a bit each rung or reason; `late`: what waits for a landing."""
LOG: Final = np.dtype([*_short("t", "row"), ("area", "i2"), ("place", "i2"), ("stage", "u1")], align=True)

# --- places, lines and days ---------------------------------------------------------------------------
FLOWS: Final = ("arrests", "exits", "moved_in", "moved_out")
STOCKS: Final = ("inside", "hold_room")
SITE_STOCKS: Final = ("in_bed", "road")
AREA: Final = np.dtype(
    _long(*STOCKS, "desks_busy", "desk_due", "bed_due", "docket", "transfers_from", "transfers_to")
    + _long("entry_from", "entry_to", "day0_place")
)
SITE: Final = np.dtype(_long(*SITE_STOCKS, "beds_taken", "area", "entry_of", "stay_limit"))
"""A place; `entry_of`: the area whose people get their first bed there, or -1."""
AREA_DAY: Final = np.dtype(
    _long(*(field.name for field in fields(Tables) if field.type == "AreaDays"))
    + _long(*FLOWS, "thinned", "throttled", "no_money")
)
SITE_DAY: Final = np.dtype(_long(*(field.name for field in fields(Tables) if field.type == "PlaceDays"), "beds_over"))
DAY: Final = np.dtype(
    _long("goal", "hours_limit", "funded", "screening_share", "screening_positive", "stay_share", "post_order_limit")
    + _long("reviewers", "approval", "atd_slots", "fiscal_year")
    + _long("short_of_officers", "short_of_pool", "short_by_throttle", "short_of_money")
)
CALENDAR: Final = np.dtype(_long("next", "end", "kind", "of"))
"""Dates from `next` to `end`, of an event of a kind, of an area, a route, a docket or a rule of moves."""
DATE: Final = np.dtype(_long("t", "places"))
LINE: Final = np.dtype(_long("start", "most", "n", "members"))
"""Where in `places` a line begins, the room it has, entries in it (some of people who left) and people who wait."""
CHAINED: Final = 7
BUCKET: Final = np.dtype(_long("first", "n"))
"""The events of an hour: where the first of their rows is (-1: nowhere), and how many events that one has."""
EVENTS: Final = np.dtype(_fields(f"{CHAINED}i8", "codes") + _long("next"))
"""Some events of one hour, in one line of the cache, and where the row with more of them is."""

SCALARS: Final = (
    # the scenario
    *("n_days", "n_areas", "n_places", "n_moves", "docket_changes"),
    *("n_calendars", "n_rungs", "n_bands", "n_buckets", "end"),
    *("by_criminality", "intake_on", "beds_on", "displace_mandatory", "release_mandatory", "transfer_s", "case_on"),
    *("mode_stay", "stay_exit", "screening_on", "has_routes", "third_country_route", "clearance_on", "atd_on"),
    *("ceiling_releases", "atd_enrolled", "on_exhaustion", "displacing", "pools"),
    # room
    *("events_most", "chained_most", "asleep_most", "log_most"),
    # what changes
    *("now", "today", "beds_taken", "exhausted", "exhausted_day"),
    *("reviewers_busy", "reviews_due", "n_logged", "n_events", "free_chain", "chains_used", "bucket"),
    *("n_heap", "woken", "asleep", "n_asked", "n_rows", "n_freed", "n_candidates", "next_candidate", "broken"),
)
TABLES: Final[Mapping[str, Any]] = {
    "people": PERSON,
    "stays": STAY,
    "slots": "i4",  # by person: where they stand in the two tables above, while they do
    "freed": "i4",  # rows of those tables whose people will not be heard of again
    "log": LOG,
    "areas": AREA,
    "area_days": AREA_DAY,  # by day, then area
    "stocks": np.dtype(_long(*STOCKS)),  # by midnight, then area
    "sites": SITE,
    "site_days": SITE_DAY,  # by day, then place
    "site_stocks": np.dtype(_long(*SITE_STOCKS)),  # by midnight, then place
    "entry": "i8",
    "moves": np.dtype(_long("when", "seats", "road_s", "cents", "due")),
    "move_share": "i8",  # by rule, then day
    "move_lead_work": "i8",  # work, by rule, then day
    "move_after_s": "i8",  # by rule, then quantile
    "ways": np.dtype(_long("start", "end")),  # by rule, then place: in `move_to`
    "move_to": "i8",
    "days": DAY,
    "cells": np.dtype(_long("pool", "not_found")),  # by interior source, then area
    "capability_milli": "i8",  # by cell, then day
    "below": "i8",  # by cell, then criminality: heights below it are arrested
    "criminality_ppm": "i8",
    "rungs": np.dtype(_long("kind", "after_s")),
    "transfer_to": "i8",
    "giving_up_after_s": "i8",
    "giving_up_speed": "i8",  # by band, then day
    "band_work": "i8",
    "document_speed": "i8",  # by group, then day
    "document_work": "i8",  # by group, then midnight: used up to then
    "third_country_share": "i8",
    "clock_speed": "i8",  # by clock, source and day
    "clock_work": "i8",
    "clock_runs": "i8",  # by clock, source, custody class and stage
    "needs_clearance": "i8",
    "seat_cents": "i8",  # by route
    "prices": np.dtype(_long("cents", "account")),  # by ledger line
    "ledger": "i8",  # by day, then ledger line: cents; on the day under way what they are charged for
    "accounts": np.dtype(_long("limiting", "spent")),
    "budget_cents": "i8",  # by account, then day
    "calendars": CALENDAR,
    "dates": DATE,
    "lines": LINE,
    "first_line": "i8",  # by kind
    "line_seconds": "i8",  # by kind
    "places": "i8",  # heaps of the lines
    "candidates": "i8",  # events in order
    "heap": "i8",  # events of the present hour
    "events": EVENTS,  # of later hours, chained
    "buckets": BUCKET,
    "wake": "i8",
    "asked": "i8",
}
"""Type of a row of each table."""

# --- what is counted of the log -----------------------------------------------------------------------------
CUSTODY: Final = _by_line(
    _short("person", "stage", "since", "place", "area", "step", "step_since", "step_area")
    + _short("arrest", "cell", "arrest_area", "case_area", "hold_since", "hold_area", "bed_since", "ordered"),
    _short("resuming", "stayed", "on_road_before", "n_beds", "n_staging", "willing", "third", "after_exit")
    + _short("request_since", "request_area", "review", "n_transfer", "move_since", "move_rule")
    + _long("transfer_since"),
)
"""A person as the log is read: `person` is one more than the row of the people table; `stage` and `place` those of the
last row that changed them, `step` the stage of the case, which a move from bed to bed leaves as it is."""
AREA_FLOWS: Final = (
    *("arrests", "arrests_border", "arrests_drawn", "book_ins", "moved_out", "moved_in", "moves", "processed"),
    "hearings",
)
AREA_CHANGES: Final = (
    *("hold_room", "in_transit", "everywhere", "bed_queue", "intake_queue", "docket_pending", "seat_queue"),
    *("clearance_queue", "enrolled"),
)
COUNT_TABLES: Final[Mapping[str, Any]] = {
    "custody": CUSTODY,
    # filled before
    "month_of": "i8",  # by day
    "staging": "i8",  # by place: whether it is one
    "kind": "i8",  # by place
    "hold_level": "i8",  # by area, then day: places of hold rooms
    "beds_allowed": "i8",  # by place, then day
    "attributes": "i8",  # first column of each attribute in the tables below; -1: not counted
    # flows by day, changes by midnight: row 0 is the moment the run starts, and the last what goes on at its end
    "area_flows": np.dtype(_long(*AREA_FLOWS)),
    "area_changes": np.dtype(_long(*AREA_CHANGES)),
    "place_changes": np.dtype(_long("held", "road")),
    "stage_changes": "i8",
    "attribute_changes": "i8",
    "attribute_exits": "i8",
    "exits": "i8",  # by day, area and reason
    "month_exits": np.dtype(_long("people", "stay_s")),  # by month, area and reason
    "arrested": "i8",  # by month, source and track
    "left_at": "i8",  # the same, then age and outcome
    "held_at": "i8",  # the same, then age and where
    "transfer_flow": "i8",
    "moved_by_rule": "i8",
    "seats_used": "i8",
    "spent": np.dtype(_long("people", "left")),  # by day, then stage, clearance and custody
    # sums
    "waits": np.dtype(_long("visits", "seconds", "ended", "ended_seconds")),
    "stage_visits": "i8",
    "stage_seconds": "i8",
    "criminality": "i8",
    "at_intake": "i8",
    # as of now
    "hold_now": np.dtype(_long("people", "since")),  # by area
    "beds_now": np.dtype(_long("people", "settled", "t")),  # by place
    "peaks": np.dtype(_long("people", "most")),  # hold rooms, line for beds, line for clearance
    # seconds of what ended since they were last taken
    "intake_s": "i4",
    "bed_s": "i4",
    "stay_s": "i4",
}
CLEARANCE, CUSTODY_AT_ALL = len(Stage), len(Stage) + 1
"""After the stages, where time is counted (`spent`)."""
REVIEW, EVERYWHERE, BED_STAY, FIRST_KIND = range(len(Stage) + 1, len(Stage) + 5)
"""After the stages and clearance, where waits are counted; kinds of places follow."""
COUNT_SUMS: Final = (
    *("hold_room_seconds", "hold_room_stays", "hold_room_over_limit", "left_bed", "bed_nights", "over_stay_limit_s"),
    *("whole_stays", "interior_book_ins", "moves_from_bed", "removed_under_order", "order_to_removal_s"),
    *("third_country_removals", "give_ups", "no_shows", "came", "custody_nights", "over_places_s"),
)
"""Named as in `measures.sums`."""
COUNT_SCALARS: Final = (
    *("n_attributes", "n_rules", "n_seats", "instant", "wrong", "n_intake_s", "n_bed_s", "n_stay_s"),
    *("whole_sites", "whole_staging", "reached_sites", "reached_staging"),
    *("transfer_seconds", "move_seconds"),
    *COUNT_SUMS,
)

# --- numbers -----------------------------------------------------------------------------------------------
NOT_YET: Final = -(1 << 31)
"""Of a time in `stays`: it never came."""
NEVER: Final = (1 << 31) - 1
"""Of a time in `stays` or a length in `people`: not in any run."""
NOBODY: Final = -1
UNKNOWN: Final = -2
"""Of a docket that nobody asked for yet."""
NOT_IN_CUSTODY: Final = -1
"""Of `clock_stage`: no clocks."""
BUCKET_S: Final = 3_600
"""Events further away than the present hour wait in a chain of their hour, unsorted."""
LINES: Final[Sequence[str]] = ("desk", "bed", "transfer", "docket", "screening", "seat", "clearance", "move")
L_DESK, L_BED, L_TRANSFER, L_DOCKET, L_SCREENING, L_SEAT, L_CLEARANCE, L_MOVE, L_DISPLACEMENT, L_ATD = range(10)
N_LINE_KINDS: Final = 10
STAGE_OF_LINE: Final = tuple(
    int(stage)
    for stage in (Stage.DESK_LINE, Stage.BED_LINE, Stage.BED_LINE, Stage.DOCKET, Stage.SCREENING_LINE, Stage.SEAT_LINE)
)
"""Of who waits on a line, up to that for a seat."""

KINDS: Final = (
    *(rules.MIDNIGHT, rules.TRANSFER_DEPARTURE, rules.ROUTE_DEPARTURE, rules.LANDING, rules.HEARING_LIST),
    *(rules.SCREENING_LIST, rules.CASE_STEP, rules.CLOCK, rules.REVIEW_END, rules.MOVE_DUE),
    *(rules.MOVE_DEPARTURE, rules.ARREST, rules.PROCESSED, rules.ASSIGN_DESK, rules.ASSIGN_BED, rules.ASSIGN_REVIEW),
    *(rules.ASSIGN_MOVE, rules.RUNG),
)
"""Kinds of events in their order; here each is its position."""
MIDNIGHT, TRANSFER, DEPARTURE, LANDING, HEARINGS, SCREENINGS, STEP, CLOCK = range(8)
REVIEW_END, MOVE_DUE, MOVE_DEPARTURE, ARREST, PROCESSED, ASSIGN_DESK, ASSIGN_BED, ASSIGN_REVIEW = range(8, 16)
ASSIGN_MOVE, RUNG = range(16, len(KINDS))
OF_PEOPLE: Final = tuple(kind in (LANDING, STEP, CLOCK, REVIEW_END, ARREST, PROCESSED) for kind in range(len(KINDS)))
"""Events of one person, by kind; their number is the person's."""
NUMBER_BITS: Final = 28
KIND_BITS: Final = 5
ROWS_MOST: Final = (1 << NUMBER_BITS) // rules.MOST_RUNGS
ROW_BITS: Final = 24
SINCE_BITS: Final = 31
SINCE_ZERO: Final = 1 << 30
