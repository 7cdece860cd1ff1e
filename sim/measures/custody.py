"""The log as spans of time: who is where, and who waits for what, from when to when.

A span is [start, end) in seconds since the start of the run; `BEFORE` starts a span that was under way when the
run began, and a span without an end in the window ends at the horizon. Everything else in `measures` counts spans.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.log import BEFORE, Narrow, Records
from sim.measures.stays import Stays
from sim.people.table import People
from sim.scenario.world.tables import NONE, Tables
from sim.vocabulary import EXITED, NOTED, REQUESTED, SECONDS_PER_DAY, Exit, Note, Place, Stage

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CODES = 256
_INDEX_BITS = 32
REVIEW_ENDS = (Note.REVIEW_REFUSED, Note.REVIEW_APPROVED, Note.REVIEW_WITHDRAWN)


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


@dataclass(frozen=True)
class Visits(Span):
    """Spans of people, in order of person.

    `who` is the person, an index of `Custody.rows`; `ended_by` is what the log says at the end (see `Log.stage`), -1
    for a span that goes on at the horizon.
    """

    who: Ints
    ended_by: Ints


@dataclass(frozen=True)
class Moments:
    """n rows of the log of one kind, in order of person: (n,) each. `code` is that of the kind."""

    t: Ints
    who: Ints
    area: Ints
    code: Ints


@dataclass(frozen=True)
class Path:
    """The stages and exits of everybody, in order of person: (m,) each, in few bits.

    `rows` are those of the log by person, `first` marks the first of each person.
    """

    rows: Ints
    who: Narrow
    area: Narrow
    code: Narrow
    first: Bools


class Custody:
    """The log of the people who were in custody, person by person, and its spans."""

    def __init__(self, tables: Tables, people: People, records: Records) -> None:
        self.tables = tables
        self.people = people
        self.records = records
        self.horizon = tables.days * SECONDS_PER_DAY
        log = records.log
        # by person, and in the order of events for one person: linear in practice, where an argsort is not
        key = np.sort((log.row.astype(np.int64) << _INDEX_BITS) | np.arange(len(log)))
        order = key & ((1 << _INDEX_BITS) - 1)
        self._row = (key >> _INDEX_BITS).astype(np.int32)
        self._t, self._what, self._area = log.t[order], log.stage[order], log.area[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = self._row[1:] != self._row[:-1]
        self._who = np.cumsum(first, dtype=np.int32) - 1
        self.rows: Ints = self._row[first].astype(np.int64)
        """(n,) rows of the people table who were in custody; all that has a shape (n,) is in this order."""
        self.area_from: Ints = self._area[first].astype(np.int64)
        self.day0: Bools = self._t[first] == BEFORE

    def __len__(self) -> int:
        return len(self.rows)

    def drawn(self, column: str) -> Ints:
        """(n,) a one-dimensional column of the people table."""
        values: Ints = getattr(self.people, column)[self.rows]
        return values

    @cached_property
    def stays(self) -> Stays:
        """One row per stay: the moments and facts that a table of stays has."""
        return Stays(self)

    @cached_property
    def log_by_person(self) -> Moments:
        """Every row of the log, person by person."""
        return self._moments(np.arange(len(self._t)))

    # --- spans and moments ------------------------------------------------------------------------
    def spans(self, stages: Iterable[Stage], by_area: bool = False) -> Visits:
        """Every visit to a set of stages. Changes between two of them do not end it; those of area do if `by_area`."""
        path, several = self.path, list(stages)
        if len(several) == 1:  # whatever comes next ends it
            begins = np.flatnonzero(path.code == several[0])
            last = begins + 1 == len(path.rows)
            return self._visits(path.rows[begins], path.rows[np.where(last, 0, begins + 1)], ~last)
        inside = _among(several)[path.code]
        starts, new = inside.copy(), ~inside[:-1] | path.first[1:]
        if by_area:
            new |= path.area[1:] != path.area[:-1]
        starts[1:] &= new
        ends = np.flatnonzero(starts | ~inside)
        place = np.flatnonzero(starts[ends])
        return self._visits(path.rows[ends[place]], path.rows[np.append(ends, -1)[place + 1]], place + 1 < len(ends))

    def moments(self, codes: Iterable[int]) -> Moments:
        """Every row of the log that says one of these (see `Log.stage`)."""
        return self._moments(np.flatnonzero(_among(codes)[self._what]))

    def noted(self, *notes: Note) -> Moments:
        """Every note of these kinds."""
        return self.moments(NOTED + note for note in notes)

    def after_exit(self) -> Ints:
        """People of whom the log says more after they left than that they are on ATD."""
        rows = np.flatnonzero((self._what >= EXITED) & (self._what < REQUESTED))
        last = len(self._what) - 1
        one, two = np.minimum(rows + 1, last), np.minimum(rows + 2, last)
        more = (self._who[one] == self._who[rows]) & (one > rows) & (self._what[one] != NOTED + Note.ON_ATD)
        more |= (self._who[two] == self._who[rows]) & (two > rows + 1)
        who: Ints = self._who[rows[more]].astype(np.int64)
        return who

    @cached_property
    def exits(self) -> Moments:
        """Every exit; `code` is that of the reason."""
        found = self.moments(range(EXITED, REQUESTED))
        return Moments(found.t, found.who, found.area, found.code - EXITED)

    @cached_property
    def arrests(self) -> Moments:
        """Every arrest in the window."""
        return self.moments([Stage.DESK_LINE])

    def _moments(self, rows: Ints) -> Moments:
        t, who, area, code = (column[rows].astype(np.int64) for column in (self._t, self._who, self._area, self._what))
        return Moments(t, who, area, code)

    def _between(self, begins: Ints, ends: Ints) -> Visits:
        """Spans from each of `begins` to the next of `ends` that is later in the log of the same person."""
        after = np.searchsorted(ends, begins, side="right")
        return self._visits(begins, np.append(ends, -1)[after], after < len(ends))

    def _visits(self, begins: Ints, end: Ints, found: Bools) -> Visits:
        """Visits that begin and end in these rows of the log; they go on where no end of the same person is found."""
        found &= self._who[end] == self._who[begins]
        started = self._moments(begins)
        return Visits(
            start=started.t,
            end=np.where(found, self._t[end], self.horizon).astype(np.int64),
            area=started.area,
            horizon=self.horizon,
            who=started.who,
            ended_by=np.where(found, self._what[end], -1).astype(np.int64),
        )

    @cached_property
    def path(self) -> Path:
        """The rows in which a person comes to a stage or leaves custody."""
        rows = np.flatnonzero((self._what < NOTED) | ((self._what >= EXITED) & (self._what < REQUESTED)))
        who = self._who[rows]
        first = np.ones(len(who), dtype=np.bool_)
        first[1:] = who[1:] != who[:-1]
        return Path(rows, who, self._area[rows], self._what[rows], first)

    @cached_property
    def last_stage(self) -> Ints:
        """(n,) stage at the end of the window."""
        what = self.path.code[self._last_of_path]
        stage: Ints = np.where(what >= EXITED, int(Stage.GONE), what).astype(np.int64)
        return stage

    @cached_property
    def last_area(self) -> Ints:
        """(n,) area of detention at the end (of arrest until a transfer departs)."""
        area: Ints = self.path.area[self._last_of_path].astype(np.int64)
        return area

    @cached_property
    def _last_of_path(self) -> Bools:
        return np.append(self.path.first[1:], True)[: len(self.path.first)]

    # --- places -----------------------------------------------------------------------------------
    @cached_property
    def everywhere(self) -> Visits:
        """From arrest to exit, in the area of arrest."""
        return self.spans(stage for stage in Stage if stage.row.place != Place.OUTSIDE)

    @cached_property
    def hold_room(self) -> Visits:
        """From arrest until the person leaves for a bed, for the road or for good."""
        return self._in(Place.HOLD_ROOM)

    @cached_property
    def road(self) -> Visits:
        """On the road to another area's bed; counted in that area."""
        return self._in(Place.ROAD)

    @cached_property
    def bed(self) -> Visits:
        """In a bed."""
        return self._in(Place.BED)

    @cached_property
    def bed_taken(self) -> Visits:
        """In a bed or on the road to it."""
        return self._in(Place.ROAD, Place.BED)

    def _in(self, *places: Place) -> Visits:
        return self.spans((stage for stage in Stage if stage.row.place in places), by_area=True)

    # --- lines ------------------------------------------------------------------------------------
    @cached_property
    def desk_line(self) -> Visits:
        """Waiting for a processing desk."""
        return self.spans([Stage.DESK_LINE])

    @cached_property
    def intake(self) -> Visits:
        """At intake: waiting for a desk or at one."""
        return self.spans([Stage.DESK_LINE, Stage.PROCESSING])

    @cached_property
    def bed_line(self) -> Visits:
        """From a request for a bed until one is given (a transfer departs) or the person leaves."""
        return self.spans([Stage.BED_LINE])

    @cached_property
    def transfer_line(self) -> Visits:
        """Waiting for a seat to another area's bed (and still for a bed here)."""
        return self._between(np.flatnonzero(self._what == NOTED + Note.TRANSFER_LINE), self.path.rows)

    @cached_property
    def screening_line(self) -> Visits:
        """Waiting for a credible-fear interview."""
        return self.spans([Stage.SCREENING_LINE])

    @cached_property
    def docket_line(self) -> Visits:
        """Waiting for a hearing, every visit to the line."""
        return self.spans([Stage.DOCKET])

    @cached_property
    def docket_case(self) -> Span:
        """A case pending before a docket: from first joining its line to the last hearing, adjournments included."""
        found = self.spans([Stage.DOCKET, Stage.ADJOURNED])
        heard = self.tables.docket_of[found.area] != NONE
        return Span(found.start[heard], found.end[heard], found.area[heard], self.horizon)

    @cached_property
    def seat_line(self) -> Visits:
        """Waiting for a seat on a removal route."""
        return self.spans([Stage.SEAT_LINE])

    @cached_property
    def clearance_line(self) -> Visits:
        """Requests that wait for a reviewer (a withdrawn one until then)."""
        return self._from_request(Note.REVIEW_STARTED, *REVIEW_ENDS)

    @cached_property
    def clearance(self) -> Visits:
        """Requests from asking to the decision (or withdrawal)."""
        return self._from_request(*REVIEW_ENDS)

    def _from_request(self, *until: Note) -> Visits:
        return self._between(
            np.flatnonzero(self._what >= REQUESTED), np.flatnonzero(_among(NOTED + note for note in until)[self._what])
        )

    @cached_property
    def post_order(self) -> Visits:
        """Under a final order."""
        return self.spans(stage for stage in Stage if stage.row.clock == "post_order")

    @cached_property
    def atd(self) -> Span:
        """Enrolled in alternatives to detention after a release; enrolments before the start are not in the log."""
        enrolled = self.noted(Note.ON_ATD)
        end = np.minimum(enrolled.t + self.drawn("atd_s")[enrolled.who], self.horizon)
        return Span(enrolled.t, end, enrolled.area, self.horizon)

    @property
    def hearing_visits_ended(self) -> int:
        """Visits to a docket line that ended in the window, by a hearing or otherwise."""
        return len(self.docket_line.ended_seconds)

    @cached_property
    def seats_used(self) -> Moments:
        """Removals from a seat line; `code` is that of the route."""
        line = self.seat_line
        flown = (line.ended_by == EXITED + Exit.REMOVED) & (self.stays.route[line.who] >= 0)
        who = line.who[flown]
        return Moments(line.end[flown], who, line.area[flown], self.stays.route[who])


def _among(codes: Iterable[int]) -> Bools:
    """(256,) which codes of the log are among these."""
    chosen = np.zeros(_CODES, dtype=np.bool_)
    chosen[list(codes)] = True
    return chosen
