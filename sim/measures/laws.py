"""What is always true of a run: `check` stops a run whose records break it.

An engine keeps a tally of its own (`records.counts`), so that the laws compare two independent
accounts; a law computed from records alone could not fail. All are equalities of whole numbers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from sim.measures.counting import flow, rises, stock
from sim.measures.custody import Custody
from sim.measures.ledger import recompute
from sim.records import Reviews
from sim.scenario.world.tables import Tables
from sim.vocabulary import EMPTY, IN_BED, SECONDS_PER_DAY, LedgerLine, Rung, Stage

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_IN_ORDER = (
    ("t_arrest", "t_desk"),
    ("t_desk", "t_processed"),
    ("t_processed", "t_asked"),
    ("t_asked", "t_transfer_asked"),
    ("t_transfer_asked", "t_departed"),
    ("t_departed", "t_landed"),
    ("t_landed", "t_bed"),
    ("t_asked", "t_bed"),
    ("t_bed", "t_screening_asked"),
    ("t_screening_asked", "t_screened"),
    ("t_screened", "t_docket"),
    ("t_bed", "t_docket"),
    ("t_heard", "t_order"),
    ("t_bed", "t_order"),
    ("t_order", "t_document"),
    ("t_document", "t_seat_asked"),
)


class LawBroken(Exception):
    """A run's records contradict themselves or the engine's tally: what, where, when and both numbers."""


def check(custody: Custody) -> None:
    """Raise LawBroken if the records of a run break a law."""
    _times(custody)
    _places(custody)
    _reviews(custody.reviews)
    _candidates(custody)
    _flows(custody)
    _stocks(custody)
    _balance(custody)
    _occupancy(custody)
    _little(custody)
    _dollars(custody)


def _times(custody: Custody) -> None:
    """Moments of a person are in order and in the window; no wait is negative."""
    stays = custody.stays
    times = [f.name for f in fields(stays) if f.name.startswith("t_")]
    for name in times:
        t: Ints = getattr(stays, name)
        came = t != EMPTY
        _nobody(custody, came & (t >= custody.horizon), f"{name} lies after the end of the run")
        before = came & (t < 0) & ~(custody.day0 if name == "t_arrest" else False)
        _nobody(custody, before, f"{name} lies before the start of the run")
    for earlier, later in (*_IN_ORDER, *((name, "t_exit") for name in times)):
        a, b = getattr(stays, earlier), getattr(stays, later)
        _nobody(custody, (a != EMPTY) & (b != EMPTY) & (b < a), f"{later} comes before {earlier}")
    _nobody(custody, stays.hearing_wait_s < 0, "the wait for hearings is negative")


def _places(custody: Custody) -> None:
    """Everybody is in one place: the stage at the end agrees with the moments that came."""
    stays = custody.stays
    gone = stays.stage == Stage.GONE
    in_bed = custody.day0 | (stays.t_bed != EMPTY)
    on_road = (stays.t_departed != EMPTY) & ~in_bed
    bed_stage = np.isin(stays.stage, [int(stage) for stage in IN_BED])
    _nobody(custody, gone != (stays.t_exit != EMPTY), "being gone and having an exit time disagree")
    _nobody(custody, gone != (stays.exit >= 0), "being gone and having an exit reason disagree")
    _nobody(custody, ~gone & (bed_stage != in_bed), "being in bed and having a bed time disagree")
    _nobody(custody, ~gone & ((stays.stage == Stage.ON_THE_ROAD) != on_road), "the road and its times disagree")
    _nobody(custody, (stays.t_departed == EMPTY) & (stays.area != custody.area_from), "area changed without a transfer")


def _reviews(reviews: Reviews) -> None:
    """Clearance requests: moments in order, and an end exactly where there is an outcome."""
    ended, started = reviews.t_ended != EMPTY, reviews.t_started != EMPTY
    backwards = (started & (reviews.t_started < reviews.t_asked)) | (ended & (reviews.t_ended < reviews.t_asked))
    backwards |= started & ended & (reviews.t_ended < reviews.t_started)
    undecided = (reviews.outcome == -1) == ended
    for wrong, what in ((backwards, "its moments are out of order"), (undecided, "its end and its outcome disagree")):
        if wrong.any():
            raise LawBroken(f"clearance request {int(np.flatnonzero(wrong)[0])}: {what}")


def _candidates(custody: Custody) -> None:
    """Everybody drawn was arrested or is counted among those not arrested."""
    tables, people, records = custody.tables, custody.people, custody.records
    drawn = (people.t != EMPTY) & (people.stage0 == Stage.NOT_ARRESTED)
    t = np.where(drawn, people.t, EMPTY)
    arrested = np.where(records.stays.t_arrest == EMPTY, EMPTY, t)
    days, n = tables.days, len(tables.areas)
    counted = flow(arrested, people.area, days, n) + records.not_arrested.sum(axis=2)
    _equal(tables, flow(t, people.area, days, n), counted, "candidates drawn, and arrested or turned down,")
    moved = drawn & (records.stays.t_arrest != EMPTY) & (records.stays.t_arrest != people.t)
    if moved.any():
        raise LawBroken(f"person {int(people.number[moved][0])}: arrested at another moment than drawn")


def _flows(custody: Custody) -> None:
    """People in, people out and moves by day and area, records against the engine's tally."""
    stays, counts, tables = custody.stays, custody.records.counts, custody.tables
    here, days, n = custody.area_from, tables.days, len(tables.areas)
    arrested = np.where(custody.day0, EMPTY, stays.t_arrest)
    _equal(tables, flow(arrested, here, days, n), counts.arrests, "people in")
    _equal(tables, flow(stays.t_exit, stays.area, days, n), counts.exits, "people out")
    _equal(tables, flow(stays.t_departed, here, days, n), counts.moved_out, "people moved out")
    _equal(tables, flow(stays.t_departed, stays.area, days, n), counts.moved_in, "people moved in")


