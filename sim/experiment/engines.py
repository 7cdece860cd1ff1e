"""Which engine plays: SimPy's, which starts at once, or the compiled one, which is worth it for many people."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Final

from sim.errors import InputError
from sim.measures.custody import Custody
from sim.measures.laws import check
from sim.people.table import People
from sim.records import Records
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables

ENGINES: Final = ("auto", "simpy", "compiled")
WORTH_COMPILING: Final = 50_000
"""People: some seconds of SimPy, against about one to load compiled code (once, half a minute to make it)."""
MOST_PEOPLE: Final = 16_000_000
"""In one replication: what the compiled engine can number, and some thirty times what a year of the nation needs."""
Tick = Callable[[int], None]
Play = Callable[[Tables, People, Tick | None], Records]


def choose(asked: str, scenario: Scenario, tables: Tables) -> str:
    """`simpy` or `compiled`. The same scenario always gets the same. Raises InputError."""
    if asked not in ENGINES:
        raise InputError(f"--engine: {asked!r} is no engine; choose auto, simpy or compiled")
    there = find_spec("numba") is not None
    if asked == "compiled" and not there:
        raise InputError("--engine: the compiled engine needs numba; run `pip install numba`, or choose simpy")
    if asked != "auto":
        return asked
    return "compiled" if there and expected_people(scenario, tables) > WORTH_COMPILING else "simpy"


def expected_people(scenario: Scenario, tables: Tables) -> int:
    """About how many people a run draws, over all replications."""
    interior = int(tables.capability_milli.sum()) // 1_000
    border = scenario.arrests.sources.border
    dates = [scenario.start.fromordinal(scenario.start.toordinal() + day) for day in range(scenario.days)]
    crossings = sum(border.rate.of(area).at(date) for area in scenario.areas for date in dates) if border else 0
    return int(scenario.people.day0.held + interior + crossings) * scenario.replications


def refuse_too_many(scenario: Scenario, tables: Tables) -> None:
    """Raise InputError if a replication would draw more people than fit in memory."""
    people = expected_people(scenario, tables) // scenario.replications
    if people > MOST_PEOPLE:
        what = f"about {people:,} people would be drawn in a replication, at most {MOST_PEOPLE:,} can be"
        raise InputError(f"{scenario.name}: {what}; lower arrests, start with fewer people or take fewer days")


def play_of(engine: str) -> Play:
    """The play function of an engine."""
    if engine == "compiled":
        from sim.compiled.engine import play as play_compiled

        return play_compiled
    from sim.pathway import play

    return play


def lawful(tables: Tables, people: People, engine: str, tick: Tick | None = None) -> Custody:
    """Play the people, and their custody once the laws that always hold are checked. Raises LawBroken."""
    custody = Custody(tables, people, play_of(engine)(tables, people, tick))
    check(custody)
    return custody


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
