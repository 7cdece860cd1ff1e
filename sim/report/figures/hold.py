"""Hold rooms: people in them, their places, and people beyond the places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import altair
import numpy as np

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.report.drawing import look, series
from sim.report.drawing.lines import Line, Panel, lines_chart, same_scale
from sim.report.drawing.saying import each, has, measured, number, window
from sim.report.figure import Figure
from sim.scenario.world.tables import NONE

INSIDE, BEYOND, PLACES = "in hold rooms", "beyond places", "places"

UNIT: Final = "people at the end of the day"


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People in hold rooms at the end of each day, those beyond the places of their area, and all places.

    A panel a result. None where nobody is in a hold room at the end of any day.
    """
    if not any(result["daily"]["hold_room"].any() for result in results):
        return None
    data = _data(results)
    return Figure(
        key="hold",
        title="Hold rooms",
        says=each(results, _says),
        alternative=f"Lines of people in hold rooms at the end of each day, {window(results)}. {each(results, _ends)}",
        chart=_chart(results, data),
        data=data,
        covers=series.covers(results),
    )


def beyond(result: ResultTables) -> series.Floats:
    """People in hold rooms beyond their places, by area and then summed, (replications, days + 1); nan: not counted."""
    people, places = series.by_area(result, "hold_room"), series.by_area(result, "hold_room_places")
    over = np.maximum(people - places, 0.0)
    counted = ~np.isnan(places).all(axis=2)
    return np.where(counted, np.nansum(over, axis=2), np.nan)


def _data(results: Sequence[ResultTables]) -> Table:
    parts = []
    for label, result in zip(series.labels(results), results, strict=True):
        when, places = series.dates(result), series.by_area(result, "hold_room_places")[:1].sum(axis=2)
        parts += [
            series.line(label, PLACES, when, places, "places", steps=True),
            series.line(label, BEYOND, when, beyond(result)),
            series.line(label, INSIDE, when, series.daily(result, "hold_room")),
        ]
    return series.table("hold", parts)


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    panels, alone = list[Panel](), len(results) == 1
    for label in series.labels(results):
        places = Line("all places", series.drawn(data, label, PLACES), look.GREY, (8, 4), kind="step")
        over = Line("beyond places, by area", series.drawn(data, label, BEYOND), look.RED, (5, 2))
        inside = Line("in hold rooms", series.drawn(data, label, INSIDE), width=1.8)
        lines = [line for line in (places, over, inside) if line.rows]
        panels.append(Panel("" if alone else label, lines, 220 if alone else 160))
    return lines_chart(same_scale(panels), series.days(results), UNIT)


def _says(result: ResultTables) -> str:
    parts = [f"{measured(result, 'hold_room_mean', 'people in hold rooms')} on average"]
    if has(result, "hold_room_over_places_hours"):
        parts.append(f"{measured(result, 'hold_room_over_places_hours', 'person-hours beyond the places of an area')}")
    if has(result, "hold_room_stays_over_limit"):
        stays = number(round(result.mean("hold_room_stays")))
        over = measured(result, "hold_room_stays_over_limit", f"of {stays} stays longer than the limit")
        parts.append(f"{over}{_limit(result)}")
    return "; ".join(parts) + "."


def _limit(result: ResultTables) -> str:
    """The limit by date: `, which was 12 hours, and 72 hours from 24 June 2025 on`."""
    plans = series.plans(result)
    if plans is None or (plans.hours_limit_s == NONE).any():
        return ""
    hours, when = plans.hours_limit_s / 3600, series.dates(result)[1:]
    moved = [
        f"and {number(b)} hours from {series.said(when[i + 1])} on"
        for i, (a, b) in enumerate(pairwise(hours))
        if a != b
    ]
    return f" ({', '.join([f'{number(hours[0])} hours', *moved])})"


def _ends(result: ResultTables) -> str:
    inside = series.daily(result, "hold_room").mean(axis=0)
    return f"At most {number(round(inside.max()))} people at the end of a day, {number(round(inside[-1]))} on the last."
