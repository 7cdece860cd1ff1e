"""Running a scenario in memory."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError
from sim.experiment.memory import run_in_memory
from sim.notebook.result import Run, run_of
from sim.notebook.scenario import Scenario, Settings, load, settings


def run(
    scenario: Scenario | str | Path,
    *,
    set: Settings = (),
    reps: int | None = None,
    seed: int | None = None,
    engine: str = "auto",
    events: int = 0,
    workers: int = 1,
    ranges: bool = False,
) -> Run:
    """Run a scenario in memory, without writing files.

    `set`, `reps`, `seed` and `engine` are the options of `detsim run`; `events` is the number of people whose
    journeys are recorded; `workers` is the number of processes (1: the calling thread; several threads may run at
    once). With `ranges` each replication has values drawn from the ranges of the scenario.
    The tables are identical to those that `detsim run` writes with the same options.
    Raises InputError, one line per problem, and RunError if no replication could be finished.
    """
    if events < 0:
        raise InputError(f"events: {events}: write the number of people, 0 for none")
    if workers < 1:
        raise InputError(f"workers: {workers}: write the number of processes, 1 for this one only")
    own = {"replications": reps, "seed": seed}
    sets = [*settings(set), *(f"{key}={value}" for key, value in own.items() if value is not None)]
    loaded = scenario.with_(sets) if isinstance(scenario, Scenario) else load(scenario, sets)
    return run_of(loaded, run_in_memory(loaded.resolved, engine, events, workers, ranges))
