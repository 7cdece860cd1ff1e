"""People held against the five capacities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import altair
import numpy as np

from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values, theme
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, Panel, lines_chart, result_lines, result_panels
from sim.report.sentences import each, measured, window
from sim.scenario.world.tables import ENDLESS

HELD: Final = "held"
STYLES: Final[dict[str, tuple[str, tuple[int, ...], float]]] = {
    "physical": (theme.GREY, (2, 3), 2),
    "contracted": (theme.GREY, (1, 0), 4),
    "operating": (theme.GREEN, (6, 5), 2),
    "guaranteed minimum": (theme.PINK, (2, 2), 2.4),
    "funded": (theme.RED, (9, 4), 2.4),
}
"""Colour, dash and width of each capacity."""

UNIT: Final = "people in beds at midnight, and beds"


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People in beds at midnight, the day before the start included, and beds of each meaning; a panel per result.

    Capacities that a scenario leaves endless or does not state are left out. None where nobody is ever in a bed.
    """
    if not any(result["daily"]["held"].any() for result in results):
        return None
    data = daily_values.collect("held", results, _lines)
    return Figure(
        key="held",
        title="People held against beds of every kind",
        says=each(results, _says),
        alternative=f"Lines of people in beds at midnight and of beds, {window(results)}. {each(results, _ends)}",
        chart=_chart(results, data),
        data=data,
        covers=daily_values.covers(results),
        section=Section.CUSTODY,
        files="daily.csv, daily_by_area.csv and scenario.yaml",
    )


def draw_people(results: Sequence[ResultTables]) -> Figure | None:
    """People in beds at midnight, a line per result. None beside a goal for arrests, or where nobody is in a bed."""
    if any(result.has("arrest_goal") for result in results) or not any(one["daily"]["held"].any() for one in results):
        return None
    data = daily_values.collect(
        "people", results, lambda one: [daily_values.line(one, HELD, daily_values.daily(one, "held"))]
    )
    lines = result_lines(data, results, HELD, "people in beds")
    return Figure(
        key="people",
        title="People in beds",
        says=each(results, _ends),
        alternative=f"Lines of people in beds at midnight, {window(results)}. {each(results, _ends)}",
        chart=lines_chart([Panel("", lines, 260)], daily_values.days(results), "people in beds at midnight"),
        data=data,
        covers=daily_values.covers(results),
        section=Section.CUSTODY,
        files="daily.csv",
    )


def capacities(result: ResultTables) -> dict[str, Floats]:
    """Beds by day of the window, of each meaning that the scenario states, summed over areas."""
    plans = daily_values.plans(result)
    found = {
        "physical": None if plans is None or (plans.physical >= ENDLESS).any() else plans.physical.sum(axis=0),
        "contracted": daily_values.by_area(result, "contracted_beds")[0, 1:].sum(axis=1),
        "operating": daily_values.daily(result, "beds_operating")[0, 1:],
        "guaranteed minimum": None if plans is None else plans.guaranteed.sum(axis=0),
        "funded": daily_values.daily(result, "funded_beds")[0, 1:],
    }
    return {
        name: beds.astype(np.float64)
        for name, beds in found.items()
        if beds is not None and not np.isnan(beds).all() and beds.any()
    }


def _lines(result: ResultTables) -> Iterator[dict[str, Any]]:
    yield daily_values.line(result, HELD, daily_values.daily(result, "held"))
    for name, beds in capacities(result).items():
        yield daily_values.line(result, name, beds[np.newaxis], "beds", steps=True)


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    def lines(name: str) -> list[Line]:
        beds = _merged({bed: daily_values.drawn(data, name, bed) for bed in STYLES})
        held = Line("people held", daily_values.drawn(data, name, HELD), theme.BLUE, width=2.8)
        return [*beds, held]

    return lines_chart(result_panels(results, lines, 200, alone=280), daily_values.days(results), UNIT)


def _merged(beds: Mapping[str, list[dict[str, Any]]]) -> Iterator[Line]:
    """A line for each capacity; those that coincide are one, with all their names."""
    rows = {name: of for name, of in beds.items() if of}
    for name, own in rows.items():
        same = [other for other in rows if rows[other] == own]
        if same[0] == name:
            yield Line(", ".join(same), own, *STYLES[name], "step")


def _says(result: ResultTables) -> str:
    peak, end = (readable(result.mean(f"held_{when}")) for when in ("peak", "end"))
    held = f"{measured(result, 'held_mean', 'people held')} on average, {peak} at most, {end} at the end"
    over = result.measures["held_over_funded_mean"]["mean"]
    if over is None:
        return f"{held}."
    return f"{held}; on average {readable(over)} of them in beds beyond the funded number."


def _ends(result: ResultTables) -> str:
    held = daily_values.daily(result, "held").mean(axis=0)
    beds = ", ".join(f"{name} {readable(last[-1])}" for name, last in capacities(result).items())
    against = f", against beds on the last day: {beds}" if beds else ""
    return f"People held go from {readable(held[0])} to {readable(held[-1])}{against}."
