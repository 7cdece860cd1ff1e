"""A run in memory: no folder is looked at, nothing is written, taken up or printed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sim import theory
from sim.errors import RunError
from sim.experiment.engines import choose, make_ready, refuse_too_many
from sim.experiment.executors import collect, executor
from sim.experiment.range_draws import COVERS, drawn_points, every_range
from sim.experiment.replication import Failure, Job, Measuring, Played, attempt, finished_of, play
from sim.experiment.run import Outcome, about_of, outcome_of, tables_of, theory_of
from sim.experiment.store import write_folder
from sim.experiment.study import as_written, manifest_of
from sim.experiment.work import Where, WorkerDied, pack
from sim.files.data_package import package_files
from sim.people.inputs import check_inputs
from sim.scenario.loading import Resolved, settle
from sim.scenario.world.tables import Tables, build_tables


@dataclass(frozen=True)
class MemoryRun:
    """A run in memory: what it came to (theory apart), and the manifest that its folder would have."""

    resolved: Resolved
    tables: Tables
    outcome: Outcome
    manifest: dict[str, Any]
    events: int
    ranges: bool = False

    @cached_property
    def twin(self) -> tuple[theory.Row, ...]:
        """What theory says, worked out when it is first asked for; nothing of values drawn from ranges."""
        if self.ranges:
            return ()
        return theory_of(self.resolved.scenario, self.tables, self.outcome.finished)

    def save(self, folder: Path, force: bool = False) -> None:
        """Write the result folder. Raises InputError if it exists (unless `force`) and RunError if it cannot be."""
        outcome = replace(self.outcome, twin=self.twin)
        tables = tables_of(outcome, self.events > 0)
        write_folder(
            folder, package_files(outcome.scenario.name, tables, self.manifest, as_written(self.resolved)), force
        )


def run_in_memory(
    resolved: Resolved, engine: str = "auto", events: int = 0, workers: int = 1, ranges: bool = False
) -> MemoryRun:
    """Play every replication in this very thread, or in so many processes: no folder is looked at, nothing is written.

    With `ranges` each has values drawn from the ranges of the scenario, and random numbers of its own. May
    be called by many threads at once. Raises InputError before any work is done, and RunError if no replication could
    be finished.
    """
    started = time.monotonic()
    scenario = resolved.scenario
    check_inputs(scenario)
    tables = build_tables(scenario)
    refuse_too_many(scenario, tables)
    engine = choose(engine, scenario, tables)
    make_ready(engine, False)
    measuring = partial(finished_of, events=events)
    if ranges:
        tasks = [(job, 1) for job in _drawn_jobs(resolved, measuring)]
    else:
        job = Job("", scenario, tables, measuring)
        tasks = [(job, i) for i in range(1, scenario.replications + 1)]
    made = [attempt(job, engine, i) for job, i in tasks] if workers < 2 else _in_processes(tasks, engine, workers)
    numbered = sorted(((int(one.key or one.replication), one) for one in made), key=lambda pair: pair[0])
    finished = [replace(one.result, replication=i) for i, one in numbered if one.error is None]
    failures = [Failure(i, scenario.seed, one.error) for i, one in numbered if one.error is not None]
    if not finished:
        raise RunError(*(failure.line() for failure in failures))
    outcome = replace(outcome_of(Path(scenario.name), scenario, finished, failures), covers=COVERS[ranges])
    about = about_of(outcome, time.monotonic() - started)
    played = {"replications_played": len(finished), "replications_resumed": 0}
    return MemoryRun(resolved, tables, outcome, manifest_of(resolved, engine) | played | about, events, ranges)


def _drawn_jobs(resolved: Resolved, measuring: Measuring) -> Iterator[Job]:
    """A job for each replication, with values of its own; the key is its number."""
    for i, point in enumerate(drawn_points(resolved, resolved.scenario.replications, every_range(resolved)), 1):
        scenario = settle(resolved.origin, resolved.path, point.sets).scenario
        yield Job(str(i), scenario, build_tables(scenario), measuring)


def _in_processes(tasks: Sequence[tuple[Job, int]], engine: str, workers: int) -> list[Played]:
    made: list[Played] = []
    packed = {id(job): pack(job) for job, _ in tasks}
    try:
        with executor(Where(min(workers, len(tasks)))) as pool:
            collect(pool, play, ((packed[id(job)], engine, i) for job, i in tasks), made.append)
    except WorkerDied as error:
        raise RunError(str(error)) from error
    return made
