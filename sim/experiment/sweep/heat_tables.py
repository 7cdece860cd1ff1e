"""Tables of a sweep for a terminal: a heat table per measure where there are two axes, else a line per point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from rich.markup import escape
from rich.style import Style
from rich.table import Table

from sim.experiment.study import Values
from sim.experiment.sweep.gridfile import Axis
from sim.experiment.sweep.sweep import Plan
from sim.formats import aligned, many
from sim.measures.intervals import Estimate
from sim.vocabulary import MEASURES

_MILLION: Final = 1e6
_MOST_LINES: Final = 60
_SCALE: Final = ((247, 251, 255), (107, 174, 214))
"""Ends of a blue scale, light enough throughout for black letters and told apart without colour vision."""


def shown(plan: Plan, values: Values) -> list[tuple[str, Table]]:
    """A heat table for each measure of the grid, or one table of points if there are not two axes, with headings."""
    axes = plan.grid.axes
    if len(axes) != 2:
        return [(_title(plan), _lines(plan, values))]
    return [_heat(plan, values, measure, *axes) for measure in plan.grid.file.measures]


def footer(plan: Plan) -> str:
    """Where the result lies, and from which point the differences in it are taken."""
    return f"differences are from {plan.baseline.name}; {plan.study.written}"


def plan_table(plan: Plan) -> tuple[str, Table]:
    """What would be played: every point with its settings, and a heading."""
    shown = Table("point", "settings", box=None, pad_edge=False)
    for point in plan.points[:_MOST_LINES]:
        shown.add_row(escape(point.name), escape("; ".join(point.sets) or "as the scenario is"))
    return _title(plan), _and_more(shown, len(plan.points))


def _heat(plan: Plan, values: Values, measure: str, down: Axis, across: Axis) -> tuple[str, Table]:
    """Rows are values of the first axis, columns of the second; mean ± half of the 95 % interval."""
    found = {at: values.estimate(point.name, measure) for point, at in plan.placed}
    numbers = [e.mean for e in found.values() if isinstance(e.mean, int | float)]
    unit, scale = _unit(measure, found.values())
    title = f"\n{measure}, {unit}: mean ± half of the 95 % interval (chance only); across: {across.name}"
    shown = Table(escape(down.name), box=None, pad_edge=False)
    for level in across.levels:
        shown.add_column(escape(level.label), justify="right")
    for row in down.levels:
        cells = [found[row.label, level.label] for level in across.levels]
        shown.add_row(escape(row.label), *(_coloured(_with_half(cell, scale), cell, numbers) for cell in cells))
    return title, shown


def _lines(plan: Plan, values: Values) -> Table:
    """A line per point: where it stands, and each measure."""
    heads = (*(["point"] if plan.grid.drawn else []), *plan.axes)
    columns = [[point.name for point in plan.points]] if plan.grid.drawn else []
    columns += [["" if at[i] is None else str(at[i]) for _, at in plan.placed] for i in range(len(plan.axes))]
    shown = Table(*map(escape, heads), box=None, pad_edge=False)
    for measure in plan.grid.file.measures:
        found = [values.estimate(point.name, measure) for point in plan.points]
        unit, scale = _unit(measure, found)
        shown.add_column(escape(f"{measure}, {unit}"), justify="right")
        columns.append([_with_half(e, scale) for e in found])
    for cells in islice(zip(*columns, strict=True), _MOST_LINES):
        shown.add_row(*map(escape, cells))
    return _and_more(shown, len(plan.placed))


def _and_more(table: Table, lines: int) -> Table:
    if lines > _MOST_LINES:
        table.caption = f"and {lines - _MOST_LINES:,} more"
    return table


def _title(plan: Plan) -> str:
    scenario, number = plan.study.base.scenario, len(plan.replications)
    window = f"{many(scenario.days, 'day')} from {scenario.start}"
    played = f"{many(number, 'replication')} per point, seed {scenario.seed}"
    title = plan.grid.file.title or plan.grid.name
    return f"{title}\n{scenario.name}, {window}, {len(plan.placed)} points, {played}"


def _unit(measure: str, found: Iterable[Estimate]) -> tuple[str, float]:
    """The unit shown and what to divide by: millions where numbers are that large."""
    unit = MEASURES[measure].unit
    largest = max((abs(e.mean) for e in found if isinstance(e.mean, int | float)), default=0)
    return (f"million {unit}", _MILLION) if largest >= 10 * _MILLION else (unit, 1.0)


def _with_half(e: Estimate, scale: float) -> str:
    if not isinstance(e.mean, int | float):
        return e.mean or "none"
    half = "" if e.half_width is None else f" ± {aligned(e.half_width / scale)}"
    return aligned(e.mean / scale) + half


def _coloured(text: str, e: Estimate, numbers: Sequence[float]) -> str:
    """The cell on a blue that deepens with its mean, where the terminal has colours."""
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    if not isinstance(e.mean, int | float) or low == high:
        return escape(text)
    share = (e.mean - low) / (high - low)
    red, green, blue = (round(pale + share * (deep - pale)) for pale, deep in zip(*_SCALE, strict=True))
    return f"[{Style.parse(f'black on rgb({red},{green},{blue})')}]{escape(text)}[/]"
