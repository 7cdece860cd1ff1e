"""A run: its replications played or taken up again, its folder written, its checks evaluated."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import sim
from sim import theory
from sim.errors import Interrupted, RunError
from sim.experiment.batches import Played, finished, play_batches
from sim.experiment.checks import Checked, evaluate
from sim.experiment.executors import WorkerDied, executor
from sim.experiment.options import RunOptions
from sim.experiment.plan import Plan, model_digest, settle
from sim.experiment.precision import Reached
from sim.experiment.progress import Progress
from sim.experiment.replication import ROWS, Failure, Finished, Job, is_finished
from sim.experiment.workers import settled
from sim.measures.intervals import Estimate
from sim.measures.rows import Rows
from sim.measures.writing import summarise, write_folder
from sim.scenario.loading import digest, dump
from sim.scenario.notices import Notice
from sim.scenario.schema import Scenario

_LIBRARIES: Final = ("numpy", "simpy", "scipy", "pydantic", "pyyaml")
_LIBRARIES_OF: Final = {"compiled": ("numba", "llvmlite")}


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `estimates` has each measure over the finished replications."""

    folder: Path
    scenario: Scenario
    finished: tuple[Finished, ...]
    failures: tuple[Failure, ...]
    checks: tuple[Checked, ...]
    estimates: Mapping[str, Estimate]
    resumed: int
    precision: tuple[Reached, ...] = ()
    twin: tuple[theory.Row, ...] = ()
    notices: tuple[Notice, ...] = ()

    def mean(self, measure: str) -> float | str | None:
        """The mean of a measure over the replications; None if it is undefined. Raises KeyError."""
        return self.estimates[measure].mean

    @property
    def off_theory(self) -> list[theory.Row]:
        """What differs from the analytic twin by more than chance."""
        return [row for row in self.twin if row.agrees is False]

    def status(self, strict: bool = False) -> int:
        """The exit status: 1 if a replication failed, a precision or, if strict, a check or the twin is not met."""
        unmet = strict and not (all(check.met for check in self.checks) and not self.off_theory)
        return int(bool(self.failures) or not all(one.met for one in self.precision) or unmet)


def run(options: RunOptions) -> Outcome:
    """Run a scenario into its folder.

    Raises InputError before any work is done, RunError if no replication could be finished or kept,
    Interrupted on Ctrl-C; after the last two the same call goes on from the finished replications.
    """
    started = time.monotonic()
    plan = settle(options)
    job = _job(plan, options)
    try:
        with (
            Progress(options.quiet) as meter,
            executor(settled(plan.where, job, len(plan.replications)), meter.add) as pool,
            plan.part.held(),
        ):
            played = play_batches(plan, job, pool, meter, options.quiet)
            outcome = outcome_of(played, _finished(played, job))
            outcome = replace(outcome, twin=twin_of(played.plan, outcome.finished), notices=plan.notices)
            seconds = round(time.monotonic() - started, 3)
            rows = _rows(played.plan, outcome.finished) if job.records else None
            write(plan.part.new, played.plan, outcome, manifest_of(played, outcome, seconds), job.events > 0, rows)
            plan.part.publish()
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted: {_kept(plan, job)}") from None
    except WorkerDied as error:
        raise RunError(f"{error}: {_kept(plan, job)}") from error
    except OSError as error:
        raise RunError(f"{plan.part.final}: {error.strerror or error}: {_kept(plan, job)}") from error
    return outcome


def _job(plan: Plan, options: RunOptions) -> Job:
    scenario = plan.resolved.scenario
    return Job(scenario, plan.tables, plan.engine, plan.part, plan.key, options.records, options.events)


def _finished(played: Played, job: Job) -> list[Finished]:
    """The finished replications, in order. Raises RunError if there are none."""
    there = list(finished(job, played.plan.replications))
    if not there:
        lines = [failure.line() for failure in played.failures]
        raise RunError(*lines, f"{job.part.final}: not written, for no replication was finished")
    return there


