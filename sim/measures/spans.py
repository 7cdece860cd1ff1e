"""The log as spans of time: who is where, and who waits for what, from when to when.

A span is [start, end) in seconds since the start of the run; `BEFORE` starts a span that was under way when the
run began, and a span without an end in the window ends at the horizon. Everything else in `measures` counts spans.
`Stays` makes one row per stay of them, as `records.csv` has it: moments that did not come are EMPTY, and where a stage
is visited more than once, a column says whether it has the first visit or the last.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from sim.arrays import Bools, Ints
from sim.log import BEFORE, Log, Narrow
from sim.people.table import Known
from sim.scenario.world.tables import NONE, Tables
from sim.vocabulary import EMPTY, EXITED, IN_BED, NOTED, REQUESTED, SECONDS_PER_DAY, Exit, Note, Place, Stage

_CODES = 256
_INDEX_BITS = 32
_PATH = (*range(NOTED), *range(EXITED, REQUESTED))
"""Codes that end the stage a person is in."""
REVIEW_ENDS = (Note.REVIEW_REFUSED, Note.REVIEW_APPROVED, Note.REVIEW_WITHDRAWN)


@dataclass(frozen=True)
class Span:
    """n spans of time, all of shape (n,): `start` and `end` in seconds, `area` an index of `Tables.areas`."""

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


class Visits(Span):
    """Spans of people, in order of person, kept as the rows of the log where they begin and end (-1: nowhere).

    Their columns are worked out each time they are asked for: all of them together would take more memory than
    anything else.
    """

    _rows: Rows
    _begins: Narrow
    _ends: Narrow

    def __init__(self, rows: Rows, begins: Narrow, ends: Narrow, horizon: int) -> None:
        vars(self).update(_rows=rows, _begins=begins, _ends=ends, horizon=horizon)  # frozen, as Span is

    def __len__(self) -> int:
        return len(self._begins)

    @property
    def start(self) -> Ints:
        """Seconds; `BEFORE` where the span was under way when the run began."""
        return np.asarray(self._rows.t[self._begins], np.int64)

    @property
    def end(self) -> Ints:
        """Seconds; the horizon where the span goes on."""
        return np.where(self._ends < 0, self.horizon, self._rows.t[self._ends]).astype(np.int64)

    @property
    def area(self) -> Ints:
        """Where the span began."""
        return np.asarray(self._rows.area[self._begins], np.int64)

    @property
    def who(self) -> Ints:
        """The person, an index of `Spans.rows`."""
        return np.asarray(self._rows.who[self._begins], np.int64)

    @property
    def ended_by(self) -> Ints:
        """What the log says at the end (see `Log.stage`); -1 for a span that goes on."""
        return np.where(self._ends < 0, -1, self._rows.code[self._ends].astype(np.int64))

    @property
    def place(self) -> Ints:
        """The place of the bed, an index of `Tables.place_names`; of a hold room the area."""
        return np.asarray(self._rows.place[self._begins], np.int64)

    @property
    def area_from(self) -> Ints:
        """Of roads: the area left."""
        return np.asarray(self._rows.area[self._begins - 1], np.int64)

    @property
    def place_from(self) -> Ints:
        """Of roads: the place left."""
        return np.asarray(self._rows.place[self._begins - 1], np.int64)

    @property
    def from_bed(self) -> Bools:
        """Of roads: whether it began in a bed, and not in a hold room."""
        return np.isin(self._rows.code[self._begins - 1], IN_BED)

    @property
    def landed(self) -> Bools:
        """Of roads: whether it ended in a bed."""
        return (self._ends >= 0) & (self.ended_by < EXITED)

    def by_place(self) -> Span:
        """The same, worked out once, with places instead of areas."""
        return Span(self.start, self.end, self.place, self.horizon)

    def some(self, chosen: Bools) -> Visits:
        """Some of the visits."""
        return Visits(self._rows, self._begins[chosen], self._ends[chosen], self.horizon)


@dataclass(frozen=True)
class Moments:
    """n rows of the log of one kind, in order of person: (n,) each. `code` is that of the kind."""

    t: Ints
    who: Ints
    area: Ints
    code: Ints


@dataclass(frozen=True)
class Rows:
    """Rows of the log in order of person, and in that of events for one person: (m,) each, in few bits."""

    t: Narrow
    who: Narrow
    area: Narrow
    code: Narrow
    place: Narrow

    @cached_property
    def first(self) -> Bools:
        """The first row of each person."""
        return _changes(self.who)

    @property
    def last(self) -> Bools:
        """The last row of each person."""
        return np.append(self.first[1:], True)[: len(self)]

    def __len__(self) -> int:
        return len(self.t)

    def rows(self, chosen: Ints | Bools | slice) -> Rows:
        """Some of the rows."""
        return Rows(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def visits(self, begins: Ints, ends: Ints, horizon: int) -> Visits:
        """Visits that begin in these rows and end in those; one goes on where that is no row, or another person's."""
        found = ends < len(self)
        found[found] = self.who[ends[found]] == self.who[begins[found]]
        return Visits(self, begins.astype(np.int32), np.where(found, ends, -1).astype(np.int32), horizon)


