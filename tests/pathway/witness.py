"""Counts what happened to whom: (event, stage of the person, whether a request about them was pending)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sim.pathway import case, clearance, displacement, ladder, moves, release, transfers
from sim.pathway.beds import Beds
from sim.pathway.world import World
from sim.vocabulary import Exit, Stage

Cell = tuple[str, str, bool]


class Witness:
    """Wraps the places where something happens to a person."""

    def __init__(self) -> None:
        self.seen: Counter[Cell] = Counter()

    def note(self, world: World, k: int, event: str) -> None:
        """Something happens to person k."""
        stage = Stage(world.state.stage[k]).name.lower()
        self.seen[event, stage, world.clearance.is_pending(k)] += 1

    @contextmanager
    def watching(self) -> Iterator[Witness]:
        """Look on while worlds are played."""
        with (
            self._before(release.Release, "_fall_due", lambda w, k, clocks, reason: self._due(w, reason)),
            self._before(clearance.Clearance, "_close", lambda w, k, outcome: outcome.word.removeprefix("review_")),
            self._before(Beds, "hand_over", self._bed),
            self._before(release.Release, "landed", lambda w, k: "landing"),
            self._before(case.Courts, "heard", lambda w, k: "hearing"),
            self._before(displacement.Displacement, "ask", lambda w, k: "rung_displace"),
            self._before(ladder.Ladder, "_release", lambda w, k: self._rung_release(w, k)),
            self._before(transfers.Transfers, "join", lambda w, k: "rung_transfer"),
            self._before(Beds, "give_over_contract", lambda w, k: "rung_over_contract"),
            self._before(release.Release, "leave", self._leaves),
            self._before(World, "call", self._called),
            self._displaced_under_clearance(),
            self._steps(),
        ):
            yield self

    # --- what to call it ------------------------------------------------------------------------
    @staticmethod
    def _due(world: World, reason: int) -> str:
        if reason == release.GIVING_UP:
            return "gives_up"
        limit = "limit" if reason == Exit.POST_ORDER_LIMIT else "clock"
        return f"{limit}_needing_clearance" if world.clearance.covers(reason) else limit

    @staticmethod
    def _bed(world: World, k: int, _: int) -> str:
        return "transfer_departs" if world.state.stage[k] == Stage.ON_THE_ROAD else "bed_given"

    @staticmethod
    def _rung_release(world: World, k: int) -> str:
        if world.people.custody[k] == ladder.MANDATORY and not world.tables.release_mandatory:
            return "rung_release_mandatory"
        return "rung_release_needing_clearance" if world.clearance.covers(Exit.NO_BED) else "rung_release"

    @staticmethod
    def _leaves(world: World, k: int, exit_reason: int) -> str:
        if exit_reason == Exit.REMOVED:
            return "removed"
        return "displaced" if exit_reason == Exit.DISPLACED else "leaves"

    @staticmethod
    def _called(world: World, k: int) -> str | None:
        stage = world.state.stage[k]
        return {int(Stage.SCREENING_LINE): "interview", int(Stage.SEAT_LINE): "seat"}.get(stage)

    # --- wrapping ---------------------------------------------------------------------------------
    def _before(self, owner: type, name: str, event_of: Callable[..., str | None]) -> Any:
        original = getattr(owner, name)

        def wrapped(place: Any, k: int, *rest: Any) -> Any:
            world = place if isinstance(place, World) else place.world
            event = event_of(world, k, *rest)
            if event:
                self.note(world, k, event)
            return original(place, k, *rest)

        return patch.object(owner, name, wrapped)

    def _displaced_under_clearance(self) -> Any:
        original = clearance.Clearance.ask

        def ask(place: clearance.Clearance, k: int, reason: int) -> None:
            if reason == Exit.DISPLACED:
                self.note(place.world, k, "promised_away")
            original(place, k, reason)

        return patch.object(clearance.Clearance, "ask", ask)

    def _steps(self) -> Any:
        """The end of a length of time in bed."""
        original = World.lasts

        def lasts(world: World, k: int, seconds: int, *kind: int) -> Any:
            event = original(world, k, seconds, *kind)
            if not kind:
                event.callbacks.append(lambda _: self.note(world, k, "step_ends"))
            return event

        return patch.object(World, "lasts", lasts)


class MoveWitness(Witness):
    """Wraps what moves do; on the road the stage is the one the case had when the person left."""

    @contextmanager
    def watching(self) -> Iterator[Witness]:
        """Look on while worlds are played."""
        road = self._from_road
        with (
            self._before(moves.Moves, "_intend", lambda w, k, rule: self._due_move(w, k, rule)),
            self._before(moves.Moves, "_depart", lambda w, k, rule, there: "departs"),
            self._before(moves.Moves, "leave", self._leaves_line),
            self._before(release.Release, "_fall_due", lambda w, k, clocks, reason: road(w, k, self._late(reason))),
            self._before(release.Release, "landed", lambda w, k: road(w, k, "lands")),
            self._before(release.Release, "leave", lambda w, k, reason: road(w, k, "leaves_on_landing")),
            self._before(World, "landing", lambda w, k: road(w, k, "step_on_road")),
            self._rejoins(),
        ):
            yield self

    def note(self, world: World, k: int, event: str) -> None:
        """Something happens to person k."""
        on_the_way = world.moves._on_the_way.get(k)
        stage = Stage(world.state.stage[k]) if on_the_way is None else on_the_way[0]
        self.seen[event, stage.word, world.clearance.is_pending(k)] += 1

    @staticmethod
    def _from_road(world: World, k: int, event: str) -> str | None:
        return event if k in world.moves._on_the_way else None

    @staticmethod
    def _late(reason: int) -> str:
        return {release.GIVING_UP: "gives_up_on_road", Exit.POST_ORDER_LIMIT: "limit_on_road"}.get(
            reason, "clock_on_road"
        )

    @staticmethod
    def _due_move(world: World, k: int, rule: int) -> str:
        when = world.moves.when[rule]
        if when == moves.AT_SEAT_LINE and world.state.stage[k] != Stage.SEAT_LINE:
            return "move_before_document"
        return "move_due" if when in (moves.AFTER, moves.LIMIT) else "move_at_stage"

    @staticmethod
    def _leaves_line(world: World, k: int) -> str | None:
        if k not in world.moves._ahead:
            return None
        return "held_back" if world.clearance.is_pending(k) else "withdrawn_move"

    def _rejoins(self) -> Any:
        original = moves.Moves._land

        def land(place: moves.Moves, k: int) -> None:
            on_a_line = place._on_the_way[k][1] is not None
            original(place, k)
            if on_a_line and place.world.case_line(k) is not None:
                self.note(place.world, k, "rejoins")

        return patch.object(moves.Moves, "_land", land)
