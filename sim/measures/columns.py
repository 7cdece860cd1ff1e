"""Every column and every measure: its type, unit and meaning, said once.

The writers, `datapackage.json` and the data dictionary of the documentation are made from these
tables, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim import names
from sim.files.table import TEXT as TEXT
from sim.files.table import Column as Column


@dataclass(frozen=True)
class Measure:
    """One row of `summary.csv`. Unit `text` marks a measure whose value is a word or a date.

    `adds_up` marks one that grows with the length of the window, so that two windows cannot be compared by it.
    """

    unit: str
    meaning: str
    adds_up: bool = False


_REASON_MEANING: Final = {
    "recognizance": "released on recognizance",
    "parole": "paroled",
    "bond": "released on bond",
    "relief": "released after relief was granted",
    "terminated": "released after proceedings were terminated",
    "court_order": "released by order of a court",
    "post_order_limit": "released under supervision at the post-order limit",
    "no_bed": "released for want of a bed",
    "displaced": "released to pass the bed to a person of higher priority",
    "other_agency": "handed to another agency",
}
_CAUSE_MEANING: Final = {
    "officers": "officers could not make that many arrests",
    "pool": "people not yet found had become fewer",
    "throttle": "arrests were stopped while hold rooms were full",
    "money": "arrests were stopped when money ran out",
    "chance": "the rest: day-to-day chance, batches and arrests beyond the goal (may be negative)",
}

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
    *(_people(f"releases_{reason}", f"{meaning} in the day") for reason, meaning in _REASON_MEANING.items()),
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

def _sum(unit: str, meaning: str) -> Measure:
    """A measure that adds up over the window."""
    return Measure(unit, meaning, adds_up=True)


MEASURES: Final[Mapping[str, Measure]] = {
    "arrests": _sum("people", "interior arrests, people booked in from the border agency, and re-arrests"),
    "arrest_goal": _sum("people", "interior arrests asked for in the window"),
    "arrest_shortfall": _sum("people", "goal less interior arrests (negative: more than asked for)"),
    "arrests_throttled": _sum("people", "arrests not made because hold rooms were full"),
    "book_ins": _sum("people", "people first in a bed"),
    "held_mean": Measure("people", "average daily population: people in beds at midnight, mean over days"),
    "held_peak": Measure("people", "most people in beds at a midnight"),
    "held_end": Measure("people", "people in beds at the end"),
    "held_over_funded_mean": Measure("people", "people in beds beyond the funded number, mean over midnights"),
    "beds_operating_mean": Measure("beds", "operating beds, mean over days"),
    "beds_empty_guaranteed_nights": _sum("bed-nights", "nights paid for under a guaranteed minimum and not used"),
    "over_contract_nights": _sum("bed-nights", "nights in beds beyond the contracted number, by area"),
    "hold_room_mean": Measure("people", "people in hold rooms, mean over time"),
    "hold_room_peak": Measure("people", "most people in hold rooms at any instant"),
    "hold_room_over_places_hours": _sum("person-hours", "person-hours in hold rooms beyond their places, by area"),
    "hold_room_stays": _sum("stays", "stays in hold rooms begun (those of no length left out)"),
    "hold_room_stays_over_limit": _sum("stays", "of these, longer than the limit in force at entry"),
    "intake_wait_hours_mean": Measure("h", "wait for a desk, mean over waits that ended, by service or exit"),
    "intake_wait_hours_p95": Measure("h", "the same, 95th percentile"),
    "bed_wait_hours_mean": Measure("h", "wait for a bed, mean over waits that ended, by a bed, a transfer or exit"),
    "bed_wait_hours_p95": Measure("h", "the same, 95th percentile"),
    "bed_queue_peak": Measure("people", "most people waiting for a bed at any instant"),
    "transfers": _sum("people", "people who left for another area's bed"),
    "hearing_wait_days_mean": Measure("d", "wait for a hearing, mean over visits to a docket's line that ended"),
    "docket_pending_end": Measure("people", "people with a case before a detained docket at the end"),
    "order_to_removal_days_mean": Measure("d", "final order to removal, mean over removals (orders in the window)"),
    "seat_queue_end": Measure("people", "people waiting for a seat at the end"),
    "seat_wait_days_mean": Measure("d", "wait for a seat, mean over waits that ended, by removal or release"),
    "clearance_wait_hours_mean": Measure("h", "wait for a clearance reviewer, mean over waits that ended"),
    "clearance_queue_peak": Measure("people", "most requests waiting for a reviewer at any instant"),
    "removals": _sum("people", "people removed, returns at intake and accepted departures included"),
    "removals_goal": _sum("people", "removals asked for in the window"),
    "removal_shortfall": _sum("people", "goal less removals (negative: more than asked for)"),
    "releases": _sum("people", "people released, for all reasons"),
    **{f"releases_{reason}": _sum("people", meaning) for reason, meaning in _REASON_MEANING.items()},
    "stay_days_mean": Measure("d", "arrest to exit, mean over exits in the window"),
    "stay_days_p10": Measure("d", "arrest to exit, 10th percentile"),
    "stay_days_p50": Measure("d", "arrest to exit, median"),
    "stay_days_p90": Measure("d", "arrest to exit, 90th percentile"),
    "atd_end": Measure("people", "people enrolled in alternatives to detention at the end"),
    "cost_usd_total": _sum(
        "USD", "marginal cost, all ledger lines: what use costs, and guaranteed minimums; no other capacity left unused"
    ),
    **{
        f"cost_usd_{account}": _sum("USD", f"marginal cost charged to the {account} account")
        for account in names.ACCOUNTS
    },
    "cost_usd_per_removal": Measure("USD", "marginal cost, all ledger lines, per removal"),
    "funds_exhausted_day": Measure("d", "days from the start to the first day on which a limiting account is used up"),
    "sustainable_arrests_per_day": Measure(
        "people/d",
        "fluid bound: book-ins a day that operating beds sustain, at the window's person-days in bed per exit",
    ),
    **{
        f"arrest_shortfall_{cause}": _sum("people", f"arrest shortfall because {meaning}")
        for cause, meaning in _CAUSE_MEANING.items()
    },
    "goal_missed_from": Measure(
        TEXT, "first date from which the 28-day mean stays below 98 % of the goal (see below); empty if met at the end"
    ),
    "binding_stage": Measure(TEXT, "what holds that goal back from then on (see below); empty if it is met"),
    "in_custody_mean": Measure("people", "people in beds, hold rooms and transit at midnight, mean over days"),
    "empty_beds_mean": Measure("beds", "operating beds with nobody in them at midnight, by area, mean over days"),
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
        "USD", "dollars of the funding level for the window, all accounts, used or not; empty without a level"
    ),
}
"""Every measure, in the order of the files."""

BINDING: Final = """\
`goal_missed_from` and `binding_stage` speak of one goal: the removal goal if that is missed at the end, else the
arrest goal. On a date a goal is missed if the mean of the last 28 days (of all days so far, early on) is below 98 %
of it. A 28-day mean of daily counts with a day effect of 0.2 varies by 2 to 4 % by chance alone, so without the
tolerance a goal that is met on average would be reported as missed in half of all replications; with it, some single
replications still are, which is why `summary.csv` asks for more than half of them.
`goal_missed_from` is the first date from which the goal stays missed up to the end; a goal met at the end has none.

