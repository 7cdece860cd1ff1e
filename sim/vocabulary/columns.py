"""Every column of every file: its type, unit and meaning.

The writers, `datapackage.json` and the data dictionary of the documentation are made from these
tables, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.vocabulary.exits import RELEASES


@dataclass(frozen=True)
class Column:
    """One column of a CSV file. `type` is a Frictionless type; `unit` is empty for words and labels."""

    name: str
    type: str
    unit: str
    meaning: str


_SCENARIO: Final = Column("scenario", "string", "", "name of the scenario")
_REPLICATION: Final = Column("replication", "integer", "", "number of the replication")
_DATE: Final = Column("date", "date", "", "day from 00:00 to 24:00; the first row is the day before the start")
_AREA: Final = Column("area", "string", "", "code of the area of detention")


def _people(name: str, meaning: str) -> Column:
    return Column(name, "integer", "people", meaning)


_DAILY: Final = (
    _SCENARIO,
    _REPLICATION,
    _DATE,
    Column("arrest_goal", "number", "people", "interior arrests asked for in the day; empty without a goal"),
    _people("arrests", "people arrested in the day, from all sources, re-arrests included"),
    _people("arrests_interior", "arrests at large and out of local custody"),
    _people("arrests_border", "people booked in from the border agency"),
    _people("book_ins", "people first in a bed in the day"),
    _people("in_custody", "people held at the end of the day: in beds, in hold rooms and in transit"),
    _people("held", "people in beds at the end of the day (the midnight count)"),
    Column("funded_beds", "integer", "beds", "beds paid for by appropriation, national; empty if not stated"),
    Column("beds_operating", "integer", "beds", "least of physical and contracted beds, summed; empty if endless"),
    _people("hold_room", "people in hold rooms at the end of the day"),
    _people("in_transit", "people on the road to another area's bed at the end of the day"),
    _people("bed_queue", "people waiting for a bed at the end of the day"),
    _people("intake_queue", "people waiting for a processing desk at the end of the day"),
    _people("docket_pending", "people with a case before a docket, adjourned ones too, at the end of the day"),
    _people("seat_queue", "people ready for removal and waiting for a seat at the end of the day"),
    _people("clearance_queue", "release requests waiting for a reviewer at the end of the day"),
    _people("transfers", "people who left for another area's bed in the day"),
    _people("removals", "people removed in the day, returns at intake and accepted departures included"),
    _people("releases", "people released in the day, for all reasons"),
    *(_people(f"releases_{reason.word}", f"{reason.row.words} in the day") for reason in RELEASES),
    _people("over_contract", "people in beds beyond the contracted number, summed over areas, at the end of the day"),
    _people("atd", "people enrolled in alternatives to detention at the end of the day"),
    Column("cost_usd", "number", "USD", "marginal cost of the day, all ledger lines"),
    Column("cost_usd_cumulative", "number", "USD", "marginal cost since the start"),
)

_DAILY_BY_AREA: Final = (
    _SCENARIO,
    _REPLICATION,
    _DATE,
    _AREA,
    _people("arrests", "people arrested in the area in the day, from all sources"),
    _people("arrests_throttled", "arrests not made because the area's hold rooms were full"),
    _people("book_ins", "people first in a bed of the area in the day"),
    _people("in_custody", "people held at the end of the day; a person in transit counts where the bed is"),
    _people("held", "people in beds at the end of the day"),
    Column("contracted_beds", "integer", "beds", "beds under contract; empty if endless"),
    Column("beds_operating", "integer", "beds", "least of physical and contracted beds; empty if endless"),
    _people("hold_room", "people in hold rooms at the end of the day"),
    Column("hold_room_places", "integer", "places", "places in hold rooms; empty if not counted"),
    _people("in_transit", "people on the road to the area at the end of the day"),
    _people("bed_queue", "people waiting for a bed at the end of the day"),
    _people("intake_queue", "people waiting for a processing desk at the end of the day"),
    _people("docket_pending", "people with a case before a detained docket at the end of the day"),
    _people("seat_queue", "people waiting for a seat at the end of the day"),
    _people("moved_in", "people who left another area for a bed here in the day"),
    _people("moved_out", "people who left for another area's bed in the day"),
    _people("removals", "people removed in the day, returns at intake and accepted departures included"),
    _people("releases", "people released in the day, for all reasons"),
    _people("over_contract", "people in beds beyond the contracted number at the end of the day"),
)

_SECONDS: Final = "s"


def _moment(name: str, meaning: str) -> Column:
    return Column(name, "integer", _SECONDS, f"{meaning}; seconds since 00:00 of the start, empty if it did not happen")


_RECORDS: Final = (
    _SCENARIO,
    _REPLICATION,
    Column("number", "integer", "", "number of the person (synthetic); the same person under every scenario of a seed"),
    Column("source", "string", "", "source of the arrest"),
    Column("area_of_arrest", "string", "", "code of the area of arrest (of detention on day 0)"),
    _AREA,
    Column("criminality", "string", "", "convicted, pending charges, or none"),
    Column("custody_class", "string", "", "mandatory or discretionary custody"),
    Column("group", "string", "", "country group; empty without groups"),
    Column("track", "string", "", "track of the case"),
    _moment("t_arrest", "arrest; negative for people held on day 0"),
    _moment("t_desk", "processing begins"),
    _moment("t_processed", "processing ends"),
    _moment("t_asked", "first request for a bed"),
    _moment("t_transfer_asked", "joins the line for a transfer"),
    _moment("t_departed", "leaves for another area's bed"),
    _moment("t_landed", "arrives there"),
    _moment("t_bed", "first in a bed; empty for people held on day 0"),
    _moment("t_screening_asked", "joins the line for a fear interview"),
    _moment("t_screened", "fear interview"),
    _moment("t_docket", "joined a docket's line last"),
    _moment("t_heard", "last hearing"),
    _moment("t_order", "final order"),
    _moment("t_document", "travel document in hand"),
    _moment("t_seat_asked", "ready for a seat"),
    _moment("t_exit", "leaves custody"),
    Column("exit", "string", "", "reason of exit; empty if still held at the end"),
    Column("stage", "string", "", "stage at the end of the window"),
    Column("hearings", "integer", "hearings", "hearings held"),
    Column("hearing_wait_s", "integer", _SECONDS, "waited for hearings, over visits to the line that ended"),
    Column("route", "string", "", "route chosen for the removal; empty if none"),
    Column("third_country", "integer", "", "1: removed, or to be removed, to a third country"),
    Column("over_contract", "integer", "", "1: the bed was taken beyond the contracted number"),
    Column("gave_up", "integer", "", "1: accepted departure while in proceedings"),
    Column("atd", "integer", "", "1: released into alternatives to detention, 0: without, empty: not released"),
)

FILES: Final[Mapping[str, tuple[Column, ...]]] = {
    "summary.csv": (
        _SCENARIO,
        Column("measure", "string", "", "name of the measure (see the table of measures)"),
        Column("unit", "string", "", "unit of the values; `text` for words and dates"),
        Column(
            "mean", "any", "as in unit", "mean over replications that have a value; of texts see below the measures"
        ),
        Column("sd", "number", "as in unit", "standard deviation over replications; empty for fewer than two"),
        Column("ci_low", "number", "as in unit", "low end of the 95 % interval of the mean: simulation noise only"),
        Column("ci_high", "number", "as in unit", "high end of that interval"),
        Column("replications", "integer", "replications", "replications that have a value"),
    ),
    "replications.csv": (
        _SCENARIO,
        _REPLICATION,
        Column("measure", "string", "", "name of the measure"),
        Column("unit", "string", "", "unit of the value; `text` for words and dates"),
        Column("value", "any", "as in unit", "value in the replication; empty if undefined (a mean of nothing)"),
    ),
    "daily.csv": _DAILY,
    "daily_by_area.csv": _DAILY_BY_AREA,
    "exits.csv": (
        _SCENARIO,
        _REPLICATION,
        Column("month", "yearmonth", "", "month of exit"),
        _AREA,
        Column("exit", "string", "", "reason of exit"),
        _people("people", "people who left; months, areas and reasons with nobody have no row"),
        Column("stay_days_mean", "number", "d", "mean time from arrest to exit"),
    ),
    "twin.csv": (
        _SCENARIO,
        Column("quantity", "string", "", "what is compared (see docs/twin.md)"),
        Column("unit", "string", "", "unit of the numbers"),
        Column("simulated", "number", "as in unit", "value over all replications; empty if not compared"),
        Column("low", "number", "as in unit", "low end of its 99.9 % interval; empty for what has no chance in it"),
        Column("high", "number", "as in unit", "high end of that interval"),
        Column("theory", "number", "as in unit", "value by theory; for the fluid bound the most there can be"),
        Column("name", "string", "", "name of the theory; where none applies, of the nearest"),
        Column("applies", "boolean", "", "true: the scenario meets the conditions of the theory"),
        Column("agrees", "boolean", "", "false: differ by more than chance; empty if not compared or lines are why"),
        Column("why", "string", "", "what the interval is and which days it is of, or why nothing is compared"),
    ),
    "events.csv": (
        Column("entity_id", "integer", "", "number of the person"),
        Column("event_type", "string", "", "arrival_departure, queue, resource_use or resource_use_end"),
        Column("event", "string", "", "what happens"),
        Column("time", "integer", _SECONDS, "seconds since 00:00 of the start; people held on day 0 arrive at 0"),
        Column("resource_id", "integer", "", "desk or bed, numbered within the sample; empty for other events"),
        Column("run_number", "integer", "", "number of the replication"),
    ),
    "records.csv": _RECORDS,
    "moves.csv": (
        _SCENARIO,
        _REPLICATION,
        Column("number", "integer", "", "number of the person"),
        Column("area_from", "string", "", "code of the area left"),
        Column("area_to", "string", "", "code of the area of the bed"),
        _moment("t_departed", "departure"),
        _moment("t_landed", "arrival"),
    ),
}
"""Columns of each CSV file, in order."""

COMPARE: Final = (
    _SCENARIO,
    Column("baseline", "string", "", "name of the scenario compared with"),
    Column("measure", "string", "", "name of the measure"),
    Column("unit", "string", "", "unit of the values"),
    Column("baseline_mean", "number", "as in unit", "mean of the baseline"),
    Column("mean", "number", "as in unit", "mean of the scenario"),
    Column("difference", "number", "as in unit", "mean of the scenario less that of the baseline"),
    Column("ci_low", "number", "as in unit", "low end of the 95 % interval of the difference: simulation noise only"),
    Column("ci_high", "number", "as in unit", "high end of that interval"),
    Column("paired", "boolean", "", "true: replications paired by number (common random numbers); false: Welch"),
    Column("replications", "integer", "replications", "pairs; or, unpaired, replications of the smaller side"),
    Column("method", "string", "", "interval: t (paired), welch, or bootstrap (BCa) where the spread is not normal"),
    Column("p_value", "number", "", "two-sided p of the t test that the difference is 0"),
    Column("p_holm", "number", "", "the same, corrected for all that differ in some pair (Holm); empty for others"),
    Column("holds", "boolean", "", "true: the interval leaves out 0 and p_holm is below 0.05"),
    Column("sd", "number", "as in unit", "standard deviation of the difference of a pair (unpaired: of one a side)"),
    Column("variance_ratio", "number", "", "replications that independent draws would need ÷ pairs; empty unpaired"),
    Column("assumed_low", "number", "as in unit", "lowest difference over the ranges of the assumed values, if varied"),
    Column("assumed_high", "number", "as in unit", "highest difference over those ranges"),
    Column("sentence", "string", "", "the difference in words; empty if both sides are 0 or every pair is equal"),
)
"""Columns of `compare.csv`."""

INPUTS: Final = (
    _SCENARIO,
    Column("baseline", "string", "", "name of the scenario compared with"),
    Column("path", "string", "", "path of a value that differs, as `--set` takes it"),
    Column("baseline_value", "string", "", "value of the baseline"),
    Column("value", "string", "", "value of the scenario"),
)
"""Columns of `inputs.csv`, beside `compare.csv`."""
