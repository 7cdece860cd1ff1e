"""Hold rooms: people in them, their places, and people beyond the places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import altair
import numpy as np

from sim import formats
from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values, theme
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, lines_chart, result_panels
from sim.report.sentences import each, measured, window
from sim.scenario.world.tables import NONE

INSIDE, BEYOND, PLACES = "in hold rooms", "beyond places", "places"

UNIT: Final = "people at the end of the day, mean of seven days"


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People in hold rooms at the end of each day, those beyond the places of their area, and all places.

    A panel per result. None where nobody is in a hold room at the end of any day.
    """
    if not any(result["daily"]["hold_room"].any() for result in results):
        return None
    data = daily_values.collect("hold", results, _lines)
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


def beyond(result: ResultTables) -> Floats:
    """People in hold rooms beyond their places, by area and then summed, (replications, days + 1); nan: not counted."""
    people, places = daily_values.by_area(result, "hold_room"), daily_values.by_area(result, "hold_room_places")
    over = np.maximum(people - places, 0.0)
    counted = ~np.isnan(places).all(axis=2)
    return np.where(counted, np.nansum(over, axis=2), np.nan)


def _lines(result: ResultTables) -> Iterator[dict[str, Any]]:
    places = daily_values.by_area(result, "hold_room_places")[:1].sum(axis=2)
    yield daily_values.line(result, PLACES, places, "places", steps=True)
    yield daily_values.line(result, BEYOND, daily_values.settled(beyond(result)))
    yield daily_values.line(result, INSIDE, daily_values.settled(daily_values.daily(result, "hold_room")))


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    def lines(name: str) -> list[Line]:
        places = Line("all places", daily_values.drawn(data, name, PLACES), theme.GREY, (8, 4), kind="step")
        over = Line("beyond places, by area", daily_values.drawn(data, name, BEYOND), theme.RED, (5, 2))
        inside = Line("in hold rooms", daily_values.drawn(data, name, INSIDE), width=1.8)
        return [line for line in (places, over, inside) if line.rows]

    return lines_chart(result_panels(results, lines, 160, alone=220), daily_values.days(results), UNIT)


def _says(result: ResultTables) -> str:
    parts = [f"{measured(result, 'hold_room_mean', 'people in hold rooms')} on average"]
    if result.has("hold_room_over_places_hours"):
        parts.append(f"{measured(result, 'hold_room_over_places_hours', 'person-hours beyond the places of an area')}")
    if result.has("hold_room_stays_over_limit"):
        stays = readable(result.mean("hold_room_stays"))
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
    return f"At most {readable(inside.max())} people at the end of a day, {readable(inside[-1])} on the last."
