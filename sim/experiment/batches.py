"""Playing a run: one batch of replications, or with `--precision` batch after batch until there are enough."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field

from sim.experiment.engines import make_ready
from sim.experiment.plan import Plan
from sim.experiment.precision import Precision
from sim.experiment.progress import Progress
from sim.experiment.replication import Failure, Finished, Job, is_finished
from sim.experiment.workers import play_all
from sim.measures.intervals import estimate
from sim.vocabulary import MEASURES


@dataclass
class Played:
    """What playing came to: the plan with the replications made, those that failed, how many were kept before."""

    plan: Plan
    failures: list[Failure] = field(default_factory=list)
    resumed: int = 0


def play_batches(plan: Plan, job: Job, pool: Executor, meter: Progress, quiet: bool) -> Played:
    """Play what is not finished yet. Raises InputError, OSError and WorkerDied."""
    played, done, days = Played(plan), 0, plan.resolved.scenario.days
    while batch := played.plan.replications[done:]:
        wanted = [number for number in batch if not is_finished(job, number)]
        if wanted and plan.where.scheduler is None:
            make_ready(plan.engine, quiet)
        kept, done = len(batch) - len(wanted), done + len(batch)
        meter.expect(days * done, days * kept)
        played.failures += play_all(pool, job, wanted, plan.where.elsewhere)
        played.resumed += kept
        if plan.precision:
            played.plan = plan.with_replications(_enough(plan.precision, job, done))
    return played


def _enough(precision: Precision, job: Job, made: int) -> int:
    """How many replications there should be, judged by those made."""
    measures = [goal.measure for goal in precision.goals]
    values = [[one.measured.value(measure) for measure in measures] for one in finished(job, range(1, made + 1))]
    columns = zip(*values, strict=True) if values else [()] * len(measures)
    return precision.next(made, [estimate(c, MEASURES[m].unit) for m, c in zip(measures, columns, strict=True)])


def finished(job: Job, replications: range) -> Iterator[Finished]:
    """The finished ones of some replications, in order, one at a time."""
    return (job.part.load(number, job.key) for number in replications if is_finished(job, number))
