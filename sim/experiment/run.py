"""A run: its replications played or taken up again, its folder written, its checks evaluated."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import sim
from sim.errors import Interrupted, RunError
from sim.experiment.checks import Checked, evaluate
from sim.experiment.engines import make_ready
from sim.experiment.plan import Options, Plan, model_digest, settle
from sim.experiment.progress import Progress
from sim.experiment.replication import ROWS, Failure, Finished, Job, is_finished
from sim.experiment.workers import WorkerDied, play_all
from sim.measures.intervals import Estimate
from sim.measures.rows import Rows
from sim.measures.writing import summarise, write_folder
from sim.scenario.loading import digest, dump
from sim.scenario.schema import Scenario

_LIBRARIES: Final = ("numpy", "simpy", "scipy", "pydantic", "pyyaml")


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

    def mean(self, measure: str) -> float | str | None:
        """The mean of a measure over the replications; None if it is undefined. Raises KeyError."""
        return self.estimates[measure].mean

    def status(self, strict: bool = False) -> int:
        """The exit status: 1 if a replication failed or, if strict, a check is not met."""
        return int(bool(self.failures) or (strict and not all(check.met for check in self.checks)))


def run(options: Options) -> Outcome:
    """Run a scenario into its folder.

    Raises InputError before any work is done, RunError if no replication could be finished or kept,
    Interrupted on Ctrl-C; after the last two the same call goes on from the finished replications.
    """
    started = time.monotonic()
    plan = settle(options)
    job = _job(plan, options)
    try:
        with plan.part.held():
            resumed = [number for number in plan.replications if is_finished(job, number)]
            failures = _play(plan, job, resumed, options.quiet)
            finished = _finished(plan, job, failures)
            seconds = round(time.monotonic() - started, 3)
            _write(plan, job, finished, _manifest(plan, finished, failures, resumed) | {"wall_seconds": seconds})
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted: {_kept(plan, job)}") from None
    except WorkerDied as error:
        raise RunError(f"{error}: {_kept(plan, job)}") from error
    except OSError as error:
        raise RunError(f"{plan.part.final}: {error.strerror or error}: {_kept(plan, job)}") from error
    return _outcome(plan, finished, failures, len(resumed))


def _job(plan: Plan, options: Options) -> Job:
    scenario = plan.resolved.scenario
    return Job(scenario, plan.tables, plan.engine, plan.part, plan.key, options.records, options.events)


def _play(plan: Plan, job: Job, resumed: Sequence[int], quiet: bool) -> list[Failure]:
    """Play what is not finished yet."""
    wanted = [number for number in plan.replications if number not in resumed]
    days = plan.resolved.scenario.days
    if wanted:
        make_ready(plan.engine, quiet)
    with Progress(days * len(plan.replications), days * len(resumed), quiet) as meter:
        return play_all(job, wanted, plan.workers, meter)


def _finished(plan: Plan, job: Job, failures: Sequence[Failure]) -> list[Finished]:
    """The finished replications, in order. Raises RunError if there are none."""
    finished = [plan.part.load(number, plan.key) for number in plan.replications if is_finished(job, number)]
    if not finished:
        lines = [failure.line() for failure in failures]
        raise RunError(*lines, f"{plan.part.final}: not written, for no replication was finished")
    return finished


def _kept(plan: Plan, job: Job) -> str:
    """What is finished and how to go on."""
    kept = sum(is_finished(job, number) for number in plan.replications)
    if not kept:
        return "no replication was finished, nothing is written"
    return f"{kept} of {len(plan.replications)} replications are finished and kept; the same command goes on from there"


def _write(plan: Plan, job: Job, finished: Sequence[Finished], manifest: Mapping[str, Any]) -> None:
    """Build the result folder inside the part folder and put it in its place."""
    write_folder(
        plan.part.new,
        dump(plan.resolved),
        plan.resolved.scenario.name,
        [(one.replication, one.measured) for one in finished],
        manifest,
        records=_rows(plan, finished) if job.records else None,
        events=[(one.replication, one.journeys) for one in finished] if job.events else None,
        inputs={name: path.read_bytes() for name, path in plan.resolved.inputs.items()},
    )
    plan.part.publish()


def _rows(plan: Plan, finished: Sequence[Finished]) -> Iterator[tuple[int, Rows]]:
    """The custody records, one replication at a time."""
    return ((one.replication, plan.part.load(one.replication, plan.key, ROWS)) for one in finished)


def _manifest(
    plan: Plan, finished: Sequence[Finished], failures: Sequence[Failure], resumed: Sequence[int]
) -> dict[str, Any]:
    """What made the result; nothing about the machine or where it lies."""
    scenario = plan.resolved.scenario
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
        "libraries": {name: version(name) for name in _LIBRARIES},
        "replications": [one.replication for one in finished],
        "replications_played": len(finished) - len(resumed),
        "replications_resumed": len(resumed),
        "failed": [{"replication": f.replication, "seed": f.seed, "error": f.error} for f in failures],
        "events": sum(one.events for one in finished),
    }


def _outcome(plan: Plan, finished: Sequence[Finished], failures: Sequence[Failure], resumed: int) -> Outcome:
    scenario = plan.resolved.scenario
    estimates = summarise([(one.replication, one.measured) for one in finished])
    checks = evaluate(scenario.checks, {name: estimate.mean for name, estimate in estimates.items()})
    return Outcome(plan.part.final, scenario, tuple(finished), tuple(failures), tuple(checks), estimates, resumed)
