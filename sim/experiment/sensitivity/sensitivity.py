"""How much the assumed values matter: each moved over the range believed of it, with common random numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.analysis.intervals import Difference, with_ends
from sim.arrays import Floats
from sim.errors import InputError, RunError
from sim.experiment.forecast import forecast
from sim.experiment.options import SensitivityOptions
from sim.experiment.sensitivity.indices import Indices, design, evaluated, need_salib
from sim.experiment.study import Point, Study, Values, as_written
from sim.files.data_package import Csv
from sim.files.table import read_table
from sim.formats import ends, many, number
from sim.scenario.provenance.explain import ASSUMED
from sim.scenario.provenance.ranges import Range, ranges
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.schema.units import nearest, one_of, quoted
from sim.vocabulary import MEASURES, STUDY_FILES, TEXT

if TYPE_CHECKING:
    from rich.table import Table

METHODS: Final = ("oat", "morris", "sobol")
REPLICATIONS: Final[Mapping[str, int]] = {"oat": 5, "morris": 2, "sobol": 1}
HEADLINE: Final = (
    *("held_mean", "held_end", "arrests", "removals", "releases", "stay_days_mean"),
    *("hold_room_stays_over_limit", "cost_usd_total"),
)
"""Measures shown unless others are asked for; all of them are written."""
BASE: Final = "base"
ENDS: Final = (("low", 0.0), ("high", 1.0))
_SAID: Final = {"oat": "one at a time", "morris": "Morris screening", "sobol": "Sobol indices"}
FILE: Final = "sensitivity.csv"
SENSITIVITY: Final = STUDY_FILES["sensitivity"][FILE]
MOST_LINES: Final = 10
_LEADING: Final = {"morris": "mu_star", "sobol": "total"}
_RANKED_BY: Final = {"oat": "the largest swing", "morris": "mu_star", "sobol": "the total index"}


@dataclass(frozen=True)
class Plan:
    """A study as settled. `design` has the positions of a global method, shape (points, ranges); None one at a time."""

    options: SensitivityOptions
    study: Study
    ranges: tuple[Range, ...]
    points: tuple[Point, ...]
    design: Floats | None
    replications: range

    def forecast(self) -> list[str]:
        """What there is to play, and about how long it takes; plays one replication at most."""
        return forecast(self.study, self.points, self.replications, self.points[0])

    def heading(self) -> str:
        """The study in a line."""
        name, reps = self.study.base.scenario.name, len(self.replications)
        ranges = many(len(self.ranges), "range")
        return f"{name}: {_SAID[self.options.method]} over {ranges}, {many(reps, 'replication')} per point"


# --- settling -----------------------------------------------------------------------------------
def settle(options: SensitivityOptions) -> Plan:
    """Read the scenario, choose ranges and make the points. Raises InputError."""
    _check(options)
    study = Study(options, "{name}-" + options.method)
    chosen = _chosen(options, ranges(study.base), study)
    if options.method == "oat":
        positions = None
        moved = [Point(name(one, end), one.at(u)) for one in chosen for end, u in ENDS if u != one.base]
        played = [Point(BASE), *moved]
    else:
        positions = design(options.method, len(chosen), options.size, study.base.scenario.seed)
        width = len(str(len(positions)))
        played = [
            Point(f"{options.method}-{i:0{width}}", _at(chosen, row)) for i, row in enumerate(positions.tolist(), 1)
        ]
    _playable(study, chosen)
    replications = options.replications or REPLICATIONS[options.method]
    return Plan(options, study, tuple(chosen), tuple(played), positions, range(1, replications + 1))


def _at(chosen: Sequence[Range], row: Sequence[float]) -> tuple[str, ...]:
    """The settings that place each value in its range."""
    return tuple(option for one, u in zip(chosen, row, strict=True) for option in one.at(u))


def name(one: Range, end: str) -> str:
    """The name of a point."""
    return f"{one.path} {end}"


def _check(options: SensitivityOptions) -> None:
    """Raise InputError for options that are wrong or do not go together."""
    if options.method not in METHODS:
        raise InputError(f"--method: {one_of(options.method, METHODS)}")
    for measure in options.measures:
        refuse_unknown(measure, "--measure")
    if options.screening is not None and options.vary:
        raise InputError("--screening: --vary is given too; name the paths, or take those of a screening")
    if options.method == "sobol" and not (options.screening or options.vary):
        raise InputError("--method sobol: name what is to vary with --vary PATH, or take --screening MORRIS_RESULT")
    sizes = ("--trajectories", "morris", options.trajectories), ("--samples", "sobol", options.samples)
    for option, method, given in sizes:
        if given is not None and options.method != method:
            raise InputError(f"{option}: belongs to --method {method}, not to {options.method}; leave it out")
    if options.samples is not None and options.samples.bit_count() != 1:
        lower = 1 << (options.samples.bit_length() - 1)
        raise InputError(f"--samples: {options.samples} is not a power of 2; write {lower} or {2 * lower}")
    if options.method != "oat":
        need_salib()


def _chosen(options: SensitivityOptions, known: Sequence[Range], study: Study) -> list[Range]:
    """The ranges to move: those named, the best of a screening, or all of assumed values. Raises InputError."""
    by_path = {one.path: one for one in known}
    named = options.vary
    if options.screening is not None:
        named = tuple(best(options.screening, options.measures, options.top or 6))
    for path in named:
        if path not in by_path:
            option = "--vary" if options.vary else "--screening"
            raise InputError(f"{option}: {_no_range(path, study, list(by_path))}")
    chosen = [by_path[path] for path in dict.fromkeys(named)] or [one for one in known if one.status == ASSUMED]
    if not chosen:
        what = "gives no assumed value a range (low and high under sources); name others with --vary"
        raise InputError(f"{options.scenario}: {what}" if known else f"{options.scenario}: has no ranges under sources")
    return chosen


def _no_range(path: str, study: Study, known: Sequence[str]) -> str:
    entry = study.base.scenario.sources.get(path)
    if entry is not None and entry.fixed:
        return f"{path} is not varied: {entry.fixed}"
    near = nearest(path, known)
    return f"{quoted(path)} has no range of its own under sources" + (f", did you mean {near}?" if near else "")


def _playable(study: Study, chosen: Sequence[Range]) -> None:
    """Raise InputError if an end of a range makes a scenario that does not fit together."""
    for one in chosen:
        for end, u in ENDS:
            try:
                study.settled(Point(name(one, end), one.at(u)))
            except InputError as error:
                text = getattr(one, end)
                raise InputError(f"{one.path}: cannot be played at its {end} end, {text}: {error.lines[0]}") from None


def best(folder: Path, measures: Sequence[str], top: int) -> list[str]:
    """The `top` paths of a Morris screening by their best rank for the measures (none: for the headline ones).

    Raises InputError if the folder is no such study.
    """
    ranks: dict[str, int] = {}
    there = (folder / FILE).is_file()
    for row in read_table(folder / FILE, SENSITIVITY, mend="run the study again").rows() if there else ():
        if row["statistic"] == "mu_star" and row["measure"] in (measures or HEADLINE) and row["value"]:
            ranks[row["path"]] = min(row["rank"], ranks.get(row["path"], row["rank"]))
    if not ranks:
        how = "`detsim sensitivity SCENARIO --method morris` makes one"
        raise InputError(f"--screening: {folder} is no Morris screening of these measures ({FILE}); {how}")
    return sorted(ranks, key=lambda path: ranks[path])[:top]


# --- playing ------------------------------------------------------------------------------------
def play(plan: Plan) -> Outcome:
    """Play what is not kept yet and write the folder.

    Raises RunError if nothing could be finished or kept, Interrupted on Ctrl-C; the same call then goes on.
    """
    with plan.study.at_work():
        values = plan.study.evaluate(plan.points, plan.replications)
        outcome = Outcome(plan, values, _indices(plan, values))
        title = f"{plan.study.base.scenario.name}-{plan.options.method}"
        plan.study.publish(tables(outcome), about(outcome), as_written(plan.study.base), title=title)
    return outcome


def _indices(plan: Plan, values: Values) -> dict[str, Indices]:
    """The indices of every measure with a value in each replication of each point; none one at a time."""
    if plan.design is None:
        return {}
    wanted, means = len(plan.replications), {}
    for measure in (measure for measure, known in MEASURES.items() if known.unit != TEXT):
        each = [values.of(point.name, measure) for point in plan.points]
        means[measure] = np.array([math.fsum(n) / wanted if len(n) == wanted else math.nan for n in each])
    found = evaluated(plan.options.method, plan.design, means, plan.study.base.scenario.seed)
    if not found:
        failures = [failure.line() for failure in plan.study.failures[:5]]
        raise RunError(*failures, f"{plan.study.part.final}: not written, for no measure has a value at every point")
    return found


@dataclass(frozen=True)
class Effect:
    """What the two ends of a range do to a measure, against the scenario as stated; None where an end has no value."""

    range: Range
    low: Difference | None
    high: Difference | None

    @property
    def changes(self) -> tuple[float, float]:
        """Difference at the low and at the high end; 0 where there is none."""
        return (self.low.difference if self.low else 0.0, self.high.difference if self.high else 0.0)

    @property
    def swing(self) -> float:
        """From the lowest to the highest of both ends and the value as stated."""
        return max(0.0, *self.changes) - min(0.0, *self.changes)

    def square(self, sign: int) -> float:
        """The square of the furthest change upward (1) or downward (-1), less what chance alone gives."""
        ends = [end for end in (self.low, self.high) if end is not None and sign * end.difference > 0]
        if not ends:
            return 0.0
        change = max(ends, key=lambda end: sign * end.difference)
        by_chance = 0.0 if change.sd is None else change.sd**2 / change.n
        return max(0.0, change.difference**2 - by_chance)


@dataclass(frozen=True)
class Outcome:
    """What came of it: effects one at a time, or indices by measure."""

    plan: Plan
    values: Values
    indices: Mapping[str, Indices]

    @property
    def is_global(self) -> bool:
        """Whether all values moved at once, so that there are indices."""
        return self.plan.design is not None

    @cached_property
    def measures(self) -> list[str]:
        """The measures that can be ranked: one at a time, those with a number in the scenario as stated."""
        if self.is_global:
            return list(self.indices)
        return [m for m, about in MEASURES.items() if about.unit != TEXT and self.values.of(BASE, m)]

    def left_out(self) -> Iterator[str]:
        """A line for each measure asked for that cannot be ranked."""
        for measure in self.plan.options.measures:
            if measure not in self.measures:
                yield f"{measure}: has no value at some point of this study, left out"

    def effects(self, measure: str) -> list[Effect]:
        """The effects of single changes on a measure, the largest swing first."""
        found = []
        for one in self.plan.ranges:
            names = (BASE if u == one.base else name(one, end) for end, u in ENDS)
            found.append(Effect(one, *(self.values.difference(BASE, of, measure) for of in names)))
        return sorted(found, key=lambda effect: (-effect.swing, effect.range.path))

    def mean(self, measure: str) -> float:
        """The mean of the scenario as stated."""
        numbers = self.values.of(BASE, measure)
        return math.fsum(numbers) / len(numbers)

    def spread(self, measure: str) -> tuple[float, float]:
        """Interval of a measure over the ranges of the assumed values.

        Downward and upward changes are each added in quadrature: the range a sum of independent effects has if each
        range is believed alike (the delta method's first order, JCGM 100:2008, 5.1.2). The part of a square that
        chance alone gives, the squared standard error, is taken off. Counts, waits and shares keep to their bounds.
        """
        effects, mean = self.effects(measure), self.mean(measure)
        down, up = (math.sqrt(math.fsum(effect.square(sign) for effect in effects)) for sign in (-1, 1))
        least, most = MEASURES[measure].bounds
        return max(least, mean - down), min(most, mean + up)


# --- ranked -------------------------------------------------------------------------------------
class Line(NamedTuple):
    """A statistic of one range and measure with its interval; None where undefined."""

    statistic: str
    value: float | None
    low: float | None
    high: float | None


Ranking = list[tuple[Range, list[Line]]]


def ranking(outcome: Outcome, measure: str) -> Ranking:
    """The ranges with their statistics, the one that matters most first."""
    if not outcome.is_global:
        return [
            (one.range, [Line("change_low", *with_ends(one.low)), Line("change_high", *with_ends(one.high))])
            for one in outcome.effects(measure)
        ]
    found, options = outcome.indices[measure], outcome.plan.options
    order = np.argsort(-found[_LEADING[options.method]].value, kind="stable")
    at = [[Line(word, *(float(part[i]) for part in one)) for word, one in found.items()] for i in order]
    return list(zip((outcome.plan.ranges[i] for i in order), at, strict=True))


# --- written ------------------------------------------------------------------------------------
def tables(outcome: Outcome) -> list[Csv]:
    """The tables of the result folder."""
    rows: dict[str, Iterator[Sequence[object]]] = {FILE: _sensitivity(outcome)}
    if not outcome.is_global:
        rows["tornado.csv"] = _tornado(outcome)
        rows["spread.csv"] = (
            [measure, MEASURES[measure].unit, outcome.mean(measure), *outcome.spread(measure)]
            for measure in outcome.measures
        )
    rows |= {"design.csv": _design(outcome), "points.csv": _points(outcome)}
    return [Csv.of("sensitivity", file, of_file) for file, of_file in rows.items()]


def _sensitivity(outcome: Outcome) -> Iterator[Sequence[object]]:
    for measure in outcome.measures:
        unit = "1" if outcome.plan.options.method == "sobol" else MEASURES[measure].unit
        for rank, (one, lines) in enumerate(ranking(outcome, measure), 1):
            for line in lines:
                yield [measure, unit, rank, one.path, one.status, one.low, one.high, *line]


def _tornado(outcome: Outcome) -> Iterator[Sequence[object]]:
    for measure in outcome.measures:
        mean, unit = outcome.mean(measure), MEASURES[measure].unit
        for rank, effect in enumerate(outcome.effects(measure), 1):
            ends = [end and end.mean for end in (effect.low, effect.high)]
            one = effect.range
            yield [measure, unit, rank, one.path, one.low, one.high, mean, *ends]


def _design(outcome: Outcome) -> Iterator[Sequence[object]]:
    plan = outcome.plan
    if plan.design is None:
        for one in plan.ranges:
            yield [BASE, one.path, one.base]
            yield from ([name(one, end), one.path, u] for end, u in ENDS if u != one.base)
        return
    for point, row in zip(plan.points, plan.design.tolist(), strict=True):
        yield from ([point.name, one.path, u] for one, u in zip(plan.ranges, row, strict=True))


def _points(outcome: Outcome) -> Iterator[Sequence[object]]:
    for point in outcome.plan.points:
        for measure in outcome.measures:
            numbers = outcome.values.of(point.name, measure)
            mean = math.fsum(numbers) / len(numbers) if numbers else None
            yield [point.name, measure, MEASURES[measure].unit, mean, len(numbers)]


def about(outcome: Outcome) -> dict[str, Any]:
    """What the manifest says of the study."""
    plan = outcome.plan
    salib = {"salib": version("SALib")} if outcome.is_global else {}
    numbers = {"morris": {"trajectories": plan.options.size}, "sobol": {"samples": plan.options.size}}
    return {
        "study": "sensitivity",
        "method": plan.options.method,
        **numbers.get(plan.options.method, {}),
        **salib,
        "points": len(plan.points),
        "replications": list(plan.replications),
        "ranges": [{"path": one.path, "low": one.low, "high": one.high, "base": one.base} for one in plan.ranges],
    }


# --- shown --------------------------------------------------------------------------------------
def shown(outcome: Outcome) -> Iterator[tuple[str, Table]]:
    """A heading and a table for each measure that is shown."""
    for measure in outcome.plan.options.measures or HEADLINE:
        if measure in outcome.measures:
            yield _heading(outcome, measure), _table(outcome, measure)


def _heading(outcome: Outcome, measure: str) -> str:
    unit = MEASURES[measure].unit
    if outcome.is_global:
        what = "share of its variance" if outcome.plan.options.method == "sobol" else "effect of the whole range"
        return f"\n{measure} ({unit}): {what}, 95 % intervals of the sample"
    stated, (low, high) = outcome.values.estimate(BASE, measure), outcome.spread(measure)
    chance = "no interval from chance: too few replications"
    if stated.low is not None and stated.high is not None:
        chance = f"from chance alone {_span(stated.low, stated.high, unit)} (95 %)"
    return (
        f"\n{measure}: {number(outcome.mean(measure), unit)} as stated\n"
        f"{chance}; over the ranges of the assumed values {_span(low, high, unit)}\n"
        "change at the low and at the high end of each, with 95 % intervals from chance alone"
    )


def _span(low: float, high: float, unit: str) -> str:
    return f"{number(low, unit if unit == 'USD' else '')} to {number(high, unit)}"


def _table(outcome: Outcome, measure: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    ranked = ranking(outcome, measure)
    table = Table(box=None, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("assumed value", overflow="fold")
    table.add_column("range")
    for line in ranked[0][1]:
        table.add_column(line.statistic, justify="right")
    most = outcome.plan.options.top or MOST_LINES
    for rank, (one, lines) in enumerate(ranked[: most if outcome.plan.options.method != "sobol" else None], 1):
        cells = ("" if of.value is None else number(of.value) + ends(of.low, of.high, " ({} … {})") for of in lines)
        table.add_row(str(rank), escape(one.path), escape(f"{one.low} to {one.high}"), *cells)
    return table


def footer(outcome: Outcome) -> str:
    """What the ranks go by, and where the result lies."""
    return f"ranked by {_RANKED_BY[outcome.plan.options.method]}; {outcome.plan.study.written}"
