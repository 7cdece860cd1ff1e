"""What is always true of a run: `check` stops a run whose records break it.

An engine keeps a tally of its own (`records.counts`), so that the laws compare two independent
accounts; a law computed from records alone could not fail. All are equalities of whole numbers.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.arrays import Ints
from sim.log import BEFORE, Counts, Log
from sim.measures.counting import flow, rises
from sim.measures.custody import Custody
from sim.measures.series import Series, by_area
from sim.measures.spans import REVIEW_ENDS, Spans
from sim.people.table import Who
from sim.scenario.world.calendars import TRANSFER_SEATS
from sim.scenario.world.tables import ENDLESS, Tables
from sim.vocabulary import (
    EMPTY,
    EXITED,
    IN_BED,
    NOTED,
    REQUESTED,
    SECONDS_PER_DAY,
    Exit,
    LedgerLine,
    Note,
    Place,
    Rung,
    Stage,
)

_NEXT = {
    Place.HOLD_ROOM: (Place.HOLD_ROOM, Place.ROAD, Place.BED, Place.OUTSIDE),
    Place.ROAD: (Place.BED, Place.OUTSIDE),
    Place.BED: (Place.BED, Place.ROAD, Place.OUTSIDE),
}
"""Where a person can be next."""
_MAY_FOLLOW = np.array([there in _NEXT.get(here, ()) for here in Place for there in Place])
_PLACE = np.array(
    [int(Stage(code).row.place) if code < len(Stage) else int(Place.OUTSIDE) for code in range(256)], np.int8
)


_STARTED = NOTED + Note.REVIEW_STARTED
_ENDED = [NOTED + note for note in REVIEW_ENDS]
_REQUESTS = range(REQUESTED, REQUESTED + len(Exit))
_EXITS = range(EXITED, EXITED + len(Exit))


class LawBroken(Exception):
    """A run's records contradict themselves or the engine's tally: what, where, when and both numbers."""


def check(custody: Custody) -> None:
    """Raise LawBroken if the records of a run break a law."""
    _order(custody.records.log, custody.horizon)
    _places(custody)
    _reviews(custody)
    arrests = custody.arrests
    moved = custody.was_drawn_to_come[arrests.who] & (arrests.t != custody.drawn("t")[arrests.who])
    _nobody(custody, arrests.who[moved], "is arrested at another moment than drawn")
    _beds(custody)
    check_tally(custody.series, drawn_to_come(custody.tables, custody.everybody))


def check_tally(series: Series, drawn: Ints) -> None:
    """Raise LawBroken if what was counted of people is not what was drawn, or what the engine counted itself."""
    counted = series.arrests_drawn + series.records.not_arrested.sum(axis=2)
    _equal(series.tables, drawn, counted, "candidates drawn, and arrested or turned down,")
    _flows_and_stocks(series)
    _balance(series.tables, series.records.counts)
    _little(series)
    _dollars(series)


def _order(log: Log, horizon: int) -> None:
    """The log is in the order of events, those of day 0 first, and ends with the run."""
    t = log.t
    held = int(np.count_nonzero(t < 0))
    if (t[:held] != BEFORE).any():
        raise LawBroken("the log has people held before the start among its events")
    backwards = np.flatnonzero(np.diff(t, prepend=BEFORE) < 0)
    if len(backwards):
        raise LawBroken(f"row {int(backwards[0])} of the log comes before the row above it")
    if len(t) and int(t[-1]) >= horizon:
        raise LawBroken("the log goes on after the end of the run")


def _places(custody: Spans) -> None:
    """Everybody is in one place: from each stage people come only to the next places, and out only once."""
    path, log, n_places = custody.path, custody.log, len(custody.tables.place_names)
    _nobody(custody, log.who[(log.t == BEFORE) & ~log.first], "is in the log twice before the run")
    _nobody(custody, path.who[path.place >= n_places], "is in no place there is")
    waits = log.code == NOTED + Note.MOVE_LINE
    _nobody(custody, log.who[waits & (log.place < n_places)], "waits for a move by no rule")
    place, same = _PLACE[path.code], ~path.first[1:]
    begin = log.code[log.first]
    wrong = np.where(custody.day0, ~np.isin(begin, IN_BED), begin != Stage.DESK_LINE)
    _nobody(custody, np.flatnonzero(wrong), "begins in a wrong stage")
    _nobody(custody, path.who[1:][same & ~_MAY_FOLLOW[place[:-1] * len(Place) + place[1:]]], "is in two places")
    _nobody(custody, path.who[1:][same & (path.code[1:] == path.code[:-1])], "comes to a stage twice")
    on_foot = same & (path.code[1:] != Stage.ON_THE_ROAD)
    moved = on_foot & (path.area[1:] != path.area[:-1])
    _nobody(custody, path.who[1:][moved], "changes area without a transfer")
    moved = on_foot & (path.place[1:] != path.place[:-1]) & (place[:-1] != Place.HOLD_ROOM)
    _nobody(custody, path.who[1:][moved], "changes place without a move")
    _nobody(custody, path.who[custody.tables.place_area[path.place] != path.area], "is in a place of another area")
    here = np.flatnonzero(path.code == Stage.ON_THE_ROAD)[custody.road.from_bed & custody.road.landed]
    _nobody(custody, path.who[here[path.code[here - 1] != path.code[here + 1]]], "lands at another stage of the case")
    _nobody(custody, custody.after_exit(), "is in the log after leaving custody")


def _reviews(custody: Spans) -> None:
    """Clearance: a request, perhaps its review, then its end before the person leaves; one at a time for a person."""
    log = custody.moments([*_REQUESTS, _STARTED, *_ENDED, *_EXITS])
    before = np.append(0, log.code)[: len(log.code)]
    before[1:][log.who[1:] != log.who[:-1]] = 0
    waits = (before >= REQUESTED) | (before == _STARTED)
    wrong = np.where(np.isin(log.code, _ENDED), ~waits, waits)
    wrong = np.where(log.code == _STARTED, before < REQUESTED, wrong)
    _nobody(custody, log.who[wrong], "has reviews out of order")


def drawn_to_come(tables: Tables, people: Who) -> Ints:
    """(D, A) people drawn as candidates, by the day and area in which they come."""
    drawn = (people.t != EMPTY) & (people.stage0 == Stage.NOT_ARRESTED)
    return flow(np.where(drawn, people.t, EMPTY), people.area, tables.days, len(tables.areas))


def _flows_and_stocks(series: Series) -> None:
    """Flows by day and area and people in each place at midnight, records against the engine's tally."""
    tables, counts, road = series.tables, series.records.counts, series.road_by_place
    _equal(tables, series.arrests, counts.arrests, "people in")
    _equal(tables, series.exits.sum(2), counts.exits, "people out")
    _equal(tables, series.moved_out, counts.moved_out, "people moved out")
    _equal(tables, series.moved_in, counts.moved_in, "people moved in")

    _equal(tables, series.hold_room, counts.hold_room, "people held (hold rooms)", at_end=True)
    _equal(tables, series.held_by_place, counts.in_bed, "people held (beds)", at_end=True)
    _equal(tables, road, counts.road, "people held (road)", at_end=True)
    everywhere = series.hold_room + series.held + by_area(tables, road)
    _equal(tables, everywhere, counts.inside, "people held (everywhere)", at_end=True)
    inside = counts.inside.sum(axis=1, keepdims=True)
    _equal(tables, series.everywhere[:, None], inside, "people held nationally", at_end=True)
    _equal(tables, counts.beds_over, np.minimum(counts.beds_over, 0), "beds given beyond the ladder")


