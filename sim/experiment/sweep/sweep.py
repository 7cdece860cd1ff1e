"""`sweep`: every point of a grid played with the same random numbers, as tidy tables."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from sim.errors import InputError
from sim.experiment.forecast import forecast
from sim.experiment.options import SweepOptions
from sim.experiment.range_draws import sample
from sim.experiment.study import Point, Study, Values, as_written
from sim.experiment.sweep import gridfile
from sim.experiment.sweep.gridfile import Drawn, Grid, Range, option
from sim.files.data_package import Csv
from sim.scenario.errors import Problem, ScenarioError
from sim.vocabulary import FILES, MEASURES, STUDY_FILES, TEXT, Column

_MOST_POINTS: Final = 10_000
_NOT_WHOLE: Final = 0.3819660112501051
"""Where in a range a number is tried that is whole by no accident."""


BASE: Final = "scenario"
"""Name of the point that is the scenario itself: the baseline of points drawn from ranges."""
_LETTERS: Final = {"latin_hypercube": "lhs", "sobol": "sobol"}
At = tuple[str | float | None, ...]
"""Where a point stands on each axis: a label, or a number in the unit of a range; None: as the scenario."""


@dataclass(frozen=True)
class Plan:
    """A sweep as settled: every point checked."""

    grid: Grid
    study: Study
    placed: Sequence[tuple[Point, At]]
    replications: range

    @property
    def points(self) -> list[Point]:
        """Every point, the baseline of drawn ones first."""
        return [point for point, _ in self.placed]

    @property
    def baseline(self) -> Point:
        """The point from which differences are taken."""
        return next(point for point, at in self.placed if self.grid.drawn or at == self.grid.baseline)

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
        about = {
            "grid": plan.grid.name,
            "design": plan.grid.kind,
            "points": len(plan.placed),
            "baseline": plan.baseline.name,
            "replications": list(plan.replications),
            "wall_seconds": round(time.monotonic() - started, 3),
        }
        study.publish(tables(plan, values), about, _others(plan), title=plan.grid.name)
    return plan, values


def dry_run(options: SweepOptions) -> tuple[Plan, list[str]]:
    """What a sweep would play, and about how long; plays one replication and writes nothing. Raises InputError."""
    plan = settle(options)
    return plan, forecast(plan.study, plan.points, plan.replications, plan.baseline)


# --- settling -----------------------------------------------------------------------------------
def settle(options: SweepOptions) -> Plan:
    """Read the grid and check every point. Raises InputError, each problem at its place in the grid file."""
    grid = gridfile.load(options.scenario)
    sets = [option(path, value) for path, value in grid.file.set.items()]
    seed = grid.file.seed if options.seed is None else options.seed
    try:
        own = replace(options, scenario=str(grid.scenario), sets=(*sets, *options.sets), seed=seed)
        study = Study(own, grid.name)
        placed = _drawn(grid, study, grid.drawn) if grid.drawn else combinations(grid)
        _check(study, [point for point, _ in placed])
    except ScenarioError as error:
        raise grid.located(error) from None
    for text in options.sets:
        if axis := grid.overridden(text.partition("=")[0].strip()):
            raise InputError(
                f"--set: {text}: has no effect, for every value of the axis {axis} sets it; change the grid"
            )
    if not grid.drawn:
        _refuse_twins(study, placed, grid)
    number = options.replications or grid.file.replications or study.base.scenario.replications
    return Plan(grid, study, placed, range(1, number + 1))


def combinations(grid: Grid) -> list[tuple[Point, At]]:
    """Every combination of the values, the last axis running fastest. Raises ScenarioError for too many."""
    points = math.prod(len(axis.levels) for axis in grid.axes)
    if points > _MOST_POINTS:
        message = f"{points:,} combinations, at most {_MOST_POINTS:,}; give fewer values, or draw points from ranges"
        raise ScenarioError([grid.problem(("grid", grid.axes[0].name), message, True, "grid")])
    found: list[tuple[Point, At]] = []
    for levels in itertools.product(*(axis.levels for axis in grid.axes)):
        sets = [option(path, value) for level in levels for path, value in level.settings.items()]
        labels = tuple(level.label for level in levels)
        found.append((Point(" + ".join(labels), tuple(sets)), labels))
    return found


def _drawn(grid: Grid, study: Study, design: Drawn) -> list[tuple[Point, At]]:
    """The scenario itself, then the points drawn."""
    ranges = design.ranges
    whole = [_is_whole(grid, study, path, each) for path, each in ranges.items()]
    found: list[tuple[Point, At]] = [(Point(BASE), (None,) * len(ranges))]
    for number, row in enumerate(sample(grid.kind, len(ranges), design.points, design.seed).tolist(), 1):
        at_once = zip(row, ranges.values(), whole, strict=True)
        texts = [each.text(each.low + u * (each.high - each.low), w) for u, each, w in at_once]
        sets = [option(path, each.with_unit(text)) for (path, each), text in zip(ranges.items(), texts, strict=True)]
        at = tuple(int(text) if w else float(text) for text, w in zip(texts, whole, strict=True))
        found.append((Point(f"{_LETTERS[grid.kind]}-{number:0{len(str(design.points))}d}", tuple(sets)), at))
    return found


def _is_whole(grid: Grid, study: Study, path: str, each: Range) -> bool:
    """Whether only whole numbers are valid at the path. Raises ScenarioError, at the range, if an end is not valid."""

    def try_value(value: float) -> None:
        study.resolve(Point("", (option(path, each.with_unit(f"{value:.15g}")),)))

    try:
        try_value(each.low)
        try_value(each.high)
    except ScenarioError as error:
        keys = (grid.kind, "ranges", path)
        raise ScenarioError(grid.problem(keys, p.message, path=p.path) for p in error.problems) from None
    try:
        try_value(each.low + _NOT_WHOLE * (each.high - each.low))
    except ScenarioError:
        return True
    return False


def _check(study: Study, points: Sequence[Point]) -> None:
    """Settle every point; all that is wrong with any of them, each problem once."""
    problems: list[Problem] = []
    for point in study.shown(points):
        try:
            study.settled(point)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


def _refuse_twins(study: Study, placed: Sequence[tuple[Point, At]], grid: Grid) -> None:
    """Two combinations that are the same scenario: one of them says nothing."""
    seen: dict[str, tuple[Point, At]] = {}
    for point, at in placed:
        twin, its = seen.setdefault(study.settled(point).key, (point, at))
        if twin is not point:
            axis, label = next(
                (axis, mine) for axis, mine, other in zip(grid.axes, at, its, strict=True) if mine != other
            )
            keys = next(level.keys for level in axis.levels if level.label == label)
            message = f"{point.name} is the same scenario as {twin.name}, leave one of them out"
            raise ScenarioError([grid.problem(keys, message, axis.named, f"grid.{axis.name}")])


# --- writing ------------------------------------------------------------------------------------
def tables(plan: Plan, values: Values) -> list[Csv]:
    """The tables of a sweep: points, replications, differences."""
    if plan.grid.drawn:
        meaning, ranges = "value drawn; empty: as the scenario has it", plan.grid.drawn.ranges.items()
        axes = [Column(path, "number", f"{one.before} {one.after}".strip(), meaning) for path, one in ranges]
    else:
        meaning = "value on this axis, as the grid file has it"
        axes = [Column(name, "string", "", meaning) for name in plan.axes]
    replications = (
        (point.name, replication, measure, about.unit, of[measure])
        for point in plan.points
        for replication, of in values.by[point.name].items()
        for measure, about in MEASURES.items()
    )
    rows = {"points.csv": _estimates(plan, values), "differences.csv": _differences(plan, values)}
    points, differences = (
        Csv(file, (columns[0], *axes, *columns[1:]), rows[file]) for file, columns in STUDY_FILES["sweep"].items()
    )
    return [points, Csv("replications.csv", FILES["replications.csv"], replications), differences]


def _estimates(plan: Plan, values: Values) -> Iterator[Sequence[object]]:
    for point, at in plan.placed:
        for measure in MEASURES:
            e = values.estimate(point.name, measure)
            yield (point.name, *at, measure, e.unit, e.mean, e.sd, e.low, e.high, e.n)


def _differences(plan: Plan, values: Values) -> Iterator[Sequence[object]]:
    base = plan.baseline.name
    for point, at in plan.placed:
        for measure, about in MEASURES.items():
            if about.unit == TEXT or point.name == base:
                continue
            if d := values.difference(base, point.name, measure):
                means = (d.baseline_mean, d.mean, d.difference, d.low, d.high)
                yield (point.name, *at, base, measure, about.unit, *means, d.n)


def _others(plan: Plan) -> dict[str, bytes]:
    """The grid as resolved, which gives the same when it is swept again, its scenario and what that reads."""
    grid, file = plan.grid, plan.grid.file
    tree: dict[str, Any] = {
        "name": grid.name,
        "title": file.title,
        "scenario": "scenario.yaml",
        "replications": len(plan.replications),
    }
    tree |= {"measures": file.measures}
    if grid.drawn:
        tree[grid.kind] = grid.drawn.model_dump()
    else:
        tree["baseline"] = dict(zip(plan.axes, grid.baseline, strict=True))
        tree["grid"] = {
            axis.name: {level.label: dict(level.settings) for level in axis.levels}
            if axis.named
            else [value for level in axis.levels for value in level.settings.values()]
            for axis in grid.axes
        }
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=10**6)
    return {"grid.yaml": text.encode(), **as_written(plan.study.base)}