`binding_stage` names what holds that goal back from that date to the end; it is empty if no goal is missed. Waiting is
counted in person-days on each line: `desks`, `beds`, `clearance`, `screening`, `courts` (dockets), `documents`,
`stays_of_removal`, `seats`.

- Arrest goal missed: the largest cause of the shortfall on those days. `officers`, `pool` and `money` speak for
  themselves; for `throttle` (hold rooms full) it is the line with the most person-days; empty if it is chance.
- Removal goal missed: the line with the most person-days, if people spend at least half of all person-days in
  custody waiting on lines, or if no arrest goal is missed by officers, pool or money; otherwise that cause.

In `summary.csv` the `mean` of a word is the word of more than half of all replications, and of a date the median date,
a replication without one counting as later than all, if more than half have one. Otherwise it is empty.
"""


def data_dictionary() -> str:
    """The data dictionary as Markdown: a table a file, and one of the measures."""
    parts = [_table(name, ("column", "type", "unit", "meaning"), _rows(columns)) for name, columns in FILES.items()]
    parts += [
        _table(name, ("column", "type", "unit", "meaning"), _rows(columns))
        for name, columns in (("compare.csv", COMPARE), ("inputs.csv", INPUTS))
    ]
    measures = [(f"`{name}`", measure.unit, measure.meaning) for name, measure in MEASURES.items()]
    parts.append(_table("Measures", ("measure", "unit", "meaning"), measures))
    return "\n".join([*parts, BINDING])


def _rows(columns: Sequence[Column]) -> list[tuple[str, ...]]:
    return [(f"`{column.name}`", column.type, column.unit, column.meaning) for column in columns]


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return f"## {title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def renew(page: Path) -> None:
    """Write the dictionary anew below the introduction of a page of the documentation."""
    introduction = page.read_text(encoding="utf-8").split("\n## ", 1)[0].rstrip()
    page.write_text(f"{introduction}\n\n{data_dictionary()}", encoding="utf-8", newline="")