def _balance(tables: Tables, counts: Counts) -> None:
    """People in = people out + people held, in the engine's own tally, by area with moves."""
    change = counts.arrests - counts.exits + counts.moved_in - counts.moved_out
    held = counts.inside[:1] + np.cumsum(change, axis=0)
    _equal(tables, counts.inside[1:], held, "people held and people in less people out")
    _equal(tables, counts.moved_in.sum(1, keepdims=True), counts.moved_out.sum(1, keepdims=True), "moves")


def beds_allowed(tables: Tables) -> Ints:
    """(P, D) most beds that the ladder allows to be given."""
    if not tables.beds_on:
        return np.full_like(tables.operating, ENDLESS)
    over = np.isin(Rung.OVER_CONTRACT, tables.rung_kind)
    return np.maximum(tables.operating, tables.over_contract) if over else tables.operating


def _beds(custody: Spans) -> None:
    """No bed is given beyond what the ladder allows (a capacity that falls moves nobody)."""
    tables = custody.tables
    allowed = beds_allowed(tables)
    for place, t, taken in rises(custody.bed_taken.by_place(), len(tables.place_names)):
        limit = allowed[place, t // SECONDS_PER_DAY] if len(t) else t
        broken = np.flatnonzero(taken > limit)
        if len(broken):
            i = int(broken[0])
            where = _where(tables, int(t[i]) // SECONDS_PER_DAY, place)
            raise LawBroken(f"beds taken {where}: {taken[i]} after one was given, {limit[i]} allowed")


def _little(series: Series) -> None:
    """Little's law on the window: waits in the records add up to the engine's person-seconds on each line."""
    waited, counted = series.line_seconds, series.records.counts.line_seconds
    for line in sorted(waited.keys() | counted.keys()):
        a, b = waited.get(line, 0), counted.get(line, 0)
        if a != b:
            where = f"Little's law on the {line} line in the whole window"
            raise LawBroken(f"{where}: {a} person-seconds in the records, {b} counted")


def _dollars(series: Series) -> None:
    """Each ledger line is what the records say was used, times its price."""
    ledger, again = series.records.ledger_cents, _charged(series)
    wrong = np.argwhere(ledger.T != again.T)
    if len(wrong):
        line, day = (int(i) for i in wrong[0])
        what = f"cents of {LedgerLine(line).word} on {_date(series.tables, day)}"
        raise LawBroken(f"{what}: {again[day, line]} from the records, {ledger[day, line]} in the ledger")


def _charged(series: Series) -> Ints:
    """(D, lines) cents by LedgerLine: what people used, times its price."""
    tables, in_bed = series.tables, series.held_by_place[1:]
    units = {
        LedgerLine.BED_NIGHTS: in_bed,
        LedgerLine.GUARANTEED_MINIMUM: np.maximum(0, tables.guaranteed.T - in_bed),
        LedgerLine.OVER_CONTRACT: np.maximum(0, in_bed - tables.contracted.T),
        LedgerLine.ARRESTS: series.arrests_interior,
        LedgerLine.INTAKE: series.processed,
        LedgerLine.TRANSFERS: series.transfers,
        LedgerLine.HEARINGS: series.hearings,
        LedgerLine.ATD: series.atd[1:, None],
    }
    cents = np.zeros((tables.days, len(LedgerLine)), np.int64)
    for line, used in units.items():
        cents[:, line] = used.sum(axis=1) * tables.price_cents[line]
    cents[:, LedgerLine.SEATS] = series.seats_used[:, : len(tables.seat_cents)] @ tables.seat_cents
    own = np.where(tables.move_seats == TRANSFER_SEATS, 0, tables.move_cents)
    cents[:, LedgerLine.MOVES] = series.moved_by_rule @ own
    return cents


def _nobody(custody: Spans, wrong: Ints, what: str) -> None:
    """Raise LawBroken with the first of the people who break a law."""
    if len(wrong):
        i = int(wrong[0])
        who, area = int(custody.drawn("number")[i]), custody.tables.areas[int(custody.area_from[i])]
        since = int(custody.everywhere.start[custody.everywhere.who == i].min(initial=custody.horizon))
        raise LawBroken(f"person {who} of {area}, in custody from second {since} on: {what}")


def _equal(tables: Tables, recorded: Ints, counted: Ints, what: str, at_end: bool = False) -> None:
    """Raise LawBroken where two tables (days or midnights, areas or 1) first differ."""
    if recorded.shape != counted.shape:
        raise LawBroken(f"{what}: {recorded.shape} days and areas in the records, {counted.shape} counted")
    wrong = np.argwhere(recorded != counted)
    if not len(wrong):
        return
    day, area = (int(i) for i in wrong[0])
    where = _where(tables, day - at_end, area if recorded.shape[1] >= len(tables.areas) > 0 else None)
    raise LawBroken(f"{what} {where}: {recorded[day, area]} in the records, {counted[day, area]} counted")


def _where(tables: Tables, day: int, place: int | None) -> str:
    """A place (the areas come first) and a date in words."""
    where = "nationally" if place is None else f"in {tables.place_names[place]}"
    return f"{where} on {_date(tables, day)}"


def _date(tables: Tables, day: int) -> str:
    return (tables.start + dt.timedelta(days=day)).isoformat()
