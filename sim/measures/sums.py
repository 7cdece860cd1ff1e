"""What is counted of the people of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from sim.arrays import Bools, Ints
from sim.measures.cohorts import cohorts, exits
from sim.measures.counting import flow, peak, person_seconds, seconds_above, stock
from sim.measures.held_by import by_attribute, by_stage
from sim.measures.spans import Span, Spans, Visits
from sim.scenario.world.calendars import TRANSFER_SEATS
from sim.scenario.world.tables import ENDLESS, NONE, Tables
from sim.vocabulary import CRIMINALITY, EMPTY, EXITED, PLACE_KINDS, SECONDS_PER_DAY, SOURCES, Exit, Note, Stage

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
PEAKS: Final = ("hold_room", "bed_line", "clearance_line")
"""Spans of which the most under way at any instant are counted."""


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
    def of(cls, custody: Spans) -> Sums:
        """Those of people of whom the whole log is known."""
        sums = cls(custody.tables, {})
        sums._flows(custody)
        sums._stocks(custody)
        sums._charges(custody)
        sums._waits(custody)
        sums._places(custody)
        sums._cases(custody)
        return sums

    # --- flows and stocks by day ----------------------------------------------------------------
    def _flows(self, custody: Spans) -> None:
        arrests, road, beds, left = custody.arrests, custody.road, custody.first_bed, custody.exits
        n = len(self.tables.areas)
        border = custody.drawn("source")[arrests.who] == _BORDER
        self.arrests = self._flow(arrests.t, arrests.area)
        self.arrests_border = self._flow(arrests.t[border], arrests.area[border])
        drawn = custody.was_drawn_to_come[arrests.who]
        self.arrests_drawn = self._flow(arrests.t[drawn], arrests.area[drawn])
        self.book_ins = self._flow(beds.start, beds.area)
        elsewhere = road.area != road.area_from
        self.moved_out = self._flow(road.start[elsewhere], road.area_from[elsewhere])
        self.moved_in = self._flow(road.start[elsewhere], road.area[elsewhere])
        direct = ~np.isin(beds.who, custody.first_road.who)  # a first bed without a transport
        self.moves = self._flow(road.start, road.area_from) + self._flow(beds.start[direct], beds.area[direct])
        by_reason = flow(left.t, left.area * len(Exit) + left.code, self.tables.days, n * len(Exit))
        self.exits = by_reason.reshape(self.tables.days, n, len(Exit))
        """(D, A, n) by vocabulary.EXIT_REASONS."""
        self.criminality = np.bincount(custody.drawn("criminality")[~custody.day0], minlength=len(CRIMINALITY))

    def _stocks(self, custody: Spans) -> None:
        tables = self.tables
        self.held_by_place = stock(custody.bed.by_place(), tables.days, len(tables.place_names))
        self.road_by_place = stock(custody.road.by_place(), tables.days, len(tables.place_names))
        self.hold_room = self._stock(custody.hold_room)
        self.in_transit = self._stock(custody.road)
        self.everywhere = self._stock(custody.everywhere).sum(axis=1)
        self.bed_queue = self._stock(custody.bed_line)
        self.intake_queue = self._stock(custody.desk_line)
        self.docket_pending = self._stock(custody.docket_case)
        self.seat_queue = self._stock(custody.seat_line)
        self.clearance_queue = self._stock(custody.clearance_line)
        self.enrolled = self._stock(custody.atd).sum(axis=1)
        self.held_by_attribute, self.exits_by_attribute = by_attribute(custody)
        self.held_by_stage, self.visits_by_stage = by_stage(custody)

    def _flow(self, t: Ints, area: Ints) -> Ints:
        return flow(t, area, self.tables.days, len(self.tables.areas))

    def _stock(self, span: Span) -> Ints:
        return stock(span, self.tables.days, len(self.tables.areas))

    # --- what is charged --------------------------------------------------------------------------
    def _charges(self, custody: Spans) -> None:
        """Columns by day of what the ledger is charged for, besides flows and stocks."""
        tables, intake, road, heard = self.tables, custody.intake, custody.road, custody.noted(Note.HEARD)
        line, days = custody.move_line, self.tables.days
        left = line.some(line.ended_by == Stage.ON_THE_ROAD)
        rule, seats = left.place - len(tables.place_names), custody.seats_used
        transfers = np.concatenate([road.start[~road.from_bed], left.end[tables.move_seats[rule] == TRANSFER_SEATS]])
        processed = intake.end < intake.horizon
        self.processed = self._flow(intake.end[processed], intake.area[processed])
        self.transfers = flow(transfers, np.zeros_like(transfers), days, 1)
        self.hearings = self._flow(heard.t, heard.area)
        self.moved_by_rule = flow(left.end, rule, days, len(tables.move_seats))
        self.seats_used = flow(seats.t, seats.code, days, max(1, len(tables.routes)))

    # --- lines --------------------------------------------------------------------------------------
    def _waits(self, custody: Spans) -> None:
        """Waits by line; `line_seconds` by the name of the line in the engine's tally."""
        lines: dict[str, Visits] = {
            "intake": custody.desk_line,
            "bed": custody.bed_line,
            "hearing": custody.docket_line,
            "screening": custody.screening_line,
            "seat": custody.seat_line,
            "clearance": custody.clearance_line,
        }
        self.waits = {name: Wait.of(line) for name, line in lines.items()}
        self.waits["clearance with review"] = Wait.of(custody.clearance)
        self.waits["everywhere"] = Wait.of(custody.everywhere)
        self.lengths = {name: lines[name].ended_seconds.astype(np.int32) for name in ("intake", "bed")}
        """Seconds of each wait, in no order."""
        by_place = {"docket": Stage.DOCKET, "screening": Stage.SCREENING_LINE, "seat": Stage.SEAT_LINE}
        self.line_seconds = {
            "desk": lines["intake"].total_seconds,
            "bed": lines["bed"].total_seconds,
            "transfer": custody.transfer_line.total_seconds,
            "move": custody.move_line.total_seconds,
            "clearance": lines["clearance"].total_seconds,
            **{name: custody.spans([stage], by_place=True).total_seconds for name, stage in by_place.items()},
        }
        waiting = BINDING.items() if has_goal(self.tables) else ()
        self.waiting = {
            word: person_seconds(lines["clearance"] if stage is None else custody.spans([stage]), self.tables.days)
            for word, stage in waiting
        }
        """(D,) person-seconds by what may hold a goal back, in the order of the pathway; only where there is a goal."""
        self.custody_seconds = person_seconds(custody.everywhere, self.tables.days)
        self.peaks = {name: peak(getattr(custody, name)) for name in PEAKS}
        """Most people there at any instant (what is settled within an instant does not count)."""

    def wait(self, line: str) -> Wait:
        """Of a line, or of custody `everywhere`."""
        return self.waits[line]

    # --- hold rooms, beds and the way between them ----------------------------------------------------
    def _places(self, custody: Spans) -> None:
        tables, room, bed = self.tables, custody.hold_room, custody.bed
        limit = tables.hours_limit_s[room.start // SECONDS_PER_DAY]
        level = hold_room_level(tables)
        self.over_places_s = seconds_above(room, level) if (level < ENDLESS).any() else 0
        """Person-seconds in hold rooms beyond their places."""
        self.hold_room_seconds = room.total_seconds
        self.hold_room_stays = int(np.count_nonzero(room.seconds))
        self.hold_room_over_limit = int(np.count_nonzero((limit != NONE) & (room.seconds > limit)))
        self.waits["bed stay"] = Wait.of(bed)
        self.left_bed = int(np.count_nonzero(bed.ended_by >= EXITED))
        self.bed_nights = int((bed.end // SECONDS_PER_DAY - np.maximum(bed.start // SECONDS_PER_DAY, 0)).sum())
        kind, arrived = tables.place_kind[bed.place], bed.start >= 0
        self.waits |= {word: Wait.of(bed.some((kind == code) & arrived)) for code, word in enumerate(PLACE_KINDS)}
        allowed = tables.stay_limit_s[bed.place]
        self.over_stay_limit_s = int(np.where(allowed == NONE, 0, np.maximum(0, bed.seconds - allowed)).sum())
        self._visits(custody, bed, kind == _STAGING)

    def _visits(self, custody: Spans, bed: Visits, staging: Bools) -> None:
        """Beds by stay, over stays that ended, each seen whole; and those that people came to in the window."""
        whole = np.zeros(len(custody), dtype=np.bool_)
        whole[custody.exits.who] = True
        whole &= ~custody.day0
        arrived, first = bed.start >= 0, custody.first_bed
        interior = custody.drawn("source")[first.who[first.start >= 0]] != _BORDER
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
        self.moves_from_bed = int(np.count_nonzero(custody.road.from_bed))

    # --- case and exit ----------------------------------------------------------------------------------
    def _cases(self, custody: Spans) -> None:
        left, stays = custody.exits, custody.stays
        self.by_month, self.cohorts = exits(custody), cohorts(custody)
        gone = left.code == Exit.REMOVED
        removed = left.who[gone]
        ordered = stays.t_order[removed]
        known = ordered != EMPTY
        self.removed_under_order = int(np.count_nonzero(known))
        self.order_to_removal_s = int((left.t[gone] - ordered)[known].sum())
        self.third_country_removals = int(np.count_nonzero(np.isin(custody.noted(Note.THIRD_COUNTRY).who, removed)))
        self.give_ups, self.no_shows = (len(custody.noted(note).t) for note in (Note.GAVE_UP, Note.NO_SHOW))
        ended_by = custody.spans([Stage.INTAKE_REVIEW]).ended_by
        self.at_intake = {reason.word: int(np.count_nonzero(ended_by == EXITED + reason)) for reason in AT_INTAKE}
        self.came = int(np.count_nonzero(~custody.day0))
        everywhere = custody.everywhere
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


def hold_room_level(tables: Tables) -> Ints:
    """(A, D) places of hold rooms; ENDLESS where none are set."""
    return np.where(tables.places == NONE, ENDLESS, tables.places)
