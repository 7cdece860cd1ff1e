"""One replication of one point, in whatever process it is played."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.experiment.engines import lawful
from sim.experiment.executors import tick, unpack
from sim.measures.series import Series
from sim.measures.summary import Value, summarize
from sim.people.draw import draw
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables

Played = tuple[str, int, Any]
"""Key of a point, number of a replication, and every measure of it, or in one line (a str) why it failed."""
Measuring = Callable[[Scenario, Tables, str, int], Any]
"""What plays a replication with an engine and keeps something of it; a function of a module, so that it can travel."""


def play(key: str, packed: bytes, engine: str, replication: int) -> Played:
    """Play a replication of a point, which `packed` has as (scenario, tables, measuring). Raises InputError."""
    scenario, tables, measuring = unpack(packed)
    try:
        return key, replication, measuring(scenario, tables, engine, replication)
    except InputError:
        raise
    except Exception as error:
        return key, replication, _one_line(error)


def values_of(scenario: Scenario, tables: Tables, engine: str, replication: int) -> dict[str, Value]:
    """Draw the people, play them, check the laws, and measure: every measure of `vocabulary.MEASURES`."""
    people = draw(scenario, tables, scenario.seed, replication)
    return summarize(Series(lawful(tables, people, engine, tick)))


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no message"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}{where}"