def _changes(values: Narrow) -> Bools:
    """Where a value differs from the one before it; always at the first."""
    changes = np.ones(len(values), dtype=np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _by_person(log: Log) -> Rows:
    """The log person by person, and in the order of events for one person; `who` is the row of the people table."""
    # linear in practice, where an argsort is not
    key = np.sort((log.row.astype(np.int64) << _INDEX_BITS) | np.arange(len(log)))
    order, who = key & ((1 << _INDEX_BITS) - 1), (key >> _INDEX_BITS).astype(np.int32)
    return Rows(log.t[order], who, log.area[order], log.stage[order], log.place[order])


def _visits(*stages: Stage, by_place: bool = False) -> cached_property[Visits]:
    """A property of `Spans`: every visit to these stages."""
    return cached_property(lambda spans: spans.spans(stages, by_place))


def _visits_to(*places: Place) -> cached_property[Visits]:
    """The same for places in custody, place by place."""
    return _visits(*(stage for stage in Stage if stage.row.place in places), by_place=True)


class Spans:
    """The log of everybody who was in custody, person by person, as spans, moments and stays."""

    def __init__(self, tables: Tables, people: Known, log: Log) -> None:
        self.tables = tables
        self.people = people
        self.horizon = tables.days * SECONDS_PER_DAY
        by_person = _by_person(log)
        first = by_person.first
        self.log = replace(by_person, who=np.cumsum(first, dtype=np.int32) - 1)
        """The log, person by person."""
        self.rows: Ints = by_person.who[first].astype(np.int64)
        """(n,) rows of the people table who were in custody; all that has a shape (n,) is in this order."""
        self.area_from: Ints = self.log.area[first].astype(np.int64)
        self.day0: Bools = self.log.t[first] == BEFORE

    def __len__(self) -> int:
        return len(self.rows)

    def drawn(self, column: str) -> Ints:
        """(n,) a one-dimensional column of the people table."""
        return self.people.known(column, self.rows)

    @cached_property
    def stays(self) -> Stays:
        """One row per stay: the moments and facts that a table of stays has."""
        return Stays(self)

    @cached_property
    def was_drawn_to_come(self) -> Bools:
        """(n,) whether people were drawn as candidates: neither held on day 0 nor arrested again."""
        return np.asarray((self.drawn("t") != EMPTY) & (self.drawn("stage0") == Stage.NOT_ARRESTED))

    # --- spans and moments ------------------------------------------------------------------------
    def spans(self, stages: Iterable[Stage], by_place: bool = False) -> Visits:
        """Every visit to a set of stages; changes between two of them do not end it.

        A move from bed to bed does not end a visit to stages of the case. With `by_place` every change of place does.
        """
        path, several = self.path if by_place else self.steps, list(stages)
        if len(several) == 1:  # whatever comes next ends it
            begins = np.flatnonzero(path.code == several[0])
            return path.visits(begins, begins + 1, self.horizon)
        inside = _among(path.code, several)
        starts, new = inside.copy(), ~inside[:-1] | path.first[1:]
        if by_place:
            new |= path.place[1:] != path.place[:-1]
        starts[1:] &= new
        marks = np.flatnonzero(starts | ~inside)
        place = np.flatnonzero(starts[marks])
        return path.visits(marks[place], np.append(marks, len(path))[place + 1], self.horizon)

    def moments(self, codes: Iterable[int]) -> Moments:
        """Every row of the log that says one of these (see `Log.stage`)."""
        log, chosen = self.log, np.flatnonzero(_among(self.log.code, codes))
        t, who, area, code = (column[chosen].astype(np.int64) for column in (log.t, log.who, log.area, log.code))
        return Moments(t, who, area, code)

    def noted(self, *notes: Note) -> Moments:
        """Every note of these kinds."""
        return self.moments(NOTED + note for note in notes)

    def after_exit(self) -> Ints:
        """People of whom the log says more after they left than that they are on ATD."""
        who, code = self.log.who, self.log.code
        left = np.flatnonzero((code >= EXITED) & (code < REQUESTED))
        last = len(code) - 1
        one, two = np.minimum(left + 1, last), np.minimum(left + 2, last)
        more = (who[one] == who[left]) & (one > left) & (code[one] != NOTED + Note.ON_ATD)
        more |= (who[two] == who[left]) & (two > left + 1)
        return np.asarray(who[left[more]], np.int64)

    @cached_property
    def exits(self) -> Moments:
        """Every exit; `code` is that of the reason."""
        found = self.moments(range(EXITED, REQUESTED))
        return Moments(found.t, found.who, found.area, found.code - EXITED)

    @cached_property
    def arrests(self) -> Moments:
        """Every arrest in the window."""
        return self.moments([Stage.DESK_LINE])

    def _from_notes(self, begins: Iterable[int], ends: Iterable[int]) -> Visits:
        """Spans from each row that says one of `begins` to the person's next that says one of `ends`."""
        first, until = (np.flatnonzero(_among(self.log.code, codes)) for codes in (begins, ends))
        after = np.searchsorted(until, first, side="right")
        return self.log.visits(first, np.append(until, len(self.log))[after], self.horizon)

    @cached_property
    def path(self) -> Rows:
        """The rows in which a person comes to a stage or leaves custody."""
        return self.log.rows(np.flatnonzero(_among(self.log.code, _PATH)))

    @cached_property
    def steps(self) -> Rows:
        """The same without the roads from bed to bed, after which the case is where it was."""
        path, road = self.path, self.road
        gone = np.flatnonzero(path.code == Stage.ON_THE_ROAD)
        if not road.from_bed.any():
            return path
        keep = np.ones(len(path.t), dtype=np.bool_)
        keep[gone[road.from_bed]] = False
        keep[gone[road.from_bed & road.landed] + 1] = False
        return path.rows(keep)

    # --- visits to stages -------------------------------------------------------------------------
    everywhere = _visits(*(stage for stage in Stage if stage.row.place != Place.OUTSIDE))
    """From arrest to exit, in the area of arrest."""
    hold_room = _visits_to(Place.HOLD_ROOM)
    """From arrest until the person leaves for a bed, for the road or for good."""
    bed = _visits_to(Place.BED)
    """In a bed, place by place."""
    bed_taken = _visits_to(Place.ROAD, Place.BED)
    """In a bed or on the road to it."""
    desk_line = _visits(Stage.DESK_LINE)
    """Waiting for a processing desk."""
    intake = _visits(Stage.DESK_LINE, Stage.PROCESSING)
    """At intake: waiting for a desk or at one."""
    bed_line = _visits(Stage.BED_LINE)
    """From a request for a bed until one is given (a transfer departs) or the person leaves."""
    screening_line = _visits(Stage.SCREENING_LINE)
    """Waiting for a credible-fear interview."""
    docket_line = _visits(Stage.DOCKET)
    """Waiting for a hearing, every visit to the line."""
    seat_line = _visits(Stage.SEAT_LINE)
    """Waiting for a seat on a removal route."""
    post_order = _visits(*(stage for stage in Stage if stage.row.clock == "post_order"))
    """Under a final order."""

    # --- roads and beds ---------------------------------------------------------------------------
    @cached_property
    def road(self) -> Visits:
        """Every time on the road to a bed, counted where that bed is."""
        begins = np.flatnonzero(self.path.code == Stage.ON_THE_ROAD)
        return self.path.visits(begins, begins + 1, self.horizon)

    @cached_property
    def seats_used(self) -> Moments:
        """Removals from a seat line; `code` is that of the route."""
        line = self.seat_line
        flown = (line.ended_by == EXITED + Exit.REMOVED) & (self.stays.route[line.who] >= 0)
        who = line.who[flown]
        return Moments(line.end[flown], who, line.area[flown], self.stays.route[who])

    @cached_property
    def first_road(self) -> Visits:
        """From a hold room to a first bed elsewhere."""
        return self.road.some(~self.road.from_bed)

    @cached_property
    def first_bed(self) -> Visits:
        """The first bed of each stay."""
        return self.bed.some(_changes(self.bed.who))

    # --- lines ------------------------------------------------------------------------------------
    @cached_property
    def transfer_line(self) -> Visits:
        """Waiting for a seat to another area's bed (and still for a bed here)."""
        return self._from_notes([NOTED + Note.TRANSFER_LINE], _PATH)

    @cached_property
    def move_line(self) -> Visits:
        """In a bed and waiting for a transport to another place; `place` is P plus the rule of moves."""
        return self._from_notes(
            [NOTED + Note.MOVE_LINE], [NOTED + Note.MOVE_WITHDRAWN, Stage.ON_THE_ROAD, *range(EXITED, REQUESTED)]
        )

    @cached_property
    def docket_case(self) -> Span:
        """A case pending before a docket: from first joining its line to the last hearing, adjournments included."""
        found = self.spans([Stage.DOCKET, Stage.ADJOURNED])
        heard = self.tables.docket_of[found.area] != NONE
        return Span(found.start[heard], found.end[heard], found.area[heard], self.horizon)

    @cached_property
    def clearance_line(self) -> Visits:
        """Requests that wait for a reviewer (a withdrawn one until then)."""
        return self._from_request(Note.REVIEW_STARTED, *REVIEW_ENDS)

    @cached_property
    def clearance(self) -> Visits:
        """Requests from asking to the decision (or withdrawal)."""
        return self._from_request(*REVIEW_ENDS)

    def _from_request(self, *until: Note) -> Visits:
        return self._from_notes(range(REQUESTED, _CODES), [NOTED + note for note in until])

    @cached_property
    def atd(self) -> Span:
        """Enrolled in alternatives to detention after a release; enrolments before the start are not in the log."""
        enrolled = self.noted(Note.ON_ATD)
        end = np.minimum(enrolled.t + self.drawn("atd_s")[enrolled.who], self.horizon)
        return Span(enrolled.t, end, enrolled.area, self.horizon)


def _among(said: Narrow, codes: Iterable[int]) -> Bools:
    """Which rows say one of these codes; run by run of codes, for comparing is faster than looking up."""
    chosen = np.zeros(_CODES + 2, dtype=np.int8)
    chosen[1 + np.array([*codes], np.int64)] = 1
    edges = np.flatnonzero(np.diff(chosen)).reshape(-1, 2).tolist()
    found = np.zeros(len(said), dtype=np.bool_)
    for first, end in edges:
        found |= (said >= first) & (said < end)
    return found


# --- one row per stay ------------------------------------------------------------------------------
_CASE_OUTCOMES = tuple(EXITED + reason for reason in (Exit.RELIEF, Exit.TERMINATED, Exit.REMOVED))


def _first(visits: str) -> cached_property[Ints]:
    """A column: `Stays.first` of these visits of `Spans`."""
    return cached_property(lambda stays: stays.first(getattr(stays.custody, visits)))


def _end(visits: str) -> cached_property[Ints]:
    """A column: `Stays.ended` of these visits of `Spans`."""
    return cached_property(lambda stays: stays.ended(getattr(stays.custody, visits)))


def _had(note: Note) -> cached_property[Ints]:
    """A column: 1 for people of whom there is such a note."""
    return cached_property(lambda stays: stays.of(stays.custody.noted(note).who, 1, without=0))


class Stays:
    """Columns of shape (n,), in the order of `Spans.rows`; each is worked out when it is first asked for.

    `vocabulary/columns.csv` says what they mean. `exit`, `route` and `atd` are -1 where there is none.
    """

    def __init__(self, custody: Spans) -> None:
        self.custody: Spans = weakref.proxy(custody)  # it has these stays: a cycle would keep both in memory

    def of(self, who: Ints, values: Ints | int, without: int = EMPTY) -> Ints:
        """A column with values for some people, the last one where a person has several."""
        column = np.full(len(self.custody), without)
        column[who] = values
        return column

    def first(self, span: Visits) -> Ints:
        """When each person's first visit began; at 0 where it was under way when the run began."""
        first = np.ones(len(span), dtype=np.bool_)
        first[1:] = span.who[1:] != span.who[:-1]
        return self.of(span.who[first], np.maximum(span.start[first], 0))

    def ended(self, span: Visits, also: Bools | bool = True) -> Ints:
        """When each person's last visit ended, if it did, and something else is true."""
        ended = (span.end < span.horizon) & also
        return self.of(span.who[ended], span.end[ended])

    # --- arrest, intake, beds ---------------------------------------------------------------------
    @cached_property
    def t_arrest(self) -> Ints:
        """Arrest; negative for people held on day 0."""
        return np.where(self.custody.day0, self.custody.drawn("t"), self.first(self.custody.desk_line))

    t_desk = _end("desk_line")
    t_processed = _end("intake")
    t_asked = _first("bed_line")
    t_transfer_asked = _first("transfer_line")
    t_departed = _first("first_road")
    t_landed = _end("first_road")
    over_contract = _had(Note.OVER_CONTRACT)

    @cached_property
    def t_bed(self) -> Ints:
        """First in a bed; EMPTY for people held on day 0."""
        return np.where(self.custody.day0, EMPTY, self.first(self.custody.first_bed))

    # --- case -------------------------------------------------------------------------------------
    t_screening_asked = _first("screening_line")
    gave_up = _had(Note.GAVE_UP)

    @cached_property
    def t_screened(self) -> Ints:
        """Fear interview: the line ends with a next stage, or with an outcome of the case at once."""
        line = self.custody.screening_line
        return self.ended(line, (line.ended_by < EXITED) | np.isin(line.ended_by, _CASE_OUTCOMES))

    @cached_property
    def t_docket(self) -> Ints:
        """Joined a docket's line last."""
        line = self.custody.docket_line
        return self.of(line.who, np.maximum(line.start, 0))

    @cached_property
    def t_heard(self) -> Ints:
        """Last hearing."""
        heard = self.custody.noted(Note.HEARD)
        return self.of(heard.who, heard.t)

    @cached_property
    def hearings(self) -> Ints:
        """Hearings held."""
        return np.bincount(self.custody.noted(Note.HEARD).who, minlength=len(self.custody))

    @cached_property
    def hearing_wait_s(self) -> Ints:
        """Waited for hearings, over visits to the line that ended."""
        line = self.custody.docket_line
        ended, waited = line.end < line.horizon, np.zeros(len(self.custody), np.int64)
        np.add.at(waited, line.who[ended], line.seconds[ended])
        return waited

    # --- removal and exit -------------------------------------------------------------------------
    t_seat_asked = _first("seat_line")
    third_country = _had(Note.THIRD_COUNTRY)

    @cached_property
    def t_order(self) -> Ints:
        """Final order; EMPTY if before the start. Without travel documents and seats, the removal follows at once."""
        exits, under_order = self.custody.exits, self.custody.post_order
        whole_stay = self.custody.spans([Stage.STAY])
        found = self.first(under_order)
        known = np.isin(exits.who, np.concatenate([under_order.who, whole_stay.who]))
        at_once = (exits.code == Exit.REMOVED) & ~known
        found[exits.who[at_once]] = exits.t[at_once]
        found[under_order.who[under_order.start < 0]] = EMPTY
        return found

    @cached_property
    def t_document(self) -> Ints:
        """Travel document in hand."""
        wait = self.custody.spans([Stage.DOCUMENT])
        return self.ended(wait, wait.ended_by < EXITED)

    @cached_property
    def route(self) -> Ints:
        """Route chosen for the removal; -1: none."""
        custody, tables = self.custody, self.custody.tables
        ordered = self.of(custody.post_order.who, int(tables.removal_on and tables.groups_on), without=0)
        own = np.where(self.third_country == 1, tables.third_country_route, custody.drawn("route"))
        return np.where(ordered == 1, own, -1)

    @cached_property
    def t_exit(self) -> Ints:
        """Leaves custody."""
        return self.of(self.custody.exits.who, self.custody.exits.t)

    @cached_property
    def exit(self) -> Ints:
        """Code of the reason of exit; -1: still held."""
        return self.of(self.custody.exits.who, self.custody.exits.code, without=-1)

    @cached_property
    def stage(self) -> Ints:
        """Stage at the end of the window."""
        what = self.custody.path.code[self.custody.path.last]
        return np.where(what >= EXITED, int(Stage.GONE), what).astype(np.int64)

    @cached_property
    def area(self) -> Ints:
        """Area of detention at the end (of arrest until a transfer departs)."""
        return np.asarray(self.custody.path.area[self.custody.path.last], np.int64)

    @cached_property
    def atd(self) -> Ints:
        """1: released into alternatives to detention, 0: released without, -1: not released."""
        exits = self.custody.exits
        released = np.isin(exits.code, [reason for reason in Exit if reason.row.is_release])
        found = self.of(exits.who[released], 0, without=-1)
        found[self.custody.noted(Note.ON_ATD).who] = 1
        return found
