"""Plays random worlds with the compiled loop left uncompiled, so that every line and branch of it can be seen.

`NUMBA_DISABLE_JIT=1 coverage run --branch --include=... uncompiled.py FIRST END` plays the worlds of these seeds, and
some a second time with too little memory for what happens, which a run meets only in the largest worlds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from sim.compiled import memory
from sim.compiled.fold import count_log
from sim.compiled.layout import COUNT_SCALARS, NOBODY, SCALARS
from sim.compiled.loop import play_until
from sim.experiment.counted import Counted
from sim.people.table import People
from sim.scenario.world.tables import NONE, Tables
from sim.vocabulary import EXITED, NOTED, REQUESTED, SECONDS_PER_DAY, Exit, Note, Stage
from tests.pathway.random_worlds import moving_world, once_each, world


def filled(tables: Tables, people: People, slack: int = 1) -> memory.World:
    """The world as play begins, with everybody in it."""
    made = memory.empty_world(tables, people, slack)
    for part in people.parts():
        memory.place(made, part)
    return made


def plain(world: memory.World) -> SimpleNamespace:
    """The world as Python objects, which Python reads many times faster than arrays."""
    return _plain(SCALARS, world.words, world.tables)


def _plain(scalars: Iterable[str], words: np.ndarray, tables: Mapping[str, np.ndarray]) -> SimpleNamespace:
    named = dict(zip(scalars, words.tolist(), strict=False))
    return SimpleNamespace(**named, **{name: _rows(table) for name, table in tables.items()})


def _rows(table: np.ndarray) -> list[Any]:
    if table.dtype.names is None:
        return table.tolist()
    names = table.dtype.names
    return [SimpleNamespace(**dict(zip(names, map(_cell, row), strict=True))) for row in table.tolist()]


def _cell(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def play(
    world: memory.World, days: int, counted: Counted | None = None, spoiler: np.random.Generator | None = None
) -> bool:
    """Play to the end, a day at a time as the engine does; False if memory was too small, or a law is broken.

    With a spoiler, one cell of the log of some days is changed before it is counted.
    """
    loop, fold = cast(Any, play_until), cast(Any, count_log)
    made, counts = plain(world), None
    if counted:
        counted.begin(world)
        counts = _plain(COUNT_SCALARS, counted._words, counted._counts)
    for day in range(days):
        end = (day + 1) * SECONDS_PER_DAY
        if not loop(made, end, int(day == 0)):
            return False
        if spoiler and made.n_logged and spoiler.random() < 0.5:
            spoil(spoiler, made)
        if counts and not fold(made, counts, end):
            return False
        for k in made.freed[: made.n_freed]:  # as `memory.clear` does
            made.slots[made.stays[k].person] = NOBODY
        made.n_freed = 0
    return True


def spoil(rng: np.random.Generator, made: SimpleNamespace) -> None:
    """Change one cell of the log to something else that it may say."""
    row = made.log[int(rng.integers(made.n_logged))]
    column = str(rng.choice(["t", "stage", "stage", "area", "place"]))
    words = [*list(Stage)[1:-1], *(NOTED + note for note in Note), *(EXITED + reason for reason in Exit)]
    words += [REQUESTED + reason for reason in Exit]
    choices = {"t": [-1, row.t + 1], "stage": words, "area": range(made.n_areas), "place": range(made.n_places)}
    value = int(rng.choice(np.array([*choices[column]])))
    if column == "t" and value < 0:  # in order, where nothing but the time is wrong
        row = next((each for each in made.log[: made.n_logged] if each.t >= 0), row)
    setattr(row, column, value)


def cramped(tables: Tables, people: People, seed: int) -> memory.World:
    """Memory with room for few events, for nobody on a line, or for few rows of the log."""
    made = filled(tables, people)
    if seed % 3 == 0:
        made.words[SCALARS.index("chained_most" if seed % 2 else "events_most")] = seed % 23
    elif seed % 3 == 1:
        made.tables["lines"]["most"][:3] = 0
    else:
        made.words[SCALARS.index("log_most")] = seed % 5
    return made


def varied(tables: Tables) -> Tables:
    """The same world with what random ones lack: a pool in some cells only."""
    pool = tables.pool.copy()
    pool[0] = NONE
    return replace(tables, pool=pool)


def main(first: int, end: int) -> None:
    """Play the worlds from `first` up to `end`."""
    for seed in range(first, end):
        tables, people = world(seed, grid=seed % 2 == 0)
        assert play(filled(tables, people), tables.days), seed
        if seed % 2:
            tables, people = moving_world(seed)
            people = once_each(tables, people)
            assert play(filled(tables, people), tables.days, Counted(tables)), seed
            play(filled(tables, people), tables.days, Counted(tables), np.random.default_rng(seed))
        if seed % 10 < 2:
            play(cramped(tables, people, seed // 2), tables.days)
        elif seed % 10 == 2:
            assert play(filled(varied(tables), people), tables.days), seed


if __name__ == "__main__":
    np.seterr(all="raise")
    main(int(sys.argv[1]), int(sys.argv[2]))
