"""Every column of every file: its type, unit and meaning.

The writers, `datapackage.json` and the data dictionary in `docs/` all come from these tables.
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
    at_end: str = ""
    """Meaning of the measure `NAME_end`, the value on the last day. Empty: there is no such measure."""


_SCENARIO: Final = Column("scenario", "string", "", "name of the scenario")
_REPLICATION: Final = Column("replication", "integer", "", "number of the replication")
_DATE: Final = Column("date", "date", "", "day from 00:00 to 24:00; the first row is the day before the start")
_NUMBER: Final = Column(
    "number", "integer", "", "number of the synthetic person, the same in every scenario with that seed"
)
_AREA: Final = Column("area", "string", "", "code of the area of detention")


def _people(name: str, meaning: str, at_end: str = "") -> Column:
    return Column(name, "integer", "people", meaning, at_end)


_DAILY: Final = (
    _SCENARIO,
    _REPLICATION,
    _DATE,
    Column("arrest_goal", "number", "people", "goal for interior arrests during the day; empty without a goal"),
    _people("arrests", "people arrested during the day, all sources, including re-arrests"),
    _people("arrests_interior", "arrests at large and out of local custody"),
    _people("arrests_border", "people booked in from the border agency"),
    _people("book_ins", "people who get their first bed during the day"),
    _people("in_custody", "people held at the end of the day: in beds, in hold rooms and in transit"),
    _people("held", "people in beds at the end of the day (the midnight count)", "people in beds at the end"),
    Column("funded_beds", "integer", "beds", "beds funded by appropriation, national; empty if not stated"),
    Column("beds_operating", "integer", "beds", "minimum of physical and contracted beds, summed; empty if unlimited"),
    _people("hold_room", "people in hold rooms at the end of the day"),
    _people("in_transit", "people in transit to a bed in another area at the end of the day"),
    _people("bed_queue", "people waiting for a bed at the end of the day"),
    _people("intake_queue", "people waiting for a processing desk at the end of the day"),
    _people(
        "docket_pending",
        "people with a case before a docket, including adjourned cases, at the end of the day",
        "people with a case before a detained docket at the end",
    ),
    _people(
        "seat_queue",
        "people ready for removal and waiting for a seat at the end of the day",
        "people waiting for a seat at the end",
    ),
    _people("clearance_queue", "release requests waiting for a reviewer at the end of the day"),
    _people("transfers", "people who leave for a bed in another area during the day"),
    _people("moves", "people who leave a hold room or a bed for a bed, here or elsewhere, during the day"),
    _people("removals", "people removed during the day, including returns at intake and accepted departures"),
    _people("releases", "people released during the day, all reasons"),
    *(_people(f"releases_{reason.word}", f"{reason.row.words} during the day") for reason in RELEASES),
    _people("over_contract", "people in beds above the contracted number, summed over areas, at the end of the day"),
    _people(
        "atd",
        "people enrolled in alternatives to detention at the end of the day",
        "people enrolled in alternatives to detention at the end",
    ),
    Column("cost_usd", "number", "USD", "marginal cost of the day, all ledger lines"),
    Column("cost_usd_cumulative", "number", "USD", "marginal cost since the start"),
)

_DAILY_BY_AREA: Final = (
    _SCENARIO,
    _REPLICATION,
    _DATE,
    _AREA,
    _people("arrests", "people arrested in the area during the day, all sources"),
    _people("arrests_throttled", "arrests not made because the area's hold rooms were full"),
    _people("book_ins", "people who get their first bed in the area during the day"),
    _people("in_custody", "people held at the end of the day; people in transit count where their bed is"),
    _people("held", "people in beds at the end of the day"),
    Column("contracted_beds", "integer", "beds", "beds under contract; empty if unlimited"),
    Column("beds_operating", "integer", "beds", "minimum of physical and contracted beds; empty if unlimited"),
    _people("hold_room", "people in hold rooms at the end of the day"),
    Column("hold_room_places", "integer", "places", "places in hold rooms; empty if not counted"),
    _people("in_transit", "people in transit to the area at the end of the day"),
    _people("bed_queue", "people waiting for a bed at the end of the day"),
    _people("intake_queue", "people waiting for a processing desk at the end of the day"),
    _people("docket_pending", "people with a case before a detained docket at the end of the day"),
    _people("seat_queue", "people waiting for a seat at the end of the day"),
    _people("moved_in", "people who leave another area for a bed here during the day"),
    _people("moved_out", "people who leave for a bed in another area during the day"),
    _people("removals", "people removed during the day, including returns at intake and accepted departures"),
    _people("releases", "people released during the day, all reasons"),
    _people("over_contract", "people in beds above the contracted number at the end of the day"),
)

_SECONDS: Final = "s"


def _moment(name: str, meaning: str) -> Column:
    return Column(name, "integer", _SECONDS, f"{meaning}; seconds since 00:00 of the start, empty if it did not happen")


_RECORDS: Final = (
    _SCENARIO,
    _REPLICATION,
    _NUMBER,
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
    Column("hearing_wait_s", "integer", _SECONDS, "time waited for hearings, over completed visits to the line"),
    Column("route", "string", "", "route chosen for the removal; empty if none"),
    Column("third_country", "integer", "", "1: removed, or to be removed, to a third country"),
    Column("over_contract", "integer", "", "1: the bed is above the contracted number"),
    Column("gave_up", "integer", "", "1: accepted departure while in proceedings"),
    Column("atd", "integer", "", "1: released into alternatives to detention, 0: without, empty: not released"),
)

DAILY_QUANTILES: Final = (5, 25, 50, 75, 95)
"""Percentages of daily_quantiles.csv."""
FILES: Final[Mapping[str, tuple[Column, ...]]] = {
    "summary.csv": (
        _SCENARIO,
        Column("measure", "string", "", "name of the measure (see the table of measures)"),
        Column("unit", "string", "", "unit of the values; `text` for words and dates"),
        Column("mean", "any", "as in unit", "mean over replications that have a value; words and dates: see Measures"),
        Column("sd", "number", "as in unit", "standard deviation over replications; empty for fewer than two"),
        Column(
            "ci_low",
            "number",
            "as in unit",
            "low end of the 95 % interval of the mean: simulation noise only; empty below three replications",
        ),
        Column("ci_high", "number", "as in unit", "high end of that interval"),
        Column("replications", "integer", "replications", "replications that have a value"),
        Column("mean_rounded", "number", "as in unit", "the mean in four digits, for reading; empty for words"),
        Column("ci_low_rounded", "number", "as in unit", "low end of the interval in four digits"),
        Column("ci_high_rounded", "number", "as in unit", "high end of the interval in four digits"),
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
    "daily_quantiles.csv": (
        _SCENARIO,
        _DATE,
        Column("series", "string", "", "column of daily.csv"),
        Column("replications", "integer", "replications", "replications that have a value; the file needs three"),
        *(
            Column(f"q{percent:02d}", "number", "as the column", f"{percent} % of the replications lie below")
            for percent in DAILY_QUANTILES
        ),
    ),
    "exits.csv": (
        _SCENARIO,
        _REPLICATION,
        Column("month", "yearmonth", "", "month of exit"),
        _AREA,
        Column("exit", "string", "", "reason of exit"),
        _people("people", "people who left; no row where nobody left"),
        Column("stay_days_mean", "number", "d", "mean time from arrest to exit"),
    ),
    "cohorts.csv": (
        _SCENARIO,
        _REPLICATION,
        Column("month", "string", "", "month of arrest; people held on day 0 are in none"),
        Column("source", "string", "", "source of the arrests, or all"),
        Column("track", "string", "", "case track, or all"),
        Column("age_days", "integer", "d", "days since the arrest"),
        Column(
            "outcome",
            "string",
            "",
            "held_PLACE (hold_room, road, or kind of place of the bed), a reason of exit, departed (by consent), or "
            "arrested_again; held where the window ends before",
        ),
        _people("n_people", "people of whom that is so by then; empty if the window ends before all reach the age"),
        Column("share", "number", "1", "of the people arrested; the shares of one age add up to 1"),
    ),
    "held_by.csv": (
        _SCENARIO,
        _REPLICATION,
        _DATE,
        Column("attribute", "string", "", "source, criminality, custody (class), group, track, place_kind or stage"),
        Column("value", "string", "", "value of the attribute; those of one attribute add up to all"),
        _people("held", "people in beds at the end of the day"),
        _people("exits", "people who left custody during the day (by place_kind: from beds); empty by stage"),
    ),
    "twin.csv": (
        _SCENARIO,
        Column("quantity", "string", "", "what is compared (see docs/twin.md)"),
        Column("unit", "string", "", "unit of the numbers"),
        Column("simulated", "number", "as in unit", "value over all replications; empty if not compared"),
        Column("low", "number", "as in unit", "low end of its 99.9 % interval; empty for exact quantities"),
        Column("high", "number", "as in unit", "high end of that interval"),
        Column("theory", "number", "as in unit", "value predicted by theory; for the fluid bound, the upper limit"),
        Column("name", "string", "", "name of the theory; if none applies, of the closest one"),
        Column("applies", "boolean", "", "true: the scenario meets the conditions of the theory"),
        Column(
            "agrees", "boolean", "", "false: differ by more than chance; empty if not compared or if lines explain it"
        ),
        Column("why", "string", "", "the kind of interval and its days, or why nothing is compared"),
    ),
    "events.csv": (
        Column("entity_id", "integer", "", "number of the person"),
        Column("event_type", "string", "", "arrival_departure, queue, resource_use or resource_use_end"),
        Column("event", "string", "", "what happens"),
        Column("time", "integer", _SECONDS, "seconds since 00:00 of the start; people held on day 0 arrive at 0"),
        Column("resource_id", "integer", "", "desk or bed, numbered within the sample; empty for other events"),
        Column("run_number", "integer", "", "number of the replication"),
    ),
    "log.csv": (
        _SCENARIO,
        _REPLICATION,
        _NUMBER,
        Column("t", "integer", _SECONDS, "seconds since 00:00 of the start; empty: under way when the run began"),
        Column("event", "string", "", "the stage that begins, exit_REASON, request_REASON (of clearance), or a note"),
        Column("place", "string", "", "where the person then is: hold_room, road, bed, outside; empty for a note"),
        _AREA,
        Column("bed_place", "string", "", "place of the bed: an area (its own pool) or a named place; else empty"),
    ),
    "records.csv": _RECORDS,
    "moves.csv": (
        _SCENARIO,
        _REPLICATION,
        Column("number", "integer", "", "number of the person"),
        Column("area_from", "string", "", "code of the area left"),
        Column("area_to", "string", "", "code of the area of the bed"),
        Column("place_from", "string", "", "place of the bed left; empty: a hold room"),
        Column("place_to", "string", "", "place of the bed that the person leaves for"),
        _moment("t_departed", "departure"),
        _moment("t_landed", "arrival"),
    ),
}
"""Columns of each CSV file, in order."""

COMPARE: Final = (
    _SCENARIO,
    Column("baseline", "string", "", "name of the baseline scenario"),
    Column("measure", "string", "", "name of the measure"),
    Column("unit", "string", "", "unit of the values"),
    Column("baseline_mean", "number", "as in unit", "mean of the baseline"),
    Column("mean", "number", "as in unit", "mean of the scenario"),
    Column("difference", "number", "as in unit", "mean of the scenario minus that of the baseline"),
    Column(
        "ci_low",
        "number",
        "as in unit",
        "low end of the 95 % interval of the difference: simulation noise only; empty below three replications",
    ),
    Column("ci_high", "number", "as in unit", "high end of that interval"),
    Column("paired", "boolean", "", "true: replications paired by number (common random numbers); false: Welch"),
    Column("replications", "integer", "replications", "pairs; if unpaired, replications of the smaller side"),
    Column("method", "string", "", "interval: t (paired), welch, or bootstrap (BCa) if not normal"),
    Column("p_value", "number", "", "two-sided p value of the t test"),
    Column("p_holm", "number", "", "the same, corrected (Holm) for all measures that differ in some pair; else empty"),
    Column("holds", "boolean", "", "true: the interval excludes 0 and p_holm is below 0.05"),
    Column(
        "sd", "number", "as in unit", "standard deviation of the differences (unpaired: of one replication per side)"
    ),
    Column("variance_ratio", "number", "", "replications needed with independent draws ÷ pairs; empty if unpaired"),
    Column("assumed_low", "number", "as in unit", "lowest difference over the ranges of the assumed values, if varied"),
    Column("assumed_high", "number", "as in unit", "highest difference over those ranges"),
    Column("sentence", "string", "", "the difference as a sentence; empty if both sides are 0 or every pair is equal"),
)
"""Columns of `compare.csv`."""

INPUTS: Final = (
    _SCENARIO,
    Column("baseline", "string", "", "name of the baseline scenario"),
    Column("path", "string", "", "path of a value that differs, as for `--set`"),
    Column("baseline_value", "string", "", "value of the baseline"),
    Column("value", "string", "", "value of the scenario"),
)
"""Columns of `inputs.csv`, written with `compare.csv`."""
