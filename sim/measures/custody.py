"""Custody records as spans of time: who is where, and who waits for what, from when to when.

Rows are the people who were arrested (or held on day 0). A span is [start, end) in seconds since the
start of the run; `BEFORE` starts a span that was under way when the run began, and a span without an
end in the window ends at the horizon. Everything else in `measures` counts spans.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.people.table import People
from sim.records import Records, Reviews, Stays
from sim.scenario.world.tables import Tables
from sim.vocabulary import EMPTY, SECONDS_PER_DAY, TRACKS, Stage

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BEFORE = -1
"""Start of a span that was under way when the run began."""
_EXPEDITED = TRACKS.index("expedited")


@dataclass(frozen=True)
class Span:
    """n spans of time. `start` and `end` in seconds, `area` an index of `Tables.areas`; all of shape (n,)."""

    start: Ints
    end: Ints
    area: Ints
    horizon: int

    def __len__(self) -> int:
        return len(self.start)

    @property
    def seconds(self) -> Ints:
        """(n,) length of each span within the window."""
        return self.end - np.maximum(self.start, 0)

    @property
    def total_seconds(self) -> int:
        """Person-seconds within the window, exact."""
        return int(self.seconds.sum())

    @property
    def ended_seconds(self) -> Ints:
        """Lengths of the spans that ended in the window."""
        return self.seconds[self.end < self.horizon]

    def __add__(self, other: Span) -> Span:
        start, end, area = (
            np.concatenate(pair) for pair in ((self.start, other.start), (self.end, other.end), (self.area, other.area))
        )
        return Span(start, end, area, self.horizon)


class Custody:
    """The records of the n people who were in custody, by column, and their spans."""

    def __init__(self, tables: Tables, people: People, records: Records) -> None:
        """`people` and `records.stays` have one row a person in the same order; only rows in custody are kept."""
        self.tables = tables
        self.horizon = tables.days * SECONDS_PER_DAY
        self.rows: Ints = np.flatnonzero(records.stays.t_arrest != EMPTY)
        self.stays = Stays(**{field.name: getattr(records.stays, field.name)[self.rows] for field in fields(Stays)})
        self.people = people
        self.records = records
        self.reviews: Reviews = records.reviews
        self.area_from: Ints = people.area[self.rows]
        self.stage0: Ints = people.stage0[self.rows]
        self.day0: Bools = self.stage0 != Stage.NOT_ARRESTED

    def drawn(self, column: str) -> Ints:
        """(n,) a one-dimensional column of the people table."""
        values: Ints = getattr(self.people, column)[self.rows]
        return values

    # places
    @cached_property
    def everywhere(self) -> Span:
        """From arrest to exit, in the area of arrest until a transfer departs (see `custody_by_area`)."""
        return self._span(self._from_start(self.stays.t_arrest), self._exit, self.area_from)

    @cached_property
    def hold_room(self) -> Span:
        """From arrest until the person leaves for a bed, for the road or for good."""
        start = np.where(self.day0, EMPTY, self.stays.t_arrest)
        return self._span(start, self._bed_given, self.area_from)

    @cached_property
    def road(self) -> Span:
        """On the road to another area's bed; counted in that area."""
        end = self._first(self.stays.t_landed, self.stays.t_bed, self.stays.t_exit)
        return self._span(self.stays.t_departed, end, self.stays.area)

    @cached_property
    def bed(self) -> Span:
        """In a bed."""
        return self._span(self._from_start(self.stays.t_bed), self._exit, self.stays.area)

    @cached_property
    def bed_taken(self) -> Span:
        """In a bed or on the road to it."""
        departed = self.stays.t_departed
        return self._span(
            self._from_start(np.where(departed != EMPTY, departed, self.stays.t_bed)), self._exit, self.stays.area
        )

    # lines
    @cached_property
    def desk_line(self) -> Span:
        """Waiting for a processing desk."""
        start = np.where(self.day0, EMPTY, self.stays.t_arrest)
        end = self._first(self.stays.t_desk, self.stays.t_processed, self.stays.t_exit)
        return self._span(start, end, self.area_from)

    @cached_property
    def bed_line(self) -> Span:
        """From the first request for a bed until one is given (a transfer departs) or the person leaves."""
        return self._span(self.stays.t_asked, self._bed_given, self.area_from)

    @cached_property
    def transfer_line(self) -> Span:
        """Waiting for a seat to another area's bed (and still for a bed here)."""
        return self._span(self.stays.t_transfer_asked, self._bed_given, self.area_from)

    @cached_property
    def screening_line(self) -> Span:
        """Waiting for a credible-fear interview."""
        end = self._first(self.stays.t_screened, self.stays.t_exit)
        return self._span(self._held_over(self.stays.t_screening_asked, Stage.SCREENING_LINE), end, self.stays.area)

    @cached_property
    def docket_line(self) -> Span:
        """Waiting for a hearing, every visit to the line.

        A record has the last visit and the sum of all waits; earlier visits are laid end to end from
        the first time the person joined, which is exact for up to two hearings and keeps the sum.
        """
        last = self._span(self._last_docket, self._last_docket_end, self.stays.area)
        here = self._last_docket != EMPTY
        waited = np.where(self._docket_waiting, 0, self._last_docket_end - np.maximum(self._last_docket, 0))
        earlier = np.where(here, self.stays.hearing_wait_s - waited, 0)
        first = np.where(self.stage0 == Stage.ADJOURNED, self.drawn("left_s"), self._first_docket)
        start = np.where(earlier > 0, first, EMPTY)
        return last + self._span(start, np.minimum(np.maximum(start, 0) + earlier, self.horizon), self.stays.area)

    @cached_property
    def docket_case(self) -> Span:
        """A case pending before a docket: from first joining its line to the last hearing, adjournments included."""
        decided = self.stays.hearings >= self.drawn("hearings")
        heard = np.where(decided, self.stays.t_heard, EMPTY)
        gave_up = np.where(self.stays.gave_up == 1, self.stays.t_order, EMPTY)
        return self._span(self._first_docket, self._first(heard, gave_up, self.stays.t_exit), self.stays.area)

    @cached_property
    def documents(self) -> Span:
        """Ordered removed and waiting for a travel document."""
        start = self._held_over(self.stays.t_order, Stage.DOCUMENT) if self._documents_on else self._nobody
        return self._span(start, self._first(self.stays.t_document, self.stays.t_exit), self.stays.area)

    @cached_property
    def stays_of_removal(self) -> Span:
        """Removal forbidden by a court for a time."""
        ready = self.stays.t_document if self._documents_on else self.stays.t_order
        start = self._held_over(ready, Stage.STAY_OF_REMOVAL)
        return self._span(start, self._first(self.stays.t_seat_asked, self.stays.t_exit), self.stays.area)

    @cached_property
    def seat_line(self) -> Span:
        """Waiting for a seat on a removal route."""
        return self._span(self._held_over(self.stays.t_seat_asked, Stage.SEAT_LINE), self._exit, self.stays.area)

    @cached_property
    def clearance_line(self) -> Span:
        """Requests that wait for a reviewer (a withdrawn one until then)."""
        reviews = self.reviews
        return self._span(reviews.t_asked, self._first(reviews.t_started, reviews.t_ended), self._review_area)

    @cached_property
    def clearance(self) -> Span:
        """Requests from asking to the decision (or withdrawal)."""
        return self._span(self.reviews.t_asked, self._first(self.reviews.t_ended), self._review_area)

    @cached_property
    def atd(self) -> Span:
        """Enrolled in alternatives to detention after a release; enrolments before the start are not records."""
        enrolled = self.stays.atd == 1
        start = np.where(enrolled, self.stays.t_exit, EMPTY)
        end = np.minimum(self.stays.t_exit + self.drawn("atd_s"), self.horizon)
        return self._span(start, end, self.stays.area)

    @cached_property
    def hearing_visits_ended(self) -> int:
        """Visits to a docket line that ended in the window, by a hearing or otherwise."""
        left = (self.stays.t_docket != EMPTY) & (self.stays.t_docket > self.stays.t_heard) & ~self._docket_waiting
        on_docket = self.stays.t_docket != EMPTY
        return int(self.stays.hearings[on_docket].sum()) + int(np.count_nonzero(left))

    # pieces
    @cached_property
    def _nobody(self) -> Ints:
        return np.full(len(self.rows), EMPTY)

    @cached_property
    def _documents_on(self) -> bool:
        return self.tables.removal_on and self.tables.groups_on

    @cached_property
    def _exit(self) -> Ints:
        return self._first(self.stays.t_exit)

    @cached_property
    def _bed_given(self) -> Ints:
        return self._first(self.stays.t_departed, self.stays.t_bed, self.stays.t_exit)

    @cached_property
    def _review_area(self) -> Ints:
        areas: Ints = self.people.area[self.reviews.row]
        return areas

    @cached_property
    def _docket_waiting(self) -> Bools:
        waiting: Bools = self.stays.stage == Stage.DOCKET
        return waiting

    @cached_property
    def _last_docket(self) -> Ints:
        on_day0 = (self.stage0 == Stage.DOCKET) & (self.stays.t_docket == 0)
        return np.where(on_day0, BEFORE, self.stays.t_docket)

    @cached_property
    def _last_docket_end(self) -> Ints:
        served = (self.stays.t_heard >= self.stays.t_docket) & ~self._docket_waiting
        gave_up = (self.stays.gave_up == 1) & (self.stays.t_order != EMPTY)
        left = np.where(gave_up, self.stays.t_order, self._exit)
        return np.where(served, self.stays.t_heard, np.where(self._docket_waiting, self.horizon, left))

    @cached_property
    def _first_docket(self) -> Ints:
        """When the case first joined a docket line: after preparing, or after a positive screening."""
        screened = self.stays.t_screened
        positive = (screened != EMPTY) & ((self.drawn("track") == _EXPEDITED) | self.day0)
        filed = np.where(self.day0, self.drawn("left_s"), self.stays.t_bed + self.drawn("preparing_s"))
        first = np.minimum(np.where(positive, screened, filed), self.stays.t_docket)
        held_over = (self.stage0 == Stage.DOCKET) | (self.stage0 == Stage.ADJOURNED)
        return np.where(held_over, BEFORE, np.where(self.stays.t_docket == EMPTY, EMPTY, first))

    def _from_start(self, t: Ints) -> Ints:
        return np.where(self.day0, BEFORE, t)

    def _held_over(self, t: Ints, stage: Stage) -> Ints:
        """`t`, but BEFORE for those who were already in `stage` on day 0."""
        return np.where(self.stage0 == stage, BEFORE, t)

    def _first(self, *times: Ints) -> Ints:
        """The earliest of moments that came; the horizon if none did."""
        earliest = np.full(len(times[0]), self.horizon)
        for t in times:
            np.minimum(earliest, t, out=earliest, where=t != EMPTY)
        return earliest

    def _span(self, start: Ints, end: Ints, area: Ints) -> Span:
        some = start != EMPTY
        return Span(start[some], end[some], area[some], self.horizon)
