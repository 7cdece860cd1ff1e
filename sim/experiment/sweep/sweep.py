"""`sweep`: every point of a grid played with the same random numbers, as tidy tables."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from sim.errors import InputError
from sim.experiment.forecast import Forecast, forecast
from sim.experiment.options import SweepOptions
from sim.experiment.range_draws import sample
from sim.experiment.study import Point, Study, Values
from sim.experiment.sweep import gridfile
from sim.experiment.sweep.gridfile import Axis, Drawn, Grid, Level, Range, option
from sim.files.data_package import Csv
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.loading import dump
from sim.vocabulary import FILES, MEASURES, STUDY_FILES, TEXT, Column

_MOST_POINTS: Final = 10_000
_NOT_WHOLE: Final = 0.3819660112501051
"""Where in a range a number is tried that is whole by no accident."""


@dataclass(frozen=True)
class Plan:
    """A sweep as settled: every point checked."""

    grid: Grid
    study: Study
    placed: tuple[Placed, ...]
    replications: range

    @property
    def points(self) -> list[Point]:
        """Every point, the baseline of drawn ones first."""
        return [each.point for each in self.placed]

    @property
    def baseline(self) -> Point:
        """The point from which differences are taken."""
        return next(each.point for each in self.placed if self.grid.drawn or each.at == self.grid.baseline)

    @property
    def axes(self) -> list[str]:
        """Names of the axes, or the paths of ranges."""
        return list(self.grid.drawn.ranges) if self.grid.drawn else [axis.name for axis in self.grid.axes]


def sweep(options: SweepOptions) -> tuple[Plan, Values]:
    """Play a grid into its folder.

    Raises InputError before any work is done, RunError if nothing could be finished or kept, Interrupted on Ctrl-C;
    after the last two the same call goes on from the finished replications.
    """
    started = time.monotonic()
    plan = settle(options)
    study = plan.study
    with study.at_work():
        values = study.evaluate(plan.points, plan.replications)
        about = _about(plan) | {"wall_seconds": round(time.monotonic() - started, 3)}
        study.publish(tables(plan, values), about, _others(plan), title=plan.grid.name)
    return plan, values


def dry_run(options: SweepOptions) -> tuple[Plan, Forecast]:
    """What a sweep would play, and about how long; plays one replication and writes nothing. Raises InputError."""
    plan = settle(options)
    return plan, forecast(plan.study, plan.points, plan.replications, plan.baseline)


# --- settling -----------------------------------------------------------------------------------
def settle(options: SweepOptions) -> Plan:
    """Read the grid and check every point. Raises InputError, each problem at its place in the grid file."""
    grid = gridfile.load(options.scenario)
    sets = [option(path, value) for path, value in grid.file.set.items()]
    seed = grid.file.seed if options.seed is None else options.seed
    with _located(grid):
        own = replace(options, scenario=str(grid.scenario), sets=(*sets, *options.sets), seed=seed)
        study = Study(own, grid.name)
        placed = _placed(grid, study)
        _check(study, [each.point for each in placed])
    for text in options.sets:
        if axis := grid.overridden(text.partition("=")[0].strip()):
            raise InputError(
                f"--set: {text}: has no effect, for every value of the axis {axis} sets it; change the grid"
            )
    if not grid.drawn:
        _refuse_twins(study, placed, grid)
    number = options.replications or grid.file.replications or study.base.scenario.replications
    return Plan(grid, study, tuple(placed), range(1, number + 1))


@contextmanager
def _located(grid: Grid) -> Iterator[None]:
    try:
        yield
    except ScenarioError as error:
        raise grid.located(error) from None


def _placed(grid: Grid, study: Study) -> list[Placed]:
    if grid.drawn:
        return drawn(grid.kind, grid.drawn, lambda path, each: _is_whole(grid, study, path, each))
    points = math.prod(len(axis.levels) for axis in grid.axes)
    if points > _MOST_POINTS:
        message = f"{points:,} combinations, at most {_MOST_POINTS:,}; give fewer values, or draw points from ranges"
        raise ScenarioError([grid.problem(("grid", grid.axes[0].name), message, True, "grid")])
    return combinations(grid.axes)


def _is_whole(grid: Grid, study: Study, path: str, each: Range) -> bool:
    """Whether only whole numbers are valid at the path. Raises ScenarioError, at the range, if an end is not valid."""
    for end in (each.low, each.high):
        try:
            _set(study, path, each, end)
        except ScenarioError as error:
            keys = (grid.kind, "ranges", path)
            raise ScenarioError(grid.problem(keys, p.message, path=p.path) for p in error.problems) from None
    try:
        _set(study, path, each, each.low + _NOT_WHOLE * (each.high - each.low))
    except ScenarioError:
        return True
    return False


def _set(study: Study, path: str, each: Range, value: float) -> None:
    """Try a value. Raises ScenarioError."""
    study.resolve(Point("", (option(path, each.with_unit(f"{value:.15g}")),)))


def _check(study: Study, points: Sequence[Point]) -> None:
    """Settle every point; all that is wrong with any of them, each problem once."""
    problems: list[Problem] = []
    for point in study.shown(points):
        try:
            study.people(point)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


def _refuse_twins(study: Study, placed: Sequence[Placed], grid: Grid) -> None:
    """Two combinations that are the same scenario: one of them says nothing."""
    seen: dict[str, Placed] = {}
    for each in placed:
        twin = seen.setdefault(study.key(each.point), each)
        if twin is not each:
            axis, label = next(
                (a, mine) for a, mine, its in zip(grid.axes, each.at, twin.at, strict=True) if mine != its
            )
            keys = next(level.keys for level in axis.levels if level.label == label)
            message = f"{each.point.name} is the same scenario as {twin.point.name}, leave one of them out"
            raise ScenarioError([grid.problem(keys, message, axis.named, f"grid.{axis.name}")])


# --- writing ------------------------------------------------------------------------------------
def tables(plan: Plan, values: Values) -> list[Csv]:
    """The tables of a sweep: points, replications, differences."""
    rows = {"points.csv": _estimates, "differences.csv": _differences}
    points, differences = (
        Csv(file, (columns[0], *_axis_columns(plan), *columns[1:]), rows[file](plan, values))
        for file, columns in STUDY_FILES["sweep"].items()
    )
    replications = Csv("replications.csv", FILES["replications.csv"], _replications(plan, values))
    return [points, replications, differences]


def _axis_columns(plan: Plan) -> list[Column]:
    if plan.grid.drawn:
        meaning = "value drawn; empty: as the scenario has it"
        return [Column(path, "number", each.unit, meaning) for path, each in plan.grid.drawn.ranges.items()]
    return [Column(axis.name, "string", "", "value on this axis, as the grid file has it") for axis in plan.grid.axes]


def _estimates(plan: Plan, values: Values) -> Iterator[Sequence[object]]:
    for each in plan.placed:
        for measure in MEASURES:
            e = values.estimate(each.point.name, measure)
            yield (each.point.name, *each.at, measure, e.unit, e.mean, e.sd, e.low, e.high, e.n)


def _replications(plan: Plan, values: Values) -> Iterator[Sequence[object]]:
    for point in plan.points:
        for replication, of in values.by[point.name].items():
            for measure, about in MEASURES.items():
                yield point.name, replication, measure, about.unit, of[measure]


def _differences(plan: Plan, values: Values) -> Iterator[Sequence[object]]:
    base = plan.baseline.name
    for each in plan.placed:
        name = each.point.name
        for measure, about in MEASURES.items():
            d = None if about.unit == TEXT or name == base else values.difference(base, name, measure)
            if d:
                means = (d.baseline_mean, d.mean, d.difference, d.low, d.high)
                yield (name, *each.at, base, measure, about.unit, *means, d.n)


def _others(plan: Plan) -> dict[str, bytes]:
    """The grid and its scenario as resolved, and what the scenario reads."""
    base = plan.study.base
    text = yaml.safe_dump(resolved(plan), sort_keys=False, allow_unicode=True, width=10**6)
    files = {"grid.yaml": text.encode(), "scenario.yaml": dump(base).encode()}
    return files | {name: path.read_bytes() for name, path in base.inputs.items()}


def resolved(plan: Plan) -> dict[str, Any]:
    """The grid as resolved: sweeping it again gives the same."""
    grid, file = plan.grid, plan.grid.file
    tree = {"name": grid.name, "title": file.title, "scenario": "scenario.yaml", "replications": len(plan.replications)}
    tree |= {"measures": file.measures}
    if grid.drawn:
        return tree | {grid.kind: grid.drawn.model_dump()}
    baseline = dict(zip(plan.axes, grid.baseline, strict=True))
    return tree | {"baseline": baseline, "grid": {axis.name: _levels(axis) for axis in grid.axes}}


def _levels(axis: Axis) -> Any:
    if axis.named:
        return {level.label: dict(level.settings) for level in axis.levels}
    return [value for level in axis.levels for value in level.settings.values()]


def _about(plan: Plan) -> dict[str, Any]:
    return {
        "grid": plan.grid.name,
        "design": plan.grid.kind,
        "points": len(plan.placed),
        "baseline": plan.baseline.name,
        "replications": list(plan.replications),
    }


# --- designs --------------------------------------------------------------------------------------
BASE: Final = "scenario"
"""Name of the point that is the scenario itself: the baseline of points drawn from ranges."""


@dataclass(frozen=True)
class Placed:
    """A point and where it stands on each axis: a label, or a number in the unit of a range; None: as the scenario."""

    point: Point
    at: tuple[str | float | None, ...]


def combinations(axes: Sequence[Axis]) -> list[Placed]:
    """Every combination of the values, the last axis running fastest."""
    return [_combined(levels) for levels in itertools.product(*(axis.levels for axis in axes))]


def drawn(kind: str, design: Drawn, is_whole: Callable[[str, Range], bool]) -> list[Placed]:
    """The scenario itself, then the points drawn; `is_whole` says which ranges have whole numbers only."""
    whole = [is_whole(path, each) for path, each in design.ranges.items()]
    letters = {"latin_hypercube": "lhs", "sobol": "sobol"}[kind]
    rows = enumerate(sample(kind, len(design.ranges), design.points, design.seed).tolist(), start=1)
    names = ((f"{letters}-{number:0{len(str(design.points))}d}", row) for number, row in rows)
    base = Placed(Point(BASE), (None,) * len(design.ranges))
    return [base, *(_drawn(name, row, design.ranges, whole) for name, row in names)]


def _combined(levels: Sequence[Level]) -> Placed:
    sets = [option(path, value) for level in levels for path, value in level.settings.items()]
    labels = tuple(level.label for level in levels)
    return Placed(Point(" + ".join(labels), tuple(sets)), labels)


def _drawn(name: str, row: Sequence[float], ranges: Mapping[str, Range], whole: Sequence[bool]) -> Placed:
    at_once = zip(row, ranges.values(), whole, strict=True)
    texts = [each.text(each.low + u * (each.high - each.low), w) for u, each, w in at_once]
    sets = [option(path, each.with_unit(text)) for (path, each), text in zip(ranges.items(), texts, strict=True)]
    at = (int(text) if w else float(text) for text, w in zip(texts, whole, strict=True))
    return Placed(Point(name, tuple(sets)), tuple(at))
