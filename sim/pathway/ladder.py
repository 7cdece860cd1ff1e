"""The overflow ladder: what is tried, and when, for people for whom there is no bed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.names import CUSTODY_CLASSES, EXIT_REASONS, RUNGS, SECONDS_PER_DAY
from sim.rules import MOST_RUNGS, RUNG, rung_due

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.pathway.world import World

NO_BED = EXIT_REASONS.index("no_bed")
MANDATORY = CUSTODY_CLASSES.index("mandatory")
GO_ON, PAUSE, DONE = "go on", "pause", "done"
"""What follows a rung: the next one when it is due, the outcome of a review, or nothing more."""


class Ladder:
    """Each rung is tried once for each person, at the earliest when it is due, in listed order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kinds: list[str] = [RUNGS[i] for i in world.tables.rung_kind.tolist()]
        self._after: list[int] = world.tables.rung_after_s.tolist()
        self._limit: list[int] = world.tables.hours_limit_s.tolist()
        self._untried: dict[int, list[int]] = {}
        self._paused: set[int] = set()
        self._rungs: dict[str, Callable[[int], str]] = {
            "transfer": self._transfer,
            "over_contract": self._over_contract,
            "displace": self._displace,
            "release": self._release,
            "wait": lambda _: DONE,
        }

    def begin(self, k: int) -> None:
        """Person k asked for a bed."""
        if self.kinds:
            self._untried[k] = list(range(len(self.kinds)))
            self._set_alarm(k)

    def _set_alarm(self, k: int) -> None:
        if self._untried[k]:
            t, rung = min((self._due(k, rung), rung) for rung in self._untried[k])
            self._try_at(t, k, rung)

    def _try_at(self, t: int, k: int, rung: int) -> None:
        self.world.at(t, RUNG, k * MOST_RUNGS + rung, self._climb)

    def _due(self, k: int, rung: int) -> int:
        stays = self.world.stays
        entry = stays.t_arrest[k]
        limit = self._limit[entry // SECONDS_PER_DAY]
        return max(rung_due(entry, self._after[rung], limit, stays.t_processed[k]), self.world.now)

    def _climb(self, number: int) -> None:
        """The alarm of a rung; of no concern to people who are off the ladder."""
        k, rung = divmod(number, MOST_RUNGS)
        if k not in self._untried:
            return
        self._untried[k].remove(rung)
        outcome = self._rungs[self.kinds[rung]](k)
        if outcome == GO_ON:
            self._set_alarm(k)
        elif outcome == PAUSE:
            self._paused.add(k)

    def resume(self, k: int) -> None:
        """The review that person k's ladder waited for ended without a bed: the next rung at once."""
        if k in self._paused:
            self._paused.remove(k)
            if self._untried[k]:
                self._try_at(self.world.now, k, self._untried[k][0])

    def step_off(self, k: int) -> None:
        """Person k has a bed or is gone."""
        self._untried.pop(k, None)
        self._paused.discard(k)

    # --- rungs ----------------------------------------------------------------------------------
    def _transfer(self, k: int) -> str:
        self.world.beds.transfers.join(k)
        return GO_ON

    def _over_contract(self, k: int) -> str:
        return DONE if self.world.beds.give_over_contract(k) else GO_ON

    def _displace(self, k: int) -> str:
        return self.world.beds.displacement.ask(k)

    def _release(self, k: int) -> str:
        world = self.world
        if world.people.custody[k] == MANDATORY and not world.tables.release_mandatory:
            return GO_ON
        if not world.clearance.covers(NO_BED):
            world.release.leave(k, NO_BED)
            return DONE
        if world.clearance.is_pending(k):  # another request is under way: this rung is tried when that one is refused
            rung = self.kinds.index("release")
            self._untried[k] = sorted([*self._untried[k], rung])
        else:
            world.clearance.ask(k, NO_BED)
        return PAUSE
