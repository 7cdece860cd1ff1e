"""A sensitivity study as ranked tables: for its folder and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.errors import InputError
from sim.experiment.sensitivity.outcome import BASE, ENDS, HEADLINE, Effect, Outcome, name
from sim.files.data_package import Csv
from sim.files.table import read_table
from sim.formats import number
from sim.scenario.provenance.ranges import Range
from sim.vocabulary import MEASURES, STUDY_FILES

if TYPE_CHECKING:
    from rich.table import Table


FILE: Final = "sensitivity.csv"
SENSITIVITY: Final = STUDY_FILES["sensitivity"][FILE]
MOST_LINES: Final = 10
_LEADING: Final = {"morris": "mu_star", "sobol": "total"}
_RANKED_BY: Final = {"oat": "the largest swing", "morris": "mu_star", "sobol": "the total index"}


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
    if line.value is None:
        return ""
    ends = "" if line.low is None or line.high is None else f" ({number(line.low)} … {number(line.high)})"
    return f"{number(line.value)}{ends}"


def footer(outcome: Outcome) -> str:
    """What the ranks go by, and where the result lies."""
    return f"ranked by {_RANKED_BY[outcome.plan.options.method]}; {outcome.plan.study.written}"
