"""A run in memory: no folder is looked at, nothing is written, taken up or printed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sim import theory
from sim.errors import RunError
from sim.experiment.engines import choose, make_ready, refuse_too_many
from sim.experiment.executors import collect, executor
from sim.experiment.replication import Failure, Job, Played, attempt, finished_of, play
from sim.experiment.run import Outcome, about_of, outcome_of, tables_of, theory_of
from sim.experiment.store import write_folder
from sim.experiment.study import as_written, manifest_of
from sim.experiment.work import Where, WorkerDied, pack
from sim.files.data_package import package_files
from sim.people.inputs import check_inputs
from sim.scenario.loading import Resolved
from sim.scenario.world.tables import Tables, build_tables


@dataclass(frozen=True)
class MemoryRun:
    """A run in memory: what it came to (theory apart), and the manifest that its folder would have."""

    resolved: Resolved
    tables: Tables
    outcome: Outcome
    manifest: dict[str, Any]
    events: int

    @cached_property
    def twin(self) -> tuple[theory.Row, ...]:
        """What theory says, worked out when it is first asked for: for a nation it takes a tenth of a second."""
        return theory_of(self.resolved.scenario, self.tables, self.outcome.finished)

    def save(self, folder: Path, force: bool = False) -> None:
        """Write the result folder. Raises InputError if it exists (unless `force`) and RunError if it cannot be."""
        outcome = replace(self.outcome, twin=self.twin)
        tables = tables_of(outcome, self.events > 0)
        write_folder(
            folder, package_files(outcome.scenario.name, tables, self.manifest, as_written(self.resolved)), force
        )


def run_in_memory(resolved: Resolved, engine: str = "auto", events: int = 0, workers: int = 1) -> MemoryRun:
    """Play every replication in this very thread, or in so many processes: no folder is looked at, nothing is written.

    May be called by many threads at once. Raises InputError before any work is done, and RunError if no replication
    could be finished.
    """
    started = time.monotonic()
    scenario = resolved.scenario
    check_inputs(scenario)
    tables = build_tables(scenario)
    refuse_too_many(scenario, tables)
    engine = choose(engine, scenario, tables)
    make_ready(engine, False)
    job = Job("", scenario, tables, partial(finished_of, events=events))
    numbers = range(1, scenario.replications + 1)
    made = [attempt(job, engine, i) for i in numbers] if workers < 2 else _in_processes(job, engine, numbers, workers)
    made.sort(key=lambda one: one.replication)
    finished = [one.result for one in made if one.error is None]
    failures = [Failure(one.replication, scenario.seed, one.error) for one in made if one.error is not None]
    if not finished:
        raise RunError(*(failure.line() for failure in failures))
    outcome = outcome_of(Path(scenario.name), scenario, finished, failures)
    about = about_of(outcome, time.monotonic() - started)
    played = {"replications_played": len(finished), "replications_resumed": 0}
    return MemoryRun(resolved, tables, outcome, manifest_of(resolved, engine) | played | about, events)


def _in_processes(job: Job, engine: str, numbers: Sequence[int], workers: int) -> list[Played]:
    made: list[Played] = []
    packed = pack(job)
    try:
        with executor(Where(min(workers, len(numbers)))) as pool:
            collect(pool, play, ((packed, engine, i) for i in numbers), made.append)
    except WorkerDied as error:
        raise RunError(str(error)) from error
    return made