def _stocks(custody: Custody) -> None:
    """People in each place at each midnight, records against the engine's tally; the places add up to all."""
    tables, counts = custody.tables, custody.records.counts
    days, n = tables.days, len(tables.areas)
    places = {
        "hold rooms": (custody.hold_room, counts.hold_room_end),
        "beds": (custody.bed, counts.in_bed_end),
        "road": (custody.road, counts.on_the_road_end),
    }
    everywhere = np.zeros((days + 1, n), dtype=np.int64)
    for place, (span, counted) in places.items():
        inside = stock(span, days, n)
        _equal(tables, inside, counted, f"people held ({place})", at_end=True)
        everywhere += inside
    _equal(tables, everywhere, counts.inside_end, "people held (everywhere)", at_end=True)
    national = stock(custody.everywhere, days, n).sum(axis=1, keepdims=True)
    inside = counts.inside_end.sum(axis=1, keepdims=True)
    _equal(tables, national, inside, "people held nationally", at_end=True)


def _balance(custody: Custody) -> None:
    """People in = people out + people held, in the engine's own tally, by area with moves."""
    counts = custody.records.counts
    change = counts.arrests - counts.exits + counts.moved_in - counts.moved_out
    held = counts.inside_end[:1] + np.cumsum(change, axis=0)
    _equal(custody.tables, counts.inside_end[1:], held, "people held and people in less people out")
    _equal(custody.tables, counts.moved_in.sum(1, keepdims=True), counts.moved_out.sum(1, keepdims=True), "moves")


