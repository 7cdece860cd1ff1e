"""What a sensitivity study is asked for and comes to, as ranked tables: for its folder and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.intervals import Difference
from sim.arrays import Floats
from sim.errors import InputError
from sim.experiment.forecast import Forecast, forecast
from sim.experiment.options import SensitivityOptions
from sim.experiment.sensitivity.indices import Indices
from sim.experiment.study import Point, Study, Values
from sim.files.data_package import Csv
from sim.files.table import read_table
from sim.formats import ends, many, number
from sim.scenario.provenance.ranges import Range
from sim.vocabulary import MEASURES, STUDY_FILES, TEXT

if TYPE_CHECKING:
    from rich.table import Table

METHODS: Final = ("oat", "morris", "sobol")
REPLICATIONS: Final[Mapping[str, int]] = {"oat": 5, "morris": 2, "sobol": 1}
HEADLINE: Final = (
    "held_mean",
    "held_end",
    "arrests",
    "removals",
    "releases",
    "stay_days_mean",
    "hold_room_stays_over_limit",
    "cost_usd_total",
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

    @property
    def shown(self) -> tuple[str, ...]:
        """The measures that are shown."""
        return self.options.measures or HEADLINE

    @property
    def seed(self) -> int:
        """Of the design and of resampling; the draws have the same."""
        return self.study.base.scenario.seed

    def forecast(self) -> Forecast:
        """What there is to play, and about how long it takes; plays one replication at most."""
        return forecast(self.study, self.points, self.replications, self.points[0])

    def heading(self) -> str:
        """The study in a line."""
        name, reps = self.study.base.scenario.name, len(self.replications)
        ranges = many(len(self.ranges), "range")
        return f"{name}: {_SAID[self.options.method]} over {ranges}, {many(reps, 'replication')} per point"


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

    # --- one at a time --------------------------------------------------------------------------
    def effects(self, measure: str) -> list[Effect]:
        """The effects of single changes on a measure, the largest swing first."""
        found = [Effect(one, *(self._end(one, measure, end, u) for end, u in ENDS)) for one in self.plan.ranges]
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

    def _end(self, one: Range, measure: str, end: str, u: float) -> Difference | None:
        return self.values.difference(BASE, BASE if u == one.base else name(one, end), measure)


def points(ranges: Sequence[Range]) -> list[Point]:
    """The points of a one-at-a-time study, the scenario as stated first."""
    moved = [Point(name(one, end), one.at(u)) for one in ranges for end, u in ENDS if u != one.base]
    return [Point(BASE), *moved]


def name(one: Range, end: str) -> str:
    """The name of a point."""
    return f"{one.path} {end}"


# --- ranked -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A statistic of one range and measure with its interval; None where undefined."""

    statistic: str
    value: float | None
    low: float | None
    high: float | None


Ranking = list[tuple[Range, list[Line]]]


def ranking(outcome: Outcome, measure: str) -> Ranking:
    """The ranges with their statistics, the one that matters most first."""
    if not outcome.is_global:
        return [(one.range, _changes(one)) for one in outcome.effects(measure)]
    found = outcome.indices[measure]
    leading = found[_LEADING[outcome.plan.options.method]].value
    order = sorted(range(len(leading)), key=lambda i: (-leading[i], i))
    return [
        (
            outcome.plan.ranges[i],
            [Line(word, *map(float, (one.value[i], one.low[i], one.high[i]))) for word, one in found.items()],
        )
        for i in order
    ]


def _changes(effect: Effect) -> list[Line]:
    ends = (("change_low", effect.low), ("change_high", effect.high))
    return [Line(word, *((d.difference, d.low, d.high) if d else (None,) * 3)) for word, d in ends]


# --- written ------------------------------------------------------------------------------------
def tables(outcome: Outcome) -> list[Csv]:
    """The tables of the result folder."""
    single = {"tornado.csv": _tornado, "spread.csv": _spreads}
    rows = {FILE: _sensitivity, **({} if outcome.is_global else single), "design.csv": _design, "points.csv": _points}
    return [Csv.of("sensitivity", file, of_file(outcome)) for file, of_file in rows.items()]


def _sensitivity(outcome: Outcome) -> Iterator[Sequence[object]]:
    for measure in outcome.measures:
        unit = "1" if outcome.plan.options.method == "sobol" else MEASURES[measure].unit
        for rank, (one, lines) in enumerate(ranking(outcome, measure), 1):
            for line in lines:
                about = [measure, unit, rank, one.path, one.status, one.low, one.high]
                yield [*about, line.statistic, line.value, line.low, line.high]


def _tornado(outcome: Outcome) -> Iterator[Sequence[object]]:
    for measure in outcome.measures:
        mean, unit = outcome.mean(measure), MEASURES[measure].unit
        for rank, effect in enumerate(outcome.effects(measure), 1):
            ends = [end and end.mean for end in (effect.low, effect.high)]
            one = effect.range
            yield [measure, unit, rank, one.path, one.low, one.high, mean, *ends]


def _spreads(outcome: Outcome) -> Iterator[Sequence[object]]:
    for measure in outcome.measures:
        yield [measure, MEASURES[measure].unit, outcome.mean(measure), *outcome.spread(measure)]


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


# --- read back ----------------------------------------------------------------------------------
def best(folder: Path, measures: Sequence[str], top: int) -> list[str]:
    """The `top` paths of a Morris screening by their best rank for the measures (none: for the headline ones).

    Raises InputError if the folder is no such study.
    """
    ranks: dict[str, int] = {}
    if not (folder / FILE).is_file():
        raise _no_screening(folder)
    for row in read_table(folder / FILE, SENSITIVITY, mend="run the study again").rows():
        if row["statistic"] == "mu_star" and row["measure"] in (measures or HEADLINE) and row["value"]:
            ranks[row["path"]] = min(row["rank"], ranks.get(row["path"], row["rank"]))
    if not ranks:
        raise _no_screening(folder)
    return sorted(ranks, key=lambda path: ranks[path])[:top]


def _no_screening(folder: Path) -> InputError:
    how = "`detsim sensitivity SCENARIO --method morris` makes one"
    return InputError(f"--screening: {folder} is no Morris screening of these measures ({FILE}); {how}")


# --- shown --------------------------------------------------------------------------------------
def shown(outcome: Outcome) -> Iterator[tuple[str, Table]]:
    """A heading and a table for each measure that is shown."""
    for measure in outcome.plan.shown:
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
        table.add_row(str(rank), escape(one.path), escape(f"{one.low} to {one.high}"), *map(_cell, lines))
    return table


def _cell(line: Line) -> str:
    return "" if line.value is None else number(line.value) + ends(line.low, line.high, " ({} … {})")


def footer(outcome: Outcome) -> str:
    """What the ranks go by, and where the result lies."""
    return f"ranked by {_RANKED_BY[outcome.plan.options.method]}; {outcome.plan.study.written}"
