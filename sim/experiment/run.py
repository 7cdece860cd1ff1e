"""A run, into a folder or in memory, with its checks evaluated: a study of one point."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

from sim import theory
from sim.analysis.exceed import COLUMNS, Chance, Line, chance_of, parse_line
from sim.errors import InputError, RunError
from sim.experiment.engines import choose, make_ready, refuse_too_many
from sim.experiment.executors import collect, executor
from sim.experiment.options import RunOptions
from sim.experiment.precision import Precision, Reached, parse
from sim.experiment.range_draws import COVERS, drawn_points, every_range
from sim.experiment.replication import Failure, Finished, Job, Played, finished_of, play
from sim.experiment.store import write_folder
from sim.experiment.study import Point, Study, as_written, manifest_of
from sim.experiment.work import Where, WorkerDied, pack
from sim.files.data_package import Csv, package_files
from sim.formats import precise
from sim.measures.intervals import Estimate, estimate
from sim.measures.rows import Rows
from sim.measures.writing import result_tables, summarise
from sim.people.inputs import check_inputs
from sim.scenario.loading import Resolved, settle
from sim.scenario.notices import Notice
from sim.scenario.schema import Scenario
from sim.scenario.schema.checks import Value
from sim.scenario.schema.checks import parse as parse_check
from sim.scenario.world.tables import Tables, build_tables
from sim.vocabulary import MEASURES

_RUN: Final = Point("")
Task = tuple[Point, int]
"""A point and the number that a replication of the run has in it."""
Records = Iterable[tuple[int, Rows]]
"""Custody records by replication."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `estimates` has each measure over the finished replications."""

    folder: Path
    scenario: Scenario
    tables: Tables
    finished: tuple[Finished, ...]
    failures: tuple[Failure, ...]
    checks: tuple[Checked, ...]
    estimates: Mapping[str, Estimate]
    ranges: bool = False
    """Whether each replication has values drawn from the ranges of the scenario."""
    precision: tuple[Reached, ...] = ()
    resumed: int = 0
    notices: tuple[Notice, ...] = ()
    chances: tuple[Chance, ...] = ()

    @cached_property
    def twin(self) -> tuple[theory.Row, ...]:
        """What theory says, worked out when it is first asked for; nothing of values drawn from ranges."""
        seen = [one.seen for one in self.finished]
        return () if self.ranges else tuple(theory.rows(self.scenario, self.tables, seen))

    @property
    def covers(self) -> str:
        """What intervals over the replications cover."""
        return COVERS[self.ranges]

    def mean(self, measure: str) -> float | str | None:
        """The mean of a measure over the replications; None if it is undefined. Raises KeyError."""
        return self.estimates[measure].mean

    @property
    def off_theory(self) -> list[theory.Row]:
        """What differs from theory by more than chance."""
        return [row for row in self.twin if row.agrees is False]

    def status(self, strict: bool = False) -> int:
        """The exit status: 1 if a replication failed, a precision or, if strict, a check or the twin is not met."""
        unmet = strict and not (all(check.met for check in self.checks) and not self.off_theory)
        return int(bool(self.failures) or not all(one.met for one in self.precision) or unmet)


# --- into a folder ------------------------------------------------------------------------------
def run(options: RunOptions) -> Outcome:
    """Run a scenario into its folder.

    Raises InputError before any work is done, RunError if no replication could be finished or kept,
    Interrupted on Ctrl-C; after the last two the same call goes on from the finished replications.
    """
    started = time.monotonic()
    precision = parse(options.precision, options.most_replications)
    lines = [parse_line(text) for text in options.exceed]
    if precision and options.ranges:
        raise InputError("--precision: does not go with --ranges, give the number of replications with --reps")
    # `--reps` is a setting, so that the scenario.yaml of the result has it too.
    reps = () if options.replications is None else (f"replications={options.replications}",)
    measuring = partial(finished_of, events=options.events, records=options.records)
    study = Study(replace(options, sets=(*options.sets, *reps)), measuring=measuring)
    number = study.base.scenario.replications
    if precision:
        number = precision.first(number)
    if options.strict and (serious := [str(notice) for notice in study.notices if notice.serious]):
        raise InputError(*serious)
    study.engine = choose(study.engine, _with_replications(study.base, number).scenario, study.tables)
    study.settled(_RUN)
    drawn = drawn_points(study.base, number, every_range(study.base)) if options.ranges else []
    study.total = None if precision else number
    with study.at_work():
        tasks, finished = _played(study, number, drawn, precision)
        study.base = _with_replications(study.base, len(tasks))
        outcome = outcome_of(
            study.part.final,
            study.base.scenario,
            study.tables,
            finished,
            _failures(study, tasks),
            options.ranges,
            precision,
            resumed=study.resumed,
            notices=study.notices,
            chances=tuple(_chance(line, finished, COVERS[options.ranges]) for line in lines),
        )
        about = about_of(outcome, time.monotonic() - started, precision)
        records = partial(_rows, study, tasks) if options.records else None
        study.publish(tables_of(outcome, options.events > 0, records), about, as_written(study.base))
    return outcome


def _chance(line: Line, finished: Sequence[Finished], covers: str) -> Chance:
    one = finished[0].measured
    return chance_of(line, one.start, [each.measured.daily[line.series] for each in finished], covers)


def _with_replications(resolved: Resolved, replications: int) -> Resolved:
    """The same scenario with another number of replications."""
    scenario = resolved.scenario.model_copy(update={"replications": replications})
    return replace(resolved, scenario=scenario, tree={**resolved.tree, "replications": replications})


