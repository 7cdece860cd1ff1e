"""A run in memory: no folder is looked at, nothing is written, taken up or printed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim import theory
from sim.errors import RunError
from sim.experiment.batches import Played
from sim.experiment.engines import make_ready
from sim.experiment.executors import WorkerDied, collect, executor, pack, tick, unpack
from sim.experiment.plan import Plan, settle_in_memory
from sim.experiment.replication import Failure, Finished, Job, Made, attempt
from sim.experiment.run import Outcome, manifest_of, outcome_of, twin_of, write
from sim.scenario.loading import Resolved


@dataclass(frozen=True)
class Ran:
    """A run as made, what it came to (the twin apart), and the manifest that its folder would have."""

    plan: Plan
    outcome: Outcome
    manifest: dict[str, Any]
    events: int

    @cached_property
    def twin(self) -> tuple[theory.Row, ...]:
        """The analytic twin, worked out when it is first asked for: for a nation it takes a tenth of a second."""
        return twin_of(self.plan, self.outcome.finished)

    def save(self, folder: Path, force: bool = False) -> None:
        """Write the result folder. Raises InputError if it exists (unless `force`) and RunError if it cannot be."""
        try:
            outcome = replace(self.outcome, twin=self.twin)
            write(folder, self.plan, outcome, self.manifest, self.events > 0, force=force)
        except OSError as error:
            raise RunError(f"{folder}: {error.strerror or error}") from error


def run_in_memory(resolved: Resolved, engine: str = "auto", events: int = 0, workers: int = 1) -> Ran:
    """Play every replication: in this very thread, or in so many processes.

    May be called by many threads at once. Raises InputError before any work is done, and RunError if no replication
    could be finished.
    """
    started = time.monotonic()
    plan = settle_in_memory(resolved, engine, workers)
    job = Job(resolved.scenario, plan.tables, plan.engine, plan.part, plan.key, False, events)
    make_ready(plan.engine, False)
    finished, failures = _sorted(_here(job, plan.replications) if workers < 2 else _in_processes(job, plan))
    if not finished:
        raise RunError(*(failure.line() for failure in failures))
    played = Played(plan, failures)
    outcome = outcome_of(played, finished)
    return Ran(plan, outcome, manifest_of(played, outcome, round(time.monotonic() - started, 3)), events)


def _here(job: Job, numbers: Sequence[int]) -> list[Failure | Made]:
    return [attempt(job, number, tick) for number in numbers]


def _in_processes(job: Job, plan: Plan) -> list[Failure | Made]:
    made: list[Failure | Made] = []
    packed = pack(job)
    try:
        with executor(replace(plan.where, workers=min(plan.where.workers or 1, len(plan.replications)))) as pool:
            collect(pool, _attempt, ((packed, number) for number in plan.replications), made.append)
    except WorkerDied as error:
        raise RunError(str(error)) from error
    return made


def _attempt(packed: bytes, number: int) -> Failure | Made:
    job: Job = unpack(packed)
    return attempt(job, number, tick)


def _sorted(made: Sequence[Failure | Made]) -> tuple[list[Finished], list[Failure]]:
    """What is finished and what failed, each by replication."""
    failures = [one for one in made if isinstance(one, Failure)]
    finished = [one[0] for one in made if not isinstance(one, Failure)]
    return (
        sorted(finished, key=lambda one: one.replication),
        sorted(failures, key=lambda one: one.replication),
    )
