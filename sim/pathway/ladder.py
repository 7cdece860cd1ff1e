"""The overflow ladder: what is tried, and when, for people for whom there is no bed."""

from __future__ import annotations

from collections.abc import Callable

from sim.pathway.world import World
from sim.rules import MOST_RUNGS, RUNG, rung_due
from sim.vocabulary import CUSTODY_CLASSES, SECONDS_PER_DAY, Exit, Rung

MANDATORY = CUSTODY_CLASSES.index("mandatory")
GO_ON, PAUSE, TRY_AGAIN, DONE = "go on", "pause", "try again", "done"
"""What follows a rung: the next one when it is due; after a review, the next or this one; nothing more."""


class Ladder:
    """Each rung is tried once for each person, at the earliest when it is due, in listed order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kinds = [Rung(i) for i in world.tables.rung_kind]
        self._to_try: dict[int, list[tuple[int, int]]] = {}  # (due, rung), the next one last
        self._paused: set[int] = set()
        self._rungs: dict[Rung, Callable[[int], str]] = {
            Rung.TRANSFER: self._transfer,
            Rung.OVER_CONTRACT: lambda k: DONE if world.beds.give_over_contract(k) else GO_ON,
            Rung.DISPLACE: lambda k: world.displacement.ask(k),
            Rung.RELEASE: self._release,
            Rung.WAIT: lambda _: GO_ON,  # to those listed before it
        }

    def begin(self, k: int) -> None:
        """Person k asked for a bed and there was none at once."""
        if self.kinds:
            state, tables = self.world.state, self.world.tables
            entry, processed = state.t_arrest[k], state.t_processed[k]
            limit, rungs = tables.hours_limit_s[entry // SECONDS_PER_DAY], enumerate(tables.rung_after_s)
            due = [(rung_due(entry, after, limit, processed), rung) for rung, after in rungs]
            self._to_try[k] = sorted(due, reverse=True)
            if self._is_relieved(k):
                self._to_try[k].sort(key=lambda each: self.kinds[each[1]] == Rung.RELEASE)
                self._to_try[k][-1] = (self.world.now, self._to_try[k][-1][1])
            self._set_alarm(k)

    def _is_relieved(self, k: int) -> bool:
        """The hold rooms are over their ceiling, so a release is tried first."""
        world = self.world
        over = world.tables.ceiling_releases and world.intake.is_over_ceiling(world.people.area[k])
        return over and Rung.RELEASE in self.kinds and not world.clearance.is_pending(k)

    def _set_alarm(self, k: int) -> None:
        """For the next rung: the earliest due, in listed order."""
        if self._to_try[k]:
            due, rung = self._to_try[k][-1]
            self.world.at(max(due, self.world.now), RUNG, k * MOST_RUNGS + rung, self._climb)

    def _climb(self, number: int) -> None:
        """The alarm of a rung; of no concern to people who are off the ladder."""
        k, rung = divmod(number, MOST_RUNGS)
        if k not in self._to_try:
            return
        due = self._to_try[k].pop()
        outcome = self._rungs[self.kinds[rung]](k)
        if self.kinds[rung] == Rung.WAIT:
            self._to_try[k] = [each for each in self._to_try[k] if each[1] < rung]
        if outcome == GO_ON:
            self._set_alarm(k)
        elif outcome != DONE:
            self._paused.add(k)
            if outcome == TRY_AGAIN:
                self._to_try[k].append(due)

    def resume(self, k: int) -> None:
        """The review that person k's ladder waited for ended without a bed: the next rung at once."""
        if k in self._paused:
            self._paused.remove(k)
            if self._to_try[k]:
                rung = self._to_try[k][-1][1]
                self.world.at(self.world.now, RUNG, k * MOST_RUNGS + rung, self._climb)

    def step_off(self, k: int) -> None:
        """Person k has a bed or is gone."""
        self._to_try.pop(k, None)
        self._paused.discard(k)

    # --- rungs ----------------------------------------------------------------------------------
    def _transfer(self, k: int) -> str:
        self.world.transfers.join(k)
        return GO_ON

    def _release(self, k: int) -> str:
        world = self.world
        if world.people.custody[k] == MANDATORY and not world.tables.release_mandatory:
            return GO_ON
        if not world.clearance.covers(Exit.NO_BED):
            world.release.leave(k, Exit.NO_BED)
            return DONE
        if world.clearance.is_pending(k):
            return TRY_AGAIN
        world.clearance.ask(k, Exit.NO_BED)
        return PAUSE
