"""A run in memory: no folder is looked at, nothing is written, taken up or printed."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sim.errors import RunError
from sim.experiment.engines import choose, make_ready, refuse_too_many
from sim.experiment.executors import collect, executor
from sim.experiment.range_draws import drawn_points, every_range
from sim.experiment.replication import Failure, Job, Played, finished_of, play
from sim.experiment.run import Outcome, about_of, outcome_of, tables_of
from sim.experiment.store import write_folder
from sim.experiment.study import as_written, manifest_of
from sim.experiment.work import Where, WorkerDied, pack
from sim.files.data_package import package_files
from sim.people.inputs import check_inputs
from sim.scenario.loading import Resolved, settle
from sim.scenario.world.tables import build_tables


@dataclass(frozen=True)
class MemoryRun:
    """A run in memory: what it came to, and the manifest that its folder would have."""

    resolved: Resolved
    outcome: Outcome
    manifest: dict[str, Any]
    events: int

    def save(self, folder: Path, force: bool = False) -> None:
        """Write the result folder. Raises InputError if it exists (unless `force`) and RunError if it cannot be."""
        tables, others = tables_of(self.outcome, self.events > 0), as_written(self.resolved)
        write_folder(folder, package_files(self.outcome.scenario.name, tables, self.manifest, others), force)


def run_in_memory(
    resolved: Resolved, engine: str = "auto", events: int = 0, workers: int = 1, ranges: bool = False
) -> MemoryRun:
    """Play every replication in this process, or in several: no folder is looked at, nothing is written.

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
    number = scenario.replications
    if ranges:
        points = drawn_points(resolved, number, every_range(resolved))
        drawn = [settle(resolved.origin, resolved.path, point.sets).scenario for point in points]
        jobs = [Job(str(i), one, build_tables(one), measuring) for i, one in enumerate(drawn, 1)]
        calls = [(pack(job), engine, 1) for job in jobs]
    else:
        packed = pack(Job("", scenario, tables, measuring))
        calls = [(packed, engine, i) for i in range(1, number + 1)]
    played = dict[int, Played]()
    try:
        with executor(Where(min(workers, number))) as pool:
            collect(pool, play, calls, lambda one: played.update({int(one.key or one.replication): one}))
    except WorkerDied as error:
        raise RunError(str(error)) from error
    finished = [replace(one.result, replication=i) for i, one in sorted(played.items()) if one.error is None]
    failures = [Failure(i, scenario.seed, one.error) for i, one in sorted(played.items()) if one.error is not None]
    if not finished:
        raise RunError(*(failure.line() for failure in failures))
    outcome = outcome_of(Path(scenario.name), scenario, tables, finished, failures, ranges)
    counts = {"replications_played": len(finished), "replications_resumed": 0}
    about = about_of(outcome, time.monotonic() - started)
    return MemoryRun(resolved, outcome, manifest_of(resolved, engine) | counts | about, events)