def _kept(plan: Plan, job: Job) -> str:
    """What is finished and how to go on."""
    most = range(1, plan.precision.most + 1) if plan.precision else plan.replications
    kept = sum(is_finished(job, number) for number in most)
    if not kept:
        return "no replication was finished, nothing is written"
    of = f"{kept}" if plan.precision else f"{kept} of {len(most)}"
    return f"{of} replications are finished and kept; the same command goes on from there"


def write(
    path: Path,
    plan: Plan,
    outcome: Outcome,
    manifest: Mapping[str, Any],
    events: bool,
    records: Iterable[tuple[int, Rows]] | None = None,
    force: bool = False,
) -> None:
    """Write the result folder `path`. Raises InputError if it exists (unless `force`) and OSError."""
    finished, name = outcome.finished, outcome.scenario.name
    write_folder(
        path,
        dump(plan.resolved),
        name,
        [(one.replication, one.measured) for one in finished],
        manifest,
        force,
        records,
        events=[(one.replication, one.journeys) for one in finished] if events else None,
        inputs={file: source.read_bytes() for file, source in plan.resolved.inputs.items()},
        twin=[row.cells(name) for row in outcome.twin],
    )


def _rows(plan: Plan, finished: Sequence[Finished]) -> Iterator[tuple[int, Rows]]:
    """The custody records, one replication at a time."""
    return ((one.replication, plan.part.load(one.replication, plan.key, ROWS)) for one in finished)


def manifest_of(played: Played, outcome: Outcome, seconds: float) -> dict[str, Any]:
    """What made the result and in how many seconds; nothing about the machine or where it lies."""
    plan, scenario = played.plan, outcome.scenario
    goals = [one.entry() for one in outcome.precision]
    asked = {"precision": goals, "most_replications": plan.precision.most} if plan.precision else {}
    return {
        "scenario": scenario.name,
        "scenario_sha256": digest(plan.resolved),
        "start": scenario.start.isoformat(),
        "days": scenario.days,
        "seed": scenario.seed,
        "engine": plan.engine,
        "detsim": sim.__version__,
        "model_sha256": model_digest(),
        "python": platform.python_version(),
        "libraries": dict(_libraries(plan.engine)),
        "replications": [one.replication for one in outcome.finished],
        "replications_played": len(outcome.finished) - outcome.resumed,
        "replications_resumed": outcome.resumed,
        "failed": [{"replication": f.replication, "seed": f.seed, "error": f.error} for f in outcome.failures],
        "events": sum(one.events for one in outcome.finished),
        **asked,
        "wall_seconds": seconds,
    }


@cache
def _libraries(engine: str) -> dict[str, str]:
    """Versions of what decides a result."""
    return {name: version(name) for name in (*_LIBRARIES, *_LIBRARIES_OF.get(engine, ()))}


def outcome_of(played: Played, there: Sequence[Finished]) -> Outcome:
    """What the finished replications, at least one, come to, without the twin."""
    plan, scenario = played.plan, played.plan.resolved.scenario
    estimates = summarise([(one.replication, one.measured) for one in there])
    checks = evaluate(scenario.checks, {name: estimate.mean for name, estimate in estimates.items()})
    goals = plan.precision.goals if plan.precision else ()
    reached = tuple(Reached(goal, estimates[goal.measure], len(plan.replications)) for goal in goals)
    return Outcome(
        plan.part.final,
        scenario,
        tuple(there),
        tuple(played.failures),
        tuple(checks),
        estimates,
        played.resumed,
        reached,
    )


def twin_of(plan: Plan, there: Sequence[Finished]) -> tuple[theory.Row, ...]:
    """The analytic twin beside the finished replications."""
    return tuple(theory.rows(plan.resolved.scenario, plan.tables, [one.seen for one in there]))
