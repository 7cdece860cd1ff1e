"""The places of a scenario by number, and where its rules of moves lead: areas come first, then the named places."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import Final

from sim.scenario.schema import SAME, Beds, Move, Place, Scenario, Transfer
from sim.scenario.schema.schedules import Schedule
from sim.vocabulary import PLACE_KINDS

DETENTION: Final = PLACE_KINDS.index("detention")
_AT_ONCE_S: Final = 600
"""People who go round in circles of shorter moves would do nothing else."""


@dataclass(frozen=True)
class Places:
    """The places of a scenario by number. `home` has the places of each area, its own pool first."""

    areas: tuple[str, ...]
    names: tuple[str, ...]
    area: tuple[int, ...]
    kind: tuple[int, ...]
    named: tuple[Place, ...]
    home: tuple[tuple[int, ...], ...]
    reach: tuple[tuple[int, ...], ...]
    """For each area the areas that its people may be moved to, in order, itself first."""

    @classmethod
    def of(cls, scenario: Scenario) -> Places:
        """The areas of a scenario as detention places, then those it names."""
        areas, beds = tuple(scenario.areas), scenario.beds or Beds()
        area = (*range(len(areas)), *(areas.index(place.area) for place in beds.places.values()))
        kinds = (PLACE_KINDS.index(place.kind) for place in beds.places.values())
        return cls(
            areas=areas,
            names=(*areas, *beds.places),
            area=area,
            kind=(*(DETENTION for _ in areas), *kinds),
            named=tuple(beds.places.values()),
            home=tuple(tuple(p for p, at in enumerate(area) if at == a) for a in range(len(areas))),
            reach=tuple(_reach(transfer_rung(beds), areas, a) for a in range(len(areas))),
        )

    def replaced(self, area: int) -> bool:
        """The area has detention or processing places of its own, which stand for its pool where that is not stated."""
        return any(PLACE_KINDS[self.kind[p]] != "staging" for p in self.home[area][1:])

    def entry(self, area: int) -> tuple[int, ...]:
        """Where people of an area get their first bed: processing places if it has any, else places of detention."""
        for kind in ("processing", "detention"):
            found = tuple(p for p in self.home[area] if PLACE_KINDS[self.kind[p]] == kind)
            if found:
                return found
        return (area,)

    def meant(self, word: str) -> list[int]:
        """The places that a kind or a name means."""
        if word in PLACE_KINDS:
            return [p for p, kind in enumerate(self.kind) if PLACE_KINDS[kind] == word]
        return [self.names.index(word)]

    def sources(self, move: Move) -> list[int]:
        """The places that a rule of moves leads from, in order of their numbers."""
        return sorted(set(chain.from_iterable(self.meant(word) for word in move.origin)))

    def targets(self, move: Move, here: int) -> tuple[int, ...]:
        """Where a rule leads from a place, in the order in which room is looked for."""
        order, found = self.reach[self.area[here]], list[int]()
        for word in move.to:
            there = [here] if word == SAME else [p for p in self.meant(word) if p != here]
            if word in PLACE_KINDS:
                near = (p for p in there if self.area[p] in order)
                there = sorted(near, key=lambda p: (order.index(self.area[p]), p))
            found += there
        return tuple(dict.fromkeys(found))

    def limit_s(self, place: int) -> int | None:
        """The stay_limit of a place, if it has one."""
        return None if place < len(self.areas) else self.named[place - len(self.areas)].stay_limit

    def most_beds(self, beds: Beds, place: int) -> float:
        """The most beds that a place ever has; infinity without a limit."""
        if place >= len(self.areas):
            named = self.named[place - len(self.areas)]
            stated: list[Schedule[int] | None] = [named.contracted, named.physical]
        elif beds.contracted is None and beds.physical is None and self.replaced(place):
            return 0
        else:
            both = (beds.contracted, beds.physical)
            stated = [None if each is None else each.of(self.areas[place]) for each in both]
        return min((max(n for _, n in each.points) for each in stated if each is not None), default=math.inf)

    def circle(self, moves: Sequence[Move]) -> list[int]:
        """Places round which people would be moved without end within minutes; empty if there are none."""
        try:
            TopologicalSorter({here: [*self._at_once(moves, here)] for here in range(len(self.names))}).prepare()
        except CycleError as error:
            circle: list[int] = error.args[1]
            return circle[::-1]
        return []

    def _at_once(self, moves: Sequence[Move], here: int) -> Iterator[int]:
        """Where people of a place are taken within minutes."""
        for move in moves:
            if move.seats is None and not move.transfers and move.at is None and here in self.sources(move):
                wait = (self.limit_s(here) or 0) if move.after is None else move.after.mean_s
                if wait + move.hours < _AT_ONCE_S:
                    yield from self.targets(move, here)


def transfer_rung(beds: Beds) -> Transfer | None:
    """The transfer rung of the ladder, if there is one."""
    return next((rung.transfer for rung in beds.ladder if rung.transfer is not None), None)


def _reach(transfer: Transfer | None, areas: tuple[str, ...], area: int) -> tuple[int, ...]:
    """The area itself, then those its transfers lead to."""
    others = [] if transfer is None else transfer.to.get(areas[area], [])
    return (area, *(areas.index(code) for code in others if code in areas and code != areas[area]))
