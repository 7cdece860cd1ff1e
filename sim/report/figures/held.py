"""People held against the five capacities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair
import numpy as np

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.report.drawing import look, series
from sim.report.drawing.lines import Line, Panel, lines_chart, same_scale
from sim.report.drawing.saying import each, measured, number, window
from sim.report.figure import Figure
from sim.scenario.world.tables import ENDLESS

HELD: Final = "held"
STYLES: Final[dict[str, tuple[str, tuple[int, ...], float]]] = {
    "physical": (look.GREY, (2, 3), 2),
    "contracted": (look.GREY, (1, 0), 4),
    "operating": (look.GREEN, (6, 5), 2),
    "guaranteed minimum": (look.PINK, (2, 2), 2.4),
    "funded": (look.RED, (9, 4), 2.4),
}
"""Colour, dash and width of each capacity. Operating beds are the lesser of physical and contracted ones, so that
their line may lie on one of these."""

UNIT: Final = "people in beds at midnight, and beds"


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People in beds at midnight, the day before the start included, and beds of each meaning; a panel a result.

    Capacities that a scenario leaves endless or does not state are left out. None where nobody is ever in a bed.
    """
    if not any(result["daily"]["held"].any() for result in results):
        return None
    data = _data(results)
    return Figure(
        key="held",
        title="People held against the five capacities",
        says=each(results, _says),
        alternative=f"Lines of people in beds at midnight and of beds, {window(results)}. {each(results, _ends)}",
        chart=_chart(results, data),
        data=data,
        covers=series.covers(results),
    )


def capacities(result: ResultTables) -> dict[str, series.Floats]:
    """Beds by day of the window, of each meaning that the scenario states, summed over areas."""
    plans = series.plans(result)
    found = {
        "physical": None if plans is None or (plans.physical >= ENDLESS).any() else plans.physical.sum(axis=0),
        "contracted": series.by_area(result, "contracted_beds")[0, 1:].sum(axis=1),
        "operating": series.daily(result, "beds_operating")[0, 1:],
        "guaranteed minimum": None if plans is None else plans.guaranteed.sum(axis=0),
        "funded": series.daily(result, "funded_beds")[0, 1:],
    }
    return {
        name: beds.astype(np.float64)
        for name, beds in found.items()
        if beds is not None and not np.isnan(beds).all() and beds.any()
    }


def _data(results: Sequence[ResultTables]) -> Table:
    parts = []
    for label, result in zip(series.labels(results), results, strict=True):
        when = series.dates(result)
        parts.append(series.line(label, HELD, when, series.daily(result, "held")))
        parts += [
            series.line(label, name, when[1:], beds[np.newaxis], "beds", steps=True)
            for name, beds in capacities(result).items()
        ]
    return series.table("held", parts)


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    panels, alone = list[Panel](), len(results) == 1
    for label in series.labels(results):
        beds = [Line(name, series.drawn(data, label, name), *style, "step") for name, style in STYLES.items()]
        held = Line("people held", series.drawn(data, label, HELD), look.BLUE, width=2.8)
        panels.append(
            Panel("" if alone else label, [*(line for line in beds if line.rows), held], 280 if alone else 200)
        )
    return lines_chart(same_scale(panels), series.days(results), UNIT)


def _says(result: ResultTables) -> str:
    held = (
        f"{measured(result, 'held_mean', 'people held')} on average, {number(round(result.mean('held_peak')))} at most"
    )
    over = result.summary("held_over_funded_mean")["mean"]
    if over is None:
        return f"{held}."
    return f"{held}; on average {number(round(over))} of them in beds beyond the funded number."


def _ends(result: ResultTables) -> str:
    held = series.daily(result, "held").mean(axis=0)
    beds = ", ".join(f"{name} {number(last[-1])}" for name, last in capacities(result).items())
    against = f", against beds on the last day: {beds}" if beds else ""
    return f"People held go from {number(round(held[0]))} to {number(round(held[-1]))}{against}."
