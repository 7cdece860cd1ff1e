"""Every measure: its unit and meaning. `checks` of a scenario use these names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.vocabulary.attributes import PLACE_KINDS
from sim.vocabulary.columns import FILES
from sim.vocabulary.exits import RELEASES
from sim.vocabulary.limits import ACCOUNTS, Cause


@dataclass(frozen=True)
class Measure:
    """One row of `summary.csv`. Unit `text` marks a measure whose value is a word or a date.

    `adds_up` marks a measure that grows with the window, so that windows of different length are not comparable;
    `signed` one that can be below 0.
    """

    unit: str
    meaning: str
    adds_up: bool = False
    signed: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the largest value that the measure can have."""
        if self.signed:
            return -math.inf, math.inf
        return 0.0, 1.0 if self.unit == "1" else math.inf


TEXT: Final = "text"


def _sum(unit: str, meaning: str, *, signed: bool = False) -> Measure:
    """A measure that adds up over the window."""
    return Measure(unit, meaning, adds_up=True, signed=signed)


_UNITS: Final = {"h": "hours", "d": "days"}


def _wait(line: str, unit: str, what: str) -> dict[str, Measure]:
    """The measures of a line that count those still on it."""
    return {
        f"{line}_wait_{_UNITS[unit]}_all_mean": Measure(
            unit, f"{what}, mean over everybody who waited in the window, whether the wait ended or not"
        ),
        f"{line}_line_age_{_UNITS[unit]}_end": Measure(unit, f"{what} so far, mean over those on the line at the end"),
    }


_AT_END: Final = {
    f"{column.name}_end": Measure(column.unit, column.at_end) for column in FILES["daily.csv"] if column.at_end
}

