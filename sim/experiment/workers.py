"""Playing the replications of a run, wherever; the results are the same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Final

from sim.experiment.engines import expected_people
from sim.experiment.executors import Where, collect, cores, pack, tick, unpack
from sim.experiment.replication import Failure, Job, Made, attempt, keep

WORTH_PROCESSES: Final = {"simpy": 50_000, "compiled": 2_000_000}
"""People drawn: some seconds of play, against one or two to start processes."""


def settled(where: Where, job: Job, replications: int) -> Where:
    """With a number of processes: if none is given one a core, but only this one if others would start for longer."""
    if where.scheduler is not None:
        return where
    people = expected_people(job.scenario, job.tables) * replications // job.scenario.replications
    worth = people > WORTH_PROCESSES[job.engine]
    workers = where.workers or (cores() if worth or where.elsewhere else 1)
    return replace(where, workers=min(workers, replications))


def play_all(pool: Executor, job: Job, replications: Sequence[int], elsewhere: bool) -> list[Failure]:
    """Play and keep the replications; the failures, in order. Raises InputError, OSError and WorkerDied.

    `elsewhere`: where the pool works the files of this process may be out of reach, so results come back to be
    kept. Otherwise whoever plays one keeps it: what goes through pipes stays short.
    """
    failures: list[Failure] = []

    def take(made: Failure | Made | None) -> None:
        if isinstance(made, Failure):
            failures.append(made)
        elif made:
            keep(job, made)

    packed = pack(job)
    collect(pool, _play, ((packed, number, not elsewhere) for number in replications), take)
    return sorted(failures, key=lambda failure: failure.replication)


def _play(packed: bytes, replication: int, keeps: bool) -> Failure | Made | None:
    job: Job = unpack(packed)
    made = attempt(job, replication, tick)
    if isinstance(made, Failure) or not keeps:
        return made
    keep(job, made)
    return None
