"""One row per stay, made from the log: what `records.csv` has. Moments that did not come are EMPTY.

Where a stage is visited more than once, a column says whether it has the first visit or the last; the log has all.
"""

from __future__ import annotations

import weakref
from functools import cached_property

import numpy as np

from sim.arrays import Ints
from sim.measures.spans import Moments, Spans, Visits
from sim.vocabulary import EMPTY, EXITED, Exit, Note, Stage

_CASE_OUTCOMES = tuple(EXITED + reason for reason in (Exit.RELIEF, Exit.TERMINATED, Exit.REMOVED))


class Stays:
    """Columns of shape (n,), in the order of `Spans.rows`; each is worked out when it is first asked for."""

    def __init__(self, custody: Spans) -> None:
        self._custody: Spans = weakref.proxy(custody)  # it has these stays: a cycle would keep both in memory

    def _empty(self, value: int = EMPTY) -> Ints:
        return np.full(len(self._custody), value)

    def _first(self, span: Visits) -> Ints:
        """When each person's first visit began; at 0 where it was under way when the run began."""
        found, first = self._empty(), np.ones(len(span), dtype=np.bool_)
        first[1:] = span.who[1:] != span.who[:-1]
        found[span.who[first]] = np.maximum(span.start[first], 0)
        return found

    def _end(self, span: Visits) -> Ints:
        """When each person's last visit ended, if it did."""
        found, ended = self._empty(), span.end < span.horizon
        found[span.who[ended]] = span.end[ended]
        return found

    def _had(self, moments: Moments) -> Ints:
        """1 for people of whom there is such a note."""
        found = self._empty(0)
        found[moments.who] = 1
        return found

    # --- arrest, intake, beds ---------------------------------------------------------------------
    @cached_property
    def t_arrest(self) -> Ints:
        """Arrest; negative for people held on day 0."""
        found = self.t_arrest_in_window.copy()
        day0 = self._custody.day0
        found[day0] = self._custody.drawn("t")[day0]
        return found

    @cached_property
    def t_arrest_in_window(self) -> Ints:
        """Arrest; EMPTY for people held on day 0."""
        return self._first(self._custody.desk_line)

    @cached_property
    def t_desk(self) -> Ints:
        """Processing begins."""
        return self._end(self._custody.desk_line)

    @cached_property
    def t_processed(self) -> Ints:
        """Processing ends."""
        return self._end(self._custody.intake)

    @cached_property
    def t_asked(self) -> Ints:
        """First request for a bed."""
        return self._first(self._custody.bed_line)

    @cached_property
    def t_transfer_asked(self) -> Ints:
        """Joins the line for a transfer."""
        return self._first(self._custody.transfer_line)

    @cached_property
    def t_departed(self) -> Ints:
        """Leaves for another area's bed."""
        return self._first(self._custody.first_road)

    @cached_property
    def t_landed(self) -> Ints:
        """Arrives there."""
        return self._end(self._custody.first_road)

    @cached_property
    def t_bed(self) -> Ints:
        """First in a bed; EMPTY for people held on day 0."""
        return np.where(self._custody.day0, EMPTY, self._first(self._custody.first_bed))

    @cached_property
    def over_contract(self) -> Ints:
        """1: the bed was taken beyond the contracted number."""
        return self._had(self._custody.noted(Note.OVER_CONTRACT))

    # --- case -------------------------------------------------------------------------------------
    @cached_property
    def t_screening_asked(self) -> Ints:
        """Joins the line for a fear interview."""
        return self._first(self._custody.screening_line)

    @cached_property
    def t_screened(self) -> Ints:
        """Fear interview: the line ends with a next stage, or with an outcome of the case at once."""
        line = self._custody.screening_line
        released = (line.ended_by >= EXITED) & ~np.isin(line.ended_by, _CASE_OUTCOMES)
        screened = (line.end < line.horizon) & ~released
        found = self._empty()
        found[line.who[screened]] = line.end[screened]
        return found

    @cached_property
    def t_docket(self) -> Ints:
        """Joined a docket's line last."""
        found, line = self._empty(), self._custody.docket_line
        found[line.who] = np.maximum(line.start, 0)
        return found

    @cached_property
    def t_heard(self) -> Ints:
        """Last hearing."""
        found, heard = self._empty(), self._custody.noted(Note.HEARD)
        found[heard.who] = heard.t
        return found

    @cached_property
    def hearings(self) -> Ints:
        """Hearings held."""
        return np.bincount(self._custody.noted(Note.HEARD).who, minlength=len(self._custody))

    @cached_property
    def hearing_wait_s(self) -> Ints:
        """Waited for hearings, over visits to the line that ended."""
        line = self._custody.docket_line
        ended = line.end < line.horizon
        found = self._empty(0)
        np.add.at(found, line.who[ended], line.seconds[ended])
        return found

    @cached_property
    def gave_up(self) -> Ints:
        """1: accepted departure while in proceedings."""
        return self._had(self._custody.noted(Note.GAVE_UP))

    # --- removal and exit -------------------------------------------------------------------------
    @cached_property
    def t_order(self) -> Ints:
        """Final order; EMPTY if before the start. Without travel documents and seats, the removal follows at once."""
        custody, exits = self._custody, self._custody.exits
        under_order = custody.post_order
        found = self._first(under_order)
        before = self._empty(0)
        before[under_order.who] = 1
        whole_stay = self._empty(0)
        whole_stay[custody.spans([Stage.STAY]).who] = 1
        at_once = (exits.code == Exit.REMOVED) & (before[exits.who] == 0) & (whole_stay[exits.who] == 0)
        found[exits.who[at_once]] = exits.t[at_once]
        found[under_order.who[under_order.start < 0]] = EMPTY
        return found

    @cached_property
    def t_document(self) -> Ints:
        """Travel document in hand."""
        wait = self._custody.spans([Stage.DOCUMENT])
        given = (wait.end < wait.horizon) & (wait.ended_by < EXITED)
        found = self._empty()
        found[wait.who[given]] = wait.end[given]
        return found

    @cached_property
    def t_seat_asked(self) -> Ints:
        """Ready for a seat."""
        return self._first(self._custody.seat_line)

    @cached_property
    def route(self) -> Ints:
        """Route chosen for the removal; -1: none."""
        custody, tables = self._custody, self._custody.tables
        ordered = self._empty(0)
        ordered[custody.post_order.who] = int(tables.removal_on and tables.groups_on)
        own = np.where(self.third_country == 1, tables.third_country_route, custody.drawn("route"))
        return np.where(ordered == 1, own, -1)

    @cached_property
    def third_country(self) -> Ints:
        """1: removed, or to be removed, to a third country."""
        return self._had(self._custody.noted(Note.THIRD_COUNTRY))

    @cached_property
    def t_exit(self) -> Ints:
        """Leaves custody."""
        found, exits = self._empty(), self._custody.exits
        found[exits.who] = exits.t
        return found

    @cached_property
    def exit(self) -> Ints:
        """Code of the reason of exit; -1: still held."""
        found, exits = self._empty(-1), self._custody.exits
        found[exits.who] = exits.code
        return found

    @cached_property
    def stage(self) -> Ints:
        """Stage at the end of the window."""
        return self._custody.last_stage

    @cached_property
    def area(self) -> Ints:
        """Area of detention at the end (of arrest until a transfer departs)."""
        return self._custody.last_area

    @cached_property
    def atd(self) -> Ints:
        """1: released into alternatives to detention, 0: released without, -1: not released."""
        found, exits = self._empty(-1), self._custody.exits
        released = np.isin(exits.code, [reason for reason in Exit if reason.row.is_release])
        found[exits.who[released]] = 0
        found[self._custody.noted(Note.ON_ATD).who] = 1
        return found
