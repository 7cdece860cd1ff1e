"""Releases that wait, held, for approval."""

from __future__ import annotations

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import ASSIGN_REVIEW, REVIEW_END, granted
from sim.vocabulary import CLEARABLE, REQUESTED, Exit, Note

_DRAW_OF = {Exit[word.upper()]: i for i, word in enumerate(CLEARABLE)}


class Clearance:
    """Reviewers take requests first come, first served; a person has at most one at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.line = Line()
        self._busy = 0
        self._due = False
        self._pending: dict[int, Exit] = {}  # the reason
        self._ends: dict[int, int] = {}  # the review, once it has started

    def covers(self, reason: int) -> bool:
        """Releases for this reason need clearance."""
        return self.world.tables.clearance_on and bool(self.world.tables.needs_clearance[reason])

    def is_pending(self, k: int) -> bool:
        """A request about person k is under way."""
        return k in self._pending

    def ask(self, k: int, reason: int) -> None:
        """Hand in a request; nothing happens if one is under way already."""
        if k in self._pending:
            return
        self._pending[k] = Exit(reason)
        self.world.state.write(self.world.now, k, REQUESTED + reason)
        self.line.join(k, 0, self.world.now, self.world.now)
        self.world.moves.leave(k)
        self._assign_soon()

    def _assign_soon(self) -> None:
        if not self._due:
            self._due = True
            self.world.at(self.world.now, ASSIGN_REVIEW, 0, self._assign)

    def _assign(self, _: int) -> None:
        self._due = False
        world = self.world
        while len(self.line) and self._busy < world.tables.reviewers[world.today]:
            k = self.line.serve(world.now)
            self._busy += 1
            world.note(k, Note.REVIEW_STARTED)
            self._ends[k] = world.now + world.people.review_s[k]
            world.at(self._ends[k], REVIEW_END, k, self._decide)

    def _decide(self, k: int) -> None:
        world = self.world
        if self._ends.get(k) != world.now:
            return  # that request was withdrawn
        reason = self._pending[k]
        if granted(world.people.approval_u[_DRAW_OF[reason]][k], world.tables.approval[world.today]):
            self._close(k, Note.REVIEW_APPROVED)
            world.release.approved(k, reason)
        else:
            self._close(k, Note.REVIEW_REFUSED)
            world.release.refused(k, reason)

    def _close(self, k: int, outcome: Note) -> None:
        del self._pending[k]
        self._ends.pop(k, None)
        self.world.note(k, outcome)
        if k in self.line:
            self.line.leave(k, self.world.now)
        else:
            assert self._busy > 0, "a reviewer who becomes free was busy"
            self._busy -= 1
        if len(self.line):
            self._assign_soon()

    def withdraw(self, k: int, reason: Exit | None = None) -> None:
        """Take back the request about person k, if there is one, and for this reason if one is given."""
        if k in self._pending and reason in (None, self._pending[k]):
            self._close(k, Note.REVIEW_WITHDRAWN)

    def set_day(self) -> None:
        """There may be more reviewers today."""
        if len(self.line):
            self._assign_soon()
