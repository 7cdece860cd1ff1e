"""Three pictures of a year of the nation: arrests against the goal, people held against beds, and the areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.classroom.drawing import WIDTH, Spec, picture
from sim.measures import Measured
from sim.report.daily_values import running
from sim.report.office_grid import COLUMNS, places
from sim.report.theme import BLUE, GREEN, GREY, PINK, RED

Floats = NDArray[np.float64]
Row = dict[str, Any]

EVERY: Final = 5
"""Days between two points of a line."""
FULL: Final = 1.5
"""Held ÷ operating beds at which a tile is filled to its top."""

MADE, GOAL, BEFORE = "made", "goal", "made, no slider moved"
HELD, BEDS, FUNDED = "people in beds", "operating beds", "beds paid for"
THEORY, HELD_BEFORE = "theory: no lines", "in beds, no slider moved"
_STYLES: Final = {
    MADE: (BLUE, [1, 0]),
    GOAL: (RED, [7, 4]),
    BEFORE: (GREY, [2, 3]),
    HELD: (BLUE, [1, 0]),
    BEDS: (RED, [7, 4]),
    FUNDED: (GREEN, [12, 3, 2, 3]),
    THEORY: (PINK, [4, 2]),
    HELD_BEFORE: (GREY, [2, 3]),
}


def arrests(year: Measured, before: Measured) -> str:
    """Interior arrests a day, mean of the last 28 days, against the goal and the year as it stands."""
    made, goal = _mean_of_28(year.daily["arrests_interior"]), _floats(year.daily["arrest_goal"])
    lines = {MADE: made, GOAL: goal, BEFORE: _mean_of_28(before.daily["arrests_interior"])}
    told = f"Line chart of arrests a day over the year. Goal: {goal[-1]:,.0f}. Made: from {made[1]:,.0f} in the first "
    return _over_time("arrests a day", year, lines, told + f"days to {made[-1]:,.0f} at the end.")


def held(year: Measured, before: Measured, theory: Floats) -> str:
    """People in beds against operating and funded beds, what theory says, and the year as it stands."""
    inside, beds = _floats(year.daily["held"]), _floats(year.daily["beds_operating"])
    funded = _floats(year.daily["funded_beds"])
    endless = np.concatenate([[np.nan], theory])
    lines = {HELD: inside, BEDS: beds, FUNDED: funded, THEORY: endless, HELD_BEFORE: _floats(before.daily["held"])}
    told = (
        f"Line chart of people in beds over the year: from {inside[0]:,.0f} to {inside[-1]:,.0f}, against "
        f"{beds[-1]:,.0f} operating beds at the end, {funded[-1]:,.0f} that Congress paid for, and {endless[-1]:,.0f} "
        f"by theory without lines."
    )
    return _over_time("people", year, lines, told)


def areas(year: Measured) -> str:
    """A tile per area, filled as its beds are on the last night."""
    rows = list(_tiles(year))
    over = [f"{row['area']} {row['text']}" for row in rows if row["over"]]
    told = (
        f"Tile map of {len(rows)} areas, each filled as far as its beds are on the last night. More people than "
        f"operating beds in {len(over)}: {', '.join(over) or 'none'}."
    )
    return picture(_TILES, {"tiles": rows}, told)


# --- over time ------------------------------------------------------------------------------------
def _over_time(unit: str, year: Measured, lines: dict[str, Floats], told: str) -> str:
    styles = [_STYLES[name] for name in lines]
    scales = {
        "color": _scale(list(lines), [colour for colour, _ in styles]),
        "strokeDash": _scale(list(lines), [dash for _, dash in styles]),
    }
    spec = {
        **_LINES,
        "title": {"text": unit, "anchor": "start", "fontSize": 15, "fontWeight": "normal"},
        "encoding": {**_LINES["encoding"], **scales},
    }
    return picture(spec, {"lines": list(_points(year.start, lines))}, told)


def _scale(names: Sequence[str], marks: Sequence[object]) -> Spec:
    return {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": list(names), "range": list(marks)},
        "legend": {"columns": 2, "symbolType": "stroke", "symbolSize": 500},
    }


def _points(start: dt.date, lines: dict[str, Floats]) -> Iterable[Row]:
    for what, values in lines.items():
        for day in sorted({*range(len(values) - 1, 0, -EVERY), 1}):
            if values[day] == values[day]:
                date = start + dt.timedelta(days=day - 1)
                yield {"what": what, "date": date.isoformat(), "number": round(float(values[day]), 1)}


def _mean_of_28(counts: NDArray[Any]) -> Floats:
    """Mean of the last 28 days, of fewer at the start; nan on the day before the start."""
    return np.concatenate([[np.nan], running(_floats(counts)[1:])])


def _floats(column: NDArray[Any]) -> Floats:
    return np.asarray(column, dtype=np.float64)


# --- areas ----------------------------------------------------------------------------------------
def _tiles(year: Measured) -> Iterable[Row]:
    inside, beds = year.by_area["held"][-1], year.by_area["beds_operating"][-1]
    for (area, (row, column)), people, there in zip(places(year.areas).items(), inside, beds, strict=True):
        share = float(people) / float(there) if there > 0 else 0.0
        yield {
            "area": area,
            "x": column,
            "x2": column + 0.92,
            "y": row,
            "y2": row + 0.92,
            "level": row + 0.92 - 0.92 * min(share / FULL, 1.0),
            "middle": column + 0.46,
            "name": row + 0.3,
            "said": row + 0.66,
            "text": f"{100 * share:.0f}" if there > 0 else "–",
            "over": round(100 * share) > 100,
        }


def _place(field: str, length: int) -> Spec:
    return {"field": field, "type": "quantitative", "axis": None, "scale": {"domain": [0, length], "nice": False}}


_ROWS: Final = 5
_TILES: Final[Spec] = {
    "width": WIDTH,
    "height": WIDTH * _ROWS // COLUMNS,
    "data": {"name": "tiles"},
    "encoding": {"x": _place("x", COLUMNS), "x2": {"field": "x2"}},
    "layer": [
        {
            "mark": {"type": "rect", "color": BLUE, "fillOpacity": 0.42},
            "encoding": {"y": {**_place("level", _ROWS), "scale": {"domain": [_ROWS, 0]}}, "y2": {"field": "y2"}},
        },
        {
            "mark": {"type": "rect", "fillOpacity": 0},
            "encoding": {
                "y": {**_place("y", _ROWS), "scale": {"domain": [_ROWS, 0]}},
                "y2": {"field": "y2"},
                "stroke": {"condition": {"test": "datum.over", "value": RED}, "value": GREY},
                "strokeWidth": {"condition": {"test": "datum.over", "value": 4}, "value": 1},
            },
        },
        *(
            {
                "mark": {"type": "text", "fontSize": size, "fontWeight": weight},
                "encoding": {
                    "x": _place("middle", COLUMNS),
                    "x2": None,
                    "y": {**_place(where, _ROWS), "scale": {"domain": [_ROWS, 0]}},
                    "text": {"field": text},
                },
            }
            for where, text, size, weight in (("name", "area", 14, "normal"), ("said", "text", 18, "bold"))
        ),
    ],
}
_LINES: Final[dict[str, Any]] = {
    "width": WIDTH - 70,
    "height": 200,
    "data": {"name": "lines"},
    "mark": {"type": "line", "strokeWidth": 3},
    "encoding": {
        "x": {"field": "date", "type": "temporal", "title": None, "axis": {"grid": False, "format": "%b %y"}},
        "y": {"field": "number", "type": "quantitative", "title": None},
    },
}
