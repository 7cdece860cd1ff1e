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
) -> Run:
    """Run a scenario in memory: nothing is written.

    `set`, `reps`, `seed` and `engine` are the options of `detsim run`; `events` asks for the journeys of so many
    people; `workers` are processes (1: this very thread; many threads may run at once). The tables are those of the
    result folder that `detsim run` writes with the same options, cell by cell.
    Raises InputError, one line a problem, and RunError if no replication could be finished.
    """
    if events < 0:
        raise InputError(f"events: {events}: write how many people, 0 for none")
    if workers < 1:
        raise InputError(f"workers: {workers}: write how many processes, 1 for none but this")
    own = {"replications": reps, "seed": seed}
    sets = [*settings(set), *(f"{key}={value}" for key, value in own.items() if value is not None)]
    loaded = scenario.with_(sets) if isinstance(scenario, Scenario) else load(scenario, sets)
    return run_of(loaded, run_in_memory(loaded.resolved, engine, events, workers))
