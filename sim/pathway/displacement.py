"""The displacement rung: a bed passes from a person of lower priority to the one who asked."""

from __future__ import annotations

from heapq import heappop, heappush

from sim.pathway.ladder import DONE, GO_ON, PAUSE
from sim.pathway.world import World
from sim.vocabulary import Exit, Rung


class Displacement:
    """Who may be displaced, and to whom the beds of those under review are promised."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.on = Rung.DISPLACE in world.tables.rung_kind
        self._lowest: list[list[tuple[int, int, int]]] = [[] for _ in world.tables.areas]
        self._set_aside: set[int] = set()
        self._promised: dict[int, int] = {}  # person displaced -> person who asked
        self._wanted: dict[int, int] = {}  # the other way round

    def settle(self, k: int) -> None:
        """Person k is in a bed and may be displaced from it."""
        world = self.world
        if not self.on or (world.people.custody[k] == 0 and not world.tables.displace_mandatory):
            return
        if not self._can_pass(k, world.state.area[k]):
            return
        since = world.state.t_bed[k] if world.state.t_bed[k] >= 0 else world.state.t_arrest[k]
        heappush(self._lowest[world.state.area[k]], (-world.beds.rank(k), -since, -k))

    def ask(self, k: int) -> str:
        """Person k asks for the bed of somebody of strictly lower priority in their area."""
        world = self.world
        displaced = self._find(world.people.area[k], world.beds.rank(k))
        if displaced is None:
            return GO_ON
        self._promised[displaced], self._wanted[k] = k, displaced
        if world.clearance.covers(Exit.DISPLACED):
            world.clearance.ask(displaced, Exit.DISPLACED)
            return PAUSE
        world.release.leave(displaced, Exit.DISPLACED)
        return DONE

    def _find(self, area: int, rank: int) -> int | None:
        """The lowest in priority, then the latest in bed, then the highest number."""
        world, heap = self.world, self._lowest[area]
        while heap and -heap[0][0] > rank:
            k = -heappop(heap)[2]
            gone = not world.beds.has_bed(k) or not self._can_pass(k, area)
            if gone or world.release.is_closed(k, Exit.DISPLACED):
                continue
            if world.clearance.is_pending(k):
                self._set_aside.add(k)
                continue
            return k
        return None

    def _can_pass(self, k: int, area: int) -> bool:
        """The bed of person k is one that people of the area can get first."""
        return self.world.state.place[k] in self.world.tables.entry[area]

    def review_over(self, k: int) -> None:
        """A request about person k ended without a release."""
        asker = self.promised_to(k)
        if asker is not None:
            self.world.ladder.resume(asker)
        if asker is not None or k in self._set_aside:
            self._set_aside.discard(k)
            self.settle(k)

    def promised_to(self, k: int) -> int | None:
        """Who gets the bed of person k, if it was promised; it is promised no longer."""
        asker = self._promised.pop(k, None)
        if asker is not None:
            del self._wanted[asker]
        return asker

    def asker_gone(self, k: int) -> None:
        """Person k, who asked, needs no bed here any more: the request is withdrawn."""
        displaced = self._wanted.pop(k, None)
        if displaced is not None:
            del self._promised[displaced]
            self.world.clearance.withdraw(displaced)
            self.settle(displaced)
            self.world.moves.join(displaced)
