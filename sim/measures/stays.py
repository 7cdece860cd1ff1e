"""One row per stay, made from the log: what `records.csv` has. Moments that did not come are EMPTY.

Where a stage is visited more than once, a column says whether it has the first visit or the last; the log has all.
"""

from __future__ import annotations

import weakref
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Bools, Ints
from sim.vocabulary import EMPTY, EXITED, Exit, Note, Stage

if TYPE_CHECKING:  # which have these stays
    from sim.measures.spans import Spans, Visits

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
