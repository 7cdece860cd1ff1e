"""Two small results in memory: a nation of a month with areas of all kinds, and one facility."""

from __future__ import annotations

from functools import cache

import sim
from sim.analysis.results import ResultTables
from sim.notebook.result import Run

NATION = {"days": "40", "arrests.goal": "{2025-05-21: 3000 / d}", "intake.ceiling": "null"}


@cache
def nation_run() -> Run:
    """40 days of the 25 field offices under a goal of 3,000 arrests a day, three replications."""
    return sim.run("may-2025-1000", set=NATION, reps=3, engine="compiled")


def nation() -> ResultTables:
    """Its tables."""
    return nation_run().tables


@cache
def less() -> ResultTables:
    """The same days with the goal of the scenario, one replication."""
    return sim.run("may-2025-1000", set={"days": "40"}, reps=1, engine="compiled").tables


@cache
def one_area() -> ResultTables:
    """30 days of one facility with a line, two replications."""
    return sim.run("one-facility", set={"days": "30", "beds.contracted": "870"}, reps=2).tables


@cache
def endless() -> ResultTables:
    """20 days of a world of one area without a limit of beds, with nobody in it at the start."""
    return sim.run("erlang-b", set={"days": "20", "beds.contracted": "null"}, reps=2).tables
