"""Hold rooms: people in them, their places, and people beyond the places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import altair
import numpy as np

from sim import formats
from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import count, readable
from sim.report import daily_values, theme
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, Panel, lines_chart, same_scale
from sim.report.sentences import each, measured, window
from sim.scenario.world.tables import NONE

INSIDE, BEYOND, PLACES = "in hold rooms", "beyond places", "places"

UNIT: Final = "people at the end of the day"


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People in hold rooms at the end of each day, those beyond the places of their area, and all places.

    A panel per result. None where nobody is in a hold room at the end of any day.
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
        covers=daily_values.covers(results),
        section=Section.CUSTODY,
        files="daily.csv, daily_by_area.csv and scenario.yaml",
    )


def beyond(result: ResultTables) -> daily_values.Floats:
    """People in hold rooms beyond their places, by area and then summed, (replications, days + 1); nan: not counted."""
    people, places = daily_values.by_area(result, "hold_room"), daily_values.by_area(result, "hold_room_places")
    over = np.maximum(people - places, 0.0)
    counted = ~np.isnan(places).all(axis=2)
    return np.where(counted, np.nansum(over, axis=2), np.nan)


def _data(results: Sequence[ResultTables]) -> Table:
    parts = []
    for result in results:
        when, places = daily_values.dates(result), daily_values.by_area(result, "hold_room_places")[:1].sum(axis=2)
        parts += [
            daily_values.line(result.name, PLACES, when, places, "places", steps=True),
            daily_values.line(result.name, BEYOND, when, beyond(result)),
            daily_values.line(result.name, INSIDE, when, daily_values.daily(result, "hold_room")),
        ]
    return daily_values.table("hold", parts)


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    panels, alone = list[Panel](), len(results) == 1
    for label in (result.name for result in results):
        places = Line("all places", daily_values.drawn(data, label, PLACES), theme.GREY, (8, 4), kind="step")
        over = Line("beyond places, by area", daily_values.drawn(data, label, BEYOND), theme.RED, (5, 2))
        inside = Line("in hold rooms", daily_values.drawn(data, label, INSIDE), width=1.8)
        lines = [line for line in (places, over, inside) if line.rows]
        panels.append(Panel("" if alone else label, lines, 220 if alone else 160))
    return lines_chart(same_scale(panels), daily_values.days(results), UNIT)


def _says(result: ResultTables) -> str:
    parts = [f"{measured(result, 'hold_room_mean', 'people in hold rooms')} on average"]
    if result.has("hold_room_over_places_hours"):
        parts.append(f"{measured(result, 'hold_room_over_places_hours', 'person-hours beyond the places of an area')}")
    if result.has("hold_room_stays_over_limit"):
        stays = count(result.mean("hold_room_stays"))
        over = measured(result, "hold_room_stays_over_limit", f"of {stays} stays longer than the limit")
        parts.append(f"{over}{_limit(result)}")
    return "; ".join(parts) + "."


def _limit(result: ResultTables) -> str:
    """The limit by date: `, which was 12 hours, and 72 hours from 24 June 2025 on`."""
    plans = daily_values.plans(result)
    if plans is None or (plans.hours_limit_s == NONE).any():
        return ""
    hours, when = plans.hours_limit_s / 3600, daily_values.dates(result)[1:]
    moved = [
        f"and {readable(b)} hours from {formats.day(when[i + 1])} on"
        for i, (a, b) in enumerate(pairwise(hours))
        if a != b
    ]
    return f" ({', '.join([f'{readable(hours[0])} hours', *moved])})"


def _ends(result: ResultTables) -> str:
    inside = daily_values.daily(result, "hold_room").mean(axis=0)
    return f"At most {count(inside.max())} people at the end of a day, {count(inside[-1])} on the last."
