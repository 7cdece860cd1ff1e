"""Which engine plays: the compiled one where its machine code is at hand or worth making, else SimPy's."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Final

from sim.errors import InputError
from sim.log import Records
from sim.measures.custody import Custody
from sim.measures.laws import check
from sim.measures.series import Series
from sim.people.draw import Stream
from sim.people.observed import observed_arrests
from sim.people.table import Drawn
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.size import BYTES_PER_PERSON, MOST_PEOPLE, people_by_path, refusal, size
from sim.scenario.world.tables import Tables

ENGINES: Final = ("auto", "simpy", "compiled")
WORTH_COMPILING: Final = 50_000
"""People: some seconds of SimPy, against most of a minute to compile, once for this version."""
_REPLACED: Final = (("arrests", "sources"), ("arrests", "goal"))
"""Paths of values that a file of observed arrests replaces."""
Tick = Callable[[int], None]
Play = Callable[[Tables, Drawn, Tick | None], Records]


def choose(asked: str, scenario: Scenario, tables: Tables) -> str:
    """`simpy` or `compiled`: what was asked for, or what suits so many people. Raises InputError."""
    if asked not in ENGINES:
        raise InputError(f"--engine: {asked!r} is no engine; choose auto, simpy or compiled")
    if asked == "compiled" and find_spec("numba") is None:
        raise InputError("--engine: the compiled engine needs numba; run `pip install numba`, or choose simpy")
    return suited(expected_people(scenario, tables)) if asked == "auto" else asked


def suited(people: int) -> str:
    """The engine that plays so many people sooner; both give the same bytes."""
    if find_spec("numba") is None:
        return "simpy"
    from sim.compiled.machine import is_stored

    return "compiled" if people > WORTH_COMPILING or is_stored() else "simpy"


def expected_people(scenario: Scenario, tables: Tables) -> int:
    """About how many people a run draws, over all replications."""
    people = people_by_path(scenario)
    if scenario.arrests.observed is not None:
        people = {path: n for path, n in people.items() if path[:2] not in _REPLACED}
        frame = Frame(tables.start, tables.days, tables.areas)
        people["arrests", "observed"] = sum(float(n.sum()) for n in observed_arrests(scenario.arrests.observed, frame))
    return round(sum(people.values())) * scenario.replications


def refuse_too_many(scenario: Scenario, tables: Tables) -> None:
    """Raise InputError if a file asks for more people than can be played; warn if they may not fit in memory.

    What the scenario itself asks for is looked at when it is read.
    """
    people = expected_people(scenario, tables) // scenario.replications
    if people > MOST_PEOPLE:
        raise InputError(f"{scenario.arrests.observed}: arrests.observed: {refusal(people)}")
    memory = _memory_bytes()
    if people * BYTES_PER_PERSON > memory / 2:
        there = f"this machine has {memory / 1e9:,.1f} GB"
        print(f"warning: {scenario.name}: {size(people)} per replication; {there}", file=sys.stderr, flush=True)


def _memory_bytes() -> float:
    """Memory of this machine; infinite where the system does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return math.inf


def play_of(engine: str) -> Play:
    """The play function of an engine."""
    if engine == "compiled":
        from sim.compiled.engine import play as play_compiled

        return play_compiled
    from sim.pathway import play

    return play


def stream_of(scenario: Scenario, tables: Tables, engine: str, replication: int) -> Stream:
    """The people of a replication, drawn with the means of the engine; both give the same. Raises InputError."""
    if engine != "compiled":
        return Stream(scenario, tables, scenario.seed, replication)
    from sim.compiled.kernels import Compiled

    return Stream(scenario, tables, scenario.seed, replication, Compiled())


def lawful(tables: Tables, people: Drawn, engine: str, tick: Tick | None = None) -> Custody:
    """Play the people, and their custody once the laws that always hold are checked. Raises LawBroken."""
    people = people if engine == "compiled" else people.whole()
    who = people.who
    custody = Custody(tables, who, play_of(engine)(tables, people, tick))
    check(custody)
    return custody


def counted(tables: Tables, people: Drawn, engine: str, tick: Tick | None = None) -> Series:
    """Play the people, and what is counted of them once the laws are checked. Raises LawBroken.

    Where machine code plays, it counts the log as it is written, and nobody keeps it. People who may be arrested again
    need `lawful`.
    """
    if engine == "compiled":
        from sim.experiment.counted import count

        series = count(tables, people, tick)
        if series is not None:
            return series
    return lawful(tables, people, engine, tick).series


@cache
def make_ready(engine: str, quiet: bool) -> None:
    """Compile what has to be compiled, once, and say so; what is stored is loaded by whoever plays."""
    if engine != "compiled":
        return
    from sim.compiled.machine import is_stored

    if is_stored():
        return
    if not quiet:
        print("compiling the fast engine, once for this version: about a minute …", file=sys.stderr, flush=True)
    play_of(engine)
