"""The world of a lesson as the page needs it: the base, and for each position of a lever the entries that change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.compiled import layout as at
from sim.compiled import memory
from sim.page import layout as here
from sim.page.columns import Blob, differences, encoded
from sim.page.controls import Value
from sim.page.lessons import Lesson
from sim.page.program import Program
from sim.people.table import Who
from sim.scenario.loading import read, settle
from sim.scenario.paths import at as value_at
from sim.scenario.paths import replaced
from sim.scenario.reading.layers import override
from sim.scenario.resolved import READ
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables
from sim.vocabulary import SOURCES, Rung

Array = NDArray[Any]
Names = tuple[str, ...]
Values = tuple[Value, ...]
SCALARS: Final = (*at.SCALARS, *here.DRAW_SCALARS)
TABLES: Final[Mapping[str, Any]] = {**at.TABLES, **here.DRAW_TABLES}
ROOM: Final = (
    *("people", "stays", "slots", "freed", "log", "places", "candidates", "heap", "events", "wake", "asked"),
    *here.DRAW_ROOM,
)
"""Tables that are filled before play reads them."""
ROOM_SCALARS: Final = ("events_most", "chained_most", "asleep_most", "log_most", "rows_most", "people_most")
WORDS: Final = 512
"""Words drawn at once, at most: those of a year's day effects."""
_NOBODY: Final = Who(**{column.name: np.zeros(1, np.int64) for column in fields(Who)})


@dataclass(frozen=True)
class Setting:
    """A scenario of the lesson, and the numbers and tables of its engine and its draws."""

    scenario: Scenario
    engine: Tables
    scalars: dict[str, int]
    tables: dict[str, Array]
    streams: dict[str, list[str]]


