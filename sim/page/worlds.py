"""The world of a lesson as the page needs it: the base, and for each position of a lever the entries that change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.compiled import layout as at
from sim.compiled import memory
from sim.page.columns import Blob, differences, encoded
from sim.page.controls import Control, Value
from sim.page.lessons import Lesson
from sim.people.arrivals import _intensities, _unit_rate_points, day_effect, poisson_times
from sim.people.draw import draw
from sim.people.streams import key
from sim.people.table import People
from sim.scenario.loading import Resolved, read, settle
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.tables import Tables, build_tables
from sim.vocabulary import CLEARABLE, SOURCES, Exit

Array = NDArray[Any]
ROOM: Final = (
    *("people", "stays", "slots", "freed", "log", "places", "candidates", "heap", "events", "wake", "asked"),
)
"""Tables that play fills before it reads them."""
ROOM_SCALARS: Final = ("n_rows", "n_candidates", "events_most", "chained_most", "asleep_most", "log_most")


class Overlap(ValueError):
    """Two levers change the same entry: what both together mean is not known unless they are resolved together."""


@dataclass(frozen=True)
class Setting:
    """A scenario of the lesson and its tables, as compiled code has them."""

    scenario: Scenario
    tables: Tables
    world: memory.World


class Maker:
    """Puts together what the page has of a lesson."""

    def __init__(self, lesson: Lesson, blob: Blob) -> None:
        self.lesson, self.blob = lesson, blob
        self._written = read(lesson.world)
        base = {control.key: control.value for control in lesson.controls}
        self._base_sets = lesson.scenario_sets(base)
        self._wide_sets = {**self._base_sets, **lesson.wide}
        self._room_people = self._drawn({}, 1)
        self.base = self._setting({})
        self._touched: dict[tuple[str, ...], set[Any]] = {}
        self._groups = {names: self._group(names) for names in lesson.groups}
        self._read_clocks = np.any([s.tables.clock_speed.any((1, 2)) for s in self._all()], axis=0)
        needs = np.any([s.tables.needs_clearance for s in self._all()], axis=0)
        self._read_approvals = np.array([bool(needs[Exit[word.upper()]]) for word in CLEARABLE])
        self._wide = self._people({})
        self._fit()

    # --- scenarios ------------------------------------------------------------------------------------
    def _settled(self, sets: Mapping[str, str]) -> Resolved:
        return settle(*self._written, tuple(f"{path}={value}" for path, value in sets.items()))

    def _setting(self, sets: Mapping[str, str]) -> Setting:
        scenario = self._settled({**self._base_sets, **sets}).scenario
        tables = build_tables(scenario)
        return Setting(scenario, tables, memory.empty_world(tables, self._room_people))

    def _drawn(self, sets: Mapping[str, str], replication: int) -> People:
        """As many people as any position may bring, as these settings draw them."""
        scenario = self._settled({**self._wide_sets, **sets}).scenario
        return draw(scenario, build_tables(scenario), int(scenario.seed), replication)

    def _people(self, sets: Mapping[str, str]) -> list[dict[int, tuple[Array, Array]]]:
        """For each replication: rows of people and of stays of each block."""
        return [self._blocks(self._drawn(sets, replication + 1)) for replication in range(self.lesson.replications)]

    def _blocks(self, people: People) -> dict[int, tuple[Array, Array]]:
        world = memory.world(self.base.tables, people)
        slots = world.tables["slots"][: len(people)]
        rows, stays = world.tables["people"][slots], world.tables["stays"][slots]
        stays["person"] = 0
        for name in set(at.PERSON.names or ()) & self.lesson.unused:
            rows[name] = 0
        stays["clock_work"][:, ~self._read_clocks] = 0
        rows["approval_u"][:, ~self._read_approvals] = 0
        number = people.number >> 32
        return {int(block): (rows[number == block], stays[number == block]) for block in np.unique(number)}

    # --- levers ---------------------------------------------------------------------------------------
    def _group(self, names: tuple[str, ...]) -> dict[tuple[Value, ...], Setting]:
        """Settings by the values of levers that are resolved together."""
        controls = [self.lesson.control(name) for name in names]
        combinations = product(*(control.values for control in controls))
        return {values: self._setting(self._sets(controls, values)) for values in combinations}

    @staticmethod
    def _sets(controls: list[Control], values: tuple[Value, ...]) -> dict[str, str]:
        return {path: text for c, value in zip(controls, values, strict=True) for path, text in c.sets(value).items()}

    def _all(self) -> Iterator[Setting]:
        yield self.base
        for group in self._groups.values():
            yield from group.values()

    def _fit(self) -> None:
        """Give every setting tables of one length, with the dates of each calendar in a place of their own."""
        worlds = [setting.world for setting in self._all()]
        lengths = np.max([w.tables["calendars"]["end"] - w.tables["calendars"]["next"] for w in worlds], axis=0)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        most = np.max([w.tables["lines"]["most"] for w in worlds], axis=0)
        for world in worlds:
            _relocate(world, starts)
            world.tables["lines"]["most"], world.tables["lines"]["start"] = most, np.cumsum(most) - most
        sizes = {name: max(len(world.tables[name]) for world in worlds) for name in at.TABLES}
        sizes["places"] = int(most.sum())
        for world in worlds:
            for name, size in sizes.items():
                world.tables[name] = _longer(world.tables[name], size)

    # --- what is written down -------------------------------------------------------------------------
    def made(self) -> dict[str, Any]:
        """The lesson's world as the page reads it."""
        world = self.base.world
        needed = self.needed
        return {
            "days": self.base.tables.days,
            "areas": list(self.base.tables.areas),
            "start": self.base.tables.start.isoformat(),
            "scalars": [world[name] for name in at.SCALARS],
            "tables": [
                [name, len(table), table.dtype.itemsize, None if name in ROOM else encoded(table, self.blob)]
                for name, table in world.tables.items()
                if name in at.TABLES
            ],
            "order": list(at.TABLES),
            "levers": [[list(names), self._patches(names)] for names in self._groups],
            "people": [self._written_people(replication, needed) for replication in range(self.lesson.replications)],
        }

    @cached_property
    def needed(self) -> dict[int, int]:
        """Rows of each block that some position needs."""
        needed: dict[int, int] = {}
        for setting in self._all():
            needed[0] = max(needed.get(0, 0), int(setting.scenario.people.day0.held))
        lesson = self.lesson
        for replication in range(1, lesson.replications + 1):
            for rates, factors in self._extremes(replication):
                for block, rate in rates.items():
                    stream = self._stream(block, replication)
                    n = len(poisson_times(rate * factors, stream))
                    needed[block] = max(needed.get(block, 0), n)
        return needed

    def _extremes(self, replication: int) -> Iterator[tuple[dict[int, Array], Array]]:
        rates = [self._rates(setting) for setting in self._all()]
        highest = {block: np.max([rate[block] for rate in rates], axis=0) for block in rates[0]}
        for factor in {self._factors(setting, replication).tobytes() for setting in self._all()}:
            yield highest, np.frombuffer(factor)

    def _cells(self, tables: Tables) -> dict[int, tuple[int, int]]:
        return {
            1 + area * len(SOURCES) + source: (source, area)
            for area in range(len(tables.areas))
            for source in range(len(SOURCES))
        }

    def _stream(self, block: int, replication: int) -> int:
        source, area = self._cells(self.base.tables)[block]
        seed = int(self.base.scenario.seed)
        return key(seed, replication, SOURCES[source], self.base.tables.areas[area], "arrival")

    def _rates(self, setting: Setting) -> dict[int, Array]:
        """People a day by block, before weekday and day effect; blocks of nobody are left out."""
        frame = Frame(setting.tables.start, setting.tables.days, setting.tables.areas)
        rates = _intensities(setting.scenario, setting.tables, frame)
        cells = self._cells(setting.tables)
        return {block: rates[cell] for block, cell in cells.items() if block in self._wide[0]}

    def _factors(self, setting: Setting, replication: int) -> Array:
        """Factor of each day of arrivals at the border, the only source of these worlds."""
        frame = Frame(setting.tables.start, setting.tables.days, setting.tables.areas)
        arrests = setting.scenario.arrests
        effects = day_effect(float(arrests.day_effect), SOURCES[-1], frame, int(setting.scenario.seed), replication)
        return frame.weekday(arrests.weekday) * effects

    def _written_people(self, replication: int, needed: dict[int, int]) -> list[Any]:
        """Blocks of a replication: [number, rows, people, stays, points, rate, factor]."""
        rates, factor = self._rates(self.base), self._factors(self.base, replication + 1)
        found = []
        for block, (rows, stays) in self._wide[replication].items():
            n = needed[block]
            assert len(rows) >= n, f"{self.lesson.key}: block {block} has {len(rows)} rows, {n} are needed"
            if block == 0:
                held = int(self.base.scenario.people.day0.held)
                found.append([0, n, encoded(rows[:n], self.blob), encoded(stays[:n], self.blob), held])
                continue
            points = _unit_rate_points(float(n), self._stream(block, replication + 1))
            while len(points) <= n:  # one more, to see that nobody else comes
                points = _unit_rate_points(1.5 * points[-1] + 16, self._stream(block, replication + 1))
            rows, stays = rows[:n].copy(), stays[:n]
            rows["t"] = 0
            parts = [encoded(rows, self.blob), encoded(stays, self.blob), self.blob.add(points[: n + 1])]
            found.append([block, n, *parts, _rate(rates[block], self.blob), self.blob.add(factor)])
        return found

    def _patches(self, names: tuple[str, ...]) -> list[Any]:
        """For each combination of positions, in order: scalars, entries of tables, and what changes about people."""
        found, touched = [], self._touched.setdefault(names, set())
        controls = [self.lesson.control(name) for name in names]
        for values, setting in self._groups[names].items():
            entries: list[Any] = []
            scalars = self._changed_scalars(setting)
            touched.update(("scalar", i) for i, _ in scalars)
            for number, name in enumerate(at.TABLES):
                if name in ROOM:
                    continue
                before, after = self.base.world.tables[name], setting.world.tables[name]
                for column, rows, patch in differences(before, after, self.blob):
                    entries.append([number, *patch])
                    touched.update((name, column[0], int(row)) for row in rows)
            people = self._changed_people(controls, values, setting, touched)
            found.append([scalars, entries, people])
        self._refuse_overlap(names)
        return found

    def _refuse_overlap(self, names: tuple[str, ...]) -> None:
        for others, entries in self._touched.items():
            both = entries & self._touched[names]
            if others != names and both:
                raise Overlap(f"{self.lesson.key}: {names} and {others} both change {sorted(map(str, both))[:3]}")

    def _changed_scalars(self, setting: Setting) -> list[list[int]]:
        before, after = self.base.world, setting.world
        return [
            [i, after[name]]
            for i, name in enumerate(at.SCALARS)
            if name not in ROOM_SCALARS and after[name] != before[name]
        ]

    def _changed_people(
        self, controls: list[Control], values: tuple[Value, ...], setting: Setting, touched: set[Any]
    ) -> list[Any]:
        """Rates and factors of blocks, the number held, and columns of people."""
        found: list[Any] = []
        base_rates, rates = self._rates(self.base), self._rates(setting)
        for block, rate in rates.items():
            if not np.array_equal(rate, base_rates[block]):
                found.append(["rate", block, _rate(rate, self.blob)])
                touched.add(("rate", block))
        for replication in range(self.lesson.replications):
            factor = self._factors(setting, replication + 1)
            if not np.array_equal(factor, self._factors(self.base, replication + 1)):
                found.append(["factor", replication, self.blob.add(factor)])
                touched.add(("factor", replication))
        held = int(setting.scenario.people.day0.held)
        if held != int(self.base.scenario.people.day0.held):
            found.append(["held", held])
            touched.add("held")
        if any(control.draws for control in controls):
            found += self._changed_columns(self._sets(controls, values), touched)
        return found

    def _changed_columns(self, sets: Mapping[str, str], touched: set[Any]) -> Iterator[Any]:
        needed = self.needed
        for replication, blocks in enumerate(self._people(sets)):
            for block, tables in blocks.items():
                n = needed[block]
                for which, after in enumerate(tables):
                    before = self._wide[replication][block][which]
                    for column, rows, patch in differences(before[:n], after[:n], self.blob):
                        if which == 0 and column[0] == 0 and block:
                            continue  # when people come is worked out in the page
                        yield ["column", replication, block, which, *patch]
                        touched.update((replication, block, which, column[0], int(row)) for row in rows)


def _rate(rate: Array, blob: Blob) -> Any:
    return float(rate[0]) if (rate == rate[0]).all() else blob.add(rate)


def _longer(table: Array, size: int) -> Array:
    if len(table) == size:
        return table
    longer = np.zeros(size, table.dtype)
    longer[: len(table)] = table
    return longer


def _relocate(world: memory.World, starts: Array) -> None:
    """Move the dates of each calendar to where they stand in every setting."""
    calendars, dates = world.tables["calendars"], world.tables["dates"]
    moved = np.zeros(int(starts[-1]), dates.dtype)
    for row, start in zip(calendars, starts, strict=False):
        n = row["end"] - row["next"]
        moved[start : start + n] = dates[row["next"] : row["end"]]
        row["next"], row["end"] = start, start + n
    world.tables["dates"] = moved