def _occupancy(custody: Custody) -> None:
    """No bed is given beyond what the ladder allows (a capacity that falls moves nobody)."""
    tables, most = custody.tables, custody.records.counts.beds_taken_most
    _equal(tables, most, np.minimum(most, 0), "beds given beyond the ladder")
    if not tables.beds_on:
        return
    over = np.isin(Rung.OVER_CONTRACT, tables.rung_kind)
    allowed = np.maximum(tables.operating, tables.over_contract) if over else tables.operating
    for area, t, taken in rises(custody.bed_taken, len(tables.areas)):
        limit = allowed[area, t // SECONDS_PER_DAY] if len(t) else t
        broken = np.flatnonzero(taken > limit)
        if len(broken):
            i = int(broken[0])
            where = _where(tables, int(t[i]) // SECONDS_PER_DAY, area)
            raise LawBroken(f"beds taken {where}: {int(taken[i])} after one was given, {int(limit[i])} allowed")


def _little(custody: Custody) -> None:
    """Little's law on the window: waits in the records add up to the engine's person-seconds on each line."""
    waited = {
        "desk": custody.desk_line.total_seconds,
        "bed": custody.bed_line.total_seconds,
        "transfer": custody.transfer_line.total_seconds,
        "docket": docket_seconds(custody),
        "screening": custody.screening_line.total_seconds,
        "seat": custody.seat_line.total_seconds,
        "clearance": custody.clearance_line.total_seconds,
    }
    counted = custody.records.counts.line_seconds
    for line in sorted(waited.keys() | counted.keys()):
        a, b = waited.get(line, 0), counted.get(line, 0)
        if a != b:
            where = f"Little's law on the {line} line in the whole window"
            raise LawBroken(f"{where}: {a} person-seconds in the records, {b} counted")


def docket_seconds(custody: Custody) -> int:
    """Person-seconds on docket lines: ended visits and those still under way at the end."""
    stays = custody.stays
    waiting = stays.stage == Stage.DOCKET
    still = custody.horizon - np.maximum(stays.t_docket[waiting], 0)
    return int(stays.hearing_wait_s.sum()) + int(still.sum())


def _dollars(custody: Custody) -> None:
    """Each ledger line is what the records say was used, times its price."""
    ledger, again = custody.records.ledger_cents, recompute(custody)
    for line in LedgerLine:
        a, b = again[:, line], ledger[:, line]
        if line == LedgerLine.HEARINGS:
            a, b = a.sum(keepdims=True), b.sum(keepdims=True)
        wrong = np.flatnonzero(a != b)
        if len(wrong):
            day = int(wrong[0])
            when = "in the whole window" if line == LedgerLine.HEARINGS else f"on {_date(custody.tables, day)}"
            raise LawBroken(f"cents of {line.word} {when}: {int(a[day])} from the records, {int(b[day])} in the ledger")


def _nobody(custody: Custody, wrong: Bools, what: str) -> None:
    """Raise LawBroken with the first person for whom `wrong` holds."""
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        who = int(custody.people.number[custody.rows[i]])
        area = custody.tables.areas[int(custody.stays.area[i])]
        raise LawBroken(f"person {who} in {area}, arrested at second {int(custody.stays.t_arrest[i])}: {what}")


def _equal(tables: Tables, recorded: Ints, counted: Ints, what: str, at_end: bool = False) -> None:
    """Raise LawBroken where two tables (days or midnights, areas or 1) first differ."""
    if recorded.shape != counted.shape:
        raise LawBroken(f"{what}: {recorded.shape} days and areas in the records, {counted.shape} counted")
    wrong = np.argwhere(recorded != counted)
    if not len(wrong):
        return
    day, area = (int(i) for i in wrong[0])
    where = _where(tables, day - at_end, area if recorded.shape[1] == len(tables.areas) else None)
    raise LawBroken(f"{what} {where}: {int(recorded[day, area])} in the records, {int(counted[day, area])} counted")


def _where(tables: Tables, day: int, area: int | None) -> str:
    place = "nationally" if area is None else f"in {tables.areas[area]}"
    return f"{place} on {_date(tables, day)}"


def _date(tables: Tables, day: int) -> str:
    return (tables.start + dt.timedelta(days=day)).isoformat()
