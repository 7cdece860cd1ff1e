"""What an engine returned, with one entry per row of the people table: how tests look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.log import Counts, Records
from sim.measures.custody import Custody
from sim.people.table import People
from sim.scenario.world.tables import Tables
from sim.vocabulary import EMPTY, NOTED, REQUESTED, Note

Ints = NDArray[np.int64]
OUTCOMES = {NOTED + Note.REVIEW_REFUSED: 0, NOTED + Note.REVIEW_APPROVED: 1, NOTED + Note.REVIEW_WITHDRAWN: 2}


class StaysByRow:
    """The columns of `sim.measures.spans.Stays`; rows of people who were never in custody have none of them."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody

    def __getattr__(self, name: str) -> Ints:
        people = self._custody.people
        none = EMPTY if name.startswith("t_") else -1 if name in ("exit", "route", "atd") else 0
        column = people.area.copy() if name == "area" else np.full(len(people), none)
        column[self._custody.rows] = getattr(self._custody.stays, name)
        return column


@dataclass(frozen=True)
class Reviews:
    """One entry per clearance request, in order of (t_asked, row); outcome -1: still waiting."""

    row: Ints
    reason: Ints
    t_asked: Ints
    t_started: Ints
    t_ended: Ints
    outcome: Ints


def reviews_of(custody: Custody) -> Reviews:
    """The clearance requests of a log."""
    log, found = custody.log, list[list[int]]()
    for t, who, code in zip(log.t.tolist(), log.who.tolist(), log.code.tolist(), strict=True):
        if code >= REQUESTED:
            found.append([int(custody.rows[who]), code - REQUESTED, t, EMPTY, EMPTY, -1])
        elif code == NOTED + Note.REVIEW_STARTED:
            found[-1][3] = t
        elif code in OUTCOMES:
            found[-1][4:] = t, OUTCOMES[code]
    found.sort(key=lambda review: (review[2], review[0]))
    return Reviews(*np.array(found, dtype=np.int64).reshape(-1, 6).T)


@dataclass(frozen=True)
class Played:
    """Records with stays and reviews by row of the people table."""

    tables: Tables
    people: People
    records: Records

    @cached_property
    def custody(self) -> Custody:
        """The log as spans."""
        return Custody(self.tables, self.people, self.records)

    @property
    def stays(self) -> Any:
        """Columns of stays, by row of the people table."""
        return StaysByRow(self.custody)

    @property
    def reviews(self) -> Reviews:
        """Clearance requests."""
        return reviews_of(self.custody)

    @property
    def counts(self) -> Counts:
        """The engine's own tally."""
        return self.records.counts

    def __getattr__(self, name: str) -> Any:
        if name == "records":
            raise AttributeError(name)
        return getattr(self.records, name)