MEASURES: Final[Mapping[str, Measure]] = {
    "arrests": _sum("people", "interior arrests, people booked in from the border agency, and re-arrests"),
    "arrest_goal": _sum("people", "goal for interior arrests in the window"),
    "arrest_shortfall": _sum("people", "goal minus interior arrests (negative: above the goal)", signed=True),
    "arrests_throttled": _sum("people", "arrests not made because hold rooms were full"),
    "book_ins": _sum("people", "people who get their first bed"),
    "held_mean": Measure("people", "average daily population: people in beds at midnight, mean over days"),
    "held_peak": Measure("people", "largest midnight count of people in beds"),
    "held_end": _AT_END["held_end"],
    "held_over_funded_mean": Measure("people", "people in beds above the funded number, mean over midnights"),
    "beds_operating_mean": Measure("beds", "operating beds, mean over days"),
    "beds_empty_guaranteed_nights": _sum("bed-nights", "unused nights paid for under a guaranteed minimum"),
    "over_contract_nights": _sum("bed-nights", "nights in beds above the contracted number, by area"),
    "hold_room_mean": Measure("people", "people in hold rooms, mean over time"),
    "hold_room_peak": Measure("people", "largest number of people in hold rooms at any instant"),
    "hold_room_over_places_hours": _sum("person-hours", "person-hours in hold rooms above their places, by area"),
    "hold_room_stays": _sum("stays", "stays in hold rooms that began (stays of length 0 left out)"),
    "hold_room_stays_over_limit": _sum("stays", "of these, stays longer than the limit in force at entry"),
    "not_feasible_days": _sum(
        "d", "midnights at which hold rooms hold more than their ceiling, or without one 3 times their places"
    ),
    "not_feasible_from": Measure(TEXT, "first date of seven such midnights on end; empty: the result is feasible"),
    **_wait("intake", "h", "wait for a desk"),
    "intake_wait_hours_mean": Measure("h", "wait for a desk, mean over waits that ended by service or exit"),
    "intake_wait_hours_p95": Measure("h", "the same, 95th percentile"),
    **_wait("bed", "h", "wait for a bed"),
    "bed_wait_hours_mean": Measure("h", "wait for a bed, mean over waits that ended by a bed, a transfer or exit"),
    "bed_wait_hours_p95": Measure("h", "the same, 95th percentile"),
    "bed_queue_peak": Measure("people", "largest number of people waiting for a bed at any instant"),
    "transfers": _sum("people", "people who left for a bed in another area"),
    "moves": _sum("people", "departures for a bed: from hold rooms, from bed to bed and to staging"),
    "moves_from_bed": _sum("people", "departures from one bed for another"),
    "moves_per_stay_mean": Measure("moves", "beds in which a person is after another place, mean over whole stays"),
    "places_per_stay_mean": Measure("places", "hold room, bed sites and staging, mean over stays seen whole"),
    "bed_sites_per_stay_mean": Measure("places", "beds of detention and processing places, mean over whole stays"),
    "places_per_book_in": Measure("places", "arrivals in beds, and in hold rooms after an ICE arrest, per book-in"),
    "bed_sites_per_book_in": Measure("places", "arrivals in beds of detention and processing places per book-in"),
    "moves_per_month": Measure("people", "these arrivals beyond the first of each book-in, per 30.4 days"),
    "staging_per_removal": Measure("places", "arrivals in staging places per removal from a bed"),
    **{
        f"place_days_mean_{kind}": Measure("d", f"time in a bed of a {kind} place, mean over visits that ended")
        for kind in PLACE_KINDS
    },
    **{
        f"held_{kind}_mean": Measure("people", f"people in beds of {kind} places at midnight, mean over days")
        for kind in PLACE_KINDS
    },
    **{
        f"full_from_{kind}": Measure(TEXT, f"first date at whose end 98 % of the beds of {kind} places are occupied")
        for kind in PLACE_KINDS
    },
    "over_place_limit_days": _sum("person-days", "time in places beyond their stay_limit; empty without a limit"),
    "cost_usd_moves": _sum("USD", "seats of moves with transports of their own; part of the transport account"),
    **_wait("hearing", "d", "wait for a hearing"),
    "hearing_wait_days_mean": Measure("d", "wait for a hearing, mean over completed visits to a docket's line"),
    "docket_pending_end": _AT_END["docket_pending_end"],
    "order_to_removal_days_mean": Measure("d", "final order to removal, mean over removals (orders in the window)"),
    "seat_queue_end": _AT_END["seat_queue_end"],
    **_wait("seat", "d", "wait for a seat"),
    "seat_wait_days_mean": Measure("d", "wait for a seat, mean over waits that ended by removal or release"),
    **_wait("clearance", "h", "wait for a clearance reviewer"),
    "clearance_wait_hours_mean": Measure("h", "wait for a clearance reviewer, mean over waits that ended"),
    "clearance_queue_peak": Measure("people", "largest number of requests waiting for a reviewer at any instant"),
    "removals": _sum("people", "people removed, including returns at intake and accepted departures"),
    "removals_goal": _sum("people", "goal for removals in the window"),
    "removal_shortfall": _sum("people", "goal minus removals (negative: above the goal)", signed=True),
    "releases": _sum("people", "people released, all reasons"),
    **{f"releases_{reason.word}": _sum("people", reason.row.words) for reason in RELEASES},
    **{
        f"{word}_{when}": _sum("people", f"{words}, {where}")
        for word, words in (("recognizance", "released on recognizance"), ("parole", "paroled"))
        for when, where in (("at_intake", "by the decision at intake"), ("booked_out", "later, out of custody"))
    },
    "diverted_no_shows": _sum("people", "people supervised instead of held who will not appear in court"),
    "stay_days_mean": Measure("d", "arrest to exit, mean over exits in the window"),
    "stay_days_p10": Measure("d", "arrest to exit, 10th percentile"),
    "stay_days_p50": Measure("d", "arrest to exit, median"),
    "stay_days_p90": Measure("d", "arrest to exit, 90th percentile"),
    "atd_end": _AT_END["atd_end"],
    "cost_usd_total": _sum(
        "USD", "marginal cost, all ledger lines: cost of use and guaranteed minimums, without other unused capacity"
    ),
    **{f"cost_usd_{account}": _sum("USD", f"marginal cost charged to the {account} account") for account in ACCOUNTS},
    "cost_usd_per_removal": Measure("USD", "marginal cost, all ledger lines, per removal"),
    "funds_exhausted_day": Measure(
        "d", "days from the start to the first day on which a limiting account is exhausted"
    ),
    "sustainable_arrests_per_day": Measure(
        "people/d",
        "fluid bound: book-ins per day that operating beds sustain, at the window's person-days in bed per exit",
    ),
    **{
        f"arrest_shortfall_{cause.word}": _sum("people", f"arrest shortfall: {cause.row.words}", signed=True)
        for cause in Cause
    },
    "goal_missed_from": Measure(
        TEXT, "first date from which the 28-day mean stays below 98 % of the goal (see below); empty if met at the end"
    ),
    "binding_stage": Measure(TEXT, "what holds that goal back from then on (see below); empty if the goal is met"),
    "in_custody_mean": Measure("people", "people in beds, hold rooms and transit at midnight, mean over days"),
    "empty_beds_mean": Measure("beds", "operating beds that are empty at midnight, by area, mean over days"),
    "areas_over_contract_mean": Measure("areas", "areas with more people in beds than contracted, mean over midnights"),
    "arrests_interior": _sum("people", "arrests at large and out of local custody"),
    "arrests_border": _sum("people", "people booked in from the border agency"),
    "arrests_convicted": _sum("people", "people arrested who have a conviction"),
    "arrests_pending": _sum("people", "people arrested with charges pending and no conviction"),
    "arrests_none": _sum("people", "people arrested with neither"),
    "clearance_hours_mean": Measure("h", "clearance request to decision or withdrawal, mean over those that ended"),
    "give_ups": _sum("people", "people who accepted departure while in proceedings"),
    "third_country_removals": _sum("people", "removals to a third country"),
    "funds_usd_total": _sum(
        "USD", "dollars of the funding level in the window, all accounts, spent or not; empty without a level"
    ),
    **_AT_END,
}
"""Every measure, in the order of the files."""

BINDING: Final = """\
`goal_missed_from` and `binding_stage` refer to one goal: the removal goal if it is missed at the end, otherwise the
arrest goal. A goal is missed on a date if the mean of the last 28 days (early on, of all days so far) is below 98 % of
it. A 28-day mean of daily counts with a day effect of 0.2 varies by 2 to 4 % by chance alone. Without the tolerance, a
goal that is met on average would count as missed in half of all replications; with it, some replications still miss it,
so `summary.csv` requires more than half of them. `goal_missed_from` is the first date from which the goal stays missed
to the end; a goal met at the end has none.

`binding_stage` names what holds that goal back from that date to the end. It is empty if no goal is missed. Waiting is
counted in person-days in each line: `desks`, `beds`, `clearance`, `screening`, `courts` (dockets), `documents`,
`stays_of_removal`, `seats`.

- Arrest goal missed: the largest cause of the shortfall on those days: `officers`, `pool` or `money`. If it is
  `throttle` (hold rooms full), the line with the most person-days; if it is chance, empty.
- Removal goal missed: the line with the most person-days, if people spend at least half of all person-days in custody
  waiting in lines, or if no arrest goal is missed because of officers, pool or money; otherwise that cause.

In `summary.csv` the `mean` of a word is the word that more than half of all replications have. The `mean` of a date is
the median date, if more than half of the replications have one; those without one count as later. Otherwise the cell is
empty.
"""
