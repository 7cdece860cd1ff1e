"""Plays random worlds with the compiled loop left uncompiled, so that every line and branch of it can be seen.

`NUMBA_DISABLE_JIT=1 coverage run --branch --include=... uncompiled.py FIRST END` plays the worlds of these seeds, and
some a second time with too little memory for what happens, which a run meets only in the largest worlds.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from sim.compiled.layout import C_EVENTS_MOST, C_LOG_MOST, O_LINE_MOST, Memory, memory
from sim.compiled.loop import play_until
from sim.people.table import People
from sim.scenario.world.tables import NONE, Tables
from sim.vocabulary import SECONDS_PER_DAY
from tests.pathway.random_worlds import world


def play(made: Memory, days: int) -> bool:
    """Play to the end, a day at a time as the engine does; False if memory was too small.

    Lists stand for the one-dimensional arrays: Python reads them many times faster. Python's own integers stand for
    the narrow ones of rows, which compiled code widens as soon as it has read them.
    """
    p, s, c, m = made.p.astype(object), made.s.astype(object), made.c.tolist(), made.m.tolist()
    loop: Any = play_until
    return all(loop(p, s, c, m, (day + 1) * SECONDS_PER_DAY, day == 0) for day in range(days))


def cramped(tables: Tables, people: People, seed: int) -> Memory:
    """Memory with room for few events, for nobody on a line, or for few rows of the log."""
    made = memory(tables, people)
    if seed % 3 == 0:
        made.c[C_EVENTS_MOST] = seed % 23
    elif seed % 3 == 1:
        lines = int(made.c[O_LINE_MOST])
        made.c[lines : lines + 3] = 0
    else:
        made.c[C_LOG_MOST] = seed % 5
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
        assert play(memory(tables, people), tables.days), seed
        if seed % 10 < 2:
            play(cramped(tables, people, seed // 2), tables.days)
        elif seed % 10 == 2:
            assert play(memory(varied(tables), people), tables.days), seed


if __name__ == "__main__":
    np.seterr(all="raise")
    main(int(sys.argv[1]), int(sys.argv[2]))
