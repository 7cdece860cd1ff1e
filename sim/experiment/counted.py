"""What `compiled.fold` counts: its memory, filled before play, and all that was counted when the run is over."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

import numpy as np

from sim.arrays import Ints
from sim.compiled import layout as at
from sim.compiled import machine, memory
from sim.compiled.engine import Tick, play
from sim.compiled.layout import COUNT_SCALARS, COUNT_SUMS, COUNT_TABLES
from sim.compiled.memory import Array
from sim.log import Log, Records
from sim.measures.cohorts import Cohorts, Exits, months_of
from sim.measures.held_by import attributes
from sim.measures.laws import beds_allowed, check_tally, drawn_to_come
from sim.measures.series import Series
from sim.measures.spans import Spans
from sim.measures.sums import AT_INTAKE, BINDING, PEAKS, Sums, Wait, has_goal, hold_room_level
from sim.people.table import Drawn, Part, no_one
from sim.scenario.world.tables import NONE, Tables
from sim.vocabulary import (
    AGES_DAYS,
    CRIMINALITY,
    EXIT_REASONS,
    HELD_IN,
    IN_BED,
    OUTCOMES,
    PLACE_KINDS,
    SECONDS_PER_DAY,
    SOURCES,
    TRACKS,
    Stage,
)

LENGTHS: Final = ("intake", "bed", "stay")
_WAITS: Final = {
    "intake": Stage.DESK_LINE,
    "bed": Stage.BED_LINE,
    "hearing": Stage.DOCKET,
    "screening": Stage.SCREENING_LINE,
    "seat": Stage.SEAT_LINE,
    "clearance": at.CLEARANCE,
    "clearance with review": at.REVIEW,
    "everywhere": at.EVERYWHERE,
    "bed stay": at.BED_STAY,
    **{word: at.FIRST_KIND + kind for kind, word in enumerate(PLACE_KINDS)},
}
_SITES: Final = (("bed_sites", "sites"), ("staging", "staging"))
_NONE: Final = np.empty(0, np.int32)
_known: Final[set[str]] = set()
_count_log = machine.functions()["count_log"]


def count(tables: Tables, people: Drawn, tick: Tick | None = None) -> Series | None:
    """Play one replication with compiled code, and what is counted of its log, which is not kept.

    None if it has to be counted from a log that is: a law is broken, and `measures.laws` has to say which, or
    `measures` counts something that `fold` does not know. Raises OverflowError as `play` does, and LawBroken where the
    engine's own tally differs.
    """
    counted = Counted(tables)
    return counted.series(play(tables, people, tick, counted))


def _names(tables: Tables) -> set[str]:
    """Names of all that `measures` counts of a log kept whole; the same for all tables."""
    if not _known:
        nothing = Log(*(np.empty(0, np.int64) for _ in fields(Log)))
        _known.update(vars(Sums.of(Spans(tables, no_one(0), nothing))))
    return _known


class Counted:
    """Counts a run day by day; D days, A areas, P places."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._months, self._month_of = months_of(tables.start, tables.days)
        words = attributes(tables)
        begins = np.cumsum([0, *map(len, words.values())]).tolist()
        self._of_attribute, self._of_kind = dict(zip(words, begins, strict=False)), begins[-1]
        self._n = {"n_attributes": self._of_kind + len(PLACE_KINDS), "n_rules": len(tables.move_seats)}
        self._n |= {"n_seats": max(1, len(tables.routes))}

    def begin(self, world: memory.World) -> None:
        """The run begins, or begins again with more memory."""
        self._world = world
        self._counts: dict[str, Array] = self._filled()
        self._counts |= {name: memory.zeros(size, COUNT_TABLES[name]) for name, size in self._sizes().items()}
        addresses = [self._counts[name].ctypes.data for name in COUNT_TABLES]
        self._words = np.array([*(self._n.get(name, 0) for name in COUNT_SCALARS), *addresses], np.int64)
        self._lengths: dict[str, list[Array]] = {name: [] for name in LENGTHS}
        self._drawn = np.zeros((self._tables.days, len(self._tables.areas)), np.int64)
        self.is_lawful = True
        """Nothing in the log so far breaks a law."""

    def _filled(self) -> dict[str, Array]:
        """Tables that are known before play."""
        tables = self._tables
        order = ("source", "criminality", "custody", "group", "track")
        filled = {
            "month_of": self._month_of,
            "staging": tables.place_kind == PLACE_KINDS.index("staging"),
            "kind": tables.place_kind,
            "hold_level": hold_room_level(tables),
            "beds_allowed": beds_allowed(tables),
            "attributes": [*(self._of_attribute.get(name, NONE) for name in order), self._of_kind],
        }
        return {name: np.ascontiguousarray(values, np.int64).ravel() for name, values in filled.items()}

    def _sizes(self) -> dict[str, int]:
        tables = self._tables
        days, n_areas, n_places = tables.days, len(tables.areas), len(tables.place_names)
        cells, exits = len(self._months) * len(SOURCES) * len(TRACKS), n_areas * len(EXIT_REASONS)
        room = len(self._world.tables["log"])
        return {
            "area_flows": days * n_areas,
            "area_changes": (days + 2) * n_areas,
            "place_changes": (days + 2) * n_places,
            "stage_changes": (days + 2) * len(Stage),
            "attribute_changes": (days + 2) * self._n["n_attributes"],
            "attribute_exits": days * self._n["n_attributes"],
            "exits": days * exits,
            "month_exits": len(self._months) * exits,
            "arrested": cells,
            "left_at": cells * (len(AGES_DAYS) + 1) * len(OUTCOMES),
            "held_at": cells * len(AGES_DAYS) * len(HELD_IN),
            "transfer_flow": days,
            "moved_by_rule": days * self._n["n_rules"],
            "seats_used": days * self._n["n_seats"],
            "spent": (days + 1) * (len(Stage) + 2),
            "waits": at.FIRST_KIND + len(PLACE_KINDS),
            "stage_visits": len(Stage),
            "stage_seconds": len(Stage),
            "criminality": len(CRIMINALITY),
            "at_intake": len(EXIT_REASONS),
            "hold_now": n_areas,
            "beds_now": n_places,
            "peaks": len(PEAKS),
            "custody": len(self._world.tables["stays"]),
            **{f"{name}_s": room for name in LENGTHS},
        }

    def come(self, part: Part) -> None:
        """People who may come from now on."""
        self._drawn += drawn_to_come(self._tables, part.people)

    def take(self, end: int) -> None:
        """Count what was logged up to a second, and empty the log; nothing more once a law is broken."""
        self.is_lawful = self.is_lawful and bool(_count_log(self._world.address, self._words.ctypes.data, end))
        for name, found in self._lengths.items():
            place = COUNT_SCALARS.index(f"n_{name}_s")
            found.append(self._counts[f"{name}_s"][: self._words[place]].copy())
            self._words[place] = 0

    def series(self, records: Records) -> Series | None:
        """All that was counted; None if a law is broken, or `measures` counts more of a log than `fold` does.

        Raises LawBroken if the engine's own tally differs.
        """
        sums = self._sums()
        if not self.is_lawful or vars(sums).keys() != _names(self._tables):
            return None
        series = Series(sums, records)
        check_tally(series, self._drawn)
        return series

    def _sums(self) -> Sums:
        values: dict[str, Any] = {name: self._scalar(name) for name in COUNT_SUMS}
        values |= self._flows() | self._stocks() | self._waits() | self._by_person()
        values["peaks"] = dict(zip(PEAKS, self._counts["peaks"]["most"].tolist(), strict=True))
        values["beds_of_whole"] = {word: self._scalar(f"whole_{part}") for word, part in _SITES}
        values["beds_reached"] = {word: self._scalar(f"reached_{part}") for word, part in _SITES}
        at_intake = self._counts["at_intake"].tolist()
        values["at_intake"] = {reason.word: at_intake[reason] for reason in AT_INTAKE}
        return Sums(self._tables, values)

    def _scalar(self, name: str) -> int:
        return int(self._words[COUNT_SCALARS.index(name)])

    def _by_day(self, name: str, *shape: int) -> Array:
        table = self._counts[name]
        return table.reshape(-1 if table.size else self._tables.days, *shape)

    def _flows(self) -> dict[str, Ints]:
        n_areas, n_exits = len(self._tables.areas), len(EXIT_REASONS)
        by_area = self._by_day("area_flows", n_areas)
        return _columns(by_area) | {
            "exits": self._by_day("exits", n_areas, n_exits),
            "criminality": self._counts["criminality"],
            "transfers": self._by_day("transfer_flow", 1),
            "moved_by_rule": self._by_day("moved_by_rule", self._n["n_rules"]),
            "seats_used": self._by_day("seats_used", self._n["n_seats"]),
        }

    def _stocks(self) -> dict[str, Ints]:
        by_area = self._by_day("area_changes", len(self._tables.areas))
        by_place = self._by_day("place_changes", len(self._tables.place_names))
        stocks = {name: _summed(changes) for name, changes in _columns(by_area).items()}
        stocks |= {f"{name}_by_place": _summed(changes) for name, changes in _columns(by_place).items()}
        return stocks | {name: stocks[name].sum(axis=1) for name in ("everywhere", "enrolled")}

    def _waits(self) -> dict[str, Any]:
        counted: list[tuple[int, int, int, int]] = self._counts["waits"].tolist()
        in_stage: list[int] = self._counts["stage_seconds"].tolist()
        seconds = [row[1] for row in counted]
        lines = {"desk": seconds[Stage.DESK_LINE], "bed": seconds[Stage.BED_LINE]}
        lines |= {"transfer": self._scalar("transfer_seconds"), "move": self._scalar("move_seconds")}
        lines |= {"clearance": seconds[at.CLEARANCE]}
        lines |= {"docket": in_stage[Stage.DOCKET], "screening": in_stage[Stage.SCREENING_LINE]}
        lines |= {"seat": in_stage[Stage.SEAT_LINE]}
        spent = self._spent()
        waiting = {word: spent[:, at.CLEARANCE if stage is None else stage] for word, stage in BINDING.items()}
        return {
            "waits": {name: Wait(*counted[place]) for name, place in _WAITS.items()},
            "lengths": {name: np.concatenate([_NONE, *parts]) for name, parts in self._lengths.items()},
            "line_seconds": lines,
            "waiting": waiting if has_goal(self._tables) else {},
            "custody_seconds": spent[:, at.CUSTODY_AT_ALL],
        }

    def _spent(self) -> Ints:
        """Person-seconds by day, then stage, clearance and custody."""
        by_day = self._by_day("spent", len(Stage) + 2)[: self._tables.days]
        changed = _columns(by_day)
        before = np.cumsum(changed["people"], axis=0) - changed["people"]
        spent: Ints = before * SECONDS_PER_DAY + changed["left"]
        return spent

    def _by_person(self) -> dict[str, Any]:
        """By month, by cohort and by attribute."""
        shape = (len(self._months), len(SOURCES), len(TRACKS))
        left = np.cumsum(
            self._counts["left_at"].reshape(*shape, len(AGES_DAYS) + 1, len(OUTCOMES))[..., :-1, :], axis=-2
        )
        held = self._counts["held_at"].reshape(*shape, len(AGES_DAYS), len(HELD_IN))
        months = self._by_day("month_exits", len(self._tables.areas), len(EXIT_REASONS))
        some = np.append(np.arange(self._of_kind), self._of_kind + np.unique(self._tables.place_kind))
        return {
            "by_month": Exits(self._months, **_columns(months)),
            "cohorts": Cohorts(self._months, self._counts["arrested"].reshape(shape), left, held),
            "held_by_attribute": _summed(self._by_day("attribute_changes", self._n["n_attributes"]))[:, some],
            "exits_by_attribute": self._by_day("attribute_exits", self._n["n_attributes"])[:, some],
            "held_by_stage": _summed(self._by_day("stage_changes", len(Stage)))[:, IN_BED],
            "visits_by_stage": self._counts["stage_visits"][list(IN_BED)],
        }


def _columns(table: Array) -> dict[str, Ints]:
    return {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}


def _summed(changes: Ints) -> Ints:
    """(D + 1, …) a stock at each midnight; what is still there when the run ends changes in a row of its own."""
    stock: Ints = np.cumsum(changes[:-1], axis=0)
    return stock
