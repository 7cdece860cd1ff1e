"""What is counted of the people of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from sim.arrays import Bools, Ints
from sim.measures.batch import Batch
from sim.measures.cohorts import cohorts
from sim.measures.counting import flow, person_seconds, stock
from sim.measures.exits import exits
from sim.measures.held_by import by_attribute, by_stage
from sim.measures.spans import Moments, Span, Visits
from sim.scenario.world.calendars import TRANSFER_SEATS
from sim.scenario.world.tables import NONE, Tables
from sim.vocabulary import (
    CRIMINALITY,
    EMPTY,
    EXITED,
    PLACE_KINDS,
    SECONDS_PER_DAY,
    SOURCES,
    Exit,
    Note,
    Stage,
)

_BORDER: Final = SOURCES.index("border")
_STAGING: Final = PLACE_KINDS.index("staging")
AT_INTAKE: Final = (Exit.RECOGNIZANCE, Exit.PAROLE)
"""Releases that are counted apart where they are decided at intake."""
BINDING: Final = {
    word: None if word == "clearance" else stage
    for stage in Stage
    for word in ((stage.row.binding, "clearance") if stage == Stage.BED_LINE else (stage.row.binding,))
    if word
}
"""Waits that may hold a goal back, in the order of the pathway; that for clearance is at no stage of its own."""


class Wait(NamedTuple):
    """Visits to a line and their person-seconds in the window: of all, and of those that ended in it."""

    visits: int
    seconds: int
    ended: int
    ended_seconds: int

    @classmethod
    def of(cls, span: Span) -> Wait:
        """Those of some spans."""
        seconds, ended = span.seconds, span.end < span.horizon
        return cls(len(span), int(seconds.sum()), int(np.count_nonzero(ended)), int(seconds[ended].sum()))

    @property
    def at_end(self) -> int:
        """People on the line when the run ends."""
        return self.visits - self.ended


class Sums:
    """Sums over a run of D days, A areas, P places: flows have shape (D, A), stocks (D + 1, A).

    Row 0 of a stock is the moment the run starts.
    """

    def __init__(self, tables: Tables, counted: Mapping[str, Any]) -> None:
        vars(self).update(counted)
        self.tables = tables

    @classmethod
    def of(cls, batch: Batch) -> Sums:
        """Those of people of whom the whole log is known."""
        sums = cls(batch.tables, {})
        sums._count(batch)
        return sums

    def _count(self, batch: Batch) -> None:
        self._flows(batch)
        self._stocks(batch)
        self._charges(batch)
        self._waits(batch)
        self._places(batch)
        self._cases(batch)
        self.by_month = exits(batch)
        self.cohorts = cohorts(batch)
        self.held_by_attribute, self.exits_by_attribute = by_attribute(batch)
        self.held_by_stage, self.visits_by_stage = by_stage(batch)

    # --- flows and stocks by day ----------------------------------------------------------------
    def _flows(self, batch: Batch) -> None:
        arrests, road, beds, left = batch.arrests, batch.road, batch.first_bed, batch.exits
        n = len(self.tables.areas)
        border = batch.drawn("source")[arrests.who] == _BORDER
        self.arrests = self._flow(arrests.t, arrests.area)
        self.arrests_border = self._flow(arrests.t[border], arrests.area[border])
        drawn = batch.was_drawn_to_come[arrests.who]
        self.arrests_drawn = self._flow(arrests.t[drawn], arrests.area[drawn])
        self.book_ins = self._flow(beds.start, beds.area)
        elsewhere = road.area != road.area_from
        self.moved_out = self._flow(road.start[elsewhere], road.area_from[elsewhere])
        self.moved_in = self._flow(road.start[elsewhere], road.area[elsewhere])
        self.moves = self._flow(road.start, road.area_from) + self._flow(*_first_beds(batch))
        by_reason = flow(left.t, left.area * len(Exit) + left.code, self.tables.days, n * len(Exit))
        self.exits = by_reason.reshape(self.tables.days, n, len(Exit))
        """(D, A, n) by vocabulary.EXIT_REASONS."""
        self.criminality = np.bincount(batch.drawn("criminality")[~batch.day0], minlength=len(CRIMINALITY))

    def _stocks(self, batch: Batch) -> None:
        tables = self.tables
        self.held_by_place = stock(batch.bed.by_place(), tables.days, len(tables.place_names))
        self.road_by_place = stock(batch.road.by_place(), tables.days, len(tables.place_names))
        self.hold_room = self._stock(batch.hold_room)
        self.in_transit = self._stock(batch.road)
        self.everywhere = self._stock(batch.everywhere).sum(axis=1)
        self.bed_queue = self._stock(batch.bed_line)
        self.intake_queue = self._stock(batch.desk_line)
        self.docket_pending = self._stock(batch.docket_case)
        self.seat_queue = self._stock(batch.seat_line)
        self.clearance_queue = self._stock(batch.clearance_line)
        self.enrolled = self._stock(batch.atd).sum(axis=1)

    def _flow(self, t: Ints, area: Ints) -> Ints:
        return flow(t, area, self.tables.days, len(self.tables.areas))

    def _stock(self, span: Span) -> Ints:
        return stock(span, self.tables.days, len(self.tables.areas))

    # --- what is charged --------------------------------------------------------------------------
    def _charges(self, batch: Batch) -> None:
        """Columns by day of what the ledger is charged for, besides flows and stocks."""
        tables, intake, road, heard = self.tables, batch.intake, batch.road, batch.noted(Note.HEARD)
        line, days = batch.move_line, self.tables.days
        left = line.some(line.ended_by == Stage.ON_THE_ROAD)
        rule, seats = left.place - len(tables.place_names), batch.seats_used
        transfers = np.concatenate([road.start[~road.from_bed], left.end[tables.move_seats[rule] == TRANSFER_SEATS]])
        processed = intake.end < intake.horizon
        self.processed = self._flow(intake.end[processed], intake.area[processed])
        self.transfers = flow(transfers, np.zeros_like(transfers), days, 1)
        self.hearings = self._flow(heard.t, heard.area)
        self.moved_by_rule = flow(left.end, rule, days, len(tables.move_seats))
        self.seats_used = flow(seats.t, seats.code, days, max(1, len(tables.routes)))

    # --- lines --------------------------------------------------------------------------------------
    def _waits(self, batch: Batch) -> None:
        """Waits by line; `line_seconds` by the name of the line in the engine's tally."""
        lines: dict[str, Visits] = {
            "intake": batch.desk_line,
            "bed": batch.bed_line,
            "hearing": batch.docket_line,
            "screening": batch.screening_line,
            "seat": batch.seat_line,
            "clearance": batch.clearance_line,
        }
        self.waits = {name: Wait.of(line) for name, line in lines.items()}
        self.waits["clearance with review"] = Wait.of(batch.clearance)
        self.waits["everywhere"] = Wait.of(batch.everywhere)
        self.lengths = {name: lines[name].ended_seconds.astype(np.int32) for name in ("intake", "bed")}
        """Seconds of each wait, in no order."""
        by_place = {"docket": Stage.DOCKET, "screening": Stage.SCREENING_LINE, "seat": Stage.SEAT_LINE}
        self.line_seconds = {
            "desk": lines["intake"].total_seconds,
            "bed": lines["bed"].total_seconds,
            "transfer": batch.transfer_line.total_seconds,
            "move": batch.move_line.total_seconds,
            "clearance": lines["clearance"].total_seconds,
            **{name: batch.spans([stage], by_place=True).total_seconds for name, stage in by_place.items()},
        }
        self.waiting = _waiting(batch) if has_goal(self.tables) else {}
        """(D,) person-seconds by what may hold a goal back, in the order of the pathway; only where there is a goal."""
        self.custody_seconds = person_seconds(batch.everywhere, self.tables.days)

    def wait(self, line: str) -> Wait:
        """Of a line, or of custody `everywhere`."""
        return self.waits[line]

    # --- hold rooms, beds and the way between them ----------------------------------------------------
    def _places(self, batch: Batch) -> None:
        tables, room, bed = self.tables, batch.hold_room, batch.bed
        limit = tables.hours_limit_s[room.start // SECONDS_PER_DAY]
        self.hold_room_seconds = room.total_seconds
        self.hold_room_stays = int(np.count_nonzero(room.seconds))
        self.hold_room_over_limit = int(np.count_nonzero((limit != NONE) & (room.seconds > limit)))
        self.waits["bed stay"] = Wait.of(bed)
        self.left_bed = int(np.count_nonzero(bed.ended_by >= EXITED))
        self.bed_nights = int((bed.end // SECONDS_PER_DAY - np.maximum(bed.start // SECONDS_PER_DAY, 0)).sum())
        kind, arrived = tables.place_kind[bed.place], bed.start >= 0
        for code, word in enumerate(PLACE_KINDS):
            self.waits[word] = Wait.of(bed.some((kind == code) & arrived))
        allowed = tables.stay_limit_s[bed.place]
        self.over_stay_limit_s = int(np.where(allowed == NONE, 0, np.maximum(0, bed.seconds - allowed)).sum())
        self._visits(batch, bed, kind == _STAGING)

    def _visits(self, batch: Batch, bed: Visits, staging: Bools) -> None:
        """Beds by stay, over stays that ended, each seen whole; and those that people came to in the window."""
        whole = np.zeros(len(batch), dtype=np.bool_)
        whole[batch.exits.who] = True
        whole &= ~batch.day0
        arrived, first = bed.start >= 0, batch.first_bed
        interior = batch.drawn("source")[first.who[first.start >= 0]] != _BORDER
        self.whole_stays = int(np.count_nonzero(whole))
        self.beds_of_whole = {
            "bed_sites": int(np.count_nonzero(whole[bed.who[~staging]])),
            "staging": int(np.count_nonzero(whole[bed.who[staging]])),
        }
        self.beds_reached = {
            "bed_sites": int(np.count_nonzero(arrived & ~staging)),
            "staging": int(np.count_nonzero(arrived & staging)),
        }
        self.interior_book_ins = int(np.count_nonzero(interior))
        self.moves_from_bed = int(np.count_nonzero(batch.road.from_bed))

    # --- case and exit ----------------------------------------------------------------------------------
    def _cases(self, batch: Batch) -> None:
        left, stays = batch.exits, batch.stays
        gone = left.code == Exit.REMOVED
        removed = left.who[gone]
        ordered = stays.t_order[removed]
        known = ordered != EMPTY
        self.removed_under_order = int(np.count_nonzero(known))
        self.order_to_removal_s = int((left.t[gone] - ordered)[known].sum())
        self.third_country_removals = int(np.count_nonzero(np.isin(batch.noted(Note.THIRD_COUNTRY).who, removed)))
        self.give_ups, self.no_shows = _n(batch.noted(Note.GAVE_UP)), _n(batch.noted(Note.NO_SHOW))
        ended_by = batch.spans([Stage.INTAKE_REVIEW]).ended_by
        self.at_intake = {reason.word: int(np.count_nonzero(ended_by == EXITED + reason)) for reason in AT_INTAKE}
        self.came = int(np.count_nonzero(~batch.day0))
        everywhere = batch.everywhere
        nights = everywhere.end // SECONDS_PER_DAY - np.maximum(everywhere.start // SECONDS_PER_DAY, 0)
        self.custody_nights = int(nights.sum())
        stay = left.t - stays.t_arrest[left.who]
        self.lengths["stay"] = np.minimum(stay, np.iinfo(np.int32).max).astype(np.int32)

    def length(self, name: str) -> Ints:
        """Seconds of each wait or stay that ended, in no order: `intake`, `bed` or `stay`."""
        return self.lengths[name].astype(np.int64)


def has_goal(tables: Tables) -> bool:
    """There is a goal of arrests or removals."""
    return bool((tables.goal_milli >= 0).any() or tables.removal_goal_milli != NONE)


def _waiting(batch: Batch) -> dict[str, Ints]:
    spans = {word: batch.clearance_line if stage is None else batch.spans([stage]) for word, stage in BINDING.items()}
    return {word: person_seconds(span, batch.tables.days) for word, span in spans.items()}


def _n(moments: Moments) -> int:
    return len(moments.t)


def _first_beds(batch: Batch) -> tuple[Ints, Ints]:
    """When and where people get a first bed without a transport."""
    bed = batch.first_bed
    on_road = np.zeros(len(batch), dtype=np.bool_)
    on_road[batch.road.who[~batch.road.from_bed]] = True
    direct = ~on_road[bed.who]
    return bed.start[direct], bed.area[direct]
