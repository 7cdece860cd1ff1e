"""Line charts of a lesson: a column of each day, the first run thick, the others thin, a level to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from numpy.typing import NDArray

from sim.classroom.drawing import WIDTH, Spec

BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
VERMILION: Final = "#D55E00"
PLOT: Final = WIDTH - 80
"""Width of what is drawn, without the axis."""
DAY: Final[Spec] = {
    "field": "day",
    "type": "quantitative",
    "title": "day",
    "axis": {"grid": False},
    "scale": {"nice": False, "zero": True},
}
ROOM: Final[Spec] = {"titlePadding": 14, "tickMinStep": 1}
"""An axis of people, who are whole, with room before its title: the page's font may be wider than the one the chart was
measured with."""


def rows(columns: dict[str, NDArray[Any]], every: int = 1) -> list[dict[str, Any]]:
    """Rows of columns of shape (R, D + 1): a row a run and every so many days."""
    runs, days = next(iter(columns.values())).shape
    return [
        {"day": day, "run": run, "first": run == 0} | {name: _plain(cells[run, day]) for name, cells in columns.items()}
        for run in range(runs)
        for day in range(0, days, every)
    ]


def lines(column: str, title: str, height: int, above: Sequence[Spec] = ()) -> dict[str, Any]:
    """Lines of a column of the data `rows` by day."""
    axes = {
        "x": DAY,
        "y": {"field": column, "type": "quantitative", "title": title, "axis": ROOM},
        "detail": {"field": "run", "type": "nominal"},
    }
    thin = {
        "mark": {"type": "line", "strokeWidth": 1, "strokeJoin": "round", "color": SKY},
        "transform": [{"filter": "!datum.first"}],
    }
    thick = {
        "mark": {"type": "line", "strokeWidth": 3, "strokeJoin": "round", "color": BLUE},
        "transform": [{"filter": "datum.first"}],
    }
    layers = [{**layer, "data": {"name": "rows"}, "encoding": axes} for layer in (thin, thick)]
    return {"width": PLOT, "height": height, "layer": [*layers, *above]}


def level(data: str) -> dict[str, Any]:
    """A dashed rule at `value` of the data of that name, with its `text` above the chart, where no line is."""
    written = {"text": {"field": "text"}, "x": {"value": PLOT}, "y": {"value": -2}}
    return {
        "data": {"name": data},
        "encoding": {"y": {"field": "value", "type": "quantitative"}},
        "layer": [
            {"mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 2, "color": VERMILION}},
            {"mark": {"type": "text", "align": "right", "dy": -9, "fontWeight": "bold"}, "encoding": written},
        ],
    }


def stacked(*charts: Spec) -> dict[str, Any]:
    """Charts one below the other, each with a scale of its own."""
    return {"vconcat": list(charts), "spacing": 24}


def _plain(value: Any) -> float | int:
    """A number of a row; whole ones without a decimal point."""
    return int(value) if float(value).is_integer() else float(value)