def _played(
    study: Study, number: int, drawn: Sequence[Point], precision: Precision | None
) -> tuple[list[Task], list[Finished]]:
    """The replications played, as many as the precision needs, and those finished, without custody records."""
    tasks, finished = list[Task](), list[Finished]()
    while number > len(tasks):
        study.play(drawn or [_RUN], range(1, 2) if drawn else range(len(tasks) + 1, number + 1))
        tasks = [(point, 1) for point in drawn] or [(_RUN, i) for i in range(1, number + 1)]
        finished = [replace(one, rows=None) for one in _finished(study, tasks)]
        if precision:
            values = [[one.measured.value(goal.measure) for one in finished] for goal in precision.goals]
            units = [MEASURES[goal.measure].unit for goal in precision.goals]
            number = precision.next(number, list(map(estimate, values, units)))
    if not finished:
        raise study.nothing_finished(_failures(study, tasks))
    return tasks, finished


def _failures(study: Study, tasks: Sequence[Task]) -> list[Failure]:
    """What failed, by the number that a replication has in the run."""
    number = {(point.name, i): n for n, (point, i) in enumerate(tasks, 1)}
    return [replace(one, replication=number[one.point, one.replication], point="") for one in study.failures]


def _finished(study: Study, tasks: Sequence[Task]) -> Iterator[Finished]:
    """The finished replications in order, read one at a time."""
    return (
        replace(one, replication=n) for n, (point, i) in enumerate(tasks, 1) for _, one in study.finished(point, [i])
    )


def _rows(study: Study, tasks: Sequence[Task]) -> Iterator[tuple[int, Rows]]:
    """The custody records, one replication at a time."""
    return ((one.replication, one.rows) for one in _finished(study, tasks) if one.rows is not None)


# --- in memory -------------------------------------------------------------------------------------
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
    points = drawn_points(resolved, number, every_range(resolved)) if ranges else []
    drawn = [settle(resolved.origin, resolved.path, point.sets).scenario for point in points]
    if ranges:
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
    seeds = [one.seed for one in drawn] or [scenario.seed] * number
    failures = [Failure(i, seeds[i - 1], one.error) for i, one in sorted(played.items()) if one.error is not None]
    if not finished:
        raise RunError(*(failure.line() for failure in failures))
    outcome = outcome_of(Path(scenario.name), scenario, tables, finished, failures, ranges)
    counts = {"replications_played": len(finished), "replications_resumed": 0}
    about = about_of(outcome, time.monotonic() - started)
    return MemoryRun(resolved, outcome, manifest_of(resolved, engine) | counts | about, events)


# --- what came of it ----------------------------------------------------------------------------
def outcome_of(
    folder: Path,
    scenario: Scenario,
    tables: Tables,
    finished: Sequence[Finished],
    failures: Sequence[Failure],
    ranges: bool,
    precision: Precision | None = None,
    **more: Any,
) -> Outcome:
    """What the finished replications, at least one, come to; `more` are further fields."""
    estimates = summarise([(one.replication, one.measured) for one in finished])
    checks = evaluate(scenario.checks, {name: estimate.mean for name, estimate in estimates.items()})
    goals = precision.goals if precision else ()
    reached = tuple(Reached(goal, estimates[goal.measure], scenario.replications) for goal in goals)
    made = (tuple(finished), tuple(failures), tuple(checks))
    return Outcome(folder, scenario, tables, *made, estimates, ranges, reached, **more)


def tables_of(outcome: Outcome, events: bool, records: Callable[[], Records] | None = None) -> list[Csv]:
    """The tables of the result folder, with those of journeys and of custody records if they are asked for."""
    name, finished = outcome.scenario.name, outcome.finished
    passing = [Csv("exceed.csv", COLUMNS, [row for one in outcome.chances for row in one.rows(name)])]
    return (passing if outcome.chances else []) + result_tables(
        name,
        [(one.replication, one.measured) for one in finished],
        [row.cells(name) for row in outcome.twin],
        [(one.replication, one.journeys) for one in finished] if events else None,
        records,
    )


def about_of(outcome: Outcome, seconds: float, precision: Precision | None = None) -> dict[str, Any]:
    """What the manifest of a run has besides that of every study."""
    goals = [one.entry() for one in outcome.precision]
    asked = {"precision": goals, "most_replications": precision.most} if precision else {}
    return {
        "replications": [one.replication for one in outcome.finished],
        "failed": [failure.entry() for failure in outcome.failures],
        "events": sum(one.events for one in outcome.finished),
        "interval_covers": outcome.covers,
        **asked,
        "wall_seconds": round(seconds, 3),
    }


# --- checks ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Checked:
    """A check after a run. `value` None: the measure is undefined in this run, so nothing is met."""

    measure: str
    wanted: str
    value: Value
    met: bool

    def line(self) -> str:
        """The check as one line of text."""
        shown = precise(self.value) if isinstance(self.value, int | float) else self.value or "no value"
        return f"check {self.measure}: {shown}, wanted {self.wanted}: {'met' if self.met else 'NOT MET'}"


def evaluate(checks: Mapping[str, str], values: Mapping[str, Value]) -> list[Checked]:
    """Each check of a scenario against `values` (the mean of each measure over the replications)."""
    return [
        Checked(measure, wanted, value := values.get(measure), parse_check(wanted)(value))
        for measure, wanted in checks.items()
    ]
