"""A run: a study of one point, with the folder of its results and its checks evaluated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from sim import theory
from sim.analysis.exceed import COLUMNS, Chance, Line, chance_of, parse_line
from sim.errors import InputError
from sim.experiment.engines import choose
from sim.experiment.options import RunOptions
from sim.experiment.precision import Precision, Reached, parse
from sim.experiment.range_draws import COVERS, drawn_points, every_range
from sim.experiment.replication import Failure, Finished, finished_of
from sim.experiment.study import Point, Study, as_written
from sim.files.data_package import Csv
from sim.formats import precise
from sim.measures.intervals import Estimate, estimate
from sim.measures.rows import Rows
from sim.measures.writing import result_tables, summarise
from sim.scenario.loading import Resolved
from sim.scenario.notices import Notice
from sim.scenario.schema import Scenario
from sim.scenario.schema.checks import Value
from sim.scenario.schema.checks import parse as parse_check
from sim.scenario.world.tables import Tables
from sim.vocabulary import MEASURES

_RUN: Final = Point("")
Rowwise = Iterable[tuple[int, Rows]]
"""Custody records by replication."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `estimates` has each measure over the finished replications."""

    folder: Path
    scenario: Scenario
    finished: tuple[Finished, ...]
    failures: tuple[Failure, ...]
    checks: tuple[Checked, ...]
    estimates: Mapping[str, Estimate]
    resumed: int = 0
    precision: tuple[Reached, ...] = ()
    twin: tuple[theory.Row, ...] = ()
    notices: tuple[Notice, ...] = ()
    chances: tuple[Chance, ...] = ()
    covers: str = COVERS[False]
    """What intervals over the replications cover."""

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
    study = _study(options)
    replications = study.base.scenario.replications
    if precision:
        replications = precision.first(replications)
    resolved = _with_replications(study.base, replications)
    if options.strict and (serious := [str(notice) for notice in study.notices if notice.serious]):
        raise InputError(*serious)
    study.engine = choose(study.engine, resolved.scenario, study.tables)
    study.key(_RUN)
    drawn = drawn_points(study.base, replications, every_range(study.base)) if options.ranges else []
    study.total = None if precision else replications
    with study.at_work():
        done, finished = 0, []
        while replications > done:
            study.play(drawn or [_RUN], range(1, 2) if drawn else range(done + 1, replications + 1))
            done = replications
            finished = [one.without_rows() for one in _finished(study, drawn, done)]
            if precision:
                replications = _enough(precision, finished, done)
        failures = _failures(study, drawn)
        if not finished:
            raise study.nothing_finished(failures)
        resolved = _with_replications(study.base, done)
        outcome = outcome_of(study.part.final, resolved.scenario, finished, failures, precision)
        twin = () if drawn else theory_of(resolved.scenario, study.tables, finished)
        covers = COVERS[options.ranges]
        chances = tuple(_chance(line, finished, covers) for line in lines)
        outcome = replace(
            outcome, resumed=study.resumed, twin=twin, notices=study.notices, chances=chances, covers=covers
        )
        study.base = resolved
        about = about_of(outcome, time.monotonic() - started, precision)
        records = partial(_rows, study, drawn, done) if options.records else None
        tables = tables_of(outcome, options.events > 0, records)
        study.publish(tables, about, as_written(resolved), title=resolved.scenario.name)
    return outcome


def _study(options: RunOptions) -> Study:
    """The study of one point. `--reps` is a setting, so that the scenario.yaml of the result has it too."""
    reps = () if options.replications is None else (f"replications={options.replications}",)
    measuring = partial(finished_of, events=options.events, records=options.records)
    return Study(replace(options, sets=(*options.sets, *reps)), measuring=measuring)


def _chance(line: Line, finished: Sequence[Finished], covers: str) -> Chance:
    one = finished[0].measured
    return chance_of(line, one.start, [each.measured.daily[line.series] for each in finished], covers)


def _with_replications(resolved: Resolved, replications: int) -> Resolved:
    """The same scenario with another number of replications."""
    scenario = resolved.scenario.model_copy(update={"replications": replications})
    return replace(resolved, scenario=scenario, tree={**resolved.tree, "replications": replications})


def _failures(study: Study, drawn: Sequence[Point]) -> list[Failure]:
    """What failed; each of the drawn points stands for a replication."""
    number = {point.name: i for i, point in enumerate(drawn, 1)}
    return [replace(one, replication=number.get(one.point, one.replication), point="") for one in study.failures]


def _finished(study: Study, drawn: Sequence[Point], replications: int) -> Iterator[Finished]:
    """The finished replications in order, read one at a time."""
    if not drawn:
        return (one for _, one in study.finished(_RUN, range(1, replications + 1)))
    return (
        replace(one, replication=i) for i, point in enumerate(drawn, 1) for _, one in study.finished(point, range(1, 2))
    )


def _rows(study: Study, drawn: Sequence[Point], replications: int) -> Iterator[tuple[int, Rows]]:
    """The custody records, one replication at a time."""
    return ((one.replication, one.rows) for one in _finished(study, drawn, replications) if one.rows is not None)


def _enough(precision: Precision, finished: Sequence[Finished], done: int) -> int:
    """How many replications there should be, judged by those made."""
    measures = [goal.measure for goal in precision.goals]
    values = {measure: [one.measured.value(measure) for one in finished] for measure in measures}
    return precision.next(done, [estimate(values[measure], MEASURES[measure].unit) for measure in measures])


# --- what came of it ----------------------------------------------------------------------------
def outcome_of(
    folder: Path,
    scenario: Scenario,
    finished: Sequence[Finished],
    failures: Sequence[Failure],
    precision: Precision | None = None,
) -> Outcome:
    """What the finished replications, at least one, come to; theory apart."""
    estimates = summarise([(one.replication, one.measured) for one in finished])
    checks = evaluate(scenario.checks, {name: estimate.mean for name, estimate in estimates.items()})
    goals = precision.goals if precision else ()
    reached = tuple(Reached(goal, estimates[goal.measure], scenario.replications) for goal in goals)
    return Outcome(folder, scenario, tuple(finished), tuple(failures), tuple(checks), estimates, precision=reached)


def theory_of(scenario: Scenario, tables: Tables, finished: Sequence[Finished]) -> tuple[theory.Row, ...]:
    """What theory says of the finished replications."""
    return tuple(theory.rows(scenario, tables, [one.seen for one in finished]))


def tables_of(outcome: Outcome, events: bool, records: Callable[[], Rowwise] | None = None) -> list[Csv]:
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