class Maker:
    """Puts together what the page has of a lesson."""

    def __init__(self, lesson: Lesson, blob: Blob) -> None:
        self.lesson, self.blob = lesson, blob
        self._written = read(lesson.world)
        self._first = {control.key: control.value for control in lesson.controls}
        self._whole = settle(*self._written).scenario
        self.base = self._setting({})
        self._groups: dict[Names, dict[Values, Setting]] = {}
        for names in lesson.groups:
            self._groups[names] = dict(self._group(names))
        self._room = self._fit()

    # --- scenarios ------------------------------------------------------------------------------------
    def _setting(self, moved: Mapping[str, Value]) -> Setting:
        scenario = self._scenario(self.lesson.scenario_sets({**self._first, **moved}))
        engine = build_tables(scenario)
        world, draws = memory.empty_world(engine, _NOBODY), Program(scenario, engine)
        scalars = {name: world[name] if name in at.SCALARS else draws.scalars.get(name, 0) for name in SCALARS}
        empty = {name: np.zeros(0, kind) for name, kind in TABLES.items()}
        tables = {**empty, **world.tables, **draws.tables}
        return Setting(scenario, engine, scalars, {name: tables[name] for name in TABLES}, draws.streams)

    def _scenario(self, sets: Mapping[str, str]) -> Scenario:
        """As `settle` has it, without what is said about its values."""
        tree = override(self._written[0], tuple(f"{path}={value}" for path, value in sets.items()))
        scenario = Scenario.model_validate(tree.plain())
        for path in READ:
            if value_at(scenario, path) is not None:
                scenario = replaced(scenario, path, value_at(self._whole, path))
        return scenario

    # --- levers ---------------------------------------------------------------------------------------
    def _group(self, names: Names) -> Iterator[tuple[Values, Setting]]:
        """Settings by the values of levers that are resolved together."""
        for values in product(*(self.lesson.control(name).values for name in names)):
            moved = {name: value for name, value in zip(names, values, strict=True) if value != self._first[name]}
            as_before = len(moved) < len(names) and set(moved) <= set(self._under(names))
            yield values, self._changed(names, values) if as_before else self._setting(moved)

    def _under(self, names: Names) -> Names:
        """The levers whose group is resolved before, beyond which this one says what changes; none if there is none."""
        earlier = self.lesson.groups[: self.lesson.groups.index(names)]
        return next((group for group in earlier if set(group) < set(names)), ())

    def _changed(self, names: Names, values: Values) -> Setting:
        """The setting whose entries a combination changes: that of the group under it, or the base."""
        under, where = self._under(names), dict(zip(names, values, strict=True))
        return self._groups[under][tuple(where[name] for name in under)] if under else self.base

    def _all(self) -> list[Setting]:
        return [self.base, *(setting for group in self._groups.values() for setting in group.values())]

    def _fit(self) -> dict[str, int]:
        """Give every setting tables of one length, and say how long those are that play fills."""
        settings = list({id(setting): setting for setting in self._all()}.values())
        all_tables = [setting.tables for setting in settings]
        people = max(map(self._most_people, settings))
        rows = self.lesson.rows or people
        displacing = any((tables["rungs"]["kind"] == Rung.DISPLACE).any() for tables in all_tables)
        by_area = np.max([_by_area(setting) for setting in settings], axis=0)
        places = max(self._give_lines_room(tables, rows, by_area, displacing) for tables in all_tables)
        _of_one_length(all_tables, ["calendars"])
        dates = np.max([each["calendars"]["end"] - each["calendars"]["next"] for each in all_tables], axis=0)
        for tables in all_tables:
            _relocate(tables, np.concatenate([[0], np.cumsum(dates)]))
        _of_one_length(all_tables, TABLES)
        return self._sizes(rows, people, places)

    def _most_people(self, setting: Setting) -> int:
        """As many as may come with any seed."""
        tables, days = setting.engine, setting.engine.days
        a_day = float(tables.capability_milli.sum()) / 1000 + float(setting.tables["border"].sum())
        expected = a_day * float(np.mean(setting.tables["weekday"]))
        spread = np.sqrt(np.expm1(float(setting.tables["sigma"][0]) ** 2) * max(setting.tables["weekday"]) / days)
        return int(setting.scalars["n_held"] + expected * (1 + 6 * spread) + 6 * np.sqrt(expected) + 1_000)

    def _give_lines_room(self, tables: dict[str, Array], rows: int, by_area: Array, displacing: bool) -> int:
        """Give each line its place among all; how many entries there are, people who have left one included."""
        by_kind = np.full(at.N_LINE_KINDS, rows + 1)
        by_kind[at.L_CLEARANCE] = 2 * rows + 1_024
        by_kind[at.L_DISPLACEMENT] = 3 * rows + 16 if displacing else 1
        first = tables["first_line"]
        most = np.repeat(by_kind, np.diff([*first, len(tables["lines"])]))
        if self.lesson.rows:
            for kind, room in ((at.L_DESK, rows // 8), (at.L_BED, by_area), (at.L_TRANSFER, by_area)):
                most[first[kind] : first[kind] + len(by_area)] = room
        tables["lines"]["most"], tables["lines"]["start"] = most, np.cumsum(most) - most
        return int(most.sum())

    def _sizes(self, rows: int, people: int, places: int) -> dict[str, int]:
        days, base = self.base.engine.days, self.base.scalars
        each, more = (1, 1) if self.lesson.rows else (6, 2)
        events, log, hours = each * rows + 4_096, 2 * rows + 4_096, base["n_buckets"]  # the log of a day
        keys = 2 * (base["n_blocks"] * base["n_columns"] + base["n_years"] * len(SOURCES))
        many = dict.fromkeys(("people", "stays", "freed", "candidates", "spare", "rows_most"), rows)
        many |= dict.fromkeys(("slots", "times", "people_most"), people)
        many |= dict.fromkeys(("log", "log_most"), log)
        many |= dict.fromkeys(("events", "chained_most"), more * rows + 4_096 + hours)
        many |= dict.fromkeys(("wake", "asleep_most"), 4 * rows + 64)
        many |= {"heap": events + 1, "events_most": events, "asked": rows + 1, "places": places}
        return many | {"effects": days * len(SOURCES), "keys": keys, "words": WORDS, "aside": 6 * here.CHUNK}

    # --- what is written down -------------------------------------------------------------------------
    def made(self) -> dict[str, Any]:
        """The lesson's world as the page reads it."""
        base, tables = self.base, self.base.engine
        assert all(setting.streams == base.streams for setting in self._all()), "no lever changes what is drawn"
        scalars = {**base.scalars, **{name: self._room[name] for name in ROOM_SCALARS}}
        return {
            "days": tables.days,
            "areas": list(tables.areas),
            "start": tables.start.isoformat(),
            "seed": int(base.scenario.seed),
            "rows": self._room["rows_most"],
            "streams": base.streams,
            "scalars": [scalars[name] for name in SCALARS],
            "tables": [
                [
                    *(name, self._room.get(name, len(table)), table.dtype.itemsize),
                    None if name in ROOM else encoded(table, self.blob),
                ]
                for name, table in base.tables.items()
            ],
            "levers": [[list(names), list(self._patches(names))] for names in self._groups],
        }

    def _patches(self, names: Names) -> Iterator[list[Any]]:
        """For each combination of positions, in order: the scalars and the entries of tables that change."""
        fixed = [(i, name) for i, name in enumerate(SCALARS) if name not in ROOM_SCALARS]
        for values, setting in self._groups[names].items():
            before = self._changed(names, values)
            was, now = before.scalars, setting.scalars
            entries = [
                [number, *patch]
                for number, name in enumerate(TABLES)
                if name not in ROOM
                for _, _, patch in differences(before.tables[name], setting.tables[name], self.blob)
            ]
            yield [[[i, now[name]] for i, name in fixed if now[name] != was[name]], entries]


def _by_area(setting: Setting) -> Array:
    """As many people as may come to each area with any seed."""
    tables = setting.engine
    border = setting.tables["border"].reshape(len(tables.areas), -1)
    a_day = tables.capability_milli.sum(axis=(0, 2)) / 1000 + border.sum(1)
    return np.asarray(1.15 * a_day + 1_000, np.int64)


def _of_one_length(all_tables: list[dict[str, Array]], names: Iterable[str]) -> None:
    """Add rows of zeros to tables that are shorter than those of other settings."""
    for name in names:
        size = max(len(tables[name]) for tables in all_tables)
        for tables in all_tables:
            if (n := len(tables[name])) < size:
                longer = np.zeros(size, tables[name].dtype)
                longer[:n] = tables[name]
                tables[name] = longer


def _relocate(tables: dict[str, Array], starts: Array) -> None:
    """Move the dates of each calendar to where they stand in every setting."""
    calendars, dates = tables["calendars"], tables["dates"]
    moved = np.zeros(int(starts[-1]), dates.dtype)
    for row, start in zip(calendars, starts, strict=False):
        n = row["end"] - row["next"]
        moved[start : start + n] = dates[row["next"] : row["end"]]
        row["next"], row["end"] = start, start + n
    tables["dates"] = moved
