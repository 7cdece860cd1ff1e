"""Releases that wait, held, for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.pathway.line import Line
from sim.records import Reviews
from sim.rules import ASSIGN_REVIEW, REVIEW_END, granted
from sim.vocabulary import CLEARABLE, EMPTY, EXIT_REASONS, Exit

if TYPE_CHECKING:
    from sim.pathway.world import World

_DRAW_OF = {EXIT_REASONS.index(reason): i for i, reason in enumerate(CLEARABLE)}
REFUSED, APPROVED, WITHDRAWN, WAITING = 0, 1, 2, -1


class Review:
    """One request."""

    __slots__ = ("asked", "ended", "outcome", "reason", "row", "started")

    def __init__(self, row: int, reason: int, asked: int) -> None:
        self.row, self.reason, self.asked = row, reason, asked
        self.started = self.ended = -1
        self.outcome = WAITING


class Clearance:
    """Reviewers take requests first come, first served; a person has at most one at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self._needs: list[int] = tables.needs_clearance.tolist()
        self._reviewers: list[int] = tables.reviewers.tolist()
        self._approval: list[int] = tables.approval.tolist()
        self.line = Line()
        self._busy = 0
        self._due = False
        self._pending: dict[int, Review] = {}
        self._all: list[Review] = []

    def covers(self, reason: int) -> bool:
        """Releases for this reason need clearance."""
        return self.world.tables.clearance_on and bool(self._needs[reason])

    def is_pending(self, k: int) -> bool:
        """A request about person k is under way."""
        return k in self._pending

    def ask(self, k: int, reason: int) -> None:
        """Hand in a request; nothing happens if one is under way already."""
        if k in self._pending:
            return
        review = self._pending[k] = Review(k, reason, self.world.now)
        self._all.append(review)
        self.line.join(k, 0, self.world.now, self.world.now)
        self._assign_soon()

    def _assign_soon(self) -> None:
        if not self._due:
            self._due = True
            self.world.at(self.world.now, ASSIGN_REVIEW, 0, self._assign)

    def _assign(self, _: int) -> None:
        self._due = False
        world = self.world
        while len(self.line) and self._busy < self._reviewers[world.today]:
            k = self.line.serve(world.now)
            self._busy += 1
            self._pending[k].started = world.now
            world.at(world.now + world.people.review_s[k], REVIEW_END, k, self._decide)

    def _decide(self, k: int) -> None:
        world, review = self.world, self._pending.get(k)
        if review is None or review.started < 0 or review.started + world.people.review_s[k] != world.now:
            return  # that request was withdrawn
        approved = granted(world.people.approval_u[_DRAW_OF[review.reason]][k], self._approval[world.today])
        self._close(k, APPROVED if approved else REFUSED)
        if approved:
            world.release.approved(k, review.reason)
        else:
            world.release.refused(k, review.reason)

    def _close(self, k: int, outcome: int) -> None:
        review = self._pending.pop(k)
        review.ended, review.outcome = self.world.now, outcome
        if k in self.line:
            self.line.leave(k, self.world.now)
        else:
            self._busy -= 1
        if len(self.line):
            self._assign_soon()

    def withdraw(self, k: int) -> None:
        """Take back the request about person k, if there is one."""
        if k in self._pending:
            self._close(k, WITHDRAWN)

    def bed_found(self, k: int) -> None:
        """Person k has a bed: requests made for lack of one are withdrawn."""
        if k in self._pending and self._pending[k].reason == Exit.NO_BED:
            self._close(k, WITHDRAWN)

    def set_day(self) -> None:
        """There may be more reviewers today."""
        if len(self.line):
            self._assign_soon()

    def reviews(self) -> Reviews:
        """The requests as records."""
        ordered = sorted(self._all, key=lambda review: (review.asked, review.row))

        def times(values: list[int]) -> np.ndarray:
            return np.array([value if value >= 0 else EMPTY for value in values], dtype=np.int64)

        return Reviews(
            row=np.array([r.row for r in ordered], dtype=np.int64),
            reason=np.array([r.reason for r in ordered], dtype=np.int64),
            t_asked=times([r.asked for r in ordered]),
            t_started=times([r.started for r in ordered]),
            t_ended=times([r.ended for r in ordered]),
            outcome=np.array([r.outcome for r in ordered], dtype=np.int64),
        )
